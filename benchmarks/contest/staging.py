"""Which exposures are made of which image, and making them in processes side by side."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.attacks.forgery import Array
from benchmarks.contest.aimed import aimed_exposures
from benchmarks.contest.collection import Collection, Image, donor_for
from benchmarks.contest.exposing import Plan, expose
from benchmarks.contest.learned import HELD_OUT, load_attacks
from benchmarks.contest.rows import Row
from benchmarks.contest.schooling import draw_examples
from benchmarks.contest.scratch import Key, write_batch, write_lesson
from benchmarks.contest.size import Portion, Size
from benchmarks.threads import use_one_thread

Found = list[tuple[Key, Row, bool]]
"""Where each exposure lies, its row, and whether passive detectors see it."""
FORGED = 2
"""Validation pictures of each kind that are forged, for the ensemble to learn from."""


@dataclass(frozen=True, eq=False)
class Job:
    """An image to make exposures of."""

    image: Image
    donor: Array
    plan: Plan
    """Without learned attacks, which the process loads itself."""
    weights: Path
    path: Path

    def make(self) -> Found:
        """Write the exposures; of validation pictures none by the generator held out."""
        learned = load_attacks(self.weights)
        if self.image.role.part == "validation":
            learned = tuple(one for one in learned if one.family != HELD_OUT)
        donor = self.image.picture.like(self.donor)
        plan = replace(self.plan, learned=learned)
        return write_batch(self.path, expose(self.image, donor, plan))


@dataclass(frozen=True)
class AimedJob:
    """Files on whose seals attacks are aimed, and copies of them."""

    collection: Collection
    most: int
    path: Path

    def make(self) -> Found:
        """Write the exposures."""
        return write_batch(self.path, aimed_exposures(self.collection, self.most))


@dataclass(frozen=True, eq=False)
class LessonJob:
    """What detectors learn from, which is drawn of training patients."""

    images: list[Image]
    count: int
    seed: int
    weights: Path
    path: Path

    def make(self) -> Found:
        """Write the examples; they are no exposures."""
        known = [one for one in load_attacks(self.weights) if one.family != HELD_OUT]
        write_lesson(self.path, draw_examples(self.images, self.count, self.seed, known))
        return []


def make_jobs(collection: Collection, size: Size, weights: Path, folder: Path) -> list[Job]:
    """Return the jobs of validation and test patients, each with a file of its own."""
    jobs: list[Job] = []

    def add(image: Image, images: list[Image], plan: Plan) -> None:
        path = folder / f"{image.role.part}-{len(jobs)}.npz"
        jobs.append(Job(image, donor_for(image, images), plan, weights, path))

    images = _images(collection, "validation", size.validation, size)
    counts: dict[str, int] = {}
    for image in images:
        counts[image.role.kind] = counts.get(image.role.kind, 0) + 1
        forged = counts[image.role.kind] <= FORGED
        add(image, images, Plan(thorough=False, forged=forged, profiles=()))
    images = _images(collection, "test", size.test, size)
    swept = _swept(images, size)
    for image in images:
        plan = Plan(
            sweeps=image.name in swept,
            thorough=size.thorough,
            profiles=size.profiles,
            sealed_seen=size.sealed_seen,
        )
        add(image, images, plan)
    names = {image.name for image in images}
    for image in _images(collection, "test", size.untouched, size):
        if image.name not in names:
            add(image, [], Plan(forged=False, profiles=size.profiles))
    return jobs


def _images(collection: Collection, part: str, portion: Portion, size: Size) -> list[Image]:
    """Return the images of a part."""
    return collection.images(part, portion.pictures, portion.windows)[-size.most :]


def _swept(images: Sequence[Image], size: Size) -> set[str]:
    """Return the names of images on which sizes, strengths and processing are varied: the first of
    each patient, of as many patients of each kind as asked."""
    first: dict[str, dict[str, str]] = {kind: {} for kind in size.swept}
    for image in images:
        if image.role.kind in first:
            first[image.role.kind].setdefault(image.role.patient, image.name)
    return {name for named in first.values() for name in list(named.values())[: size.sweeps]}


def run_jobs(
    act: Callable[[Any], Any], jobs: Sequence[Any], what: str, *, apart: bool = False
) -> Iterator[Any]:
    """Yield what becomes of all jobs, two at a time; apart: each in a process of its own, so that
    the memory that it took is its own."""
    tasks = 1 if apart else None
    context = get_context("spawn")
    with ProcessPoolExecutor(
        2, context, initializer=use_one_thread, max_tasks_per_child=tasks
    ) as pool:
        futures = [pool.submit(act, job) for job in jobs]
        for number, future in enumerate(as_completed(futures), start=1):
            yield future.result()
            say(f"{number} of {len(jobs)} {what}")


def say(words: str) -> None:
    """Tell how far the run is."""
    width = shutil.get_terminal_size().columns
    print(words[:width], file=sys.stderr, flush=True)
