"""One run of the contest, step by step: forgers, exposures, detectors, and what they came to."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.contest.collection import Collection, Image, donor_for
from benchmarks.contest.example import Strip, make_strip
from benchmarks.contest.exposing import Exposure, Plan, expose
from benchmarks.contest.jury import Findings, Task, work
from benchmarks.contest.learned import HELD_OUT, load_attacks, load_generators
from benchmarks.contest.lineup import Detectors, all_detectors, left_out_detectors
from benchmarks.contest.pictures import Example, Plane
from benchmarks.contest.rows import Row
from benchmarks.contest.schooling import draw_examples
from benchmarks.contest.scratch import Key, write_batch
from benchmarks.contest.sealtimes import time_seals
from benchmarks.contest.slices import compare_slices
from benchmarks.contest.volumes import (
    ONLY_VOLUME,
    Case,
    cases_of,
    judge_volumes,
    slices_for_training,
    volumes_for_training,
)
from benchmarks.generators.generator import CubeGenerator
from benchmarks.generators.training import BUDGETS, train_all
from benchmarks.passive.ensemble import Ensemble
from benchmarks.passive.training import FULL as FULL_NETWORKS
from benchmarks.passive.training import QUICK as QUICK_NETWORKS
from benchmarks.passive.training import Budget
from benchmarks.passive.volumes import VolumeDetector


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    name: str
    train: int
    """Pictures of each training patient, at most."""
    validation: int
    test: int
    windows: int
    """Of each large frame, at most."""
    examples: int
    """Forged pictures to learn from."""
    swept: tuple[str, ...]
    """Kinds of image on which sizes, strengths and processing are varied."""
    sweeps: int
    """Images of each of these."""
    cubes: int
    """Forged in each volume."""
    rounds: int
    """Models that are trained for each way to split; none where 0."""
    budget: Budget
    whole: bool
    """Whether whole frames are attacked too, and some detectors trained again without a family."""
    most: int = 1000
    """Pictures of a part at most."""


FULL = Size("full", 40, 12, 2, 2, 720, ("CT lung",), 2, 6, 2, FULL_NETWORKS, whole=True)
QUICK = Size("quick", 1, 1, 1, 1, 24, (), 0, 0, 0, QUICK_NETWORKS, whole=False, most=2)


_SPENT = "spent.json"
"""File beside the weights of forgers: what training them took."""
FORGED = 2
"""Validation pictures of each kind that are forged."""


@dataclass
class Run:
    """A run and what it has so far."""

    collection: Collection
    size: Size
    seed: int
    folder: Path
    """For what is not kept."""
    rows: dict[Key, Row] = field(default_factory=dict)
    batches: list[Path] = field(default_factory=list)
    timings: dict[str, dict[str, float]] = field(default_factory=dict)
    weights: Path = Path()
    cases: list[tuple[Key, Case]] = field(default_factory=list)
    training: list[Image] = field(default_factory=list)
    strip: Strip = field(default_factory=make_strip)
    heats: dict[str, Plane] = field(default_factory=dict)
    """What detectors make of the picture that is shown to readers."""

    def train_forgers(self, kept: Path | None) -> None:
        """Train the generators, or take those whose weights were kept."""
        self.training = self.collection.images("train", self.size.train, self.size.windows)
        self.weights = kept or self.folder / "weights"
        if self.weights.exists() and any(self.weights.glob("*.npz")):
            say(f"forgers of {self.weights}")
            self.timings |= json.loads((self.weights / _SPENT).read_text(encoding="utf-8"))
            return
        pictures = [image.picture for image in self.training]
        volumes = volumes_for_training(self.collection)
        say(f"forgers learn from {len(pictures)} pictures and {len(volumes)} volumes")
        for one in train_all(pictures, volumes, self.weights, BUDGETS[self.size.name], self.seed):
            self.timings[f"forger: {one.name}"] = {"fit_s": round(one.seconds, 1)}
        (self.weights / _SPENT).write_text(json.dumps(self.timings), encoding="utf-8")

    def expose(self) -> None:
        """Make all pictures that are put before the judges, and let the seals judge theirs."""
        jobs: list[Job] = []
        for part, most in (("validation", self.size.validation), ("test", self.size.test)):
            images = self.collection.images(part, most, self.size.windows)[-self.size.most :]
            counts: dict[str, int] = {}
            for image in images:
                kind = image.role.kind
                counts[kind] = counts.get(kind, 0) + 1
                swept = kind in self.size.swept and counts[kind] <= self.size.sweeps
                swept &= part == "test"
                donor = donor_for(image, images)
                path = self.folder / f"{part}-{len(jobs)}.npz"
                plan = Plan(sweeps=swept, thorough=self.size.whole)
                jobs.append(Job(image, donor, self.weights, path, plan, counts[kind] <= FORGED))
            say(f"{part}: {len(images)} pictures")
            if part == "test":
                self.timings |= time_seals(images)
        for found in spread(make_exposures, jobs, "pictures"):
            for key, row, _ in found:
                self.rows[key] = row
        self.batches = sorted(job.path for job in jobs)
        self._expose_volumes()

    def _expose_volumes(self) -> None:
        """Add forged cubes, where there are volumes and the forger of cubes was trained."""
        cube = load_cubes(self.weights) if self.size.cubes else None
        patients = {
            role.patient: role.part
            for role in self.collection.split.roles
            if not role.patient.startswith("@")
        }
        asked = [p for p, part in patients.items() if part != "train"] + [ONLY_VOLUME]
        for patient in asked if cube is not None else ():
            cases = list(cases_of(self.collection, patient, cube, self.size.cubes))
            if not cases:
                continue
            path = self.folder / f"volume-{len(self.batches)}.npz"
            found = write_batch(path, (case.exposure for case in cases))
            self.rows |= {key: row for key, row, _ in found}
            self.cases += [(key, case) for (key, _, _), case in zip(found, cases, strict=True)]
            self.batches.append(path)
            say(f"volume of {patient}: {len(cases)} cases")

    def judge(self) -> None:
        """Let every detector learn and judge, two at a time."""
        examples = self._lesson(())()
        say(f"detectors learn from {len(examples)} pictures")
        lesson: Callable[[], Sequence[Example]] = partial(list, examples)
        tasks = [self._task(one, lesson) for one in all_detectors(self.size.budget)]
        again = left_out_detectors(self.size.budget) if self.size.whole else []
        tasks += [self._task(one, self._lesson(one.without)) for one in again]
        for found in spread(work, tasks, "detectors", apart=self.size.whole):
            self._take(found)
        if self.cases:
            slices = slices_for_training(self.collection)
            detector = VolumeDetector(self.size.budget)
            self._take(judge_volumes(detector, slices, self.seed, self.cases))

    def _lesson(self, without: tuple[str, ...]) -> Callable[[], Sequence[Example]]:
        """Return what draws examples without some families, in any process."""
        return partial(teach, self.training, self.size.examples, self.seed, self.weights, without)

    def _task(self, one: Detectors, lesson: Callable[[], Sequence[Example]]) -> Task:
        """Return the task of a detector."""
        skipped = frozenset({ONLY_VOLUME}) if one.trained else frozenset()
        return Task(
            one.make,
            one.name,
            lesson,
            self.seed,
            self.batches,
            self.rows,
            self.strip.picture,
            one.only,
            skipped,
        )

    def _take(self, found: Findings) -> None:
        """Write what a detector said into the rows."""
        for key, score in found.scores.items():
            self.rows[key].scores[found.name] = score
        for key, judged in found.maps.items():
            self.rows[key].maps[found.name] = judged
        self.timings[found.name] = found.timing()
        if found.heat is not None:
            self.heats[found.name] = found.heat

    def combine(self) -> None:
        """Fit the ensemble to validation pictures, and let it judge all that all have judged."""
        names = [name for name in self._names() if " -" not in name]
        whole = [row for row in self.rows.values() if all(name in row.scores for name in names)]
        learned = [row for row in whole if row.part == "validation"]
        if not learned:
            return
        ensemble = Ensemble()
        ensemble.fit([_some(row, names) for row in learned], [bool(row.group) for row in learned])
        for row in whole:
            row.scores[Ensemble.name] = ensemble.combine_scores(_some(row, names))

    def _names(self) -> list[str]:
        """Return the detectors that saw pictures of all sorts."""
        counts: dict[str, int] = {}
        for row in self.rows.values():
            for name in row.scores:
                counts[name] = counts.get(name, 0) + 1
        most = max(counts.values(), default=0)
        return sorted(name for name, count in counts.items() if 2 * count > most)

    def compare_splits(self) -> dict[str, Any]:
        """Return what a cascade comes to that was split by slices, and by patients."""
        if not self.size.rounds:
            return {}
        say("the same detector, split by slices and by patients")
        return compare_slices(self.collection, self.weights, self.size.rounds, self.seed)

    def all_rows(self) -> list[Row]:
        """Return the rows in the order of images and attacks."""
        return [self.rows[key] for key in sorted(self.rows)]


def teach(
    images: list[Image], count: int, seed: int, weights: Path, without: tuple[str, ...]
) -> list[Example]:
    """Return examples by all forgers but the one that is held out, and without some families."""
    known = [one for one in load_attacks(weights) if one.family != HELD_OUT]
    return draw_examples(images, count, seed, known, without)


@dataclass(frozen=True, eq=False)
class Job:
    """An image to make exposures of."""

    image: Image
    donor: Any
    weights: Path
    path: Path
    plan: Plan
    """Without learned attacks, which the job loads itself."""
    forged: bool
    """Whether a validation picture is forged too, for the ensemble to learn from."""


def make_exposures(job: Job) -> list[tuple[Key, Row, bool]]:
    """Write the exposures of one image; of a validation picture those that were never sealed."""
    import torch

    torch.set_num_threads(1)
    learned = load_attacks(job.weights)
    donor = job.image.picture.like(job.donor)
    if job.image.role.part == "test":
        plan = replace(job.plan, learned=learned)
        return write_batch(job.path, expose(job.image, donor, plan))
    seen = [a for a in learned if a.family != HELD_OUT]
    plan = Plan(seen, thorough=False)
    return write_batch(job.path, plain(expose(job.image, donor, plan), forged=job.forged))


def plain(exposures: Iterable[Exposure], *, forged: bool) -> Iterable[Exposure]:
    """Yield an original, then, if they are wanted, its forgeries that were never sealed."""
    for one in exposures:
        if one.row.group and (one.row.marked or not forged):
            return
        if not one.row.marked:
            yield one


def load_cubes(folder: Path) -> CubeGenerator | None:
    """Return the forger of cubes; None where it was not trained."""
    made = load_generators(folder).values()
    return next((one for one in made if isinstance(one, CubeGenerator)), None)


def spread(
    act: Callable[[Any], Any], jobs: Sequence[Any], what: str, *, apart: bool = False
) -> Iterable[Any]:
    """Yield what becomes of all jobs, two at a time; apart: each in a process of its own, so that
    the memory that it took is its own."""
    context = get_context("spawn")
    with ProcessPoolExecutor(2, context, max_tasks_per_child=1 if apart else None) as pool:
        futures = [pool.submit(act, job) for job in jobs]
        for number, future in enumerate(as_completed(futures), start=1):
            yield future.result()
            say(f"{number} of {len(jobs)} {what}")


def say(words: str) -> None:
    """Tell how far the run is."""
    width = shutil.get_terminal_size().columns
    print(words[:width], file=sys.stderr, flush=True)


def _some(row: Row, names: Sequence[str]) -> dict[str, float]:
    """Return the scores of some detectors."""
    return {name: row.scores[name] for name in names}
