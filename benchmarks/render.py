"""Make docs/results of benchmarks/results: `python -m benchmarks.render`.

Reads the committed JSON lines and writes Markdown tables; a test in tests/house renders again and
compares, so that no page says what the rows do not.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from dataclasses import fields
from statistics import median

from benchmarks.corpus import Row as CorpusRow
from benchmarks.pages.contest import CONTEST_PAGES
from benchmarks.pages.copies import render_copies
from benchmarks.pages.fidelity import render_fidelity
from benchmarks.pages.geometry import render_geometry
from benchmarks.pages.location import render_location
from benchmarks.pages.peers import render_peers
from benchmarks.pages.recovery import render_recovery
from benchmarks.pages.regions import render_regions
from benchmarks.pages.repair import render_repair
from benchmarks.pages.seals import render_seals
from benchmarks.pages.survival import render_survival
from benchmarks.pages.tables import PAGES, ROWS, Row, load, page, provenance, table
from benchmarks.quality import LIMITS

GROWTH_MODALITIES = ("CT", "MR", "PT", "XA", "NM")


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
        "benchmarks.speed.record`, which runs the groups of `make benchmarks` for sealing, "
        "verifying, recovering and finding one frame and writes benchmarks/results/speed.json.",
        provenance("speed.json"),
        table(("group", "case", "least, ms", "median, ms", "rounds"), lines),
        "## From 512x512 to 2048x2048: 16 times the samples",
        table(("case", "times as long, by the least"), _ratios(report["runs"])),
        "## Cold start of `scanseal verify` on one file, compiled kernels cached",
        table(("case", "least of five, s"), cold),
    )


def _ratios(runs: list[Row]) -> list[tuple[str, str]]:
    """Return by how much 2048x2048 takes longer than 512x512, for each case that has both."""
    least = {run["name"]: run["min"] for run in runs}
    pairs = [(name, name.replace("512", "2048")) for name in least if "[512" in name]
    pairs = [pair for pair in pairs if pair[1] in least]
    return [(f"`{small}`", f"{least[large] / least[small]:.1f}") for small, large in pairs]


PAGE_OF = {
    "quality.md": render_quality,
    "fidelity.md": render_fidelity,
    "corpus.md": render_corpus,
    "speed.md": render_speed,
    "repair.md": render_repair,
    "recovery-codec.md": render_recovery,
    "copies.md": render_copies,
    "regions.md": render_regions,
    "location.md": render_location,
    "geometry.md": render_geometry,
    "survival.md": render_survival,
    "peers.md": render_peers,
    "seals.md": render_seals,
    **CONTEST_PAGES,
}


def main() -> int:
    """Write every page."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, render in PAGE_OF.items():
        (PAGES / name).write_text(render(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
