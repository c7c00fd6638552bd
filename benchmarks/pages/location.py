"""The page of attacks and locations, from the rows of benchmarks/location."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.ledger import decode
from benchmarks.pages.tables import Row, load, page, provenance, table
from benchmarks.tallies import Tally, grouped, rate, share

FILE = "location.jsonl"
PLACED = ("local", "point")
"""Families whose changes the map must place, and whose sizes are edges."""
_IOU = ("IoU from the tags", "IoU alone", "alone, in tiles that carry", "least there")
_UNTOUCHED = "untouched tiles named, tags / alone"


def render_location() -> str:
    """Return docs/results/location.md."""
    rows = [row for line in load(FILE) for row in decode(line)]
    cases = [row for table, row in rows if table == "location"]
    schemes = [row for table, row in rows if table == "schemes"]
    placed = [row for row in cases if row["family"] in PLACED]
    standard = [row for row in placed if row["profile"] == "standard"]
    return page(
        "# Attacks: what is detected, and where it is placed",
        _introduction(cases),
        provenance(FILE),
        "## In short",
        _in_short(placed),
        _SHORT,
        "## Published schemes under the same forgeries",
        _SCHEMES,
        _schemes(schemes),
        "## By kind of image",
        _by_modality(placed),
        "## `standard`: attacks and sizes",
        "Size is the edge of the square in samples. Cases that damage more than the certificate "
        "tolerates count under the tags alone; see below what they come to.",
        _by_size(standard),
        "## Damage in patterns, forged checks",
        "Size is the percent of the carrying tiles; all profiles. Forged checks move parities "
        "only.",
        _damage([row for row in cases if row["family"] in ("damage", "forged")]),
        "## Parity flips",
        _PARITY,
        _parities(cases),
        "## What narrowing cannot do",
        _MENDED,
        _mended([row for row in cases if row["family"] == "mended"]),
        "## Beyond the tolerance, and whole marks",
        _BEYOND,
        _beyond(cases),
        "## Where it falls short",
        _SHORTFALL,
        _coarse(placed),
        _worst(placed),
    )


_SHORT = (
    "IoU is over 8x8 cells in which a canonical value truly differs: hits / (changed + "
    "wrongly named). Means are over cases, intervals by bootstrap over patients (2000 "
    "resamples); rates have their 95 % Wilson interval, in percent. *Alone* is from the "
    "samples without any tag, by the public key, with at most the signed share of the "
    "carrying tiles damaged. A tile is untouched where no sample in it differs."
)
_SCHEMES = (
    "8-bit versions of the frames (1st to 99th percentile), one key for all pictures of a "
    "scheme; a square of half the picture's edge, on the grid of 32, or one sample. Ours is "
    "read from the samples alone. Recall is the share of the changed samples that are named, "
    "precision the share of the named ones that were changed; both schemes are written anew "
    "in benchmarks/published and reproduce the recall that was measured on their authors' "
    "code or its open re-implementation. The first never looks at the picture, the second "
    "uses no key, and neither binds a block to its image."
)
_PARITY = (
    "A flip moves a carrier by 1 and leaves the canonical picture as it is. Its tile's "
    "message bits show it, unless flips are chosen so that all of them stay (null space): "
    "then the closing tile refuses the picture and nothing is placed. Cells in which parities"
    " alone were flipped, and how many of them are named:"
)
_MENDED = (
    "The hash of a cell and the code are public. Who edits a tile and then gives it its true "
    "message bits again is still seen by the signed digest of the tile, which is then named "
    "whole: without the tags to 32x32 (`light` 64x64), with them to the cell."
)
_BEYOND = (
    "What the samples alone come to where too little of the mark is left, or where another "
    "mark was put over it; with the tags all of it is `altered`. *broken* is "
    "`pixels.mark-broken` (altered), *untrusted* a stranger's mark, *unsealed* no trace of "
    "any. None is accepted."
)
_SHORTFALL = (
    "From the tags nothing falls short. From the samples alone, four things keep the IoU below "
    "0.99. Tiles that carry nothing (flat areas, the closing tile) have no message bits, and under "
    "`light` a cell has eight, all shared with its neighbours. Check bytes in the payload stand in "
    "for them: one or two of each such cell's digest where there is room, else values along the "
    "rows and columns of the frame and power sums over all such cells, by which any few of them "
    "can be told. The table by kind says how many bytes there are for each such cell. Where they "
    "are fewer than the cells in doubt, a change is narrowed by its rows and columns only, with "
    "the corners that complete them, and a byte passes one change in 256. A few bytes are the same "
    "in all payloads of one size and key (heads, tile maps and key id in the certificate), so that "
    "cells pasted from another seal at just these places hold the right bits: of the cases below "
    "0.99 in tiles that carry, under `standard`, most are collages. Tiles that absorb the "
    "remainder of an axis have "
    "fewer bits a cell. The frame with the least IoU of each attack, `standard`, samples alone:"
)


def _introduction(cases: list[Row]) -> str:
    """Return what was done to how many frames."""
    frames = {name: _frames(tally) for name, tally in grouped(cases, lambda row: row["profile"])}
    counts = ", ".join(f"{count} under `{name}`" for name, count in frames.items())
    every = Tally(cases)
    return (
        f"Distinct frames that can carry a mark: {counts}; {every.patients()} patients; "
        f"{every.sum('cases')} forgeries of benchmarks/attacks, each verified with the tags and "
        "from the samples alone, against the exact mask of what it changed. Squares lie anywhere, "
        "not on a grid; collages and quantisation take from an image sealed with the same key. "
        "Command: `python -m benchmarks.location --out benchmarks/results/location.jsonl`; rows "
        "in that file, this page by `python -m benchmarks.render`."
    )


def _frames(tally: Tally) -> int:
    """Return the number of frames."""
    return _once(tally, "frames")


def _once(tally: Tally, name: str) -> int:
    """Return a count of frames, or of what each has once, of an attack that all undergo."""
    return sum(row[name] for row in tally.rows if row["attack"] == "one sample by 1")


def _in_short(placed: list[Row]) -> str:
    """Return one line for each profile."""
    lines = [
        (
            f"`{profile}`",
            tally.from_tags(),
            tally.alone(),
            tally.iou("tags"),
            tally.good("tags"),
            tally.iou("pixels"),
            tally.good("pixels"),
            tally.iou("pixels", "carrying_"),
            tally.good("pixels", "carrying_"),
            tally.sum("tiles", "tags"),
            tally.sum("units", "pixels"),
        )
        for profile, tally in grouped(placed, lambda row: row["profile"])
    ]
    head: tuple[str, ...] = ("profile", "altered, from the tags", "altered, alone")
    head += ("IoU from the tags", "cases >= 0.99", "IoU alone", "cases >= 0.99")
    head += ("alone, in tiles that carry", "cases >= 0.99")
    return table((*head, "untouched tiles named, tags", "untouched signed tiles, alone"), lines)


def _by_modality(placed: list[Row]) -> str:
    """Return one line for each profile and modality."""
    ordered = sorted(placed, key=lambda row: (row["profile"] != "standard", row["profile"]))
    groups = grouped(ordered, lambda row: (row["profile"], row["modality"]))
    lines = [
        (
            f"`{tally.rows[0]['profile']}`",
            tally.rows[0]["modality"].replace("?", "not said"),
            _frames(tally),
            tally.patients(),
            tally.from_tags(),
            tally.alone(),
            f"{_once(tally, 'told') / _once(tally, 'values'):.2f}",
            *_ious(tally),
            tally.sum("tiles", "tags") + tally.sum("units", "pixels"),
        )
        for _, tally in groups
    ]
    head = ("profile", "modality", "frames", "patients", "altered, from the tags", "alone")
    return table((*head, "check bytes a told cell", *_IOU, "untouched tiles named"), lines)


def _by_size(standard: list[Row]) -> str:
    """Return one line for each attack and size."""

    def named(row: Row) -> tuple[str, int]:
        return row["attack"], row["size"]

    ordered = sorted(standard, key=lambda row: (row["family"], *named(row)))
    lines = [
        (*named(tally.rows[0]), tally.from_tags(), tally.alone(), *_ious(tally), _untouched(tally))
        for _, tally in grouped(ordered, named)
    ]
    head = ("attack", "size", "altered, from the tags", "altered, alone")
    return table((*head, *_IOU, _UNTOUCHED), lines)


def _damage(rows: list[Row]) -> str:
    """Return patterns and shares, all profiles together."""
    head = ("attack", "share", "altered, from the tags", "alone")
    return _maps(
        rows, "attack", head, lambda name, size, tally: (name, f"{size} %", _counts(tally))
    )


def _mended(rows: list[Row]) -> str:
    """Return the edits whose chunks were written anew."""
    head = ("profile", "size", "altered, from the tags", "altered, alone")
    return _maps(
        rows, "profile", head, lambda name, size, tally: (f"`{name}`", size, tally.alone())
    )


def _maps(
    rows: list[Row],
    name: str,
    head: tuple[str, ...],
    words: Callable[[str, int, Tally], tuple[object, object, str]],
) -> str:
    """Return one line for each name and size, in their order, and how good its maps are.

    words: gives a name, a size and what the samples alone came to, as a page shows them.
    """

    def key(row: Row) -> tuple[str, int]:
        return row[name], row["size"]

    lines = []
    for _, tally in grouped(sorted(rows, key=key), key):
        first, size, alone = words(*key(tally.rows[0]), tally)
        ious = _ious(tally)[:2]
        lines.append((first, size, tally.from_tags(), alone, *ious, _untouched(tally)))
    return table((*head, *_IOU[:2], _UNTOUCHED), lines)


def _ious(tally: Tally) -> tuple[str, ...]:
    """Return the cells of the columns `_IOU`."""
    return (
        tally.iou("tags"),
        tally.iou("pixels"),
        tally.iou("pixels", "carrying_"),
        f"{tally.least('pixels', 'carrying_'):.2f}",
    )


def _untouched(tally: Tally) -> str:
    """Return how many untouched tiles were named, from the tags and alone."""
    return f"{tally.sum('tiles', 'tags')} / {tally.sum('units', 'pixels')}"


def _counts(tally: Tally) -> str:
    """Return what the samples alone came to, within the tolerance and beyond."""
    return ", ".join(f"{n} {name}" for name, n in sorted((tally.outcomes + tally.beyond).items()))


def _parities(cases: list[Row]) -> str:
    """Return how many cells of bare parity flips are named."""
    families = {
        "local": "beside edits",
        "point": "one sample or bit",
        "forged": "forged checks, up to 24 %",
        "parity": "null space",
    }
    lines = []
    ordered = sorted(cases, key=lambda row: (row["profile"], row["family"]))
    for _, tally in grouped(ordered, lambda row: (row["profile"], row["family"])):
        row = tally.rows[0]
        if row["family"] in families and tally.sum("parity", "pixels"):
            cells = [
                rate(tally.sum("parity_hits", name), tally.sum("parity", name))
                for name in ("tags", "pixels")
            ]
            lines.append((f"`{row['profile']}`", families[row["family"]], *cells))
    return table(("profile", "flips", "named, from the tags", "named, alone"), lines)


def _beyond(cases: list[Row]) -> str:
    """Return what is left of the verdict beyond the tolerance."""
    words = {
        "local": "squares",
        "damage": "damage beyond what is signed",
        "forged": "forged checks",
    }
    lines = []
    wanted = [row for row in cases if row["family"] in (*words, "mark")]
    for name, tally in grouped(wanted, lambda row: words.get(row["family"], row["attack"])):
        total = tally.beyond.total()
        if total:
            outcomes = ", ".join(f"{n} {what}" for what, n in sorted(tally.beyond.items()))
            lines.append((name, total, outcomes, rate(total - tally.beyond["proved"], total)))
    return table(("attack", "cases", "alone", "not accepted"), lines)


def _schemes(rows: list[Row]) -> str:
    """Return published schemes and ours, attack by attack."""
    lines = []
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda one: (one["scheme"] != "ours", one["scheme"])):
        groups.setdefault((row["attack"], row["scheme"]), []).append(row)
    attacks = list(dict.fromkeys(row["attack"] for row in rows))
    for attack, scheme in sorted(groups, key=lambda one: attacks.index(one[0])):
        mine = groups[attack, scheme]
        count, found = (int(sum(row[name] for row in mine)) for name in ("cases", "detected"))
        recall = sum(row["recall"] for row in mine) / count
        precision = sum(row["precision"] for row in mine) / found if found else None
        shown = "-" if precision is None else f"{precision:.3f}"
        lines.append((attack, scheme, rate(found, count), f"{recall:.3f}", shown))
    return table(("attack", "scheme", "detected", "recall", "precision"), lines)


def _coarse(placed: list[Row]) -> str:
    """Return how many tiles of 32x32 are named only because their 64x64 is the signed tile."""
    light = Tally(row for row in placed if row["profile"] == "light")
    return (
        f"Under `light`, whose signed tiles are 64x64, {light.sum('tiles', 'pixels')} untouched "
        f"tiles of 32x32 were named alone in {light.outcomes.total()} cases, each inside a signed "
        "tile that was touched."
    )


def _worst(placed: list[Row]) -> str:
    """Return the least IoU of each attack under `standard`."""
    standard = [row for row in placed if row["profile"] == "standard"]
    lines = []
    for name, tally in grouped(standard, lambda row: row["attack"]):
        least, path = tally.worst("pixels")
        if least < 0.99:
            cases, good = tally.sum("cases", "pixels"), tally.sum("good", "pixels")
            lines.append((name, f"{least:.3f}", f"`{path}`", share(cases - good, cases)))
    return table(("attack", "least IoU", "frame", "cases below 0.99"), lines)
