"""Seals against detectors on the same forgeries: `python -m benchmarks.contest`.

Trains the forgers and the detectors on the training patients, puts every forgery of the suite
before all of them, on pictures that were sealed and on the same ones that were not, and writes raw
rows: contest.jsonl, timings.json, learning.json; then the same for the detectors' best case:
best-case.jsonl. `python -m benchmarks.render` and
`python -m benchmarks.plots` make pages and plots of them. --quick is a run of a minute or so, on
less of everything; its rows say nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from time import monotonic

from benchmarks.contest.collection import NoImages, open_collection, shipped_collection
from benchmarks.contest.familiar import FamiliarSeries
from benchmarks.contest.publishing import publish
from benchmarks.contest.rows import write_rows
from benchmarks.contest.running import Run
from benchmarks.contest.size import BEST_CASE, FULL, QUICK, QUICK_BEST_CASE, Size
from benchmarks.contest.split import MalformedSplit
from benchmarks.contest.staging import say
from benchmarks.pages.contest.records import BEST_CASE as BEST_CASE_FILE
from benchmarks.pages.contest.records import LEARNING, TIMINGS
from benchmarks.pages.tables import PAGES, ROWS
from benchmarks.provenance import BOOK, note

CONTEST = "contest.jsonl"


def parse() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contest", description=__doc__)
    parser.add_argument("--corpus", type=Path, help="folder of images; where --split is needed")
    parser.add_argument("--split", type=Path, help="whose each image is, and what it is used for")
    parser.add_argument("--shipped", action="store_true", help="what pydicom and others ship")
    parser.add_argument("--quick", action="store_true", help="a minute, to see that all works")
    parser.add_argument("--out", type=Path, required=True, help="folder for rows")
    parser.add_argument("--pages", type=Path, help="folder for tables and plots of these rows")
    parser.add_argument("--cases", type=Path, help="folder for all pictures and what was changed")
    parser.add_argument("--weights", type=Path, help="folder of trained forgers, to keep or reuse")
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args()


def main() -> int:
    """Run the contest and write its rows."""
    options = parse()
    shipped = options.shipped or (options.quick and options.corpus is None)
    try:
        collection = (
            shipped_collection() if shipped else open_collection(options.corpus, options.split)
        )
    except (MalformedSplit, NoImages, OSError) as error:
        print(f"contest: {error}", file=sys.stderr)
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    start = monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.cases or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        run = Run(collection, QUICK if options.quick else FULL, options.seed, folder)
        run.train_forgers(options.weights or Path(scratch) / "weights")
        run.perform()
        keep(run, CONTEST, options.out)
        for name, content in ((LEARNING, run.compare_splits()), (TIMINGS, run.timings)):
            text = json.dumps(content, indent=1, sort_keys=True) + "\n"
            (options.out / name).write_text(text, encoding="utf-8")
        best = run_best_case(run, QUICK_BEST_CASE if options.quick else BEST_CASE)
        if best is not None:
            keep(best, BEST_CASE_FILE, options.out)
    show(run, options.out, options.pages)
    say(f"{len(run.all_rows())} rows in {monotonic() - start:.0f} s")
    return 0


def keep(run: Run, name: str, folder: Path) -> None:
    """Write the rows of a run, and where they are from."""
    write_rows(folder / name, run.all_rows())
    note(name, folder / BOOK.name, run.seed)


def run_best_case(run: Run, size: Size) -> Run | None:
    """Return a run on familiar series by the same forgers; None of a corpus without series."""
    series = FamiliarSeries(run.collection.corpus, run.collection.split)
    if not series.images("test", 1):
        return None
    say("the detectors' best case: they learn from the series that they are asked about")
    folder = run.folder / "best-case"
    folder.mkdir(exist_ok=True)
    best = Run(series, size, run.seed, folder)
    best.train_forgers(run.weights)
    best.perform()
    return best


def show(run: Run, rows: Path, pages: Path | None) -> None:
    """Draw the example; of rows that are not to be committed, all pages and plots."""
    plots = (pages or PAGES) / "plots"
    if pages or rows.resolve() == ROWS:
        plots.mkdir(parents=True, exist_ok=True)
        (plots / "example.png").write_bytes(run.strip.render(run.heats))
    if pages:
        say(f"{len(publish(rows, pages))} tables and plots in {pages}")


if __name__ == "__main__":
    sys.exit(main())
