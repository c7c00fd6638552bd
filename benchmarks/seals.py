"""Attacks on the seal, on headers and on series: `python -m benchmarks.seals`.

Whole files are sealed in every profile, attacked by who knows everything but the key (or has
stolen that too), and judged from the tags and without them. Rows of benchmarks.contest.rows;
exits with 1 where a verdict is not as promised.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from benchmarks.contest.adaptive import on_samples
from benchmarks.contest.controls import on_controls
from benchmarks.contest.counterfeits import on_broken_seals, on_seals
from benchmarks.contest.headers import on_headers
from benchmarks.contest.rows import Row, digest_flags, write_rows
from benchmarks.contest.scenes import (
    PROFILES,
    Scene,
    Trial,
    judge_file,
    judge_stripped,
    scene_of,
    worst,
)
from benchmarks.contest.series import SLICES, on_series, run_of
from benchmarks.contest.sources import (
    Source,
    estranged,
    list_series,
    series_of,
    sources,
    turned,
)
from benchmarks.provenance import note
from benchmarks.runs import options_of

USUAL = ("standard", "detached")
"""Profiles that are put through the trials in which no sample matters, too."""

Found = tuple[list[Row], list[str]]
"""Rows, and a line for each verdict that was not promised."""


def trials(scene: Scene) -> Iterator[Trial]:
    """Yield every trial on one sealed file; what no profile makes a difference to, of two alone."""
    yield from on_samples(scene)
    if scene.profile in USUAL:
        yield from chain(on_seals(scene), on_broken_seals(scene))
        yield from chain(on_headers(scene), on_controls(scene))


def examine(source: Source) -> Found:
    """Return the rows of one file in every profile that it is large enough for."""
    judge = Judge(source.path, source.patient, source.kind)
    for profile in PROFILES:
        scene = scene_of(source, profile)
        if scene is not None:
            judge.take(profile, trials(scene))
    return list(judge.rows.values()), judge.wrong


def examine_series(corpus: Path, name: str) -> Found:
    """Return the rows of one series in every profile that it is large enough for."""
    patient, kind, slices = series_of(corpus, name, SLICES)
    judge = Judge(name, patient, kind)
    stranger = estranged(turned(slices[0]))
    for profile in PROFILES:
        run = run_of(slices, stranger, profile)
        if run is not None:
            judge.take(profile, on_series(run))
    return list(judge.rows.values()), judge.wrong


@dataclass
class Judge:
    """What is said of the trials on one image; those of all profiles share a row.

    Each leaves other samples in the sealed picture, so that an attack changes more of them in one
    than in another: a row has the least count, and a mask only where it is that of all.
    """

    image: str
    patient: str
    kind: str
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """A line for each verdict that was not promised."""

    def take(self, profile: str, found: Iterator[Trial]) -> None:
        """Judge trials, with their tags and without; of `detached` nothing is left without."""
        with tempfile.TemporaryDirectory() as folder:
            for trial in found:
                self._judge(profile, trial, Path(folder))

    def _judge(self, profile: str, trial: Trial, folder: Path) -> None:
        """Fill the row of one trial."""
        row = self._row(trial)
        reports = {"tags": [judge_file(data, folder) for data in trial.files]}
        if trial.stripped and profile != "detached":
            reports["stripped"] = [judge_stripped(data) for data in trial.files]
        for way, found in reports.items():
            name, verdict = f"{profile}, {way}", worst(report.verdict for report in found)
            row.verdicts[name] = verdict.value
            if verdict not in (trial.tags if way == "tags" else trial.stripped):
                whose = f"{self.image}, {trial.group} {trial.attack}"
                self.wrong.append(f"{whose}, {name}: {verdict}")

    def _row(self, trial: Trial) -> Row:
        """Return the row of a trial, made where it is the first."""
        key = trial.group, trial.attack
        changed = 0 if trial.forgery is None else int(trial.forgery.changed.sum())
        mask = digest_flags(trial.forgery.changed) if trial.forgery is not None else ""
        if key not in self.rows:
            row = Row(self.image, self.patient, self.kind, "test", *key, trial.size)
            row.level, row.marked, row.changed, row.mask = trial.level, True, changed, mask
            self.rows[key] = row
        row = self.rows[key]
        row.changed = min(row.changed, changed)
        row.mask = mask if row.mask == mask else ""
        return row


def run(corpus: Path, only: str) -> Iterator[Found]:
    """Yield what was found of each file and series, in two processes."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(examine, one) for one in sources(corpus) if only in one.path]
        names = [name for name in list_series(corpus) if only in name]
        jobs += [pool.submit(examine_series, corpus, name) for name in names]
        for job in jobs:
            yield job.result()


def main() -> int:
    """Fill the rows; returns 1 where something is not as promised."""
    options = options_of(__doc__).parse_args()
    warnings.simplefilter("ignore")
    rows: list[Row] = []
    wrong: list[str] = []
    for found in run(options.corpus, options.only):
        print(found[0][0].image, flush=True)
        rows += found[0]
        wrong += found[1]
    if options.out is not None:
        write_rows(options.out, rows)
        note(options.out.name)
    for line in wrong:
        print(line)
    said = Counter((row.group[0], way, word) for row in rows for way, word in row.verdicts.items())
    for key, count in sorted(said.items()):
        print(*key, count)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
