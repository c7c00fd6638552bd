"""What no syndrome and no digest shows, the closing tile refuses; what is not placed is said."""

import numpy as np
import pytest

import watermark
from benchmarks.attacks import nullspace, textures
from benchmarks.attacks.carriers import Carriers
from benchmarks.attacks.forgery import Forgery, compare
from signing.verdict import Code, Verdict
from tests.attacks.subjects import PROFILES, Subject, boxes_of, profiled, touched
from tests.signing.seals import failed
from watermark.carrier.coefficients import canonical
from watermark.carrier.order import order_of
from watermark.carrier.trellis import syndromes, trellis_of
from watermark.parameters import TILE, profile_named
from watermark.samples import Samples
from watermark.survey import marked_boxes

TEXT = b"FORGED "


def like(target: Subject, forgery: Forgery) -> Samples:
    """The forged frame as watermark takes it."""
    whole = target.samples
    return Samples(forgery.values, whole.bits, whole.signed, whole.colour)


def some_tiles(target: Subject, count: int) -> list[int]:
    """The first carrying tiles behind a few others."""
    return [int(i) for i in np.flatnonzero(target.description.carrying)[3 : 3 + count]]


@pytest.mark.parametrize("profile", PROFILES)
def test_null_vectors_change_no_message_bit(profile: str) -> None:
    bits = profile_named(profile).tile_bits
    count = len(order_of(TILE, TILE).positions)
    trellis = trellis_of(count, bits)
    vectors = nullspace.null_vectors(trellis, 60)
    assert len(vectors) >= 60 - 60 * bits // count - 9
    flips = np.zeros((len(vectors), count), dtype=np.int8)
    flips[:, :60] = vectors
    assert not syndromes(flips, trellis).any()
    assert vectors.any(axis=1).all()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_text_in_the_parities_changes_neither_payload_nor_canonical_picture(profile: str) -> None:
    target = profiled(profile)
    claims = target.description
    forgery = nullspace.write_message(target.samples, claims, some_tiles(target, 4), TEXT)
    assert forgery.changed.sum() > 400
    before, after = (Carriers.read(s, claims) for s in (target.samples, like(target, forgery)))
    boxes = marked_boxes(claims.layout, claims.carrying, claims.closing)
    assert (canonical(before.seen, boxes) == canonical(after.seen, boxes)).all()
    readings = [watermark.extract(carriers.samples) for carriers in (before, after)]
    assert readings[0].payload == readings[1].payload
    assert (readings[0].broken == readings[1].broken).all()


@pytest.mark.parametrize("profile", PROFILES)
def test_a_text_in_the_parities_can_be_read_back(profile: str) -> None:
    target = profiled(profile)
    claims, tiles = target.description, some_tiles(target, 1)
    forgery = nullspace.write_message(target.samples, claims, tiles, TEXT)
    carriers = Carriers.read(like(target, forgery), claims)
    (group,) = carriers.groups(tiles)
    first = np.zeros(len(group.order.positions), dtype=bool)
    first[group.trellis.starts[:-1]] = True
    written = np.packbits(carriers.bits(group)[0, ~first].astype(np.uint8)).tobytes()
    assert written.startswith(TEXT * (len(written) // len(TEXT)))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", ["lightest", "message"])
def test_null_space_changes_are_altered_by_the_closing_tile_alone(profile: str, kind: str) -> None:
    target = profiled(profile)
    tiles = some_tiles(target, 2)
    forgery = (
        nullspace.flip_lightest(target.samples, target.description, tiles[0], 60)
        if kind == "lightest"
        else nullspace.write_message(target.samples, target.description, tiles, TEXT)
    )
    assert forgery.changed.any()
    alone, tagged = target.alone(forgery), target.tagged(forgery)
    assert alone.verdict is tagged.verdict is Verdict.ALTERED
    assert failed(alone) == {Code.PIXELS_CLOSING}
    assert not boxes_of(alone).any()
    assert Code.PIXELS_MATCH in failed(tagged)


@pytest.mark.parametrize("profile", PROFILES)
def test_without_the_closing_tile_the_report_says_what_is_not_placed(profile: str) -> None:
    target = profiled(profile)
    claims = target.description
    hidden = nullspace.write_message(target.samples, claims, some_tiles(target, 1), TEXT)
    box = claims.layout.tiles.box(claims.closing)
    random = np.random.default_rng(1)
    forgery = compare(target.values, textures.scramble(hidden.values, box, random).values)
    report = target.alone(forgery)
    assert report.verdict is Verdict.ALTERED
    assert {Code.PIXELS_MARK, Code.PIXELS_CLOSING} <= failed(report)
    unit = claims.layout.units.index_at(*box[:2])
    assert touched(claims.layout.units, boxes_of(report)) == [unit]
    (closing,) = [f for f in report.findings if f.code is Code.PIXELS_CLOSING]
    assert "not be located" in closing.detail
