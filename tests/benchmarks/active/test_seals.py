"""scanseal as a contestant: found and placed, or proved, as by the verifier of whole files."""

import numpy as np
import pytest

from benchmarks.active.contestant import Unfit
from benchmarks.active.seals import PROFILES, Detaching, Sealing, both_ways
from benchmarks.attacks import edits, moves, points
from benchmarks.contest.pictures import Picture
from benchmarks.contest.scenes import without_tags
from signing.verdict import Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import TRUST, frames_of, seal_it, with_frames
from tests.watermark import phantoms

BOX = (101, 67, 40, 33)
WAYS = [(profile, stripped) for profile in PROFILES for stripped in (False, True)]

every_way = pytest.mark.parametrize(("profile", "stripped"), WAYS)


def picture(edge: int = 288) -> Picture:
    return Picture(phantoms.resonance(edge, edge + 9).values, 12, "MR", 0, 4095)


@every_way
def test_what_arrives_as_it_left_gives_no_alarm(profile: str, stripped: bool) -> None:
    made = Sealing(profile, stripped).protect(picture(), "one")
    said = made.judge(made.picture)
    assert (said.verdict, said.alarm) == ("partial" if stripped else "authentic", False)
    assert said.named is not None
    assert not said.named.any()


@every_way
def test_every_edit_is_found_and_lies_in_what_is_named(profile: str, stripped: bool) -> None:
    made = Sealing(profile, stripped).protect(picture(), "one")
    values = made.picture.values
    for forgery in (
        edits.blacken(values, BOX),
        moves.copy(values, BOX, (7, 200)),
        points.step(values, (150, 31), 1),
    ):
        said = made.judge(made.picture.like(forgery.values))
        assert (said.verdict, said.alarm) == ("altered", True)
        assert said.named is not None
        assert said.named[forgery.changed].all()
        assert said.named.sum() < 6000 + forgery.changed.sum()


@every_way
def test_the_picture_comes_back_with_the_tags_alone(profile: str, stripped: bool) -> None:
    before = picture()
    made = Sealing(profile, stripped).protect(before, "one")
    assert not np.array_equal(made.picture.values, before.values)
    back = made.restore()
    assert (back is None) is stripped
    assert back is None or np.array_equal(back.values, before.values)


@every_way
def test_pictures_of_other_shapes_and_depths_are_answered(profile: str, stripped: bool) -> None:
    made = Sealing(profile, stripped).protect(picture(), "one")
    values = made.picture.values
    for other in (values[:-40, :-40], np.rot90(values), values[::-1], values + np.uint16(5000)):
        assert made.judge(made.picture.like(np.ascontiguousarray(other))).alarm
    low = Picture((values >> 4).astype(np.uint8), 8, "MR", 0, 255)
    assert made.judge(low).alarm


def test_a_detached_seal_changes_nothing_and_finds_everything() -> None:
    before = picture()
    made = Detaching().protect(before, "one")
    assert np.array_equal(made.picture.values, before.values)
    assert not made.judge(before).alarm
    one = points.step(before.values, (150, 31), 1).values
    assert made.judge(before.like(one)).verdict == Verdict.ALTERED


def test_both_ways_share_one_marked_picture() -> None:
    tagged, alone = both_ways(Sealing("standard", False).protect(picture(), "one"))
    assert tagged.picture is alone.picture
    assert tagged.judge(tagged.picture).verdict == Verdict.AUTHENTIC
    assert alone.judge(alone.picture).verdict == Verdict.PARTIAL


def test_a_picture_that_cannot_carry_is_unfit() -> None:
    with pytest.raises(Unfit):
        Sealing("light", False).protect(picture(96), "one")


@pytest.mark.parametrize("colour", [False, True])
def test_verdicts_are_those_on_whole_files(colour: bool) -> None:
    """The same forgeries, as arrays here and as files under `verify`."""
    samples = phantoms.coloured(160, 171) if colour else phantoms.resonance(160, 171)
    one = Picture(samples.values, samples.bits, "other", 0, 255)
    file = seal_it(images.of(samples), profile="standard").dataset
    tagged, alone = both_ways(Sealing("standard", False).protect(one, "one"))
    for box in ((0, 0, 0, 0), (60, 70, 20, 20), (0, 0, 160, 171)):
        array = edits.blacken(tagged.picture.values, box).values
        forged = with_frames(file, [edits.blacken(frames_of(file)[0], box).values])
        received = one.like(array)
        assert tagged.judge(received).verdict == verify(forged, TRUST).verdict
        assert alone.judge(received).verdict == verify(without_tags(forged), TRUST).verdict
