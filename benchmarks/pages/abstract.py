"""The part of docs/results/fidelity.md that says in a few lines what the tables say."""

from __future__ import annotations

from statistics import median

import numpy as np

from benchmarks.clusters import Row
from benchmarks.pages.kinds import KINDS

PROFILE = "standard"
"""The one that is used where none is named."""


def summarise(marked: list[Row]) -> str:
    """Return a list of what the rows of PROFILE say, of both transforms."""
    mine = [row for row in marked if row["profile"] == PROFILE]
    tomograms = [row for row in mine if "volumes" in row]
    lines = [
        f"At most {max(row['changed'] for row in mine):.1%} of the samples of a frame change "
        "(closing tile included), by "
        f"{max(abs(_steps(row)) for row in mine):.0f} at most; the mean of a frame moves by "
        f"{max(abs(row['error']['bias']) for row in tomograms):.4f} HU at most.",
        _noise(mine),
        _power(mine),
        *_seen(mine),
        *_lesions([row for row in mine if "lesion" in row]),
        _volumes(tomograms),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _steps(row: Row) -> float:
    """Return the largest change in stored steps: each changed sample moves by as much."""
    return float(np.sqrt(row["mean_square"] / row["changed"]))


def _noise(mine: list[Row]) -> str:
    """Return the change against the noise that was there, by kind."""
    shares = []
    for kind in KINDS:
        some = [r["error"]["root_square"] / r["noise"] for r in mine if _is(r, kind) and r["noise"]]
        if some:
            shares.append(f"{kind} {median(some):.0%} (most {max(some):.0%})")
    return (
        "Root mean square of the change over the noise of the original, median of frames: "
        + "; ".join(shares)
        + "."
    )


def _power(mine: list[Row]) -> str:
    """Return where the noise power spectrum changes most, by kind."""
    found = []
    for kind in KINDS:
        ratios = [one for row in mine if _is(row, kind) for one in row["spectrum"]]
        if ratios:
            found.append(f"{kind} {max(ratios, key=lambda ratio: abs(ratio - 1)) - 1:+.1%}")
    return "Noise power in any band of any frame changes most by: " + "; ".join(found) + "."


def _is(row: Row, kind: str) -> bool:
    """Tell whether a row is of a kind."""
    return bool(row["kind"] == kind)


def _seen(mine: list[Row]) -> list[str]:
    """Return what of single changes is above the threshold of sight, in windows of CT."""
    steps: dict[str, float] = {}
    for row in mine:
        if row["kind"].startswith("CT"):
            for name, seen in row["jnd"].items():
                steps[name] = max(steps.get(name, 0.0), seen["largest"])
    if not steps:
        return []
    told = "; ".join(f"{name} {largest:.2f} JND" for name, largest in sorted(steps.items()))
    return [
        f"A change by 1 HU on a display of DICOM's standard function, by window: {told}. Where it "
        "is more than 1, a single changed sample on uniform ground could be seen; what covers it "
        "is the noise above."
    ]


def _lesions(rows: list[Row]) -> list[str]:
    """Return what happens inside lesions."""
    if not rows:
        return []
    return [
        f"Inside annotated lesions ({len({row['image'] for row in rows})} slices, "
        f"{len({row['patient'] for row in rows})} patient): largest change "
        f"{max(row['lesion']['largest'] for row in rows):g} HU, the mean moves by "
        f"{max(abs(row['lesion']['shift']) for row in rows):.4f} HU at most."
    ]


def _volumes(rows: list[Row]) -> str:
    """Return by how much counts by threshold move."""
    shares = [
        abs(row["volumes"]["after"][side] - row["volumes"]["before"][side])
        / row["volumes"]["before"]["voxels"]
        for row in rows
        for side in ("below", "above")
    ]
    return (
        "Volumes below -950 HU and above 130 HU move by "
        f"{max(shares):.4%} of the voxels of a frame at most."
    )
