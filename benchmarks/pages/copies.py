"""docs/results/copies.md out of benchmarks/results/copies.jsonl."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.copies import LESIONS, RATIOS, TRIES
from benchmarks.pages.tables import Row, load, page, provenance, table
from watermark.comparison import LIMIT, POOR, POOR_LIMIT


def render_copies() -> str:
    """Return docs/results/copies.md."""
    groups: dict[tuple[float, str], list[Row]] = defaultdict(list)
    for row in load("copies.jsonl"):
        groups[row["rate"], row["group"]].append(row)
    rows = [
        [
            rate,
            group,
            len({row["path"] for row in members}),
            len(members),
            f"{max(row['most'] for row in members):.1f}",
            sum(row["beyond"] for row in members),
            *(_share(members, str(radius)) for radius, _ in LESIONS),
        ]
        for (rate, group), members in sorted(groups.items())
    ]
    names = [f"radius {radius}" for radius, _ in LESIONS]
    columns = ("bit/sample", "frames of", "n", "copies", "most errors", "beyond", *names)
    made = provenance("copies.jsonl")
    return page("# Lossy copies and forged ones", _HEAD, made, table(columns, rows), _FOOT)


_HEAD = (
    f"Frames sent through irreversible JPEG 2000 at ratios of {RATIOS[0]}, {RATIOS[1]} and "
    f"{RATIOS[2]} (8-bit ones through JPEG at qualities of {100 - 2 * RATIOS[0]}, "
    f"{100 - 2 * RATIOS[1]} and {100 - 2 * RATIOS[2]}), then held against recovery data of several "
    f"rates. A plain copy must stay below {LIMIT} usual errors in every cell, {POOR_LIMIT} where "
    f"the recovery data have less than {POOR} bit a sample; a smooth lesion of "
    f"{LESIONS[0][1]:.0%} of the range in use, painted before the compression, is found where one "
    f"cell goes beyond; {TRIES} seeded places on some of the frames, at each ratio. Command: "
    "`python -m benchmarks.copies --out benchmarks/results/copies.jsonl`."
)
_FOOT = (
    "What is small, faint or lies in busy parts of a picture drowns in the error of the "
    "recovery data: no outlier is no proof that there is none. The verdict is `altered` either "
    "way. At 512x512 the recovery data of a CT have 0.05 to 0.1 bit a sample under `standard` "
    "(bytes: [repair](repair.md)), more under `full` or with less tolerated damage."
)


def _share(members: list[Row], radius: str) -> str:
    """Return how many of the painted lesions were found."""
    painted = [row["found"][radius] for row in members if row["found"]]
    return f"{sum(painted)} of {TRIES * len(painted)}"
