"""Pictures with a planted case, and the same without it."""

import numpy as np

from benchmarks.attacks.forgery import Array, Flags, area, compare
from benchmarks.contest.pictures import Example, Picture
from tests.watermark.phantoms import body


def textured(seed: int, edge: int = 256, dtype: type = np.int16) -> Picture:
    """A phantom with structure of 3 samples and noise everywhere, like a lung in its window."""
    random = np.random.default_rng(seed + 1000)
    rough = random.normal(0, 60, (edge, edge))
    for axis in (0, 1):
        rough = (rough + np.roll(rough, 1, axis) + np.roll(rough, -1, axis)) / 3
    values = np.round(body(edge, edge, seed) + 4 * rough - 1000 * (dtype is np.int16))
    low = float(np.percentile(values, 0.5))
    return Picture(values.astype(dtype), 16, "other", low, float(np.percentile(values, 99.5)))


def copied(picture: Picture, edge: int = 48) -> tuple[Picture, Flags]:
    """A square of the picture at another place of it, and where both are."""
    rows, columns = picture.values.shape[:2]
    after = picture.values.copy()
    source = (rows // 8, columns // 4, edge, edge)
    target = (rows * 5 // 8, columns // 2 + 3, edge, edge)
    after[area(target)] = picture.values[area(source)]
    both = np.zeros((rows, columns), dtype=np.bool_)
    both[area(source)] = both[area(target)] = True
    return picture.like(after), both


def spliced(picture: Picture, seed: int, edge: int = 80) -> tuple[Picture, Flags]:
    """A square with three times the noise, and where it is."""
    random = np.random.default_rng(seed)
    box = (*random.integers(32, picture.values.shape[0] - edge - 32, 2).tolist(), edge, edge)
    after: Array = picture.values.astype(np.int64)
    after[area(box)] += np.rint(random.normal(0, 120, (edge, edge))).astype(np.int64)
    forged = compare(picture.values, after)
    flags = np.zeros(forged.changed.shape, dtype=np.bool_)
    flags[area(box)] = True
    return picture.like(forged.values), flags


def family(seeds: range, edge: int = 128) -> list[Example]:
    """Originals and, of each, one with a smoothed square of 40 samples: one patient a seed."""
    examples = []
    for seed in seeds:
        picture = textured(seed, edge)
        random = np.random.default_rng(seed)
        box = area((*random.integers(0, edge - 40, 2).tolist(), 40, 40))
        after = picture.values.astype(np.float64)
        blurred = sum(np.roll(after, move, axis) for move in (-1, 0, 1) for axis in (0, 1)) / 6
        after[box] = np.rint(blurred)[box]
        forged = compare(picture.values, after.astype(np.int64))
        clean = np.zeros_like(forged.changed)
        examples += [
            Example(picture, clean, "", f"p{seed}"),
            Example(picture.like(forged.values), forged.changed, "smoothed", f"p{seed}"),
        ]
    return examples
