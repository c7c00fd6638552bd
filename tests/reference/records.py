"""Restoration record, from docs/spec/record.md: bits as a list."""

from tests.reference.frames import Frame, is_anchor
from tests.reference.transforms import flip
from tests.reference.trellises import to_bits, to_bytes


def gap_bits(gaps: list[int], parameter: int) -> list[int]:
    """Each gap in unary (its high part) and binary (its low bits)."""
    bits: list[int] = []
    for gap in gaps:
        bits += [1] * (gap >> parameter) + [0]
        bits += [gap >> i & 1 for i in reversed(range(parameter))]
    return bits


def encode(positions: list[int], transform: int) -> bytes:
    """The record of the changed samples; positions ascend and count row by row."""
    before = [-1, *positions][: len(positions)]
    gaps = [position - last - 1 for position, last in zip(positions, before, strict=True)]
    lengths = [sum((gap >> r) + 1 + r for gap in gaps) for r in range(24)]
    parameter = lengths.index(min(lengths))
    head = bytes([1, transform, parameter]) + len(positions).to_bytes(4, "big")
    return head + to_bytes(gap_bits(gaps, parameter))


def decode(record: bytes, rows: int, columns: int) -> list[int] | None:
    """The positions of a record, None where a reader must refuse it."""
    if len(record) < 7 or record[0] != 1 or record[1] > 1 or record[2] > 23:
        return None
    count, bits = int.from_bytes(record[3:7], "big"), to_bits(record[7:])
    if count > rows * columns:
        return None
    positions, last = [], -1
    for _ in range(count):
        high = 0
        while bits[high : high + 1] == [1]:
            high += 1
        low = bits[high + 1 : high + 1 + record[2]]
        if len(bits) < high + 1 + record[2]:
            return None
        gap = high << record[2] | sum(bit << i for i, bit in enumerate(reversed(low)))
        bits = bits[high + 1 + record[2] :]
        last += gap + 1
        positions.append(last)
    if any(p >= rows * columns or is_anchor(*divmod(p, columns)) for p in positions):
        return None
    return positions if encode(positions, record[1]) == record else None


def restore(marked: Frame, record: bytes) -> Frame | None:
    """The frame before embedding, None where the record is refused."""
    positions = decode(record, marked.rows, marked.columns)
    if positions is None:
        return None
    return flip(marked, record[1], {divmod(p, marked.columns) for p in positions})
