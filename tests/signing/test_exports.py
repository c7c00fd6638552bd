import math
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from signing import exports
from signing.errors import SigningError, Unreadable, UnsupportedImage
from watermark.samples import Colour

GENERATOR = np.random.default_rng(5)
SIGNED = GENERATOR.integers(-1024, 3000, (20, 31)).astype(np.int16)
UNSIGNED = GENERATOR.integers(0, 4096, (20, 31)).astype(np.uint16)
BYTES = GENERATOR.integers(0, 256, (20, 31)).astype(np.uint8)
COLOUR = GENERATOR.integers(0, 256, (20, 31, 3)).astype(np.uint8)


def holds(path: Path, values: np.ndarray) -> bool:
    """Whether an interpretation of the file is `values`, exactly and with its type."""
    found = [samples.values for samples in exports.read_export(path)]
    return any(v.dtype == values.dtype and np.array_equal(v, values) for v in found)


@pytest.mark.parametrize("values", [SIGNED, UNSIGNED, BYTES, COLOUR, SIGNED.astype(np.int8)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_file_gives_its_samples(tmp_path: Path, values: np.ndarray, order: str) -> None:
    path = tmp_path / "frame.npy"
    np.save(path, np.array(values, order="F" if order == "F" else "C"))
    assert holds(path, values)


def test_wide_and_foreign_integers_are_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "frame.npy"
    for dtype in ("<i4", ">i8", ">i2"):
        np.save(path, SIGNED.astype(dtype)[np.newaxis])
        assert holds(path, SIGNED)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_pictures_give_their_samples_however_the_sign_was_written(
    tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"frame{suffix}"
    for written, meant in (
        (UNSIGNED, UNSIGNED),
        (SIGNED.view(np.uint16), SIGNED),
        ((SIGNED.astype(np.int32) + 32768).astype(np.uint16), SIGNED),
        (BYTES, BYTES),
        (COLOUR, COLOUR),
    ):
        Image.fromarray(written).save(path)
        assert holds(path, meant)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_export_is_read_once_unless_a_top_bit_is_set(
    tmp_path: Path, dtype: type[np.unsignedinteger]
) -> None:
    path = tmp_path / "frame.npy"
    top = 1 << (8 * np.dtype(dtype).itemsize - 1)
    values = GENERATOR.integers(0, top, (20, 31)).astype(dtype)
    np.save(path, values)
    (only,) = exports.read_export(path)
    assert np.array_equal(only.values, values)
    assert not only.signed
    values[7, 9] = top
    np.save(path, values)
    signs = [samples.signed for samples in exports.read_export(path)]
    assert signs == [False, True, True]


def test_the_largest_mammogram_is_read_and_a_bomb_is_not(tmp_path: Path) -> None:
    assert 3 * 4288 * 2848 <= exports.MAX_SAMPLES < 8192 * 8192
    path = tmp_path / "frame.npy"
    for shape, read in (((3328, 4096), True), ((8192, 4609), False), ((1537, 8192, 3), False)):
        with path.open("wb") as file:
            head = {"descr": "|u1", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, head)
            file.truncate(file.tell() + math.prod(shape))
        if read:
            assert exports.read_export(path)[0].values.shape == shape
        else:
            with pytest.raises(Unreadable, match="possible size"):
                exports.read_export(path)


def test_a_picture_of_more_samples_is_not_inflated(tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    path.write_bytes(png(8192, 8192, 8, 0))
    with pytest.raises(Unreadable, match="more samples"):
        exports.read_export(path)


def test_colour_may_be_rgb_or_ybr(tmp_path: Path) -> None:
    path = tmp_path / "frame.npy"
    np.save(path, COLOUR)
    assert [samples.colour for samples in exports.read_export(path)] == [Colour.RGB, Colour.YBR]


@pytest.mark.parametrize(
    "values",
    [
        UNSIGNED.astype(np.float32),
        UNSIGNED.astype(bool),
        UNSIGNED.astype(np.int64) + (1 << 20),
        np.zeros((2, 20, 31), np.uint8),
        np.zeros((1, 20000), np.uint8),
    ],
)
def test_other_arrays_are_unsupported(tmp_path: Path, values: np.ndarray) -> None:
    path = tmp_path / "frame.npy"
    np.save(path, values)
    with pytest.raises(UnsupportedImage):
        exports.read_export(path)


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "frame.npy"
    np.save(path, np.array([[{}, []]], dtype=object), allow_pickle=True)
    with pytest.raises(SigningError):
        exports.read_export(path)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "CMYK"])
def test_pictures_of_other_kinds_are_unsupported(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "frame.tif"
    Image.fromarray(BYTES).convert(mode).save(path)
    with pytest.raises(UnsupportedImage):
        exports.read_export(path)


def test_a_picture_of_several_frames_is_unsupported(tmp_path: Path) -> None:
    path = tmp_path / "frame.tif"
    first, second = Image.fromarray(BYTES), Image.fromarray(BYTES)
    first.save(path, save_all=True, append_images=[second])
    with pytest.raises(UnsupportedImage):
        exports.read_export(path)


def png(width: int, height: int, depth: int, colour: int) -> bytes:
    """A PNG header with almost no data."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", check)

    header = struct.pack(">LLBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body


@pytest.mark.parametrize(("depth", "colour"), [(16, 2), (4, 0), (1, 0), (8, 3), (8, 6)])
def test_pictures_that_would_lose_bits_are_unsupported(
    tmp_path: Path, depth: int, colour: int
) -> None:
    path = tmp_path / "frame.png"
    path.write_bytes(png(20, 20, depth, colour))
    with pytest.raises(UnsupportedImage):
        exports.read_export(path)


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    path.write_bytes(png(60_000, 60_000, 16, 0))
    with pytest.raises(Unreadable):
        exports.read_export(path)
    claimed = tmp_path / "frame.npy"
    np.save(claimed, BYTES)
    data = claimed.read_bytes().replace(b"(20, 31)", b"(99999, 99999)")
    claimed.write_bytes(data)
    with pytest.raises(Unreadable):
        exports.read_export(claimed)


@given(st.binary(max_size=200), st.sampled_from([".npy", ".png", ".tif"]), st.booleans())
def test_no_bytes_leak_a_foreign_exception(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str, magic: bool
) -> None:
    starts = {".npy": b"\x93NUMPY\x01\x00", ".png": b"\x89PNG\r\n\x1a\n", ".tif": b"II*\0"}
    path = tmp_path_factory.mktemp("noise") / f"frame{suffix}"
    path.write_bytes((starts[suffix] if magic else b"") + data)
    with pytest.raises(SigningError):
        exports.read_export(path)


@pytest.mark.parametrize(
    ("name", "expected"), [("a.NPY", True), ("a.tiff", True), ("a.dcm", False)]
)
def test_exports_are_told_by_their_names(name: str, expected: bool) -> None:
    assert exports.is_export(Path(name)) is expected
