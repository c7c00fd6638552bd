"""docs/results/repair.md out of benchmarks/results/repair.jsonl."""

from __future__ import annotations

from statistics import median

import numpy as np

from benchmarks.pages.tables import Row, load, page, provenance, table
from benchmarks.repair import BLACK, FASTEST, TARGETS


def render_repair() -> str:
    """Return docs/results/repair.md."""
    rows = load("repair.jsonl")
    regions = [row for row in rows if "region" in row]
    times = [
        (
            f"`{row['profile']}`",
            row["evidence"],
            f"{row['least_ms']:.1f}",
            f"{row['median_ms']:.1f}",
            row["rounds"],
        )
        for row in rows
        if "evidence" in row
    ]
    slices = len({row["slice"] for row in regions})
    strays = sum(row["strays"] for row in regions)
    return page(
        "# How near recovered areas come",
        f"64x64 regions inside the body of {slices} slices of a lung CT (512x512, 12 bits), made "
        "black and recovered from the samples alone with a recovery key; root mean square error "
        "against the original, in HU. The copy of the picture comes back whole or not at all, so "
        "that the error is the same whether one region is damaged (1.6 % of the frame) or as much "
        "as the certificate tolerates. Samples outside the damaged tiles that changed: "
        f"{strays}. Command: `python -m benchmarks.repair --out benchmarks/results/repair.jsonl`.",
        provenance("repair.jsonl"),
        _errors(regions),
        "## Time",
        f"Processor time of one thread, in memory, 512x512, {BLACK:.0%} of the tiles damaged; the "
        f"target is {FASTEST:.0f} ms.",
        table(("profile", "evidence", "least, ms", "median, ms", "rounds"), times),
    )


def _errors(regions: list[Row]) -> str:
    """Return the errors by profile, tolerated damage and treatment of flat areas."""
    lines = []
    for (profile, damage), targets in TARGETS.items():
        for spread in (True, False):
            key = (profile, damage, spread)
            mine = [r for r in regions if (r["profile"], r["damage"], r["spread"]) == key]
            alone, most = ([r[name] for r in mine] for name in ("alone", "most"))
            lines.append(
                (
                    f"`{profile}`",
                    damage,
                    "released" if spread else "wet",
                    len(mine),
                    f"{min(r['picture_bytes'] for r in mine)}",
                    f"{median(alone):.1f} / {np.percentile(alone, 90):.1f} / {max(alone):.1f}",
                    f"{median(most):.1f} / {np.percentile(most, 90):.1f} / {max(most):.1f}",
                    f"{max(r['most_share'] for r in mine):.0%}",
                    f"{targets[0]} / {targets[1]}" if spread else "-",
                )
            )
    head: tuple[str, ...] = ("profile", "tolerated", "flat areas", "regions", "least bytes")
    head += ("one region: median / p90 / most", "most damaged: the same", "share damaged")
    return table((*head, "target"), lines)
