"""One frame marked: signed, readable, removable, and the same for the same seal."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

import watermark
from signing import envelope, payload
from signing.certificate import Certificate
from signing.envelope import Kind
from signing.errors import SignerFailed
from signing.keys import RecoveryPublicKey
from signing.marking import CHECKS_SHARE, Marking, mark_frame
from tests.signing.strategies import OTHER, SIGNER
from tests.watermark.phantoms import KINDS, computed, resonance
from watermark import seedtree
from watermark.cellchecks import split_checks, wished_room
from watermark.description import Description
from watermark.errors import DoesNotFit, UnknownName

MARKING = Marking(SIGNER, bytes(range(16)), bytes(range(16, 32)), frames=5)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"sonogram"}))
@pytest.mark.parametrize("transform", ["dwt", "dct"])
def test_what_is_carried_is_the_signed_certificate(kind: str, transform: str) -> None:
    samples = KINDS[kind](200, 219)
    before = samples.values.copy()
    made = mark_frame(samples, 3, replace(MARKING, transform=transform))
    assert (samples.values == before).all()
    parts = payload.unpack(_payload(made.samples))
    assert parts.certificate_envelope == made.certificate
    assert parts.seed == seedtree.frame_seed(MARKING.master, 3)
    assert parts.recovery == b""
    sealed = envelope.parse(made.certificate)
    assert sealed.kind is Kind.CERTIFICATE
    assert envelope.verify(sealed, SIGNER.public_key)
    certificate = Certificate.decode(sealed.payload)
    assert (certificate.frames, certificate.key_id) == (5, SIGNER.key_id)
    claims = Description.decode(certificate.description)
    assert (claims.seal_id, claims.frame) == (MARKING.seal_id, 3)
    closing = watermark.closing(made.samples, claims)
    message = payload.closing_message(claims.seal_id, 3, closing.digest)
    assert closing.intact
    assert envelope.verify_message(message, closing.signature, SIGNER.public_key)
    assert (watermark.restore(made.samples, made.record).values == before).all()


def _payload(samples: watermark.Samples) -> bytes:
    read = watermark.extract(samples).payload
    assert read is not None
    return read


def test_the_same_seal_makes_the_same_samples_and_another_makes_others() -> None:
    samples = computed(200, 219)
    made = [mark_frame(samples, 0, MARKING) for _ in range(2)]
    assert made[0].certificate == made[1].certificate
    assert (made[0].samples.values == made[1].samples.values).all()
    for other in (
        replace(MARKING, seal_id=bytes(16)),
        replace(MARKING, master=bytes(16)),
        replace(MARKING, signer=OTHER),
        replace(MARKING, frames=6),
    ):
        assert (mark_frame(samples, 0, other).samples.values != made[0].samples.values).any()
    assert (mark_frame(samples, 1, MARKING).samples.values != made[0].samples.values).any()


@pytest.mark.parametrize(
    ("samples", "profile", "reason"),
    [
        (resonance(100, 300), "standard", "small"),
        (resonance(200, 300), "light", "small"),
        (replace(resonance(160, 160), values=np.full((160, 160), 7, np.uint16)), "full", "flat"),
    ],
)
def test_what_cannot_carry_is_refused_with_its_reason(
    samples: watermark.Samples, profile: str, reason: str
) -> None:
    with pytest.raises(DoesNotFit) as caught:
        mark_frame(samples, 0, replace(MARKING, profile=profile))
    assert caught.value.reason == reason


def test_too_little_that_may_change_is_no_capacity() -> None:
    mask = np.ones((160, 160), dtype=bool)
    mask[32:64, 32:128] = False
    with pytest.raises(DoesNotFit) as caught:
        mark_frame(resonance(160, 160), 0, MARKING, mask)
    assert caught.value.reason == "capacity"


@pytest.mark.parametrize("profile", ["light", "standard", "full"])
def test_recovery_data_leave_room_for_check_bytes_unless_there_are_none(profile: str) -> None:
    secret = X25519PrivateKey.from_private_bytes(bytes([7]) * 32)
    keys = (RecoveryPublicKey(secret.public_key(), "recovery"),)
    marking = replace(MARKING, profile=profile, recovery_for=keys)
    samples = computed(384, 384)
    checked, bare = (mark_frame(samples, 0, replace(marking, checks=c)) for c in (True, False))
    parts = payload.unpack(_payload(checked.samples))
    room = len(_payload(checked.samples)) - parts.size + len(parts.recovery)
    assert payload.unpack(_payload(bare.samples)).checks == b""
    assert parts.checks
    assert 0 < len(bare.recovery) - len(checked.recovery) <= room // CHECKS_SHARE
    claims = Description.decode(Certificate.decode(parts.claims).description)
    assert split_checks(parts.checks, claims) is not None
    if wished_room(claims) < room // CHECKS_SHARE:
        assert len(parts.checks) >= wished_room(claims)


def test_names_that_do_not_exist_are_refused() -> None:
    for wrong in ({"profile": "loud"}, {"transform": "fft"}, {"damage": 0.5}):
        with pytest.raises(UnknownName):
            mark_frame(resonance(160, 160), 0, replace(MARKING, **wrong))


@dataclass
class Broken:
    """A signer whose token fails at its second signature: the closing tile's."""

    public_key: bytes = SIGNER.public_key
    key_id: bytes = SIGNER.key_id
    name: str = "broken"
    role: Any = SIGNER.role
    left: int = 1

    def sign(self, message: bytes) -> bytes:
        self.left -= 1
        signature: bytes = SIGNER.sign(message)
        return signature if self.left >= 0 else bytes(64)


@pytest.mark.parametrize("left", [0, 1])
def test_a_signer_that_fails_is_noticed(left: int) -> None:
    with pytest.raises(SignerFailed):
        mark_frame(resonance(160, 160), 0, replace(MARKING, signer=Broken(left=left)))


def test_a_mark_is_seen_and_nothing_else_is_one() -> None:
    for kind in KINDS.values():
        samples = kind(200, 219)
        assert not watermark.extract(samples).marked
    made = mark_frame(resonance(160, 160), 0, MARKING)
    assert watermark.extract(made.samples).marked
    assert not watermark.extract(watermark.restore(made.samples, made.record)).marked


def test_the_mask_is_kept() -> None:
    samples = resonance(200, 219)
    mask = np.zeros((200, 219), dtype=bool)
    mask[50:90, 60:120] = True
    made = mark_frame(samples, 0, MARKING, mask)
    moved = made.samples.values != samples.values
    assert moved.any() and not moved[mask].any()
