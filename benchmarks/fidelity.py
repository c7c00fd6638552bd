"""What the mark does to the picture a reader sees and a program measures.

    python -m benchmarks.fidelity --out benchmarks/results/fidelity.jsonl

A few frames of every kind of image, each profile and both transforms: the marked frame is held
against the original by every measure of benchmarks/measures, the restored one by its SHA-256; and
payload against PSNR, over profile, tolerated damage and the area that may carry. Without the folder
of images two frames that pydicom ships are measured. Writes JSON lines;
`python -m benchmarks.render` makes docs/results/fidelity.md of them. Returns 1 where a frame does
not come back bit for bit, and where there was none to mark.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from hashlib import sha256
from multiprocessing import get_context
from typing import Any

import numpy as np
from numpy.typing import NDArray

import watermark
from benchmarks.marked import marking_of
from benchmarks.measures import information, structure
from benchmarks.measures.features import BIN, drift
from benchmarks.measures.filters import Plane
from benchmarks.measures.gradients import gmsd
from benchmarks.measures.greyscale import see
from benchmarks.measures.lesions import change_inside
from benchmarks.measures.noise import native_noise, spectrum_ratio
from benchmarks.measures.thresholds import count_crossings
from benchmarks.measures.units import measure_error
from benchmarks.measures.windows import WHITE, compare, show, stretch
from benchmarks.runs import options_of, write
from benchmarks.specimens import Specimen, find
from signing.certificate import Certificate
from signing.envelope import parse
from signing.marking import MarkedFrame, make_mark
from watermark.description import Description
from watermark.errors import DoesNotFit
from watermark.parameters import PROFILES
from watermark.samples import Colour, Samples

TRANSFORMS = ("dwt", "dct")
DAMAGES = (0.49, 0.25, 0.1)
"""Tolerated damage on the curve."""
AREAS = (0.5, 0.25, 0.125)
"""Shares of the rows that may carry on the curve, beside all, at the least of DAMAGES."""
SIGNATURE_BITS = 512
"""What the closing tile carries."""
LEVELS = 32
"""Grey levels of the range in use for radiomics where the unit is not HU."""
DIGITS = 5
Row = dict[str, Any]


def examine(specimen: Specimen) -> list[Row]:
    """Return a row for each profile and transform."""
    rows = []
    for profile in PROFILES:
        for transform in TRANSFORMS:
            row = _head("frame", specimen, profile.name, transform)
            try:
                made = _mark(specimen, profile.name, transform)
            except DoesNotFit as error:
                rows.append({**row, "outcome": error.reason})
                continue
            restored = watermark.restore(made.samples, made.record)
            row["outcome"] = "marked"
            row["restored"] = _digest(restored) == _digest(specimen.samples)
            before, after = (specimen.middle(one) for one in (specimen.samples, made.samples))
            rows.append(row | _likeness(specimen, before, after) | _harm(specimen, before, after))
    return rows


def _head(what: str, specimen: Specimen, profile: str, transform: str) -> Row:
    """Return the fields that say what a row is of."""
    return {
        "what": what,
        "image": specimen.path,
        "patient": specimen.patient,
        "kind": specimen.kind,
        "bits": specimen.samples.bits,
        "profile": profile,
        "transform": transform,
    }


def _mark(
    specimen: Specimen,
    profile: str,
    transform: str,
    damage: float = 0.49,
    protect: NDArray[np.bool_] | None = None,
) -> MarkedFrame:
    """Return the frame marked; raises DoesNotFit where it cannot carry."""
    marking = marking_of(specimen.path, profile)
    marking = replace(marking, transform=transform, damage=damage)
    return make_mark(specimen.samples, 0, marking, protect)[0]


def _digest(samples: Samples) -> bytes:
    """Return the SHA-256 of the samples."""
    return sha256(samples.octets().tobytes()).digest()


def _likeness(specimen: Specimen, before: Samples, after: Samples) -> Row:
    """Return the measures of likeness, each with its peak or at its fixed scale."""
    a, b = before.values, after.values
    span = int(a.max()) - int(a.min())
    peaks = {"stored": compare(a, b, (1 << before.bits) - 1), "used": compare(a, b, max(1, span))}
    native, changed = specimen.native(before), specimen.native(after)
    for window in specimen.windows:
        peaks[window.name] = compare(show(native, window), show(changed, window), WHITE)
    first = specimen.windows[0]
    one, other = (_grey(stretch(plane, first)) for plane in (native, changed))
    row: Row = {
        "mean_square": _mean_square(before, after),
        "changed": float((a != b).mean()),
        "peaks": {name: asdict(likeness) for name, likeness in peaks.items()},
        "jnd": {
            window.name: asdict(
                see(_grey(stretch(native, window)), _grey(stretch(changed, window)))
            )
            for window in specimen.windows
        },
        "gmsd": gmsd(WHITE * one, WHITE * other),
    }
    if min(one.shape) >= structure.LEAST_EDGE:
        row["ms_ssim_loss"] = 1 - structure.ms_ssim(WHITE * one, WHITE * other, WHITE)
    if min(one.shape) >= information.LEAST_EDGE and np.ptp(one):
        row["vifp_loss"] = 1 - information.vifp(WHITE * one, WHITE * other)
    return row


def _mean_square(before: Samples, after: Samples) -> float:
    """Return the mean square change in stored steps."""
    change = after.values.astype(np.float64) - before.values.astype(np.float64)
    return float((change * change).mean())


def _harm(specimen: Specimen, before: Samples, after: Samples) -> Row:
    """Return what is measured in native units."""
    a, b = specimen.native(before), specimen.native(after)
    grey, changed = _grey(a), _grey(b)
    row: Row = {
        "error": asdict(measure_error(a, b)),
        "noise": native_noise(grey),
        "spectrum": spectrum_ratio(grey, changed),
    }
    if specimen.kind.startswith("CT"):
        row["volumes"] = asdict(count_crossings(a, b))
    if specimen.boxes:
        row["lesion"] = asdict(change_inside(a, b, specimen.boxes))
    rows, columns = grey.shape
    top, left, bottom, right = (rows // 4, columns // 4, rows - rows // 4, columns - columns // 4)
    if specimen.boxes:
        top, left, bottom, right = specimen.boxes[0]
    width = BIN if specimen.kind.startswith("CT") else max(float(np.ptp(grey)) / LEVELS, 1e-9)
    part = slice(top, bottom), slice(left, right)
    row["drift"] = drift(grey[part], changed[part], width)
    return row


def _grey(plane: Plane) -> Plane:
    """Return (rows, columns): of colour, the mean of the channels."""
    return plane if plane.ndim == 2 else np.asarray(plane.mean(axis=2))


def draw_curve(specimen: Specimen) -> list[Row]:
    """Return rows of payload and mean square error of one grey frame."""
    cases = [(p.name, "dwt", d, 1.0) for p in PROFILES for d in DAMAGES]
    cases += [(p.name, "dct", DAMAGES[0], 1.0) for p in PROFILES]
    cases += [(p.name, "dwt", DAMAGES[-1], area) for p in PROFILES for area in AREAS]
    rows = []
    for profile, transform, damage, area in cases:
        samples = specimen.samples
        protect = np.zeros(samples.values.shape, dtype=np.bool_)
        protect[round(area * samples.rows) :] = True
        try:
            made = _mark(specimen, profile, transform, damage, protect if area < 1 else None)
        except DoesNotFit:
            continue
        claims = Certificate.decode(parse(made.certificate).payload)
        description = Description.decode(claims.description)
        count = samples.rows * samples.columns
        carried = 8 * description.carriers * description.layout.chunk_bytes + SIGNATURE_BITS
        row = _head("curve", specimen, profile, transform)
        row |= {"damage": damage, "area": area, "carried": carried / count}
        row |= {"payload": 8 * description.capacity / count, "record": 8 * len(made.record) / count}
        rows.append(row | {"mean_square": _mean_square(samples, made.samples)})
    return rows


def measure(specimen: Specimen, with_curve: bool) -> list[Row]:
    """Return the rows of one frame."""
    return examine(specimen) + (draw_curve(specimen) if with_curve else [])


def all_rows(specimens: Iterator[Specimen]) -> Iterator[Row]:
    """Yield the rows of all frames; the first grey frame of each kind and folder has a curve."""
    drawn: set[tuple[str, str]] = set()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = []
        for specimen in specimens:
            place = specimen.kind, specimen.path.split("/", maxsplit=1)[0]
            with_curve = specimen.samples.colour is Colour.GREY and place not in drawn
            if with_curve:
                drawn.add(place)
            jobs.append(pool.submit(measure, specimen, with_curve))
        for job in jobs:
            yield from job.result()


def shorten(value: Any) -> Any:
    """Return a value with its floats at DIGITS significant digits."""
    if isinstance(value, dict):
        return {key: shorten(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [shorten(one) for one in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def main() -> int:
    """Measure a corpus; returns 1 where a frame does not come back."""
    options = options_of(__doc__).parse_args()
    rows = list(all_rows(find(options.corpus, options.only)))
    write(options.out, (json.dumps(shorten(row), separators=(",", ":")) for row in rows))
    marked = [row for row in rows if row.get("outcome") == "marked"]
    back = sum(row["restored"] for row in marked)
    frames = len({row["image"] for row in rows})
    print(f"{frames} frames, {len(rows)} rows; {back} of {len(marked)} marked frames restored")
    return 0 if marked and back == len(marked) else 1


if __name__ == "__main__":
    sys.exit(main())
