"""Where a frame differs from its description: a map of digest units and of cells, and boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from watermark.carrier.coefficients import Coefficients, analyse, canonical
from watermark.cellchecks import Scheme, split_checks
from watermark.checkplan import coarse_tiles
from watermark.closing_tile import read_closing
from watermark.description import DIGEST_BYTES, Description
from watermark.digests import (
    cell_digests,
    differing_cells,
    frame_digest,
    unit_digests,
)
from watermark.errors import UnsupportedSamples
from watermark.extraction import Reading
from watermark.narrowing import fill_holes, suspect_cells
from watermark.parameters import CELL, TILE
from watermark.pooling import Doubt
from watermark.samples import Planes, Samples
from watermark.survey import marked_boxes, odd_cells
from watermark.tiles import Box, Flags, Grid, cover


@dataclass(frozen=True, slots=True, eq=False)
class TamperMap:
    """Which digest units and which cells of a frame are not as described."""

    canonical: bool
    """True when the 256-bit digest of the whole canonical frame is as signed; parities of
    carriers are beyond it."""
    altered: Flags
    """(unit rows, unit columns) True where a unit differs."""
    cells: Flags
    """(cell rows, cell columns) True where a change was placed; a differing unit in which
    nothing tells cells apart has all of its own."""
    boxes: tuple[Box, ...]
    """Row, column, height, width of boxes that cover these cells and nothing else."""

    @property
    def intact(self) -> bool:
        """True when nothing differs."""
        return self.canonical and not bool(self.altered.any())

    @property
    def fraction(self) -> float:
        """Share of units that differ, 0 to 1."""
        return float(self.altered.mean())


@dataclass(frozen=True, slots=True, eq=False)
class _Received:
    """A frame held against its description."""

    description: Description
    coefficients: Coefficients
    planes: Planes
    """Canonical."""
    seed: bytes

    @property
    def prefix(self) -> bytes:
        """Seal id and frame number: what every digest is bound to."""
        return self.description.seal_id + self.description.frame.to_bytes(4, "big")

    @property
    def grid(self) -> Grid:
        """The cells of the frame."""
        return Grid(self.description.rows, self.description.columns, CELL)

    def digest_cells(self, wanted: Flags | None) -> bytes:
        """Return the digests of the wanted cells, None for all; the others are zeros."""
        units = self.description.layout.units
        return cell_digests(self.planes, units, self.prefix, self.seed, wanted)

    def in_cells(self, flags: Flags, squares: Grid) -> Flags:
        """Return (cell rows, cell columns) bool: the flag of the square around each cell."""
        grid = self.grid
        return np.asarray(flags[grid.nest_in(squares)].reshape(grid.down, grid.across))


def localise(
    samples: Samples,
    description: Description,
    seed: bytes,
    reading: Reading | None = None,
    listed: bytes | None = None,
    checks: bytes = b"",
) -> TamperMap:
    """Compare a frame with its description.

    samples: as received; description: from a certificate whose signature was verified; seed:
    the frame's 16-byte seed; reading: the reading of the same samples, if there is one: then
    tiles whose chunk is not the payload's are reported too, though only parities differ; listed:
    the signed list of cell digests, where the tags hold it; checks: the check bytes in the payload.
    A unit that differs is narrowed to the cells of the list, else to those that the reading
    suspects or whose check values differ, else reported whole. An
    untouched tile is never reported. Raises UnsupportedSamples when size, depth, sign or colour
    are not the described ones.
    """
    received = _receive(samples, description, seed)
    whole = frame_digest(received.planes, description.seal_id, description.frame, seed)
    units = np.zeros(description.layout.units.count, dtype=bool)
    if whole != description.canonical:
        units = _differing_units(received)
    cells = _place(received, units, reading, listed, checks)
    if not read_closing(samples, received.coefficients, description).intact:
        cells |= _closing_cells(received, cells)
    grid, layout = received.grid, description.layout.units
    np.logical_or.at(units, grid.nest_in(layout), cells.reshape(-1))
    altered = units.reshape(layout.down, layout.across)
    return TamperMap(whole == description.canonical, altered, cells, cover(cells, grid))


def list_cells(samples: Samples, description: Description, seed: bytes) -> bytes:
    """Return the digests of all 8x8 cells of a frame, 4 bytes each, row by row.

    samples: the original or the marked frame, the result is the same. Raises UnsupportedSamples
    when size, depth, sign or colour are not the described ones.
    """
    received = _receive(samples, description, seed)
    return received.digest_cells(None)


def _receive(samples: Samples, description: Description, seed: bytes) -> _Received:
    """Return the frame with its coefficients and canonical planes."""
    if not description.fits(samples):
        raise UnsupportedSamples("size, depth, sign or colour are not the described ones")
    coefficients = analyse(samples, description.transform)
    boxes = marked_boxes(description.layout, description.carrying, description.closing)
    return _Received(description, coefficients, canonical(coefficients, boxes), seed)


def _differing_units(received: _Received) -> Flags:
    """Return (units,) bool: True where the digest, or the constant value, is another."""
    description = received.description
    units, constant = description.layout.units, description.constant
    flags = np.zeros(units.count, dtype=bool)
    digests = unit_digests(received.planes, units, ~constant, received.prefix, received.seed)
    for at, index in enumerate(sorted(digests)):
        signed = description.digests[DIGEST_BYTES * at : DIGEST_BYTES * (at + 1)]
        flags[index] = digests[index] != signed
    odd = odd_cells(received.coefficients.planes, description)
    np.logical_or.at(flags, received.grid.nest_in(units), odd.reshape(-1))
    return flags


def _place(
    received: _Received,
    units: Flags,
    reading: Reading | None,
    listed: bytes | None,
    checks: bytes,
) -> Flags:
    """Return (cell rows, cell columns) bool: where the changes lie, the closing tile's parities
    apart."""
    layout, description = received.description.layout, received.description
    inside = received.in_cells(units, layout.units)
    if listed is None:
        certain, possible, odd = _tell(received, reading, units, checks)
        alien = odd_cells(received.coefficients.planes, description)
        placed = inside & (certain | possible | odd | alien)
    else:
        certain, possible = _suspect(received, reading, units)
        placed = inside & _unlike(received, listed, inside)
        # A cell that differs explains the bits of its neighbours.
        possible = possible & ~_squares_with(placed, received, layout.coding)
    rest = inside & ~_squares_with(placed, received, layout.units)
    # No cell of the unit stands out: then it lies where nothing is carried, if there is such.
    silent = rest & ~received.in_cells(description.carrying, layout.coding)
    whole = rest & ~_squares_with(silent, received, layout.units)
    return np.asarray(certain | possible | placed | silent | whole)


def _tell(
    received: _Received, reading: Reading | None, units: Flags, checks: bytes
) -> tuple[Flags, Flags, Flags]:
    """Return three (cell rows, cell columns) bool maps, from the payload alone.

    Certain and possible cells of tiles that carry, and cells that differ by the check bytes.
    """
    description, layout = received.description, received.description.layout
    inside = received.in_cells(units, layout.units)
    certain, possible = _suspect(received, reading, units)
    told = split_checks(checks, description) or split_checks(b"", description)
    if told is None or not inside.any():
        return certain, possible, np.zeros_like(inside)
    doubt = Doubt(inside.reshape(-1), (certain | possible).reshape(-1))
    wanted = told.needed.reshape(inside.shape)
    if told.scheme is Scheme.ALONE:
        wanted &= inside
    found = told.resolve(received.digest_cells(wanted), doubt)
    odd, settled = (flags.reshape(inside.shape) for flags in found)
    certain, possible = _suspect(received, reading, units, odd, settled)
    coarse = received.in_cells(coarse_tiles(description), layout.coding)
    named = fill_holes(certain | possible | odd, inside & coarse & ~settled)
    return certain, possible | named & coarse, odd


def _suspect(
    received: _Received,
    reading: Reading | None,
    units: Flags,
    changed: Flags | None = None,
    settled: Flags | None = None,
) -> tuple[Flags, Flags]:
    """Return certain and possible cells, (cell rows, cell columns) bool, of tiles that carry.

    Where several units share a chunk, a choice between cells must not cross into a unit whose
    digest is as signed: what is not certain counts only in units that differ.
    """
    description, layout, grid = received.description, received.description.layout, received.grid
    if reading is None or not reading.differing.size:
        none = np.zeros((grid.down, grid.across), dtype=bool)
        return none, none
    broken = received.in_cells(description.carrying & reading.broken, layout.coding)
    suspicion = suspect_cells(reading.differing, layout, changed, settled)
    possible = broken & suspicion.possible
    if layout.coding.edge > TILE:
        possible &= received.in_cells(units, layout.units)
    return broken & suspicion.certain, possible


def _unlike(received: _Received, listed: bytes, wanted: Flags) -> Flags:
    """Return (cell rows, cell columns) bool: where a wanted cell's digest is not the listed one.

    What it says of other cells is meaningless.
    """
    description = received.description
    if not wanted.any():
        return wanted
    found = received.digest_cells(wanted)
    return differing_cells(found, listed, description.rows, description.columns)


def _closing_cells(received: _Received, cells: Flags) -> Flags:
    """Return (cell rows, cell columns) bool: the closing tile, unless cells in it are flagged."""
    tiles = received.description.layout.tiles
    closing = np.zeros(tiles.count, dtype=bool)
    closing[received.description.closing] = True
    own = received.in_cells(closing, tiles)
    return own if not (own & cells).any() else np.zeros_like(own)


def _squares_with(cells: Flags, received: _Received, squares: Grid) -> Flags:
    """Return (cell rows, cell columns) bool: cells of the squares that hold a flagged cell."""
    flags = np.zeros(squares.count, dtype=bool)
    np.logical_or.at(flags, received.grid.nest_in(squares), cells.reshape(-1))
    return received.in_cells(flags, squares)
