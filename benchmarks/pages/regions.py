"""docs/results/regions.md out of benchmarks/results/regions.jsonl."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from benchmarks.intervals import bootstrap
from benchmarks.pages.tables import Row, load, page, provenance, table


def render_regions() -> str:
    """Return docs/results/regions.md."""
    rows = load("regions.jsonl")
    groups: dict[tuple[str, str, bool], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["modality"].strip("?") or "not said", row["profile"], row["spread"]].append(row)
    lines = [_line(key, members) for key, members in sorted(groups.items())]
    frames = len({row["path"] for row in rows})
    patients = len({row["patient"] for row in rows})
    head = (
        f"{frames} distinct frames of {patients} patients, sealed with recovery data for one key. "
        "A square of 64x64 samples (32x32 in frames below 192) is made black and filled from the "
        "samples alone. Error and PSNR inside that square; means over frames with 95 % intervals "
        "by bootstrap over patients (none where there is one). Frames without room carry the mark "
        "but no recovery data. Command: `python -m benchmarks.regions --out "
        "benchmarks/results/regions.jsonl`."
    )
    columns = (
        *("modality", "profile", "flat areas", "frames", "recovered", "no room", "other"),
        *("bytes, median", "RMSE, median / p90", "PSNR, bits stored", "PSNR, range in use"),
    )
    foot = (
        "RMSE in stored values. Other: not markable under the profile, or the square alone is more "
        "damage than the certificate tolerates."
    )
    made = provenance("regions.jsonl")
    return page(
        "# Recovered, inside a region of every image", head, made, table(columns, lines), foot
    )


def _line(key: tuple[str, str, bool], members: list[Row]) -> list[object]:
    """Return one line of the table."""
    done = [row for row in members if row["outcome"] == "recovered"]
    bare = sum(row["outcome"] == "no room" for row in members)
    start = [key[0], f"`{key[1]}`", "released" if key[2] else "wet", len(members), len(done), bare]
    counted = [*start, len(members) - len(done) - bare]
    if not done:
        return [*counted, *["-"] * 4]
    errors = [row["error"] for row in done]
    size = int(np.median([row["picture_bytes"] for row in done]))
    middle, most = np.median(errors), np.percentile(errors, 90)
    return [
        *counted,
        size,
        f"{middle:.1f} / {most:.1f}",
        *(_mean(done, name) for name in ("stored_db", "used_db")),
    ]


def _mean(rows: list[Row], name: str) -> str:
    """Return a mean in dB with its interval; frames that come back exactly count as 120 dB."""
    sums: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        sums[row["patient"]].append(min(120.0, row[name]))
    values = [value for some in sums.values() for value in some]
    middle = f"{np.mean(values):.1f}"
    if len(sums) < 2:
        return middle
    low, high = bootstrap([sum(some) for some in sums.values()], [len(s) for s in sums.values()])
    return f"{middle} ({low:.1f} to {high:.1f})"
