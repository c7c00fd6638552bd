"""The ensemble: learned without a patient where its threshold is set on that patient."""

import numpy as np

from benchmarks.contest.combining import combine
from benchmarks.contest.rows import Row
from benchmarks.passive.ensemble import Ensemble


def rows_of(patients: int, seed: int = 1) -> list[Row]:
    """Return validation and test rows of two detectors, of which one is useful."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(2 * patients):
        part = ("validation", "test")[number % 2]
        for group in ("", "", "A1", "A1"):
            row = Row(
                f"{number}.dcm", f"p{number}", "MR", part, group, "copy-move" if group else ""
            )
            row.scores = {
                "useful": float(random.normal()) + 3 * bool(group),
                "useless": 100 * float(random.normal()),
                "useful -splicing": 0.0,
            }
            rows.append(row)
    return rows


def test_everybody_is_judged_and_forgeries_higher() -> None:
    rows = rows_of(8)
    combine(rows)
    assert all(Ensemble.name in row.scores for row in rows)
    forged, sound = (
        [row.scores[Ensemble.name] for row in rows if bool(row.group) is group]
        for group in (True, False)
    )
    assert np.median(forged) > max(sound) - 1
    assert np.mean(forged) > np.mean(sound) + 1


def test_no_validation_patient_is_judged_by_what_was_learned_from_him() -> None:
    rows, others = rows_of(4), rows_of(4)
    for row in others:
        if row.patient == "p0" and row.group:
            row.scores |= {"useful": -50.0, "useless": 500.0}
    told = []
    for some in (rows, others):
        combine(some)
        sound = [row for row in some if not row.group]
        told.append({patient: scores_of(sound, patient) for patient in ("p0", "p1", "p2")})
    assert told[0]["p0"] == told[1]["p0"]
    assert told[0]["p1"] != told[1]["p1"]
    assert told[0]["p2"] != told[1]["p2"]


def scores_of(rows: list[Row], patient: str) -> list[float]:
    """Return what the ensemble says of a patient's rows."""
    return [row.scores[Ensemble.name] for row in rows if row.patient == patient]


def test_nothing_is_said_without_originals_to_learn_from() -> None:
    rows = [row for row in rows_of(2) if row.part == "test"]
    combine(rows)
    assert not any(Ensemble.name in row.scores for row in rows)
