"""Pseudonyms: the same for the same, other for others, and none without the secret."""

import stat
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import MalformedKey
from signing.redaction.pseudonyms import MOST_DAYS, Pseudonyms, load_pseudonyms, shift

ONE, OTHER = Pseudonyms(bytes(32)), Pseudonyms(bytes(range(32)))


@given(st.text(max_size=64))
def test_a_new_uid_is_that_of_a_uuid(old: str) -> None:
    new = ONE.uid("1." + old)
    assert new.startswith("2.25.")
    assert len(new) <= 64
    number = UUID(int=int(new[5:]))
    assert (number.version, number.variant) == (8, "specified in RFC 4122")
    assert ONE.uid("1." + old) == new != OTHER.uid("1." + old)


def test_uids_of_the_standard_stay() -> None:
    for uid in ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.4.1.1"):
        assert ONE.uid(uid) == uid
    assert ONE.uid("1.2.840.100081.1") != "1.2.840.100081.1"


@given(st.text(max_size=64), st.text(max_size=64))
def test_patients_have_an_id_and_days_of_their_own(who: str, other: str) -> None:
    assert 1 <= ONE.days(who) <= MOST_DAYS
    assert len(ONE.patient(who)) == 16
    assert (ONE.patient(who) == ONE.patient(other)) is (who == other)


def test_a_fresh_secret_is_another_and_is_not_shown() -> None:
    first, second = Pseudonyms(), Pseudonyms()
    assert first.uid("1.2.3") != second.uid("1.2.3")
    assert first.secret.hex() not in repr(first)
    assert repr(first.secret) not in repr(first)


@pytest.mark.parametrize(
    ("value", "days", "earlier"),
    [
        ("20240301", 1, "20240229"),
        ("20230301", 1, "20230228"),
        ("20240101000000.123456+0100", 1, "20231231000000.123456+0100"),
        (" 20240101 ", 31, "20231201"),
        ("2024", 1, ""),
        ("202401", 1, ""),
        ("20240230", 1, ""),
        ("00010101", 1, ""),
        ("99991231", 3652, "99891231"),
        ("01000101", 1, "00991231"),
        ("", 1, ""),
        ("20240101-20240131", 1, ""),
        ("20240101 Doe", 1, ""),
        ("٢٠٢٤٠١٠١", 1, ""),
    ],
)
def test_dates_go_back(value: str, days: int, earlier: str) -> None:
    assert shift(value, days) == earlier


def test_a_secret_is_drawn_once_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "run.secret"
    made = load_pseudonyms(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_pseudonyms(path) == made
    assert load_pseudonyms(tmp_path / "other") != made


@pytest.mark.parametrize("text", [b"", b"00" * 31, b"00" * 33, b"zz" * 32, b"\xff" * 64, b"0" * 99])
def test_what_is_no_secret_is_refused(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.secret"
    path.write_bytes(text)
    with pytest.raises(MalformedKey):
        load_pseudonyms(path)
