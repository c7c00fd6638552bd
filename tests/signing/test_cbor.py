"""Laws of the CBOR reader; cbor2 is the oracle."""

from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import cbor
from signing.errors import MalformedCbor, MalformedStatement

LEAVES = (
    st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=300) | st.text(max_size=40) | st.none()
)
FLAT = st.lists(LEAVES, max_size=30) | st.dictionaries(
    st.integers(0, 2**40), LEAVES, max_size=cbor.MAX_ENTRIES
)
VALUES = LEAVES | FLAT | st.lists(FLAT, max_size=5)

REFUSED = {
    "nothing": "",
    "number in a longer form": "1817",
    "two bytes where one does": "1900ff",
    "four bytes where two do": "1a0000ffff",
    "eight bytes where four do": "1b00000000ffffffff",
    "indefinite string": "5f4101ff",
    "indefinite array": "9f01ff",
    "indefinite map": "bf0101ff",
    "reserved length": "1c",
    "tag": "c101",
    "big number": "c2490100000000000000 00".replace(" ", ""),
    "float": "f93c00",
    "true": "f5",
    "undefined": "f7",
    "break": "ff",
    "duplicate key": "a201010102",
    "descending keys": "a202010101",
    "text key": "a1616101",
    "negative key": "a12001",
    "cut number": "19ff",
    "cut string": "4201",
    "cut array": "8201",
    "cut map": "a101",
    "array longer than the bytes": "9b7fffffffffffffff",
    "string longer than the bytes": "5b7fffffffffffffff",
    "map too large": "b8" + "21" + "".join(f"{k:02x}01" for k in range(0x18)) + "1818" * 9,
    "bytes after the end": "0101",
    "text that is not UTF-8": "61ff",
    "a surrogate": "63eda080",
    "nested too deeply": "8181818101"[:-2] + "8101",
}


@given(VALUES)
@settings(derandomize=True)
def test_decode_undoes_encode(value: Any) -> None:
    assert cbor.decode(cbor.encode(value), 1 << 20) == value


@given(st.binary(max_size=24))
@settings(derandomize=True, max_examples=2000)
def test_what_is_accepted_has_one_encoding_and_cbor2_agrees(data: Any) -> None:
    try:
        value = cbor.decode(data, 100)
    except MalformedCbor:
        return
    assert cbor2.loads(data) == value
    assert cbor2.dumps(value, canonical=True) == data


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_anything_but_the_one_encoding_is_refused(case: Any) -> None:
    with pytest.raises(MalformedCbor):
        cbor.decode(bytes.fromhex(REFUSED[case]), 1000)


def test_the_deepest_and_largest_allowed_forms_pass() -> None:
    assert cbor.decode(bytes.fromhex("8181818101"), 5) == [[[[1]]]]
    entries = dict.fromkeys(range(cbor.MAX_ENTRIES), 0)
    assert cbor.decode(cbor.encode(entries), 1000) == entries


def test_the_ceiling_is_the_last_size_that_passes() -> None:
    data = cbor.encode(bytes(10))
    assert cbor.decode(data, len(data)) == bytes(10)
    with pytest.raises(MalformedCbor, match="limit"):
        cbor.decode(data, len(data) - 1)


def test_fields_are_typed_and_complete() -> None:
    data = cbor.encode({1: 5, 2: b"b", 3: "t", 4: [1]})
    fields = cbor.Fields.read(data, 99, frozenset({1, 2, 3}), frozenset({4, 5}))
    assert (fields.uint(1), fields.bstr(2), fields.tstr(3), fields.array(4)) == (5, b"b", "t", [1])
    assert fields.has(4)
    assert not fields.has(5)
    for read, key in ((fields.uint, 2), (fields.bstr, 1), (fields.tstr, 1), (fields.array, 1)):
        with pytest.raises(MalformedCbor, match=f"key {key} is not"):
            read(key)
    for required, optional in (({1, 2, 3, 4, 9}, set()), ({1, 2}, {3})):
        with pytest.raises(MalformedCbor, match=r"missing key 9|unknown key 4"):
            cbor.Fields.read(data, 99, frozenset(required), frozenset(optional))
    with pytest.raises(MalformedCbor, match="not a map"):
        cbor.Fields.read(b"\x80", 99, frozenset(), frozenset())
    negative = cbor.Fields.read(cbor.encode({1: -1}), 99, frozenset({1}), frozenset())
    with pytest.raises(MalformedCbor, match="unsigned"):
        negative.uint(1)


def test_a_list_of_byte_strings_holds_at_least_one_and_nothing_else() -> None:
    data = cbor.encode({1: [b"a", b""], 2: [], 3: [b"a", 1], 4: b"a"})
    fields = cbor.Fields.read(data, 99, frozenset({1, 2, 3, 4}), frozenset())
    assert fields.bstrs(1) == (b"a", b"")
    for key in (2, 3, 4):
        with pytest.raises(MalformedCbor, match=f"key {key} is not an array"):
            fields.bstrs(key)


def test_a_refusal_is_reported_as_the_cause_of_its_format() -> None:
    with pytest.raises(MalformedStatement) as caught, cbor.reported_as(MalformedStatement):
        cbor.decode(b"\x82\x01", 9)
    assert (caught.value.reason, caught.value.offset) == ("ends too early", 1)


@pytest.mark.parametrize("item", [b"\x00", b"\x80", b"\xf6"])
def test_more_items_than_are_read_are_refused_before_they_are_made(item: bytes) -> None:
    count = cbor.MAX_ITEMS + 1
    head = b"\x9a" + count.to_bytes(4, "big")
    with pytest.raises(MalformedCbor, match="more items"):
        cbor.decode(head + item * count, 2**25)
    parts = [b"\x9a" + (count // 2 + 1).to_bytes(4, "big") + item * (count // 2 + 1)] * 2
    with pytest.raises(MalformedCbor, match="more items"):
        cbor.decode(b"\x82" + b"".join(parts), 2**25)


def test_as_many_items_as_are_read_are_read() -> None:
    body = b"\x9a" + cbor.MAX_ITEMS.to_bytes(4, "big") + bytes(cbor.MAX_ITEMS)
    assert cbor.decode(body, 2**25) == [0] * cbor.MAX_ITEMS
