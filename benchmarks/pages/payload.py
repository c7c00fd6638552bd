"""The part of docs/results/fidelity.md on payload against PSNR."""

from __future__ import annotations

from statistics import median

from benchmarks.measures.ceiling import binary_rate, least_change
from benchmarks.measures.curve import decibels
from benchmarks.measures.reversible import PUBLISHED
from benchmarks.pages.tables import Row, page, table

_TEXT = (
    "Every PSNR here is at a peak of 255, whatever the depth of the frame, so that it can be held "
    "against published ones: a change by 1 is a change by 1. Carried is all that the samples "
    "hold, payload what is left of it for seal, checks and recovery data once the tolerated "
    "damage is paid for. It is the payload that is held against figures of others; in the plot "
    "what is carried has crosses, for the ceiling alone. The ceiling is the PSNR that no "
    "embedding with changes by 1, reversible or not, can beat at what is carried (H(d) + d bits a "
    "sample at a mean square error of d; Willems and van Dijk 2005, Fridrich and Lisonek 2007). "
    "Ours carries parities alone, of which H(d) is the most: the last column is the share of it "
    "that is reached. Medians over one grey frame of each kind and folder; least and most of the "
    "PSNR. Area is the share of the rows that may carry; changes that crowd there stand further "
    "from what the whole frame could hold."
)
_OTHERS = (
    "Published, not run: reversible schemes on 512x512 pictures of 8 bits. The comparison is not "
    "one of equals. They put all that the way back needs into the samples; ours keeps its record "
    "(column above) in the file's tags, and where the tags are lost the mark can be read and "
    "judged but not taken off. They were measured on other pictures, too. "
    "What is in print above the ceiling (88 dB at 0.5 bit a sample) is not listed: it cannot be "
    "at a peak of 255, or not of changes to that picture."
)


_PLOT = "![PSNR against payload](plots/payload.svg)"


def render_payload(rows: list[Row]) -> tuple[str, ...]:
    """Return the parts of the page for the rows of the curve."""
    return ("## Payload against PSNR", _TEXT, _PLOT, _ours(rows), _OTHERS, _published())


def _ours(rows: list[Row]) -> str:
    """Return the table of our points."""
    cases = sorted(
        {(r["profile"], r["transform"], -r["area"], -r["damage"]) for r in rows}, key=_order
    )
    lines = []
    for profile, transform, area, damage in cases:
        mine = [
            row
            for row in rows
            if (row["profile"], row["transform"], -row["area"], -row["damage"])
            == (profile, transform, area, damage)
        ]
        found = [decibels(row["mean_square"]) for row in mine]
        ceiling = median(decibels(least_change(row["carried"])) for row in mine)
        reached = median(row["carried"] / binary_rate(row["mean_square"]) for row in mine)
        lines.append(
            (
                f"`{profile}`",
                f"`{transform}`",
                f"{-area:g}",
                f"{-damage:.0%}",
                len(mine),
                *(f"{median(row[name] for row in mine):.3f}" for name in _RATES),
                f"{median(found):.1f} ({min(found):.1f} to {max(found):.1f})",
                f"{ceiling:.1f}",
                f"{reached:.0%}",
            )
        )
    head = ("profile", "transform", "area", "damage", "frames", "carried, bit/sample", "payload")
    return table((*head, "record in the tags", "PSNR at 255", "ceiling", "of H(d)"), lines)


_RATES = ("carried", "payload", "record")
_PROFILES = ("light", "standard", "full")


def _order(case: tuple[str, str, float, float]) -> tuple[int, str, float, float]:
    """Return a key that keeps profiles in their order, `dwt` before `dct`."""
    profile, transform, area, damage = case
    return _PROFILES.index(profile), transform.replace("dwt", ""), area, damage


def _published() -> str:
    """Return the table of others' figures."""
    lines = [
        (
            one.scheme,
            one.picture,
            f"{one.bits:.3f}",
            f"{one.psnr:.2f}",
            f"{decibels(least_change(one.bits)):.1f}",
            one.source,
        )
        for one in PUBLISHED
    ]
    head = ("scheme", "picture", "bit/sample", "PSNR at 255", "ceiling", "source")
    return page(table(head, lines)).strip()
