"""Generators put to work on frames and volumes: cut, fill, paste in integers, compare."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from benchmarks.attacks.forgery import Array, Flags, Forgery, area, compare, span
from benchmarks.contest.pictures import Picture, Plane
from benchmarks.generators.blending import settle, stretch
from benchmarks.generators.generator import CubeGenerator, PatchGenerator, PictureGenerator
from benchmarks.generators.patches import EDGE, LARGEST_HOLE, resize, shrink
from benchmarks.generators.volumes import (
    INNER,
    SIDE,
    Equaliser,
    Place,
    Volume,
    cut_cube,
)
from watermark.tiles import Box

TOUCH = 1.3
"""Edge of the cube that gets noise, in edges of the cube that was cut (CT-GAN)."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A window about a box."""

    box: Box
    """Where it lies in the frame, which may be smaller than it."""
    scale: int
    """Samples of the frame for each of the window."""


def forge(
    generator: PatchGenerator,
    picture: Picture,
    box: Box,
    random: np.random.Generator,
    *,
    touch: bool = False,
) -> Forgery:
    """Replace what is in `box` by what a generator makes of the surroundings.

    A window of 64x64 about the box is mapped to [0, 1] by the picture's low and high values, the
    box filled, and pasted back in integers inside the frame's range. A box with an edge over 36 is
    filled at half the size, a third, ..., enlarged and settled. Of a colour frame the mean of the
    channels is filled so, and each channel's distance to it goes on as a membrane.

    touch: whether normal noise is added that makes the box as rough as the rest of the window. The
    papers of the 2-D generators do not do that; whoever forges would.
    """
    frame = picture.shown()
    cut = _cut(frame.shape, box)
    window = _padded(frame, cut)
    hole = _hole(cut, box)
    small = window if cut.scale == 1 else shrink(window, cut.scale)
    coarse = np.asarray(hole.reshape(EDGE, cut.scale, EDGE, cut.scale).any(axis=(1, 3)))
    made = generator.inpaint(small, coarse, random)
    if cut.scale > 1:
        made = settle(resize(made, window.shape), window, hole)
    part = made[_inside(cut, box)]
    if touch:
        lacking = max(0.0, _roughness(window) ** 2 - _roughness(part) ** 2) ** 0.5
        part = np.asarray(part + random.normal(0, lacking, part.shape), dtype=np.float32)
    plane = frame.copy()
    plane[area(box)] = part
    return _paste(picture, box, plane)


def forge_whole(
    generator: PictureGenerator, picture: Picture, random: np.random.Generator
) -> Forgery:
    """Replace the whole frame by a made-up picture of its kind.

    It is enlarged to the frame's size and gets normal noise as strong as the frame's own, from the
    finest differences (median over 0.6745). A colour frame's channels become the linear functions
    of their mean that fit the frame best.
    """
    made = generator.generate(picture.kind, random)
    frame = picture.shown()
    large = resize(made, frame.shape) + random.normal(0, _roughness(frame), frame.shape)
    plane = picture.low + large * (picture.high - picture.low)
    values = picture.values
    if values.ndim == 3:
        mean = picture.native()
        lines = [np.polyfit(mean.ravel(), values[..., c].ravel(), 1) for c in range(3)]
        plane = np.stack([np.polyval(line, plane) for line in lines], axis=2)
    return compare(values, np.clip(np.round(plane), *span(values)).astype(np.int64))


def forge_volume(
    generator: CubeGenerator, volume: Volume, centre: Place, random: np.random.Generator
) -> Array:
    """Return a volume whose tissue about a voxel is made up, as CT-GAN does it.

    The cube of 32 mm is resampled to 1 mm and equalised, its inner 20 mm made up, de-equalised,
    resampled and pasted; then noise as strong as the volume's own there is laid over a cube of 1.3
    times the edge, weaker towards its sides and in air. What changed is the difference to
    `volume.values`, not a nominal cube. Same shape and type; inside the volume's range.
    """
    cube = cut_cube(volume, centre)
    equaliser = Equaliser.fit(cube)
    made = equaliser.restore(generator.inpaint_volume(equaliser.equalise(cube)))
    after = volume.values.astype(np.float64)
    part, millimetres = _around(volume, centre, TOUCH * SIDE / 2)
    inside = (np.abs(millimetres) <= (INNER.stop - INNER.start) / 2).all(axis=0)
    places = millimetres[:, inside] + (SIDE - 1) / 2
    block = after[part]
    roughness = _roughness_of(volume, part)
    block[inside] = scipy.ndimage.map_coordinates(made, places, order=1, mode="nearest")
    block += _touch(volume, block, millimetres, random) * roughness
    low, high = int(volume.values.min()), int(volume.values.max())
    after[part] = np.clip(np.round(block), low, high)
    return after.astype(volume.values.dtype)


