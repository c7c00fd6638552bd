"""Group G on seals, keys and formats: seals made, moved, rolled back, bent and broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from pydicom.dataset import Dataset

from benchmarks.attacks import edits
from benchmarks.attacks.forgery import Flags, compare
from benchmarks.contest.scenes import (
    ALTERED,
    AUTHENTIC,
    PARTIAL,
    REFUSED,
    UNSEALED,
    UNTRUSTED,
    Scene,
    Trial,
    Words,
    forge,
    with_frame,
)
from benchmarks.contest.sources import frame_of
from benchmarks.interop.hostile import EVERY
from benchmarks.marked import SIGNER, STRANGER, TRUST
from signing.dicom import block, part10
from signing.dicom.copies import fork
from signing.keys import FileSigner
from signing.restoration import restore
from signing.sealing import SealOptions, seal_dataset

STRUCTURE = (
    "another file's seal put beside",
    "second Pixel Data at the end",
    "second Patient ID beside the first",
    "second Patient ID at the end",
    "second attribute in an item",
    "Number of Frames raised",
    "Rows lowered",
    "second file meta group",
    "elements out of order",
    "bytes behind the data set",
    "program in the preamble",
    "200,000 nested sequences",
    "VR that does not exist",
    "length beyond the end of the file",
    "value cut off",
)
"""Attacks of benchmarks.interop on how a file is read, by name."""

Bend = Callable[[bytes], bytes]


def on_seals(scene: Scene) -> Iterator[Trial]:
    """Yield every trial of the group that is about seals, keys and formats."""
    yield from _sealing_anew(scene)
    yield from _confusing(scene)


def on_broken_seals(scene: Scene) -> Iterator[Trial]:
    """Yield G14: seals and files that are none any more."""
    yield from _bending(scene)
    for name in STRUCTURE:
        attack = EVERY[name]
        forged = forge(scene, attack)
        if forged is not None:
            yield Trial("G14", name, "T1", (forged,), frozenset({attack.verdict}))


def _sealing_anew(scene: Scene) -> Iterator[Trial]:
    """Yield G7, G9 and G15: seals by a key of one's own, by an older version, by a stolen key."""
    proved = PARTIAL if scene.marked else UNSEALED
    edited = _edit(scene)
    own = _seal_again(scene, edited.dataset, STRANGER)
    unknown = UNTRUSTED if scene.marked else UNSEALED
    yield edited.trial(scene, ("G7", "edited, sealed anew with a key of his own", "T3"), own,
                       UNTRUSTED, unknown)  # fmt: skip
    beside = fork(own)
    for body in block.read_blocks(scene.dataset):
        _put_beside(beside, body)
    yield edited.trial(scene, ("G7", "sealed anew, the true seal beside", "T3"), beside,
                       ALTERED, unknown)  # fmt: skip
    yield Trial("G9", "older sealed version", "T2", (scene.data,), AUTHENTIC, proved)
    if scene.marked:
        older = frame_of(_seal_again(scene, restore(scene.dataset, TRUST), SIGNER))
        data = part10.encode(with_frame(scene.dataset, older))
        forgery = compare(scene.values, older)
        named = "G9", "samples of an older version under newer tags", "T2"
        nowhere = np.zeros_like(forgery.changed)
        yield Trial(*named, (data,), ALTERED, proved, forgery, aimed=nowhere)
    stolen = _seal_again(scene, edited.dataset, SIGNER)
    yield edited.trial(scene, ("G15", "edited, sealed anew with the stolen key", "T4"), stolen,
                       AUTHENTIC, proved)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Edit:
    """The original with a blanked square, without a seal."""

    dataset: Dataset
    size: int
    """Edge of the square."""
    aimed: Flags
    """(rows, columns) what was blanked."""

    def trial(
        self, scene: Scene, named: tuple[str, str, str], forged: Dataset, tags: Words, bare: Words
    ) -> Trial:
        """Return the trial of it with a seal. bare: what is promised without the tags."""
        forgery = compare(scene.values, frame_of(forged))
        data, picture = part10.encode(forged), scene.picture(forgery)
        return Trial(*named, (data,), tags, bare, forgery, picture, self.size, self.aimed)


