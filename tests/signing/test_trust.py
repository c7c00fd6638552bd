"""Laws of trust stores."""

import pickle
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from signing import keys, trust
from signing.errors import EmptyTrust, LimitExceeded, MalformedKey, MalformedSettings
from signing.keys import PublicKey, Role
from signing.trust import Trust, load_trust
from signing.verdict import Code
from tests.signing.authorities import DAY, MIDDLE, NOW, ROOT, SCANNER, leaf, put, revocation_list
from tests.signing.strategies import OTHER, SIGNER

MINE = PublicKey(SIGNER.public_key, "scanner", Role.ARCHIVE)


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    for name in ("a", "b"):
        keys.generate_keys(name, tmp_path, role=Role.GATEWAY)
    (tmp_path / "README").write_text("two scanners")
    (tmp_path / "old").mkdir()
    keys.generate_keys("c", tmp_path / "old")
    return tmp_path


def test_a_folder_gives_its_keys_and_counts_the_rest(folder: Path) -> None:
    store = load_trust(folder)
    assert [key.name for key in store.keys] == ["a", "b"]
    assert store.ignored == 3
    for key in store.keys:
        assert store.find(key.raw) is key
        assert store.by_id(key.key_id) is key


def test_a_file_gives_its_key(folder: Path) -> None:
    store = load_trust(str(folder / "a.pub"))
    assert [key.name for key in store.keys] == ["a"]
    assert store.find(keys.load_public_key(folder / "b.pub").raw) is None


def test_a_stranger_is_not_found() -> None:
    store = Trust.of(MINE)
    assert store.find(OTHER.public_key) is None
    assert store.by_id(OTHER.key_id) is None
    assert store.find(b"") is None


def test_a_report_names_the_signer_as_the_store_does() -> None:
    store = Trust.of(MINE)
    mine, other = store.signer(SIGNER.public_key), store.signer(OTHER.public_key)
    assert (mine.key_id, mine.name, mine.role, mine.trusted) == (
        SIGNER.key_id.hex(),
        "scanner",
        "archive",
        True,
    )
    assert (other.key_id, other.name, other.role, other.trusted) == (
        OTHER.key_id.hex(),
        "",
        "",
        False,
    )


def test_no_key_is_misuse_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmptyTrust, match=r"no \.pub file"):
        load_trust(tmp_path)
    with pytest.raises(EmptyTrust):
        Trust(())
    put(tmp_path, "middle.pem", MIDDLE)
    with pytest.raises(EmptyTrust, match="no self-signed certificate"):
        load_trust(tmp_path)
    with pytest.raises(EmptyTrust, match="no self-signed certificate"):
        load_trust(tmp_path / "middle.pem")


def test_a_place_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_trust(tmp_path / "missing")


def test_one_bad_file_is_named(folder: Path) -> None:
    (folder / "aa.pub").write_text("not a key")
    with pytest.raises(MalformedKey, match=r"aa\.pub"):
        load_trust(folder)


def test_a_private_key_is_no_trust(folder: Path) -> None:
    with pytest.raises(MalformedKey):
        load_trust(folder / "a.key")


def test_a_copied_file_counts_once(folder: Path) -> None:
    shutil.copy(folder / "a.pub", folder / "z.pub")
    assert [key.name for key in load_trust(folder).keys] == ["a", "b"]


def test_one_key_under_two_roles_is_refused(folder: Path) -> None:
    text = (folder / "a.pub").read_text()
    (folder / "z.pub").write_text(text.replace("gateway", "acquisition"))
    with pytest.raises(MalformedKey, match=r"z\.pub.*another name or role"):
        load_trust(folder)
    with pytest.raises(MalformedKey, match="twice"):
        Trust.of(MINE, PublicKey(MINE.raw, "again"))


def test_a_folder_has_ceilings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "MAX_KEYS", 1)
    with pytest.raises(LimitExceeded, match="keys"):
        load_trust(folder)
    for file in folder.glob("*.pub"):
        file.unlink()
    put(folder, "two.pem", ROOT, MIDDLE)
    with pytest.raises(LimitExceeded, match="certificates"):
        load_trust(folder)
    monkeypatch.setattr(trust, "MAX_FILES", 3)
    with pytest.raises(LimitExceeded, match="files"):
        load_trust(folder)


def test_a_store_crosses_process_pools() -> None:
    store = Trust.of(MINE)
    copy = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own bytes
    assert copy == store
    assert copy.find(SIGNER.public_key) == MINE


@pytest.fixture
def certified(tmp_path: Path) -> Path:
    """A folder that trusts one authority, with its list."""
    folder = tmp_path / "certified"
    folder.mkdir()
    put(folder, "root.PEM", ROOT)
    put(folder, "links.crt", MIDDLE, SCANNER)
    put(folder, "root.crl", revocation_list("root"))
    put(folder, "middle.crl", revocation_list("middle"))
    return folder


def test_a_folder_trusts_self_signed_certificates_only(certified: Path) -> None:
    store = load_trust(certified).as_of(NOW)
    assert store.anchors == (ROOT.credential,)
    assert set(store.pool) == {MIDDLE.credential, SCANNER.credential}
    assert (store.ignored, len(store.revocations.lists)) == (0, 2)


