"""What a detector takes is told apart from what its process, and its parent, had before."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.contest.footprints import Load, weigh_detector
from benchmarks.contest.lineup import Detectors
from benchmarks.contest.phantoms import draw_chest
from benchmarks.contest.pictures import Picture
from benchmarks.contest.scratch import write_lesson
from benchmarks.contest.staging import run_jobs
from benchmarks.passive.blocks import EqualBlocks
from benchmarks.passive.detector import Opinion

HELD = 256
"""Megabytes."""


class Greedy(EqualBlocks):
    """Holds memory while it judges."""

    name = "greedy"

    def examine(self, picture: Picture) -> Opinion:
        """Return an opinion, after so much was written to."""
        np.ones(HELD * 125_000)
        return super().examine(picture)


@pytest.fixture
def loads(tmp_path: Path) -> list[Load]:
    """Return a modest detector and a greedy one, with a phantom to judge."""
    write_lesson(tmp_path / "lesson.npz", [])
    phantom = Picture(draw_chest(1), 12, "CT lung", 24.0, 1424.0)
    made = [Detectors(one.name, one, False) for one in (EqualBlocks, Greedy)]
    return [Load(one, tmp_path / "lesson.npz", [phantom], 1) for one in made]


def test_memory_is_that_of_the_detector_and_not_of_the_parent(loads: list[Load]) -> None:
    ours = np.ones(4 * HELD * 125_000)
    found = dict(run_jobs(weigh_detector, loads, "detectors", apart=True))
    assert ours.size
    modest, greedy = found[EqualBlocks.name], found[Greedy.name]
    assert 0 < modest["own_mb"] < HELD <= greedy["own_mb"] < 2 * HELD
    for one in (modest, greedy):
        assert one["own_mb"] < one["peak_mb"] < one["own_mb"] + 4 * HELD
