"""docs/results/fidelity.md out of benchmarks/results/fidelity.jsonl: what the mark does."""

from __future__ import annotations

from collections import Counter

from benchmarks.clusters import Mean, Row, mean_of, relative_error
from benchmarks.contest.sources import SHIPPED
from benchmarks.intervals import wilson
from benchmarks.measures.greyscale import BRIGHTEST, DARKEST, display_range
from benchmarks.pages.abstract import PROFILE, summarise
from benchmarks.pages.harm import render_harm
from benchmarks.pages.kinds import KINDS, groups, size_of
from benchmarks.pages.payload import render_payload
from benchmarks.pages.tables import load, page, provenance, table
from benchmarks.tallies import rate

FILE = "fidelity.jsonl"
FEW_PATIENTS = 10
"""Below so many patients an interval says little, and each patient's values stand beside it."""
_SMALL = "{:.1e}".format


def render_fidelity() -> str:
    """Return docs/results/fidelity.md."""
    rows = load(FILE)
    frames = [row for row in rows if row["what"] == "frame"]
    marked = [row for row in frames if row["outcome"] == "marked"]
    return page(
        "# What a reader sees and a program measures of the mark",
        _introduction(frames, marked),
        provenance(FILE),
        f"## In short: `{PROFILE}`",
        summarise(marked),
        "## Restored and original",
        _RESTORED,
        _restored(frames),
        "## Likeness of marked and original",
        _LIKENESS,
        _likeness(marked),
        "## Just-noticeable differences",
        _SEEN.format(display_range(), display_range() / 255),
        _seen(marked),
        *render_harm(marked),
        "## By patient",
        _PATIENTS,
        _by_patient(marked),
        *render_payload([row for row in rows if row["what"] == "curve"]),
    )


_RESTORED = (
    "The restored frame against the original by SHA-256 of all samples, with the 95 % interval of "
    "the rate (Wilson). Where they are equal every measure of this page is that of equal pictures "
    "(infinite PSNR, no change, no drift), so that the other tables show the marked frame alone. "
    "Both transforms."
)
_LIKENESS = (
    "PSNR is of the mean square error over the frames, at the peak that the column names: all that "
    "the bits stored can say (2^bits - 1), the range that the original uses, and 255 after the "
    "window, rounded to 8 bits as a screen does. The other columns are at a fixed scale, the "
    "window from 0 to 255, not rounded but for SSIM. SSIM, MS-SSIM and VIFp are given as what is "
    "missing from 1, for they are all but 1. Windows: lung (-600/1500) for CT of the lung, brain "
    "(40/80) for CT of the head, soft tissue (40/400) for other CT, for other kinds the one that "
    "the file names, else the range that it uses. MS-SSIM needs 161 rows and columns, and frames "
    "that are smaller do not count in it. A kind mixes depths: at the peak of the bits stored its "
    "frames are far apart (by patient: below)."
)
_SEEN = (
    f"On a display after PS3.14 from {DARKEST} to {BRIGHTEST:.0f} cd/m2, which has {{:.0f}} JND, "
    "{:.2f} for each grey level of 8 bits: so on a screen of 8 bits a sample that goes to the next "
    "grey level counts as a visible step, however small its change was, and in a wide window few "
    "do. Not rounded, as finer screens come near, it is the step itself that counts. Each sample "
    "is judged alone, by a threshold that the standard gives for a grating of 2x2 degrees on "
    "uniform ground; one sample is a smaller target, and there is noise around it (table of "
    "errors), so that the shares err on the side of too many. Both transforms."
)
_PATIENTS = (
    f"Kinds with fewer than {FEW_PATIENTS} patients: an interval over so few says little. Profile "
    "`standard`, transform `dwt`. Where the collection does not say who the patient is, each file "
    "counts as one."
)


_CHOSEN = "some of each folder of the development images, and all slices with an annotated lesion"


def _introduction(frames: list[Row], marked: list[Row]) -> str:
    """Return what was measured, and that every frame came back."""
    back = sum(row["restored"] for row in marked)
    low, high = wilson(back, len(marked))
    images = {row["image"] for row in frames}
    shipped = "of files that pydicom ships" if images <= {*SHIPPED} else _CHOSEN
    patients = len({row["patient"] for row in frames})
    refused = len(frames) - len(marked)
    return (
        f"{len(images)} frames of {patients} patients ({shipped}), each profile and both "
        "transforms. **Restored "
        f"frames equal their originals by SHA-256: {back} of {len(marked)}** (95 % interval "
        f"{low:.4f} to {high:.4f}). "
        f"{refused} of {len(frames)} combinations could not carry: too small or too flat. Of "
        "frames above 2^21 samples the middle 1024x1024 was measured. Intervals of 95 % are by "
        "bootstrap over patients; without one, all frames are of one patient. Command: "
        "`python -m benchmarks.fidelity --out benchmarks/results/fidelity.jsonl`."
    )


