"""Compile every kernel once, so that no later call pays for it."""

from __future__ import annotations

from time import perf_counter

import numpy as np

from watermark.cellchecks import pick_checks
from watermark.compression import Shape, compress, expand
from watermark.embedding import embed
from watermark.extraction import extract
from watermark.geometry.sighting import search
from watermark.localisation import list_cells, localise
from watermark.parameters import PROFILES
from watermark.restoration import restore
from watermark.samples import Colour, Samples
from watermark.survey import describe

_FEW = 9
"""Check bytes, so few that they are pooled."""


def warmup() -> float:
    """Run every verb on seeded noise, in grey and in colour; returns the seconds it took.

    With a writable cache the compiled kernels stay for later processes.
    """
    start = perf_counter()
    random = np.random.default_rng(0)
    for profile in PROFILES:
        edge = profile.smallest + 5
        for shape, colour in (((edge, edge), Colour.GREY), ((edge, edge, 3), Colour.RGB)):
            values = random.integers(0, 4096, shape).astype(np.uint16)
            samples = Samples(values, 12, colour=colour)
            _run(samples, profile.name)
    return perf_counter() - start


def _run(samples: Samples, profile: str) -> None:
    """Mark, read, damage, forge, locate, restore, crop and find one frame."""
    seed = bytes(16)
    description = describe(samples, bytes(16), seed=seed, profile=profile)
    marked, record = embed(samples, description, b"", close=lambda _: bytes(64))
    forged, _ = embed(samples, description, b"\1", close=lambda _: bytes(64))
    tile = description.layout.coding.boxes[int(description.carrying.argmax())]
    box = slice(tile[0], tile[0] + tile[2]), slice(tile[1], tile[1] + tile[3])
    values = marked.values.copy()
    values[box] = forged.values[box]
    extract(Samples(values, samples.bits, samples.signed, samples.colour))
    values = marked.values.copy()
    values[:40, :40] = 0
    damaged = Samples(values, samples.bits, samples.signed, samples.colour)
    checks = pick_checks(list_cells(marked, description, seed), description, _FEW)
    localise(damaged, description, seed, extract(damaged), checks=checks)
    restore(marked, record)
    cut = np.ascontiguousarray(marked.values[3:])
    search(Samples(cut, samples.bits, samples.signed, samples.colour))
    _approximate(samples)


def _approximate(samples: Samples) -> None:
    """Compress and expand one frame of which a corner does not matter, and wholly a flat one."""
    matters = np.ones((samples.rows, samples.columns), dtype=np.bool_)
    matters[:20, :20] = False
    data = compress(samples, 900, matters)
    expand(data, Shape(samples.rows, samples.columns, samples.bits, samples.signed, samples.colour))
    compress(Samples(np.zeros((9, 9), dtype=np.uint8), 8), 900)
