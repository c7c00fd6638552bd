"""What a contestant is put through on one picture: its cost, and four forgeries of what it made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

import numpy as np

from benchmarks.active.contestant import Contestant, Protected, Unfit
from benchmarks.active.hiding import Hidden, Hiding, call
from benchmarks.attacks import edits, moves, points
from benchmarks.attacks.forgery import Array, Flags, Forgery, draw_box
from benchmarks.contest.pictures import Picture
from watermark.quality import psnr, ssim

Result = TypeVar("Result")

ROUNDS = 3
"""Repetitions of which the least time counts: of the processor, which others do not disturb."""
EDGES = (32, 128)
"""Of the squares that are blanked."""


@dataclass
class PeerRow:
    """One contestant on one picture."""

    contestant: str
    image: str
    patient: str
    kind: str
    rows: int
    columns: int
    channels: int
    bits: int
    refused: str = ""
    """Why it does not take the picture."""
    protect_ms: float = 0.0
    judge_ms: float = 0.0
    """Of the picture as it left."""
    psnr: float = 0.0
    """dB at the peak of the bits stored; 0 for a picture that did not change."""
    ssim: float = 0.0
    largest: int = 0
    """Change of one sample."""
    reversible: bool = False
    """Whether the picture comes back bit for bit."""
    verdict: str = ""
    """On the picture as it left."""
    alarm: bool = False
    """On the picture as it left: a false one."""
    mono_verdict: str = ""
    """On the green channel alone, for who was handed one channel and gave back three."""
    alarms: dict[str, bool] = field(default_factory=dict)
    """By forgery."""
    verdicts: dict[str, str] = field(default_factory=dict)
    """By forgery."""
    iou: dict[str, float] = field(default_factory=dict)
    """By forgery, intersection over union with the samples that were changed; who places alone."""


def take(contestant: Contestant, picture: Picture, row: PeerRow) -> PeerRow:
    """Fill a row."""
    try:
        took, made = _protect(contestant, picture)
    except Unfit as unfit:
        row.refused = unfit.reason
        return row
    row.protect_ms = took
    row.judge_ms = _judge(made)
    left, before = made.picture.values, _like(picture.values, made.picture.values)
    first = made.judge(made.picture)
    row.verdict, row.alarm = first.verdict, first.alarm
    peak = (1 << picture.bits) - 1
    if not np.array_equal(left, before):
        row.psnr, row.ssim = psnr(before, left, peak), ssim(before, left, peak)
        row.largest = int(np.abs(left.astype(np.int64) - before).max())
    else:
        row.ssim = 1.0
    back = made.restore()
    row.reversible = back is not None and np.array_equal(back.values, picture.values)
    if left.ndim > picture.values.ndim:
        mono = np.ascontiguousarray(left[:, :, 1])
        row.mono_verdict = made.judge(picture.like(mono)).verdict
    for name, forgery in forge(left, row.image):
        said = made.judge(made.picture.like(forgery.values))
        row.alarms[name], row.verdicts[name] = said.alarm, said.verdict
        if said.named is not None:
            row.iou[name] = overlap(said.named, forgery.changed)
    return row


def forge(values: Array, label: str) -> Iterator[tuple[str, Forgery]]:
    """Yield the same forgeries of what every contestant made, those that change anything."""
    seed = int.from_bytes(sha256(f"peers {label}".encode()).digest()[:8], "big")
    random = np.random.default_rng(seed)
    shape = values.shape
    for edge in EDGES:
        box = draw_box(random, shape, edge)
        yield from _if_changed(f"blanked {edge}x{edge}", edits.blacken(values, box))
    place = (*(int(random.integers(n)) for n in shape[:2]), *([1] * (values.ndim - 2)))
    yield "one sample by 1", points.step(values, place, 1)
    source, target = draw_box(random, shape, 32), draw_box(random, shape, 32)
    yield from _if_changed("copy-move 32x32", moves.copy(values, source, target[:2]))


def overlap(named: Flags, changed: Flags) -> float:
    """Return intersection over union, 0 to 1."""
    return float((named & changed).sum() / max(1, (named | changed).sum()))


def _if_changed(name: str, forgery: Forgery) -> Iterator[tuple[str, Forgery]]:
    """Yield a forgery unless it is none."""
    if forgery.changed.any():
        yield name, forgery


def _protect(contestant: Contestant, picture: Picture) -> tuple[float, Protected]:
    """Return the least time of protecting in ms, and what was made. Raises Unfit."""
    if isinstance(contestant, Hiding):
        hidden = contestant.protect(picture, "peers", ROUNDS)
        return hidden.took, hidden
    contestant.protect(picture, "peers")  # warm
    return _least(lambda: contestant.protect(picture, "peers"))


def _judge(made: Protected) -> float:
    """Return the least time of judging the picture as it left, in ms."""
    if isinstance(made, Hidden):
        return float(call("reveal", made.picture, ROUNDS)[0]["took"])
    made.judge(made.picture)  # warm
    return _least(lambda: made.judge(made.picture))[0]


def _least(work: Callable[[], Result]) -> tuple[float, Result]:
    """Return the least time in ms, and the last result."""
    took = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        result = work()
        took.append(time.process_time() - begin)
    return min(took) * 1000, result


def _like(values: Array, other: Array) -> Array:
    """Return a picture with as many channels as another one."""
    same = values.ndim == other.ndim
    return values if same else np.repeat(values[:, :, np.newaxis], other.shape[2], axis=2)
