"""Samples alone that lie otherwise than they were sealed: altered, with the word for it."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset

from benchmarks.crops import nudge_windows
from signing.certificate import Certificate
from signing.dicom.copies import fork
from signing.dicom.limits import EXPLICIT_LITTLE
from signing.dicom.writing import replace_frames
from signing.evidence import pixelcheck, placing
from signing.evidence.proving import prove_frame
from signing.payload import unpack
from signing.verdict import Code, Outcome, Report, Scope, Verdict
from signing.verification import verify, verify_path
from tests.signing import images
from tests.signing.seals import STRANGERS, TRUST, failed, frames_of, seal_it, stripped
from tests.watermark import phantoms
from tests.watermark.marking import like
from watermark import describe, embed, extract
from watermark import search as true_search
from watermark.description import Description
from watermark.geometry.orientation import ORIENTATIONS, Orientation
from watermark.geometry.synchronisation import glance
from watermark.samples import Samples

Array = NDArray[Any]
MIRRORED, UPRIGHT = Orientation(mirrored=True), Orientation()
every = pytest.mark.parametrize("way", ORIENTATIONS[1:], ids=lambda way: way.name)
PHANTOMS = {
    "chest": phantoms.computed(192, 205),
    "grey": phantoms.resonance(256, 263),
    "colour": phantoms.coloured(192, 192),
    "narrow": phantoms.saturated(224, 224),
    "large": phantoms.resonance(448, 448),
}


@cache
def subject(name: str = "grey", profile: str = "standard") -> Dataset:
    """Return a sealed phantom without its tags."""
    return stripped(seal_it(images.of(PHANTOMS[name]), profile=profile).dataset)


def reshaped(dataset: Dataset, *frames: Array) -> Dataset:
    """Return a copy with frames of any size."""
    copy = fork(dataset)
    copy.Rows, copy.Columns = frames[0].shape[:2]
    copy.PixelData = bytes(sum(frame.nbytes for frame in frames))
    replace_frames(copy, (np.ascontiguousarray(frame) for frame in frames), EXPLICIT_LITTLE)
    return copy


def report_on(frame: Array, name: str = "grey", profile: str = "standard") -> Report:
    """Return the report on one frame in the place of a sealed one."""
    return verify(reshaped(subject(name, profile), frame), TRUST)


def sealed_frame(name: str = "grey", profile: str = "standard") -> Array:
    """Return the samples of a sealed phantom, to be changed."""
    frame: Array = frames_of(subject(name, profile))[0]
    return frame


def outcome(report: Report, code: Code) -> set[Outcome]:
    """Return what became of a check."""
    return {f.outcome for f in report.findings if f.code is code}


@pytest.mark.parametrize("name", ["chest", "colour", "narrow"])
def test_a_mirrored_picture_is_altered_and_called_mirrored(name: str) -> None:
    report = report_on(sealed_frame(name, "full")[:, ::-1], name, "full")
    assert report.verdict is Verdict.ALTERED
    assert report.geometry == "mirrored"
    assert failed(report) == {Code.PIXELS_GEOMETRY}
    assert [f.detail for f in report.findings if f.outcome is Outcome.FAIL] == ["mirrored"]
    # Nothing is lost, so that all else is proved.
    assert outcome(report, Code.PIXELS_CLOSING) == {Outcome.PASS}
    assert outcome(report, Code.PIXELS_MARK) == {Outcome.PASS}
    assert report.scope is Scope.PIXELS
    assert report.pixels is not None
    assert (report.pixels.frames, report.pixels.altered_fraction) == ((), 0.0)


def test_true_tiles_put_back_in_place_do_not_hide_that_the_rest_is_mirrored() -> None:
    sealed = sealed_frame()
    frame = sealed[:, ::-1].copy()
    for row in range(0, 128, 32):
        frame[row : row + 32, 64:96] = sealed[row : row + 32, 64:96]
    report = report_on(frame)
    assert report.verdict is Verdict.ALTERED
    assert report.geometry == "mirrored"
    assert Code.PIXELS_GEOMETRY in failed(report)


@every
def test_every_orientation_has_its_name(way: Orientation) -> None:
    report = report_on(way.apply(sealed_frame()))
    assert report.verdict is Verdict.ALTERED
    assert report.geometry == way.name
    assert failed(report) == {Code.PIXELS_GEOMETRY}


@pytest.mark.parametrize("profile", ["standard", "full"])
@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name or "as sealed")
def test_a_crop_is_altered_and_says_where_it_was_cut_out(way: Orientation, profile: str) -> None:
    report = report_on(way.apply(sealed_frame(profile=profile)[13:, 7:-9]), profile=profile)
    assert report.verdict is Verdict.ALTERED
    assert report.geometry == ", ".join(word for word in (way.name, "cropped at (13, 7)") if word)
    assert failed(report) == {Code.PIXELS_GEOMETRY}
    # The closing signature covers what is lost: it is neither passed nor failed.
    assert outcome(report, Code.PIXELS_CLOSING) == {Outcome.SKIPPED}
    assert outcome(report, Code.PIXELS_MARK) == {Outcome.SKIPPED}
    assert report.signer is not None
    assert report.signer.trusted


def test_damage_in_all_that_a_search_reads_first_hides_no_crop() -> None:
    frame = np.ascontiguousarray(sealed_frame("large")[13:, 7:][:, ::-1])
    damaged = nudge_windows(Samples(frame, 12), MIRRORED, (19, 25))
    assert not list(glance(damaged))
    report = report_on(damaged.values, "large")
    assert report.verdict is Verdict.ALTERED
    assert report.geometry == "mirrored, cropped at (13, 7)"


@pytest.mark.parametrize("cut", [(slice(-17), slice(-40)), (slice(None), slice(-2))])
def test_a_cut_at_the_far_sides_alone_is_a_crop_at_the_origin(cut: tuple[slice, slice]) -> None:
    report = report_on(sealed_frame()[cut])
    assert report.verdict is Verdict.ALTERED
    assert report.geometry == "cropped at (0, 0)"


def test_a_roll_and_a_border_are_shifts() -> None:
    rolled = report_on(np.roll(sealed_frame(), (2, 1), (0, 1)))
    assert (rolled.verdict, rolled.geometry) == (Verdict.ALTERED, "shifted to (-2, -1)")
    framed = report_on(np.pad(sealed_frame(), ((3, 0), (5, 8))))
    assert (framed.verdict, framed.geometry) == (Verdict.ALTERED, "shifted to (-3, -5)")
    assert outcome(framed, Code.PIXELS_CLOSING) == {Outcome.PASS}


@pytest.mark.parametrize("way", [UPRIGHT, MIRRORED, Orientation(True, 1)], ids=lambda w: w.name)
def test_what_was_altered_besides_is_boxed_where_it_was_received(way: Orientation) -> None:
    frame = sealed_frame()
    before = frame.copy()
    frame[100:103, 110:120] += 5
    changed = way.apply((frame != before)[13:, 7:])
    report = report_on(way.apply(frame[13:, 7:]))
    assert report.verdict is Verdict.ALTERED
    assert Code.PIXELS_MARK in failed(report)
    assert report.pixels is not None
    (found,) = report.pixels.frames
    flagged = np.zeros_like(changed)
    for top, left, height, width in found.boxes:
        flagged[top : top + height, left : left + width] = True
    assert flagged[changed].all()
    # To the cell: rows 96 to 103, columns 104 to 119.
    assert flagged.sum() == 8 * 16
    assert 0 < report.pixels.altered_fraction < 0.1


@every
def test_one_sample_of_a_turned_picture_is_still_found(way: Orientation) -> None:
    frame = sealed_frame()
    frame[77, 99] += 1
    report = report_on(way.apply(frame))
    assert failed(report) >= {Code.PIXELS_GEOMETRY, Code.PIXELS_CLOSING}
    assert report.geometry == way.name


def test_more_lost_than_signed_is_broken_or_unsealed_never_proved() -> None:
    frame = sealed_frame()
    verdicts = set()
    for part in (frame[40:170, 40:170], frame[:100], frame[5:70, 5:101], frame[100:200:1, 3:99]):
        report = report_on(part)
        assert report.geometry == ""
        verdicts.add(report.verdict)
        broken = Code.PIXELS_MARK_BROKEN in failed(report)
        assert report.verdict is (Verdict.ALTERED if broken else Verdict.UNSEALED)
    assert Verdict.ALTERED in verdicts


def test_a_mirrored_picture_of_a_stranger_is_untrusted() -> None:
    report = verify(reshaped(subject(), sealed_frame()[:, ::-1]), STRANGERS)
    assert report.verdict is Verdict.UNTRUSTED
    assert report.geometry == ""


def test_an_export_is_searched_too(tmp_path: Path) -> None:
    path = tmp_path / "copy.png"
    Image.fromarray(sealed_frame("narrow", "full")[::-1, ::-1]).save(path)
    report = verify_path(path, TRUST)
    assert (report.verdict, report.geometry) == (Verdict.ALTERED, "rotated 180")


def test_the_mark_of_another_frame_at_this_place_is_no_proof() -> None:
    # Half of the picture is mirrored in place: what is left of the mark is not decoded twice.
    frame = sealed_frame()
    frame[:, :140] = frame[:, :140][:, ::-1]
    assert report_on(frame).verdict is Verdict.ALTERED


def count_searches(monkeypatch: pytest.MonkeyPatch) -> list[Samples]:
    """Count the full searches from now on."""
    made: list[Samples] = []

    def counted(samples: Samples) -> Any:
        made.append(samples)
        return true_search(samples)

    monkeypatch.setattr("signing.evidence.placing.watermark.search", counted)
    return made


def test_a_series_without_a_seal_is_searched_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_searches(monkeypatch)
    report = verify(images.series(5), TRUST)
    assert report.verdict is Verdict.UNSEALED
    assert len(made) == placing.MOST_SEARCHES == 2


def test_a_turned_series_is_searched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = stripped(seal_it(images.series(4)).dataset)
    turned = [Orientation(turns=1).apply(frame) for frame in frames_of(dataset)]
    made = count_searches(monkeypatch)
    report = verify(reshaped(dataset, *turned), TRUST)
    assert (report.verdict, report.geometry) == (Verdict.ALTERED, "rotated 90")
    assert outcome(report, Code.FRAMES_COUNT) == {Outcome.PASS}
    assert len(made) == 1


def test_a_frame_that_lies_as_sealed_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    made = count_searches(monkeypatch)
    assert verify(subject(), TRUST).geometry == "as sealed"
    assert not made


def test_a_frame_may_be_proved_by_itself() -> None:
    marked = like(PHANTOMS["grey"], sealed_frame()[:, ::-1])
    proof = prove_frame([marked], "frame 0", TRUST)
    assert proof.geometry == "mirrored"
    assert pixelcheck.PIXELS_REQUIRED - {Code.FRAMES_COUNT} <= {f.code for f in proof.findings}


@pytest.mark.parametrize("size", [192, 224, 320])
def test_a_whole_payload_in_a_frame_of_another_size_is_altered(size: int) -> None:
    # The code is public: anybody can put a certificate into another picture.
    reading = extract(like(PHANTOMS["grey"], sealed_frame()))
    payload = (reading.payload or b"").rstrip(b"\0")
    parts = unpack(reading.payload or b"")
    description = Description.decode(Certificate.decode(parts.claims).description)
    other = phantoms.noise(size, size, 12)
    claims = describe(other, description.seal_id, seed=parts.seed, profile="full", damage=0.01)
    forged, _ = embed(other, claims, payload, lambda digest: digest * 2)
    for way in (UPRIGHT, MIRRORED):
        values = np.ascontiguousarray(way.apply(forged.values))
        report = verify(reshaped(subject(), values), TRUST)
        assert report.verdict is Verdict.ALTERED
        assert Code.PIXELS_MARK not in {
            f.code for f in report.findings if f.outcome is Outcome.PASS
        }


@pytest.mark.parametrize(("most", "read"), [(1 << 25, 2), (PHANTOMS["grey"].values.size, 1)])
def test_of_a_large_export_the_likeliest_interpretation_alone_is_read(
    most: int, read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Samples] = []

    def counted(samples: Samples) -> Any:
        made.append(samples)
        return extract(samples)

    monkeypatch.setattr("signing.evidence.placing.watermark.extract", counted)
    monkeypatch.setattr(placing, "MOST_READ", most)
    one = PHANTOMS["grey"]
    other = like(one, np.ascontiguousarray(one.values[::-1]))
    assert not prove_frame([one, other], "frame 0", TRUST, exported=True).marked
    assert len(made) == read
