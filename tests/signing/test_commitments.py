"""Laws of attribute commitments and their disclosures."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import cbor, commitments
from signing.commitments import Commitment, Disclosures, Leaf
from signing.errors import LimitExceeded, MalformedDisclosures
from tests.reference import trees
from tests.signing.strategies import PATHS, VALUE_LISTS, noise

SALT = bytes(range(16))
ROW = commitments.commit([("00100020", "LO", b"7")], lambda size: SALT[:size])[0]
TIME = commitments.commit(
    [(commitments.SEAL_TIME, commitments.SEAL, b"2026-11-23T10:00:00Z")], lambda _: SALT
)[0]


def randomness(size: Any) -> Any:
    """Return bytes that are distinct for every leaf of a test."""
    return noise("salts", size)


@given(VALUE_LISTS, st.none() | st.just(SALT))
@settings(derandomize=True)
def test_decode_undoes_encode(values: Any, seed: Any) -> None:
    made = Disclosures(seed, commitments.commit(values, randomness))
    assert Disclosures.decode(made.encoded) == made


@given(VALUE_LISTS)
@settings(derandomize=True)
def test_leaves_and_root_equal_those_of_the_reference(values: Any) -> None:
    rows = commitments.commit(values, randomness)
    salts = [row.salt or b"" for row in rows]
    by_path = {path: (kind, value) for path, kind, value in values}
    leaves = [
        trees.leaf(row.path, by_path[row.path][0], salt, by_path[row.path][1])
        for row, salt in zip(rows, salts, strict=True)
    ]
    assert [row.digest for row in rows] == leaves
    named = [row.path.encode() + leaf for row, leaf in zip(rows, leaves, strict=True)]
    assert commitments.root(rows) == Disclosures(None, rows).root == trees.root(named)


@given(VALUE_LISTS)
@settings(derandomize=True)
def test_every_committed_value_matches_and_no_other_does(values: Any) -> None:
    rows = {row.path: row for row in commitments.commit(values, randomness)}
    for path, kind, value in values:
        row = rows[path]
        assert row.disclosed
        assert row.consistent()
        assert row.matches(kind, value)
        assert not row.matches(kind, value + b"x")
        assert not row.matches("ZZ", value)
        assert not dataclasses.replace(row, salt=bytes(16)).matches(kind, value)


@given(VALUE_LISTS, st.data())
@settings(derandomize=True)
def test_redaction_keeps_the_root_and_hides_type_and_presence(values: Any, data: Any) -> None:
    rows = commitments.commit(values, randomness)
    gone = data.draw(st.sets(st.sampled_from(range(len(rows))))) if rows else set()
    left = tuple(row.redacted() if n in gone else row for n, row in enumerate(rows))
    made = Disclosures(None, left)
    assert made.root == commitments.root(rows)
    assert Disclosures.decode(made.encoded) == made
    for n in gone:
        assert not left[n].disclosed
        assert not left[n].matches("DS", b"")
        assert (left[n].type, left[n].value) == ("redacted", None)


def test_equal_values_have_different_commitments() -> None:
    rows = commitments.commit([("00100020", "LO", b"7"), ("00100021", "LO", b"7")], randomness)
    assert rows[0].digest != rows[1].digest
    assert rows[0].salt != rows[1].salt


def test_fields_of_a_leaf_cannot_be_shifted() -> None:
    leaves = [
        Leaf("00100020", "L", SALT, b"O7"),
        Leaf("00100020", "LO", SALT, b"7"),
        Leaf("00100020", "LO7", SALT, b""),
    ]
    assert len({leaf.commitment for leaf in leaves}) == 3


def test_a_path_comes_once() -> None:
    with pytest.raises(MalformedDisclosures, match="twice"):
        commitments.commit([("00100020", "LO", b"7")] * 2, randomness)


def test_rows_are_sorted_by_the_bytes_of_their_path() -> None:
    names = ["0029{é}10", "00100020", "seal/time", "0029{z}10", "00081140[10]/00080018"]
    values = [(n, "seal" if n[0] == "s" else "LO", b"") for n in names]
    rows = commitments.commit(values, randomness)
    assert [row.path for row in rows] == sorted(names, key=str.encode)
    with pytest.raises(MalformedDisclosures, match="ascending"):
        Disclosures(None, rows[::-1])
    with pytest.raises(MalformedDisclosures, match="ascending"):
        Disclosures(None, rows[:1] * 2)


def test_paths_are_those_of_the_specification() -> None:
    assert commitments.tag_path(0x00100020) == "00100020"
    assert commitments.tag_path(0x7FE00010) == "7FE00010"
    assert (
        commitments.private_path(0x29, "SIEMENS CSA HEADER", 0x10) == "0029{SIEMENS CSA HEADER}10"
    )
    assert commitments.item_path("00189346", 0, "00080100") == "00189346[0]/00080100"


def test_no_creator_can_look_like_another_path() -> None:
    hostile = "A}10[0]/0029{B"
    path = commitments.private_path(0x29, hostile, 0x10)
    assert path == "0029{A%7D10%5B0%5D%2F0029%7BB}10"
    inner = commitments.private_path(0x29, "B", 0x10)
    outer = commitments.private_path(0x29, "A", 0x10)
    assert path != commitments.item_path(outer, 0, inner)
    assert commitments.private_path(0x29, "%7D", 0x10) != commitments.private_path(0x29, "}", 0x10)


@given(PATHS, PATHS)
@settings(derandomize=True)
def test_every_path_that_is_built_is_accepted(first: Any, second: Any) -> None:
    Leaf(first, "LO", SALT, b"")
    Leaf(commitments.item_path(first, 3, second), "LO", SALT, b"")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0010002",
        "001000200",
        "0010002a",
        "00100020[0]",
        "00100020/00100020",
        "00100020[00]/00100020",
        "00100020[-1]/00100020",
        "0029{}10",
        "0029{a{b}10",
        "0029{a}1",
        "0029{a\nb}10",
        "0029{\ud800}10",
        "0029{" + "a" * 257 + "}10",
        "00100020[0]/" * 90 + "00100020",
        "seal/",
        "seal/Time",
        "seal/a/b",
        " 00100020",
        "00100020\n",
    ],
    ids=lambda path: repr(path)[:30],
)
def test_a_path_outside_the_grammar_is_refused(path: Any) -> None:
    with pytest.raises(MalformedDisclosures, match="path"):
        Leaf(path, "LO", SALT, b"")
    with pytest.raises(MalformedDisclosures, match="path"):
        Commitment(path, "LO", SALT, bytes(32))


BROKEN_LEAVES = {
    "no type": ("00100020", "", SALT, b""),
    "long type": ("00100020", "A" * 17, SALT, b""),
    "type not ASCII": ("00100020", "É", SALT, b""),
    "short salt": ("00100020", "LO", SALT[:15], b""),
    "absent with a value": ("00100020", "absent", SALT, b"7"),
    "redacted": ("00100020", "redacted", SALT, b""),
    "seal type on an attribute": ("00100020", "seal", SALT, b""),
    "attribute type on the seal": ("seal/time", "DT", SALT, b""),
}


@pytest.mark.parametrize("case", BROKEN_LEAVES)
def test_a_leaf_that_breaks_a_rule_cannot_be_made(case: Any) -> None:
    with pytest.raises(MalformedDisclosures):
        Leaf(*BROKEN_LEAVES[case])


BROKEN_ROWS: dict[str, Any] = {
    "short commitment": (ROW, {"digest": bytes(31)}),
    "short salt": (ROW, {"salt": bytes(15)}),
    "no salt, not redacted": (ROW, {"salt": None}),
    "redacted with salt": (ROW, {"type": "redacted"}),
    "value of an attribute": (ROW, {"value": b"7"}),
    "seal type on an attribute": (ROW, {"type": "seal"}),
    "disclosed seal without value": (TIME, {"value": None}),
    "seal with another type": (TIME, {"type": "DT"}),
    "redacted seal with value": (TIME, {"type": "redacted", "salt": None}),
    "long value of the seal": (TIME, {"value": bytes(1025)}),
}


@pytest.mark.parametrize("case", BROKEN_ROWS)
def test_a_row_that_breaks_a_rule_cannot_be_made_or_read(case: Any) -> None:
    row, change = BROKEN_ROWS[case]
    with pytest.raises(MalformedDisclosures):
        dataclasses.replace(row, **change)
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    raw = list((fields | change).values())
    with pytest.raises(MalformedDisclosures):
        Disclosures.decode(cbor.encode({1: None, 2: [raw]}))


@pytest.mark.parametrize(
    "body",
    [
        {1: SALT},
        {2: []},
        {1: SALT, 2: [], 3: 0},
        {1: SALT[:15], 2: []},
        {1: 0, 2: []},
        {1: None, 2: {}},
        {1: None, 2: [[]]},
        {1: None, 2: [5]},
        {1: None, 2: [["00100020", "LO", SALT, bytes(32)]]},
        {1: None, 2: [["00100020", "LO", 5, bytes(32), None]]},
        {1: None, 2: [[5, "LO", SALT, bytes(32), None]]},
    ],
    ids=str,
)
def test_other_shapes_are_refused(body: Any) -> None:
    with pytest.raises(MalformedDisclosures):
        Disclosures.decode(cbor.encode(body))


def test_a_wrong_value_of_the_seal_is_inconsistent() -> None:
    assert TIME.consistent()
    assert not dataclasses.replace(TIME, value=b"2026-11-23T10:00:01Z").consistent()
    assert TIME.redacted().consistent()


def test_rows_are_found_by_path() -> None:
    assert Disclosures(None, (ROW,)).by_path() == {"00100020": ROW}


def test_rows_and_bytes_have_ceilings(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Disclosures(SALT, (ROW, TIME))
    body = made.encoded
    monkeypatch.setattr(commitments, "MAX_DISCLOSURES", len(body))
    assert Disclosures.decode(body) == made
    monkeypatch.setattr(commitments, "MAX_DISCLOSURES", len(body) - 1)
    with pytest.raises(LimitExceeded, match="disclosures"):
        _ = made.encoded
    with pytest.raises(MalformedDisclosures, match="limit"):
        Disclosures.decode(body)
    monkeypatch.undo()
    monkeypatch.setattr(commitments, "MAX_ROWS", 1)
    with pytest.raises(MalformedDisclosures, match="rows"):
        Disclosures(SALT, (ROW, TIME))
    with pytest.raises(MalformedDisclosures, match="rows"):
        Disclosures.decode(body)


def test_an_amendment_has_no_more_rows_than_leaves() -> None:
    rows = tuple(
        Commitment(f"{0x00100000 + place:08X}", commitments.REDACTED, None, bytes(32))
        for place in range(commitments.MAX_AMENDED_ROWS + 1)
    )
    whole = commitments.AmendedRows(bytes(32), rows[:-1])
    made = Disclosures(None, (ROW,), amended=(whole,))
    assert Disclosures.decode(made.encoded) == made
    with pytest.raises(MalformedDisclosures, match="more rows"):
        commitments.AmendedRows(bytes(32), rows)
    listed = [[row.path, row.type, row.salt, row.digest, row.value] for row in rows]
    with pytest.raises(MalformedDisclosures, match="more rows"):
        Disclosures.decode(cbor.encode({1: None, 2: [], 5: [[bytes(32), *listed]]}))


def test_more_items_than_a_reader_takes_are_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Disclosures(None, (ROW,) * 1)
    other = commitments._OTHER_ITEMS
    monkeypatch.setattr(cbor, "MAX_ITEMS", other + made.items)
    assert made.encoded
    monkeypatch.setattr(cbor, "MAX_ITEMS", other + made.items - 1)
    with pytest.raises(LimitExceeded, match="items"):
        _ = made.encoded
