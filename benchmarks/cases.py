"""The matrix of attacks and sizes that a marked frame is put through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.attacks import (
    chunks,
    collage,
    damage,
    edits,
    lesions,
    moves,
    nullspace,
    points,
    remarking,
    textures,
    transplant,
)
from benchmarks.attacks.forgery import Array, Forgery, compare, draw_box
from benchmarks.marked import STRANGER, Marked, marking_of
from watermark.tiles import Box

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Edges of the attacked squares, in samples."""
SHARES = (10, 30, 49)
"""Percent of the carrying tiles that are destroyed within the signed tolerance."""
BEYOND = (60, 80)
FORGED = (10, 24)
"""Percent of the carrying tiles whose checks are forged and still located."""
FORGED_BEYOND = (30, 60)
TEXT = b"FORGED "
_TRIES = 8
"""Places that are tried until an attack changes anything."""

Random = np.random.Generator
Local = Callable[["Scene", Box], Forgery]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A marked frame, one that was sealed with the same key, and dice."""

    marked: Marked
    donor: Marked
    random: Random

    @property
    def values(self) -> Array:
        """The frame under attack."""
        return self.marked.samples.values

    @property
    def theirs(self) -> Array:
        """The other frame."""
        return self.donor.samples.values


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One attack on one frame."""

    family: str
    """"local", "point", "parity", "damage", "mended", "forged" or "mark"."""
    attack: str
    size: int
    """Edge in samples, percent of the carrying tiles, or 0 for the whole frame."""
    forgery: Forgery


def _copy(scene: Scene, box: Box) -> Forgery:
    corner = draw_box(scene.random, scene.values.shape, max(box[2:]))[:2]
    return moves.copy(scene.values, box, corner)


LOCAL: dict[str, tuple[int, Local]] = {
    "collage, same place": (1, lambda s, box: collage.paste(s.values, s.theirs, box)),
    "copy-move": (1, _copy),
    "content only, 2 bits kept": (
        1,
        lambda s, box: edits.replace_high_bits(s.values, s.theirs, box, 2),
    ),
    "content only, parities kept": (1, lambda s, box: edits.keep_parities(s.values, box)),
    "black fill": (1, lambda s, box: edits.blacken(s.values, box)),
    "white fill": (1, lambda s, box: edits.whiten(s.values, box)),
    "constant fill": (
        1,
        lambda s, box: edits.fill(s.values, box, int(np.median(s.values))),
    ),
    "noise by 1": (1, lambda s, box: textures.jitter(s.values, box, s.random)),
    "blur": (1, lambda s, box: textures.blur(s.values, box)),
    "lesion added": (4, lambda s, box: lesions.add(s.values, box)),
    "lesion removed": (4, lambda s, box: lesions.remove(s.values, box)),
    "vector quantisation, cells": (16, lambda s, box: _quantise(s, box, 8)),
    "vector quantisation, tiles": (64, lambda s, box: _quantise(s, box, 32)),
}
"""Attacks on a square anywhere in the frame, with the least edge that makes sense."""


def _quantise(scene: Scene, box: Box, edge: int) -> Forgery:
    """Draw the frame's own mirror image in the box, of squares of both sealed frames."""
    wanted = scene.values[:, ::-1]
    return collage.quantise(scene.values, wanted, [scene.theirs, scene.values], box, edge)


def all_cases(scene: Scene) -> Iterator[Case]:
    """Yield every case; those that change nothing are left out."""
    made = [_local(scene), _swaps(scene), _points(scene), _parities(scene), _damage(scene)]
    for cases in (*made, _mended(scene), _forged(scene), _marks(scene)):
        yield from (case for case in cases if case.forgery.changed.any())


def _local(scene: Scene) -> Iterator[Case]:
    """Yield the attacks on one square, at every size that fits into the frame."""
    shape = scene.values.shape
    for name, (least, attack) in LOCAL.items():
        for size in (s for s in SIZES if least <= s < min(shape[:2])):
            for _ in range(_TRIES):
                forgery = attack(scene, draw_box(scene.random, shape, size))
                if forgery.changed.any():
                    yield Case("local", name, size, forgery)
                    break


