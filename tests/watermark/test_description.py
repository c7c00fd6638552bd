"""Descriptions: one encoding a value; reader and twin refuse and accept the same bytes."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watermark
from tests.reference import descriptions as twin
from tests.watermark.marking import SEAL_ID, SEED
from tests.watermark.phantoms import KINDS, computed, noise, resonance
from tests.watermark.twins import frame_of
from watermark.description import Description
from watermark.errors import MalformedDescription, WatermarkError
from watermark.parameters import PROFILES

COMPUTED = watermark.describe(computed(288, 270), SEAL_ID, 7, seed=SEED).encoded
COLOURED = watermark.describe(KINDS["coloured"](288, 301), SEAL_ID, seed=SEED).encoded
LIGHT = watermark.describe(resonance(288, 256), SEAL_ID, seed=SEED, profile="light").encoded
VALID = {"computed": COMPUTED, "coloured": COLOURED, "light": LIGHT}
every_valid = pytest.mark.parametrize("octets", VALID.values(), ids=VALID)
MAPS = 66 + 8 + 8


def accepted(octets: bytes) -> bool:
    """Whether `decode` takes the bytes; then they come back as they were."""
    try:
        return Description.decode(octets).encoded == octets
    except MalformedDescription:
        return False


def test_fields_equal_the_twins() -> None:
    for octets in VALID.values():
        claims, fields = Description.decode(octets), twin.decode(octets)
        assert fields is not None
        numbers = fields.numbers
        assert (claims.rows, claims.columns) == fields.size
        assert (claims.bits, claims.percent) == (numbers["bits"], numbers["damage"])
        assert (claims.level, claims.frame) == (numbers["level"], numbers["frame"])
        assert (claims.profile.code, claims.transform) == (fields.profile, fields.transform)
        assert claims.carrying.tolist() == [bool(flag) for flag in fields.carrying]
        assert claims.constant.tolist() == [bool(flag) for flag in fields.constant]
        assert [[v % 65536 for v in row] for row in claims.values.tolist()] == fields.values
        assert claims.digests == b"".join(fields.digests)
        assert (claims.seal_id, claims.canonical) == (fields.seal_id, fields.canonical)


@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_claimed_of_a_frame_equals_the_twins(kind: str, profile: str) -> None:
    samples = KINDS[kind](288, 297)
    octets = watermark.describe(samples, SEAL_ID, 3, seed=SEED, profile=profile).encoded
    fields = twin.decode(octets)
    assert fields is not None
    assert twin.encode(twin.claim(frame_of(samples), SEED, fields)) == octets


@every_valid
@settings(max_examples=150)
@given(data=st.data())
def test_one_changed_octet_is_judged_as_by_the_twin(octets: bytes, data: st.DataObject) -> None:
    head = st.one_of(st.integers(0, 9), st.integers(26, 33), st.integers(66, MAPS + 8))
    at = data.draw(st.one_of(head, st.integers(0, len(octets) - 1)))
    value = data.draw(st.one_of(st.integers(0, 255), st.sampled_from([0, 1, 2, 255])))
    changed = octets[:at] + bytes([value]) + octets[at + 1 :]
    assert accepted(changed) == (twin.decode(changed) is not None)


@every_valid
def test_every_bit_of_the_head_and_maps_is_judged_as_by_the_twin(octets: bytes) -> None:
    for bit in [*range(80), *range(8 * 30, 8 * 34), *range(8 * 66, 8 * (MAPS + 6))]:
        changed = bytearray(octets)
        changed[bit // 8] ^= 128 >> bit % 8
        assert accepted(bytes(changed)) == (twin.decode(bytes(changed)) is not None), bit


@every_valid
def test_missing_and_spare_octets_are_refused(octets: bytes) -> None:
    assert accepted(octets)
    for size in [*range(70), *range(70, len(octets), 11), len(octets) - 1]:
        assert not accepted(octets[:size])
    for more in (b"\0", bytes(8), octets):
        assert not accepted(octets + more)


@settings(max_examples=100)
@given(octets=st.binary(max_size=200))
def test_any_bytes_are_judged_as_by_the_twin(octets: bytes) -> None:
    assert accepted(octets) == (twin.decode(octets) is not None)


def put(octets: bytes, at: int, value: int, size: int = 1) -> bytes:
    """The bytes with one field changed."""
    return octets[:at] + value.to_bytes(size, "big") + octets[at + size :]


def carrying_closing(octets: bytes) -> bytes:
    """The bytes with the closing tile's coding tile said to carry."""
    claims = Description.decode(octets)
    at = claims.closing_coding_tile
    return put(octets, 66 + at // 8, octets[66 + at // 8] | 128 >> at % 8)


REFUSED = {
    "version": put(COMPUTED, 0, 2),
    "profile": put(COMPUTED, 1, 3),
    "transform": put(COMPUTED, 1, 0x21),
    "no damage": put(COMPUTED, 2, 0),
    "half the damage": put(COMPUTED, 2, 50),
    "lower level": put(COMPUTED, 3, COMPUTED[3] - 1),
    "higher level": put(COMPUTED, 3, COMPUTED[3] + 1),
    "no such level": put(COMPUTED, 3, 24),
    "7 bits": put(COMPUTED, 4, 7),
    "17 bits": put(COMPUTED, 4, 17),
    "unknown flag": put(COMPUTED, 5, COMPUTED[5] | 16),
    "unknown colour": put(COMPUTED, 5, 6),
    "signed colour": put(COLOURED, 5, COLOURED[5] | 1),
    "too few rows": put(COMPUTED, 6, 127, 2),
    "too many columns": put(COMPUTED, 8, 16385, 2),
    "other columns": put(COMPUTED, 8, 303, 2),
    "no closing tile": put(COMPUTED, 30, 72, 4),
    "closing tile at the edge": put(COMPUTED, 30, 7, 4),
    "closing tile that carries": carrying_closing(COMPUTED),
    "spare bit of the tiles": put(COLOURED, 76, COLOURED[76] | 1),
    "spare bit of the units": put(COLOURED, 87, COLOURED[87] | 64),
    "value beyond the depth": put(put(COLOURED, 4, 8), 66 + 11 + 11, 256, 2),
}


@pytest.mark.parametrize("octets", REFUSED.values(), ids=REFUSED)
def test_each_broken_rule_is_refused(octets: bytes) -> None:
    assert octets not in VALID.values()
    assert twin.decode(octets) is None
    with pytest.raises(MalformedDescription):
        Description.decode(octets)


def test_a_constant_unit_that_carries_is_refused() -> None:
    claims = Description.decode(COMPUTED)
    unit = int(np.flatnonzero(claims.carrying)[0])
    constant = claims.constant.copy()
    constant[unit] = True
    at = int(constant[:unit].sum())
    digest = unit - at
    lie = dataclasses.replace(
        claims,
        constant=constant,
        values=np.insert(claims.values, at, 0, axis=0),
        digests=claims.digests[: 8 * digest] + claims.digests[8 * digest + 8 :],
    )
    assert twin.decode(lie.encoded) is None
    with pytest.raises(MalformedDescription):
        Description.decode(lie.encoded)


def test_the_specifications_sizes_hold() -> None:
    claims = watermark.describe(noise(512, 512, 12), SEAL_ID, seed=SEED)
    assert len(claims.encoded) == 66 + 32 + 32 + 8 * 256 == 2178
    assert claims.room == claims.capacity - claims.overhead - 2178


def test_a_description_says_whose_samples_it_fits() -> None:
    picture = resonance(160, 170)
    claims = watermark.describe(picture, SEAL_ID, seed=SEED)
    assert claims.fits(picture)
    for other in (resonance(170, 160), resonance(160, 170, bits=11), computed(160, 170)):
        assert not claims.fits(other)


def test_decoding_raises_nothing_else() -> None:
    random = np.random.default_rng(0)
    for _ in range(300):
        octets = bytearray(COMPUTED)
        for at in random.integers(0, 100, 4).tolist():
            octets[at] = int(random.integers(0, 256))
        try:
            Description.decode(bytes(octets))
        except WatermarkError as error:
            assert isinstance(error, MalformedDescription)
