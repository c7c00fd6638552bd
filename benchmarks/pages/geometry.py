"""docs/results/geometry.md out of benchmarks/results/geometry.jsonl."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from benchmarks.crops import BEYOND, HOSTILE, PROMISED, WITHIN
from benchmarks.geometry import FOUND, NOTHING, TRACE, WRONG
from benchmarks.pages.tables import Row, load, page, provenance, table
from benchmarks.tallies import rate
from watermark.geometry.orientation import ORIENTATIONS
from watermark.geometry.windows import MOST_SAMPLES

FILE = "geometry.jsonl"
EDGE = 512
"""Rows and columns of the frames to which the targets apply."""
MOST_FOUND, MOST_GIVEN_UP = 500, 1000
"""Milliseconds of a search, at most: the targets."""
_NONE = "-"

Key = TypeVar("Key")


def render_geometry() -> str:
    """Return docs/results/geometry.md."""
    rows = load(FILE)
    return page(
        "# Frames that lie otherwise: found, or given up",
        _introduction(rows),
        provenance(FILE),
        "## Against the targets, 512x512",
        _TARGETS,
        _against_targets(rows),
        "## By kind",
        _KINDS,
        _by_kind(rows),
        "## By orientation",
        _by_orientation(rows),
        "## By kind of image",
        _by_group(rows),
        "## By size",
        "Milliseconds, least / median / most, of frames of one size, all profiles. Only 512x512 "
        "has a target.",
        _by_size(rows),
        "## Hidden on purpose",
        _HIDDEN,
        _hidden(rows),
        "## Where it falls short",
        _missed(rows),
        _LIMITS,
    )


_TARGETS = (
    f"A frame within the signed tolerance is to be found in {MOST_FOUND} ms, all others given up "
    f"in {MOST_GIVEN_UP} ms a profile. One search tries all three profiles, both transforms and "
    "all orientations; the times are of all of it, by the profile under which the frame was "
    "sealed. Milliseconds, least / median / most."
)
_KINDS = (
    "*Found*: payload, orientation and place are as they were. *Wrongly*: a payload of more tiles "
    "than it takes to make one up that is not the sealed one, or the sealed one at another place. "
    "*Trace*: at least four tiles under one tag, but no payload, or one that nothing confirms; no "
    "geometry is reported of it. Cropped: up to 33 % of each axis off each side, up to 12 % "
    "where 20 to 32 % of the tiles are replaced besides. Sizes of all images; times are of "
    "512x512 frames."
)
_HIDDEN = (
    "A search first looks at nine windows of 96x96, or fewer and larger ones in large frames, and "
    "anybody can work out where they lie: they are 32 % of a frame of 512x512, 8 % of one of "
    "788x1318. So who crops or turns a frame could damage every coding tile in them, within the "
    "tolerance. *Lost*: one sample was changed in each of these tiles, then in others, until no "
    "more whole tiles were left than the payload needs. *Strewn*: pairs of true tiles lie there at "
    "places that are not theirs. A search then reads all of the picture, up to "
    f"{MOST_SAMPLES} samples (half as many in colour), and finds the mark; of a larger one it "
    f"reads a part, which up to {PROMISED} samples is more than may be damaged."
)
_LIMITS = (
    "A frame that keeps fewer whole carrying tiles than the payload needs is not found: at most a "
    "trace is. Small frames reach that point soon, since a cut through a tile loses all of it; "
    "draws in which too little was left were not counted, and where none in 1000 left enough a "
    "search is missing in these tables. Resized, sheared and otherwise rotated pictures are not "
    "found. The intervals take searches as independent, though several are of one image."
)


def _introduction(rows: list[Row]) -> str:
    """Return what was searched."""
    counts = []
    for profile, mine in _grouped(rows, lambda row: row["profile"]):
        frames = sum(row["frames"] for row in mine if row["kind"] == next(iter(WITHIN)))
        counts.append(f"{frames} under `{profile}`")
    return (
        f"{_searches(rows)} searches in frames of the development images ({', '.join(counts)}), "
        "sealed, then cropped, shifted or damaged and laid in one of the eight orientations: "
        f"{_searches(_within(rows))} that must be found and {_searches(_only(rows, BEYOND))} "
        f"that must be given up, besides {_searches(_free(rows))} that may be missed. Nothing "
        "but the samples is known. Processor time of one search, warm. Command: "
        "`python -m benchmarks.geometry --out benchmarks/results/geometry.jsonl`; rows in that "
        "file, this page by `python -m benchmarks.render`."
    )


def _against_targets(rows: list[Row]) -> str:
    """Return one line for each profile and one for all of them."""
    ours = [row for row in rows if (row["rows"], row["columns"]) == (EDGE, EDGE)]
    groups = [(f"`{name}`", mine) for name, mine in _grouped(ours, lambda row: row["profile"])]
    lines = []
    for name, mine in (*groups, ("all", ours)):
        within, beyond = _within(mine), _only(mine, BEYOND)
        lines.append(
            (
                name,
                rate(_sum(within, FOUND), _searches(within)),
                _times(within),
                _met(within, MOST_FOUND),
                _given_up(beyond),
                _times(beyond),
                _met(beyond, MOST_GIVEN_UP),
                _sum(mine, WRONG),
            )
        )
    head = ("profile", "found", "ms", f"within {MOST_FOUND} ms", "given up", "ms")
    return table((*head, f"within {MOST_GIVEN_UP} ms", "found wrongly"), lines)


def _by_kind(rows: list[Row]) -> str:
    """Return one line for each kind and profile."""
    order = [*WITHIN, *BEYOND, *HOSTILE]
    ordered = sorted(rows, key=lambda row: order.index(row["kind"]))
    lines = []
    for (kind, profile), mine in _grouped(ordered, lambda row: (row["kind"], row["profile"])):
        ours = [row for row in mine if (row["rows"], row["columns"]) == (EDGE, EDGE)]
        must = kind not in BEYOND
        lines.append(
            (
                kind,
                f"`{profile}`",
                rate(_sum(mine, FOUND), _searches(mine)) if must else _NONE,
                _NONE if must else _given_up(mine),
                f"{_sum(mine, TRACE)} / {_sum(mine, NOTHING)}",
                _sum(mine, WRONG),
                _times(ours),
            )
        )
    head = ("kind", "profile", "found", "given up", "trace / nothing", "wrongly")
    return table((*head, "ms, least / median / most"), lines)


def _by_orientation(rows: list[Row]) -> str:
    """Return how many of each orientation were found, all profiles."""
    within, lines = _within(rows), []
    for index, way in enumerate(ORIENTATIONS):
        tried = sum(row["ways"][index] for row in within)
        found = sum(row["ways_found"][index] for row in within)
        beyond = sum(row["ways"][index] for row in _only(rows, BEYOND))
        wrong = sum(row["ways_found"][index] for row in _only(rows, BEYOND))
        lines.append((way.name or "as sealed", rate(found, tried), rate(beyond - wrong, beyond)))
    return table(("orientation", "found", "given up"), lines)


def _by_group(rows: list[Row]) -> str:
    """Return one line for each kind of image, all profiles."""
    lines = []
    for group, mine in _grouped(rows, lambda row: row["group"]):
        within, beyond = _within(mine), _only(mine, BEYOND)
        sizes = sorted({(row["rows"], row["columns"]) for row in mine})
        lines.append(
            (
                group,
                ", ".join(f"{high}x{wide}" for high, wide in sizes),
                rate(_sum(within, FOUND), _searches(within)),
                _given_up(beyond),
                _sum(mine, WRONG),
            )
        )
    return table(("images", "rows x columns", "found", "given up", "found wrongly"), lines)


def _by_size(rows: list[Row]) -> str:
    """Return times by size."""
    ordered = sorted(rows, key=lambda row: (row["rows"] * row["columns"], row["rows"]))
    lines = []
    for (high, wide), mine in _grouped(ordered, lambda row: (row["rows"], row["columns"])):
        within, beyond = _within(mine), _only(mine, BEYOND)
        cells = [f"{high}x{wide}"]
        for some in (within, beyond):
            cells += [str(_searches(some)), _times(some)]
        lines.append(tuple(cells))
    head = ("rows x columns", "to be found", "ms", "to be given up", "ms")
    return table(head, lines)


def _hidden(rows: list[Row]) -> str:
    """Return how many of the frames that were to be hidden were found, and how fast, by size."""
    ordered = sorted(rows, key=lambda row: (row["rows"] * row["columns"], row["rows"]))
    groups = _grouped(_only(ordered, HOSTILE), lambda row: (row["rows"], row["columns"]))
    lines = []
    for (high, wide), mine in groups:
        cells = [f"{high}x{wide}"]
        for kind in HOSTILE:
            ours = _only(mine, [kind])
            found = rate(_sum(ours, FOUND), _searches(ours)) if _searches(ours) else _NONE
            cells += [found, _times(ours)]
        lines.append((*cells, str(_sum(mine, WRONG))))
    head = ("rows x columns", "lost: found", "ms", "strewn: found", "ms", "wrongly")
    return table(head, lines)


def _missed(rows: list[Row]) -> str:
    """Return what was not as it must be, one by one."""
    lines = [(f"`{row['profile']}`", row["kind"], text) for row in rows for text in row["missed"]]
    if not lines:
        return "No search within the tolerance was in vain, and none beyond it found anything."
    return table(("profile", "kind", "picture: outcome"), lines)


def _grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> list[tuple[Key, list[Row]]]:
    """Return rows by a key, in the order in which the keys come."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return list(groups.items())


