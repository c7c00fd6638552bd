"""Laws of keys and their files."""

import hashlib
import pickle
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from signing import curve, digests, keyfile, keys
from signing.errors import (
    MalformedKey,
    OutputExists,
    UnsafeKey,
    UnsuitableName,
    WrongPassphrase,
)
from signing.keys import Role
from tests.signing.test_curve import SMALL

LOADERS: dict[str, Any] = {
    "key": keys.load_signer,
    "pub": keys.load_public_key,
    "rkey": keys.load_recovery_key,
    "rpub": keys.load_recovery_public_key,
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("passphrase", [None, b"a pass phrase"])
def test_a_generated_pair_signs_and_verifies(tmp_path: Path, role: Any, passphrase: Any) -> None:
    files = keys.generate_keys("scanner 1.5T", tmp_path, role=role, passphrase=passphrase)
    assert files.private == tmp_path / "scanner 1.5T.key"
    assert files.public == tmp_path / "scanner 1.5T.pub"
    signer = keys.load_signer(files.private, passphrase)
    public = keys.load_public_key(str(files.public))
    assert (public.name, public.role) == (signer.name, signer.role) == ("scanner 1.5T", role)
    assert public.raw == signer.public_key
    assert public.key_id == signer.key_id == digests.key_id(public.raw)
    assert curve.verify(public.raw, signer.sign(b"m"), b"m")


def test_only_the_owner_can_read_a_private_key(tmp_path: Path) -> None:
    files = keys.generate_keys("a", tmp_path)
    recovery = keys.generate_recovery_keys("a", tmp_path)
    for path in (files.private, recovery.private):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.key", "a.pub", "a.rkey", "a.rpub"]


@pytest.mark.parametrize("suffix", ["key", "pub", "rkey", "rpub"])
def test_nothing_is_overwritten_without_force(tmp_path: Path, suffix: Any) -> None:
    generate = keys.generate_recovery_keys if suffix[0] == "r" else keys.generate_keys
    there = tmp_path / f"a.{suffix}"
    there.write_text("mine")
    with pytest.raises(OutputExists, match=suffix):
        generate("a", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [there.name]
    assert there.read_text() == "mine"
    files = generate("a", tmp_path, force=True)
    LOADERS[files.private.suffix[1:]](files.private)
    LOADERS[files.public.suffix[1:]](files.public)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_text("mine")
    with pytest.raises(OutputExists):
        keyfile.write(path, b"theirs", 0o600, force=False)
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pair_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(
        path: Any, content: Any, mode: Any, *, force: Any, real: Any = keyfile.write
    ) -> None:
        if path.suffix == ".pub":
            raise OSError(28, "No space left on device")
        real(path, content, mode, force=force)

    monkeypatch.setattr(keyfile, "write", full_disk)
    with pytest.raises(OSError, match="No space"):
        keys.generate_keys("a", tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["", "a" * 65, "a/b", "a\\b", "..", ".a", "-a", " a", "a ", "a\nb", "a\0", "a:b", "\u202ea"],
)
def test_a_name_that_would_mislead_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsuitableName):
        keys.generate_keys(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["key", "rkey"])
def test_every_wrong_use_of_a_passphrase_has_its_own_words(tmp_path: Path, suffix: Any) -> None:
    generate = keys.generate_recovery_keys if suffix[0] == "r" else keys.generate_keys
    locked = generate("locked", tmp_path, passphrase=b"right").private
    plain = generate("plain", tmp_path).private
    LOADERS[suffix](locked, b"right")
    for path, passphrase, words in (
        (locked, None, "none was given"),
        (locked, b"", "none was given"),
        (locked, b"wrong", "wrong passphrase"),
        (plain, b"any", "has no passphrase"),
    ):
        with pytest.raises(WrongPassphrase, match=words):
            LOADERS[suffix](path, passphrase)
    with pytest.raises(WrongPassphrase, match="empty"):
        generate("empty", tmp_path, passphrase=b"")


def test_a_file_without_labels_has_its_stem_as_name_and_is_acquisition(tmp_path: Path) -> None:
    private = Ed25519PrivateKey.generate()
    path = tmp_path / "CT 3.key"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    signer = keys.load_signer(path)
    assert (signer.name, signer.role) == ("CT 3", Role.ACQUISITION)
    public = tmp_path / "CT 3.pub"
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    public.write_bytes(pem.replace(b"\n", b"\r\n"))
    assert keys.load_public_key(public).raw == signer.public_key


BLOCK = b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA%s\n-----END PUBLIC KEY-----\n"
GOOD = BLOCK % b"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
BAD_FILES = {
    "empty": b"",
    "not text": b"\xff" + GOOD,
    "too large": GOOD + b"\n" * keyfile.MAX_KEY_FILE,
    "two blocks": GOOD + GOOD,
    "cut block": GOOD[:60],
    "end of another kind": GOOD.replace(b"END PUBLIC", b"END PRIVATE"),
    "damaged": GOOD.replace(b"MCow", b"MDow"),
    "short": GOOD.replace(b"MCowBQYDK2VwAyEA", b"MCkwBQYDK2VwAyAA").replace(b"URo=", b""),
    "two names": b"scanseal-name: a\nscanseal-name: a\n" + GOOD,
    "unknown role": b"scanseal-role: king\n" + GOOD,
    "empty name": b"scanseal-name: \n" + GOOD,
    "name with a path": b"scanseal-name: ../a\n" + GOOD,
    "base point of small order": BLOCK % b"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}


def test_the_example_that_the_bad_files_break_is_good(tmp_path: Path) -> None:
    path = tmp_path / "a.pub"
    path.write_bytes(b"scanseal-name: b\n" + GOOD)
    assert keys.load_public_key(path).name == "b"


@pytest.mark.parametrize("case", BAD_FILES)
@pytest.mark.parametrize("suffix", LOADERS)
def test_a_file_that_is_no_key_is_malformed_and_named(
    tmp_path: Path, case: Any, suffix: Any
) -> None:
    path = tmp_path / "bad.pub"
    path.write_bytes(BAD_FILES[case])
    with pytest.raises(MalformedKey, match=r"bad\.pub") as caught:
        LOADERS[suffix](path)
    pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own bytes


@pytest.mark.parametrize("made", LOADERS)
@pytest.mark.parametrize("loaded", LOADERS)
def test_a_key_of_one_kind_is_none_of_another(tmp_path: Path, made: Any, loaded: Any) -> None:
    keys.generate_keys("a", tmp_path)
    keys.generate_recovery_keys("a", tmp_path)
    if made == loaded:
        LOADERS[loaded](tmp_path / f"a.{made}")
        return
    with pytest.raises(MalformedKey):
        LOADERS[loaded](tmp_path / f"a.{made}")


def test_a_public_key_that_the_rule_refuses_cannot_be_made() -> None:
    for raw in SMALL:
        with pytest.raises(UnsafeKey):
            keys.PublicKey(raw, "a")


def test_a_recovery_pair_seals_and_opens(tmp_path: Path) -> None:
    files = keys.generate_recovery_keys("hospital", tmp_path, passphrase=b"p")
    public = keys.load_recovery_public_key(files.public)
    private = keys.load_recovery_key(files.private, b"p")
    assert public.key_id == private.key_id
    assert public.name == private.name == "hospital"
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    sealed = suite.encrypt(b"picture", public.public, b"info")
    assert suite.decrypt(sealed, private.private, b"info") == b"picture"


def test_a_signer_never_shows_its_secret(tmp_path: Path) -> None:
    signer = keys.load_signer(keys.generate_keys("a", tmp_path).private)
    secret = signer._private.private_bytes_raw()
    shown = repr(signer) + str(signer)
    assert secret.hex() not in shown
    assert repr(secret) not in shown
    with pytest.raises(TypeError):
        pickle.dumps(signer)


def test_a_known_secret_has_its_known_public_key(tmp_path: Path) -> None:
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"known").digest())
    signer = keys.FileSigner(private, "known", Role.AI)
    assert signer.public_key == private.public_key().public_bytes_raw()
    assert curve.verify(signer.public_key, signer.sign(b""), b"")


@pytest.mark.parametrize("taken", [False, True], ids=["free", "taken"])
def test_a_file_system_without_links_is_written_to_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    def unsupported(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", unsupported)
    path = tmp_path / "a.key"
    if taken:
        path.write_text("mine")
        with pytest.raises(OutputExists):
            keyfile.write(path, b"new", 0o600, force=False)
    else:
        keyfile.write(path, b"new", 0o600, force=False)
    assert path.read_text() == ("mine" if taken else "new")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", ["key", "rkey"])
def test_a_damaged_private_key_is_malformed(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_text("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----\n")
    with pytest.raises(MalformedKey, match="damaged"):
        LOADERS[suffix](path)
