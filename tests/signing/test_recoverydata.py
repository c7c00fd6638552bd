"""Laws of recovery data: one encoding, bound to seal and frame, read by its recipients alone."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import errors, payload, recoverydata
from signing.errors import LimitExceeded, MalformedRecovery, UnsafeKey, WrongRecoveryKey
from signing.keys import RecoveryKey, RecoveryPublicKey
from signing.recoverydata import RecoveryData
from tests.reference import recoveries
from tests.vectors import generate_recovery as generate

DOCUMENTS = generate.documents()
OF_DATA = [name for name in DOCUMENTS if "/recovery-" in name]
OF_LISTS = [name for name in DOCUMENTS if "/recoveries-" in name]
SEAL_ID, FRAME = generate.PLACE
KEYS = [
    RecoveryKey(X25519PrivateKey.from_private_bytes(secret), f"key {number}")
    for number, secret in enumerate(generate.SECRETS)
]
PUBLICS = [RecoveryPublicKey(key.private.public_key(), key.name) for key in KEYS]
STRANGER = RecoveryKey(X25519PrivateKey.from_private_bytes(generate.STRANGER), "stranger")

RFC_9180_A_1_1 = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "ephemeral": "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
    "encapsulated": "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
    "public": "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
    "secret": "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    "shared": "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
    "key": "4531685d41d65f03dc48f6b8302c05b0",
    "nonce": "56d890e5accaaf011cff4b7d",
    "plain": "4265617574792069732074727574682c20747275746820626561757479",
    "aad": "436f756e742d30",
    "cipher": (
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    ),
}
"""Base mode with this suite, sequence number 0."""


def load(name: str) -> Any:
    """Return a vector file as it lies there."""
    return json.loads((generate.FOLDER / name).read_text())


def reader(vector: Any) -> RecoveryKey:
    """Return the key that a vector is to be read with."""
    return RecoveryKey(X25519PrivateKey.from_private_bytes(bytes.fromhex(vector["secret"])), "r")


def decrypt(vector: Any) -> bytes:
    """Read a vector."""
    data, seal_id = bytes.fromhex(vector["hex"]), bytes.fromhex(vector["seal_id"])
    return recoverydata.decrypt(data, reader(vector), seal_id, vector["frame"])


def test_the_twin_is_the_suite_of_rfc_9180() -> None:
    given_ = {name: bytes.fromhex(text) for name, text in RFC_9180_A_1_1.items()}
    exchanged = recoveries.x25519(given_["ephemeral"], given_["public"])
    made = recoveries.derive(exchanged, given_["encapsulated"], given_["public"], given_["info"])
    assert recoveries.x25519(given_["ephemeral"]) == given_["encapsulated"]
    assert (made.shared, made.key, made.nonce) == (
        given_["shared"],
        given_["key"],
        given_["nonce"],
    )
    sealed = recoveries.seal(
        given_["plain"], given_["public"], given_["ephemeral"], given_["info"], given_["aad"]
    )
    assert sealed == given_["encapsulated"] + given_["cipher"]
    opened = recoveries.open_sealed(sealed, given_["secret"], given_["info"], given_["aad"])
    assert opened == given_["plain"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generating_again_gives_the_same_bytes(name: str) -> None:
    assert (generate.FOLDER / name).read_text() == DOCUMENTS[name]


def test_no_vector_is_forgotten() -> None:
    there = {
        f"{folder}/{path.name}"
        for folder in ("accept", "reject")
        for path in (generate.FOLDER / folder).glob("recover*.json")
    }
    assert there == set(DOCUMENTS)


@pytest.mark.parametrize("name", [n for n in OF_DATA if n.startswith("accept/")])
def test_accepted_vectors_are_decrypted(name: str) -> None:
    vector = load(name)
    assert decrypt(vector) == bytes.fromhex(vector["picture"])


@pytest.mark.parametrize("name", [n for n in OF_DATA if n.startswith("reject/")])
def test_rejected_vectors_are_refused_with_their_class(name: str) -> None:
    vector = load(name)
    cause = getattr(errors, vector["expect"])
    with pytest.raises(cause) as caught:
        decrypt(vector)
    assert type(caught.value) is cause


@pytest.mark.parametrize("name", OF_LISTS)
def test_lists_of_vectors_are_read_or_refused(name: str) -> None:
    vector = load(name)
    body = bytes.fromhex(vector["hex"])
    if vector["expect"] == "accept":
        assert recoverydata.encode_frames(recoverydata.decode_frames(body)) == body
        return
    with pytest.raises(MalformedRecovery):
        recoverydata.decode_frames(body)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=200), st.integers(1, 16), st.integers(0, 2**17 - 1))
def test_every_recipient_and_the_twin_read_what_was_written(
    picture: bytes, count: int, frame: int
) -> None:
    data = recoverydata.encrypt(picture, PUBLICS[:count], SEAL_ID, frame)
    assert len(data) == recoverydata.overhead(count) + len(picture)
    for number in {0, count - 1}:
        assert recoverydata.decrypt(data, KEYS[number], SEAL_ID, frame) == picture
        secret, place = generate.SECRETS[number], (SEAL_ID, frame)
        assert recoveries.decrypt(data, secret, number, place) == b"\1" + picture
    with pytest.raises(WrongRecoveryKey):
        recoverydata.decrypt(data, STRANGER, SEAL_ID, frame)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([1, 2]), st.data())
def test_no_changed_byte_is_read(count: int, data: Any) -> None:
    whole = generate.made(count)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    # Of two recipients each reads its own copy of the content key only.
    number = int(count == 2 and at in range(65, 129))
    with pytest.raises((WrongRecoveryKey, MalformedRecovery)):
        recoverydata.decrypt(bytes(changed), KEYS[number], SEAL_ID, FRAME)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(data: bytes) -> None:
    with pytest.raises((WrongRecoveryKey, MalformedRecovery)):
        recoverydata.decrypt(data, KEYS[0], SEAL_ID, FRAME)
    with pytest.raises(MalformedRecovery):
        recoverydata.decode_frames(data)


def test_two_encryptions_of_one_picture_have_nothing_in_common_but_the_head() -> None:
    first, second = (
        recoverydata.encrypt(b"picture", PUBLICS[:2], SEAL_ID, 0)[1:] for _ in range(2)
    )
    assert all(first[at : at + 8] != second[at : at + 8] for at in range(0, len(first) - 8, 8))


def test_a_key_that_comes_twice_counts_once() -> None:
    data = recoverydata.encrypt(b"p", [PUBLICS[0], PUBLICS[1], PUBLICS[0]], SEAL_ID, 0)
    assert len(RecoveryData.parse(data).wrapped) == 2
    assert not RecoveryData.parse(recoverydata.encrypt(b"p", PUBLICS[:1] * 2, SEAL_ID, 0)).wrapped


def test_what_the_format_cannot_hold_is_refused() -> None:
    extra = RecoveryPublicKey(STRANGER.private.public_key(), "x")
    for keys, picture in (([], b"p"), ([*PUBLICS, extra], b"p"), (PUBLICS[:1], b"")):
        with pytest.raises(LimitExceeded):
            recoverydata.encrypt(picture, keys, SEAL_ID, 0)
    with pytest.raises(LimitExceeded):
        recoverydata.encrypt(bytes(payload.MAX_RECOVERY), PUBLICS[:1], SEAL_ID, 0)
    for seal_id, frame in ((SEAL_ID[:15], 0), (SEAL_ID, -1), (SEAL_ID, 2**17)):
        with pytest.raises(ValueError, match="seal id"):
            recoverydata.encrypt(b"p", PUBLICS[:1], seal_id, frame)


def test_a_point_of_small_order_is_no_recovery_key() -> None:
    for raw in (bytes(32), bytes([1, *bytes(31)])):
        with pytest.raises(UnsafeKey):
            RecoveryPublicKey(X25519PublicKey.from_public_bytes(raw), "small")


def test_data_for_one_are_not_read_as_a_wrapped_key() -> None:
    """The first byte is part of what is authenticated: 17 bytes are not a key and a codec."""
    key = recoveries.seal(
        b"\1" + bytes(16),
        generate.PUBLICS[0],
        generate.DRAWN.ephemerals[0],
        recoveries.info_of(0x11, SEAL_ID, FRAME),
    )
    with pytest.raises(WrongRecoveryKey):
        recoverydata.decrypt(b"\x10" + key, KEYS[0], SEAL_ID, FRAME)
    with pytest.raises(InvalidTag):
        recoveries.decrypt(b"\x10" + key, generate.SECRETS[0], 0, generate.PLACE)
