"""Salts that a redaction leaves: all but the redacted cells', and nothing that leads to those."""

from hashlib import sha256, shake_256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.reference import redactions as twin
from tests.reference import seals
from tests.reference.frames import squares
from watermark.errors import MalformedSalts
from watermark.salts import grow, read_salts, touched_units
from watermark.seedtree import cover_leaves, list_nodes, place_nodes, spread_salts, unit_salts
from watermark.seedtree import grow as grow_tree
from watermark.tiles import Grid

seeds = st.binary(min_size=16, max_size=16)
sizes = st.tuples(st.integers(1, 150), st.integers(1, 150))


@st.composite
def redactions(draw: st.DrawFn) -> tuple[tuple[int, int], int, set[int]]:
    """Size of a frame, edge of its units, and some cells of it, one at least."""
    size, edge = draw(sizes), draw(st.sampled_from([32, 64]))
    count = len(squares(*size, 8))
    return size, edge, draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=12))


def flags_of(size: tuple[int, int], redacted: set[int]) -> NDArray[np.bool_]:
    """Return the cells as a map."""
    cells = Grid(*size, 8)
    flags = np.zeros(cells.count, dtype=bool)
    flags[sorted(redacted)] = True
    return flags.reshape(cells.down, cells.across)


@settings(max_examples=60)
@given(seed=seeds, count=st.integers(1, 70), data=st.data())
def test_the_co_path_equals_the_twin(seed: bytes, count: int, data: st.DataObject) -> None:
    hidden = data.draw(st.sets(st.integers(0, count - 1)))
    expected = twin.co_path(seed, count, hidden)
    places = cover_leaves(count, hidden)
    assert [f"{number:0{level}b}" if level else "" for level, number in places] == [
        path for path, _ in expected
    ]
    assert list_nodes(grow_tree(seed), count, hidden) == b"".join(node for _, node in expected)


@settings(max_examples=60)
@given(seed=seeds, count=st.integers(1, 70), data=st.data())
def test_the_co_path_gives_all_salts_but_the_hidden(
    seed: bytes, count: int, data: st.DataObject
) -> None:
    hidden = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    nodes = place_nodes(list_nodes(grow_tree(seed), count, hidden), cover_leaves(count, hidden))
    expected = [b"" if i in hidden else salt for i, salt in enumerate(unit_salts(seed, count))]
    assert spread_salts(nodes, count) == expected


@settings(max_examples=60)
@given(seed=seeds, count=st.integers(1, 70), data=st.data())
def test_hiding_more_needs_only_what_was_left(seed: bytes, count: int, data: st.DataObject) -> None:
    first = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    both = first | data.draw(st.sets(st.integers(0, count - 1)))
    left = place_nodes(list_nodes(grow_tree(seed), count, first), cover_leaves(count, first))
    assert list_nodes(left, count, both) == list_nodes(grow_tree(seed), count, both)
    with pytest.raises(KeyError):
        list_nodes(left, count, both - first)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, chosen=redactions())
def test_what_is_disclosed_equals_the_twin(
    seed: bytes, chosen: tuple[tuple[int, int], int, set[int]]
) -> None:
    size, edge, redacted = chosen
    units, flags = Grid(*size, edge), flags_of(size, redacted)
    parts = grow(seed, units).disclose(flags, units)
    assert parts == twin.disclosure(seed, size, edge, redacted)
    found = read_salts(*parts, flags, units)
    assert (list(found.units), list(found.cells)) == twin.opened(parts, size, edge, redacted)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, chosen=redactions())
def test_nothing_that_is_disclosed_leads_to_a_withheld_salt(
    seed: bytes, chosen: tuple[tuple[int, int], int, set[int]]
) -> None:
    size, edge, redacted = chosen
    units, flags = Grid(*size, edge), flags_of(size, redacted)
    whole, touched = grow(seed, units), touched_units(flags, units)
    nodes, salts = whole.disclose(flags, units)
    joined = nodes + salts
    known = {joined[at : at + 16] for at in range(0, len(joined), 16)}
    for _ in range(9):  # everything that hashing leads to, deeper than the tree
        known |= {seals.child(node, bit) for node in set(known) for bit in (0, 1)}
        if len(known) > 4096:
            break
    streams = {shake_256(b"scanseal/1/cell-salts\0" + k).digest(16 * 64) for k in known}
    known |= {stream[at : at + 16] for stream in streams for at in range(0, 16 * 64, 16)}
    secret = [whole.cells[cell] for cell in redacted]
    secret += [salt for salt, hidden in zip(whole.units, touched, strict=True) if hidden]
    secret += [seals.frame_salt(seed, name) for name in seals.NAMES]
    secret += [seed, seals.child(seed, 0), seals.child(seed, 1)]
    assert not known & set(secret)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, chosen=redactions(), data=st.data())
def test_another_length_is_refused(
    seed: bytes, chosen: tuple[tuple[int, int], int, set[int]], data: st.DataObject
) -> None:
    size, edge, redacted = chosen
    units, flags = Grid(*size, edge), flags_of(size, redacted)
    nodes, salts = grow(seed, units).disclose(flags, units)
    wrong = data.draw(st.sampled_from([(nodes + bytes(16), salts), (nodes, salts + bytes(16))]))
    with pytest.raises(MalformedSalts):
        read_salts(*wrong, flags, units)
    for left in (nodes[:-16], nodes[:-1]) if nodes else ():
        with pytest.raises(MalformedSalts):
            read_salts(left, salts, flags, units)
    for left in (salts[:-16], salts[:-1]) if salts else ():
        with pytest.raises(MalformedSalts):
            read_salts(nodes, left, flags, units)


def test_a_second_redaction_needs_only_what_the_first_left() -> None:
    seed, size = sha256(b"twice").digest()[:16], (160, 171)
    units, whole = Grid(*size, 32), grow(sha256(b"twice").digest()[:16], Grid(*size, 32))
    first, both = {5, 6, 30}, {5, 6, 30, 7, 200}
    left = read_salts(*whole.disclose(flags_of(size, first), units), flags_of(size, first), units)
    again = left.disclose(flags_of(size, both), units)
    assert again == twin.disclosure(seed, size, 32, both)
