"""Attacks on the seal are counted by attack first, and then by file or series."""

from benchmarks.pages.seals import MARKED, render_seals, tell_alarms
from benchmarks.pages.tables import Row, load

WAY = "tags"


def row(image: str, verdict: str, profile: str = "standard") -> Row:
    """Return one attack on an image."""
    return {"image": image, "verdicts": {f"{profile}, {WAY}": verdict}}


def test_attacks_come_first_and_then_where_all_of_them_alarmed() -> None:
    rows = [row("a", "altered"), row("a", "authentic"), row("b", "altered"), row("b", "unsealed")]
    assert tell_alarms(rows, MARKED, WAY, "series") == (
        "3 of 4 attacks alarmed; all of them in 1 of 2 series (9% to 91%)"
    )


def test_an_attack_that_is_never_found_leaves_no_file_in_which_all_were() -> None:
    rows = [row(image, verdict) for image in "abcde" for verdict in ("altered", "authentic")]
    assert tell_alarms(rows, MARKED, WAY, "files") == (
        "5 of 10 attacks alarmed; all of them in 0 of 5 files (0% to 43%)"
    )


def test_what_was_not_tried_is_not_counted() -> None:
    assert tell_alarms([row("a", "altered", "detached")], MARKED, WAY, "files") == "-"


def test_the_page_counts_series_in_group_e_and_files_elsewhere() -> None:
    short = render_seals().split("## In short")[1].split("\n## ")[0]
    rows = load("seals.jsonl")
    for line in (line for line in short.splitlines() if line.startswith("| ")):
        group, _, level, first, *_ = (cell.strip() for cell in line.strip("|").split("|"))
        if group == "group":
            continue
        mine = [
            one
            for one in rows
            if one["group"].startswith(group) and one["group"] != "E0" and one["level"] == level
        ]
        unit = "series" if group == "E" else "files"
        assert first == tell_alarms(mine, MARKED, WAY, unit)