def _edit(scene: Scene) -> _Edit:
    """Return the original of a sealed file with a square blanked."""
    original = restore(scene.dataset, TRUST)
    values = frame_of(original)
    edge = min(64, *(n // 4 for n in values.shape[:2]))  # what is left must carry a mark
    box = (values.shape[0] // 3, values.shape[1] // 3, edge, edge)
    blanked = edits.blacken(values, box)
    return _Edit(with_frame(original, blanked.values), edge, blanked.changed)


def _seal_again(scene: Scene, dataset: Dataset, signer: FileSigner) -> Dataset:
    """Return an unsealed instance sealed by a signer, in the profile of the scene."""
    made = seal_dataset(dataset, signer, SealOptions(profile=scene.profile))
    assert made.profile == scene.profile, "what was blanked was too much for a mark"
    return made.dataset


def _put_beside(dataset: Dataset, found: block.SealBlock) -> None:
    """Add a seal block beside the one that is there, under a number of its own."""
    dataset.add_new(0x00770020, "LO", block.CREATOR)
    for element, body in zip(block.ELEMENTS, found.bodies, strict=True):
        if body is not None:
            value = len(body).to_bytes(4, "big") + body
            dataset.add_new(0x00772000 | element, "OB", value + bytes(len(value) % 2))


def _confusing(scene: Scene) -> Iterator[Trial]:
    """Yield G10: what is signed by one key passed off as another's, and weaker algorithms."""
    edited = _edit(scene)
    own = _seal_again(scene, edited.dataset, STRANGER)
    swaps = (
        (STRANGER.public_key, SIGNER.public_key),
        (STRANGER.key_id, SIGNER.key_id),
    )
    yield edited.trial(
        scene, ("G10", "his own seal under the trusted key's name", "T3"),
        _bent(own, partial(_swapped, swaps=swaps)), REFUSED, REFUSED,
    )  # fmt: skip
    for name, before, after in (
        ("algorithm EdDSA of any curve", b"\xa2\x01\x32\x03", b"\xa2\x01\x27\x03"),
        ("algorithm HMAC", b"\xa2\x01\x32\x03", b"\xa2\x01\x05\x03"),
        ("certificate passed off as statement", b"1/certificate", b"1/statement\0\0"),
        ("version of tomorrow", b"scanseal/1/", b"scanseal/2/"),
    ):  # fmt: skip
        if not scene.marked and "certificate" in name:
            continue
        bent = _bent(scene.dataset, partial(_swapped, swaps=((before, after),)))
        yield Trial("G10", name, "T1", (part10.encode(bent),), REFUSED)


def _swapped(body: bytes, swaps: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Return a body with some of its bytes exchanged for others of the same length."""
    for before, after in swaps:
        body = body.replace(before, after)
    return body


def _bending(scene: Scene) -> Iterator[Trial]:
    """Yield seals of which one body is no longer what it was.

    The salts in the disclosures may be broken for an attribute that archives may change: then the
    attribute is noted as changed, and the verdict stays.
    """
    found = block.read_blocks(scene.dataset)[0]
    for element in ("envelopes", "disclosures", "restoration", "cells"):
        body = getattr(found, element)
        for name, bend in _WAYS if body else ():
            bent = bend(body, scene.random)
            if bent == body:
                continue
            answers = REFUSED | AUTHENTIC if element == "disclosures" else REFUSED
            data = part10.encode(_with_body(scene.dataset, element, bent))
            yield Trial("G14", f"{element}, {name}", "T1", (data,), answers)


def _bent(dataset: Dataset, bend: Bend) -> Dataset:
    """Return a copy with the envelopes of its seal changed."""
    body = block.read_blocks(dataset)[0].envelopes
    return _with_body(dataset, "envelopes", bend(body or b""))


def _with_body(dataset: Dataset, element: str, body: bytes) -> Dataset:
    """Return a copy with another body in its seal."""
    changed = fork(dataset)
    found = block.read_blocks(dataset)[0]
    block.write_block(changed, replace(found, **{element: body}))
    return changed


def _flip(body: bytes, random: np.random.Generator) -> bytes:
    """Turn one bit."""
    place = int(random.integers(len(body)))
    turned = body[place] ^ 1 << int(random.integers(8))
    return body[:place] + bytes([turned]) + body[place + 1 :]


def _shorten(body: bytes, random: np.random.Generator) -> bytes:
    """Take the end away."""
    return body[: int(random.integers(len(body)))]


def _lengthen(body: bytes, random: np.random.Generator) -> bytes:
    """Put bytes behind the end."""
    return body + random.bytes(int(random.integers(1, 64)))


def _wipe(body: bytes, random: np.random.Generator) -> bytes:
    """Set a run of 16 bytes to zero."""
    place = int(random.integers(max(1, len(body) - 16)))
    return body[:place] + bytes(len(body[place : place + 16])) + body[place + 16 :]


def _scatter(body: bytes, random: np.random.Generator) -> bytes:
    """Write noise over the whole."""
    return random.bytes(len(body))


def _double(body: bytes, random: np.random.Generator) -> bytes:
    """Write the whole twice."""
    return body + body


_WAYS: tuple[tuple[str, Callable[[bytes, np.random.Generator], bytes]], ...] = (
    ("one bit turned", _flip),
    ("cut short", _shorten),
    ("bytes behind", _lengthen),
    ("sixteen zeros", _wipe),
    ("noise", _scatter),
    ("twice", _double),
)
