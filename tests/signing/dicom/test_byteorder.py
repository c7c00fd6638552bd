"""Words of big endian values, reversed."""

import struct

import pytest

from signing.dicom.byteorder import to_little

NUMBERS = {"US": "H", "OW": "H", "UL": "L", "FL": "f", "OF": "f", "FD": "d", "OD": "d", "UV": "Q"}


@pytest.mark.parametrize("vr", NUMBERS)
def test_a_value_means_the_same_in_the_other_order(vr: str) -> None:
    form = f"3{NUMBERS[vr]}"
    assert to_little(struct.pack(f">{form}", 1, 2, 77), vr) == struct.pack(f"<{form}", 1, 2, 77)


@pytest.mark.parametrize("vr", ["OB", "UN", "LO", ""])
def test_single_bytes_have_no_order(vr: str) -> None:
    assert to_little(b"abcd", vr) == b"abcd"


@pytest.mark.parametrize(("vr", "value"), [("OW", b"abc"), ("OL", b"abcdef"), ("OV", b"abcd")])
def test_broken_words_stay(vr: str, value: bytes) -> None:
    assert to_little(value, vr) == value
