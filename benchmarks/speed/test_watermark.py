"""Speed of the verbs on arrays, 512x512 and 2048x2048 samples of 16 bits, one core, warm.

`make benchmarks` prints the groups, with PyWavelets' lifting of the same size as a baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
import pywt

import watermark
from benchmarks.crops import nudge_windows
from watermark import Description, Samples, Shape
from watermark.carrier.coefficients import analyse
from watermark.geometry.orientation import ORIENTATIONS, Orientation
from watermark.geometry.synchronisation import glance
from watermark.parameters import Transform

EDGES = (512, 2048)
SEAL_ID, SEED = bytes(16), bytes(range(16))
every_edge = pytest.mark.parametrize("edge", EDGES)


@dataclass(frozen=True, eq=False)
class Case:
    """A frame before and after."""

    samples: Samples
    description: Description
    marked: Samples
    record: bytes


def sign(digest: bytes) -> bytes:
    """Return 64 bytes; signing is measured with the other house."""
    return digest * 2


def phantom(edge: int) -> Samples:
    """Return a seeded 16-bit picture: a disc with shading and noise on a noisy ground."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[:edge, :edge] / edge - 0.5
    disc = np.where(np.hypot(y, x) < 0.45, 20000.0 + 4000 * np.sin(9 * x) * np.cos(7 * y), 900.0)
    return Samples((disc + random.normal(0, 60, (edge, edge))).astype(np.uint16), 16)


@cache
def case(edge: int, profile: str = "standard") -> Case:
    """Return a marked phantom; marking it once also compiles every kernel."""
    watermark.warmup()
    samples = phantom(edge)
    description = watermark.describe(samples, SEAL_ID, seed=SEED, profile=profile)
    marked, record = watermark.embed(samples, description, b"payload", sign)
    return Case(samples, description, marked, record)


def run(samples: Samples, profile: str) -> tuple[Samples, bytes]:
    """Describe and embed."""
    description = watermark.describe(samples, SEAL_ID, seed=SEED, profile=profile)
    return watermark.embed(samples, description, b"payload", sign)


@pytest.mark.benchmark(group="watermark: describe")
@every_edge
def test_describe(benchmark: Any, edge: int) -> None:
    """Wetness, carrying tiles, digests."""
    given = case(edge)
    found = benchmark(watermark.describe, given.samples, SEAL_ID, seed=SEED)
    assert found.encoded == given.description.encoded


@pytest.mark.benchmark(group="watermark: embed")
@every_edge
def test_embed(benchmark: Any, edge: int) -> None:
    """Code, trellis, closing tile, record."""
    given = case(edge)
    marked, _ = benchmark(watermark.embed, given.samples, given.description, b"payload", sign)
    assert (marked.values == given.marked.values).all()


@pytest.mark.benchmark(group="watermark: describe + embed")
@pytest.mark.parametrize("profile", ["light", "standard", "full"])
@every_edge
def test_describe_and_embed(benchmark: Any, edge: int, profile: str) -> None:
    """What a sealer waits for, signatures apart."""
    given = case(edge, profile)
    marked, record = benchmark(run, given.samples, profile)
    assert (marked.values == given.marked.values).all()
    assert record == given.record


@pytest.mark.benchmark(group="watermark: extract")
@every_edge
def test_extract(benchmark: Any, edge: int) -> None:
    """Blind reading of an untouched frame."""
    reading = benchmark(watermark.extract, case(edge).marked)
    assert reading.payload.startswith(b"payload")


@pytest.mark.benchmark(group="watermark: extract, half of the frame lost")
@every_edge
def test_extract_from_half(benchmark: Any, edge: int) -> None:
    """Blind reading where erasures must be solved for."""
    given = case(edge)
    values = given.marked.values.copy()
    values[: int(edge * 0.4)] = 7
    reading = benchmark(watermark.extract, Samples(values, 16))
    assert reading.payload.startswith(b"payload")


@pytest.mark.benchmark(group="watermark: extract, unmarked")
@every_edge
def test_extract_unmarked(benchmark: Any, edge: int) -> None:
    """Every profile and transform is tried."""
    assert not benchmark(watermark.extract, case(edge).samples).marked


