"""The part of docs/results/fidelity.md on what programs measure: units, noise, counts, features."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, median

from benchmarks.clusters import Row, Value, mean_of
from benchmarks.measures.noise import BANDS
from benchmarks.pages.kinds import PROFILES, TRANSFORMS, groups, size_of
from benchmarks.pages.tables import table

_ERROR = (
    "HU for CT, the unit of the file's rescaling for the others. Bias is the mean of the change "
    "with its sign. Noise is that of the original alone (median of the finest diagonal Haar "
    "coefficients); the root mean square of the change is also given as a share of it."
)
_SPECTRUM = (
    f"Power after over power before in {BANDS} bands, in cycles a sample, mean over frames and "
    "both transforms: in the quietest quarter of 64x64 regions (32x32 in frames below 256) once a "
    "surface of second order is taken away, the same regions before and after. 1 is no change. "
    "Frames without a region that has noise are left out."
)
_VOLUMES = (
    "Voxels of the frame below -950 HU (emphysema, and the air around the body) and above 130 HU "
    "(calcium, bone). Voxels that go over a threshold in both directions cancel in the counts; "
    "those that went over it at all are given too. Both transforms."
)
_RADIOMICS = (
    "By which share of itself a feature changes: median and largest over frames and both "
    "transforms. In the annotated lesion where there is one, else in the middle half of the frame; "
    "grey levels of 25 HU, or a 32nd of the range where the unit is not HU. A mean or a skewness "
    "near 0 makes a large share of a small change."
)


def render_harm(marked: list[Row]) -> tuple[str, ...]:
    """Return the parts of the page for the rows of marked frames."""
    return (
        "## Error in native units, and the noise that was there before",
        _ERROR,
        _error(marked),
        "## Noise power spectrum",
        _SPECTRUM,
        _spectrum(marked),
        "## Inside annotated lesions",
        *_lesions([row for row in marked if "lesion" in row]),
        "## Volumes by threshold",
        _VOLUMES,
        _volumes([row for row in marked if "volumes" in row]),
        "## Radiomics",
        _RADIOMICS,
        _radiomics(marked),
    )


def _error(marked: list[Row]) -> str:
    """Return the table of errors in native units."""
    lines = [(*cells, size_of(mine), *_error_cells(mine)) for cells, mine in groups(marked, True)]
    head = ("kind", "profile", "transform", "frames / patients", "bias, mean", "of the worst frame")
    more = ("mean magnitude", "95th percentile, most", "99th", "99.9th", "largest")
    return table((*head, *more, "noise before, median", "change over noise"), lines)


def _error_cells(mine: list[Row]) -> list[str]:
    """Return the cells of one line of errors."""
    errors = [row["error"] for row in mine]
    noisy = [row for row in mine if row["noise"]]
    share = mean_of(noisy, lambda r: r["error"]["root_square"] / r["noise"]) if noisy else None
    return [
        f"{mean_of(mine, lambda r: r['error']['bias']).value:+.1e}",
        f"{max((error['bias'] for error in errors), key=abs):+.1e}",
        mean_of(mine, lambda r: r["error"]["mean"]).text("{:.3f}".format),
        *(f"{max(error['percentiles'][place] for error in errors):g}" for place in (1, 2, 3)),
        f"{max(error['largest'] for error in errors):g}",
        f"{median(row['noise'] for row in mine):.1f}",
        share.text("{:.1%}".format) if share else "-",
    ]


def _spectrum(marked: list[Row]) -> str:
    """Return the table of ratios by band."""
    noisy = [row for row in marked if row["spectrum"]]
    lines = [
        (
            *cells,
            size_of(mine),
            *(f"{mean_of(mine, _band(number)).value:.4f}" for number in range(BANDS)),
            f"{max((one for r in mine for one in r['spectrum']), key=_distance):.3f}",
        )
        for cells, mine in groups(noisy, False)
    ]
    edges = [number / (2 * BANDS) for number in range(BANDS + 1)]
    bands = [f"{low:.3g} to {high:.3g}" for low, high in pairwise(edges)]
    return table(("kind", "profile", "frames / patients", *bands, "farthest from 1"), lines)


def _band(number: int) -> Value:
    """Return what gives the ratio of one band of a row."""
    return lambda row: float(row["spectrum"][number])


def _distance(ratio: float) -> float:
    """Return how far a ratio is from 1."""
    return abs(ratio - 1)


def _lesions(rows: list[Row]) -> tuple[str, ...]:
    """Return what the rows with lesions are of, and their table."""
    if not rows:
        return ("No frame of these has an annotated lesion.",)
    images = len({row["image"] for row in rows})
    patients = len({row["patient"] for row in rows})
    lines = []
    for profile in PROFILES:
        for transform in TRANSFORMS:
            mine = [r for r in rows if (r["profile"], r["transform"]) == (profile, transform)]
            inside = [row["lesion"] for row in mine]
            shifts = [one["shift"] for one in inside]
            lines.append(
                (
                    f"`{profile}`",
                    f"`{transform}`",
                    len(mine),
                    sum(one["samples"] for one in inside),
                    f"{max(one['largest'] for one in inside):g}",
                    f"{fmean(one['mean'] for one in inside):.3f}",
                    f"{min(shifts):+.4f} to {max(shifts):+.4f}",
                    f"{median(row['noise'] for row in mine):.1f}",
                )
            )
    head = ("profile", "transform", "slices", "samples", "largest change, HU", "mean magnitude")
    return (
        f"Slices: {images}; patients: {patients}. The boxes are those of the collection. The shift "
        "is that of the mean inside the boxes of a slice.",
        table((*head, "shift of the mean, HU", "noise of the slice, HU"), lines),
    )


def _volumes(rows: list[Row]) -> str:
    """Return the table of counts by threshold."""
    lines = [
        (*cells, size_of(mine), name, *_volume_cells(mine, side))
        for cells, mine in groups(rows, False)
        for side, name in (("below", "below -950 HU"), ("above", "above 130 HU"))
    ]
    head = ("kind", "profile", "frames / patients", "voxels", "before", "marked", "change of it")
    return table((*head, "largest change of a frame, voxels", "went over, of all"), lines)


def _volume_cells(mine: list[Row], side: str) -> list[str]:
    """Return the cells of one line of counts."""
    found = [row["volumes"] for row in mine]
    before = sum(one["before"][side] for one in found)
    moves = [one["after"][side] - one["before"][side] for one in found]
    voxels = sum(one["before"]["voxels"] for one in found)
    return [
        f"{before / voxels:.3%}",
        f"{(before + sum(moves)) / voxels:.3%}",
        f"{sum(moves) / before:+.4%}" if before else "-",
        f"{max(moves, key=abs):+d}",
        f"{sum(one[f'{side}_swapped'] for one in found) / voxels:.3%}",
    ]


def _radiomics(marked: list[Row]) -> str:
    """Return the table of drift by feature."""
    lesions = [row for row in marked if "lesion" in row]
    names = max((list(row["drift"]) for row in marked), key=len)
    lines = []
    for name in names:
        cells = []
        for rows in (lesions, marked):
            for profile in PROFILES:
                mine = [row["drift"] for row in rows if row["profile"] == profile]
                found = [one[name] for one in mine if name in one]
                cells.append(f"{median(found):.1e}, {max(found):.1e}" if found else "-")
        lines.append((name, *cells))
    head = [f"{where}, `{p}`" for where in ("lesions", "all frames") for p in PROFILES]
    return table(("feature: median, largest", *head), lines)
