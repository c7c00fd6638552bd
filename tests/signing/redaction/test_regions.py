"""Regions taken out of frames: blank, the mark gone everywhere, the rest proved to the cell."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

import watermark
from signing.areas import Area
from signing.countersigning import countersign
from signing.dicom import block, codecs, part10
from signing.dicom.part10 import transfer_syntax
from signing.errors import (
    AlreadySealed,
    NotAuthentic,
    NotRecoverable,
    NotRestorable,
    NotSealed,
)
from signing.evidence.pixelcheck import bears_marks, read_frames
from signing.inspection import inspect_path
from signing.recovery import recover
from signing.redaction.release import redact, redact_dataset, redact_file
from signing.restoration import restore
from signing.scrubbing import scrub
from signing.sealing import seal
from signing.sealparts import read_seal
from signing.verdict import Aspect, Code, FrameMap, Outcome, Report, Scope, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.recoveries import KEY, PUBLIC
from tests.signing.seals import (
    STRANGERS,
    TRUST,
    Array,
    failed,
    frames_of,
    seal_it,
    sealed,
    stripped,
    with_frames,
)
from tests.signing.strategies import OTHER, SIGNER
from tests.watermark import phantoms

BOX = (0, 50, 60, 20, 30)
GROWN = (48, 56, 24, 40)
"""The box grown to whole cells."""
INSIDE = np.s_[48:72, 56:96]
WITHOUT_MARK = [
    "mammogram",
    "palette",
    "overlay-bits",
    "signed",
    "stray-bits",
    "signed-rgb",
    "flat",
]
BOXABLE = [*images.MARKED, *WITHOUT_MARK]


def outside(frame: Array) -> Array:
    """Return a frame with the region put to zero."""
    rest = frame.copy()
    rest[INSIDE] = 0
    return rest


def maps(report: Report) -> tuple[FrameMap, ...]:
    """Return the areas of a report."""
    assert report.pixels is not None
    return report.pixels.frames


@pytest.mark.parametrize("name", BOXABLE)
def test_a_copy_is_partial_blank_inside_and_the_original_outside(name: str) -> None:
    whole = sealed(name)
    before = part10.encode(whole)
    copy = images.reread(redact(whole, boxes=[BOX]))
    assert part10.encode(whole) == before
    report = verify(copy, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert maps(report) == (FrameMap(0, (), (GROWN,)),)
    assert report.aspects.pixels is Aspect.REDACTED
    assert {report.aspects.geometry, report.aspects.identity} == {Aspect.PASS}
    assert report.aspects.rest is (Aspect.REDACTED if name == "signed" else Aspect.PASS)
    assert verify(copy, TRUST, deep=True).verdict is Verdict.PARTIAL
    assert transfer_syntax(copy) == transfer_syntax(whole)
    source, found = frames_of(images.make(name)), frames_of(copy)
    assert (found[0][INSIDE] == found[0][48, 56]).all()
    assert np.array_equal(outside(found[0]), outside(source[0]))
    assert all(np.array_equal(*pair) for pair in zip(found[1:], source[1:], strict=True))
    assert not bears_marks(copy)


@pytest.mark.parametrize("name", images.MARKED)
def test_without_the_record_all_parities_are_drawn_anew(name: str) -> None:
    whole = sealed(name, restoration=False)
    copy = images.reread(redact(whole, boxes=[BOX]))
    report = verify(copy, TRUST)
    assert (report.verdict, maps(report)) == (Verdict.PARTIAL, (FrameMap(0, (), (GROWN,)),))
    (told,) = (f for f in report.findings if f.code is Code.PIXELS_MATCH)
    assert "up to their parities" in told.detail
    assert not bears_marks(copy)
    again = redact(whole, boxes=[BOX])
    source = frames_of(whole)
    for frame, before in zip(frames_of(copy), source, strict=True):
        moved = np.abs(outside(frame).astype(int) - outside(before))
        assert moved.max() <= 1
    if np.array_equal(outside(source[0]), outside(frames_of(images.make(name))[0])):
        return  # nothing was marked in it
    assert not np.array_equal(outside(frames_of(copy)[0]), outside(frames_of(again)[0]))


@pytest.mark.parametrize("restoration", [True, False])
@pytest.mark.parametrize(
    "name", ["monochrome2-12", "rgb", "ybr-full", "padding", "mammogram", "air"]
)
def test_a_changed_sample_outside_is_placed_in_its_cell(name: str, restoration: bool) -> None:
    copy = redact(sealed(name, restoration=restoration), boxes=[BOX])
    random = np.random.default_rng(11)
    for place in (
        (47, 60),
        (72, 60),
        (50, 55),
        (50, 96),
        *random.integers(0, 160, (6, 2)).tolist(),
    ):
        frame = frames_of(copy)[0]
        if 48 <= place[0] < 72 and 56 <= place[1] < 96:
            continue
        frame[tuple(place)] ^= 4
        report = verify(with_frames(copy, [frame]), TRUST)
        assert report.verdict is Verdict.ALTERED
        assert failed(report) == {Code.PIXELS_CELLS}
        ((top, left, height, width),) = maps(report)[0].boxes
        assert top <= place[0] < top + height <= top + 15
        assert left <= place[1] < left + width <= left + 15
        assert maps(report)[0].redacted == (GROWN,)


def test_what_is_taken_out_has_to_stay_blank_and_of_one_value() -> None:
    copy = redact(sealed(), boxes=[BOX])
    for edit in (np.s_[50, 60], np.s_[48:56, 56:64]):  # one sample; a whole cell of another value
        frame = frames_of(copy)[0]
        frame[edit] += 9
        report = verify(with_frames(copy, [frame]), TRUST)
        assert report.verdict is Verdict.ALTERED
        assert failed(report) == {Code.PIXELS_REDACTED}
        assert maps(report)[0].boxes == ((48, 56, 8, 8),)
    frame = frames_of(copy)[0]
    frame[INSIDE] += 9  # blank all the same
    assert verify(with_frames(copy, [frame]), TRUST).verdict is Verdict.PARTIAL


@pytest.mark.parametrize("restoration", [True, False])
def test_each_frame_of_several_is_proved(restoration: bool) -> None:
    whole = sealed("multi-frame", restoration=restoration)
    copy = images.reread(redact(whole, boxes=[(1, *BOX[1:]), (1, 0, 0, 8, 8)]))
    report = verify(copy, TRUST)
    assert report.verdict is Verdict.PARTIAL
    assert maps(report) == (FrameMap(1, (), ((0, 0, 8, 8), GROWN)),)
    for index in range(3):
        frames = frames_of(copy)
        frames[index][100, 100] ^= 8
        found = verify(with_frames(copy, frames), TRUST)
        assert found.verdict is Verdict.ALTERED
        altered = {one.frame: one.boxes for one in maps(found) if one.boxes}
        assert altered == {index: ((96, 96, 8, 8),)}
    swapped = frames_of(copy)[::-1]
    assert verify(with_frames(copy, swapped), TRUST).verdict is Verdict.ALTERED
    for count in (2, 4):
        other = with_frames(copy, (frames_of(copy) * 2)[:count])
        assert Code.FRAMES_COUNT in failed(verify(other, TRUST))


def test_redacting_twice_discloses_what_redacting_once_does() -> None:
    whole, further = sealed("multi-frame"), [(0, 70, 90, 40, 9), (2, 0, 0, 1, 1)]
    once = redact(whole, boxes=[BOX, *further])
    twice = redact(images.reread(redact(whole, boxes=[BOX])), boxes=further)
    held = [read_seal(one).disclosures[0].areas for one in (once, twice)]
    assert held[0] == held[1]
    reports = [verify(one, TRUST) for one in (once, twice)]
    assert {report.verdict for report in reports} == {Verdict.PARTIAL}
    assert maps(reports[0]) == maps(reports[1])
    assert all(
        np.array_equal(*pair) for pair in zip(frames_of(once), frames_of(twice), strict=True)
    )


def test_attributes_and_regions_may_be_taken_out_in_any_order() -> None:
    whole = sealed()
    both = redact(whole, ["PatientName"], boxes=[BOX])
    first = redact(redact(whole, ["PatientName"]), boxes=[BOX])
    last = redact(redact(whole, boxes=[BOX]), ["PatientName"])
    reports = [verify(one, TRUST) for one in (both, first, last)]
    assert {report.verdict for report in reports} == {Verdict.PARTIAL}
    for one, other in pairwise(reports):
        assert (one.attributes, maps(one)) == (other.attributes, maps(other))
    assert reports[0].attributes is not None
    assert "00100010" in reports[0].attributes.redacted
    # Without the record, which goes with any attribute, the original is not written back.
    assert np.array_equal(outside(frames_of(both)[0]), outside(frames_of(last)[0]))
    assert not np.array_equal(outside(frames_of(both)[0]), outside(frames_of(first)[0]))


def test_a_region_and_the_basic_profile_may_be_taken_out_together() -> None:
    whole = sealed()
    both = images.reread(redact(whole, basic_profile=True, boxes=[BOX]))
    plain = verify(redact(whole, basic_profile=True), TRUST)
    report = verify(both, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert maps(report)[0].redacted == (GROWN,)
    assert report.attributes == plain.attributes
    assert read_seal(both).disclosures[0].seed is None
    assert np.array_equal(
        outside(frames_of(both)[0]), outside(frames_of(images.make("monochrome2-12"))[0])
    )


def test_nothing_comes_back_with_the_recovery_key() -> None:
    whole = seal_it(images.of(phantoms.resonance(288, 288)), recovery_for=(PUBLIC,)).dataset
    damaged = frames_of(whole)[0]
    damaged[INSIDE] = 0
    assert recover(with_frames(whole, [damaged]), TRUST, KEY) is not None  # so there is something
    for options in ({}, {"restoration": False}):
        copy = redact(seal_again(whole, **options), boxes=[BOX])
        (found,) = block.read_blocks(copy)
        assert (found.recovery, found.restoration) == (None, None)
        with pytest.raises(NotRecoverable, match="taken out"):
            recover(copy, TRUST, KEY)
        with pytest.raises(NotSealed):
            recover(stripped(copy), TRUST, KEY)
        for (samples,) in read_frames(copy):
            assert watermark.extract(samples).payload is None
        assert verify(copy, TRUST, recovery_key=KEY).verdict is Verdict.PARTIAL


def seal_again(whole: Dataset, **options: bool) -> Dataset:
    """Return the restored picture sealed with recovery data again."""
    return seal_it(restore(whole), recovery_for=(PUBLIC,), **options).dataset


def test_other_verbs_refuse_a_redacted_copy_or_keep_it_blank() -> None:
    copy = images.reread(redact(sealed(), boxes=[BOX]))
    with pytest.raises(NotRestorable, match="record"):
        restore(copy)
    with pytest.raises(NotAuthentic, match="partial"):
        seal(copy, SIGNER, reseal=True)
    with pytest.raises(AlreadySealed):
        seal(copy, SIGNER)
    with pytest.raises(NotAuthentic):
        countersign(copy, OTHER, TRUST)
    bare = scrub(copy)
    assert np.array_equal(frames_of(bare)[0], frames_of(copy)[0])
    assert verify(bare, TRUST).verdict is Verdict.UNSEALED
    assert verify(stripped(copy), TRUST).verdict is Verdict.UNSEALED
    assert verify(copy, STRANGERS).verdict is Verdict.UNTRUSTED


def test_a_copy_is_proved_by_any_signer_of_its_chain() -> None:
    for name in ("monochrome2-12", "mammogram"):
        copy = redact(countersign(sealed(name), OTHER, TRUST), boxes=[BOX])
        for trust in (TRUST, STRANGERS):
            report = verify(copy, trust)
            assert (report.verdict, maps(report)[0].redacted) == (Verdict.PARTIAL, (GROWN,))
            frame = frames_of(copy)[0]
            frame[2, 3] ^= 4
            assert verify(with_frames(copy, [frame]), trust).verdict is Verdict.ALTERED


def test_a_file_is_redacted_and_inspected(tmp_path: Path) -> None:
    here, there = tmp_path / "a.dcm", tmp_path / "b.dcm"
    part10.write(sealed("jpeg-ls"), here)
    assert redact_file(here, there, boxes=[BOX]) == ()
    assert verify(part10.read(there).dataset, TRUST).verdict is Verdict.PARTIAL
    (facts,) = inspect_path(there)["disclosures"]
    assert (facts["seed"], facts["redacted_cells"]) == (False, {"0": 15})
    (facts,) = inspect_path(here)["disclosures"]
    assert (facts["seed"], facts["redacted_cells"]) == (True, {})


def test_a_syntax_that_is_not_written_is_left_with_a_notice() -> None:
    whole = sealed()
    assert redact_dataset(whole, (), boxes=[BOX]).notices == ()
    assert codecs.pixel_kind(whole) == 1


def test_findings_say_how_strong_the_proof_is() -> None:
    report = verify(redact(sealed(), boxes=[BOX]), TRUST)
    told = {f.code: f for f in report.findings}
    assert told[Code.PIXELS_MATCH].outcome is Outcome.SKIPPED
    assert told[Code.PIXELS_REDACTED].detail == "1 area taken out, all blank"
    assert "49 cells beside are proved by 32 bits alone" in told[Code.PIXELS_MATCH].detail
    assert Code.PIXELS_MATCH not in report.required
    assert {Code.PIXELS_CELLS, Code.PIXELS_REDACTED, Code.FRAMES_COUNT} <= report.required


def test_the_cells_of_an_area_are_those_of_the_box() -> None:
    (held,) = read_seal(redact(sealed(), boxes=[BOX])).disclosures
    assert held.seed is None
    assert held.areas is not None
    (area,) = held.areas.areas
    assert isinstance(area, Area)
    assert area.runs == tuple((21 * row + 7, 5) for row in (6, 7, 8))
