"""Approximations of a frame, from docs/spec/picture.md, "Squares" and after: slow, obvious."""

from dataclasses import dataclass, field

from tests.reference.frames import GREY, RGB, YBR, Frame, Plane
from tests.reference.rangecoders import Cut, Reader, Start, Writer
from tests.reference.wavelets import LIMIT, merge, sizes, split

Square = tuple[int, int, int]
"""tier, row, column."""
AMOUNTS = [0, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9] + [10] * 14
LOW, WIDE, TALL, DIAGONAL = range(4)


@dataclass
class Band:
    """A band, what is known of its squares, and its three lists."""

    plane: int
    level: int
    shape: int
    top: int
    left: int
    rows: int
    columns: int
    magnitudes: dict[Square, int] = field(default_factory=dict)
    born: dict[Square, int] = field(default_factory=dict)
    negative: dict[tuple[int, int], bool] = field(default_factory=dict)
    signs: dict[tuple[int, int], int] = field(default_factory=dict)
    waiting: list[tuple[int, int]] = field(default_factory=list)
    found: list[tuple[int, int]] = field(default_factory=list)
    closed: list[Square] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tiers = [(self.rows, self.columns)]
        while self.tiers[-1] != (1, 1):
            rows, columns = self.tiers[-1]
            self.tiers.append(((rows + 1) // 2, (columns + 1) // 2))
        if len(self.tiers) == 1:
            self.waiting = [(0, 0)]
        else:
            self.closed = [(len(self.tiers) - 1, 0, 0)]

    def inside(self, square: Square) -> list[Square]:
        """The squares of the tier below that a square consists of."""
        tier, y, x = square
        rows, columns = self.tiers[tier - 1]
        places = [(2 * y + v, 2 * x + u) for v in (0, 1) for u in (0, 1)]
        return [(tier - 1, v, u) for v, u in places if v < rows and u < columns]

    def nearest(self, square: Square) -> Square:
        """The square itself, or the nearest one that there is."""
        tier = min(square[0], len(self.tiers) - 1)
        rows, columns = self.tiers[tier]
        return tier, min(square[1], rows - 1), min(square[2], columns - 1)

    def age(self, square: Square, plane: int) -> int:
        """0 for what is not significant, or not there."""
        since = self.born.get(square)
        return 0 if since is None else min(since - plane + 1, 3)

    def largest(self, square: Square) -> int:
        """The writer's magnitude of a square."""
        if square not in self.magnitudes:
            self.magnitudes[square] = max(self.largest(s) for s in self.inside(square))
        return self.magnitudes[square]


def level_count(rows: int, columns: int) -> int:
    """Levels of a picture."""
    levels, edge = 0, min(rows, columns)
    while levels < 7 and (edge + 1) // 2 >= 4:
        levels, edge = levels + 1, (edge + 1) // 2
    return levels


def all_bands(planes: int, rows: int, columns: int) -> list[Band]:
    """Bands in their order."""
    levels = level_count(rows, columns)
    size = sizes(rows, columns, levels)
    bands = [Band(p, levels, LOW, 0, 0, *size[levels]) for p in range(planes)]
    for level in range(levels, 0, -1):
        (r, c), (h, w) = size[level - 1], size[level]
        boxes = {WIDE: (0, w, h, c - w), TALL: (h, 0, r - h, w), DIAGONAL: (h, w, r - h, c - w)}
        for shape, box in boxes.items():
            bands += [Band(p, level, shape, *box) for p in range(planes)]
    return bands


class Picture:
    """The bands of a picture and the passes over them, for a writer or a reader."""

    def __init__(self, coder: Writer | Reader, bands: list[Band]) -> None:
        self.coder, self.bands = coder, bands
        self.index = {(b.plane, b.level, b.shape): b for b in bands}
        self.plane = 0

    def run(self, planes: int) -> None:
        """All planes, until the bytes end."""
        try:
            for plane in reversed(range(planes)):
                self.plane = plane
                self.code_plane()
        except Cut:
            pass

    def code_plane(self) -> None:
        """Four passes over all bands."""
        old = [len(band.found) for band in self.bands]
        for band in self.bands:
            self.code_waiting(band)
        for small in (True, False):
            for band in self.bands:
                self.code_closed(band, small)
        for band, count in zip(self.bands, old, strict=True):
            for leaf in band.found[:count]:
                self.code_detail(band, leaf)

    def code_waiting(self, band: Band) -> None:
        """Leaves that wait."""
        turn, band.waiting = band.waiting, []
        for y, x in turn:
            if not self.code_square(band, (0, y, x), 0):
                band.waiting.append((y, x))

    def code_closed(self, band: Band, small: bool) -> None:
        """Closed squares of tier 1, or of the other tiers."""
        turn, band.closed = band.closed, []
        later: list[Square] = []
        for square in turn:
            if (square[0] == 1) is small and self.code_square(band, square, 0):
                self.open(band, square, later)
            else:
                band.closed.append(square)
        band.closed += later

    def open(self, band: Band, square: Square, later: list[Square]) -> None:
        """Everything inside a square that has become significant, the last opened first."""
        stack = [square]
        while stack:
            inside = band.inside(stack.pop())
            found = 0
            for child in inside:
                if child == inside[-1] and not found:
                    bit = self.mark(band, child)
                else:
                    bit = self.code_square(band, child, 1 + min(found, 2))
                found += bit
                if child[0] and bit:
                    stack.append(child)
                elif child[0]:
                    later.append(child)
                elif not bit:
                    band.waiting.append(child[1:])

    def mark(self, band: Band, square: Square) -> int:
        """Note that a square is significant; a leaf's sign follows."""
        band.born[square] = self.plane
        if square[0] == 0:
            self.code_sign(band, square[1], square[2])
        return 1

    def kin(self, band: Band, square: Square) -> tuple[int, int, int]:
        """What bands of other scales and directions say of a square's place."""
        tier, y, x = square
        plane, level, shape = band.plane, band.level, band.shape
        above = around = rest = 0
        parent = self.index.get((plane, level + 1, shape)) if shape else None
        if parent:
            t, v, u = parent.nearest((tier - 1, y, x) if tier else (0, y // 2, x // 2))
            above = parent.age((t, v, u), self.plane)
            near = [(t, v - 1, u), (t, v + 1, u), (t, v, u - 1), (t, v, u + 1)]
            around = min((sum(parent.age(s, self.plane) for s in near) + 1) // 2, 3)
        others = [s for s in (WIDE, TALL, DIAGONAL) if s != shape] if shape else []
        mates = [self.index[plane, level, s] for s in others]
        if plane:
            mates.insert(0, self.index[0, level, shape])
        for factor, mate in zip((3, 1), mates, strict=False):
            rest += factor * min(mate.age(mate.nearest(square), self.plane), 2)
        child = self.index.get((plane, level - 1, shape)) if shape else None
        if child and child.nearest((tier + 1, y, x)) in child.born:
            rest += 9
        return above, around, rest

    def code_square(self, band: Band, square: Square, kind: int) -> int:
        """Whether a square becomes significant."""
        tier, y, x = square
        age = {
            (v, u): band.age((tier, y + v, x + u), self.plane)
            for v in (-1, 0, 1)
            for u in (-1, 0, 1)
        }
        along = (age[0, -1] > 0) + (age[0, 1] > 0)
        across = (age[-1, 0] > 0) + (age[1, 0] > 0)
        if band.shape == TALL:
            along, across = across, along
        corners = [age[-1, -1], age[-1, 1], age[1, -1], age[1, 1]]
        sides = [age[0, -1], age[0, 1], age[-1, 0], age[1, 0]]
        near = (along * 3 + across) * 3 + min(sum(a > 0 for a in corners), 2)
        amount = AMOUNTS[2 * sum(sides) + sum(corners)]
        above, around, rest = self.kin(band, square)
        depth, size = min(band.level, 5), min(tier, 4) - 1
        family = (rest * 4 + around) * 4 + kind
        if tier == 0:
            contexts = (
                (near * 3 + (band.shape + 1) // 2) * 4 + kind,
                324 + (amount * 4 + above) * 6 + depth,
                588 + family,
            )
            choice = 2 * depth + (kind > 0)
        else:
            contexts = (
                876 + (near * 4 + size) * 4 + kind,
                1308 + (amount * 4 + above) * 4 + size,
                1484 + 2 * family + min(size, 1),
            )
            choice = 12 + 2 * size + (kind > 0)
        bit = 0 if self.coder.decoding else int(band.largest(square) >> self.plane > 0)
        bit = self.coder.code(contexts, choice, bit)
        return self.mark(band, square) if bit else 0

    def code_sign(self, band: Band, y: int, x: int) -> None:
        """The sign of a leaf that has become significant."""

        def trend(v: int, u: int) -> int:
            both = band.signs.get((y - v, x - u), 0) + band.signs.get((y + v, x + u), 0)
            return 1 + min(max(both, -1), 1)

        near = 3 * trend(0, 1) + trend(1, 0)
        contexts = (
            2060 + 9 * band.shape + near,
            2096 + 9 * band.shape + 3 * trend(1, 1) + trend(1, -1),
            2132 + 9 * min(band.level, 5) + near,
        )
        minus = int(band.negative.get((y, x), False))
        minus = self.coder.code(contexts, 20 + band.shape, minus)
        band.signs[y, x] = -1 if minus else 1
        if self.coder.decoding:
            band.magnitudes[0, y, x] = (1 << self.plane) + ((7 << self.plane) >> 4)
        band.found.append((y, x))

    def code_detail(self, band: Band, leaf: tuple[int, int]) -> None:
        """The next bit of a leaf that is significant."""
        y, x = leaf
        sides = [(y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x)]
        near = sum(band.age((0, v, u), self.plane) for v, u in sides)
        lived = min(band.born[0, y, x] - self.plane + 1, 4) - 2
        depth = min(band.level, 5)
        contexts = (
            2186 + 13 * lived + near,
            2225 + 3 * depth + lived,
            2243 + 6 * min(near, 3) + depth,
        )
        value = band.magnitudes[0, y, x]
        bit = self.coder.code(contexts, 24 + lived, (value >> self.plane) & 1)
        if self.coder.decoding:
            base = value >> (self.plane + 1) << (self.plane + 1)
            band.magnitudes[0, y, x] = base + (bit << self.plane) + ((8 << self.plane) >> 4)


def planes_of(frame: Frame) -> list[Plane]:
    """The planes that are coded."""
    channels = [
        [[p[c] for p in row] for row in frame.pixels] for c in range(len(frame.pixels[0][0]))
    ]
    if frame.colour == GREY:
        return channels
    middle = 1 << (frame.bits - 1)
    if frame.colour == YBR:
        return [channels[0], *([[v - middle for v in row] for row in c] for c in channels[1:])]
    out: list[Plane] = [[], [], []]
    for row in frame.pixels:
        for plane in out:
            plane.append([])
        for red, green, blue in row:
            orange = red - blue
            half = blue + (orange >> 1)
            difference = green - half
            for plane, value in zip(
                out, (half + (difference >> 1), orange, difference), strict=True
            ):
                plane[-1].append(value)
    return out


def pixel(values: list[int], bits: int, colour: int) -> list[int]:
    """The channels of the values of the coded planes."""
    middle = 1 << (bits - 1)
    if colour == YBR:
        return [values[0], values[1] + middle, values[2] + middle]
    if colour == RGB:
        half = values[0] - (values[2] >> 1)
        blue = half - (values[1] >> 1)
        return [blue + values[1], values[2] + half, blue]
    return values


def plant(parts: list[Plane], bands: list[Band], lighter: bool) -> int:
    """Give the bands the writer's coefficients; returns the number of bit planes."""
    top = 0
    for band in bands:
        down = 2 + (lighter and band.plane > 0)
        for y in range(band.rows):
            for x in range(band.columns):
                value = parts[band.plane][band.top + y][band.left + x]
                band.negative[y, x] = value < 0
                band.magnitudes[0, y, x] = abs(value) << band.level >> down
        top = max(top, band.largest((len(band.tiers) - 1, 0, 0)))
    return top.bit_length()


def harvest(bands: list[Band], size: tuple[int, int], lighter: bool) -> list[Plane]:
    """The coefficients that a reader has found, by planes."""
    rows, columns = size
    parts = [[[0] * columns for _ in range(rows)] for _ in {band.plane for band in bands}]
    for band in bands:
        down = 2 + (lighter and band.plane > 0)
        for (y, x), sign in band.signs.items():
            value = band.magnitudes[0, y, x] << down
            value = (value + ((1 << band.level) >> 1)) >> band.level
            parts[band.plane][band.top + y][band.left + x] = sign * min(value, LIMIT)
    return parts


def compress(frame: Frame, budget: int, start: Start) -> bytes:
    """The first `budget` bytes of a frame's approximation."""
    planes = planes_of(frame)
    base = sum(map(sum, planes[0])) // (frame.rows * frame.columns)
    planes[0] = [[v - base for v in row] for row in planes[0]]
    bands = all_bands(len(planes), frame.rows, frame.columns)
    levels = level_count(frame.rows, frame.columns)
    count = plant([split(plane, levels) for plane in planes], bands, frame.colour == RGB)
    coder = Writer(start, budget - 3)
    Picture(coder, bands).run(count)
    return bytes([count]) + (base - least(frame)).to_bytes(2, "big") + coder.octets()


def least(frame: Frame) -> int:
    """The least value of a frame's depth."""
    return -(1 << (frame.bits - 1)) if frame.signed else 0


def expand(data: bytes, frame: Frame, start: Start) -> Frame | None:
    """The approximation that bytes hold of a frame of the same shape; None for none."""
    base = int.from_bytes(data[1:3], "big")
    if len(data) < 3 or data[0] > 28 or base >> frame.bits:
        return None
    bands = all_bands(1 if frame.colour == GREY else 3, frame.rows, frame.columns)
    Picture(Reader(start, data[3:]), bands).run(data[0])
    parts = harvest(bands, (frame.rows, frame.columns), frame.colour == RGB)
    planes = [merge(part, level_count(frame.rows, frame.columns)) for part in parts]
    low = least(frame)
    planes[0] = [[v + base + low for v in row] for row in planes[0]]
    high = low + (1 << frame.bits) - 1
    pixels: list[list[list[int]]] = []
    for y in range(frame.rows):
        pixels.append([])
        for x in range(frame.columns):
            values = pixel([plane[y][x] for plane in planes], frame.bits, frame.colour)
            pixels[-1].append([min(max(v, low), high) for v in values])
    return Frame(pixels, frame.bits, frame.signed, frame.colour)
