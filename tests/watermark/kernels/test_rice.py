"""Rice code: the kernel and its twin write the same bits, and reading undoes writing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.records import gap_bits
from tests.reference.trellises import to_bytes
from watermark.kernels.rice import read_gaps, write_gaps

gaps = st.lists(st.integers(0, 300), max_size=40)
parameters = st.integers(0, 23)


def written(values: list[int], parameter: int) -> tuple[bytes, int]:
    """The kernel's octets, and the number of bits it says it wrote."""
    size = sum((value >> parameter) + 1 + parameter for value in values)
    out = np.zeros((size + 7) // 8, dtype=np.uint8)
    bits = write_gaps(np.array(values, dtype=np.int64), parameter, out)
    return out.tobytes(), bits


@settings(max_examples=60)
@given(values=gaps, parameter=parameters)
def test_written_bits_equal_the_twins(values: list[int], parameter: int) -> None:
    bits = gap_bits(values, parameter)
    assert written(values, parameter) == (to_bytes(bits), len(bits))


@settings(max_examples=60)
@given(values=gaps, parameter=parameters)
def test_reading_undoes_writing(values: list[int], parameter: int) -> None:
    octets, bits = written(values, parameter)
    back = np.empty(len(values), dtype=np.int64)
    limit = sum(values) + len(values)
    assert read_gaps(np.frombuffer(octets, dtype=np.uint8), parameter, limit, back) == bits
    assert back.tolist() == values


@settings(max_examples=60)
@given(values=st.lists(st.integers(0, 300), min_size=1, max_size=40), parameter=parameters)
def test_reading_stops_at_the_limit(values: list[int], parameter: int) -> None:
    octets, _ = written(values, parameter)
    back = np.empty(len(values), dtype=np.int64)
    limit = sum(values) + len(values) - 1
    assert read_gaps(np.frombuffer(octets, dtype=np.uint8), parameter, limit, back) == -1


@settings(max_examples=60)
@given(octets=st.binary(max_size=24), parameter=parameters, count=st.integers(0, 60))
def test_any_octets_end_within_themselves(octets: bytes, parameter: int, count: int) -> None:
    back = np.empty(count, dtype=np.int64)
    bits = read_gaps(np.frombuffer(octets, dtype=np.uint8), parameter, 10**6, back)
    assert -1 <= bits <= 8 * len(octets)
