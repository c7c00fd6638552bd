"""Trials on whole sealed files: every attack has its promised answer, and so has every control."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.contest.controls import GROUPS as ROUTED
from benchmarks.contest.headers import BORROWED, OWN
from benchmarks.contest.rows import Row
from benchmarks.contest.scenes import scene_of
from benchmarks.contest.series import SLICES
from benchmarks.contest.sources import (
    LONGEST,
    MADE,
    Source,
    blank,
    estranged,
    frame_of,
    label_patients,
    list_series,
    picture_of,
    put,
    series_of,
    sources,
    turned,
)
from benchmarks.seals import Judge, examine_series, fit, trials
from tests.signing import images
from tests.watermark import phantoms

ADAPTIVE = {f"G{number}" for number in range(1, 16)}
UNFOUND = {
    ("F9", "institution"),
    ("G9", "older sealed version"),
    ("G15", "edited, sealed anew with the stolen key"),
}
"""Attacks on a file that are `authentic` from the tags, whatever the picture."""
UNFOUND_SERIES = {
    ("E2", "file names exchanged"),
    ("E3", "slice doubled"),
    ("E4", "slice left out"),
    ("E4", "last slice left out"),
    ("E5", "slice of another series put in"),
    ("E6", "numbers of two slices exchanged"),
}
"""Attacks on a series that are: a seal speaks of one instance."""
DOCUMENTED = {("H5", "overlay added"), ("H8", "window changed in the file")}
"""Controls that alarm, as docs/spec/attributes.md says."""

Rows = dict[tuple[str, str], Row]


def source() -> Source:
    dataset = images.of(
        phantoms.resonance(288, 288), KVP="120", AcquisitionDate="20260102", ContentTime="12"
    )
    return Source("phantom", "P1", "MR", dataset, turned(dataset))


def judged(profile: str) -> tuple[Judge, Rows]:
    scene = scene_of(source(), profile)
    assert scene is not None
    judge = Judge("phantom", "P1", "MR")
    judge.take(profile, trials(scene))
    return judge, judge.rows


@pytest.fixture(scope="module")
def standard() -> tuple[Judge, Rows]:
    return judged("standard")


def test_every_trial_is_answered_as_promised(standard: tuple[Judge, Rows]) -> None:
    judge, rows = standard
    assert judge.wrong == []
    groups = {group for group, _ in rows}
    assert groups >= ADAPTIVE | {f"F{n}" for n in range(1, 10)} | {"H1", "H2", "H3", "H4", "H5"}
    assert {name for _, name in rows} >= {*BORROWED, *OWN, *ROUTED}


@pytest.mark.parametrize("profile", ["light", "full", "detached"])
def test_other_profiles_answer_as_promised(profile: str) -> None:
    judge, rows = judged(profile)
    assert judge.wrong == []
    sealed = {"G6", "G8", "G12", "G13"}
    missing = sealed if profile == "detached" else {"G7", "G9", "G10", "G14", "G15"}
    assert {group for group, _ in rows} >= ADAPTIVE - missing


def test_what_is_not_found_is_known_by_name(standard: tuple[Judge, Rows]) -> None:
    rows = standard[1]
    attacks = {key: row for key, row in rows.items() if not key[0].startswith("H")}
    disclosures = {key for key in attacks if key[1].startswith("disclosures")}
    passed = {key for key, row in attacks.items() if row.verdicts["standard, tags"] == "authentic"}
    assert passed - disclosures == UNFOUND


def test_no_control_alarms_but_those_that_are_documented(standard: tuple[Judge, Rows]) -> None:
    controls = {key: row for key, row in standard[1].items() if key[0].startswith("H")}
    alarms = {k for k, r in controls.items() if r.verdicts["standard, tags"] == "altered"}
    assert alarms == DOCUMENTED
    graded = {k for k, r in controls.items() if r.verdicts["standard, tags"] == "partial"}
    assert graded == {("H3", "de-identified, `redact`"), ("H4", "private tags removed")}


def test_changed_pictures_are_handed_out(standard: tuple[Judge, Rows]) -> None:
    scene = scene_of(source(), "standard")
    assert scene is not None
    for trial in trials(scene):
        example = trial.example("P1")
        assert (example is None) == (trial.forgery is None)
        if example is not None:
            assert example.forged
            assert example.picture.values.shape == scene.values.shape
            row = standard[1][trial.group, trial.attack]
            assert row.changed > 0
            assert len(row.mask) == 16


def test_a_series_without_a_corpus_is_made(tmp_path: Path) -> None:
    assert list_series(tmp_path) == [MADE]
    _, _, slices = series_of(tmp_path, MADE, SLICES)
    assert len({one.SOPInstanceUID for one in slices}) == SLICES
    assert len({frame_of(one).tobytes() for one in slices}) == SLICES
    rows, wrong = examine_series(tmp_path, MADE)
    assert wrong == []
    passed = {
        (row.group, row.attack)
        for row in rows
        if row.verdicts["standard, tags"] == "authentic" and row.group != "E0"
    }
    assert passed == UNFOUND_SERIES


def test_a_frame_that_is_too_small_makes_no_scene() -> None:
    small = images.of(phantoms.resonance(100, 100))
    assert scene_of(Source("small", "P1", "MR", small, turned(small)), "light") is None


def test_files_that_pydicom_ships_stand_in_for_a_corpus(tmp_path: Path) -> None:
    found = list(sources(tmp_path))
    assert [one.path for one in found] == ["CT_small.dcm", "examples_overlay.dcm"]
    for one in found:
        assert not np.array_equal(frame_of(one.dataset), frame_of(one.donor))


def test_large_pictures_are_cut_and_keep_their_samples() -> None:
    values = phantoms.coloured(700, 600).values
    dataset = put(blank(), values, 8)
    top, left = (700 - LONGEST) // 2, (600 - LONGEST) // 2
    assert np.array_equal(frame_of(dataset), values[top : top + LONGEST, left : left + LONGEST])
    assert picture_of(dataset, "fundus").high == float(frame_of(dataset).max())


def test_pictures_are_shown_in_their_window() -> None:
    dataset = images.plain(RescaleIntercept="-1024", RescaleSlope="2")
    seen = picture_of(dataset, "CT lung")
    assert (seen.low, seen.high, seen.scale) == ((40 - 200 + 1024) / 2, (40 + 200 + 1024) / 2, 2)


def test_patients_are_labels_and_not_identifiers(tmp_path: Path) -> None:
    lines = "path,patient_id\nb.dcm,SECRET\na.dcm,SECRET\nc.dcm,\n"
    (tmp_path / "MANIFEST.csv").write_text(lines, encoding="utf-8")
    assert label_patients(tmp_path) == {"b.dcm": "P1", "a.dcm": "P1", "c.dcm": "P2"}
    assert label_patients(tmp_path / "nowhere") == {}


def test_a_stranger_has_another_patient_and_identifier() -> None:
    dataset = images.plain()
    other = estranged(dataset)
    for keyword in ("PatientID", "StudyInstanceUID", "SOPInstanceUID"):
        assert dataset[keyword].value != other[keyword].value


def test_the_fit_of_a_map_is_that_of_its_counts() -> None:
    changed = np.zeros((10, 10), dtype=bool)
    changed[:4, :5] = True
    assert fit(changed, changed) == [1.0, 1.0, 1.0, 1.0, 1.0]
    assert fit(~changed, changed) == [0.0, 0.0, -1.0, 0.0, 0.0]
    half = np.zeros_like(changed)
    half[:2, :5] = True
    f1, iou, matthews, best, precision = fit(half, changed)
    assert (f1, iou, best, precision) == (2 / 3, 0.5, 0.5, 1.0)
    assert matthews == pytest.approx((10 * 80 - 0 * 10) / np.sqrt(10 * 20 * 90 * 80))
