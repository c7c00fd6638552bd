"""Make docs/results of benchmarks/results: `python -m benchmarks.render`.

Reads the committed JSON lines and writes Markdown tables; a test in tests/house renders again and
compares, so that no page says what the rows do not.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.corpus import Row as CorpusRow
from benchmarks.quality import LIMITS
from benchmarks.repair import BLACK, FASTEST, TARGETS

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "benchmarks" / "results"
PAGES = ROOT / "docs" / "results"
GROWTH_MODALITIES = ("CT", "MR", "PT", "XA", "NM")

Row = dict[str, Any]


def provenance(name: str) -> str:
    """Return machine, versions and commit under which a results file was made."""
    made = json.loads((ROWS / "provenance.json").read_text(encoding="utf-8"))[name]
    return (
        f"Made on one of {made['cores']} cores of a shared {made['machine']}, Python "
        f"{made['python']}, NumPy {made['numpy']}, Numba {made['numba']}, at commit "
        f"`{made['commit']}`."
    )


def load(name: str) -> list[Row]:
    """Return the rows of a results file, "" lines left out."""
    text = (ROWS / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def page(*parts: str) -> str:
    """Return the parts of a page with empty lines between them."""
    return "\n\n".join(parts) + "\n"


def render_quality() -> str:
    """Return docs/results/quality.md."""
    rows = load("quality.jsonl")
    marked = [row for row in rows if row["outcome"] == "marked"]
    frames = len({row["path"] for row in rows})
    return page(
        "# What the mark costs",
        f"{frames} distinct frames of the development images (every file whose format can "
        "carry a mark, profiles asked for by name), random payload of full capacity, transform "
        "`dwt`. Command: `python -m benchmarks.quality --out benchmarks/results/quality.jsonl`; "
        "rows in that file, this page by `python -m benchmarks.render`. The closing tile, "
        "half of whose carriers change, is counted apart, as its share depends on the frame's "
        "size.",
        provenance("quality.jsonl"),
        "## Against the limits",
        _against_limits(rows, marked),
        "## By kind of image",
        _by_modality(marked),
        "## Growth of compressed frames by the mark, `standard`, flat areas wet",
        _growth(marked),
        "PET grows most: its frames are smooth and few of their samples repeat, so that a "
        "change of 1 in 8 % of the samples is a large part of what there is to compress. PET is "
        "sealed in the tags alone unless a profile is named.",
        "## Frames that cannot carry",
        _refused(rows),
    )


def _against_limits(rows: list[Row], marked: list[Row]) -> str:
    """Return the worst case of each profile, flat areas wet and released."""
    lines = []
    for profile, limit in LIMITS.items():
        for spread in (False, True):
            asked = [r for r in rows if r["profile"] == profile and r["spread"] is spread]
            mine = [r for r in marked if r["profile"] == profile and r["spread"] is spread]
            worst = max(r["mean_square_apart"] for r in mine)
            lines.append(
                (
                    f"`{profile}`",
                    "released" if spread else "wet",
                    f"{len(mine)} of {len(asked)}",
                    f"{median(r['mean_square_apart'] for r in mine):.4f}",
                    f"{worst:.4f}",
                    limit,
                    max(r["largest"] for r in mine),
                    sum(r["wet_changed"] for r in mine),
                    f"{min(r['psnr_apart'] for r in mine if r['bits'] == 8):.1f}",
                    f"{_least_at(mine, 12):.1f}",
                    f"{min(r['ssim'] for r in mine if r['bits'] == 8):.5f}",
                    f"{min(r['ssim'] for r in mine if r['bits'] >= 10):.6f}",
                )
            )
    head: tuple[str, ...] = ("profile", "flat areas", "frames", "mean square, median", "worst")
    head += ("limit",)
    head += (
        "largest change",
        "wet samples changed",
        "PSNR 8-bit, least",
        "12-bit",
        "SSIM 8-bit, least",
        "10+ bits",
    )
    return table(head, lines)


def _least_at(rows: list[Row], bits: int) -> float:
    """Return the least PSNR of frames of a depth, dB."""
    return float(min(r["psnr_apart"] for r in rows if r["bits"] == bits))


def _by_modality(marked: list[Row]) -> str:
    """Return medians by modality and profile, flat areas wet."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in marked:
        if not row["spread"]:
            groups[(row["modality"], row["profile"])].append(row)
    order = {"light": 0, "standard": 1, "full": 2}
    lines = [
        (
            modality,
            f"`{profile}`",
            len(mine),
            f"{median(r['changed'] for r in mine):.2%}",
            f"{median(r['mean_square'] for r in mine):.4f}",
            f"{median(r['blank'] for r in mine):.0%}",
            f"{max(r['blank'] for r in mine):.0%}",
            f"{min(r['tolerance'] for r in mine):.1%}",
            f"{median(r['record_bytes'] for r in mine):.0f}",
            f"{median(r['certificate_bytes'] for r in mine):.0f}",
        )
        for (modality, profile), mine in sorted(
            groups.items(), key=lambda item: (item[0][0], order[item[0][1]])
        )
    ]
    head: tuple[str, ...] = ("modality", "profile", "frames", "samples changed", "mean square")
    head += ("blank tiles",)
    head += ("most blank", "least tolerance", "record, bytes", "certificate, bytes")
    return table(head, lines)


