"""RLE frames (PS3.5 annex G), decoded by plain slices with every length checked.

The compiled decoder aborts on hostile run lengths, past every exception that can be caught; frames
come from strangers, so ours is slower and safe.
"""

import struct
from itertools import pairwise
from typing import Final

HEADER_BYTES: Final = 64
MOST_SEGMENTS: Final = 15


def decode_planes(stream: bytes, pixels: int, planes: int, width: int) -> bytes | None:
    """Return the samples of a frame, plane after plane, each little endian of `width` bytes.

    pixels: of one plane. None where the stream is no RLE frame of exactly these samples; bytes
    that a segment holds beyond its pixels are padding (G.3.1).
    """
    offsets = _offsets(stream, planes * width)
    if offsets is None:
        return None
    out = bytearray(planes * pixels * width)
    for segment, (start, end) in enumerate(offsets):
        octets = _unpack(stream, start, end, pixels)
        if octets is None:
            return None
        plane, byte = divmod(segment, width)
        first = plane * pixels * width + width - 1 - byte
        out[first : (plane + 1) * pixels * width : width] = octets
    return bytes(out)


def _offsets(stream: bytes, segments: int) -> list[tuple[int, int]] | None:
    """Return start and end of each segment, in order; None where the header does not fit."""
    if len(stream) < HEADER_BYTES:
        return None
    count, *starts = struct.unpack_from("<16I", stream)
    if count != segments or not 1 <= count <= MOST_SEGMENTS:
        return None
    bounds = [*starts[:count], len(stream)]
    if bounds[0] < HEADER_BYTES or bounds != sorted(bounds):
        return None
    return list(pairwise(bounds))


def _unpack(stream: bytes, at: int, end: int, size: int) -> bytes | None:
    """Return the first `size` bytes that a segment stands for; None where it has fewer."""
    parts, left = [], size
    while left > 0 and at < end:
        head = stream[at]
        at += 1
        if head < 128:
            part = stream[at : min(end, at + head + 1)]
            if len(part) != head + 1:
                return None
            at += head + 1
        elif head > 128:
            if at >= end:
                return None
            part = stream[at : at + 1] * (257 - head)
            at += 1
        else:
            continue
        if len(part) > left:
            return None
        parts.append(part)
        left -= len(part)
    return b"".join(parts) if left == 0 else None
