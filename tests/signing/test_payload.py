"""Laws of the payload in the pixels."""

from dataclasses import replace
from hashlib import shake_256
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import certificate, curve, digests, envelope, payload
from signing.certificate import Certificate
from signing.envelope import Kind
from signing.errors import LimitExceeded, MalformedPayload
from signing.payload import Payload
from tests.signing.strategies import CERTIFICATES, OTHER, SIGNER

PAYLOADS = st.builds(
    Payload,
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=64, max_size=64),
    st.binary(min_size=1, max_size=300),
    st.binary(max_size=100),
)
GOOD = Payload(bytes(range(16)), bytes(range(64)), b"claims", b"recovery")
PACKED = payload.pack(GOOD, GOOD.size)


@given(PAYLOADS, st.integers(0, 50))
@settings(derandomize=True)
def test_unpack_undoes_pack(made: Any, spare: Any) -> None:
    packed = payload.pack(made, made.size + spare)
    assert len(packed) == made.size + spare
    assert payload.unpack(packed) == made


@given(CERTIFICATES)
@settings(derandomize=True, max_examples=30)
def test_the_reader_wraps_the_very_envelope_of_the_tags(made: Any) -> None:
    data = envelope.sign(Kind.CERTIFICATE, made.encoded, SIGNER)
    carried = Payload(bytes(16), envelope.parse(data).signature, made.encoded)
    packed = payload.pack(carried, carried.size + 7)
    assert payload.unpack(packed).certificate_envelope == data


def test_the_layout_is_that_of_the_specification() -> None:
    assert PACKED == (
        bytes(range(16)) + b"\0\0\6" + bytes(range(64)) + b"claims" + b"\0\0\10" + b"recovery"
    )


def test_what_does_not_fit_is_said_with_sizes() -> None:
    with pytest.raises(LimitExceeded) as caught:
        payload.pack(GOOD, GOOD.size - 1)
    assert (caught.value.size, caught.value.limit) == (GOOD.size, GOOD.size - 1)


@pytest.mark.parametrize("size", range(len(PACKED)))
def test_a_cut_payload_is_refused(size: Any) -> None:
    with pytest.raises(MalformedPayload):
        payload.unpack(PACKED[:size])


@pytest.mark.parametrize("place", range(len(PACKED) + 3, len(PACKED) + 12))
def test_padding_that_is_neither_the_seeds_nor_zero_is_refused(place: Any) -> None:
    filled = shake_256(b"scanseal/1/payload/padding\0" + GOOD.seed).digest(9)
    padded = bytearray(PACKED + bytes(3) + filled)
    assert payload.unpack(bytes(padded)) == GOOD
    padded[place] ^= 1
    with pytest.raises(MalformedPayload, match="padding"):
        payload.unpack(bytes(padded))


@pytest.mark.parametrize("offset", [16, 16 + 3 + 64 + 6])
@pytest.mark.parametrize("length", [b"\xff\xff\xff", b"\0\1\0"])
def test_a_length_that_passes_the_end_is_refused(offset: Any, length: Any) -> None:
    with pytest.raises(MalformedPayload):
        payload.unpack(PACKED[:offset] + length + PACKED[offset + 3 :])


def test_claims_cannot_be_empty() -> None:
    with pytest.raises(MalformedPayload):
        payload.unpack(bytes(payload.HEADER + 3))


@given(st.binary(max_size=200))
@settings(derandomize=True, max_examples=500)
def test_strange_bytes_raise_only_the_named_cause(data: Any) -> None:
    try:
        made = payload.unpack(data)
    except MalformedPayload:
        return
    assert data in [payload.pack(made, len(data), zeros=zeros) for zeros in (False, True)]


@pytest.mark.parametrize("spare", [0, 1, 2])
def test_without_room_for_a_length_there_are_no_check_bytes(spare: int) -> None:
    packed = payload.pack(GOOD, GOOD.size + spare)
    assert payload.checks_room(spare) == 0
    assert payload.unpack(packed) == GOOD


@pytest.mark.parametrize("spare", [3, 4, 50])
def test_check_bytes_are_carried_as_far_as_there_is_room(spare: int) -> None:
    room = payload.checks_room(spare)
    carried = replace(GOOD, checks=bytes(range(7, 7 + room)))
    assert payload.unpack(payload.pack(carried, GOOD.size + spare)) == carried
    more = replace(GOOD, checks=bytes(room + 1))
    with pytest.raises(LimitExceeded):
        payload.pack(more, GOOD.size + spare)


def test_check_bytes_that_pass_the_end_are_refused() -> None:
    with pytest.raises(MalformedPayload, match="passes the end"):
        payload.unpack(PACKED + b"\0\0\2" + b"1")


def test_the_zeros_of_the_first_writers_are_read() -> None:
    packed = payload.pack(GOOD, GOOD.size + 30, zeros=True)
    assert packed != payload.pack(GOOD, GOOD.size + 30)
    assert packed.endswith(bytes(30))
    assert payload.unpack(packed) == GOOD


@pytest.mark.parametrize(
    "parts",
    [
        (bytes(15), bytes(64), b"c", b""),
        (bytes(16), bytes(63), b"c", b""),
        (bytes(16), bytes(64), b"", b""),
        (bytes(16), bytes(64), bytes(certificate.MAX_CERTIFICATE + 1), b""),
        (bytes(16), bytes(64), b"c", bytes(2**24)),
    ],
    ids=["seed", "signature", "no claims", "long claims", "long recovery"],
)
def test_parts_of_an_impossible_length_cannot_be_made(parts: Any) -> None:
    with pytest.raises(MalformedPayload):
        Payload(*parts)


def test_the_overhead_covers_the_longest_certificate() -> None:
    made = Certificate(bytes(2**17), digests.MAX_FRAMES, bytes(16), bytes(32))
    carried = Payload(bytes(16), bytes(64), made.encoded, b"recovery")
    assert carried.size == payload.OVERHEAD + 2**17 + len(b"recovery")


def test_the_closing_message_is_a_sig_structure_of_its_own_kind() -> None:
    message = payload.closing_message(bytes(16), 5, bytes(32))
    name, protected, aad, claims = cbor2.loads(message)
    assert (name, aad) == ("Signature1", b"scanseal/1/closing")
    assert cbor2.loads(protected) == {1: -19, 3: "scanseal/1/closing"}
    assert cbor2.loads(claims) == [bytes(16), 5, bytes(32)]


def test_a_closing_signature_binds_seal_frame_digest_and_key() -> None:
    def message(seal_id: Any = bytes(16), frame: Any = 0, digest: Any = bytes(32)) -> Any:
        return payload.closing_message(seal_id, frame, digest)

    signature = envelope.sign_message(message(), SIGNER)
    assert curve.verify(SIGNER.public_key, signature, message())
    assert not curve.verify(OTHER.public_key, signature, message())
    for changed in (message(seal_id=b"\1" * 16), message(frame=1), message(digest=b"\1" * 32)):
        assert not curve.verify(SIGNER.public_key, signature, changed)


@pytest.mark.parametrize(
    ("seal_id", "frame", "digest"),
    [
        (bytes(15), 0, bytes(32)),
        (bytes(16), 0, bytes(31)),
        (bytes(16), -1, bytes(32)),
        (bytes(16), 2**17, bytes(32)),
    ],
)
def test_a_closing_message_of_other_sizes_is_misuse(seal_id: Any, frame: Any, digest: Any) -> None:
    with pytest.raises(ValueError, match=r"bytes|range"):
        payload.closing_message(seal_id, frame, digest)
