"""Who gets recovery data: whom the caller names, and nobody where names may be burned in."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydicom.uid import SecondaryCaptureImageStorage

import watermark
from signing import payload, recoverydata
from signing.dicom import block, part10
from signing.errors import LimitExceeded, WrongRecoveryKey
from signing.evidence.pixelcheck import read_frames
from signing.keys import RecoveryPublicKey
from signing.recipients import DEMANDED, WITHHELD, choose_recipients, judge_room
from signing.recovery import recover
from signing.restoration import restore
from signing.verdict import Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.recoveries import KEY, PUBLIC, SECOND_PUBLIC, damaged, recoverable
from tests.signing.seals import TRUST, frames_of, seal_it, verdict
from tests.signing.strategies import noise

BURNED: tuple[dict[str, Any], ...] = (
    {"BurnedInAnnotation": "YES"},
    {"Modality": "US"},
    {"SOPClassUID": SecondaryCaptureImageStorage},
    {"Modality": "ES", "BurnedInAnnotation": ""},
)


def test_without_a_key_none_are_made() -> None:
    done = seal_it(images.plain(), profile="full")
    assert (done.recoverable, done.notices) == (0, ())
    assert block.read_blocks(done.dataset)[0].recovery is None


@pytest.mark.parametrize("more", BURNED)
def test_where_names_may_be_burned_in_none_are_made_unless_demanded(more: dict[str, Any]) -> None:
    source = images.plain(**more)
    done = seal_it(source, profile="full", recovery_for=(PUBLIC,))
    assert (done.recoverable, done.notices) == (0, (WITHHELD,))
    assert block.read_blocks(done.dataset)[0].recovery is None
    again = seal_it(source, profile="full", recovery_for=(PUBLIC,), recover_burned_in=True)
    assert (again.recoverable, again.notices) == (1, (DEMANDED,))
    assert (frames_of(recover(damaged(again.dataset), TRUST, KEY))[0] > 1).any()


@pytest.mark.parametrize("more", [{"BurnedInAnnotation": "NO", "Modality": "US"}, {}])
def test_elsewhere_they_are_made_and_nothing_is_said(more: dict[str, Any]) -> None:
    done = seal_it(images.plain(**more), profile="full", recovery_for=(PUBLIC, SECOND_PUBLIC))
    assert (done.recoverable, done.notices) == (1, ())


def test_a_key_that_comes_twice_counts_once_and_seventeen_are_too_many() -> None:
    keys = [
        RecoveryPublicKey(X25519PrivateKey.from_private_bytes(noise(f"k{n}", 32)).public_key(), "")
        for n in range(17)
    ]
    chosen, _ = choose_recipients(images.plain(), [*keys[:16], keys[3]], demanded=False)
    assert len(chosen) == 16
    with pytest.raises(LimitExceeded):
        choose_recipients(images.plain(), keys, demanded=False)


def test_what_has_no_mark_has_no_recovery_data_and_it_is_said() -> None:
    for name in ("small", "lossy", "palette"):
        done = seal_it(images.make(name), recovery_for=(PUBLIC,))
        assert done.notices == ("no recovery data, since no sample is marked",)
    assert judge_room(False, 0, 0) == judge_room(True, 3, 3) == ()
    assert judge_room(True, 3, 1) == ("no room for recovery data in 2 of 3 marked frames",)


def test_element_04_lists_every_frame_in_its_order() -> None:
    for name, there in (("multi-frame", [True, True, True]), ("half-marked", [True, False, True])):
        body = block.read_blocks(recoverable(name))[0].recovery
        assert body is not None
        assert [bool(data) for data in recoverydata.decode_frames(body)] == there


def test_the_picture_takes_all_the_room_that_there_is() -> None:
    """A payload has no padding but the slack of the longest heads, check bytes apart."""
    packed = watermark.extract(next(read_frames(recoverable()))[0]).payload
    assert packed is not None
    parts = payload.unpack(packed)
    spare = len(packed) - parts.size - payload.COUNT - len(parts.checks)
    assert 0 <= spare <= 8


@pytest.mark.parametrize("name", ["monochrome2-12", "multi-frame", "half-marked", "ybr-full"])
def test_what_has_recovery_data_is_authentic_and_restorable(name: str) -> None:
    whole = recoverable(name)
    assert verdict(whole) is verdict(whole, deep=True) is Verdict.AUTHENTIC
    assert part10.encode(restore(whole, TRUST)) == images.file_of(name)
    assert not [f for f in verify(whole, TRUST).findings if f.outcome != "pass"]


def test_sealing_again_makes_them_for_the_new_keys_only() -> None:
    again = seal_it(recoverable(), reseal=True, profile="full", recovery_for=(SECOND_PUBLIC,))
    with pytest.raises(WrongRecoveryKey):
        recover(damaged(again.dataset), TRUST, KEY)
    less = seal_it(recoverable(), reseal=True, profile="full")
    assert block.read_blocks(less.dataset)[0].recovery is None
