"""Laws of keys that come and go (docs/guide/trust.md): replaced, retired, renewed, stolen."""

from datetime import datetime
from pathlib import Path

import pytest

from signing import keys
from signing.keys import PublicKey
from signing.trust import Trust, load_trust
from tests.signing.authorities import (
    DAY,
    NOW,
    Issued,
    authority,
    leaf,
    put,
    revocation_list,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A trust folder with the old key pinned."""
    keys.generate_keys("old", tmp_path)
    return tmp_path


def pinned(folder: Path, name: str) -> PublicKey:
    return keys.load_public_key(folder / f"{name}.pub")


def revoke(folder: Path, key: PublicKey, since: datetime | None) -> None:
    """Write the folder's own list with one key."""
    when = f"since = {since:%Y-%m-%dT%H:%M:%SZ}\n" if since else ""
    entry = f'[[revoked]]\nkey = "{key.key_id.hex()}"\n{when}reason = "replaced"\n'
    (folder / "revoked.toml").write_text(f"version = 1\n{entry}")


def trusts(folder: Path, key: PublicKey | Issued, now: datetime = NOW) -> list[bool]:
    """Return whether a key counts without a proved time, and with one of ten days ago."""
    store = load_trust(folder).as_of(now)
    return [store.assess(key.raw, time).trusted for time in (None, NOW - 10 * DAY)]


def test_a_key_that_was_replaced_still_vouches_for_what_it_sealed(folder: Path) -> None:
    keys.generate_keys("new", folder)
    for name in ("old", "new"):
        assert trusts(folder, pinned(folder, name)) == [True, True]


def test_a_key_can_be_trusted_until_a_day(folder: Path) -> None:
    """What lies before us now is older than a day that is to come, without any other proof."""
    key = pinned(folder, "old")
    revoke(folder, key, NOW)
    assert trusts(folder, key, NOW - DAY) == [True, True]
    for later in (NOW, NOW + DAY):
        assert trusts(folder, key, later) == [False, True]


def test_a_stolen_key_counts_for_what_is_proved_to_be_older(folder: Path) -> None:
    key = pinned(folder, "old")
    for since, trusted in [
        (NOW - 5 * DAY, [False, True]),
        (NOW - 20 * DAY, [False, False]),
        (None, [False, False]),
    ]:
        revoke(folder, key, since)
        assert trusts(folder, key) == trusted


def test_a_key_without_its_pin_is_a_strangers(folder: Path) -> None:
    keys.generate_keys("new", folder)
    key = pinned(folder, "old")
    (folder / "old.pub").unlink()
    assert trusts(folder, key) == [False, False]


ROOT = authority("root")
OLD = leaf("ct", "root", serial=1, end=NOW - DAY)


def carrying(folder: Path, *came: Issued) -> Trust:
    """Return the store as it is for a seal that these certificates came with."""
    return load_trust(folder).as_of(NOW).holding(one.der for one in came)


def test_a_renewed_certificate_of_a_key_carries_what_it_sealed_before(folder: Path) -> None:
    put(folder, "root.crt", ROOT)
    assert not carrying(folder, OLD).assess(OLD.raw).trusted
    assert carrying(folder, OLD).assess(OLD.raw, NOW - 10 * DAY).trusted
    put(folder, "renewed.crt", leaf("ct", "root", serial=2))
    assert carrying(folder, OLD).assess(OLD.raw).trusted


def test_a_renewed_certificate_does_not_bring_a_revoked_key_back(folder: Path) -> None:
    put(folder, "root.crt", ROOT)
    put(folder, "renewed.crt", leaf("ct", "root", serial=2))
    revoke(folder, PublicKey(OLD.raw, "ct"), NOW - 5 * DAY)
    assert not carrying(folder, OLD).assess(OLD.raw).trusted


def test_an_authority_is_replaced_beside_the_old_one(folder: Path) -> None:
    new = authority("new root")
    put(folder, "root.crt", ROOT)
    put(folder, "new.crt", new)
    before, after = leaf("ct", "root"), leaf("mr", "new root")
    for made in (before, after):
        assert carrying(folder, made).assess(made.raw).trusted
    (folder / "root.crt").unlink()
    assert not carrying(folder, before).assess(before.raw).trusted
    # The new root vouches for the old one's key: a link, which may as well come with the seal.
    crossed = authority("root", "new root", serial=5)
    put(folder, "crossed.crt", crossed)
    assert carrying(folder, before).assess(before.raw).trusted
    put(folder, "new.crl", revocation_list("new root", {5: NOW - DAY}))
    assert not carrying(folder, before).assess(before.raw).trusted


def test_a_revoked_authority_takes_all_with_it(folder: Path) -> None:
    put(folder, "root.crt", ROOT)
    made = leaf("ct", "root")
    revoke(folder, PublicKey(ROOT.raw, "root"), NOW - 5 * DAY)
    assert not carrying(folder, made).assess(made.raw).trusted
    assert carrying(folder, made).assess(made.raw, NOW - 6 * DAY).trusted
