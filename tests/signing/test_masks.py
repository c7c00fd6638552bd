"""Masks: what is not zero is protected."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from signing.errors import Unreadable, UnsupportedImage
from signing.masks import read_mask

MASK = np.random.default_rng(1).integers(0, 3, (20, 31)).astype(np.uint8)


@pytest.mark.parametrize("suffix", [".npy", ".png", ".tif"])
def test_a_mask_is_where_the_file_is_not_zero(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"mask{suffix}"
    if suffix == ".npy":
        np.save(path, MASK)
    else:
        Image.fromarray(MASK).save(path)
    mask = read_mask(path)
    assert mask.dtype == np.bool_
    assert (mask == (MASK != 0)).all()


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.int8])
def test_any_width_of_integers_makes_a_mask(dtype: type, tmp_path: Path) -> None:
    np.save(tmp_path / "mask.npy", MASK.astype(dtype))
    assert (read_mask(tmp_path / "mask.npy") == (MASK != 0)).all()


def test_a_mask_has_one_channel_of_whole_numbers(tmp_path: Path) -> None:
    for values in (np.dstack([MASK] * 3), MASK.astype(np.float32)):
        np.save(tmp_path / "mask.npy", values)
        with pytest.raises(UnsupportedImage):
            read_mask(tmp_path / "mask.npy")
    (tmp_path / "mask.png").write_bytes(b"no picture")
    with pytest.raises(Unreadable):
        read_mask(tmp_path / "mask.png")