@pytest.mark.benchmark(group="watermark: search, found")
@pytest.mark.parametrize("profile", ["light", "standard", "full"])
@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")
def test_search(benchmark: Any, way: Orientation, profile: str) -> None:
    """A crop of a 512x512 frame, in each orientation: the grid, the payload."""
    values = case(512, profile).marked.values[37:, 21:]
    samples = Samples(np.ascontiguousarray(way.apply(values)), 16)
    found = benchmark(watermark.search, samples)
    assert (found.placement.orientation, found.placement.row) == (way, 37)
    assert found.reading.payload.startswith(b"payload")


@pytest.mark.benchmark(group="watermark: search, found, windows damaged")
@pytest.mark.parametrize("profile", ["light", "standard", "full"])
@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")
def test_search_behind_damage(benchmark: Any, way: Orientation, profile: str) -> None:
    """The same, where no tile in the windows that are read first is as it was."""
    values = np.ascontiguousarray(way.apply(case(512, profile).marked.values[37:, 21:]))
    samples = nudge_windows(Samples(values, 16), way, (27, 11))
    assert not list(glance(samples))
    found = benchmark(watermark.search, samples)
    assert (found.placement.orientation, found.placement.row) == (way, 37)
    assert found.reading.payload.startswith(b"payload")


@pytest.mark.benchmark(group="watermark: search, given up")
@pytest.mark.parametrize("edge", (*EDGES, 1024))
def test_search_in_vain(benchmark: Any, edge: int) -> None:
    """Every orientation, phase, transform and profile is tried."""
    assert benchmark(watermark.search, case(edge).samples) is None


@pytest.mark.benchmark(group="watermark: localise")
@pytest.mark.parametrize("damage", ["intact", "damaged"])
@every_edge
def test_localise(benchmark: Any, edge: int, damage: str) -> None:
    """One digest where nothing changed, else all of them."""
    given = case(edge)
    values = given.marked.values.copy()
    if damage == "damaged":
        values[100:140, 100:140] = 7
    samples = Samples(values, 16)
    found = benchmark(watermark.localise, samples, given.description, SEED)
    assert found.intact == (damage == "intact")


@pytest.mark.benchmark(group="watermark: closing")
@every_edge
def test_closing(benchmark: Any, edge: int) -> None:
    """Digest of the samples and the signature that they carry."""
    given = case(edge)
    assert benchmark(watermark.closing, given.marked, given.description).intact


@pytest.mark.benchmark(group="watermark: restore")
@every_edge
def test_restore(benchmark: Any, edge: int) -> None:
    """Back to the original from the record."""
    given = case(edge)
    found = benchmark(watermark.restore, given.marked, given.record)
    assert (found.values == given.samples.values).all()


@pytest.mark.benchmark(group="watermark: compress, expand")
@every_edge
def test_compress(benchmark: Any, edge: int) -> None:
    """A recovery copy at 0.1 bit/sample."""
    budget = edge * edge // 80
    assert len(benchmark(watermark.compress, case(edge).samples, budget)) == budget


@pytest.mark.benchmark(group="watermark: compress, expand")
@every_edge
def test_expand(benchmark: Any, edge: int) -> None:
    """A frame of its recovery copy."""
    data = watermark.compress(case(edge).samples, edge * edge // 80)
    found = benchmark(watermark.expand, data, Shape(edge, edge, 16))
    assert watermark.psnr(case(edge).samples.values, found.values, 65535) > 40


@pytest.mark.benchmark(group="transform of a frame")
@pytest.mark.parametrize("step", list(Transform))
@every_edge
def test_predict(benchmark: Any, edge: int, step: Transform) -> None:
    """The cell-local predict step, grey."""
    found = benchmark(analyse, case(edge).samples, step)
    assert found.bound.shape == (1, edge, edge)


@pytest.mark.benchmark(group="transform of a frame")
@every_edge
def test_pywavelets(benchmark: Any, edge: int) -> None:
    """Baseline: two levels of bior2.2 in floating point, the whole frame."""
    values = case(edge).samples.values.astype(np.float32)
    found = benchmark(pywt.wavedec2, values, "bior2.2", mode="periodization", level=2)
    assert found[0].shape == (edge // 4, edge // 4)
