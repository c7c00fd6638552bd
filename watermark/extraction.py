"""Blind reading: from samples alone to the payload, if any seal's chunks are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import Coefficients, analyse, carrier_bits
from watermark.carrier.tiles import group_tiles
from watermark.carrier.trellis import syndromes
from watermark.description import Description
from watermark.embedding import chunks_of
from watermark.errors import UnsupportedSamples
from watermark.parameters import PROFILES, Profile, Transform, dimension
from watermark.samples import Samples
from watermark.spreading.chunks import Vote, bind, seal_tag, vote
from watermark.spreading.code import decode
from watermark.spreading.field import field_of, to_octets, to_symbols
from watermark.tiles import Flags, Layout, layout_of

_MOST_VOTES = 8
"""Tags that are tried; a picture pasted together from more seals than this is not read."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the samples hold, unverified: nothing here is signed until signing has checked it."""

    marked: bool
    """True when chunks of a seal are there above chance (2^-64)."""
    payload: bytes | None = None
    """The payload with its zero padding, or None when it cannot be read."""
    profile: Profile | None = None
    transform: Transform | None = None
    tag: int = 0
    """Seal tag, 16 bits."""
    valid: int = 0
    """Coding tiles whose chunk bears the tag."""
    broken: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """(coding tiles,) True where the chunk is not that of the payload; tiles that carry
    nothing are among them."""
    differing: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.uint8))
    """(coding tiles, chunk) chunks as read xor those of the payload; meaningless for tiles that
    carry nothing. By these bits `localise` narrows a change to cells."""


def extract(samples: Samples) -> Reading:
    """Read the mark of a frame, knowing nothing about it.

    Tries each profile that the frame is large enough for, under both transforms. Returns a
    Reading: `marked` False when there is no trace, `payload` None when there is one that
    cannot be decoded. Never raises for content; whatever is in the samples is data.
    """
    fallback = Reading(False)
    for reading in _readings(samples):
        if reading.payload is not None:
            return reading
        if reading.valid > fallback.valid:
            fallback = reading
    return fallback


def reread(samples: Samples, description: Description, payload: bytes) -> Reading:
    """Return the reading of a frame whose payload is known from elsewhere: where it is broken.

    payload: as it was embedded. Raises UnsupportedSamples where the samples do not fit the
    description, PayloadTooLarge.
    """
    if not description.fits(samples):
        raise UnsupportedSamples("size, depth, sign or colour are not the described ones")
    layout = description.layout
    coefficients = analyse(samples, description.transform)
    chunks = read_chunks(coefficients, layout)
    differing = chunks ^ chunks_of(description, payload)
    valid = int((~differing.any(axis=1) & description.carrying).sum())
    return Reading(
        True,
        payload,
        description.profile,
        description.transform,
        seal_tag(description.seal_id, description.frame, description.level),
        valid,
        np.asarray(differing.any(axis=1)),
        differing,
    )


def _readings(samples: Samples) -> Iterator[Reading]:
    """Yield a reading for each tag found, likely profiles first."""
    sizes = [p for p in PROFILES if min(samples.rows, samples.columns) >= p.smallest]
    likely = sorted(sizes, key=lambda p: p.name != "standard")
    for transform in Transform if likely else ():
        # The coding tiles of all profiles are the same, only their trellises differ; of a large
        # frame the coefficients take more memory than all else, and are let go at once.
        tiles = layout_of(samples.rows, samples.columns, likely[0])
        bits = read_bits(analyse(samples, transform), tiles)
        for profile in likely:
            layout = layout_of(samples.rows, samples.columns, profile)
            chunks = fold_bits(bits, layout)
            for found in vote(chunks, layout.coding, profile, transform)[:_MOST_VOTES]:
                yield _decode(chunks, found, layout, profile, transform)


def read_chunks(coefficients: Coefficients, layout: Layout) -> NDArray[np.uint8]:
    """Return (coding tiles, chunk) uint8: what every coding tile holds, meant or not."""
    return fold_bits(read_bits(coefficients, layout), layout)


def read_bits(coefficients: Coefficients, layout: Layout) -> list[NDArray[np.int8]]:
    """Return (t, n) int8 for each group of coding tiles: the bits of their carriers."""
    groups = group_tiles(layout, range(layout.coding.count))
    return [
        carrier_bits(coefficients, group.boxes, group.order.positions, group.order.cells)
        for group in groups
    ]


def fold_bits(bits: list[NDArray[np.int8]], layout: Layout) -> NDArray[np.uint8]:
    """Return (coding tiles, chunk) uint8: the syndromes of the carriers' bits.

    bits: of `read_bits`, for a layout of the same coding tiles.
    """
    chunks = np.empty((layout.coding.count, layout.chunk_bytes), dtype=np.uint8)
    for group, read in zip(group_tiles(layout, range(layout.coding.count)), bits, strict=True):
        found = syndromes(read, group.trellis)
        chunks[group.indices] = np.packbits(found.astype(np.uint8), axis=1)
    return chunks


def _decode(
    chunks: NDArray[np.uint8], found: Vote, layout: Layout, profile: Profile, transform: Transform
) -> Reading:
    """Return the reading of one tag."""
    coding = layout.coding
    galois = field_of(coding)
    valid = int(found.tiles.sum())
    size = dimension(coding.count, found.level)
    symbols = to_symbols(np.ascontiguousarray(chunks[:, : layout.data_bytes]), galois)
    decoded = decode(symbols, found.tiles, size, coding) if size else None
    if decoded is None:
        return Reading(True, None, profile, transform, found.tag, valid)
    message, codeword = decoded
    data = to_octets(codeword, galois)
    differing = chunks ^ bind(data, found.tag, coding, profile, transform)
    return Reading(
        True,
        to_octets(message, galois).tobytes(),
        profile,
        transform,
        found.tag,
        valid,
        np.asarray(differing.any(axis=1)),
        differing,
    )
