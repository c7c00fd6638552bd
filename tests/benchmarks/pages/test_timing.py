"""Who judges, who seals and who forges each have a table of seconds and memory."""

from dataclasses import replace

from benchmarks.pages.contest.records import Contest
from benchmarks.pages.contest.timing import render_timing
from tests.benchmarks.synthetic import make_contest

SEAL = {"p50_ms": 0.21, "p95_ms": 0.6, "own_mb": 0.3, "n": 26}
CONTEST = make_contest()
FULL = replace(
    CONTEST,
    made_footprints="Made apart, in a test.",
    timings=CONTEST.timings
    | {
        "standard, tags": SEAL,
        "sealing: standard": SEAL | {"p50_ms": 8.3, "own_mb": 6.4},
        "forger: slow": {"fit_s": 137.8},
        "forger: quick": {"fit_s": 42.6},
        "untimed": {"fit_s": 1.0},
        "U-Net -pix2pix": {"p50_ms": 1.0},
    },
)


def lines(title: str, contest: Contest = FULL) -> dict[str, list[str]]:
    """Return the lines of the table under a title, by their first cell, the head first."""
    part = render_timing(contest).split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]
    return {row[0]: row[1:] for row in cells}


def test_forgers_stand_by_themselves_in_the_order_of_their_training() -> None:
    assert lines("Training forgers") == {
        "forger": ["training, s"],
        "quick": ["42.6"],
        "slow": ["137.8"],
    }
    assert not {"slow", "quick", "forger: slow", "sealing: standard"} & set(lines("Who judges"))


def test_who_judges_is_ordered_by_the_median_and_the_untimed_come_last() -> None:
    assert list(lines("Who judges")) == [
        *("judge", "standard, tags", "U-Net", "3-D network", "block DCT", "untimed")
    ]


def test_memory_of_seals_and_of_detectors_has_columns_of_its_own() -> None:
    found = lines("Who judges")
    head = found["judge"]
    own, peak, held = (
        head.index(name)
        for name in (
            "detector: beyond the start, MB",
            "detector: peak of the process, MB",
            "seal: held in one call, MB",
        )
    )
    assert [found["U-Net"][at] for at in (own, peak, held)] == ["97", "410", "-"]
    assert [found["standard, tags"][at] for at in (own, peak, held)] == ["-", "-", "0.3"]
    assert [found["3-D network"][at] for at in (own, peak, held)] == ["-", "-", "-"]
    sealed = lines("Sealing a picture")
    assert sealed["standard"][sealed["profile"].index("held in one call, MB")] == "6.4"


def test_pictures_a_second_are_the_median_to_two_figures() -> None:
    found = lines("Who judges")
    at = found["judge"].index("pictures a second")
    rates = {name: found[name][at] for name in ("standard, tags", "U-Net", "3-D network")}
    assert rates == {"standard, tags": "4800", "U-Net": "25", "3-D network": "14"}
    slow = replace(CONTEST, timings={"slow": {"p50_ms": 700.0}, "slower": {"p50_ms": 3456.0}})
    found = lines("Who judges", slow)
    at = found["judge"].index("pictures a second")
    assert (found["slow"][at], found["slower"][at]) == ("1.4", "0.29")


def test_what_memory_is_of_is_said_where_it_is_shown() -> None:
    text = render_timing(FULL)
    assert "measured apart: made apart, in a test." in text
    assert "Memory of detectors: *beyond the start*" in text
    assert "Memory of seals: *held in one call*" in text
    timings = {name: {"p50_ms": 1.0, "n": 3} for name in ("U-Net", "standard, tags")}
    bare = render_timing(replace(CONTEST, timings=timings))
    assert "Memory of" not in bare
    assert "MB |" not in bare
    assert "All times are processor time of one thread" in bare


def test_detectors_that_left_a_family_out_are_not_timed_again() -> None:
    assert "U-Net -pix2pix" not in render_timing(FULL)