def _restored(frames: list[Row]) -> str:
    """Return the table of what was marked and came back."""
    lines = []
    for cells, mine in groups(frames, False):
        marked = [row for row in mine if row["outcome"] == "marked"]
        reasons = Counter(row["outcome"] for row in mine if row["outcome"] != "marked")
        why = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items()))
        equal = rate(sum(row["restored"] for row in marked), len(marked))
        lines.append((*cells, size_of(mine), len(mine), len(marked), why or "-", equal))
    head = ("kind", "profile", "frames / patients", "tried", "marked", "could not carry")
    return table((*head, "restored, equal by SHA-256 (%)"), lines)


def _likeness(marked: list[Row]) -> str:
    """Return the table of PSNR and what is like it."""
    lines = [(*cells, size_of(mine), *_like_cells(mine)) for cells, mine in groups(marked, True)]
    head = ("kind", "profile", "transform", "frames / patients", "mean square", "PSNR, bits stored")
    more = ("range in use", "window", "which", "1 - SSIM", "1 - MS-SSIM", "GMSD", "1 - VIFp")
    return table((*head, *more), lines)


def _like_cells(mine: list[Row]) -> list[str]:
    """Return the cells of one line of likeness."""
    return [
        mean_of(mine, lambda r: r["mean_square"]).text("{:.4f}".format),
        *(mean_of(mine, relative_error(name)).decibels() for name in ("stored", "used")),
        _windowed(mine).decibels(),
        ", ".join(sorted({_own(row) for row in mine})),
        mean_of(mine, lambda r: r["peaks"][_own(r)]["unlike"]).text(_SMALL),
        *(_measured(mine, name) for name in ("ms_ssim_loss", "gmsd", "vifp_loss")),
    ]


def _own(row: Row) -> str:
    """Return the name of the first window of a row: the third of its peaks."""
    return str(list(row["peaks"])[2])


def _windowed(rows: list[Row]) -> Mean:
    """Return the mean relative square error in the first window."""
    return mean_of(rows, lambda row: relative_error(_own(row))(row))


def _measured(mine: list[Row], name: str) -> str:
    """Return the mean of a measure over the frames that are large enough for it."""
    some = [row for row in mine if name in row]
    return mean_of(some, lambda row: float(row[name])).text(_SMALL) if some else "-"


def _seen(marked: list[Row]) -> str:
    """Return the table of what can be seen."""
    lines = []
    for cells, mine in groups(marked, False):
        for place in range(len(mine[0]["jnd"])):
            seen = [{"patient": row["patient"], **list(row["jnd"].values())[place]} for row in mine]
            lines.append(
                (
                    *cells,
                    ", ".join(sorted({list(row["jnd"])[place] for row in mine})),
                    size_of(mine),
                    mean_of(seen, lambda one: float(one["rounded"])).text("{:.2%}".format),
                    mean_of(seen, lambda one: float(one["exact"])).text("{:.2%}".format),
                    f"{max(one['largest'] for one in seen):.2f}",
                )
            )
    head = ("kind", "profile", "window", "frames / patients", "samples with 1 JND or more, 8 bits")
    return table((*head, "not rounded", "largest, JND"), lines)


def _by_patient(marked: list[Row]) -> str:
    """Return one line for each patient of the kinds that have few."""
    chosen = [r for r in marked if r["profile"] == "standard" and r["transform"] == "dwt"]
    lines = []
    for kind in KINDS:
        mine = [row for row in chosen if row["kind"] == kind]
        patients = sorted({row["patient"] for row in mine}, key=_natural)
        for patient in patients if len(patients) < FEW_PATIENTS else ():
            some = [row for row in mine if row["patient"] == patient]
            lines.append((kind, f"`{patient}`", len(some), *_patient_cells(some)))
    head = ("kind", "patient", "frames", "mean square", "PSNR, bits stored", "window")
    return table((*head, "mean magnitude of change", "1 JND or more, 8 bits"), lines)


def _patient_cells(some: list[Row]) -> list[str]:
    """Return the cells of one patient."""
    return [
        f"{mean_of(some, lambda r: r['mean_square']).value:.4f}",
        mean_of(some, relative_error("stored")).decibels(),
        _windowed(some).decibels(),
        f"{mean_of(some, lambda r: r['error']['mean']).value:.3f}",
        f"{mean_of(some, lambda r: r['jnd'][_own(r)]['rounded']).value:.2%}",
    ]


def _natural(label: str) -> tuple[int, str]:
    """Return a key that puts "patient 2" before "patient 10"."""
    digits = label.rsplit(" ", maxsplit=1)[-1]
    return (int(digits) if digits.isdigit() else 0), label
