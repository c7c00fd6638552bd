"""RLE frames: what an encoder wrote comes back, and no bytes make the reader fail."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.dicom.rle import HEADER_BYTES, decode_planes


def pack(octets: bytes) -> bytes:
    """Encode one segment the plain way: literal runs of at most 128 bytes (G.3.1)."""
    runs = [octets[at : at + 128] for at in range(0, len(octets), 128)]
    return b"".join(bytes((len(run) - 1,)) + run for run in runs)


def frame_of(segments: list[bytes]) -> bytes:
    """Return a frame of encoded segments behind their header (G.4, G.5)."""
    offsets, at = [], HEADER_BYTES
    for segment in segments:
        offsets.append(at)
        at += len(segment)
    header = struct.pack("<16I", len(segments), *offsets, *[0] * (15 - len(segments)))
    return header + b"".join(segments)


@pytest.mark.parametrize("planes", [1, 3])
@pytest.mark.parametrize("width", [1, 2, 4])
def test_what_was_written_comes_back(planes: int, width: int) -> None:
    values = np.random.default_rng(3).integers(0, 256, (planes, 77, width), dtype=np.uint8)
    segments = [
        pack(values[p, :, width - 1 - b].tobytes()) for p in range(planes) for b in range(width)
    ]
    assert decode_planes(frame_of(segments), 77, planes, width) == values.tobytes()


def test_runs_literals_and_nothing_mix() -> None:
    segment = bytes((128, 254, 7, 1, 8, 9, 128, 0, 5))  # nothing, 7 thrice, 8 9, nothing, 5
    assert decode_planes(frame_of([segment]), 6, 1, 1) == bytes((7, 7, 7, 8, 9, 5))


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        bytes(63),
        frame_of([pack(bytes(5))]),  # too short by one
        frame_of([bytes((253, 1, 253, 1))]),  # a run past the last sample
        frame_of([bytes((10, 1, 2))]),  # a literal past the end
        frame_of([bytes((200,))]),  # a run without its byte
        frame_of([pack(bytes(6)), pack(bytes(6))]),  # one segment too many
        struct.pack("<16I", 1, 63, *[0] * 14) + pack(bytes(6)),  # begins inside the header
        struct.pack("<16I", 1, 10**6, *[0] * 14) + pack(bytes(6)),  # begins past the end
    ],
)
def test_what_does_not_fit_is_no_frame(stream: bytes) -> None:
    assert decode_planes(stream, 6, 1, 1) is None


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.binary(max_size=300), st.integers(1, 64), st.sampled_from([1, 3]), st.sampled_from([1, 2])
)
def test_no_bytes_make_the_reader_fail(tail: bytes, pixels: int, planes: int, width: int) -> None:
    header = struct.pack(
        "<16I", planes * width, *[HEADER_BYTES] * (planes * width), *[0] * (15 - planes * width)
    )
    for stream in (tail, header + tail):
        found = decode_planes(stream, pixels, planes, width)
        assert found is None or len(found) == pixels * planes * width
