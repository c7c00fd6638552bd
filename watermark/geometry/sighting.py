"""Search for a mark whose picture was mirrored, turned, cropped or shifted since it was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import analyse
from watermark.extraction import Reading, read_chunks
from watermark.geometry.placement import Placement
from watermark.geometry.synchronisation import Hit, comb, glance
from watermark.parameters import CHECK_BYTES, TILE
from watermark.samples import Samples
from watermark.spreading.chunks import ABOVE_CHANCE, count_tags, places_of
from watermark.spreading.field import to_octets
from watermark.spreading.unframed import decode_unframed
from watermark.tiles import MOST_SIDE, Grid, Layout

_MOST_READ = 16
_LEAST_READ = 2
_SAMPLES_READ = 1 << 24
"""Placements that are read in full: so many samples of them, between the least and the most.
Noise gives none, a hostile picture may give many."""
_MANY = 8
"""Tiles that agree on a placement that is read before the scan is over."""
_MOST_VOTES = 8
"""Tags that are tried under one placement."""


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """A mark found elsewhere than on the grid of the picture as it lies."""

    placement: Placement
    reading: Reading
    """Unverified. Neither its broken tiles nor its suspect cells are filled: they need the
    description (`reread`)."""


def search(samples: Samples) -> Sighting | None:
    """Find a mark in any of the eight orientations and at any offset, or return None.

    For pictures in which `extract` found no trace. First a few windows are read; where they
    confirm nothing, all of the picture, so that no damage hides a mark by where it lies. The
    effort depends on the size alone. A sighting has the chunks of a seal above chance (2^-64);
    its payload is None where too few are left. Never raises for content.
    """
    best: Sighting | None = None
    read: set[Placement] = set()
    for hits in (glance(samples), comb(samples)):
        most = most_read(samples.rows, samples.columns)
        fresh = (hit for hit in hits if hit.placement not in read)
        for placement in islice(_rank(fresh, most), most):
            read.add(placement)
            reading = read_placed(samples, placement)
            if is_confirmed(placement, reading):
                return Sighting(placement, reading)
            # Flat tiles read the same under both transforms, with a constant xor in tag, row and
            # column: some then seem to agree elsewhere. So what nothing confirms has to wait.
            if reading.marked and (best is None or reading.valid > best.reading.valid):
                best = Sighting(placement, reading)
    return best


def _rank(hits: Iterator[Hit], most: int) -> Iterator[Placement]:
    """Yield the placements to read: at once those of many tiles, but no more than half of those
    that are read at most; then the others, most tiles first. A few true tiles are easily strewn
    over places that are not theirs, and the mark's own place has the most.
    """
    waiting, early = [], 0
    for hit in hits:
        if hit.tiles >= _MANY and early < most // 2:
            early += 1
            yield hit.placement
        else:
            waiting.append(hit)
    waiting.sort(key=lambda hit: -hit.tiles)
    yield from (hit.placement for hit in waiting)


def most_read(rows: int, columns: int) -> int:
    """Return how many placements of a picture of this size are read in full, 2 to 16."""
    return min(_MOST_READ, max(_LEAST_READ, _SAMPLES_READ // (rows * columns)))


def is_confirmed(placement: Placement, reading: Reading) -> bool:
    """Tell whether more tiles agree on a payload than it takes to make one up.

    A payload that is not may be one of too few tiles, and then means nothing.
    """
    if reading.payload is None:
        return False
    return len(reading.payload) < reading.valid * (placement.chunk_bytes - CHECK_BYTES)


def read_placed(samples: Samples, placement: Placement) -> Reading:
    """Read the coding tiles of a picture that lies as `placement` says.

    Returns a Reading, `marked` False without a trace, `payload` None where it cannot be decoded.
    """
    chunks, places = _read_chunks(samples, placement)
    fallback, codes = Reading(False), (placement.profile, placement.transform)
    for found in count_tags(chunks, places, *codes)[:_MOST_VOTES]:
        # Where a tile fits the grid both ways it is read twice: its place counts once.
        own, first = np.unique(places[found.tiles], return_index=True)
        if len(own) < ABOVE_CHANCE:
            continue
        data = chunks[found.tiles, :-CHECK_BYTES][first]
        decoded = decode_unframed(data, np.stack(np.divmod(own, 256), axis=1), found.level)
        payload = None if decoded is None else to_octets(*decoded).tobytes()
        reading = Reading(True, payload, *codes, found.tag, len(own))
        if payload is not None:
            return reading
        fallback = reading if reading.valid > fallback.valid else fallback
    return fallback


def _read_chunks(
    samples: Samples, placement: Placement
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return (n, chunk) and (n,): what the coding tiles hold, and row * 256 + column of each.

    The last tile of an axis absorbs what is left of the frame. Whether the picture ends where
    the frame does is not known: tiles at its end are read as last ones and as others.
    """
    upright = placement.orientation.undo(samples.values)
    edge, chunks, places = placement.edge, [], []
    top, row, down = _span(placement.row, upright.shape[0], edge)
    left, column, across = _span(placement.column, upright.shape[1], edge)
    if down < 1 or across < 1:
        empty = np.zeros((0, placement.chunk_bytes), dtype=np.uint8)
        return empty, np.zeros(0, dtype=np.int64)
    for bottom in sorted({top + edge * down, upright.shape[0]}):
        for right in sorted({left + edge * across, upright.shape[1]}):
            values = np.ascontiguousarray(upright[top:bottom, left:right])
            piece = Samples(values, samples.bits, samples.signed, samples.colour)
            grid = Grid(piece.rows, piece.columns, edge)
            tiles = Grid(piece.rows, piece.columns, TILE)
            layout = Layout(tiles, tiles, grid, placement.chunk_bytes)
            chunks.append(read_chunks(analyse(piece, placement.transform), layout))
            places.append(places_of(grid, (row, column)))
    return np.concatenate(chunks), np.concatenate(places)


def _span(start: int, length: int, edge: int) -> tuple[int, int, int]:
    """Return of one axis where the first whole tile begins in a picture of `length` samples
    whose first lies at `start` of the frame, its number in the frame, and how many follow."""
    first = max(0, -(-start // edge))
    offset = first * edge - start
    return offset, first, min((length - offset) // edge, MOST_SIDE - first)
