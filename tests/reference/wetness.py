"""Samples that a writer must not flip, from docs/spec/mark.md, "Wet samples": slow, obvious."""

from tests.reference.frames import Box, Frame, inside, is_anchor
from tests.reference.transforms import coefficients, grey_cells, witnesses

Place = tuple[int, int]


def places(frame: Frame) -> list[Place]:
    """Every place, row by row."""
    return [(y, x) for y in range(frame.rows) for x in range(frame.columns)]


def flat(frame: Frame) -> set[Place]:
    """Places whose 5x5 neighbourhood, cut at the frame's edge, is constant in every plane."""
    found = set()
    for y, x in places(frame):
        rows = frame.pixels[max(0, y - 2) : y + 3]
        around = [pixel for row in rows for pixel in row[max(0, x - 2) : x + 3]]
        if all(pixel == around[0] for pixel in around):
            found.add((y, x))
    return found


def extremes(frame: Frame) -> set[Place]:
    """The first place of the least and of the greatest value of each plane."""
    found = set()
    for plane in frame.planes():
        for value in (min(map(min, plane)), max(map(max, plane))):
            found.add(next((y, x) for y, x in places(frame) if plane[y][x] == value))
    return found


def forbidden(frame: Frame, transform: int, mask: list[list[int]] | None = None) -> set[Place]:
    """Carriers that no writer may flip, whatever is released."""
    planes = frame.planes()
    coefficient = coefficients(planes[0], transform)
    ranges = [(min(map(min, plane)), max(map(max, plane))) for plane in planes]
    cells = grey_cells(frame)
    low, high = frame.padding or (1, 0)
    wet = extremes(frame) | set(witnesses(frame))
    for y, x in places(frame):
        step = -1 if coefficient[y][x] & 1 else 1
        moved = planes if any(inside(y, x, cell) for cell in cells) else planes[:1]
        sample = planes[0][y][x]
        padded = low <= sample <= high or low <= sample + step <= high
        outside = any(
            not least <= plane[y][x] + step <= most
            for plane, (least, most) in zip(moved, ranges, strict=False)
        )
        masked = mask is not None and bool(mask[y][x])
        if padded or outside or masked:
            wet.add((y, x))
    return {place for place in wet if not is_anchor(*place)}


def wet(
    frame: Frame, transform: int, released: list[Box], mask: list[list[int]] | None = None
) -> set[Place]:
    """Carriers that stay as they are when the flat samples of `released` tiles may move."""
    still = {
        place
        for place in flat(frame)
        if not is_anchor(*place) and not any(inside(*place, box) for box in released)
    }
    return forbidden(frame, transform, mask) | still