def _cut(shape: tuple[int, ...], box: Box) -> _Cut:
    """Return the window about a box, inside the frame if that is large enough."""
    top, left, height, width = box
    scale = max(1, -(-max(height, width) // LARGEST_HOLE))
    edge = EDGE * scale
    first = max(0, min(top + height // 2 - edge // 2, shape[0] - edge))
    second = max(0, min(left + width // 2 - edge // 2, shape[1] - edge))
    return _Cut((first, second, edge, edge), scale)


def _padded(frame: Plane, cut: _Cut) -> Plane:
    """Return the window, the frame's last row and column repeated where it ends."""
    part = frame[area(cut.box)]
    lacks = [(0, cut.box[2] - part.shape[0]), (0, cut.box[3] - part.shape[1])]
    return np.pad(part, lacks, mode="edge")


def _hole(cut: _Cut, box: Box) -> Flags:
    """Return the box as flags of the window."""
    hole = np.zeros(cut.box[2:], dtype=bool)
    hole[_inside(cut, box)] = True
    return hole


def _inside(cut: _Cut, box: Box) -> tuple[slice, slice]:
    """Return rows and columns of the box in the window."""
    return area((box[0] - cut.box[0], box[1] - cut.box[1], *box[2:]))


def _paste(picture: Picture, box: Box, plane: Plane) -> Forgery:
    """Return the frame with a plane in [0, 1] in its box, in integers inside its range."""
    values = picture.values
    native = picture.low + plane * (picture.high - picture.low)
    if values.ndim == 3:
        hole = np.zeros(native.shape, dtype=bool)
        hole[area(box)] = True
        mean = picture.native()
        apart = [stretch(values[..., c].astype(np.float32) - mean, hole) for c in range(3)]
        native = native[..., np.newaxis] + np.stack(apart, axis=2)
    after = values.astype(np.int64)
    after[area(box)] = np.clip(np.round(native[area(box)]), *span(values))
    return compare(values, after)


def _roughness(frame: Plane) -> float:
    """Return the deviation of the noise, from diagonal differences (Donoho, Johnstone 1994).

    0 where there is no such difference.
    """
    if min(frame.shape) < 2:
        return 0.0
    finest = (frame[1:, 1:] - frame[1:, :-1] - frame[:-1, 1:] + frame[:-1, :-1]) / 2
    return float(np.median(np.abs(finest)) / 0.6745)


def _around(
    volume: Volume, centre: Place, reach: float
) -> tuple[tuple[slice, ...], NDArray[np.float64]]:
    """Return the part of a volume within `reach` mm of a voxel along each axis, and where its
    voxels are: (3, slices, rows, columns) in mm from it."""
    steps = [int(reach / gap) for gap in volume.spacing]
    part = tuple(
        slice(max(0, middle - step), min(size, middle + step + 1))
        for middle, step, size in zip(centre, steps, volume.values.shape, strict=True)
    )
    axes = [
        (np.arange(along.start, along.stop) - middle) * gap
        for along, middle, gap in zip(part, centre, volume.spacing, strict=True)
    ]
    return part, np.stack(np.meshgrid(*axes, indexing="ij"))


def _roughness_of(volume: Volume, part: tuple[slice, ...]) -> float:
    """Return the deviation of the noise in a part of a volume: the median over its slices."""
    slices = volume.values[part].astype(np.float32)
    return float(np.median([_roughness(one) for one in slices]))


def _touch(
    volume: Volume,
    block: NDArray[np.float64],
    millimetres: NDArray[np.float64],
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Return noise of unit deviation in the middle, weaker outwards and in air."""
    distance = np.square(millimetres / (TOUCH * SIDE / 4)).sum(axis=0)
    noise = random.standard_normal(block.shape) * np.exp(-distance / 2)
    if volume.tissue is None:
        return np.asarray(noise)
    above = np.clip((block - volume.tissue) / volume.softness, -30, 30)
    return np.asarray(noise / (1 + np.exp(-above)))
