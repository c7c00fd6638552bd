"""Scrubbing: no seal and no mark is left, and none comes back."""

import numpy as np
import pytest

from signing.dicom import part10
from signing.errors import AlreadySealed, NotSealed
from signing.scrubbing import scrub
from signing.verdict import Verdict
from tests.signing import images
from tests.signing.images import KINDS, MARKED
from tests.signing.seals import (
    ELEMENT_01,
    ELEMENT_02,
    ELEMENT_03,
    frames_of,
    one_changed,
    seal_it,
    sealed,
    stripped,
    verdict,
    with_frames,
    without,
)


@pytest.mark.parametrize("name", KINDS)
def test_a_whole_seal_comes_off_exactly(name: str) -> None:
    whole = sealed(name)
    before = part10.encode(whole)
    assert part10.encode(scrub(whole)) == images.file_of(name)
    assert part10.encode(whole) == before


@pytest.mark.parametrize("name", MARKED)
def test_what_cannot_be_restored_is_drawn_anew(name: str) -> None:
    whole = sealed(name)
    altered = next(one_changed(whole, 1))
    for remains in (stripped(whole), altered, without(whole, ELEMENT_03)):
        scrubbed = scrub(remains)
        assert verdict(scrubbed) is Verdict.UNSEALED
        assert 0x00770010 not in scrubbed
        pairs = list(zip(frames_of(remains), frames_of(scrubbed), strict=True))
        moved = [after.astype(np.int64) - before for before, after in pairs]
        assert all(np.abs(m).max() <= 1 for m in moved)
        assert any(m.any() for m in moved)
        assert all((b.min(), b.max()) == (a.min(), a.max()) for b, a in pairs)
        seal_it(scrubbed, profile="detached")


@pytest.mark.parametrize("gone", [ELEMENT_01, ELEMENT_02, ELEMENT_03])
@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels", "jpeg2000"])
def test_pieces_of_a_seal_are_removed(name: str, gone: int) -> None:
    scrubbed = scrub(without(sealed(name), gone))
    assert verdict(scrubbed) is Verdict.UNSEALED
    assert "ContributingEquipmentSequence" not in scrubbed
    assert 0x00080300 not in scrubbed


@pytest.mark.parametrize("element", [ELEMENT_01, ELEMENT_02, ELEMENT_03])
@pytest.mark.parametrize("garbage", [b"", b"\0\0\0\1", b"\0\0\0\2\x80\0\0\0", b"\xff" * 8])
def test_a_broken_seal_is_removed(element: int, garbage: bytes) -> None:
    whole = sealed()
    whole[element].value = garbage
    assert verdict(scrub(whole)) is Verdict.UNSEALED


@pytest.mark.parametrize("name", KINDS)
def test_without_a_trace_there_is_nothing_to_scrub(name: str) -> None:
    with pytest.raises(NotSealed):
        scrub(images.make(name))


def test_scrubbing_twice_draws_other_samples() -> None:
    bare = stripped(sealed())
    assert (frames_of(scrub(bare))[0] != frames_of(scrub(bare))[0]).any()
    with pytest.raises(AlreadySealed):
        seal_it(bare)
    assert verdict(seal_it(scrub(bare)).dataset) is Verdict.AUTHENTIC


def test_a_mark_in_any_frame_is_a_trace() -> None:
    plain = frames_of(images.make("multi-frame"))
    marked = frames_of(sealed("multi-frame"))
    mixed = with_frames(images.make("multi-frame"), [plain[0], plain[1], marked[2]])
    assert verdict(mixed) is not Verdict.UNSEALED
    assert verdict(scrub(mixed)) is Verdict.UNSEALED
