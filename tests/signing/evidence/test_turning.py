"""Copies that kept their tags but lie otherwise: told by the certificates, without a search."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.errors import NotRecoverable
from signing.evidence.turning import MOST_LOOKS
from signing.recovery import recover
from signing.verdict import Code, Report, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.evidence.test_placing import count_searches, reshaped
from tests.signing.recoveries import KEY, PUBLIC
from tests.signing.seals import TRUST, failed, frames_of, seal_it, with_frames
from tests.watermark import phantoms
from watermark import read_placed
from watermark.geometry.orientation import ORIENTATIONS, Orientation

Array = NDArray[Any]
every = pytest.mark.parametrize("way", ORIENTATIONS[1:], ids=lambda way: way.name)
deeply = pytest.mark.parametrize("deep", [False, True], ids=["tags", "deep"])


@cache
def subject(profile: str = "standard", transform: str = "dwt") -> Dataset:
    """Return a sealed square phantom with its tags."""
    picture = images.of(phantoms.resonance(256, 256))
    return seal_it(picture, profile=profile, transform=transform).dataset


def report_on(frame: Array, deep: bool = False, dataset: Dataset | None = None) -> Report:
    """Return the report on the sealed phantom with another frame."""
    return verify(reshaped(dataset or subject(), frame), TRUST, deep=deep)


@every
@deeply
def test_a_copy_that_lies_otherwise_is_altered_with_the_word(way: Orientation, deep: bool) -> None:
    report = report_on(way.apply(frames_of(subject())[0]), deep)
    assert report.verdict is Verdict.ALTERED
    assert report.geometry == way.name
    assert failed(report) == {Code.PIXELS_MATCH, Code.PIXELS_GEOMETRY}
    assert report.pixels is not None
    assert (report.pixels.frames, report.pixels.altered_fraction) == ((), 0.0)


@pytest.mark.parametrize("profile", ["light", "full"])
@pytest.mark.parametrize("transform", ["dwt", "dct"])
def test_under_every_profile_and_transform(profile: str, transform: str) -> None:
    dataset = subject(profile, transform)
    report = report_on(frames_of(dataset)[0][:, ::-1], dataset=dataset)
    assert (report.verdict, report.geometry) == (Verdict.ALTERED, "mirrored")


def test_the_orientation_of_a_whole_frame_needs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_searches(monkeypatch)
    report_on(frames_of(subject())[0][::-1])
    altered = frames_of(subject())[0]
    altered[:] = altered[::-1] // 2
    assert report_on(altered).geometry == ""
    assert not made


def test_what_was_altered_besides_is_mapped_as_received() -> None:
    frame = frames_of(subject())[0]
    frame[100:103, 110:120] += 5
    report = report_on(frame[::-1])
    assert report.geometry == "mirrored and rotated 180"
    assert report.pixels is not None
    (found,) = report.pixels.frames
    assert sum(height * width for _, _, height, width in found.boxes) == 8 * 16
    assert min(top for top, *_ in found.boxes) == 256 - 104


def test_a_crop_that_kept_its_tags_is_placed() -> None:
    report = report_on(frames_of(subject())[0][9:, 14:])
    assert (report.verdict, report.geometry) == (Verdict.ALTERED, "cropped at (9, 14)")


@pytest.mark.parametrize("cut", [np.s_[:200, :], np.s_[:, :190], np.s_[:250, :251]])
@deeply
def test_a_cut_at_the_far_sides_with_its_tags_is_a_crop(cut: Any, deep: bool) -> None:
    report = report_on(np.ascontiguousarray(frames_of(subject())[0][cut]), deep)
    assert (report.verdict, report.geometry) == (Verdict.ALTERED, "cropped at (0, 0)")
    assert report.pixels is not None
    assert report.pixels.frames == ()


def test_what_is_left_of_a_crop_with_recovery_data_is_not_altered() -> None:
    picture = images.of(phantoms.resonance(256, 256))
    dataset = seal_it(picture, profile="full", recovery_for=(PUBLIC,)).dataset
    report = report_on(np.ascontiguousarray(frames_of(dataset)[0][30:, 40:]), dataset=dataset)
    assert report.geometry == "cropped at (30, 40)"
    assert report.pixels is not None
    assert report.pixels.frames == ()
    with pytest.raises(NotRecoverable, match=r"otherwise than it was sealed: cropped"):
        recover(reshaped(dataset, frames_of(dataset)[0][30:, 40:]), TRUST, KEY)
    with pytest.raises(NotRecoverable, match=r"otherwise than it was sealed: mirrored"):
        recover(reshaped(dataset, frames_of(dataset)[0][:, ::-1]), TRUST, KEY)


def test_an_edit_of_an_upright_frame_is_mapped_as_before() -> None:
    frame = frames_of(subject())[0]
    frame[40, 40] += 1
    report = report_on(frame)
    assert report.geometry == ""
    assert report.pixels is not None
    assert len(report.pixels.frames) == 1


def test_a_turned_series_says_so_of_each_frame() -> None:
    dataset = seal_it(images.series(3)).dataset
    frames = [np.ascontiguousarray(frame[:, ::-1]) for frame in frames_of(dataset)]
    report = verify(with_frames(dataset, frames), TRUST)
    places = {f.where for f in report.findings if f.code is Code.PIXELS_GEOMETRY}
    assert places == {"frame 0", "frame 1", "frame 2"}
    assert report.geometry == "mirrored"


def test_frames_without_their_mark_are_looked_at_from_all_sides_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dataset = seal_it(images.series(MOST_LOOKS + 2)).dataset
    frames = [frame // 2 for frame in frames_of(dataset)]
    looks: list[Any] = []

    def counted(samples: Any, placement: Any) -> Any:
        looks.append(placement)
        return read_placed(samples, placement)

    monkeypatch.setattr("signing.evidence.turning.watermark.read_placed", counted)
    report = verify(with_frames(dataset, frames), TRUST)
    assert (report.verdict, report.geometry) == (Verdict.ALTERED, "")
    ways = [looks.count(look) for look in dict.fromkeys(looks)]
    assert sorted(ways, reverse=True)[:2] == [MOST_LOOKS + 2, MOST_LOOKS]
