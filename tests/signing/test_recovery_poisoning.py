"""Recovery data that are not the signed ones are refused before anything of them is decrypted."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

import watermark
from signing import envelope, payload, recoverydata
from signing.certificate import Certificate
from signing.commitments import Disclosures
from signing.dicom import block, original
from signing.dicom.copies import fork
from signing.dicom.frames import padding_range, to_samples
from signing.dicom.geometry import measure
from signing.digests import recovery_digest
from signing.errors import MalformedRecovery, NotAuthentic, NotRecoverable, WrongRecoveryKey
from signing.evidence.pixelcheck import read_frames
from signing.marking import Marking, make_mark
from signing.recovery import recover
from signing.verdict import Code, Verdict
from signing.verification import verify
from tests.signing.recoveries import (
    ELEMENT_04,
    FILLED,
    KEY,
    PUBLIC,
    damaged,
    recoverable,
    source,
)
from tests.signing.seals import (
    TRUST,
    failed,
    frames_of,
    seal_it,
    sealed,
    stripped,
    with_block,
    with_frames,
    without,
)
from tests.signing.strategies import SIGNER, noise

SEAL_ID = noise("poison", 16)


def reopened(dataset: Dataset, hide: str) -> Dataset:
    """Return a copy whose disclosures redact one attribute."""
    (held,) = block.read_blocks(dataset)
    listed = Disclosures.decode(held.disclosures or b"")
    rows = tuple(row.redacted() if row.path == hide else row for row in listed.rows)
    assert rows != listed.rows
    result = fork(dataset)
    block.remove_blocks(result)
    block.write_block(result, replace(held, disclosures=Disclosures(listed.seed, rows).encoded))
    return result


@pytest.fixture(autouse=True)
def decrypted(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the recovery data that came as far as decryption."""
    seen: list[bytes] = []
    real = recoverydata.decrypt

    def watched(data: bytes, *rest: object) -> bytes:
        seen.append(data)
        return real(data, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(recoverydata, "decrypt", watched)
    return seen


def signed_data(dataset: Dataset) -> tuple[bytes, ...]:
    """Return what element 04 holds."""
    body = block.read_blocks(dataset)[0].recovery
    assert body is not None
    return recoverydata.decode_frames(body)


def with_data(dataset: Dataset, body: bytes) -> Dataset:
    """Return a copy whose element 04 has this body, and whose samples carry no mark any more."""
    frames = [np.asarray(frame // 2 * 2) for frame in frames_of(dataset)]
    changed = with_frames(dataset, frames)
    changed[ELEMENT_04].value = len(body).to_bytes(4, "big") + body + b"\0" * (len(body) % 2)
    return changed


def attacker_data(frame: int = 0) -> bytes:
    """Return a picture of the attacker's choice, encrypted to the public recovery key."""
    picture = watermark.compress(next(read_frames(source("12-signed")))[0], 300)
    return recoverydata.encrypt(picture, [PUBLIC], SEAL_ID, frame)


def forgeries() -> dict[str, Callable[[Dataset], bytes]]:
    """Return bodies of element 04 that the certificate does not sign."""

    def changed(at: int) -> Callable[[Dataset], bytes]:
        def body(dataset: Dataset) -> bytes:
            data = bytearray(signed_data(dataset)[0])
            data[at] ^= 1
            return recoverydata.encode_frames([bytes(data)])

        return body

    other = recoverable("15-bits")
    return {
        "of another seal": lambda _: recoverydata.encode_frames(signed_data(other)),
        "of the attacker": lambda _: recoverydata.encode_frames([attacker_data()]),
        "first bit": changed(0),
        "encapsulated key": changed(9),
        "last bit": changed(-1),
        "cut": lambda d: recoverydata.encode_frames([signed_data(d)[0][:-1]]),
        "longer": lambda d: recoverydata.encode_frames([signed_data(d)[0] + b"\0"]),
        "huge": lambda _: recoverydata.encode_frames([bytes(1 << 20)]),
        "moved": lambda d: recoverydata.encode_frames([b"", signed_data(d)[0]]),
    }


@pytest.mark.parametrize("forgery", forgeries())
def test_forged_element_04_is_refused_by_its_digest(forgery: str, decrypted: list[bytes]) -> None:
    whole = recoverable()
    poisoned = with_data(whole, forgeries()[forgery](whole))
    report = verify(poisoned, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert Code.RECOVERY_BOUND in failed(report)
    assert report.pixels is not None
    assert not report.pixels.recoverable
    with pytest.raises(NotRecoverable, match="has no recovery data"):
        recover(poisoned, TRUST, KEY)
    assert not decrypted


@pytest.mark.parametrize("body", [b"", b"\x80", b"\x81\x40", b"\xff" * 9, b"\x9f\x41\x10\xff"])
def test_a_broken_element_04_is_refused(body: bytes, decrypted: list[bytes]) -> None:
    poisoned = with_data(recoverable(), body)
    assert Code.ENVELOPE_MALFORMED in failed(verify(poisoned, TRUST))
    with pytest.raises(NotRecoverable):
        recover(poisoned, TRUST, KEY)
    assert not decrypted


def test_swapped_frames_of_element_04_are_refused(decrypted: list[bytes]) -> None:
    whole = recoverable("multi-frame")
    data = signed_data(whole)
    poisoned = with_data(whole, recoverydata.encode_frames(data[::-1]))
    assert Code.RECOVERY_BOUND in failed(verify(poisoned, TRUST))
    with pytest.raises(NotRecoverable):
        recover(poisoned, TRUST, KEY)
    assert not decrypted


def test_what_a_forger_leaves_whole_is_not_altered_by_a_second_list() -> None:
    """A list of one's own beside the signed one hides nothing, and is not believed."""
    received = damaged(recoverable())
    received.add_new(0x00770020, "LO", "SCANSEAL 1")
    body = recoverydata.encode_frames([attacker_data()])
    received.add_new(0x00772001, "OB", _wrap(original.encode_envelopes([b"x"])))
    received.add_new(0x00772004, "OB", _wrap(body))
    assert Code.RECOVERY_BOUND not in failed(verify(received, TRUST))
    mended, expected = (
        frames_of(recover(d, TRUST, KEY))[0] for d in (received, damaged(recoverable()))
    )
    assert (mended == expected).all()


def _wrap(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body + b"\0" * (len(body) % 2)


def test_element_04_that_no_certificate_names_is_a_contradiction() -> None:
    whole = sealed("monochrome2-12", profile="full")
    whole.add_new(ELEMENT_04, "OB", _wrap(recoverydata.encode_frames([attacker_data()])))
    assert failed(verify(whole, TRUST)) == {Code.RECOVERY_BOUND}


def remarked(recovery: bytes, digest_of: bytes | None, swap: bytes | None = None) -> Dataset:
    """Return an instance whose mark carries recovery data under a certificate for others.

    recovery: what the payload carries; digest_of: what the certificate names; made with the
    trusted key: an attacker who could sign needs no poison, but the embedder is the same.
    """
    bare = source("monochrome2-12")
    geometry = measure(bare)
    assert geometry is not None
    frame = frames_of(bare)[0]
    samples = to_samples(frame, geometry, padding_range(bare, geometry))
    marking = Marking(SIGNER, SEAL_ID, noise("master", 16), 1, "full")
    made, packed = make_mark(samples, 0, marking)
    parts = payload.unpack(packed)
    claims = Certificate.decode(parts.claims)
    digest = None if digest_of is None else recovery_digest(digest_of)
    named = Certificate(claims.description, 1, claims.key_id, digest).encoded
    sealed = envelope.sign(envelope.Kind.CERTIFICATE, named, SIGNER)
    forged = payload.Payload(parts.seed, envelope.parse(sealed).signature, named, recovery)
    description = watermark.Description.decode(claims.description)

    def close(digest: bytes) -> bytes:
        return envelope.sign_message(payload.closing_message(SEAL_ID, 0, digest), SIGNER)

    packed = payload.pack(forged, description.capacity)
    marked, _ = watermark.embed(samples, description, packed, close)
    assert made.samples.values.shape == marked.values.shape
    return with_frames(bare, [marked.values])


def test_recovery_data_in_the_samples_are_held_against_their_digest(
    decrypted: list[bytes],
) -> None:
    good, evil = attacker_data(), attacker_data()
    for recovery, digest_of in ((evil, good), (evil, None), (b"", good)):
        poisoned = damaged(remarked(recovery, digest_of))
        report = verify(poisoned, TRUST)
        assert failed(report) == {Code.PIXELS_MARK_BROKEN}
        with pytest.raises(NotRecoverable, match="recovery data"):
            recover(poisoned, TRUST, KEY)
    assert not decrypted
    received = damaged(remarked(good, good))
    mended = frames_of(recover(received, TRUST, KEY))[0]
    assert decrypted == [good]
    assert (mended != frames_of(received)[0])[FILLED].mean() > 0.9


@pytest.mark.parametrize("plain", [b"\0", b"\xff" * 40, bytes(40), noise("picture", 300)])
def test_a_hostile_picture_that_was_signed_ends_with_a_name(plain: bytes) -> None:
    """Whoever seals chooses the picture: the decoder must bear it."""
    data = recoverydata.encrypt(plain, [PUBLIC], SEAL_ID, 0)
    received = damaged(remarked(data, data))
    try:
        mended = recover(received, TRUST, KEY)
    except NotRecoverable as error:
        assert "malformed picture" in str(error)
    else:
        given, result = frames_of(received)[0], frames_of(mended)[0]
        outside = np.ones(given.shape, bool)
        outside[FILLED] = False
        assert (given == result)[outside].all()


@pytest.mark.parametrize("data", [b"\x10" + bytes(60), b"\x20" * 90, b"\x12" + bytes(300)])
def test_signed_bytes_that_are_no_recovery_data_end_with_a_name(data: bytes) -> None:
    with pytest.raises((MalformedRecovery, WrongRecoveryKey)):
        recover(damaged(remarked(data, data)), TRUST, KEY)


def test_data_of_another_seal_are_not_decrypted_even_if_signed() -> None:
    """A signer who names another seal's data cannot turn a reader into its oracle."""
    foreign = signed_data(recoverable())[0]
    with pytest.raises(WrongRecoveryKey):
        recover(damaged(remarked(foreign, foreign)), TRUST, KEY)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=0, max_size=120))
def test_no_bytes_in_element_04_raise_what_was_not_foreseen(value: bytes) -> None:
    poisoned = without(damaged(recoverable()), ELEMENT_04)
    poisoned.add_new(ELEMENT_04, "OB", value)
    assert verify(poisoned, TRUST).verdict is Verdict.ALTERED
    # The samples still carry the signed data.
    expected = frames_of(recover(stripped(damaged(recoverable())), TRUST, KEY))[0]
    assert (frames_of(recover(poisoned, TRUST, KEY))[0] == expected).all()


def test_the_seal_of_another_instance_does_not_bring_its_picture_here() -> None:
    """Else one patient's picture would be filled into another's image."""
    here = damaged(recoverable())
    other = seal_it(source("15-bits"), profile="full", recovery_for=(PUBLIC,), new_uid=True)
    moved = with_block(here, other.dataset)
    expected = frames_of(recover(stripped(here), TRUST, KEY))[0]
    assert (frames_of(recover(moved, TRUST, KEY))[0] == expected).all()
    without_mark = with_frames(moved, [frame // 2 * 2 for frame in frames_of(moved)])
    with pytest.raises(NotAuthentic):
        recover(without_mark, TRUST, KEY)


def test_nor_does_one_that_hides_whose_it_is() -> None:
    here = damaged(recoverable())
    other = seal_it(source("15-bits"), profile="full", recovery_for=(PUBLIC,), new_uid=True)
    moved = with_block(here, reopened(other.dataset, hide="00080018"))
    without_mark = with_frames(moved, [frame // 2 * 2 for frame in frames_of(moved)])
    with pytest.raises(NotRecoverable, match="the tags do not suffice"):
        recover(without_mark, TRUST, KEY)


def test_where_no_frame_is_damaged_an_unmarked_one_is_not_said_to_be_intact() -> None:
    whole = stripped(recoverable("half-marked"))
    with pytest.raises(NotRecoverable, match="1 of 3 frames carry no mark"):
        recover(whole, TRUST, KEY)
