"""Overlays that mark samples: what pydicom and the rules of PS3.3 C.9.2 read from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.dicom.geometry import measure
from signing.dicom.overlays import GROUPS, add_overlay, pack_mask, unpack_mask
from signing.errors import LimitExceeded
from tests.signing import images


def masked(rows: int, columns: int, frames: int, masks: dict[int, NDArray[np.bool_]]) -> Dataset:
    """Return an instance with an overlay of these masks, as read from a file."""
    dataset = images.instance([np.zeros((rows, columns), np.uint8)] * frames)
    geometry = measure(dataset)
    assert geometry is not None
    packed = {frame: pack_mask(mask) for frame, mask in masks.items()}
    assert add_overlay(dataset, geometry, packed, "LABEL", "what it is") == 0x6000
    return images.reread(dataset)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(1, 11), st.integers(1, 4), st.data())
def test_every_bit_is_where_the_standard_reads_it(
    rows: int, columns: int, frames: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.sets(st.integers(0, frames - 1), min_size=1))
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    masks = {frame: random.random((rows, columns)) < 0.5 for frame in chosen}
    dataset = masked(rows, columns, frames, masks)
    first = int(dataset.get(0x60000051).value) - 1 if frames > 1 else 0
    count = int(dataset[0x60000015].value) if frames > 1 else 1
    assert (first, first + count - 1) == (min(chosen), max(chosen))
    octets = dataset[0x60003000].value
    assert len(octets) == -(-count * rows * columns // 16) * 2
    for place in range(count * rows * columns):
        frame, rest = divmod(place, rows * columns)
        expected = masks.get(first + frame)
        bit = octets[place // 8] >> place % 8 & 1
        assert bit == (0 if expected is None else int(expected.flat[rest]))


def test_pydicom_reads_the_mask() -> None:
    mask = np.random.default_rng(3).random((40, 42)) < 0.3
    dataset = masked(40, 42, 1, {0: mask})
    assert (dataset.overlay_array(0x6000) == mask).all()
    assert (dataset[0x60000040].value, dataset[0x60001500].value) == ("R", "LABEL")
    assert list(dataset[0x60000050].value) == [1, 1]


def test_the_first_free_group_is_taken_until_none_is() -> None:
    dataset = images.instance([np.zeros((8, 8), np.uint8)])
    geometry = measure(dataset)
    assert geometry is not None
    dataset.add_new(0x60040040, "CS", "G")
    packed = {0: pack_mask(np.ones((8, 8), bool))}
    taken = [add_overlay(dataset, geometry, packed, "L", "T") for _ in GROUPS[1:]]
    assert taken == [group for group in GROUPS if group != 0x6004]
    with pytest.raises(LimitExceeded):
        add_overlay(dataset, geometry, packed, "L", "T")


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 9))
def test_unpacking_undoes_packing(rows: int, columns: int, seed: int) -> None:
    mask = np.random.default_rng(seed).random((rows, columns)) < 0.5
    assert (unpack_mask(pack_mask(mask), rows, columns) == mask).all()
