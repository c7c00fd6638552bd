"""What the mark costs on a folder of images: `python -m benchmarks.quality`.

One frame of every image that can carry, each profile, flat areas wet (the default) and released
(the harder case): mean square change with the closing tile apart, share of samples changed,
largest change, PSNR at the peak of the bits stored, SSIM, blank tiles, achieved tolerance, and
how much the frame grows as raw bytes, JPEG-LS and JPEG 2000. Prints the worst rows against the
limits, writes JSON lines; `python -m benchmarks.render` makes docs/results/quality.md of them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

import watermark
from benchmarks.corpus import files_below
from benchmarks.runs import options_of, save
from signing import payload
from signing.dicom import codecs, part10
from signing.dicom.codecs import JPEG2000, JPEG_LS
from signing.dicom.encoders import encode_frame
from signing.dicom.frames import can_be_marked, frame_reason, judge, padding_range, to_samples
from signing.dicom.geometry import Geometry, measure
from signing.errors import SigningError
from watermark.carrier.coefficients import analyse
from watermark.carrier.wetness import find_wet
from watermark.errors import DoesNotFit
from watermark.parameters import PROFILES
from watermark.samples import Samples

SIMILAR_8 = {"light": 0.9995, "standard": 0.998}
"""Least SSIM at 8 bits."""
SIMILAR_10 = 0.9998
"""Least SSIM from 10 bits up, of the same profiles."""
LIMITS = {"light": 0.022, "standard": 0.086, "full": 0.155}
"""Largest mean square change, the closing tile apart."""


@dataclass
class Row:
    """One frame under one profile."""

    path: str
    modality: str
    rows: int
    columns: int
    bits: int
    profile: str
    spread: bool
    outcome: str
    changed: float = 0.0
    mean_square: float = 0.0
    mean_square_apart: float = 0.0
    largest: int = 0
    psnr: float = 0.0
    psnr_apart: float = 0.0
    ssim: float = 0.0
    blank: float = 0.0
    tolerance: float = 0.0
    record_bytes: int = 0
    certificate_bytes: int = 0
    jpeg_ls_growth: float = 0.0
    jpeg2000_growth: float = 0.0
    wet_changed: int = 0


def frames_of(path: Path) -> tuple[Samples, Geometry, str] | None:
    """Return the middle frame of a file that can carry a mark, its geometry and modality."""
    try:
        dataset = part10.read(path).dataset
        geometry = measure(dataset)
        if geometry is None or not can_be_marked(geometry):
            return None
        if not judge(dataset, "full", True).embed:
            return None
        frame = list(codecs.frames(dataset))[geometry.frames // 2]
        if frame_reason(frame, geometry) is not None:
            return None
        samples = to_samples(frame, geometry, padding_range(dataset, geometry))
        return samples, geometry, str(dataset.get("Modality", "?"))
    except SigningError:
        return None


def examine(path: Path, name: str) -> tuple[str, list[Row]]:
    """Return a digest of the samples, and a row for each profile, wet and released."""
    found = frames_of(path)
    if found is None:
        return "", []
    samples, geometry, modality = found
    rows = []
    for profile in PROFILES:
        for spread in (False, True):
            row = Row(
                name,
                modality,
                samples.rows,
                samples.columns,
                samples.bits,
                profile.name,
                spread,
                "marked",
            )
            try:
                _measure(samples, geometry, row)
            except DoesNotFit as error:
                row.outcome = error.reason
            rows.append(row)
    return sha256(samples.octets().tobytes()).hexdigest(), rows


def _measure(samples: Samples, geometry: Geometry, row: Row) -> None:
    """Mark one frame with random payload and fill the row."""
    description = watermark.describe(
        samples,
        bytes(16),
        seed=bytes(16),
        profile=row.profile,
        spread=row.spread,
        overhead=payload.OVERHEAD,
    )
    random = np.random.default_rng(7)
    packed = random.bytes(description.capacity)
    marked, record = watermark.embed(samples, description, packed, lambda d: random.bytes(64))
    change = marked.values.astype(np.int64) - samples.values.astype(np.int64)
    square = change * change
    top, left, height, width = description.layout.tiles.box(description.closing)
    apart = square.copy()
    apart[top : top + height, left : left + width] = 0
    peak = (1 << samples.bits) - 1
    row.changed = float((change != 0).mean())
    coefficients = analyse(samples, description.transform)
    wet = find_wet(samples, coefficients).hard
    moved = (marked.planes() != samples.planes()).any(axis=0)
    row.wet_changed = int((moved & (wet != 0)).sum())
    row.mean_square, row.mean_square_apart = float(square.mean()), float(apart.mean())
    row.largest = int(np.abs(change).max())
    row.psnr = watermark.psnr(samples.values, marked.values, peak)
    row.psnr_apart = float(10 * np.log10(peak**2 / max(row.mean_square_apart, 1e-12)))
    row.ssim = watermark.ssim(samples.values, marked.values, peak)
    coding = description.layout.coding.count
    row.blank = 1 - (description.carriers + 1) / coding
    row.tolerance = description.tolerance
    row.record_bytes, row.certificate_bytes = len(record), len(description.encoded) + 100
    if row.profile == "standard":
        row.jpeg_ls_growth = _growth(samples, marked, geometry, JPEG_LS)
        row.jpeg2000_growth = _growth(samples, marked, geometry, JPEG2000)


def _growth(samples: Samples, marked: Samples, geometry: Geometry, syntax: str) -> float:
    """Return by how much a frame grows under a lossless codec, as a share."""
    sizes = [len(encode_frame(_words(s), geometry, syntax) or b"") for s in (samples, marked)]
    return sizes[1] / sizes[0] - 1 if all(sizes) else float("nan")


def _words(samples: Samples) -> Any:
    """Return the samples as the encoders take them."""
    return np.ascontiguousarray(samples.values)


def all_rows(corpus: Path, only: str) -> Iterator[Row]:
    """Yield the rows of every distinct frame of the corpus."""
    paths = [p for p in files_below(corpus, False) if only in str(p)]
    seen: set[str] = set()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(examine, p, str(p.relative_to(corpus))) for p in paths]
        for job in jobs:
            digest, rows = job.result()
            if digest and digest not in seen:
                seen.add(digest)
                yield from rows


def main() -> int:
    """Measure a corpus; returns 1 when a limit is passed."""
    options = options_of(__doc__).parse_args()
    rows = list(all_rows(options.corpus, options.only))
    save(options.out, rows)
    failed = False
    for profile, limit in LIMITS.items():
        for spread in (False, True):
            mine = [r for r in rows if r.profile == profile and r.spread is spread]
            done = [r for r in mine if r.outcome == "marked"]
            if not done:
                continue
            worst = max(done, key=lambda r: r.mean_square_apart)
            failed |= worst.mean_square_apart > limit
            failed |= any(r.largest > 1 or r.wet_changed for r in done)
            failed |= _least(done, 8, 9) < SIMILAR_8.get(profile, 0)
            failed |= profile in SIMILAR_8 and _least(done, 10, 16) < SIMILAR_10
            print(
                f"{profile} {'released' if spread else 'wet'}: {len(done)} of {len(mine)} frames, "
                f"worst mean square {worst.mean_square_apart:.5f} (limit {limit}) {worst.path}; "
                f"least SSIM 8-bit {_least(done, 8, 9):.5f}, 10+ bits {_least(done, 10, 16):.6f}"
            )
    for modality in ("CT", "MR", "PT", "XA", "NM"):
        growth = sorted(
            (r.jpeg_ls_growth, r.path)
            for r in rows
            if r.modality == modality
            and r.profile == "standard"
            and not r.spread
            and r.outcome == "marked"
        )
        if growth:
            middle = growth[len(growth) // 2][0]
            print(f"JPEG-LS growth {modality}: n {len(growth)}, median {middle:.2%}, {growth[-1]}")
    return 1 if failed else 0


def _least(rows: list[Row], low: int, high: int) -> float:
    """Return the least SSIM of rows with low..high bits; 1 where there are none."""
    return min((r.ssim for r in rows if low <= r.bits <= high), default=1.0)


if __name__ == "__main__":
    sys.exit(main())
