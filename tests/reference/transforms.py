"""Coefficients and canonical planes, from docs/spec/mark.md, "Coefficients": slow, obvious."""

import math

from tests.reference.frames import DWT, RGB, Box, Frame, Plane, inside, is_anchor, squares


def dwt_weights(anchors: int, offset: int) -> list[int]:
    """Weights in 64ths of the anchors of a line at `offset`: the interpolating wavelet's."""
    weights = [0] * anchors
    i, f = offset // 4, offset % 4
    weights[i] += 16 * (4 - f)
    weights[min(i + 1, anchors - 1)] += 16 * f
    return weights


def dct_weights(anchors: int, offset: int) -> list[int]:
    """Weights in 64ths of the DCT-II series through the anchors, brought to the sum 64."""
    exact = [
        64
        / anchors
        * sum(
            (1 if k == 0 else 2)
            * math.cos(math.pi * (i + 0.5) * k / anchors)
            * math.cos(math.pi * (offset / 4 + 0.5) * k / anchors)
            for k in range(anchors)
        )
        for i in range(anchors)
    ]
    exact = [round(value, 9) for value in exact]  # so that equal numbers are equal
    weights = [math.floor(value + 0.5) for value in exact]
    while sum(weights) != 64:
        step = 1 if sum(weights) < 64 else -1
        errors = [round(step * (v - w), 9) for v, w in zip(exact, weights, strict=True)]
        weights[errors.index(max(errors))] += step
    return weights


def weights(transform: int, anchors: int, offset: int) -> list[int]:
    """The weights of a predict step."""
    return (dwt_weights if transform == DWT else dct_weights)(anchors, offset)


def coefficients(plane: Plane, transform: int) -> Plane:
    """Coefficients of a plane, cell by cell."""
    out = [list(row) for row in plane]
    for top, left, height, width in squares(len(plane), len(plane[0]), 8):
        down, across = (height + 3) // 4, (width + 3) // 4
        vertical = [weights(transform, down, y) for y in range(height)]
        horizontal = [weights(transform, across, x) for x in range(width)]
        for y in range(height):
            for x in range(width):
                if is_anchor(y, x):
                    continue
                total = sum(
                    vertical[y][i] * horizontal[x][j] * plane[top + 4 * i][left + 4 * j]
                    for i in range(down)
                    for j in range(across)
                )
                out[top + y][left + x] = plane[top + y][left + x] - ((total + 2048) >> 12)
    return out


def grey_cells(frame: Frame) -> list[Box]:
    """The cells of an RGB frame in which the three samples are equal everywhere."""
    if frame.colour != RGB:
        return []
    return [
        (y, x, h, w)
        for y, x, h, w in squares(frame.rows, frame.columns, 8)
        if all(len(set(pixel)) == 1 for row in frame.pixels[y : y + h] for pixel in row[x : x + w])
    ]


def witnesses(frame: Frame) -> list[tuple[int, int]]:
    """The first sample of each RGB cell that is not grey at which its three samples differ."""
    if frame.colour != RGB:
        return []
    found = []
    for top, left, height, width in squares(frame.rows, frame.columns, 8):
        places = [(top + y, left + x) for y in range(height) for x in range(width)]
        found += [(y, x) for y, x in places if len(set(frame.pixels[y][x])) > 1][:1]
    return found


def companions(frame: Frame) -> list[Plane]:
    """Canonical companions: -1 in grey cells, the sample elsewhere."""
    planes = [[list(row) for row in plane] for plane in frame.planes()[1:]]
    for top, left, height, width in grey_cells(frame):
        for plane in planes:
            for y in range(top, top + height):
                plane[y][left : left + width] = [-1] * width
    return planes


def canonical(frame: Frame, transform: int, carrying: list[Box]) -> list[Plane]:
    """Canonical planes; `carrying` are the carrying coding tiles and the closing tile."""
    plane = coefficients(frame.planes()[0], transform)
    for y, row in enumerate(plane):
        for x, value in enumerate(row):
            if not is_anchor(y, x) and any(inside(y, x, box) for box in carrying):
                row[x] = value & ~1
    return [plane, *companions(frame)]


def flip(frame: Frame, transform: int, places: set[tuple[int, int]]) -> Frame:
    """Move the carriers at `places`: an even coefficient up by 1, an odd one down."""
    coefficient = coefficients(frame.planes()[0], transform)
    planes = frame.planes()
    cells = grey_cells(frame)
    for y, x in places:
        step = -1 if coefficient[y][x] & 1 else 1
        follow = any(inside(y, x, cell) for cell in cells)
        for plane in planes if follow else planes[:1]:
            plane[y][x] += step
    return frame.with_planes(planes)
