"""Laws of the form of time stamps: what a token stamps, and how stamps are listed."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.commitments import Disclosures
from signing.errors import MalformedDisclosures
from signing.stamps import MAX_COVERED, MAX_STAMPS, Stamp, imprint_of
from tests.vectors.subjects import RENEWAL

digests = st.binary(min_size=32, max_size=32)
covered = st.lists(digests, max_size=MAX_COVERED, unique=True).map(lambda x: tuple(sorted(x)))
stamps = st.builds(Stamp, digests, st.binary(min_size=1, max_size=300), covered)


@given(digests, covered)
def test_the_imprint_is_that_of_the_page(digest: bytes, names: tuple[bytes, ...]) -> None:
    expected = digest
    if names:
        state = hashlib.sha256(b"scanseal/1/stamps\0")
        for part in (digest, *names):
            state.update(part)
        expected = state.digest()
    assert imprint_of(digest, names) == Stamp(digest, b"?", names).imprint == expected


def test_the_imprint_of_the_example_is_on_the_page() -> None:
    shown = "95b5001b245c13a5086d668af74b7477a439c197c35f9d0f03612b6b618036e3"
    assert RENEWAL.imprint.hex() == shown


@given(st.lists(stamps, max_size=MAX_STAMPS, unique=True))
def test_stamps_come_back_as_they_were_listed(listed: list[Stamp]) -> None:
    held = Disclosures(None, (), tuple(sorted(listed)))
    assert Disclosures.decode(held.encoded) == held


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        ((b"0" * 31,), "32 bytes"),
        ((b"0" * 32, b"0" * 32), "ascending"),
        ((b"1" * 32, b"0" * 32), "ascending"),
        (tuple(bytes([n]) * 32 for n in range(MAX_COVERED + 1)), "more than 15"),
    ],
)
def test_what_is_covered_has_one_form(names: tuple[bytes, ...], reason: str) -> None:
    with pytest.raises(MalformedDisclosures, match=reason):
        Stamp(bytes(32), b"?", names)