def _growth(marked: list[Row]) -> str:
    """Return growth by modality; raw frames do not grow."""
    lines = []
    chosen = [r for r in marked if r["profile"] == "standard" and not r["spread"]]
    for name in (*GROWTH_MODALITIES, "all five"):
        wanted = GROWTH_MODALITIES if name == "all five" else (name,)
        mine = [r for r in chosen if r["modality"] in wanted and r["jpeg_ls_growth"] > -1]
        if mine:
            worst = max(mine, key=lambda r: float(r["jpeg_ls_growth"]))
            lines.append(
                (
                    name,
                    len(mine),
                    f"{median(r['jpeg_ls_growth'] for r in mine):.2%}",
                    f"{worst['jpeg_ls_growth']:.2%} (`{worst['path']}`)",
                    f"{median(r['jpeg2000_growth'] for r in mine):.2%}",
                    f"{max(r['jpeg2000_growth'] for r in mine):.2%}",
                    "0 %",
                )
            )
    head = ("modality", "frames", "JPEG-LS, median", "worst", "JPEG 2000, median", "worst", "raw")
    return table(head, lines)


def _refused(rows: list[Row]) -> str:
    """Return why frames could not be marked, by profile."""
    counts = Counter((r["profile"], r["outcome"]) for r in rows if r["outcome"] != "marked")
    lines = [(f"`{p}`", reason, count) for (p, reason), count in sorted(counts.items())]
    return table(("profile", "reason", "rows (wet and released)"), lines)


def render_corpus() -> str:
    """Return docs/results/corpus.md."""
    rows = load("corpus.jsonl")
    sound = [row for row in rows if not row["damaged"]]
    damaged = [row for row in rows if row["damaged"]]
    counts = Counter(row["outcome"] for row in sound)
    good = sum(_is_good(row) for row in rows)
    broken = [
        (f"`{row['path']}`", row["outcome"], row["detail"], row["verdict"]) for row in damaged
    ]
    tags = [sum(row[key] for row in rows) for key in ("tags_caught", "tags_tried")]
    pixels = [sum(row[key] for row in rows) for key in ("pixels_caught", "pixels_tried")]
    return page(
        "# Every instance: sealed, verified, altered, restored",
        f"{len(sound)} DICOM instances: "
        + ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
        + f"; with {len(damaged)} damaged files {good} of {len(rows)} as they must be. One sample "
        "changed by 1 at the least, the greatest and a padding value and at 64 seeded positions "
        "(codestreams: one bit of one byte, 8 times): "
        f"{tags[0]} of {tags[1]} caught from the tags, {pixels[0]} of {pixels[1]} from the "
        "pixels alone. Command: `python -m benchmarks.corpus --out "
        "benchmarks/results/corpus.jsonl`.",
        provenance("corpus.jsonl"),
        "## Damaged files",
        "Files whose structure or pixel data are broken are refused with exit code 5 and one line. "
        "The others can be read: their damage is of a kind that no reader can see.",
        table(("file", "outcome", "detail", "verdict"), broken),
        "## All instances",
        _instances(sound),
    )


def _instances(sound: list[Row]) -> str:
    """Return the table of all instances that are not damaged."""
    head = ("file", "sealed", "because", "verdict", "caught from the tags", "from the pixels")
    lines = [
        (
            f"`{row['path']}`",
            row["outcome"],
            row["detail"],
            row["verdict"],
            f"{row['tags_caught']}/{row['tags_tried']}",
            f"{row['pixels_caught']}/{row['pixels_tried']}",
            "yes" if row["restored"] else "no",
        )
        for row in sound
    ]
    return table((*head, "restored"), lines)


def _is_good(row: Row) -> bool:
    """Tell whether a row is as it must be."""
    names = [field.name for field in fields(CorpusRow)]
    return CorpusRow(**{name: row[name] for name in names}).good


def render_speed() -> str:
    """Return docs/results/speed.md."""
    report = json.loads((ROWS / "speed.json").read_text(encoding="utf-8"))
    lines = [
        (
            run["group"],
            f"`{run['name']}`",
            f"{run['min']:.2f}",
            f"{run['median']:.2f}",
            run["rounds"],
        )
        for run in report["runs"]
    ]
    cold = [(name, f"{seconds:.2f}") for name, seconds in report["cold_start"].items()]
    return page(
        "# Speed",
        "One core, warm, minima and medians of pytest-benchmark. Command: `python -m "
        "benchmarks.speed.record`, which runs the groups of `make benchmarks` for sealing and "
        "verifying one frame and writes benchmarks/results/speed.json.",
        provenance("speed.json"),
        table(("group", "case", "least, ms", "median, ms", "rounds"), lines),
        "## From 512x512 to 2048x2048: 16 times the samples",
        table(("case", "times as long, by the least"), _ratios(report["runs"])),
        "## Cold start of `scanseal verify` on one file, compiled kernels cached",
        table(("case", "least of five, s"), cold),
    )


def _ratios(runs: list[Row]) -> list[tuple[str, str]]:
    """Return for each case by how much 2048x2048 takes longer than 512x512."""
    least = {run["name"]: run["min"] for run in runs}
    pairs = [(name, name.replace("512", "2048")) for name in least if "[512" in name]
    return [(f"`{small}`", f"{least[large] / least[small]:.1f}") for small, large in pairs]


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


PAGE_OF = {
    "quality.md": render_quality,
    "corpus.md": render_corpus,
    "speed.md": render_speed,
    "repair.md": render_repair,
}


def main() -> int:
    """Write every page."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, render in PAGE_OF.items():
        (PAGES / name).write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
