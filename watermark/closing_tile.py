"""The closing tile: a signature over the exact samples, written plainly into parities.

Many parity patterns share one syndrome and one canonical picture; without this tile crafted
changes by 1 would pass. Its carriers hold the 64-byte signature, then SHAKE-256 of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256, shake_256

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import Coefficients, analyse, flip_carriers, plain_parities
from watermark.carrier.order import order_of
from watermark.description import Description
from watermark.parameters import TILE
from watermark.samples import Samples
from watermark.tiles import Box

SIGNATURE_BYTES = 64
_DOMAIN = b"scanseal/1/closing/samples\0"


@dataclass(frozen=True, slots=True)
class Closing:
    """What the closing tile says, and what it should have signed."""

    digest: bytes
    """32 bytes: SHA-256 over the samples with the closing tile's parities cleared."""
    signature: bytes
    """64 bytes, as read; unverified."""
    intact: bool
    """True when the other parities follow from the signature."""


def closing(samples: Samples, description: Description) -> Closing:
    """Read the closing tile of a marked frame.

    `samples` must fit the description (`Description.fits`).
    """
    coefficients = analyse(samples, description.transform)
    return read_closing(samples, coefficients, description)


def read_closing(samples: Samples, coefficients: Coefficients, description: Description) -> Closing:
    """As `closing`, for a frame whose coefficients are at hand."""
    box, order = _tile(description)
    bits = plain_parities(coefficients, box, order)
    signature = np.packbits(bits[: 8 * SIGNATURE_BYTES].astype(np.uint8)).tobytes()
    return Closing(
        _digest(samples, coefficients, description),
        signature,
        bool((bits == closing_bits(signature)).all()),
    )


def closing_bits(signature: bytes) -> NDArray[np.int8]:
    """Return the (960,) int8 parities of a closing tile for a 64-byte signature."""
    count = len(order_of(TILE, TILE).positions)
    rest = shake_256(signature).digest(-(-count // 8) - SIGNATURE_BYTES)
    octets = np.frombuffer(signature + rest, dtype=np.uint8)
    return np.unpackbits(octets, count=count).astype(np.int8)


def write_closing(
    coefficients: Coefficients,
    description: Description,
    signature: bytes,
    flipped: NDArray[np.int8],
) -> None:
    """Set the parities of the closing tile; changes `coefficients.planes` and `flipped`."""
    box, order = _tile(description)
    flips = plain_parities(coefficients, box, order) ^ closing_bits(signature)
    boxes = np.array([box], dtype=np.int32)
    flip_carriers(coefficients, boxes, order, flips[np.newaxis], flipped)


def closing_digest(marked: Samples, coefficients: Coefficients, description: Description) -> bytes:
    """Return what is to be signed once every other tile is embedded.

    `marked` holds the samples of `coefficients.planes`, of which only the closing tile's are
    still as they were when the coefficients were computed.
    """
    return _digest(marked, coefficients, description)


def _tile(description: Description) -> tuple[Box, NDArray[np.int32]]:
    """Return the closing tile's box and carrier order."""
    box = description.layout.tiles.box(description.closing)
    return box, order_of(TILE, TILE).positions


def _digest(samples: Samples, coefficients: Coefficients, description: Description) -> bytes:
    """Hash the samples with the closing tile's odd coefficients moved down by one."""
    box, order = _tile(description)
    cleared = replace(coefficients, planes=samples.planes())
    flips = plain_parities(coefficients, box, order)[np.newaxis]
    scratch = np.zeros(cleared.planes.shape[1:], dtype=np.int8)
    flip_carriers(cleared, np.array([box], dtype=np.int32), order, flips, scratch)
    octets = samples.octets_of(cleared.planes)
    return sha256(_DOMAIN + octets.tobytes()).digest()
