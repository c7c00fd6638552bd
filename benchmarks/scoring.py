"""What two verifiers say of a forgery, held against what was truly changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import watermark
from benchmarks.attacks.forgery import Flags, Forgery, area
from benchmarks.marked import TRUST, Marked
from signing.evidence.proving import FrameProof, prove_frame
from signing.verdict import Box, Code, Outcome
from watermark.carrier.coefficients import analyse, canonical
from watermark.parameters import CELL
from watermark.samples import Samples
from watermark.survey import marked_boxes
from watermark.tiles import Grid

OUTCOMES = ("proved", "altered", "broken", "untrusted", "unsealed")
"""What the samples alone come to; "altered" is under the trusted key, with a map."""


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Where a frame was changed."""

    cells: Flags
    """(cell rows, cell columns) True where any sample differs."""
    content: Flags
    """Those of them in which a canonical value differs; in the others parities alone were
    flipped."""
    silent: Flags
    """Cells of tiles that carry no chunk; nothing but the closing tile's own parities tells cells
    apart there without the tags."""
    tolerated: bool
    """Whether enough carrying tiles are untouched to read the payload."""


@dataclass(slots=True)
class Score:
    """One map against the truth; counts of cells unless said otherwise."""

    content: int
    hits: int
    """Content cells that are named."""
    parity: int
    parity_hits: int
    false: int
    """Cells that are named though no sample in them differs."""
    tiles: int
    """Untouched tiles of 32x32 in which something is named."""
    units: int
    """Untouched signed units in which something is named."""
    carrying_content: int
    carrying_hits: int
    carrying_false: int

    @property
    def iou(self) -> float:
        """Intersection over union with the content cells; parity flips count neither way."""
        return self.hits / (self.content + self.false)

    @property
    def carrying_iou(self) -> float:
        """As `iou`, in the tiles that carry a chunk."""
        return self.carrying_hits / (self.carrying_content + self.carrying_false)


def judge_truth(marked: Marked, forgery: Forgery) -> Truth:
    """Return where a forgery differs from the marked frame."""
    claims = marked.description
    grid = cells_grid(marked)
    boxes = marked_boxes(claims.layout, claims.carrying, claims.closing)
    pair = (marked.samples, marked.like(forgery.values))
    before, after = (canonical(analyse(s, claims.transform), boxes) for s in pair)
    coding = claims.layout.coding
    carrying = claims.carrying[grid.nest_in(coding)].reshape(grid.down, grid.across)
    hurt = np.zeros(coding.count, dtype=bool)
    cells = squares_with(forgery.changed, grid)
    np.logical_or.at(hurt, grid.nest_in(coding), cells.reshape(-1))
    left = int((claims.carrying & ~hurt).sum())
    content = squares_with((before != after).any(axis=0), grid)
    return Truth(cells, content, ~carrying, left >= claims.dimension)


def cells_grid(marked: Marked) -> Grid:
    """Return the 8x8 cells of a frame."""
    return Grid(marked.description.rows, marked.description.columns, CELL)


def squares_with(flags: Flags, grid: Grid) -> Flags:
    """Return (down, across) bool: squares in which any sample is flagged."""
    rows, columns = (np.arange(n) * grid.edge for n in (grid.down, grid.across))
    down = np.logical_or.reduceat(flags, rows, axis=0)
    return np.asarray(np.logical_or.reduceat(down, columns, axis=1))


def cells_of(boxes: tuple[Box, ...], grid: Grid) -> Flags:
    """Return (down, across) bool: the cells that boxes cover."""
    named = np.zeros((grid.rows, grid.columns), dtype=bool)
    for box in boxes:
        named[area(box)] = True
    return squares_with(named, grid)


def score_map(marked: Marked, truth: Truth, named: Flags) -> Score:
    """Return how well named cells are those that were changed."""
    layout, grid = marked.description.layout, cells_grid(marked)
    parity, false = truth.cells & ~truth.content, named & ~truth.cells
    carrying = ~truth.silent
    return Score(
        content=int(truth.content.sum()),
        hits=int((named & truth.content).sum()),
        parity=int(parity.sum()),
        parity_hits=int((named & parity).sum()),
        false=int(false.sum()),
        tiles=_untouched(truth.cells, named, grid, layout.tiles),
        units=_untouched(truth.cells, named, grid, layout.units),
        carrying_content=int((truth.content & carrying).sum()),
        carrying_hits=int((named & truth.content & carrying).sum()),
        carrying_false=int((false & carrying).sum()),
    )


def _untouched(cells: Flags, named: Flags, grid: Grid, squares: Grid) -> int:
    """Return the number of squares in which a cell is named and none was changed."""
    places = grid.nest_in(squares)
    counts = [np.bincount(places, flags.reshape(-1), squares.count) for flags in (cells, named)]
    return int(((counts[0] == 0) & (counts[1] > 0)).sum())


def map_from_tags(marked: Marked, received: Samples) -> Flags:
    """Return the cells that a verifier names who has the tags: payload and list of cells."""
    claims = marked.description
    reading = watermark.reread(received, claims, marked.payload)
    return watermark.localise(received, claims, marked.seed, reading, marked.listed).cells


def prove_alone(received: Samples) -> tuple[str, FrameProof]:
    """Return one of `OUTCOMES` and the proof of a frame whose tags are gone, end to end."""
    proof = prove_frame([received], "frame 0", TRUST)
    failed = {f.code for f in proof.findings if f.outcome is Outcome.FAIL}
    if not proof.marked:
        return "unsealed", proof
    if Code.PIXELS_MARK_BROKEN in failed:
        return "broken", proof
    if Code.SIGNER_TRUSTED in failed:
        return "untrusted", proof
    return "altered" if failed else "proved", proof
