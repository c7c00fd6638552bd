"""Laws of certificates."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import cbor, certificate
from signing.certificate import Certificate
from signing.errors import MalformedCertificate
from tests.signing.strategies import CERTIFICATES

GOOD = Certificate(b"description", 1, bytes(16), bytes(32))


@given(CERTIFICATES)
@settings(derandomize=True)
def test_decode_undoes_encode(made: Any) -> None:
    assert Certificate.decode(made.encoded) == made


@given(CERTIFICATES, st.data())
@settings(derandomize=True)
def test_no_changed_byte_gives_the_same_certificate(made: Any, data: Any) -> None:
    changed = bytearray(made.encoded)
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        assert Certificate.decode(bytes(changed)) != made
    except MalformedCertificate:
        return


@pytest.mark.parametrize(
    "change",
    [
        {"description": b""},
        {"description": bytes(certificate.MAX_DESCRIPTION + 1)},
        {"frames": 0},
        {"frames": 2**17 + 1},
        {"key_id": bytes(15)},
        {"recovery": b""},
        {"recovery": bytes(33)},
    ],
    ids=str,
)
def test_a_value_out_of_range_cannot_be_made_or_read(change: Any) -> None:
    change_id = {"description": 2, "frames": 3, "key_id": 4, "recovery": 5}
    claims: dict[int, Any] = {1: 1, 2: b"description", 3: 1, 4: bytes(16), 5: bytes(32)}
    assert Certificate.decode(cbor.encode(claims)) == GOOD
    for name, value in change.items():
        claims[change_id[name]] = value
    with pytest.raises(MalformedCertificate):
        dataclasses.replace(GOOD, **change)
    with pytest.raises(MalformedCertificate):
        Certificate.decode(cbor.encode(claims))


@given(st.binary(max_size=60))
@settings(derandomize=True, max_examples=300)
def test_strange_bytes_raise_only_the_named_cause(data: Any) -> None:
    with pytest.raises(MalformedCertificate):
        Certificate.decode(data)


def test_the_overhead_is_that_of_the_longest_heads() -> None:
    largest = Certificate(bytes(2**17), 2**17, bytes(16), bytes(32))
    assert len(largest.encoded) == 2**17 + certificate.OVERHEAD


def test_the_largest_description_fits_every_ceiling() -> None:
    largest = Certificate(bytes(certificate.MAX_DESCRIPTION), 2**17, bytes(16), bytes(32))
    assert len(largest.encoded) <= certificate.MAX_CERTIFICATE
    assert Certificate.decode(largest.encoded) == largest


@given(CERTIFICATES)
@settings(derandomize=True)
def test_the_key_id_is_among_the_hints_that_need_no_decoding(made: Any) -> None:
    hints = certificate.hinted_key_ids(made.encoded)
    assert made.key_id in hints
    assert len(hints) <= 2


def test_a_digest_that_looks_like_a_key_id_gives_a_second_hint_only() -> None:
    false = b"\x04\x50" + bytes(range(16))
    made = Certificate(b"description", 1, bytes(16), bytes(14) + false)
    assert certificate.hinted_key_ids(made.encoded) == (bytes(range(16)), bytes(16))


@given(st.binary(max_size=60))
@settings(derandomize=True)
def test_strange_bytes_hint_at_nothing_or_at_what_they_hold(data: bytes) -> None:
    for hint in certificate.hinted_key_ids(data):
        assert b"\x04\x50" + hint in data