def test_a_certified_key_is_found_by_key_and_by_id(certified: Path) -> None:
    store = load_trust(certified).as_of(NOW)
    key = store.find(SCANNER.raw)
    assert key is not None and (key.name, key.role) == ("ct", Role.ACQUISITION)
    assert store.by_id(key.key_id) == key
    assert store.signer(SCANNER.raw).trusted
    for authority in (ROOT, MIDDLE):
        assert store.find(authority.raw) is None


def test_certificates_of_a_seal_are_links_and_no_trust(certified: Path) -> None:
    (certified / "links.crt").unlink()
    store = load_trust(certified).as_of(NOW)
    assert store.find(SCANNER.raw) is None
    assert store.holding([SCANNER.der, MIDDLE.der]).find(SCANNER.raw) is not None
    assert store.holding([SCANNER.der]).find(SCANNER.raw) is None
    own = leaf("other")
    assert store.holding([own.der]).find(own.raw) is None
    assert store.find(SCANNER.raw) is None


def test_a_seals_certificate_outside_the_profile_is_told(certified: Path) -> None:
    store = load_trust(certified).holding([b"nonsense"])
    standing = store.assess(OTHER.public_key)
    assert [finding.code for finding in standing.findings] == [Code.SIGNER_CERTIFICATE]
    assert "a certificate in the seal is not taken" in standing.findings[0].detail


def test_pinned_keys_stand_without_certificates(certified: Path, folder: Path) -> None:
    shutil.copy(folder / "a.pub", certified)
    store = load_trust(certified).as_of(NOW)
    pinned = keys.load_public_key(folder / "a.pub")
    assert store.assess(pinned.raw).authority == ""
    assert store.find(pinned.raw) == pinned
    assert store.find(SCANNER.raw) is not None


def revoke(folder: Path, key_id: bytes, since: str) -> None:
    """Revoke a key in a trust folder."""
    text = f'version = 1\n[[revoked]]\nkey = "{key_id.hex()}"\n{since}\nreason = "stolen"\n'
    (folder / "revoked.toml").write_text(text)


def test_a_pinned_key_can_be_revoked(folder: Path) -> None:
    pinned = keys.load_public_key(folder / "a.pub")
    revoke(folder, pinned.key_id, "since = 2026-03-01T00:00:00Z")
    store = load_trust(folder)
    assert store.ignored == 3
    assert store.find(pinned.raw) is store.by_id(pinned.key_id) is None
    standing = store.assess(pinned.raw)
    assert [finding.code for finding in standing.findings] == [Code.SIGNER_REVOKED]
    signer = store.signer(pinned.raw)
    assert (signer.name, signer.role, signer.trusted) == ("a", "gateway", False)
    since = datetime(2026, 3, 1, tzinfo=UTC)
    assert store.assess(pinned.raw, since - DAY).trusted
    assert not store.assess(pinned.raw, since).trusted
    other = keys.load_public_key(folder / "b.pub")
    assert store.find(other.raw) == other


def test_a_settings_file_of_another_name_is_refused(folder: Path) -> None:
    (folder / "revoke.toml").write_text("version = 1\n")
    with pytest.raises(MalformedSettings, match=r"revoke\.toml: .*revoked\.toml"):
        load_trust(folder)


def test_a_moment_without_an_offset_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        load_trust(folder).as_of(datetime(2026, 3, 1))


@pytest.mark.parametrize("name", ["revoked.toml", "root.crl", "root.tsa.crl", "b.crt"])
@pytest.mark.parametrize("how", ["link", "folder"])
def test_what_cannot_be_read_as_a_file_is_refused(certified: Path, name: str, how: str) -> None:
    """A list behind a broken link would else revoke nothing, and nobody would know."""
    place = certified / name
    place.unlink(missing_ok=True)
    if how == "link":
        place.symlink_to("nowhere")
    else:
        place.mkdir()
    with pytest.raises(MalformedKey, match=rf"{name}: not a file"):
        load_trust(certified)


def test_a_link_leads_to_its_file(certified: Path) -> None:
    (certified / "root.crl").rename(certified / "elsewhere")
    (certified / "root.crl").symlink_to("elsewhere")
    assert len(load_trust(certified).revocations.lists) == 2


def test_a_certificate_of_a_chain_can_be_revoked(certified: Path) -> None:
    for made in (SCANNER, MIDDLE, ROOT):
        number = made.credential.fingerprint
        entry = f"[[revoked]]\ncertificate = '{number}'\nsince = 2026-03-01T00:00:00Z\n"
        (certified / "revoked.toml").write_text(f"version = 1\n{entry}reason = 'lost'\n")
        store = load_trust(certified).as_of(NOW)
        standing = store.assess(SCANNER.raw)
        assert [f.code for f in standing.findings] == [Code.SIGNER_REVOKED]
        assert store.assess(SCANNER.raw, datetime(2026, 2, 28, tzinfo=UTC)).findings == ()


def test_a_key_is_admitted_for_one_instance(folder: Path) -> None:
    pinned = keys.load_public_key(folder / "a.pub")
    revoke(folder, pinned.key_id, "")
    store = load_trust(folder)
    admitting = store.admitting([pinned])
    assert admitting.find(pinned.raw) == admitting.by_id(pinned.key_id) == pinned
    assert store.find(pinned.raw) is None


def test_a_store_of_certificates_crosses_process_pools(certified: Path) -> None:
    store = load_trust(certified).as_of(NOW)
    copy = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own bytes
    assert copy == store
    assert copy.find(SCANNER.raw) == store.find(SCANNER.raw) is not None