def _only(rows: list[Row], kinds: Iterable[str]) -> list[Row]:
    """Return the rows of some kinds."""
    return [row for row in rows if row["kind"] in kinds]


def _within(rows: list[Row]) -> list[Row]:
    """Return the rows of searches that must find something."""
    free = _free(rows)
    return [row for row in _only(rows, (*WITHIN, *HOSTILE)) if row not in free]


def _free(rows: list[Row]) -> list[Row]:
    """Return the rows of damage that was aimed at frames larger than is promised."""
    return [row for row in _only(rows, HOSTILE) if row["rows"] * row["columns"] > PROMISED]


def _sum(rows: list[Row], outcome: str) -> int:
    """Return how many searches came to an outcome."""
    return sum(row["outcomes"].get(outcome, 0) for row in rows)


def _searches(rows: list[Row]) -> int:
    """Return how many searches there were."""
    return sum(len(row["milliseconds"]) for row in rows)


def _given_up(rows: list[Row]) -> str:
    """Return how many searches found nothing, or a trace."""
    return rate(_sum(rows, TRACE) + _sum(rows, NOTHING), _searches(rows))


def _spent(rows: list[Row]) -> list[int]:
    """Return the milliseconds of all searches."""
    return [spent for row in rows for spent in row["milliseconds"]]


def _times(rows: list[Row]) -> str:
    """Return least, median and most."""
    spent = _spent(rows)
    return f"{min(spent)} / {np.median(spent):.0f} / {max(spent)}" if spent else _NONE


def _met(rows: list[Row], most: int) -> str:
    """Return how many searches took no longer than a target."""
    spent = _spent(rows)
    return f"{sum(one <= most for one in spent)} of {len(spent)}"
