"""Lists of cell digests: the body of element 05, by which changes are placed in 8x8 samples.

A list is watermark's and opaque here: 4 bytes a cell, and behind those of a frame without a mark 8
a unit. Layout: docs/spec/private-block.md.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from signing import cbor
from signing.digests import MAX_FRAMES, domain
from signing.errors import MalformedBlock

MAX_CELLS: Final = 2**24 + 2**21
"""Bytes of one list: 4 for each 8x8 cell of the largest frame, 16384 x 16384 samples, and 8 for
each 32x32 unit of one that carries no mark."""

MAX_BODY: Final = 2**30 - 1
"""Bytes of the body; `signing.dicom.block` has the same ceiling for every element."""


def encode_lists(lists: Sequence[bytes]) -> bytes:
    """Return the body for one list a frame, empty where a frame has none."""
    return cbor.encode(list(lists))


def decode_lists(body: bytes) -> tuple[bytes, ...]:
    """Return the lists whose encoding is `body`; raises MalformedBlock."""
    with cbor.reported_as(MalformedBlock):
        value = cbor.decode(body, MAX_BODY)
    if not isinstance(value, list) or len(value) > MAX_FRAMES:
        raise MalformedBlock("not an array of lists of cell digests")
    lists = tuple(entry for entry in value if isinstance(entry, bytes) and len(entry) <= MAX_CELLS)
    if len(lists) != len(value):
        raise MalformedBlock("a list of cell digests has no possible form")
    return lists


def lists_digest(seal_id: bytes, body: bytes) -> bytes:
    """Return the 32-byte digest of a body, as the statement signs it; seal_id: 16 bytes."""
    return hashlib.sha256(domain("cells") + seal_id + body).digest()
