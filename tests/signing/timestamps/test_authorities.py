"""Laws of the files of trusted time-stamping authorities, and of their place in a trust store."""

import pickle
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing import keys, trust
from signing.errors import EmptyTrust, LimitExceeded, MalformedKey
from signing.timestamps import authorities
from signing.timestamps.authorities import is_authority, load_authority
from tests.signing.authorities import ROOT, certify, put, root, trusting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys.generate_keys("scanner", tmp_path)
    (tmp_path / "README").write_text("whom we trust")
    return tmp_path


def test_a_trust_folder_gives_its_authorities(folder: Path) -> None:
    own = root()
    (folder / "b.tsa.pem").write_bytes(own.pem)
    (folder / "a.TSA.pem").write_bytes(root("Another").pem)
    store = trust.load_trust(folder)
    assert [one.name for one in store.authorities] == ["a", "b"]
    assert store.authorities[1] == trusting(own, name="b")
    assert [key.name for key in store.keys] == ["scanner"]
    assert store.ignored == 2
    assert pickle.loads(pickle.dumps(store)) == store  # noqa: S301 - our own bytes


def test_a_store_without_authorities_trusts_none(folder: Path) -> None:
    assert trust.load_trust(folder).authorities == ()
    assert trust.load_trust(folder / "scanner.pub").authorities == ()


def test_an_authority_signs_no_images(folder: Path) -> None:
    (folder / "a.tsa.pem").write_bytes(root().pem)
    (folder / "scanner.pub").unlink()
    with pytest.raises(EmptyTrust):
        trust.load_trust(folder)


@pytest.mark.parametrize("name", ["a.tsa.crt", "a.TSA.cer"])
def test_an_authority_by_another_ending_is_not_taken_for_one_of_signers(
    folder: Path, name: str
) -> None:
    put(folder, name, ROOT)
    with pytest.raises(MalformedKey, match=r"NAME\.tsa\.pem"):
        trust.load_trust(folder)


def test_only_the_ending_makes_an_authority() -> None:
    assert is_authority(Path("x/clinic.tsa.pem"))
    assert is_authority(Path("x/clinic.TSA.PEM"))
    for name in (".tsa.pem", "clinic.pem", "clinic.tsa", "clinic.tsa.pem.bak", "clinictsa.pem"):
        assert not is_authority(Path(name))


def test_a_root_may_bring_those_below_it(folder: Path) -> None:
    own = root()
    below = certify("Below", own, usages=())
    path = folder / "a.tsa.pem"
    path.write_bytes(b"our authority\n" + below.pem + own.pem)
    assert len(load_authority(path).certificates) == 2


def test_a_file_that_is_no_authority_is_named(folder: Path) -> None:
    own = root()
    private = own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    bad = {
        "not certificates": b"hello",
        "not certificates ": own.pem[:200],
        "no root": certify("Clerk", own).pem,
        "more than 8": own.pem * 9,
        "private key": own.pem + private,
        "more than 65536": b"#" * 70000 + own.pem,
    }
    for words, content in bad.items():
        (folder / "bad.tsa.pem").write_bytes(content)
        with pytest.raises(MalformedKey, match=rf"bad\.tsa\.pem: .*{words.strip()}"):
            trust.load_trust(folder)


def test_authorities_have_a_ceiling(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.tsa.pem").write_bytes(root().pem)
    (folder / "b.tsa.pem").write_bytes(root().pem)
    monkeypatch.setattr(trust, "MAX_AUTHORITIES", 1)
    with pytest.raises(LimitExceeded, match="authorities"):
        trust.load_trust(folder)
    assert authorities.MAX_AUTHORITIES == 64
