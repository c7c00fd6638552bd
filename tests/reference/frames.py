"""Frames, planes and grids, from docs/spec/mark.md, "Samples and planes" and "Tiles, cells, ...".

Slow and obvious: integers and lists, nothing else.
"""

from dataclasses import dataclass, replace

GREY, RGB, YBR = 0, 1, 2
CHANNELS = {GREY: [0], RGB: [1, 0, 2], YBR: [0, 1, 2]}
"""Channel of each plane: the carrying one first, then the companions."""

LIGHT, STANDARD, FULL = 0, 1, 2
TILE_BITS = {LIGHT: 128, STANDARD: 384, FULL: 576}
UNIT_EDGE = {LIGHT: 64, STANDARD: 32, FULL: 32}
SMALLEST = {LIGHT: 256, STANDARD: 128, FULL: 96}
DWT, DCT = 0, 1

Plane = list[list[int]]
Box = tuple[int, int, int, int]
"""row, column, height, width."""


@dataclass(frozen=True)
class Frame:
    """A frame in storage order: pixels[row][column] is a list of its channels."""

    pixels: list[list[list[int]]]
    bits: int
    signed: bool = False
    colour: int = GREY
    padding: tuple[int, int] | None = None

    @property
    def rows(self) -> int:
        return len(self.pixels)

    @property
    def columns(self) -> int:
        return len(self.pixels[0])

    def planes(self) -> list[Plane]:
        """The carrying plane, then its companions."""
        return [
            [[pixel[channel] for pixel in row] for row in self.pixels]
            for channel in CHANNELS[self.colour]
        ]

    def with_planes(self, planes: list[Plane]) -> "Frame":
        """The same frame holding other planes."""
        place = {channel: plane for plane, channel in enumerate(CHANNELS[self.colour])}
        pixels = [
            [
                [planes[place[channel]][y][x] for channel in sorted(place)]
                for x in range(self.columns)
            ]
            for y in range(self.rows)
        ]
        return replace(self, pixels=pixels)

    def octets(self) -> bytes:
        """Samples in storage order: one byte up to 8 bits, else two, little-endian."""
        size = 1 if self.bits <= 8 else 2
        return b"".join(
            (value % (1 << 8 * size)).to_bytes(size, "little")
            for row in self.pixels
            for pixel in row
            for value in pixel
        )


def spans(length: int, edge: int) -> list[tuple[int, int]]:
    """First and length of each square along an axis; the last absorbs the remainder."""
    count = max(1, length // edge)
    starts = [edge * i for i in range(count)]
    return [(start, end - start) for start, end in zip(starts, [*starts[1:], length], strict=True)]


def squares(rows: int, columns: int, edge: int) -> list[Box]:
    """Every square of a grid over the frame, row by row."""
    return [(y, x, h, w) for y, h in spans(rows, edge) for x, w in spans(columns, edge)]


def coding_edge(rows: int, columns: int) -> int:
    """Edge of a coding tile."""
    for edge, most in ((32, 1280), (64, 4096)):
        down, across = len(spans(rows, edge)), len(spans(columns, edge))
        if down * across <= most and max(down, across) <= 256:
            return edge
    return 128


def is_anchor(y: int, x: int) -> bool:
    """Whether a sample is an anchor of its cell."""
    return y % 4 == 0 and x % 4 == 0


def inside(y: int, x: int, box: Box) -> bool:
    """Whether a sample stands in a box."""
    return box[0] <= y < box[0] + box[2] and box[1] <= x < box[1] + box[3]
