"""docs/results/recovery-codec.md, of the rows that `benchmarks.recovery` wrote."""

from __future__ import annotations

from collections import Counter
from math import log10
from statistics import median

from benchmarks.pages.tables import Row, load, page, provenance, table

SPEED = 3
"""Times as fast as one encode of OpenJPEG that ours should be."""
LARGE = 1 << 21
"""Samples of a frame whose bands are larger than a core's own cache."""
GROUP = ("kind", "bit/sample")
ENDS = ("least", "most")
TIMES = ("ours at 512x512, ms, median", "expanding", "OpenJPEG")

WHAT = (
    "The 9/7 wavelet with set partitioning and a mixing range coder (docs/spec/picture.md) against "
    "JPEG 2000 and against a block DCT of 16x16 with the same coder, on grey frames of the "
    "development images, up to 12 of a folder: "
)
HOW = (
    " JPEG 2000 is OpenJPEG through pylibjpeg-openjpeg (16 bit, one tile, 9/7, bare codestream), "
    "asked for the largest codestream within the rate; the others get exactly as many bytes. dB "
    "are 20 log10 of the quotient of root mean square errors; more is better. Times are of one "
    "whole call, processor time, least of three. What the coder knows before the first bit was "
    "learned from four folders (`python -m benchmarks.beginnings`); they are counted apart. "
    "Command: `python -m benchmarks.recovery --out benchmarks/results/recovery.jsonl`."
)
REGIONS = (
    "64x64 regions of five slices of a lung CT (nothing was learned from that series), mean above "
    "80, the whole frame coded; root mean square error in HU."
)


def render_recovery() -> str:
    """Return docs/results/recovery-codec.md."""
    rows = load("recovery.jsonl")
    frames = [row for row in rows if "rate" in row]
    kinds = sorted({row["kind"] for row in frames})
    groups = [
        (kind, rate, [r for r in frames if r["kind"] == kind and r["rate"] == rate])
        for kind in kinds
        for rate in sorted({row["rate"] for row in frames})
    ]
    counts = Counter(row["kind"] for row in frames if row["rate"] == frames[0]["rate"])
    return page(
        "# The recovery codec",
        WHAT + "; ".join(f"{counts[kind]} {kind}" for kind in kinds) + "." + HOW,
        provenance("recovery.jsonl"),
        "## At the same bytes",
        table(
            (*GROUP, "frames", *("ours over JPEG 2000, dB: median", *ENDS), "DCT: median", *ENDS),
            [(kind, rate, len(mine), *_gains(mine)) for kind, rate, mine in groups],
        ),
        "## One encode",
        table(
            (*GROUP, "times as fast as OpenJPEG: median", "least", *TIMES),
            [(kind, rate, *_encodes(mine)) for kind, rate, mine in groups],
        ),
        _slowness(frames),
        "## Inside the body",
        REGIONS,
        table(
            ("bytes a frame", "regions", "median", "90 %", "largest"),
            [
                (r["budget"], r["regions"], *(f"{r[n]:.1f}" for n in ("median", "p90", "largest")))
                for r in rows
                if "budget" in r
            ],
        ),
    )


def _slowness(rows: list[Row]) -> str:
    """Return which encodes fall short of SPEED, and what a further bit of output takes."""
    slow = [row for row in rows if row["jpeg2000_ms"] < SPEED * row["ours_ms"]]
    named = [
        f"{row['kind']} of {row['rows']}x{row['columns']} at {row['rate']} bit/sample, "
        f"{row['jpeg2000_ms'] / row['ours_ms']:.1f}"
        for row in slow
    ]
    small = [row for row in rows if row["rows"] == row["columns"] == 512]
    large = [row for row in rows if row["rows"] * row["columns"] > LARGE]
    return (
        f"Less than {SPEED} times as fast: {len(slow)} of {len(rows)} encodes"
        + "".join(f" ({', '.join(named)})" for _ in named[:1])
        + ". From the least rate to the largest of a frame, a further bit of output takes "
        f"{_bit_time(small):.0f} ns (median) at 512x512 and {_bit_time(large):.0f} ns above 2^21 "
        "samples, where what is known of a band (some bytes a sample, visited in the order of the "
        "squares) is larger than a core's own cache. JPEG 2000 codes blocks of 64x64."
    )


def _bit_time(rows: list[Row]) -> float:
    """Return the median over frames of the time that a further bit of output takes, in ns."""
    found: list[float] = []
    for path in {row["path"] for row in rows}:
        mine = sorted((row for row in rows if row["path"] == path), key=lambda row: row["bytes"])
        bits = 8 * (mine[-1]["bytes"] - mine[0]["bytes"])
        if bits:
            found.append(1e6 * (mine[-1]["ours_ms"] - mine[0]["ours_ms"]) / bits)
    return float(median(found))


def _gains(rows: list[Row]) -> list[str]:
    """Return median, least and most dB over JPEG 2000 of ours and of the block DCT."""
    cells = []
    for name in ("ours", "dct"):
        gains = [20 * log10(max(r["jpeg2000"], 0.01) / max(r[name], 0.01)) for r in rows]
        cells += [f"{value:+.2f}" for value in (median(gains), min(gains), max(gains))]
    return cells


def _encodes(rows: list[Row]) -> list[str]:
    """Return how many times as fast ours is, and the times of frames of 512x512."""
    ratios = [row["jpeg2000_ms"] / row["ours_ms"] for row in rows]
    square = [row for row in rows if row["rows"] == row["columns"] == 512]
    names = ("ours_ms", "expand_ms", "jpeg2000_ms") if square else ()
    times = [f"{median(row[name] for row in square):.1f}" for name in names]
    return [f"{median(ratios):.1f}", f"{min(ratios):.1f}", *(times or ["-"] * 3)]
