"""Descriptions: one encoding a value; reader and twin refuse and accept the same bytes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watermark
from tests.reference import descriptions as twin
from tests.vectors.refusals import COMPUTED, DESCRIPTIONS, REFUSED_DESCRIPTIONS
from tests.watermark.marking import SEAL_ID, SEED
from tests.watermark.phantoms import KINDS, computed, noise, resonance
from tests.watermark.twins import frame_of
from watermark.description import Description
from watermark.errors import MalformedDescription, WatermarkError
from watermark.parameters import PROFILES

VALID = DESCRIPTIONS
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


@pytest.mark.parametrize("octets", REFUSED_DESCRIPTIONS.values(), ids=REFUSED_DESCRIPTIONS)
def test_each_broken_rule_is_refused(octets: bytes) -> None:
    assert octets not in VALID.values()
    assert twin.decode(octets) is None
    with pytest.raises(MalformedDescription):
        Description.decode(octets)


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
