"""docs/results/peers.md out of benchmarks/results/peers.jsonl."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from benchmarks.intervals import bootstrap, wilson
from benchmarks.pages.tables import Row, load, page, provenance, table

OURS = "standard, stripped"
"""What ratios are to: like every peer it reads the picture alone."""
FORGERIES = ("blanked 32x32", "blanked 128x128", "copy-move 32x32", "one sample by 1")


def render_peers() -> str:
    """Return docs/results/peers.md."""
    rows = load("peers.jsonl")
    eight = [row for row in rows if row["bits"] == 8]
    deep = [row for row in rows if row["bits"] > 8]
    return page(
        "# Watermarks that can be installed, beside ours",
        f"{len({row['image'] for row in rows})} pictures of "
        f"{len({row['patient'] for row in rows})} patients ("
        + ", ".join(sorted({row["kind"] for row in rows}))
        + f"), the square in the middle of at most 512 samples. {_HEAD}",
        provenance("peers.jsonl"),
        "## Cost, pictures scaled to 8 bits",
        _cost(eight),
        _COST,
        "## Tampering found, the same pictures",
        _found(eight),
        _FOUND,
        "## Pictures as stored, more than 8 bits",
        _depth(deep),
        _DEPTH,
        "## One channel in, three channels out",
        _MONO,
        _mono(eight),
        "## Licences",
        _LICENCES,
    )


_HEAD = (
    "Each contestant ran in a process of its own, on one thread, one after the other; times are "
    "processor time, the least of three on each picture. Peers carry 32 bits and are run as "
    "installed: invisible-watermark 0.2.0, blind-watermark 0.4.4, stegano 3.0.0. Command: "
    "`python -m benchmarks.peers --out benchmarks/results/peers.jsonl`."
)
_COST = (
    "Means over pictures with 95 % intervals by bootstrap over patients; times are medians, ratios "
    f"medians over pictures of the time beside that of `{OURS}` on the same picture, so that above "
    "1 is slower than ours. PSNR at the peak 255 over all channels that come back. `detached` "
    "changes no sample. Judging from the tags is one hash of the samples; stripped, the mark is "
    "read, its signature and every tile checked; the record that takes the mark off is in the "
    "tags, so that without them the picture does not come back."
)
_FOUND = (
    "Pictures in which the forgery was found, of those that the contestant takes, with Wilson's "
    "95 % interval. Of ours, found is any verdict but `authentic` and `partial`; of the others, "
    "that the message which is read is not the one that was put in, or none is. They were made to "
    "outlive changes, so that what they do not find is no fault of theirs: it is another task. "
    "False alarms are pictures that arrived as they left."
)
_DEPTH = (
    "Change is the largest of one sample. Changes of hundreds are pictures cut to 255. "
    "PSNR at the peak of the bits stored. Reasons of refusals are names of exceptions; stegano "
    "takes no picture of 16 bits, OpenCV converts no signed samples for invisible-watermark."
)
_MONO = (
    "A grey picture is handed to invisible-watermark and blind-watermark as three equal channels, "
    "for they take no other. What comes back has three channels that differ; a DICOM image of one "
    "channel cannot hold them. Read again from the green one alone:"
)
_LICENCES = (
    "invisible-watermark and blind-watermark are under MIT. stegano is under GPL-3.0-or-later, "
    "which lets anybody run it: it is run as a program of its own on PNG files, is not imported, "
    "not a dependency, and not part of what is handed out."
)


def _names(rows: list[Row]) -> list[str]:
    """Return the contestants in their order."""
    return list(dict.fromkeys(row["contestant"] for row in rows))


def _cost(rows: list[Row]) -> str:
    """Return times, quality, reversibility."""
    ours = {row["image"]: row for row in rows if row["contestant"] == OURS and not row["refused"]}
    lines = []
    for name in _names(rows):
        mine = [row for row in rows if row["contestant"] == name]
        taken = [row for row in mine if not row["refused"]]
        lines.append(
            (
                name,
                f"{len(taken)} of {len(mine)}",
                *_times(taken, ours, "protect_ms"),
                *_times(taken, ours, "judge_ms"),
                _mean(taken, "psnr", 1),
                _mean(taken, "ssim", 5),
                max((row["largest"] for row in taken), default=0),
                f"{sum(row['reversible'] for row in taken)} of {len(taken)}",
            )
        )
    head = ("contestant", "pictures taken", "protect, ms", "ratio", "judge, ms", "ratio")
    return table((*head, "PSNR, dB", "SSIM", "largest change", "comes back whole"), lines)


def _times(taken: list[Row], ours: dict[str, Row], key: str) -> tuple[str, str]:
    """Return the median time and the median ratio to ours on the same picture."""
    if not taken:
        return "-", "-"
    shared = [row[key] / ours[row["image"]][key] for row in taken if row["image"] in ours]
    return f"{median(row[key] for row in taken):.1f}", f"{median(shared):.2g}" if shared else "-"


def _mean(rows: list[Row], key: str, digits: int) -> str:
    """Return a mean with its interval over patients; of pictures that changed."""
    changed = [row for row in rows if row["largest"]]
    if not changed:
        return "unchanged" if rows else "-"
    sums: dict[str, list[float]] = {}
    for row in changed:
        sums.setdefault(row["patient"], []).append(row[key])
    middle = f"{sum(row[key] for row in changed) / len(changed):.{digits}f}"
    if len(sums) < 2:
        return middle
    low, high = bootstrap([sum(v) for v in sums.values()], [len(v) for v in sums.values()])
    return f"{middle} ({low:.{digits}f} to {high:.{digits}f})"


def _found(rows: list[Row]) -> str:
    """Return false alarms and what was found."""
    lines = []
    for name in _names(rows):
        taken = [r for r in rows if r["contestant"] == name and not r["refused"]]
        cells = [_rate([row["alarm"] for row in taken])]
        cells += [_rate([r["alarms"][f] for r in taken if f in r["alarms"]]) for f in FORGERIES]
        placed = [row["iou"].get("blanked 128x128") for row in taken]
        known = [value for value in placed if value is not None]
        lines.append((name, *cells, f"{median(known):.2f}" if known else "-"))
    return table(("contestant", "false alarms", *FORGERIES, "IoU, 128x128, median"), lines)


def _rate(flags: Sequence[bool]) -> str:
    """Return how many are true, of how many, with the interval."""
    if not flags:
        return "-"
    low, high = wilson(sum(flags), len(flags))
    return f"{sum(flags)} of {len(flags)} ({low:.0%} to {high:.0%})"


def _depth(rows: list[Row]) -> str:
    """Return what becomes of pictures of more than 8 bits."""
    lines = []
    for name in _names(rows):
        mine = [row for row in rows if row["contestant"] == name]
        taken = [row for row in mine if not row["refused"]]
        reasons = Counter(row["refused"] for row in mine if row["refused"])
        told = "; ".join(f"{count} {reason}" for reason, count in reasons.items())
        lines.append(
            (
                name,
                f"{len(taken)} of {len(mine)}",
                told,
                _mean(taken, "psnr", 1),
                max((row["largest"] for row in taken), default=0) if taken else "-",
                f"{sum(row['reversible'] for row in taken)} of {len(taken)}" if taken else "-",
                _rate([row["alarm"] for row in taken]),
            )
        )
    head = ("contestant", "pictures taken", "refused", "PSNR, dB", "largest change")
    return table((*head, "comes back whole", "false alarms"), lines)


def _mono(rows: list[Row]) -> str:
    """Return what is read from one channel of three."""
    lines = []
    for name in _names(rows):
        words = [r["mono_verdict"] for r in rows if r["contestant"] == name and r["mono_verdict"]]
        if words:
            said = Counter(words).most_common()
            lines.append((name, "; ".join(f"{count} {word}" for word, count in said)))
    return table(("contestant", "message"), lines)
