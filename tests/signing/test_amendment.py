"""Laws of amendments: what can be claimed, and that it has one encoding."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.amendment import MAX_AMENDMENT, MAX_EARLIER, MAX_LEAVES, Amendment
from signing.commitments import MAX_AMENDED, AmendedRows, Disclosures, commit
from signing.errors import MalformedAmendment, MalformedDisclosures
from tests.signing.strategies import OTHER, SIGNER, noise
from tests.signing.test_curve import SMALL

DIGESTS = st.binary(min_size=32, max_size=32)
AMENDMENTS = st.builds(
    Amendment,
    seal_id=st.binary(min_size=16, max_size=16),
    public_key=st.sampled_from([SIGNER.public_key, OTHER.public_key]),
    statement=DIGESTS,
    root=DIGESTS,
    leaf_count=st.integers(1, MAX_LEAVES),
    earlier=st.lists(DIGESTS, max_size=MAX_EARLIER, unique=True).map(tuple),
)
GOOD = Amendment(noise("seal", 16), SIGNER.public_key, noise("statement", 32), noise("root", 32), 3)
BROKEN: dict[str, dict[str, Any]] = {
    "short seal id": {"seal_id": bytes(15)},
    "small-order key": {"public_key": SMALL[0]},
    "short statement": {"statement": bytes(31)},
    "long root": {"root": bytes(33)},
    "no leaves": {"leaf_count": 0},
    "too many leaves": {"leaf_count": MAX_LEAVES + 1},
    "short earlier": {"earlier": (bytes(31),)},
    "earlier twice": {"earlier": (bytes(32), bytes(32))},
    "too many earlier": {"earlier": tuple(bytes([n]) * 32 for n in range(MAX_EARLIER + 1))},
}
ROWS = commit([("00100020", "LO", b"7"), ("seal/reason", "seal", b"merge")], bytes)
LISTED = st.lists(
    st.builds(AmendedRows, DIGESTS, st.just(ROWS)),
    max_size=MAX_AMENDED,
    unique_by=lambda found: found.amendment,
).map(lambda found: tuple(sorted(found, key=lambda one: one.amendment)))


@given(AMENDMENTS)
def test_decoding_undoes_encoding_within_the_limit(amendment: Amendment) -> None:
    assert Amendment.decode(amendment.encoded) == amendment
    assert len(amendment.encoded) <= MAX_AMENDMENT


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_refused(name: str) -> None:
    with pytest.raises(MalformedAmendment):
        dataclasses.replace(GOOD, **BROKEN[name])


@given(st.binary(max_size=400))
def test_other_bytes_are_refused_as_malformed(data: bytes) -> None:
    with pytest.raises(MalformedAmendment):
        Amendment.decode(data)


@given(LISTED)
def test_disclosures_list_the_rows_of_every_amendment(amended: tuple[AmendedRows, ...]) -> None:
    held = Disclosures(None, ROWS[:1], amended=amended)
    assert Disclosures.decode(held.encoded) == held


def test_the_rows_of_an_amendment_are_in_order_and_not_none() -> None:
    for rows in ((), ROWS[::-1], (ROWS[0], ROWS[0])):
        with pytest.raises(MalformedDisclosures):
            AmendedRows(bytes(32), rows)
    hidden = AmendedRows(bytes(32), ROWS).redacted({"00100020"})
    assert [row.disclosed for row in hidden.rows] == [False, True]
