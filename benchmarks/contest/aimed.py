"""Attacks on the seal, and copies in good faith, as passive detectors get them.

A file of the contest is sealed whole, in the profile of which detectors see sealed pictures. What
group G makes of its samples, and all that group H makes of the file, is decoded as a reader decodes
what it received, and is shown like the picture of the collection: the same window of the frame,
over the same range of values.

Left out are trials that hold no picture of their own: the samples as sealed under tags that are
stripped, bent or confused (G1, G10, G14), the original (G1, the seal taken off by its record), an
image as it was sealed before (G9), an original under the tags of another (G8), and without tags
what is there with tags (G2). Where an attack changes the mark besides what is seen (G6, G7, G10 to
G12, G15), detectors should point at what is seen; where it changes the mark alone (G2, G13), at
nothing.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import shake_256
from itertools import chain
from operator import itemgetter
from pathlib import Path

from benchmarks.attacks.forgery import compare
from benchmarks.contest.adaptive import on_samples
from benchmarks.contest.collection import Collection, Image, donor_for
from benchmarks.contest.controls import on_controls
from benchmarks.contest.counterfeits import on_seals
from benchmarks.contest.exposing import Exposure
from benchmarks.contest.scenes import Scene, scene_of
from benchmarks.contest.sources import Source, frame_of, measured, native, put, turned
from benchmarks.seals import Judge
from signing.dicom import part10
from signing.dicom.copies import fork
from signing.dicom.geometry import measure
from signing.errors import SigningError

PROFILE = "standard"
LARGEST = 512
"""Edge of the largest frame of which a file is taken."""
_CONTROL = "H"


def aimed_exposures(collection: Collection, most: int) -> Iterator[Exposure]:
    """Yield what becomes of the files of `aimed_sources`, in the same way in every run.

    A picture that cannot hold a mark of the profile gives none.
    """
    for image, source in aimed_sources(collection, most):
        with _foreseen(image.name):
            found = list(_exposures(image, source))
        yield from found


def aimed_sources(collection: Collection, most: int) -> Iterator[tuple[Image, Source]]:
    """Yield a picture of each of at most `most` test patients, and a file that holds it.

    Taken are DICOM files of one grey frame of at most `LARGEST` samples an edge; kinds take turns.
    The other picture of the same format is the donor of the contest.
    """
    images = collection.images("test", 1, 1)
    found: dict[str, tuple[Image, Path]] = {}
    for image in images:
        path = collection.file_of(image)
        if path is not None and image.picture.values.ndim == 2 and _is_single(path):
            found.setdefault(image.role.patient, (image, path))
    kinds = Counter[str]()
    turns = []
    for image, path in found.values():
        turns.append((kinds[image.role.kind], image, path))
        kinds[image.role.kind] += 1
    for _, image, path in sorted(turns, key=itemgetter(0))[:most]:
        yield image, _source(image, path, images)


def _is_single(path: Path) -> bool:
    """Return whether a file is of DICOM, of one frame, and not too large."""
    try:
        geometry = measure(part10.read(path).dataset)
    except SigningError:
        return False
    if geometry is None:
        return False
    return geometry.frames == 1 and max(geometry.rows, geometry.columns) <= LARGEST


def _source(image: Image, path: Path, images: list[Image]) -> Source:
    """Return the file with the picture as its frame, and with another."""
    dataset = native(path)
    stored = measured(dataset).stored
    own, theirs = (
        put(fork(dataset), values, stored)
        for values in (image.picture.values, donor_for(image, images))
    )
    return Source(image.name, image.role.patient, image.role.kind, own, theirs)


@contextmanager
def _foreseen(label: str) -> Iterator[None]:
    """Let seals take ids and seeds that follow from a label, so that every run draws the same."""
    true, count = secrets.token_bytes, 0

    def draw(nbytes: int | None = None) -> bytes:
        nonlocal count
        count += 1
        return shake_256(f"aimed {label} {count}".encode()).digest(nbytes or 32)

    secrets.token_bytes = draw
    try:
        yield
    finally:
        secrets.token_bytes = true


def _exposures(image: Image, source: Source) -> Iterator[Exposure]:
    """Yield what detectors see of one file, sealed and attacked, with what the verifier says."""
    scene = _scene(source)
    if scene is None:
        return
    judge = Judge(image.name, image.role.patient, image.role.kind)
    for trial in chain(on_samples(scene), on_seals(scene), on_controls(scene)):
        benign = trial.group.startswith(_CONTROL)
        if trial.picture is None and not benign:
            continue
        forgery = compare(scene.values, frame_of(part10.parse(trial.files[0]).dataset))
        if forgery.changed.any() or benign:
            known = forgery if forgery.changed.any() else None
            judge.take(PROFILE, iter([replace(trial, forgery=known)]))
            row = judge.rows[trial.group, trial.attack]
            picture = image.picture.like(forgery.values)
            aimed = forgery.changed if trial.aimed is None else trial.aimed
            yield Exposure(row, picture, aimed, forgery.changed)


def _scene(source: Source) -> Scene | None:
    """Return the file sealed; for a donor that holds no mark the picture stands in, turned."""
    scene = scene_of(source, PROFILE)
    return scene or scene_of(replace(source, donor=turned(source.dataset)), PROFILE)
