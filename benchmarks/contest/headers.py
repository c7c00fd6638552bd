"""Group F: what a picture says of itself is changed, and no sample of it.

Most attacks are those of benchmarks.interop.tampering, on the bytes of files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydicom.dataset import Dataset
from pydicom.uid import UID

from benchmarks.contest.scenes import (
    ALTERED,
    AUTHENTIC,
    PARTIAL,
    UNSEALED,
    Scene,
    Trial,
    Words,
    edited,
    forge,
    with_frame,
    with_seal,
    without_tags,
)
from benchmarks.interop.tampering import ATTACKS
from signing.dicom import part10

BORROWED = {
    "patient swapped": "F1",
    "patient swapped, salts dropped": "F1",
    "patient swapped, explained by Original Attributes": "F1",
    "patient swapped, amended by a stranger": "F1",
    "laterality inserted": "F3",
    "spacing changed": "F4",
    "position changed": "F4",
    "spacing in an item of the order": "F4",
    "spacing in a frame's macro": "F4",
    "rescale changed": "F5",
    "rescale in a private sequence": "F5",
    "window inserted": "F6",
    "VOI table inserted": "F6",
    "overlay inserted": "F6",
    "shutter inserted": "F6",
    "study swapped": "F7",
    "seal and signature under another header": "F8",
    "tube voltage changed": "F9",
}
"""Attacks of benchmarks.interop.tampering and their groups."""

Change = Callable[[Dataset], object]


def _identify(dataset: Dataset) -> None:
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.4.5")


def _turn(dataset: Dataset) -> None:
    old = dataset.get("PatientOrientation") or ["L", "P"]
    dataset.PatientOrientation = ["R" if old[0] == "L" else "L", old[-1]]


def _rejuvenate(dataset: Dataset) -> None:
    dataset.PatientBirthDate, dataset.PatientSex = "19010101", "O"


def _redate(dataset: Dataset) -> None:
    dataset.AcquisitionDate, dataset.ContentTime = "19990101", "010203"


OWN: dict[str, tuple[str, Change]] = {
    "patient's birth date and sex": ("F1", _rejuvenate),
    "date of the study": ("F2", lambda d: setattr(d, "StudyDate", "19990101")),
    "date and time of acquisition": ("F2", _redate),
    "patient orientation turned": ("F3", _turn),
    "SOP instance": ("F7", _identify),
    "series": ("F7", lambda d: setattr(d, "SeriesInstanceUID", "1.2.3.4.6")),
    "institution": ("F9", lambda d: setattr(d, "InstitutionName", "ELSEWHERE")),
}
"""Attacks on attributes by name."""

GRADED = {
    "patient swapped, salts dropped": ALTERED | PARTIAL,
    "tube voltage changed": ALTERED | AUTHENTIC,
    "date and time of acquisition": ALTERED | AUTHENTIC,
    "institution": AUTHENTIC,
}
"""Other answers than `altered`. A salt that was never there cannot be dropped: what is put in the
place of an attribute that was absent is a contradiction. What archives may change or add is noted
in the report and does not change the verdict (docs/spec/attributes.md)."""


def on_headers(scene: Scene) -> Iterator[Trial]:
    """Yield every trial of the group.

    Without the tags nothing is left that knows the header: the samples prove themselves, and the
    promise is `partial`, which says so.
    """
    kept = PARTIAL if scene.marked else UNSEALED
    for name, group in BORROWED.items():
        attack = ATTACKS[name]
        forged = forge(scene, attack)
        answers = GRADED.get(name, frozenset({attack.verdict}))
        if forged is not None:
            yield Trial(group, name, "T0", (forged,), answers, kept)
    for name, (group, change) in OWN.items():
        forged = edited(scene.dataset, change)
        yield Trial(group, name, "T0", (forged,), GRADED.get(name, ALTERED), kept)
    yield from _grafts(scene, kept)


def _grafts(scene: Scene, kept: Words) -> Iterator[Trial]:
    """Yield F8: sealed samples under the header of somebody else."""
    bare = with_frame(without_tags(scene.donor), scene.values)
    data = (part10.encode(bare),)
    yield Trial("F8", "samples alone under another header", "T0", data, kept)
    data = (part10.encode(with_frame(scene.donor, scene.values)),)
    yield Trial("F8", "samples under another sealed header", "T2", data, ALTERED, kept)
    data = (part10.encode(with_seal(bare, scene.dataset)),)
    yield Trial("F8", "samples and seal under another header", "T1", data, ALTERED, kept)
