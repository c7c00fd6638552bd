"""Group H: what happens to images in good faith. None may alarm but where a page says so."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import UID

from benchmarks.contest.scenes import (
    ALTERED,
    AUTHENTIC,
    PARTIAL,
    UNSEALED,
    Scene,
    Trial,
    edited,
    without_tags,
)
from benchmarks.interop.programs import ROUTES
from benchmarks.interop.tampering import ATTACKS
from signing.dicom import part10
from signing.dicom.limits import EXPLICIT_BIG
from signing.errors import NotRedactable
from signing.redaction.release import redact

GROUPS = {
    "save_as": "H6",
    "save_as, implicit": "H2",
    "save_as, implicit, then explicit": "H2",
    "save_as, deflated": "H2",
    "compress, RLE": "H2",
    "compress, JPEG-LS": "H2",
    "compress, JPEG 2000": "H2",
    "compress, JPEG 2000, then decompress": "H2",
    "issuer of the patient's ID": "H5",
    "order data": "H5",
    "contributing equipment appended": "H5",
    "archive's private block": "H5",
    "private blocks of others removed": "H5",
    "the seal's block moved": "H5",
    "spaces behind text": "H6",
    "file meta written anew": "H6",
    "where it can be retrieved": "H6",
    "preamble of a TIFF": "H6",
}
"""Routes of benchmarks.interop.programs that run in this process, and their groups."""

UNENCODED = (ValueError, RuntimeError, NotImplementedError)
"""What encoders raise for pictures that they do not take."""


def on_controls(scene: Scene) -> Iterator[Trial]:
    """Yield every trial of the group."""
    kept = PARTIAL if scene.marked else UNSEALED
    yield Trial("H1", "copied", "T0", (scene.data,), AUTHENTIC, kept)
    for name, data in _routed(scene.data):
        yield Trial(GROUPS[name], name, "T0", (data,), AUTHENTIC, kept)
    if scene.values.dtype.itemsize == 2:
        yield Trial("H2", "big endian", "T0", (big_endian(scene.dataset),), AUTHENTIC, kept)
    with suppress(NotRedactable):  # where the profile takes out what gives samples a meaning
        shared = redact(scene.dataset, basic_profile=True)
        yield Trial("H3", "de-identified, `redact`", "T0", (part10.encode(shared),), PARTIAL, kept)
    bare = part10.encode(without_tags(scene.dataset))
    yield Trial("H4", "private tags removed", "T0", (bare,), kept)
    overlay = ATTACKS["overlay inserted"].forge(scene.data, scene.other)
    yield Trial("H5", "overlay added", "T0", (overlay,), ALTERED, kept)
    window = edited(scene.dataset, _window)
    yield Trial("H8", "window changed in the file", "T0", (window,), ALTERED, kept)


def _routed(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what each route makes of a file, where it takes it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.dcm", Path(folder) / "target.dcm"
        source.write_bytes(data)
        for name in GROUPS:
            try:
                ROUTES[name].take(source, target)
            except UNENCODED:
                continue
            yield name, target.read_bytes()


def big_endian(dataset: Dataset) -> bytes:
    """Return a native instance of 16-bit words in explicit big endian."""
    copy = part10.parse(part10.encode(dataset)).dataset
    copy["PixelData"].VR = "OW"
    for one in copy.iterall():  # converts values: raw ones would be written in their old byte order
        if one.VR == "OW":  # overlays too are words
            one.value = np.frombuffer(one.value, "<u2").byteswap().tobytes()
    copy.file_meta.TransferSyntaxUID = UID(EXPLICIT_BIG)
    return part10.encode(copy)


def _window(dataset: Dataset) -> None:
    """Write a window of one's own."""
    dataset.WindowCenter, dataset.WindowWidth = "55", "420"
