"""Laws of the walk that finds which certificate a token names."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import RefusedToken
from signing.timestamps.attributes import names_certificate

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "tokens.json").read_text())
GOOD = bytes.fromhex(VECTORS[0]["token"])


def certificates(token: bytes) -> list[bytes]:
    """Return every DER value that may be a certificate: a SEQUENCE of a two-byte length."""
    places = [at for at in range(len(token) - 4) if token[at : at + 2] == b"\x30\x82"]
    ends = [at + 4 + int.from_bytes(token[at + 2 : at + 4], "big") for at in places]
    return [token[at:end] for at, end in zip(places, ends, strict=True)]


def test_one_certificate_is_named_and_no_other() -> None:
    named = [one for one in certificates(GOOD) if names_certificate(GOOD, one)]
    assert len(named) == 1
    assert not names_certificate(GOOD, named[0] + b"\0")


def test_a_token_without_the_attribute_names_none() -> None:
    silent = next(v for v in VECTORS if "names no certificate" in v["_comment"])
    token = bytes.fromhex(silent["token"])
    assert not any(names_certificate(token, one) for one in certificates(token))


@given(st.binary(max_size=200))
def test_strangers_bytes_are_refused_or_name_nothing(data: bytes) -> None:
    refused_or_false(data)


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.booleans())
def test_a_damaged_token_is_refused_or_names_nothing_else(
    place: int, put: bytes, cut: bool
) -> None:
    refused_or_false(GOOD[:place] + put + (b"" if cut else GOOD[place + len(put) :]))


def refused_or_false(data: bytes) -> None:
    try:
        assert not names_certificate(data, b"another certificate")
    except RefusedToken as error:
        assert error.reason


def test_lengths_that_lie_are_refused() -> None:
    for data in (b"", b"\x30", b"\x30\x80", b"\x30\x85\1\1\1\1\1", b"\x30\x02\x30\x05", b"\x31\0"):
        with pytest.raises(RefusedToken):
            names_certificate(data, b"")
