"""Big endian values in little endian order, in which canonical bytes are (PS3.5 7.3)."""

from typing import Final

import numpy as np

_WIDTHS: Final = {
    **dict.fromkeys(("US", "SS", "OW", "AT"), 2),
    **dict.fromkeys(("UL", "SL", "FL", "OF", "OL"), 4),
    **dict.fromkeys(("FD", "OD", "SV", "UV", "OV"), 8),
}
"""Bytes of a word by VR; others have single bytes."""


def to_little(value: bytes, vr: str) -> bytes:
    """Return a big endian value of a VR with the bytes of each word reversed.

    A value that is not of whole words stays as it is: no reader can tell what it means.
    """
    width = _WIDTHS.get(vr, 1)
    if width == 1 or len(value) % width:
        return value
    return np.frombuffer(value, f">u{width}").byteswap().tobytes()
