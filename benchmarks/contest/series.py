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
    for name, received, tags in (*_moved(run, files), *_counted(run, files), *_foreign(run, files)):
        group = _GROUPS[name]
        stripped = kept
        if "unsealed" in name:
            stripped = UNSEALED
        yield Trial(group, name, "T0", tuple(received), tags, stripped)


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

Case = tuple[str, list[bytes], Words]


def _moved(run: Run, files: list[bytes]) -> Iterator[Case]:
    """Yield slices at other places."""
    one, two = run.slices[:2]
    others = files[2:]
    yield "as sealed", files, AUTHENTIC
    yield "file names exchanged", [files[1], files[0], *others], AUTHENTIC
    pair = [with_frame(one, frame_of(two)), with_frame(two, frame_of(one))]
    yield "samples of two slices exchanged", [*map(part10.encode, pair), *others], ALTERED
    for name, keywords, answers in (
        ("numbers of two slices exchanged", ("InstanceNumber",), AUTHENTIC),
        ("positions of two slices exchanged", ("ImagePositionPatient", "SliceLocation"), ALTERED),
    ):
        first, second = _copied(one, two, keywords), _copied(two, one, keywords)
        yield name, [first, second, *others], answers
    both = ("InstanceNumber", "ImagePositionPatient", "SliceLocation")
    pairs = zip(run.slices, reversed(run.slices), strict=True)
    reversed_files = [_copied(a, b, both) for a, b in pairs]
    yield "numbers and positions of all reversed", reversed_files, ALTERED


def _counted(run: Run, files: list[bytes]) -> Iterator[Case]:
    """Yield more slices, or fewer."""
    yield "slice doubled", [*files, files[0]], AUTHENTIC
    renamed = edited(run.slices[0], _rename)
    yield "slice doubled under a new identifier", [*files, renamed], ALTERED
    again = with_frame(run.slices[1], frame_of(run.slices[0]))
    doubled = [files[0], part10.encode(again), *files[2:]]
    yield "slice doubled in the place of its neighbour", doubled, ALTERED
    yield "slice left out", [files[0], *files[2:]], AUTHENTIC
    yield "last slice left out", files[:-1], AUTHENTIC


def _foreign(run: Run, files: list[bytes]) -> Iterator[Case]:
    """Yield slices of elsewhere."""
    sealed = part10.encode(run.stranger)
    yield "slice of another series put in", [*files, sealed], AUTHENTIC
    belonging = ("SeriesInstanceUID", "StudyInstanceUID", "PatientName", "PatientID")
    adopted = _copied(run.stranger, run.slices[0], belonging)
    yield "slice of another series put in as of this one", [*files, adopted], ALTERED
    yield "unsealed slice put in", [*files, part10.encode(run.unsealed)], UNSEALED


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
