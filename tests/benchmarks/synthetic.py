"""Small rows that look like those of the contest, made by a seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.records import Contest

KINDS = ("CT lung", "MR")
GAINS = {"block DCT": 1.0, "U-Net": 2.2, "cascade": 1.4}
"""By detector, how much higher the scores of forgeries are."""
ATTACKS = (
    ("A1", "copy-move", 32, 0.0),
    ("A1", "copy-move", 8, 0.0),
    ("A1", "copy-move", 2, 0.0),
    ("A13", "contrast", 24, 10.0),
    ("A13", "contrast", 24, 100.0),
    ("B2", "pix2pix", 32, 0.0),
    ("C1", "flip", 0, 0.0),
    ("D1", "one sample by 1", 1, 1.0),
    ("A1", "copy-move after JPEG 95", 32, 0.0),
    ("A1", "copy-move after JPEG 50", 32, 0.0),
    ("A1", "copy-move after noise 10", 32, 0.0),
)

BEST_ATTACKS = (
    ("A1", "copy-move", 32, 0.0),
    ("A13", "contrast", 24, 0.0),
    ("B2", "pix2pix", 32, 0.0),
    ("B5", "diffusion", 16, 0.0),
)


def make_contest(
    patients: int = 4, images: int = 6, seed: int = 7, *, best: bool = False
) -> Contest:
    """Return rows of twice so many patients, half of them validation patients.

    best: with the detectors' best case, made by another seed.
    """
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    for number in range(2 * patients):
        part = "test" if number % 2 else "validation"
        for image in range(images):
            for marked in (False, True):
                rows += exposures(random, number, f"{number}/{image}.dcm", part, marked)
    rows += [one for number in range(1, 2 * patients, 2) for one in beyond(random, number)]
    return Contest(
        tuple(rows),
        tuple(seals()),
        learning(),
        timings(),
        "Made in a test.",
        "Made so too.",
        best_case=make_best_case(seed + 1) if best else None,
    )


def make_best_case(seed: int = 8, patients: int = 3, slices: int = 12) -> Contest:
    """Return rows of which every patient is on both sides, groups A and B alone."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    for number in range(patients):
        for place in range(slices):
            where = (number, f"{number}/{place}.dcm", ("validation", "test")[place % 2], False)
            rows.append(row(random, where, ("", "", 0, 0.0)))
            if place % 2:
                sealed = (*where[:3], True)
                rows.append(row(random, sealed, ("", "", 0, 0.0)))
                rows += [row(random, one, a) for one in (where, sealed) for a in BEST_ATTACKS]
    for made in rows:
        if made.group:
            scores = {name: score + 1.5 for name, score in made.scores.items()}
            made.scores = {} if made.marked else scores
    return Contest(tuple(rows), made="Made by slices.")


def beyond(random: np.random.Generator, number: int) -> list[Row]:
    """Return an attack on the seal and a benign copy of a test patient, with scores."""
    where = (number, f"{number}/s.dcm", "test", True)
    aimed = row(random, where, ("G1", "tags taken off", 64, 0.0))
    copy = row(random, where, ("", "", 0, 0.0))
    copy.group, copy.attack, copy.level = "H4", "tags taken off", "T0"
    aimed.level, aimed.placed = "T1", {}
    for one in (aimed, copy):
        one.verdicts = {"standard, tags": "unsealed"}
        one.scores = {name: one.scores[name] for name in GAINS}
    return [aimed, copy]


def exposures(
    random: np.random.Generator, number: int, image: str, part: str, marked: bool
) -> list[Row]:
    """Return an original and, of test patients, its forgeries."""
    rows = [row(random, (number, image, part, marked), ("", "", 0, 0.0))]
    if part == "test":
        rows += [row(random, (number, image, part, marked), attack) for attack in ATTACKS]
    if part == "test" and marked:
        stolen = row(random, (number, image, part, True), ("G15", "stolen key", 32, 0.0))
        stolen.level, stolen.placed = "T4", {}
        stolen.verdicts = {"standard, tags": "authentic", "standard, stripped": "partial"}
        rows.append(stolen)
    return rows


def row(
    random: np.random.Generator,
    where: tuple[int, str, str, bool],
    attack: tuple[str, str, int, float],
) -> Row:
    """Return one exposure."""
    number, image, part, marked = where
    group, name, size, strength = attack
    made = Row(image, f"p{number}", KINDS[number // 2 % 2], part, group, name, size, strength)
    made.marked = marked
    forged = group != ""
    gain = (size / 32 if size else 0.5) * (1 - 0.4 * ("after" in name)) * forged
    made.scores = {
        key: round(float(random.normal()) + 2 * gain * value, 3) for key, value in GAINS.items()
    }
    made.scores["U-Net -pix2pix"] = made.scores["U-Net"] - (1.5 if name == "pix2pix" else 0)
    if forged and size and not marked:
        iou = round(float(random.random()) * 0.5, 3)
        made.maps = {"U-Net": [2 * iou / (1 + iou), iou, iou, min(1.0, iou + 0.1), 1.0]}
    if marked:
        made.verdicts = verdicts(random, forged, "JPEG" in name)
        if forged and size:
            made.placed = {"standard, tags": [0.95, 0.9, 0.9, 0.9, 1.0]}
    return made


def verdicts(random: np.random.Generator, forged: bool, lossy: bool) -> dict[str, str]:
    """Return what the seals say."""
    torn = "unsealed" if lossy and random.random() < 0.5 else "altered"
    return {
        "standard, tags": "altered" if forged else "authentic",
        "standard, stripped": torn if forged else "partial",
        "a watermark": "read" if random.random() < 0.7 or not forged else "garbled",
    }


def seals() -> list[Row]:
    """Return rows that have verdicts alone."""
    words = (
        ("E1", "slice swapped", "altered"),
        ("F1", "another patient", "altered"),
        ("G1", "tags taken off", "partial"),
        ("H1", "byte copy", "authentic"),
        ("H4", "tags taken off", "unsealed"),
    )
    rows = []
    for number in (1, 3, 5, 7):
        for group, attack, verdict in words:
            made = Row(f"{number}/s.dcm", f"p{number}", "CT lung", "test", group, attack)
            made.marked, made.level = True, "T1"
            made.verdicts = {"standard, tags": verdict}
            rows.append(made)
    return rows


def learning() -> dict[str, dict[str, Any]]:
    """Return predictions under both splits."""
    forged = [number % 2 == 0 for number in range(40)]
    patients = [f"p{number // 10}" for number in range(40)]
    leaked = [0.9 if one else 0.1 for one in forged]
    honest = [score if number % 5 else 1 - score for number, score in enumerate(leaked)]
    shared = {"forged": forged, "patients": patients, "threshold": 0.5}
    return {
        "slice split": {"cascade": {**shared, "scores": leaked}},
        "patient split": {"cascade": {**shared, "scores": honest}},
    }


def timings() -> dict[str, dict[str, float]]:
    """Return times."""
    return {
        "U-Net": {
            "fit_s": 61.2,
            "p50_ms": 40.0,
            "p95_ms": 55.0,
            "peak_mb": 410.0,
            "own_mb": 97.0,
            "n": 30,
        },
        "3-D network": {"p50_ms": 70.0, "p95_ms": 90.0, "peak_mb": 0.0},
        "block DCT": {"p50_ms": 80.0, "p95_ms": 95.0, "peak_mb": 120.0},
    }
