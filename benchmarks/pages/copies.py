"""docs/results/copies.md out of benchmarks/results/copies.jsonl."""

from __future__ import annotations

from collections import defaultdict

from benchmarks.copies import BITS, LESIONS, RATIOS, TRIES
from benchmarks.pages.tables import Row, load, page, provenance, table
from watermark.comparison import LIMIT


def render_copies() -> str:
    """Return docs/results/copies.md."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in load("copies.jsonl"):
        groups[row["group"]].append(row)
    names = [f"radius {radius}" for radius, _ in LESIONS]
    rows = [
        [
            group,
            len({row["path"] for row in members}),
            len(members),
            f"{max(row['most'] for row in members):.1f}",
            sum(row["most"] > LIMIT for row in members),
            *(_share(members, str(radius)) for radius, _ in LESIONS),
        ]
        for group, members in groups.items()
    ]
    height = f"{LESIONS[0][1]:.0%}"
    head = (
        f"Frames sent through irreversible JPEG 2000 at ratios of {RATIOS[0]}, {RATIOS[1]} and "
        f"{RATIOS[2]} (8-bit ones through JPEG at qualities of {100 - 2 * RATIOS[0]}, "
        f"{100 - 2 * RATIOS[1]} and {100 - 2 * RATIOS[2]}), then held against recovery data of "
        f"{BITS} bit a sample. A plain copy must stay below {LIMIT} usual errors in every cell; a "
        f"smooth lesion of {height} of the range in use, painted before the compression, is found "
        f"where one cell goes beyond; {TRIES} seeded places a frame and ratio. Command: "
        "`python -m benchmarks.copies --out benchmarks/results/copies.jsonl`."
    )
    foot = (
        "What is small, faint or lies in busy parts of a picture drowns in the error of the "
        "recovery data: no outlier is no proof that there is none. The verdict is `altered` either "
        "way. Only recovery data of this rate were measured: poorer ones err more, and at lower "
        "rates a plain copy can go beyond the limit."
    )
    columns = ("frames of", "n", "copies", "most errors", "beyond", *names)
    made = provenance("copies.jsonl")
    return page("# Lossy copies and forged ones", head, made, table(columns, rows), foot)


def _share(members: list[Row], radius: str) -> str:
    """Return how many of the painted lesions were found."""
    tries = TRIES * len(members)
    hits = round(sum(row["found"][radius] * TRIES for row in members))
    return f"{hits} of {tries}"
