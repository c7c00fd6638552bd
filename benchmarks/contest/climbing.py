"""G11: a forger who asks the verifier, and climbs by what its report says and names.

Each question changes samples by 1, upwards or downwards, where the last report names them, and
nowhere else: what is named no more is left alone. Kept is what lowers the share of the frame that
is named, and every other change that leaves it equal, lest the climb stands still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import Dataset

from benchmarks.attacks.forgery import Array, Flags, Forgery
from benchmarks.contest.scenes import boxes_of, with_frame
from benchmarks.marked import TRUST
from signing.verdict import Verdict
from signing.verification import verify

CALLS = 48
"""Questions that are put to the verifier."""
_UNNAMED = 1.0
"""Share of a frame of which the report can say nothing."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a forger reads off a report."""

    proven: bool
    """Whether it says `authentic` or `partial`: he is where he wants to be."""
    share: float
    """Of the frame, named as changed, 0 to 1."""
    named: Flags
    """(rows, columns)"""


def ask(dataset: Dataset, values: Array) -> Answer:
    """Return what the verifier says of the instance with these samples."""
    report = verify(with_frame(dataset, values), TRUST)
    named = boxes_of(report, values.shape)
    share = float(named.mean()) if report.pixels else _UNNAMED
    return Answer(report.verdict in (Verdict.AUTHENTIC, Verdict.PARTIAL), share, named)


def climb(
    start: Forgery, asking: Callable[[Array], Answer], random: np.random.Generator
) -> tuple[Array, list[Answer]]:
    """Return the forgery of which the verifier names least, and its answers to what was kept.

    start: the forgery as the forger wants it seen.
    """
    best = start.values
    kept = [asking(best)]
    for turn in range(1, CALLS):
        said = kept[-1]
        if said.proven:
            break
        tried = _step(best, said.named if said.named.any() else start.changed, random)
        answer = asking(tried)
        level = answer.share == said.share and turn % 2 == 1
        if answer.proven or answer.share < said.share or level:
            best = tried
            kept.append(answer)
    return best, kept


def _step(values: Array, place: Flags, random: np.random.Generator) -> Array:
    """Return values of which half of those in a place are changed by 1, within their range."""
    steps = random.choice((-1, 0, 0, 1), values.shape)
    moved = np.clip(values + steps * _spread(place, values), values.min(), values.max())
    return np.ascontiguousarray(moved).astype(values.dtype)


def _spread(place: Flags, values: Array) -> Array:
    """Return flags of samples for all channels, as numbers."""
    flags = place if values.ndim == 2 else place[:, :, np.newaxis]
    return flags.astype(np.int64)
