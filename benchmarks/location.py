"""Attacks on every image of a folder: `python -m benchmarks.location`.

Each distinct frame that can carry a mark is sealed and put through the matrix of benchmarks/cases:
is it detected, from the tags and from the samples alone, and which 8x8 cells are named, held
against those that truly differ. On 8-bit versions of the same frames published schemes are put
through the same forgeries. Prints a summary, writes JSON lines of sums, one for each patient,
attack and size; `python -m benchmarks.render` makes docs/results/location.md of them. Returns 1
where anything was not detected or an untouched tile was named.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context

import numpy as np

from benchmarks.cases import Case, Scene, all_cases
from benchmarks.ledger import Row, encode_cases, encode_scheme
from benchmarks.marked import Marked, Subject, count_checks, donor_for, mark, subjects
from benchmarks.rivals import compare_schemes
from benchmarks.runs import options_of, write
from benchmarks.scoring import (
    cells_grid,
    cells_of,
    judge_truth,
    map_from_tags,
    prove_alone,
    score_map,
)
from watermark.errors import DoesNotFit

SEED = 2026


Key = tuple[str, int, str, str, str, int]


def examine(subject: Subject, donor: Marked, marked: Marked, rows: dict[Key, Row]) -> None:
    """Put one marked frame through all attacks and add them to the rows."""
    profile = marked.description.profile.name
    seed = sha256(f"{SEED} {subject.path} {profile}".encode()).digest()
    scene = Scene(marked, donor, np.random.default_rng(int.from_bytes(seed[:8], "big")))
    touched = set()
    for case in all_cases(scene):
        named = (case.family, case.attack, case.size)
        key = (subject.modality, subject.patient, profile, *named)
        row = rows.setdefault(key, Row(*key))
        touched.add(key)
        _add(row, marked, case, subject.path)
    told, values = count_checks(marked)
    for key in touched:
        rows[key].frames += 1
        rows[key].told += told
        rows[key].values += values


def _add(row: Row, marked: Marked, case: Case, path: str) -> None:
    """Verify one forgery in both ways."""
    received = marked.like(case.forgery.values)
    truth = judge_truth(marked, case.forgery)
    tolerated = truth.tolerated and not (case.family == "forged" and case.size > 24)
    outcome, proof = prove_alone(received)
    row.cases += 1
    row.tolerated += tolerated
    row.tags_detected += marked.digest_of(received.values) != marked.digest
    counts = row.outcomes if tolerated else row.beyond
    counts[outcome] = counts.get(outcome, 0) + 1
    row.tags.add(score_map(marked, truth, map_from_tags(marked, received)), path)
    if tolerated:
        named = cells_of(proof.boxes, cells_grid(marked))
        row.pixels.add(score_map(marked, truth, named), path)


def run(found: list[Subject], profile: str, limit: int) -> list[Row]:
    """Return the rows of a profile, of at most `limit` of the frames of one folder."""
    rows: dict[Key, Row] = {}
    taken = 0
    for subject in found:
        try:
            marked = mark(subject.samples, subject.path, profile)
            donor = mark(donor_for(subject, found), f"donor of {subject.path}", profile)
        except DoesNotFit:
            continue
        examine(subject, donor, marked, rows)
        print(f"{profile} {subject.path}", flush=True)
        taken += 1
        if taken == limit:
            break
    return list(rows.values())


def run_all(found: list[Subject], limits: dict[str, int]) -> list[Row]:
    """Return the rows of all folders and profiles, computed by two processes."""
    folders: dict[str, list[Subject]] = defaultdict(list)
    for subject in found:
        folders[subject.folder].append(subject)
    ordered = sorted(folders.values(), key=lambda one: -sum(s.samples.values.size for s in one))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(run, one, profile, limit)
            for profile, limit in limits.items()
            for one in ordered
        ]
        return [row for job in jobs for row in job.result()]


def summarise(rows: list[Row]) -> bool:
    """Print what the rows come to; True when nothing passed and no untouched tile was named."""
    totals: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        mine = totals[row.profile]
        mine.update(cases=row.cases, tags=row.tags_detected, tolerated=row.tolerated)
        mine.update({f"alone {name}": count for name, count in row.outcomes.items()})
        mine.update({f"beyond {name}": count for name, count in row.beyond.items()})
        mine.update(tiles_tags=row.tags.tiles, units_alone=row.pixels.units)
    for profile, mine in totals.items():
        print(profile, dict(mine))
    return all(
        mine["tags"] == mine["cases"]
        and not mine["alone proved"] + mine["beyond proved"] + mine["tiles_tags"]
        and not mine["units_alone"]
        for mine in totals.values()
    )


def main() -> int:
    """Measure a corpus; returns 1 when anything passes or an untouched tile is named."""
    parser = options_of(__doc__)
    parser.add_argument("--limit", type=int, default=1000, help="frames a folder, standard")
    parser.add_argument("--others", type=int, default=2, help="frames a folder, light and full")
    parser.add_argument("--rivals", type=int, default=6, help="frames a folder, published schemes")
    parser.add_argument("--quick", action="store_true", help="one frame a folder")
    options = parser.parse_args()
    if options.quick:
        options.limit = options.others = options.rivals = 1
    found = list(subjects(options.corpus, options.only))
    limits = {"standard": options.limit, "light": options.others, "full": options.others}
    rows = run_all(found, limits)
    against = list(compare_schemes(found, options.rivals))
    write(options.out, [*encode_cases(rows), *(encode_scheme(row) for row in against)])
    return 0 if summarise(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
