"""Laws of trust stores."""

import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest

from signing import keys, trust
from signing.errors import EmptyTrust, LimitExceeded, MalformedKey
from signing.keys import PublicKey, Role
from signing.trust import Trust, load_trust
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
    monkeypatch.setattr(trust, "MAX_FILES", 4)
    with pytest.raises(LimitExceeded, match="files"):
        load_trust(folder)


def test_a_store_crosses_process_pools() -> None:
    store = Trust.of(MINE)
    copy = pickle.loads(pickle.dumps(store))  # noqa: S301 - our own bytes
    assert copy == store
    assert copy.find(SIGNER.public_key) == MINE
