"""Group G on the samples: who knows the seal and holds other images sealed with the same key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import numpy as np

import watermark
from benchmarks.attacks import chunks, collage, edits, moves, remarking, transplant
from benchmarks.attacks.forgery import Array, Flags, Forgery, compare, draw_box
from benchmarks.contest.climbing import CALLS, ask, climb
from benchmarks.contest.scenes import (
    ALTERED,
    PARTIAL,
    UNSEALED,
    UNTRUSTED,
    Scene,
    Trial,
    Words,
    samples_of,
    with_frame,
    with_seal,
    without_tags,
)
from benchmarks.contest.sources import frame_of
from benchmarks.marked import STRANGER, TRUST, marking_of
from signing import payload
from signing.dicom import part10
from signing.restoration import restore
from watermark.errors import DoesNotFit
from watermark.parameters import TILE
from watermark.tiles import Box

EDGE = 64
"""Of the attacked squares."""
TOLERATED = 0.4
"""Share of the tiles that may surely be lost; blank ones lower the 0.49 of those that carry."""
WHOLE = (
    "lowest bits zeroed",
    "all carriers drawn anew",
    "whole picture of another seal",
    "whole picture of tiles of many seals",
    "recovery data replaced by others",
)
"""Attacks on the whole frame."""
_SWAP = "two tiles of the image swapped"
LOST = ALTERED | UNSEALED
"""A mark of which too little is left is broken, or no longer told from none."""


def on_samples(scene: Scene) -> Iterator[Trial]:
    """Yield every trial of the group in which samples are changed."""
    yield from _stripping(scene)
    yield from _pasting(scene)
    yield from _keeping(scene)
    if scene.marked:
        yield from _rewriting(scene)
    yield from _climbing(scene)


def _trial(
    scene: Scene,
    named: tuple[str, str, str],
    forgery: Forgery,
    after: Words,
    aimed: Flags | None = None,
) -> Trial:
    """Return the trial of a forgery under the true tags: altered. after: without the tags."""
    group, attack, level = named
    data = scene.received(scene.dataset, forgery)
    picture = scene.picture(forgery)
    size = 0 if attack in WHOLE else TILE if attack == _SWAP else EDGE
    after = _left(forgery) if after == ALTERED else after
    return Trial(group, attack, level, (data,), ALTERED, after, forgery, picture, size, aimed)


def _stripping(scene: Scene) -> Iterator[Trial]:
    """Yield G1 and G2: what takes the seal, or what carries, off."""
    bare = without_tags(scene.dataset)
    kept = PARTIAL if scene.marked else UNSEALED
    yield Trial("G1", "tags stripped", "T1", (part10.encode(bare),), kept)
    black = edits.blacken(scene.values, _box(scene))
    if black.changed.any():
        data = scene.received(bare, black)
        found = _left(black) if scene.marked else UNSEALED
        named = "G1", "tags stripped, square blanked", "T1"
        picture = scene.picture(black)
        yield Trial(*named, (data,), found, frozenset(), black, picture, EDGE)
    original = restore(scene.dataset, TRUST)
    taken = (part10.encode(original),)
    yield Trial("G1", "seal taken off by its own record", "T1", taken, UNSEALED)
    zeroed = _within(scene, scene.values.astype(np.int64) & ~1)
    nowhere = np.zeros_like(zeroed.changed)
    yield _trial(scene, ("G2", "lowest bits zeroed", "T1"), zeroed, LOST, nowhere)
    if scene.marked:
        drawn = watermark.redraw(scene.samples, bytes(range(16)))
        redrawn = compare(scene.values, drawn.values)
        yield _trial(scene, ("G2", "all carriers drawn anew", "T1"), redrawn, LOST, nowhere)
        bared = part10.encode(with_frame(bare, redrawn.values))
        named = "G2", "tags stripped, carriers drawn anew", "T1"
        yield Trial(*named, (bared,), LOST, forgery=redrawn, aimed=nowhere)


def _pasting(scene: Scene) -> Iterator[Trial]:
    """Yield G3 and G4: parts of images of the same key, and of the same image.

    Squares lie on the grid of the tiles, so that whole tiles are exchanged.
    """
    box = _on_grid(_box(scene))
    values, theirs = scene.values, scene.theirs
    pasted = collage.paste(values, theirs, box)
    wanted = edits.blacken(values, box).values
    drawn = collage.quantise_in_place(values, wanted, scene.pool, box, TILE)
    moved = collage.quantise(values, wanted, scene.pool, box, 8)
    swapped = _swap(scene)
    for name, forgery in (
        (("G3", "square of another image, same place", "T2"), pasted),
        (("G3", "vector quantisation, tiles in place", "T2"), drawn),
        (("G3", "vector quantisation, cells of any place", "T2"), moved),
        (("G4", _SWAP, "T1"), swapped),
    ):
        if forgery.changed.any():
            yield _trial(scene, name, forgery, ALTERED)
    frame = (0, 0, *values.shape[:2])
    tiled = collage.quantise_in_place(values, values, scene.pool, frame, TILE)
    yield _trial(scene, ("G3", "whole picture of tiles of many seals", "T2"), tiled, LOST)
    whole = collage.paste(values, theirs, frame)
    yield _trial(scene, ("G3", "whole picture of another seal", "T2"), whole, PARTIAL)


def _keeping(scene: Scene) -> Iterator[Trial]:
    """Yield G5: what is seen changes, what carries stays."""
    box = _box(scene)
    for name, forgery in (
        ("high bits changed, lowest kept", edits.replace_high_bits(
            scene.values, scene.theirs, box, 1)),
        ("all parities kept", edits.keep_parities(scene.values, box)),
    ):  # fmt: skip
        if forgery.changed.any():
            yield _trial(scene, ("G5", name, "T1"), forgery, ALTERED)


def _rewriting(scene: Scene) -> Iterator[Trial]:
    """Yield G6, G8, G12 and G13: marks made, moved and put back with what is public."""
    blanked = edits.blacken(scene.values, _box(scene))
    edited = scene.samples.with_planes(_planes(blanked.values))
    marking = marking_of(f"wrong key {scene.source.path}", scene.profile, STRANGER)
    with suppress(DoesNotFit):  # what was blanked carries nothing, and may be too much
        over = remarking.mark_over(edited, marking)
        forged = compare(scene.values, over.values)
        named = "G6", "edited, marked again with a wrong key", "T3"
        yield _trial(scene, named, forged, UNTRUSTED, blanked.changed)
    original = restore(scene.dataset, TRUST)
    blanked = edits.blacken(frame_of(original), _box(scene))
    host = samples_of(original).with_planes(_planes(blanked.values))
    back = transplant.copy_bits(scene.samples, host, scene.description)
    forged = compare(scene.values, back.values)
    named = "G12", "restored, edited, mark put back", "T1"
    yield _trial(scene, named, forged, ALTERED, blanked.changed)
    yield from _transplanting(scene)
    poisoned = _poison(scene)
    if poisoned is not None:
        attack = ("G13", "recovery data replaced by others", "T1")
        yield _trial(scene, attack, poisoned, ALTERED, np.zeros_like(poisoned.changed))


def _transplanting(scene: Scene) -> Iterator[Trial]:
    """Yield G8: the seal of one image on another one that was never sealed."""
    bare = scene.source.donor
    data = part10.encode(with_seal(bare, scene.dataset))
    other = compare(scene.values, frame_of(bare))
    yield Trial("G8", "tags on another image", "T1", (data,), ALTERED, UNSEALED, other)
    host = transplant.copy_bits(scene.samples, samples_of(bare), scene.description)
    moved = compare(scene.values, host.values)
    data = part10.encode(with_seal(with_frame(bare, moved.values), scene.dataset))
    named, picture = ("G8", "tags and mark on another image", "T1"), scene.picture(moved)
    yield Trial(*named, (data,), ALTERED, ALTERED, moved, picture)


def _poison(scene: Scene) -> Forgery | None:
    """Return the frame with other recovery data in its payload, None where there is no room."""
    reading = watermark.extract(scene.samples)
    if reading.payload is None:
        return None
    parts = payload.unpack(reading.payload)
    capacity = scene.description.capacity
    room = capacity - parts.size + len(parts.recovery)
    if room < 1:
        return None
    false = payload.Payload(parts.seed, parts.signature, parts.claims, scene.random.bytes(room))
    packed = payload.pack(false, capacity)
    return chunks.rewrite_payload(scene.samples, scene.description, packed)


def _climbing(scene: Scene) -> Iterator[Trial]:
    """Yield G11: a forger who asks the verifier, keeps what looks better, and asks again."""
    start = edits.blacken(scene.values, _box(scene))
    if not start.changed.any():
        return
    for way, asked in (("tags", scene.dataset), ("samples alone", without_tags(scene.dataset))):
        best, _ = climb(start, partial(ask, asked), scene.random)
        forgery, named = compare(scene.values, best), ("G11", f"{CALLS} questions, {way}", "T3")
        yield _trial(scene, named, forgery, ALTERED, start.changed)


def _left(forgery: Forgery) -> Words:
    """Return what is promised of the samples alone: `altered` within the tolerance of the mark.

    In a frame of few tiles a square touches so many that too little of the mark may be left.
    """
    rows, columns = (n // TILE for n in forgery.changed.shape)
    whole = forgery.changed[: rows * TILE, : columns * TILE]
    tiles = whole.reshape(rows, TILE, columns, TILE).any(axis=(1, 3))
    return LOST if tiles.mean() > TOLERATED else ALTERED


def _swap(scene: Scene) -> Forgery:
    """Return the frame with two tiles exchanged, which is what a forger of tiles would do."""
    rows, columns = (n // TILE for n in scene.values.shape[:2])
    first = (rows // 2 * TILE, columns // 3 * TILE, TILE, TILE)
    return moves.swap(scene.values, first, (rows // 3 * TILE, columns // 2 * TILE))


def _box(scene: Scene) -> Box:
    """Return the square that is attacked: where the picture varies most, of several drawn."""
    random = np.random.default_rng(scene.values.size)
    boxes = [draw_box(random, scene.values.shape, EDGE) for _ in range(16)]
    return max(
        boxes, key=lambda b: float(scene.values[b[0] : b[0] + EDGE, b[1] : b[1] + EDGE].std())
    )


def _on_grid(box: Box) -> Box:
    """Return a box of the same size whose corner is that of a tile."""
    top, left, height, width = box
    return top // TILE * TILE, left // TILE * TILE, height, width


def _within(scene: Scene, values: Array) -> Forgery:
    """Return values as a forgery, kept in the range of the frame."""
    low, high = int(scene.values.min()), int(scene.values.max())
    return compare(scene.values, np.clip(values, low, high))


def _planes(values: Array) -> Array:
    """Return (channels, rows, columns) int32."""
    planes = values[np.newaxis] if values.ndim == 2 else np.moveaxis(values, 2, 0)
    return np.ascontiguousarray(planes, dtype=np.int32)
