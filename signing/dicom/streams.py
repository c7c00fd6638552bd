"""What the header of a compressed frame says, read before any decoder sees the frame.

Knows the marker segments of JPEG lossless (ITU-T T.81), JPEG-LS (T.87) and JPEG 2000 (T.800), no
more of them than shape, depth and whether the coding is reversible.
"""

from dataclasses import dataclass
from typing import Final

MOST_MARKERS: Final = 1024
"""Marker segments that are looked at before a frame header must have come."""


@dataclass(frozen=True, slots=True)
class StreamHeader:
    """Shape and depth as the compressed frame itself states them."""

    rows: int
    columns: int
    channels: int
    precision: int
    """Bits of one sample."""
    signed: bool
    reversible: bool
    """Whether the header promises that coding lost nothing."""


def read_jpeg2000(stream: bytes) -> StreamHeader | None:
    """Return the header of a bare JPEG 2000 or HTJ2K codestream; None if it is none."""
    if stream[:4] != b"\xff\x4f\xff\x51" or len(stream) < 45:
        return None
    width, height, left, top = (
        int.from_bytes(stream[at : at + 4], "big") for at in (8, 12, 16, 20)
    )
    channels = int.from_bytes(stream[40:42], "big")
    components = stream[42 : 42 + 3 * channels]
    if not 1 <= channels <= 4 or len(components) != 3 * channels:
        return None
    depths, steps = set(components[0::3]), set(components[1::3]) | set(components[2::3])
    if len(depths) != 1 or steps != {1}:
        return None  # mixed depths or subsampled components
    depth = depths.pop()
    return StreamHeader(
        height - top,
        width - left,
        channels,
        (depth & 0x7F) + 1,
        bool(depth & 0x80),
        _is_reversible(stream),
    )


def _is_reversible(stream: bytes) -> bool:
    """Return whether every COD and COC of the main header names the 5/3 transform (T.800 A.6)."""
    position, found = 2, False
    for _ in range(MOST_MARKERS):
        marker = stream[position : position + 2]
        length = int.from_bytes(stream[position + 2 : position + 4], "big")
        if marker == b"\xff\x90" or length < 2:
            break
        body = stream[position + 4 : position + 2 + length]
        if marker == b"\xff\x52":
            if len(body) < 10 or body[9] != 1:
                return False
            found = True
        elif marker == b"\xff\x53" and (len(body) < 7 or body[6] != 1):
            return False
        position += 2 + length
    return found


def read_jpeg(stream: bytes) -> StreamHeader | None:
    """Return the header of a JPEG lossless (SOF3) or JPEG-LS (SOF55) frame; None if it is none."""
    if stream[:2] != b"\xff\xd8":
        return None
    position = 2
    frame = b""
    for _ in range(MOST_MARKERS):
        while stream[position : position + 2] == b"\xff\xff":
            position += 1  # fill bytes (T.81 B.1.1.2)
        marker = stream[position + 1 : position + 2]
        length = int.from_bytes(stream[position + 2 : position + 4], "big")
        body = stream[position + 4 : position + 2 + length]
        if stream[position : position + 1] != b"\xff" or length < 2:
            return None
        if marker in (b"\xc3", b"\xf7"):
            frame = marker + body
        elif marker == b"\xda":
            return _jpeg_header(frame, body)
        elif b"\xc0" <= marker <= b"\xcf" and marker not in (b"\xc4", b"\xc8", b"\xcc"):
            return None  # another process than the lossless one
        position += 2 + length
    return None


def _jpeg_header(frame: bytes, scan: bytes) -> StreamHeader | None:
    """Return the header made of a frame header and the first scan header behind it."""
    if len(frame) < 7 or not scan or len(scan) < 4 + 2 * scan[0]:
        return None
    channels = frame[6]
    factors = {frame[at] for at in range(8, min(len(frame), 7 + 3 * channels), 3)}
    if not 1 <= channels <= 4 or factors != {0x11}:
        return None
    near = scan[1 + 2 * scan[0]]  # JPEG-LS: NEAR; JPEG lossless: the predictor
    point_transform = scan[3 + 2 * scan[0]] & 0x0F
    reversible = point_transform == 0 and (frame[:1] == b"\xc3" or near == 0)
    return StreamHeader(
        int.from_bytes(frame[2:4], "big"),
        int.from_bytes(frame[4:6], "big"),
        channels,
        frame[1],
        False,
        reversible,
    )
