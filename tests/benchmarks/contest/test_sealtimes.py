"""Seals have a line for each step in the table of times, with the memory that it took."""

import numpy as np
import pytest

from benchmarks.contest.collection import shipped_collection
from benchmarks.contest.sealtimes import time_seals, weigh, weigh_seals


def test_each_profile_is_timed_on_every_picture_it_takes() -> None:
    images = shipped_collection().images("test", 1, windows=1)[-2:]
    found = time_seals(images)
    for profile in ("standard", "full"):
        for name in (f"sealing: {profile}", f"{profile}, tags", f"{profile}, stripped"):
            assert found[name]["n"] == len(images) == 2
            assert 0 < found[name]["p50_ms"] <= found[name]["p95_ms"]
            assert found[name]["own_mb"] > 0
    assert found["standard, tags"]["p50_ms"] < found["standard, stripped"]["p50_ms"]


def test_what_a_call_held_at_once_is_weighed() -> None:
    def act() -> int:
        first = np.ones(3_000_000, dtype=np.int8)
        second = np.ones(2_000_000, dtype=np.int8)
        held = int(first[0] + second[0])
        del first, second
        return held + int(np.ones(1_000_000, dtype=np.int8)[0])

    kept = np.ones(7_000_000, dtype=np.int8)
    assert weigh(act) == pytest.approx(5.0, abs=0.1)
    assert kept.size == 7_000_000


def test_memory_is_that_of_the_largest_picture() -> None:
    images = shipped_collection().images("test", 1, windows=1)
    grey = next(image for image in images if image.name.startswith("phantom"))
    larger = max(images, key=lambda image: image.samples.values.nbytes)
    assert larger.samples.values.nbytes > grey.samples.values.nbytes
    both, small = weigh_seals([grey, larger]), weigh_seals([grey])
    assert both == pytest.approx(weigh_seals([larger]), abs=0.15)
    assert both["standard, tags"] < both["standard, stripped"]
    pixels = grey.samples.values.size / 1e6
    assert small["sealing: standard"] >= 4 * pixels, "less than one plane of 32 bits"
    assert small["sealing: standard"] < both["sealing: standard"]
