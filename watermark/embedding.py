"""Embed a signed payload into a described frame, with the fewest changes, each by 1."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import Coefficients, analyse, carrier_bits, flip_carriers
from watermark.carrier.tiles import Group, group_tiles
from watermark.carrier.trellis import holds_any_message, search_flips
from watermark.carrier.wetness import Wetness, find_wet
from watermark.closing_tile import closing_digest, write_closing
from watermark.description import Description
from watermark.errors import MalformedDescription, PayloadTooLarge, UnsupportedSamples
from watermark.record import encode_record
from watermark.samples import Samples
from watermark.spreading.chunks import bind, seal_tag
from watermark.spreading.code import encode
from watermark.spreading.field import field_of, to_octets, to_symbols


def embed(
    samples: Samples,
    description: Description,
    payload: bytes,
    close: Callable[[bytes], bytes],
    protect: NDArray[np.bool_] | None = None,
) -> tuple[Samples, bytes]:
    """Return the marked frame and its restoration record.

    samples: the frame that was described; payload: at most `description.capacity` bytes,
    zeros fill the rest; close: signs the 32-byte closing digest, returns 64 bytes; protect:
    the mask that was described. Every changed sample changes by exactly 1.
    Raises PayloadTooLarge, UnsupportedSamples, and MalformedDescription when the description
    is not one of these samples and this mask.
    """
    if not description.fits(samples):
        raise UnsupportedSamples("the samples are not those that were described")
    chunks = chunks_of(description, payload)
    coefficients = analyse(samples, description.transform)
    wetness = find_wet(samples, coefficients, protect)
    flipped = np.zeros((samples.rows, samples.columns), dtype=np.int8)
    carrying = np.flatnonzero(description.carrying).tolist()
    for group in group_tiles(description.layout, carrying):
        messages = np.unpackbits(chunks[group.indices], axis=1).astype(np.int8)
        _embed_group(coefficients, wetness, group, messages, flipped, description)
    almost = samples.with_planes(coefficients.planes)
    signature = close(closing_digest(almost, coefficients, description))
    write_closing(coefficients, description, signature, flipped)
    marked = samples.with_planes(coefficients.planes)
    return marked, encode_record(flipped, description.transform)


def chunks_of(description: Description, payload: bytes) -> NDArray[np.uint8]:
    """Return (coding tiles, chunk) uint8: the chunk of every coding tile, carrying or not.

    Raises PayloadTooLarge.
    """
    if len(payload) > description.capacity:
        raise PayloadTooLarge(len(payload), description.capacity)
    layout = description.layout
    field = field_of(layout.coding)
    padded = payload.ljust(description.capacity, b"\0")
    rows = np.frombuffer(padded, dtype=np.uint8).reshape(description.dimension, -1)
    data = to_octets(encode(to_symbols(rows, field), layout.coding), field)
    tag = seal_tag(description.seal_id, description.frame, description.level)
    return bind(data, tag, layout.coding, description.profile, description.transform)


def _embed_group(
    coefficients: Coefficients,
    wetness: Wetness,
    group: Group,
    messages: NDArray[np.int8],
    flipped: NDArray[np.int8],
    description: Description,
) -> None:
    """Embed the messages (t, m) of one group's tiles; changes planes and `flipped`."""
    order = group.order
    bits = carrier_bits(coefficients, group.boxes, order.positions, order.cells)
    dry = wetness.dry(group.boxes, order.positions, release=description.spread)
    fits = holds_any_message(dry, group.trellis)
    if not fits.all():
        # A tile that carries all the same was described with its flat areas released.
        dry[~fits] = wetness.dry(group.boxes[~fits], order.positions, release=True)
        if not holds_any_message(dry, group.trellis).all():
            raise MalformedDescription("it names a tile that cannot carry in these samples")
    flips = search_flips(bits, dry, messages, group.trellis)
    flip_carriers(coefficients, group.boxes, order.positions, flips, flipped)
