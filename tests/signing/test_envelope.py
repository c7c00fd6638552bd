"""Laws of envelopes."""

from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import envelope
from signing.envelope import Envelope, Kind
from signing.errors import LimitExceeded, MalformedEnvelope, SignerFailed, UnknownVersion
from tests.signing.strategies import OTHER, SIGNER

PAYLOADS = st.binary(max_size=200)
KINDS = st.sampled_from(Kind)


@given(KINDS, PAYLOADS)
@settings(derandomize=True, max_examples=50)
def test_what_is_signed_parses_and_verifies(kind: Any, payload: Any) -> None:
    data = envelope.sign(kind, payload, SIGNER)
    parsed = envelope.parse(data)
    assert (parsed.kind, parsed.payload) == (kind, payload)
    assert envelope.verify(parsed, SIGNER.public_key)
    assert not envelope.verify(parsed, OTHER.public_key)
    assert envelope.wrap(kind, payload, parsed.signature) == data


@given(KINDS, PAYLOADS, st.data())
@settings(derandomize=True, max_examples=200)
def test_no_changed_byte_passes(kind: Any, payload: Any, data: Any) -> None:
    changed = bytearray(envelope.sign(kind, payload, SIGNER))
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        parsed = envelope.parse(bytes(changed))
    except (MalformedEnvelope, UnknownVersion):
        return
    assert not envelope.verify(parsed, SIGNER.public_key)


@given(PAYLOADS, KINDS, KINDS)
@settings(derandomize=True, max_examples=50)
def test_a_signature_of_one_kind_is_none_of_another(payload: Any, kind: Any, other: Any) -> None:
    parsed = envelope.parse(envelope.sign(kind, payload, SIGNER))
    moved = Envelope(other, parsed.payload, parsed.signature)
    assert envelope.verify(moved, SIGNER.public_key) == (kind is other)


@given(st.binary(max_size=120))
@settings(derandomize=True, max_examples=500)
def test_strange_bytes_raise_only_the_named_cause(data: Any) -> None:
    for start in (b"", b"\xd2", b"\xd2\x84"):
        with pytest.raises(MalformedEnvelope):
            envelope.parse(start + data)


@pytest.mark.parametrize("kind", Kind)
def test_the_signed_bytes_are_the_sig_structure_of_rfc_9052(kind: Any) -> None:
    header = cbor2.dumps({1: -19, 3: f"scanseal/1/{kind}"}, canonical=True)
    expected = cbor2.dumps(["Signature1", header, f"scanseal/1/{kind}".encode(), b"claims"])
    assert envelope.signed_message(kind, b"claims") == expected


@pytest.mark.parametrize("kind", Kind)
def test_cbor2_reads_an_envelope_as_cose_sign1(kind: Any) -> None:
    tag = cbor2.loads(envelope.sign(kind, b"claims", SIGNER))
    assert tag.tag == 18
    protected, unprotected, payload, signature = tag.value
    assert cbor2.loads(protected) == {1: -19, 3: f"scanseal/1/{kind}"}
    assert (unprotected, payload, len(signature)) == ({}, b"claims", 64)


@pytest.mark.parametrize("kind", Kind)
def test_the_ceiling_of_a_kind_is_the_last_size_that_passes(kind: Any) -> None:
    limit = envelope.MAX_PAYLOAD[kind]
    data = envelope.sign(kind, bytes(limit), SIGNER)
    assert len(data) <= envelope.MAX_ENVELOPE
    assert len(envelope.parse(data).payload) == limit
    with pytest.raises(LimitExceeded):
        envelope.sign(kind, bytes(limit + 1), SIGNER)
    with pytest.raises(LimitExceeded):
        envelope.wrap(kind, bytes(limit + 1), bytes(64))
    long = cbor2.dumps(
        cbor2.CBORTag(18, [envelope._protected(kind), {}, bytes(limit + 1), bytes(64)])
    )
    with pytest.raises(MalformedEnvelope, match=r"too many|limit"):
        envelope.parse(long)


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_length_cannot_be_wrapped(size: Any) -> None:
    with pytest.raises(ValueError, match="signature"):
        envelope.wrap(Kind.STATEMENT, b"", bytes(size))


def future(version: Any, **parts: Any) -> Any:
    """Return a COSE_Sign1 of some later version, with whatever that version brings."""
    header = {1: parts.get("algorithm", -49), 3: f"scanseal/{version}/statement"}
    header |= parts.get("more", {})
    protected = cbor2.dumps(dict(sorted(header.items())), canonical=True)
    body = [protected, parts.get("unprotected", {}), b"", bytes(parts.get("signature", 64))]
    return cbor2.dumps(cbor2.CBORTag(18, body), canonical=True)


@pytest.mark.parametrize("version", [0, 2, 10, 999999999])
def test_a_later_version_is_recognised_whatever_it_brings(version: Any) -> None:
    for data in (
        future(version),
        future(version, more={4: b"kid", 33: [b"chain"]}),
        future(version, unprotected={4: b"kid"}),
        future(version, signature=3309),
    ):
        with pytest.raises(UnknownVersion) as caught:
            envelope.parse(data)
        assert caught.value.version == version


@pytest.mark.parametrize("version", ["01", "1.0", "-1", "", "9999999999"])
def test_a_version_that_is_no_number_is_malformed(version: Any) -> None:
    with pytest.raises(MalformedEnvelope, match="content type"):
        envelope.parse(future(version))


class Faulty:
    """A signer that does not give its own signature."""

    name, role, public_key, key_id = "faulty", SIGNER.role, SIGNER.public_key, SIGNER.key_id

    def __init__(self, signature: Any) -> None:
        self.signature = signature

    def sign(self, message: Any) -> Any:
        return self.signature


@pytest.mark.parametrize(
    "signature", [b"", bytes(64), OTHER.sign(b"")], ids=["none", "zero", "other"]
)
def test_a_faulty_signer_is_noticed_before_anything_leaves(signature: Any) -> None:
    with pytest.raises(SignerFailed, match="faulty"):
        envelope.sign(Kind.STATEMENT, b"", Faulty(signature))


def test_a_signed_message_verifies_under_its_key_alone() -> None:
    message = envelope.signed_message(Kind.CLOSING, b"claims")
    signature = envelope.sign_message(message, SIGNER)
    assert envelope.verify_message(message, signature, SIGNER.public_key)
    assert not envelope.verify_message(message, signature, OTHER.public_key)
    assert not envelope.verify_message(message + b"\0", signature, SIGNER.public_key)
