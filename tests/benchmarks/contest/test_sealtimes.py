"""Seals have a line for each step in the table of times."""

from benchmarks.contest.collection import shipped_collection
from benchmarks.contest.sealtimes import time_seals


def test_each_profile_is_timed_on_every_picture_it_takes() -> None:
    images = shipped_collection().images("test", 1, windows=1)[-2:]
    found = time_seals(images)
    for profile in ("standard", "full"):
        for name in (f"sealing: {profile}", f"{profile}, tags", f"{profile}, stripped"):
            assert found[name]["n"] == len(images) == 2
            assert 0 < found[name]["p50_ms"] <= found[name]["p95_ms"]
    assert found["standard, tags"]["p50_ms"] < found["standard, stripped"]["p50_ms"]
