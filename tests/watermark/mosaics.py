"""Pictures for the search, and what the probes read in them."""

import numpy as np
from numpy.typing import NDArray

from watermark.geometry import tables
from watermark.geometry.synchronisation import lattice_size, lay_out
from watermark.kernels import claims, probes
from watermark.parameters import Profile, Transform
from watermark.samples import Colour, Samples


def picture(seed: int, rows: int, columns: int, colour: Colour = Colour.GREY) -> Samples:
    """Noise with flat parts; in colour with grey cells."""
    random = np.random.default_rng(seed)
    values = random.integers(0, 4096, (rows, columns))
    values[: rows // 3, : columns // 2] = 7
    if colour is Colour.GREY:
        return Samples(values.astype(np.uint16), 12)
    deep = np.repeat(values[:, :, np.newaxis], 3, axis=2)
    deep[rows // 2 :, columns // 2 :, 1:] += random.integers(0, 2, (rows - rows // 2, 1, 2))
    return Samples(np.minimum(deep, 4095).astype(np.uint16), 12, colour=colour)


def _read(
    samples: Samples, step: Transform, phase: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int32], tuple[int, int, int]]:
    """The bits and dull flags at a phase, with those that mean nothing; cells down, across, and
    places of a row."""
    line = -(-samples.columns // 8)
    down, across = (samples.rows - phase[0]) // 8, (samples.columns - phase[1]) // 8
    bits, dull = np.empty(down * line, dtype=np.int64), np.empty(down * line, dtype=np.int32)
    # Five cells at a time, so that the rows of cells begin anywhere among them.
    lanes = np.empty((probes.ROWS, 5), dtype=np.int32)
    cell = tables.cell_tables(samples.colour, step)
    planes = list(samples.planes())
    size = lattice_size(samples.rows, samples.columns)
    lattice = np.zeros((len(planes), 64, size), dtype=np.int32)
    lay_out(planes, lattice)
    probes.read_cells(lattice, (*phase, line), cell, lanes, bits, dull)
    return bits, dull, (down, across, line)


def carriers(
    samples: Samples, step: Transform, phase: tuple[int, int] = (0, 0)
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The bits of all whole cells at a phase, and which are dull."""
    bits, dull, (down, across, line) = _read(samples, step, phase)
    whole = np.add.outer(np.arange(down) * line, np.arange(across)).reshape(-1)
    return bits[whole], dull[whole]


def claimed(
    samples: Samples, profile: Profile, step: Transform, edge: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """What the tile from each cell on claims, and how many of its cells are dull: (tiles down,
    tiles across), as many as there are whole tiles."""
    bits, dull, (down, across, line) = _read(samples, step, (0, 0))
    recipes, (folds, weights, maps) = tables.recipes_of((edge,), step)
    own = folds[profile.code], weights[profile.code], maps[profile.code]
    words, counts = np.empty((4, len(bits)), np.int64), np.empty((2, len(bits)), np.int32)
    at = claims.claim_tiles(bits, line, recipes[profile.code], own, words)
    held = claims.count_dull(dull, line, edge // 8, counts)
    tall, wide = down - edge // 8 + 1, across - edge // 8 + 1
    begins = np.add.outer(np.arange(tall) * line, np.arange(wide))
    return words[at][begins], counts[held][begins]
