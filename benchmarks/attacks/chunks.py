"""Chunks written by a stranger: the check of a chunk is public, so anybody can write valid ones.

What is attacked with false recovery data are self-recovery schemes: Korus, Bialas, Dziech, Towards
practical self-embedding for JPEG-compressed digital images, IEEE TMM 17(2), 2015. Hostile payloads
and forged seal-bound checks: docs/spec/mark.md, "Chunks".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.attacks.carriers import Carriers
from benchmarks.attacks.forgery import Forgery
from watermark.carrier.trellis import holds_any_message, search_flips
from watermark.description import Description
from watermark.embedding import chunks_of
from watermark.samples import Samples
from watermark.spreading.chunks import bind, seal_tag


def write_chunks(
    samples: Samples, description: Description, chunks: NDArray[np.uint8], tiles: list[int]
) -> Forgery:
    """Write chunks into some coding tiles of a marked frame, with the fewest flips.

    chunks: (coding tiles, chunk) uint8, of which only those of `tiles` are written; a tile that is
    too saturated to hold any message is left out.
    """
    carriers = Carriers.read(samples, description)
    for group in carriers.groups(tiles):
        dry = carriers.dry(group)
        flips = search_flips(
            carriers.bits(group),
            dry,
            np.unpackbits(chunks[group.indices], axis=1).astype(np.int8),
            group.trellis,
        )
        flips[~holds_any_message(dry, group.trellis)] = 0
        carriers.flip(group, flips)
    return carriers.forgery()


def forge_checks(
    samples: Samples, description: Description, tiles: list[int], random: np.random.Generator
) -> Forgery:
    """Write random data under the true seal tag, row and column: errors instead of erasures."""
    layout = description.layout
    data = random.integers(0, 256, (layout.coding.count, layout.data_bytes)).astype(np.uint8)
    tag = seal_tag(description.seal_id, description.frame, description.level)
    chunks = bind(data, tag, layout.coding, description.profile, description.transform)
    return write_chunks(samples, description, chunks, tiles)


def rewrite_payload(samples: Samples, description: Description, payload: bytes) -> Forgery:
    """Replace the payload of a marked frame by another one, under the true tag."""
    tiles = np.flatnonzero(description.carrying).tolist()
    return write_chunks(samples, description, chunks_of(description, payload), tiles)