def _swaps(scene: Scene) -> Iterator[Case]:
    """Yield two squares exchanged, one in each half of the frame."""
    rows, columns = scene.values.shape[:2]
    for size in (s for s in SIZES if s <= min(rows, columns // 2)):
        top, left, _, _ = draw_box(scene.random, (rows, columns // 2), size)
        other, right, _, _ = draw_box(scene.random, (rows, columns // 2), size)
        corner = (other, columns // 2 + right)
        yield Case("local", "swap", size, moves.swap(scene.values, (top, left, size, size), corner))


def _points(scene: Scene) -> Iterator[Case]:
    """Yield one sample moved by 1, and each bit of one sample turned."""
    samples = scene.marked.samples
    for _ in range(8):
        place = _draw_place(scene)
        value = int(samples.values[place])
        by = 1 if value < samples.limits[1] and scene.random.integers(2) else -1
        by = 1 if value == samples.limits[0] else by
        yield Case("point", "one sample by 1", 1, points.step(samples.values, place, by))
    for weight in range(samples.bits):
        forgery = points.flip_bit(samples.values, _draw_place(scene), weight, samples.bits)
        yield Case("point", "one bit, any weight", 1, forgery)


def _draw_place(scene: Scene) -> tuple[int, ...]:
    """Return the index of any one sample."""
    return tuple(int(scene.random.integers(size)) for size in scene.values.shape)


def _parities(scene: Scene) -> Iterator[Case]:
    """Yield changes that neither syndromes nor digests show."""
    samples, claims = scene.marked.samples, scene.marked.description
    tiles = scene.random.permutation(np.flatnonzero(claims.carrying))[:4].tolist()
    forgery = nullspace.flip_lightest(samples, claims, tiles[0], 60)
    yield Case("parity", "null space, fewest flips", 0, forgery)
    forgery = nullspace.write_message(samples, claims, tiles, TEXT)
    yield Case("parity", "null space, a text in 4 tiles", 0, forgery)


def _damage(scene: Scene) -> Iterator[Case]:
    """Yield tiles destroyed in patterns, within the tolerance and beyond it."""
    claims = scene.marked.description
    for pattern in damage.PATTERNS:
        for share in (*SHARES, *BEYOND):
            seed = int(scene.random.integers(1 << 30))
            chosen = damage.choose_tiles(
                pattern, claims.layout.coding, claims.carrying, share / 100, seed
            )
            boxes = [claims.layout.coding.box(index) for index in chosen]
            forgery = damage.destroy(scene.values, boxes, scene.random)
            yield Case("damage", f"damage, {pattern}", share, forgery)


def _mended(scene: Scene) -> Iterator[Case]:
    """Yield edits of the content whose tiles are given their true message bits again."""
    marked = scene.marked
    for size in (s for s in (8, 32, 128) if s < min(scene.values.shape[:2])):
        box = draw_box(scene.random, scene.values.shape, size)
        edited = edits.replace_high_bits(scene.values, scene.theirs, box, 2)
        frame = marked.like(edited.values)
        mended = chunks.rewrite_payload(frame, marked.description, marked.payload)
        forgery = compare(scene.values, mended.values)
        yield Case("mended", "content only, bits written anew", size, forgery)


def _forged(scene: Scene) -> Iterator[Case]:
    """Yield random chunks under the true tag."""
    claims = scene.marked.description
    for share in (*FORGED, *FORGED_BEYOND):
        seed = int(scene.random.integers(1 << 30))
        tiles = damage.choose_tiles(
            "random", claims.layout.coding, claims.carrying, share / 100, seed
        )
        forgery = chunks.forge_checks(scene.marked.samples, claims, tiles, scene.random)
        yield Case("forged", "forged checks", share, forgery)


def _marks(scene: Scene) -> Iterator[Case]:
    """Yield marks carried over and marks written over, held against the first image's seal."""
    ours, theirs, claims = scene.marked.samples, scene.donor.samples, scene.marked.description
    for name, copy in (
        ("mark into another image, bits", transplant.copy_bits),
        ("mark into another image, parities", transplant.copy_parities),
        ("closing tile into another image", transplant.copy_closing),
    ):
        host = copy(ours, theirs, claims)
        yield Case("mark", name, 0, compare(ours.values, host.values))
    marking = marking_of("stranger", claims.profile.name, STRANGER)
    yield Case("mark", "marked over by a stranger", 0, remarking.mark_over(ours, marking))
