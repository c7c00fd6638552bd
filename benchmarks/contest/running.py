"""One run of the contest, step by step: forgers, exposures, detectors, and what they came to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from operator import methodcaller
from pathlib import Path
from typing import Any

from benchmarks.contest.collection import Collection, Image
from benchmarks.contest.combining import combine
from benchmarks.contest.example import Strip, make_strip
from benchmarks.contest.jury import Findings, Task
from benchmarks.contest.learned import load_generators
from benchmarks.contest.lineup import Detectors, all_detectors, left_out_detectors
from benchmarks.contest.pictures import Plane
from benchmarks.contest.rows import Row
from benchmarks.contest.scratch import Key, write_batch
from benchmarks.contest.sealtimes import time_seals
from benchmarks.contest.size import Size
from benchmarks.contest.slices import compare_slices
from benchmarks.contest.staging import AimedJob, Found, Job, LessonJob, make_jobs, run_jobs, say
from benchmarks.contest.volumes import (
    ONLY_VOLUME,
    Case,
    VolumeTask,
    asked_patients,
    cases_of,
    sealed_cases,
    slices_for_training,
    volumes_for_training,
)
from benchmarks.generators.generator import CubeGenerator
from benchmarks.generators.training import BUDGETS, train_all

_SPENT = "spent.json"
"""File beside the weights of forgers: what training them took."""


@dataclass
class Run:
    """A run and what it has so far."""

    collection: Collection
    size: Size
    seed: int
    folder: Path
    """For pictures between those who make them and those who judge them."""
    rows: dict[Key, Row] = field(default_factory=dict)
    batches: list[Path] = field(default_factory=list)
    timings: dict[str, dict[str, float]] = field(default_factory=dict)
    weights: Path = Path()
    cases: list[tuple[Key, Case]] = field(default_factory=list)
    strip: Strip = field(default_factory=make_strip)
    heats: dict[str, Plane] = field(default_factory=dict)
    """What detectors make of the picture that is shown to readers."""

    def perform(self) -> None:
        """Make all pictures and let everybody judge them; the forgers are trained."""
        self.expose()
        self.judge()
        self.combine()

    def train_forgers(self, folder: Path) -> None:
        """Train the generators, or take those whose weights are in the folder."""
        self.weights = folder
        if folder.exists() and any(folder.glob("*.npz")):
            say(f"forgers of {folder}")
            self.timings |= json.loads((folder / _SPENT).read_text(encoding="utf-8"))
            return
        pictures = [image.picture for image in self._training()]
        volumes = volumes_for_training(self.collection)
        say(f"forgers learn from {len(pictures)} pictures and {len(volumes)} volumes")
        for one in train_all(pictures, volumes, folder, BUDGETS[self.size.name], self.seed):
            self.timings[f"forger: {one.name}"] = {"fit_s": round(one.seconds, 1)}
        (folder / _SPENT).write_text(json.dumps(self.timings), encoding="utf-8")

    def _training(self) -> list[Image]:
        """Return the pictures of training patients."""
        return self.collection.images("train", *self.size.train)

    def expose(self) -> None:
        """Make all pictures that are put before the judges, and let the seals judge theirs."""
        jobs = make_jobs(self.collection, self.size, self.weights, self.folder)
        if self.size.thorough:
            sealed = [job.image for job in jobs if job.plan.forged and job.plan.profiles]
            self.timings |= time_seals(sealed)
        aimed = AimedJob(self.collection, self.size.aimed, self.folder / "aimed.npz")
        every: list[Job | AimedJob] = [aimed, *jobs] if self.size.aimed else [*jobs]
        lesson = LessonJob(
            self._training(), self.size.examples, self.seed, self.weights, self._lesson
        )
        for found in run_jobs(methodcaller("make"), [lesson, *every], "batches of pictures"):
            self._add(found)
        self.batches = sorted(job.path for job in every)
        self._expose_volumes()

    def _add(self, found: Found) -> None:
        """Take the rows of a batch."""
        self.rows |= {key: row for key, row, _ in found}

    def _expose_volumes(self) -> None:
        """Add forged cubes, where there are volumes and the forger of cubes was trained."""
        cube = load_cubes(self.weights) if self.size.cubes else None
        if cube is None:
            return
        for patient in asked_patients(self.collection):
            cases = list(cases_of(self.collection, patient, cube, self.size.cubes))
            if not cases:
                continue
            sealed = list(sealed_cases(self.collection, patient, cube, self.size.cubes))
            path = self.folder / f"volume-{len(self.batches)}.npz"
            found = write_batch(path, [*(case.exposure for case in cases), *sealed])
            self._add(found)
            self.cases += [(key, case) for (key, _, _), case in zip(found, cases, strict=False)]
            self.batches.append(path)
            say(f"volume of {patient}: {len(cases)} cases, {len(sealed)} sealed")

    def judge(self) -> None:
        """Let every detector learn and judge, two at a time."""
        asked = all_detectors(self.size.budget)
        asked += left_out_detectors(self.size.budget) if self.size.again else []
        tasks: list[Task | VolumeTask] = [self._task(one) for one in asked]
        if self.cases:
            slices = slices_for_training(self.collection)
            tasks.insert(0, VolumeTask(slices, self.cases, self.size.budget, self.seed))
        for found in run_jobs(methodcaller("work"), tasks, "detectors"):
            self._take(found)

    @property
    def _lesson(self) -> Path:
        """The file of what detectors learn from."""
        return self.folder / "lesson.npz"

    def _task(self, one: Detectors) -> Task:
        """Return the task of a detector."""
        skipped = frozenset({ONLY_VOLUME}) if one.trained and self.cases else frozenset()
        return Task(one, self._lesson, self.seed, self.batches, self.rows, self.strip, skipped)

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
        """Let the ensemble judge all that all have judged."""
        combine(list(self.rows.values()))

    def compare_splits(self) -> dict[str, Any]:
        """Return what a cascade comes to that was split by slices, and by patients."""
        if not self.size.rounds:
            return {}
        say("the same detector, split by slices and by patients")
        return compare_slices(self.collection, self.weights, self.size.rounds, self.seed)

    def all_rows(self) -> list[Row]:
        """Return the rows in the order of images and attacks."""
        return [self.rows[key] for key in sorted(self.rows)]


def load_cubes(folder: Path) -> CubeGenerator | None:
    """Return the forger of cubes; None where it was not trained."""
    made = load_generators(folder).values()
    return next((one for one in made if isinstance(one, CubeGenerator)), None)
