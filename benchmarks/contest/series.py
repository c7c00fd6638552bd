"""Group E: slices swapped, renumbered, doubled, left out and put in from elsewhere.

A seal speaks of one instance. It says which series that is of and where in it the slice lies, so
that none can be moved; how many slices there should be it does not say, and a changed number is
noted without a change of the verdict, as archives renumber (docs/spec/attributes.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import UID

from benchmarks.attacks.forgery import Forgery, compare
from benchmarks.contest.scenes import (
    ALTERED,
    AUTHENTIC,
    PARTIAL,
    UNSEALED,
    Trial,
    Words,
    edited,
    with_frame,
)
from benchmarks.contest.sources import frame_of
from benchmarks.marked import SIGNER
from signing.dicom import part10
from signing.sealing import SealOptions, seal_dataset

SLICES = 5
"""Neighbours that are received."""


@dataclass(frozen=True, eq=False)
class Run:
    """Neighbouring slices, all sealed, and one of another series sealed with the same key."""

    profile: str
    slices: tuple[Dataset, ...]
    stranger: Dataset
    unsealed: Dataset
    """The stranger as it was before it was sealed."""


def run_of(slices: Sequence[Dataset], stranger: Dataset, profile: str) -> Run | None:
    """Return the slices sealed, None where they are too small for the profile."""
    made = [seal_dataset(d, SIGNER, SealOptions(profile=profile)) for d in (*slices, stranger)]
    if any(one.profile != profile for one in made):
        return None
    read = [part10.parse(part10.encode(one.dataset)).dataset for one in made]
    return Run(profile, tuple(read[:-1]), read[-1], stranger)


def on_series(run: Run) -> Iterator[Trial]:
    """Yield every trial of the group; what a verifier says is the worst of what it says of each."""
    marked = run.profile != "detached"
    kept = PARTIAL if marked else UNSEALED
    files = [part10.encode(one) for one in run.slices]
    found = *_moved(run, files), *_counted(run, files), *_foreign(run, files)
    for name, received, tags, forgery in found:
        stripped = UNSEALED if "unsealed" in name else kept
        yield Trial(_GROUPS[name], name, "T0", tuple(received), tags, stripped, forgery)


_GROUPS = {
    "as sealed": "E0",
    "file names exchanged": "E2",
    "samples of two slices exchanged": "E1",
    "numbers of two slices exchanged": "E6",
    "positions of two slices exchanged": "E6",
    "numbers and positions of all reversed": "E2",
    "slice doubled": "E3",
    "slice doubled under a new identifier": "E3",
    "slice doubled in the place of its neighbour": "E3",
    "slice left out": "E4",
    "last slice left out": "E4",
    "slice of another series put in": "E5",
    "slice of another series put in as of this one": "E5",
    "unsealed slice put in": "E5",
}

Case = tuple[str, list[bytes], Words, Forgery | None]
"""Name, what is received, the verdicts that are promised, and what became of the first slice of
which samples were changed."""


def _moved(run: Run, files: list[bytes]) -> Iterator[Case]:
    """Yield slices at other places."""
    one, two = run.slices[:2]
    others = files[2:]
    yield "as sealed", files, AUTHENTIC, None
    yield "file names exchanged", [files[1], files[0], *others], AUTHENTIC, None
    first, second = frame_of(one), frame_of(two)
    pair = [part10.encode(with_frame(*pair)) for pair in ((one, second), (two, first))]
    forgery = compare(first, second)
    yield "samples of two slices exchanged", [*pair, *others], ALTERED, forgery
    for name, keywords, answers in (
        ("numbers of two slices exchanged", ("InstanceNumber",), AUTHENTIC),
        ("positions of two slices exchanged", ("ImagePositionPatient", "SliceLocation"), ALTERED),
    ):
        renamed = _copied(one, two, keywords), _copied(two, one, keywords)
        yield name, [*renamed, *others], answers, None
    both = ("InstanceNumber", "ImagePositionPatient", "SliceLocation")
    pairs = zip(run.slices, reversed(run.slices), strict=True)
    reversed_files = [_copied(a, b, both) for a, b in pairs]
    yield "numbers and positions of all reversed", reversed_files, ALTERED, None


def _counted(run: Run, files: list[bytes]) -> Iterator[Case]:
    """Yield more slices, or fewer."""
    yield "slice doubled", [*files, files[0]], AUTHENTIC, None
    renamed = edited(run.slices[0], _rename)
    yield "slice doubled under a new identifier", [*files, renamed], ALTERED, None
    forgery = compare(frame_of(run.slices[1]), frame_of(run.slices[0]))
    again = part10.encode(with_frame(run.slices[1], forgery.values))
    doubled = [files[0], again, *files[2:]]
    yield "slice doubled in the place of its neighbour", doubled, ALTERED, forgery
    yield "slice left out", [files[0], *files[2:]], AUTHENTIC, None
    yield "last slice left out", files[:-1], AUTHENTIC, None


def _foreign(run: Run, files: list[bytes]) -> Iterator[Case]:
    """Yield slices of elsewhere."""
    sealed = part10.encode(run.stranger)
    yield "slice of another series put in", [*files, sealed], AUTHENTIC, None
    belonging = ("SeriesInstanceUID", "StudyInstanceUID", "PatientName", "PatientID")
    adopted = _copied(run.stranger, run.slices[0], belonging)
    yield "slice of another series put in as of this one", [*files, adopted], ALTERED, None
    yield "unsealed slice put in", [*files, part10.encode(run.unsealed)], UNSEALED, None


def _copied(dataset: Dataset, other: Dataset, keywords: tuple[str, ...]) -> bytes:
    """Return the file with some attributes of another slice, those that it has."""

    def change(changed: Dataset) -> None:
        for keyword in keywords:
            if keyword in other and keyword in changed:
                changed[keyword].value = other[keyword].value

    return edited(dataset, change)


def _rename(dataset: Dataset) -> None:
    """Give an instance an identifier that nobody has."""
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.4.7")
