"""Windows of pictures to learn from, half of them with something changed in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Example
from benchmarks.passive.traces import CHANNELS, trace

EDGE = 64
"""Of a window, in samples; no picture may be smaller."""
LEAST = 16
"""Changed samples from which a window counts as forged; windows with fewer are not used."""
_TRIES = 8
"""For a window that is what it shall be."""

Corner = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Windows of training patients."""

    planes: Any
    """(n, 4, 64, 64) torch float16, as `traces.trace`."""
    masks: Any
    """(n, 64, 64) torch bool, True where a sample was changed."""
    forged: Any
    """(n,) torch bool: whether at least `LEAST` samples were."""
    original: Any
    """(n,) torch bool: whether the whole picture was an original."""

    def authentic(self) -> Any:
        """Return the planes of originals, for one-class detectors; raise ValueError if none."""
        if not self.original.any():
            raise ValueError("there is no original to learn from")
        return self.planes[self.original]


def draw(examples: Sequence[Example], count: int, seed: int) -> Patches:
    """Return about `count` windows, the same from the same seed.

    Half of them are around changed samples, a sixth are untouched parts of forged pictures, and a
    third come from originals: of these, half lie where others were forged, so that the place gives
    nothing away. Where nothing is forged, all come from originals. Each forged picture gives as
    many as the next. Raises ValueError where there are no examples.
    """
    if not examples:
        raise ValueError("there is nothing to learn from")
    random = np.random.default_rng(seed)
    forged = [e for e in examples if np.count_nonzero(e.changed) >= LEAST]
    originals = [e for e in examples if not e.forged]
    wanted = count // 2 if forged else 0
    untouched = count // 6 if forged and originals else wanted
    drawn = _Drawn([], [], [])
    marked = _spread(wanted, len(forged), random)
    clean = _spread(untouched, len(forged), random)
    for example, number, others in zip(forged, marked, clean, strict=True):
        corners = [_around(example.changed, random) for _ in range(number)]
        drawn.take(example, corners, forged=True)
        corners = [_anywhere(example.changed.shape, random) for _ in range(others)]
        drawn.take(example, corners, forged=False)
    places = [_place(e.changed) for e in forged]
    rest = _spread(count - wanted - untouched, len(originals), random)
    for example, number in zip(originals, rest, strict=True):
        corners = [_either(example.changed.shape, places, random) for _ in range(number)]
        drawn.take(example, corners, forged=False)
    return drawn.gather()


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Windows so far."""

    planes: list[Any]
    masks: list[Any]
    original: list[bool]

    def take(self, example: Example, corners: list[Corner], *, forged: bool) -> None:
        """Add those windows of an example that are forged, or untouched, as asked."""
        for top, left in corners:
            rows, columns = slice(top, top + EDGE), slice(left, left + EDGE)
            mask = example.changed[rows, columns]
            changed = int(np.count_nonzero(mask))
            if changed >= LEAST if forged else changed == 0:
                self.planes.append(trace(example.picture)[:, rows, columns].half())
                self.masks.append(torch.from_numpy(np.ascontiguousarray(mask)))
                self.original.append(not example.forged)

    def gather(self) -> Patches:
        """Return all of them as one."""
        if not self.planes:
            empty = torch.zeros((0, EDGE, EDGE), dtype=torch.bool)
            planes = torch.zeros((0, CHANNELS, EDGE, EDGE), dtype=torch.float16)
            return Patches(planes, empty, empty[:, 0, 0], empty[:, 0, 0])
        masks = torch.stack(self.masks)
        forged = masks.flatten(1).any(dim=1)
        return Patches(torch.stack(self.planes), masks, forged, torch.tensor(self.original))


def _spread(count: int, over: int, random: np.random.Generator) -> list[int]:
    """Return `count` shared out as evenly as whole numbers allow, the odd ones by lot."""
    if over == 0:
        return []
    shares = np.full(over, count // over)
    shares[random.permutation(over)[: count % over]] += 1
    return [int(share) for share in shares]


def _around(changed: Flags, random: np.random.Generator) -> Corner:
    """Return a window that some changed sample is well inside of."""
    spots = np.flatnonzero(changed)
    corner = (0, 0)
    for _ in range(_TRIES):
        spot = int(spots[random.integers(spots.size)])
        middle = divmod(spot, changed.shape[1])
        back = random.integers(8, EDGE - 8, 2)
        corner = _inside((middle[0] - int(back[0]), middle[1] - int(back[1])), changed.shape)
        window = changed[corner[0] : corner[0] + EDGE, corner[1] : corner[1] + EDGE]
        if np.count_nonzero(window) >= LEAST:
            break
    return corner


def _anywhere(shape: tuple[int, ...], random: np.random.Generator) -> Corner:
    """Return any window."""
    rows, columns = shape[:2]
    return int(random.integers(rows - EDGE + 1)), int(random.integers(columns - EDGE + 1))


def _place(changed: Flags) -> tuple[float, float]:
    """Return the middle of the changed samples, 0 to 1 of rows and columns."""
    rows, columns = np.nonzero(changed)
    return float(rows.mean()) / changed.shape[0], float(columns.mean()) / changed.shape[1]


def _either(
    shape: tuple[int, ...], places: list[tuple[float, float]], random: np.random.Generator
) -> Corner:
    """Return a window anywhere or, as often, one where another picture was forged."""
    if not places or random.random() < 0.5:
        return _anywhere(shape, random)
    row, column = places[int(random.integers(len(places)))]
    back = random.integers(8, EDGE - 8, 2)
    return _inside(
        (int(row * shape[0]) - int(back[0]), int(column * shape[1]) - int(back[1])), shape
    )


def _inside(corner: Corner, shape: tuple[int, ...]) -> Corner:
    """Return a corner moved so that its window lies in the picture."""
    rows, columns = shape[:2]
    return min(max(corner[0], 0), rows - EDGE), min(max(corner[1], 0), columns - EDGE)
