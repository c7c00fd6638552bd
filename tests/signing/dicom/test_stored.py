"""Values that stay in their file are the values that would have been read."""

import copy
import os
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import ImplicitVRLittleEndian

from signing.dicom import codecs, native, part10, stored
from signing.dicom.copies import fork
from signing.dicom.fragments import Streams
from signing.dicom.limits import EXPLICIT_BIG, EXPLICIT_LITTLE
from signing.dicom.part10 import Instance
from signing.dicom.stored import OpenFile, Stored
from signing.dicom.writing import _encapsulate, replace_frames
from signing.errors import SigningError, Unreadable
from signing.statement import DigestKind
from tests.signing.dicom.images import (
    SHIPPED_FOLDER,
    Format,
    in_order,
    label,
    phantom,
    picture,
    shipped,
)

SYNTAXES = [EXPLICIT_LITTLE, codecs.RLE, codecs.JPEG_LS, codecs.JPEG2000]


@pytest.fixture
def nothing_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file count as a long one."""
    monkeypatch.setattr(stored, "IN_MEMORY", 0)


def in_memory(path: Path) -> Instance:
    """Return the instance with all its values in memory."""
    return part10.parse(path.read_bytes())


def frames_of(instance: Instance) -> list[NDArray[np.generic]] | list[bytes] | str:
    """Return the frames, or their bytes, or why there are none."""
    dataset = instance.dataset
    try:
        kind = codecs.pixel_kind(dataset)
        if kind is DigestKind.NONE:
            return "none"
        if kind is DigestKind.SAMPLES:
            return list(codecs.frames(dataset))
        return list(codecs.codestreams(dataset))
    except SigningError as error:
        return repr(error)


def alike(one: object, other: object) -> bool:
    """Compare what `frames_of` gives."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(np.array_equal, one, other))
    return one == other


@pytest.mark.parametrize("path", in_order(), ids=label)
@pytest.mark.usefixtures("nothing_in_memory")
def test_a_file_reads_and_writes_the_same_by_both_ways(path: Path, tmp_path: Path) -> None:
    whole, by_parts = in_memory(path), part10.read(path)
    assert by_parts.problems == whole.problems
    assert by_parts.transfer_syntax == whole.transfer_syntax
    assert alike(frames_of(by_parts), frames_of(whole))
    part10.write(fork(by_parts.dataset), tmp_path / "out.dcm")
    assert (tmp_path / "out.dcm").read_bytes() == part10.encode(whole.dataset)


@pytest.mark.usefixtures("nothing_in_memory")
def test_what_is_refused_is_refused_by_both_ways_for_one_reason() -> None:
    refused = 0
    for path in sorted(SHIPPED_FOLDER.glob("*")):
        if not path.is_file():
            continue
        try:
            in_memory(path)
        except Unreadable as error:
            refused += 1
            with pytest.raises(Unreadable) as caught:
                part10.read(path)
            assert str(caught.value) == str(error)
    assert refused >= 8


def test_pixel_data_of_a_long_file_stay_there_native_or_not(
    tmp_path: Path, nothing_in_memory: None
) -> None:
    for syntax in SYNTAXES:
        path = tmp_path / syntax
        path.write_bytes(part10.encode(phantom(Format(frames=2), syntax)))
        assert isinstance(part10.read(path).dataset.PixelData, Stored)
    assert isinstance(in_memory(tmp_path / EXPLICIT_LITTLE).dataset.PixelData, bytes)


def replaced_both_ways(path: Path, frames: list[NDArray[np.generic]]) -> tuple[Dataset, Dataset]:
    """Replace the frames of a file read into memory, as a caller's own, and of the file itself."""
    mine, long = fork(in_memory(path).dataset), fork(part10.read(path).dataset)
    mine.buffer = None
    for dataset in (mine, long):
        replace_frames(dataset, frames)
    return mine, long


@pytest.mark.parametrize("syntax", [*SYNTAXES, str(ImplicitVRLittleEndian)])
@pytest.mark.parametrize("bits", [8, 12])
@pytest.mark.usefixtures("nothing_in_memory")
def test_frames_are_replaced_in_a_file_as_in_memory(syntax: str, bits: int, tmp_path: Path) -> None:
    form = Format(frames=3, allocated=8 if bits == 8 else 16, stored=bits)
    path = tmp_path / "in.dcm"
    path.write_bytes(part10.encode(phantom(form, syntax)))
    mine, long = replaced_both_ways(path, picture(form, seed=2))
    assert isinstance(mine.PixelData, bytes)
    assert isinstance(long.PixelData, Stored)
    assert bytes(long.PixelData) == mine.PixelData
    assert part10.encode(long) == part10.encode(mine)


