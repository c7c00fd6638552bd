"""Describe a frame before it is signed: what can carry, what is flat, digests of the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from watermark.carrier.coefficients import Coefficients, analyse, canonical
from watermark.carrier.tiles import group_tiles
from watermark.carrier.trellis import holds_any_message
from watermark.carrier.wetness import Wetness, find_constant, find_wet
from watermark.description import (
    Description,
    coding_tile_of,
    encoded_size,
    quiet_tiles,
    units_within,
)
from watermark.digests import frame_digest, unit_digests
from watermark.errors import DoesNotFit
from watermark.parameters import (
    CELL,
    TILE,
    Profile,
    damage_percent,
    dimension,
    level_for,
    profile_named,
    transform_named,
)
from watermark.samples import Planes, Samples
from watermark.tiles import Flags, Grid, Layout, layout_of

OVERHEAD = 154
"""Bytes that signing adds to a description in the payload, unless the caller says otherwise."""


@dataclass(frozen=True, slots=True)
class _Ask:
    """What the payload needs and the frame must survive."""

    profile: Profile
    percent: int
    spread: bool
    overhead: int


def describe(  # noqa: PLR0913 - the contract's names, all by keyword
    samples: Samples,
    seal_id: bytes,
    frame: int = 0,
    *,
    seed: bytes,
    profile: str = "standard",
    transform: str = "dwt",
    damage: float = 0.49,
    protect: NDArray[np.bool_] | None = None,
    spread: bool = False,
    overhead: int = OVERHEAD,
) -> Description:
    """Return the description of a frame that is about to be marked.

    samples: the original frame; seal_id, seed: 16 bytes each; frame: its number, from 0;
    profile: "light", "standard" or "full"; transform: "dwt" or "dct"; damage: tolerated
    share of the carrying tiles, 0.01 to 0.49; protect: (rows, columns), non-zero where no
    sample may change; spread: release every flat area; overhead: bytes that the caller adds.
    The same input gives the same bytes on every processor.
    Raises DoesNotFit("small" | "flat" | "capacity"), UnknownName, UnsupportedSamples.
    """
    ask = _Ask(profile_named(profile), damage_percent(damage), spread, overhead)
    step = transform_named(transform)
    layout = _layout(samples, ask.profile)
    coefficients = analyse(samples, step)
    wetness = find_wet(samples, coefficients, protect)
    closing = choose_closing(layout, coefficients, wetness, release=spread)
    flat = find_constant(coefficients, layout.units)
    carrying = _choose_carriers(layout, wetness, closing, flat, ask, len(coefficients.planes))
    blank = Description(
        rows=samples.rows,
        columns=samples.columns,
        bits=samples.bits,
        signed=samples.signed,
        colour=samples.colour,
        profile=ask.profile,
        transform=step,
        percent=ask.percent,
        spread=spread,
        seal_id=seal_id,
        frame=frame,
        closing=closing,
        carrying=carrying,
        constant=flat & units_within(layout, quiet_tiles(layout, carrying, closing)),
        overhead=overhead,
    )
    return _digested(blank, coefficients, seed)


def _layout(samples: Samples, profile: Profile) -> Layout:
    """Return the grids of a frame that is large enough for the profile."""
    if min(samples.rows, samples.columns) < profile.smallest:
        least = f"{profile.name} needs {profile.smallest} rows and columns at least"
        raise DoesNotFit("small", least)
    return layout_of(samples.rows, samples.columns, profile)


def _digested(blank: Description, coefficients: Coefficients, seed: bytes) -> Description:
    """Return the description with constant values and all digests filled in."""
    layout = blank.layout
    planes = canonical(coefficients, marked_boxes(layout, blank.carrying, blank.closing))
    corners = [layout.units.boxes[index][:2] for index in np.flatnonzero(blank.constant).tolist()]
    values = [[plane[corner] for plane in coefficients.planes] for corner in corners]
    prefix = blank.seal_id + blank.frame.to_bytes(4, "big")
    digests = unit_digests(planes, layout.units, ~blank.constant, prefix, seed)
    return replace(
        blank,
        canonical=frame_digest(planes, blank.seal_id, blank.frame, seed),
        values=np.array(values, dtype=np.int32).reshape(len(values), len(coefficients.planes)),
        digests=b"".join(digests[index] for index in sorted(digests)),
    )


def marked_boxes(layout: Layout, carrying: Flags, closing: int) -> NDArray[np.int32]:
    """Return (n, 4): the boxes whose parities embedding may change, the closing tile last."""
    boxes = [layout.coding.boxes[index] for index in np.flatnonzero(carrying).tolist()]
    return np.array([*boxes, layout.tiles.boxes[closing]], dtype=np.int32)


def odd_cells(planes: Planes, description: Description) -> Flags:
    """Return (cell rows, cell columns) bool: cells of constant units that hold another value.

    planes: (c, rows, columns), of the samples as received.
    """
    grid, units = Grid(description.rows, description.columns, CELL), description.layout.units
    odd = np.zeros((grid.down, grid.across), dtype=bool)
    places = np.flatnonzero(description.constant).tolist()
    for values, index in zip(description.values, places, strict=True):
        top, left, height, width = units.boxes[index]
        block = planes[:, top : top + height, left : left + width]
        differs = (block != values[:, np.newaxis, np.newaxis]).any(axis=0)
        rows, columns = np.nonzero(differs)
        down = np.minimum((top + rows) // CELL, grid.down - 1)
        odd[down, np.minimum((left + columns) // CELL, grid.across - 1)] = True
    return odd


def choose_closing(
    layout: Layout, coefficients: Coefficients, wetness: Wetness, *, release: bool
) -> int:
    """Return the index of the closing tile: every carrier dry, the most texture.

    Where no tile is dry throughout, the one with the fewest flat samples to release.
    Raises DoesNotFit("flat") when there is none either.
    """
    tiles = layout.tiles
    texture, hard, flat = wetness.tile_sums(coefficients, tiles)
    regular = np.array([box[2:] == (TILE, TILE) for box in tiles.boxes])
    free = regular & (hard == 0)
    if not free.any():
        raise DoesNotFit("flat", "no tile of 32x32 samples may change throughout")
    ranks = np.lexsort((-texture, np.zeros_like(flat) if release else flat))
    return int(ranks[free[ranks]][0])


def _choose_carriers(
    layout: Layout, wetness: Wetness, closing: int, constant: Flags, ask: _Ask, planes: int
) -> Flags:
    """Return (coding tiles,) bool: the tiles that carry, flat ones released as far as needed."""
    count = layout.coding.count
    barred = coding_tile_of(layout, closing)
    carrying = np.zeros(count, dtype=bool)
    spare: list[tuple[int, int]] = []
    for group in group_tiles(layout, (i for i in range(count) if i != barred)):
        positions = group.order.positions
        kept = wetness.dry(group.boxes, positions, release=ask.spread)
        fits = holds_any_message(kept, group.trellis)
        carrying[group.indices] = fits
        if ask.spread or fits.all():
            continue
        freed = wetness.dry(group.boxes[~fits], positions, release=True)
        able = holds_any_message(freed, group.trellis)
        wet = len(positions) - kept[~fits].sum(axis=1, dtype=np.int64)
        rest = group.indices[~fits]
        spare += zip(wet[able].tolist(), rest[able].tolist(), strict=True)
    for _, index in sorted(spare):
        if _holds(layout, carrying, barred, constant, ask, planes):
            break
        carrying[index] = True
    if not _holds(layout, carrying, barred, constant, ask, planes):
        raise DoesNotFit("capacity", f"{int(carrying.sum())} of {count} tiles can carry")
    return carrying


def _holds(
    layout: Layout, carrying: Flags, barred: int, constant: Flags, ask: _Ask, planes: int
) -> bool:
    """Tell whether the certificate fits into the carrying tiles."""
    level = level_for(layout.coding.count, int(carrying.sum()), ask.percent)
    if level is None:
        return False
    quiet = ~carrying
    quiet[barred] = False
    constants = int((constant & units_within(layout, quiet)).sum())
    size = encoded_size(layout, planes, constants)
    return dimension(layout.coding.count, level) * layout.data_bytes >= size + ask.overhead
