"""Restoration record: one encoding a value; reader and twin refuse and accept the same bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference import records as twin
from tests.reference.frames import is_anchor
from tests.vectors.refusals import COLUMNS, RECORD, REFUSED_RECORDS, ROWS, record_of
from tests.watermark.marking import mark
from tests.watermark.phantoms import noise, resonance
from tests.watermark.twins import places
from watermark.errors import MalformedRecord
from watermark.parameters import Transform
from watermark.record import decode_record
from watermark.restoration import restore

PICTURE = noise(ROWS, COLUMNS, 12)
CARRIERS = [i for i in range(ROWS * COLUMNS) if not is_anchor(*divmod(i, COLUMNS))]
changes = st.lists(st.sampled_from(CARRIERS), unique=True, max_size=60).map(sorted)


def accepted(record: bytes) -> bool:
    """Whether restoring takes the record."""
    try:
        restore(PICTURE, record)
    except MalformedRecord:
        return False
    return True


@given(positions=changes, step=st.sampled_from(Transform))
def test_records_equal_the_twins_and_come_back(positions: list[int], step: Transform) -> None:
    record = record_of(positions, step)
    assert record == twin.encode(positions, step)
    found, transform = decode_record(record, ROWS, COLUMNS)
    assert found.tolist() == positions == twin.decode(record, ROWS, COLUMNS)
    assert transform is step


@settings(max_examples=200)
@given(positions=changes, data=st.data())
def test_one_changed_octet_is_judged_as_by_the_twin(
    positions: list[int], data: st.DataObject
) -> None:
    record = record_of(positions)
    at = data.draw(st.integers(0, len(record) - 1))
    value = data.draw(st.one_of(st.integers(0, 255), st.integers(0, 24)))
    changed = record[:at] + bytes([value]) + record[at + 1 :]
    assert accepted(changed) == (twin.decode(changed, ROWS, COLUMNS) is not None)


@settings(max_examples=200)
@given(
    head=st.binary(min_size=2, max_size=2),
    count=st.integers(0, 260),
    parameter=st.integers(0, 25),
    rest=st.binary(max_size=24),
)
def test_any_bytes_are_judged_as_by_the_twin(
    head: bytes, count: int, parameter: int, rest: bytes
) -> None:
    for start in (head, b"\1\0"):
        record = start + bytes([parameter]) + count.to_bytes(4, "big") + rest
        assert accepted(record) == (twin.decode(record, ROWS, COLUMNS) is not None)


@pytest.mark.parametrize("record", REFUSED_RECORDS.values(), ids=REFUSED_RECORDS)
def test_each_broken_rule_is_refused(record: bytes) -> None:
    assert accepted(RECORD)
    assert twin.decode(record, ROWS, COLUMNS) is None
    with pytest.raises(MalformedRecord):
        restore(PICTURE, record)


def test_a_great_count_in_a_short_record_allocates_nothing() -> None:
    with pytest.raises(MalformedRecord):
        decode_record(b"\1\0\0" + (2**28).to_bytes(4, "big") + bytes(9), 16384, 16384)


def test_the_record_of_a_marked_frame_names_what_changed() -> None:
    for step in ("dwt", "dct"):
        done = mark(resonance(160, 170), transform=step)
        positions, transform = decode_record(done.record, 160, 170)
        assert {divmod(int(p), 170) for p in positions} == places(done.changed)
        assert transform.name.lower() == step
        assert done.record == twin.encode(positions.tolist(), transform)