def odd_words(folder: Path) -> Path:
    """Return a big endian file of words with three frames of an odd number of single bytes."""
    dataset = in_memory(shipped("SC_rgb_small_odd_big_endian.dcm")).dataset
    size = 27
    frames = np.random.default_rng(5).bytes(3 * size)
    dataset.NumberOfFrames = 3
    dataset.PixelData = native.swap_words(frames + b"\0")
    dataset["PixelData"].VR = "OW"
    path = folder / "odd.dcm"
    path.write_bytes(part10.encode(dataset))
    return path


@pytest.mark.usefixtures("nothing_in_memory")
def test_frames_are_replaced_in_a_big_endian_file_as_in_memory(tmp_path: Path) -> None:
    names = ("ExplVR_BigEnd.dcm", "MR_small_bigendian.dcm", "SC_rgb_small_odd_big_endian.dcm")
    for path in (*map(shipped, names), odd_words(tmp_path)):
        whole, long = in_memory(path), part10.read(path)
        assert long.transfer_syntax == EXPLICIT_BIG
        assert isinstance(long.dataset.PixelData, Stored)
        assert alike(frames_of(long), frames_of(whole))
        flipped = [np.flip(frame, 0) for frame in codecs.frames(whole.dataset)]
        mine, theirs = replaced_both_ways(path, flipped)
        assert part10.encode(theirs) == part10.encode(mine)
        assert alike(list(codecs.frames(theirs)), flipped)


@given(st.lists(st.binary(max_size=9), max_size=6))
def test_words_are_swapped_piece_by_piece_as_at_once(chunks: list[bytes]) -> None:
    assert b"".join(native.swap_chunks(chunks)) == native.swap_words(b"".join(chunks))


@pytest.mark.parametrize("sizes", [[2], [3], [4, 5, 6], [1, 1]])
def test_fragments_are_laid_out_as_pydicom_does(sizes: list[int]) -> None:
    frames = [bytes(range(1, 1 + size)) for size in sizes]
    ends = np.cumsum([0, *sizes]).tolist()
    spans = [[span] for span in pairwise(ends)]
    ours = b"".join(_encapsulate(Streams(b"".join(frames), spans)))
    assert ours == encapsulate(frames)


@pytest.mark.usefixtures("nothing_in_memory")
def test_a_file_that_is_cut_or_changed_while_it_is_read_is_unreadable(tmp_path: Path) -> None:
    data = part10.encode(phantom(Format(rows=256, columns=256, frames=4)))
    for name, change in (("cut", data[:-9000]), ("changed", b"\0" * len(data))):
        path = tmp_path / name
        path.write_bytes(data)
        dataset = part10.read(path).dataset
        with path.open("r+b") as file:
            file.truncate(0)
            file.write(change)
        os.utime(path, ns=(1, 1))
        with pytest.raises(Unreadable, match="while it was read"):
            list(codecs.frames(dataset))
        with pytest.raises(Unreadable, match="while it was read"):
            part10.write(dataset, tmp_path / "out.dcm")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changed", "cut"]


@pytest.mark.usefixtures("nothing_in_memory")
def test_a_file_can_be_written_over_itself(tmp_path: Path) -> None:
    path = tmp_path / "in.dcm"
    path.write_bytes(shipped("CT_small.dcm").read_bytes())
    part10.write(part10.read(path).dataset, path, force=True)
    assert path.read_bytes() == shipped("CT_small.dcm").read_bytes()


def test_a_stored_value_is_its_bytes(tmp_path: Path) -> None:
    data = np.random.default_rng(1).bytes(300_000)
    path = tmp_path / "data"
    path.write_bytes(b"head" + data + b"tail")
    value = Stored(OpenFile(os.open(path, os.O_RDONLY)), 4, len(data))
    assert len(value) == len(data)
    assert bytes(value) == value.read() == data
    assert value.read(10) == b""
    assert value.seek(-5, os.SEEK_END) == len(data) - 5
    assert value.read(100) == data[-5:]
    for first, last in ((0, 0), (5, 3), (0, 1), (70_000, 70_010), (1, 299_999), (299_990, 400_000)):
        assert value[first:last] == data[first:last]
    assert copy.deepcopy(value).read(3) == data[:3]


def test_what_is_kept_in_a_file_is_what_would_be_kept_in_memory() -> None:
    chunks = [b"ab", b"", b"c" * 100_000]
    kept = stored.keep(iter(chunks), in_file=True)
    assert isinstance(kept, Stored)
    assert bytes(kept) == stored.keep(iter(chunks), in_file=False) == b"".join(chunks)
