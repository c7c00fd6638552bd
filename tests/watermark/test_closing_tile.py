"""The closing tile refuses every frame but one, also where syndromes and digests are blind."""

import numpy as np
import pytest

import watermark
from tests.reference import seals
from tests.watermark.marking import SEED, Marked, mark, sign
from tests.watermark.phantoms import KINDS, computed, resonance
from tests.watermark.twins import frame_of
from watermark.carrier.coefficients import analyse, carrier_bits, flip_carriers
from watermark.carrier.tiles import group_tiles
from watermark.carrier.trellis import search_flips, syndromes


def verified(done: Marked, samples: watermark.Samples) -> bool:
    """Whether the closing tile of `samples` proves them, with `sign` in place of a key."""
    found = watermark.closing(samples, done.description)
    return found.intact and found.signature == sign(found.digest)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", ["dwt", "dct"])
def test_digest_and_parities_equal_the_twins(kind: str, step: str) -> None:
    done = mark(KINDS[kind](160, 170), transform=step)
    claims, frame = done.description, frame_of(done.samples)
    tile = claims.layout.tiles.box(claims.closing)
    found = watermark.closing(done.samples, claims)
    assert verified(done, done.samples)
    assert found.digest == seals.closing_digest(frame, claims.transform, tile)
    octets = seals.closing_octets(found.signature)
    bits = [octet >> 7 - i & 1 for octet in octets for i in range(8)]
    assert seals.closing_parities(frame, claims.transform, tile) == bits


@pytest.mark.parametrize("profile", ["light", "standard", "full"])
def test_flips_in_the_null_space_are_refused_by_the_closing_tile_alone(profile: str) -> None:
    done = mark(resonance(288, 288), profile)
    claims = done.description
    seen = analyse(done.samples, claims.transform)
    group = group_tiles(claims.layout, done.carrying()[3:5])[0]
    order = group.order
    bits = carrier_bits(seen, group.boxes, order.positions, order.cells)
    dry = np.ones_like(bits)
    dry[:, 400] = 0  # this one is flipped by hand, the others make up for it
    moved = bits.copy()
    moved[:, 400] ^= 1
    flips = search_flips(moved, dry, syndromes(bits, group.trellis), group.trellis)
    flips[:, 400] = 1
    changed = np.zeros(done.samples.values.shape, dtype=np.int8)
    flip_carriers(seen, group.boxes, order.positions, flips, changed)
    crafted = done.samples.with_planes(seen.planes)
    assert 2 <= changed.sum() == (crafted.values != done.samples.values).sum()
    reading = watermark.extract(crafted)
    assert reading.payload == done.payload
    assert not reading.broken[done.carrying()].any()
    found = watermark.localise(crafted, claims, SEED, reading)
    assert found.intact  # digests and chunks see nothing
    closing = watermark.closing(crafted, claims)
    assert closing.intact
    assert closing.digest != watermark.closing(done.samples, claims).digest
    assert not verified(done, crafted)


def test_every_parity_of_the_closing_tile_is_bound() -> None:
    done = mark(computed(160, 170))
    claims = done.description
    seen = analyse(done.samples, claims.transform)
    top, left, height, width = claims.layout.tiles.box(claims.closing)
    for y in range(top, top + height, 3):
        for x in range(left, left + width, 3):
            values = done.values()
            values[y, x] += -1 if seen.bound[0][y, x] & 1 else 1
            assert not verified(done, done.damaged(values))


@pytest.mark.parametrize("kind", KINDS)
def test_any_sample_moved_by_one_is_refused(kind: str) -> None:
    done = mark(KINDS[kind](160, 170))
    _, high = done.samples.limits
    random = np.random.default_rng(64)
    values = done.values().reshape(-1)
    special = [int(values.argmin()), int(values.argmax())]
    for place in [*special, *random.integers(0, values.size, 30).tolist()]:
        step = -1 if values[place] == high else 1
        values[place] += step
        assert not verified(done, done.damaged(values.reshape(done.samples.values.shape)))
        values[place] -= step


def test_a_signature_copied_from_another_frame_is_refused() -> None:
    done, other = mark(resonance(160, 170)), mark(resonance(160, 170), label="other")
    top, left, height, width = done.description.layout.tiles.box(done.description.closing)
    values = done.values()
    part = slice(top, top + height), slice(left, left + width)
    values[part] = other.samples.values[part]
    hurt = done.damaged(values)
    assert watermark.closing(hurt, done.description).intact
    assert not verified(done, hurt)


def test_the_digest_does_not_depend_on_the_signature() -> None:
    picture = resonance(160, 170)
    claims = mark(picture).description
    first, _ = watermark.embed(picture, claims, b"", lambda _: bytes(64))
    second, _ = watermark.embed(picture, claims, b"", lambda _: bytes([255] * 64))
    found = [watermark.closing(samples, claims) for samples in (first, second)]
    assert found[0].digest == found[1].digest
    assert [c.signature for c in found] == [bytes(64), bytes([255] * 64)]


@pytest.mark.parametrize("kind", ["computed", "resonance", "saturated", "coloured"])
def test_digest_of_a_frame_blackened_through_its_closing_tile_equals_the_twin(kind: str) -> None:
    done = mark(KINDS[kind](160, 170))
    claims = done.description
    tile = claims.layout.tiles.box(claims.closing)
    values = done.values()
    # Cut through cells: the least value is then predicted from samples beside the black.
    values[tile[0] + 5 :, : tile[1] + 13] = done.samples.limits[0]
    samples = done.damaged(values)
    found = watermark.closing(samples, claims)
    assert found.digest == seals.closing_digest(frame_of(samples), claims.transform, tile)
    assert not verified(done, samples)
