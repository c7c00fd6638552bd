"""Flips that keep every syndrome and the canonical picture: the code's null space.

A coding tile of `standard` has 960 carriers and 384 message bits, so 576 carriers can be set at
will while the rest makes up for it: enough to write a text into the parities. No chunk and no
canonical digest sees it; the closing tile does. Source: docs/spec/mark.md, "Closing tile".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.carriers import Bits, Carriers
from benchmarks.attacks.forgery import Forgery
from watermark.carrier.tiles import Group
from watermark.carrier.trellis import Trellis, holds_any_message, search_flips, syndromes
from watermark.description import Description
from watermark.parameters import HEIGHT
from watermark.samples import Samples


def null_vectors(trellis: Trellis, count: int) -> NDArray[np.int8]:
    """Return (v, count) int8: flips of the first `count` carriers that change no message bit.

    A basis, by elimination of the parity-check matrix over GF(2).
    """
    owners = np.searchsorted(trellis.starts, np.arange(count), side="right") - 1
    wide = int(owners[-1]) + HEIGHT
    rows = np.zeros((count, wide + count), dtype=np.int8)
    rows[:, wide:] = np.eye(count, dtype=np.int8)
    for carrier in range(count):
        for bit in range(HEIGHT):
            if owners[carrier] + bit < trellis.bits:
                rows[carrier, owners[carrier] + bit] = trellis.columns[carrier] >> bit & 1
    rank = 0
    for column in range(wide):
        ones = np.flatnonzero(rows[rank:, column]) + rank
        if not len(ones):
            continue
        rows[[rank, ones[0]]] = rows[[ones[0], rank]]
        below = np.flatnonzero(rows[:, column])
        rows[below[below != rank]] ^= rows[rank]
        rank += 1
    return np.ascontiguousarray(rows[rank:, wide:])


def flip_lightest(samples: Samples, description: Description, tile: int, count: int) -> Forgery:
    """Make the change of fewest samples that the first `count` carriers of a coding tile allow.

    The lightest vector of the basis that stays inside the samples' range; nothing is changed where
    there is none.
    """
    carriers = Carriers.read(samples, description)
    (group,) = carriers.groups([tile])
    dry = carriers.dry(group)[0, :count]
    vectors = null_vectors(group.trellis, count)
    able = vectors[((vectors == 1) <= (dry == 1)).all(axis=1)]
    flips = np.zeros((1, len(group.order.positions)), dtype=np.int8)
    if len(able):
        flips[0, :count] = able[able.sum(axis=1).argmin()]
    carriers.flip(group, flips)
    return carriers.forgery()


def write_message(
    samples: Samples, description: Description, tiles: list[int], text: bytes
) -> Forgery:
    """Write `text`, over and over, into the bits of carriers of each tile, its chunk kept.

    The first carrier of every message bit makes up for the others: its own sub-column meets that
    bit, so a solution exists wherever these carriers may change. Tiles in which they may not are
    left as they are.
    """
    carriers = Carriers.read(samples, description)
    for group in carriers.groups(tiles):
        before = carriers.bits(group)
        wanted, dry = _wanted(carriers, group, before, text)
        flips = search_flips(wanted, dry, syndromes(before, group.trellis), group.trellis)
        total = flips ^ wanted ^ before
        total[~holds_any_message(dry, group.trellis)] = 0
        carriers.flip(group, np.ascontiguousarray(total))
    return carriers.forgery()


def _wanted(carriers: Carriers, group: Group, before: Bits, text: bytes) -> tuple[Bits, Bits]:
    """Return the bits with the text in them (t, n), and where they may still change."""
    able = carriers.dry(group)
    first = np.zeros(able.shape[1], dtype=bool)
    first[group.trellis.starts[:-1]] = True
    free = np.flatnonzero(~first)
    letters = np.unpackbits(np.frombuffer(text, dtype=np.uint8)).astype(np.int8)
    wanted = before.copy()
    wanted[:, free] = np.resize(letters, len(free))
    wanted = np.where(able == 1, wanted, before)
    return wanted, np.ascontiguousarray(able & first.astype(np.int8))
