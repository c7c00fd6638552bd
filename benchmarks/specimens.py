"""Frames of every kind of image of a folder, a few of each, with what measuring needs to know."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from benchmarks.contest.sources import SHIPPED
from benchmarks.measures.filters import Plane
from benchmarks.measures.lesions import Box, boxes_beside
from benchmarks.measures.windows import BONE, BRAIN, LUNG, SOFT, Window, window_of
from benchmarks.quality import frames_of
from signing.dicom import part10
from signing.dicom.display import read_window
from signing.errors import SigningError
from watermark.samples import Colour, Samples

FEW = 6
"""Frames of one folder, the annotated ones apart."""
LARGEST = 1 << 21
"""Samples of a frame that is measured whole; of a larger one the middle is."""
MIDDLE = 1024
"""Rows and columns of the middle."""
LUNG_AIR = (-950.0, -600.0)
"""HU of aerated lung, roughly."""
LEAST_LUNG = 0.06
"""Share of it in the middle half of a CT, in means of 8x8 samples, from which it is of the lung."""
_PICTURES = (".jpg", ".jpeg", ".png")
_KINDS = {
    "MR": "MR",
    "PT": "PET",
    "CR": "X-ray",
    "DX": "X-ray",
    "MG": "X-ray",
    "XA": "X-ray",
    "US": "ultrasound",
}
_WINDOWS = {
    "CT lung": (LUNG, SOFT, BONE),
    "CT head": (BRAIN, SOFT, BONE),
    "CT body": (SOFT, BONE),
}


@dataclass(frozen=True, eq=False)
class Specimen:
    """One frame."""

    path: str
    patient: str
    """A label that says no more than who is the same."""
    kind: str
    samples: Samples
    slope: float = 1.0
    """Native units for each step of a stored value."""
    intercept: float = 0.0
    windows: tuple[Window, ...] = ()
    """In which it is looked at, over native units; structure is measured in the first."""
    boxes: tuple[Box, ...] = ()
    """Annotated lesions."""

    def native(self, samples: Samples) -> Plane:
        """Return (rows, columns[, 3]) float64 of this frame or a version of it, in native units."""
        return np.asarray(samples.values.astype(np.float64) * self.slope + self.intercept)

    def middle(self, samples: Samples) -> Samples:
        """Return what is measured: the frame, or the middle of a large one."""
        if samples.rows * samples.columns <= LARGEST:
            return samples
        top, left = (samples.rows - MIDDLE) // 2, (samples.columns - MIDDLE) // 2
        part = samples.values[top : top + MIDDLE, left : left + MIDDLE]
        return Samples(np.ascontiguousarray(part), samples.bits, samples.signed, samples.colour)


def find(corpus: Path, only: str) -> Iterator[Specimen]:
    """Yield those of a folder that `choose` takes; where there is no folder, the frames that
    pydicom ships."""
    if corpus.is_dir():
        yield from choose(corpus, only)
        return
    for name in SHIPPED:
        path = Path(str(get_testdata_file(name, download=False)))
        found = load(path, path.parent, {}) if only in name else None
        if found is not None:
            yield found


def choose(corpus: Path, only: str, few: int = FEW) -> Iterator[Specimen]:
    """Yield up to `few` distinct frames of each folder that can carry, and all annotated ones.

    Files are taken in an order that is spread over the folder, so that a series is seen at both
    ends and in between.
    """
    patients = _patients(corpus)
    folders: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(corpus.rglob("*")):
        name = str(path.relative_to(corpus))
        if path.is_file() and only in name and "malformed" not in path.parts:
            folders[str(path.parent)].append(path)
    for paths in folders.values():
        seen: set[bytes] = set()
        taken = 0
        for place in _spread(len(paths)):
            boxes = boxes_beside(paths[place])
            if taken >= few and not boxes:
                continue
            found = load(paths[place], corpus, patients, boxes)
            digest = sha256(found.samples.octets().tobytes()).digest() if found else b""
            if found is not None and digest not in seen:
                seen.add(digest)
                taken += 1
                yield found


def load(
    path: Path, corpus: Path, patients: dict[str, str], boxes: tuple[Box, ...] = ()
) -> Specimen | None:
    """Return the middle frame of a file, None where it can carry no mark."""
    name = str(path.relative_to(corpus))
    patient = patients.get(name) or name
    if path.suffix.lower() in _PICTURES:
        samples = _read_picture(path)
        kind = "fundus" if samples.colour is Colour.RGB else "X-ray"
        return Specimen(name, patient, kind, samples, windows=(window_of("grey", 0, 255),))
    found = frames_of(path)
    if found is None:
        return None
    samples, geometry, modality = found
    dataset = part10.read(path).dataset
    slope, intercept = _scale(dataset)
    native = samples.values.astype(np.float64) * slope + intercept
    kind = _kind(name, modality, native)
    windows = _WINDOWS.get(kind) or (_window(dataset, geometry.frames // 2, native),)
    return Specimen(name, patient, kind, samples, slope, intercept, windows, boxes)


def _read_picture(path: Path) -> Samples:
    """Return a picture that is no DICOM file."""
    with Image.open(path) as picture:
        colour = picture.mode not in ("L", "1", "I", "I;16")
        values = np.ascontiguousarray(picture.convert("RGB" if colour else "L"), dtype=np.uint8)
    return Samples(values, 8, False, Colour.RGB if colour else Colour.GREY)


def _scale(dataset: Dataset) -> tuple[float, float]:
    """Return rescale slope and intercept, 1 and 0 where there are none."""
    try:
        slope = float(dataset.get("RescaleSlope") or 1)
        return slope, float(dataset.get("RescaleIntercept") or 0)
    except (TypeError, ValueError):
        return 1.0, 0.0


def _window(dataset: Dataset, frame: int, native: Plane) -> Window:
    """Return the window that the file names for a frame, else the range that it uses."""
    try:
        read = read_window(dataset, frame)
    except SigningError:
        read = None
    if read is None or read.width < 2:
        return window_of("range", float(native.min()), float(native.max()))
    return Window("file's", read.center, read.width)


def _kind(name: str, modality: str, native: Plane) -> str:
    """Return what kind of image it is."""
    if modality != "CT" or native.ndim != 2:
        return _KINDS.get(modality, "other")
    if "head" in name:
        return "CT head"
    down, across = native.shape[0] // 32, native.shape[1] // 32
    middle = native[8 * down : 24 * down, 8 * across : 24 * across]
    means = middle.reshape(2 * down, 8, 2 * across, 8).mean(axis=(1, 3))
    aerated = (means > LUNG_AIR[0]) & (means < LUNG_AIR[1])
    return "CT lung" if aerated.mean() >= LEAST_LUNG else "CT body"


def _spread(count: int) -> list[int]:
    """Return 0 to count - 1: first, middle, quarters and so on (van der Corput's order)."""
    width = max(1, (count - 1).bit_length())
    order = [int(f"{place:0{width}b}"[::-1], 2) for place in range(1 << width)]
    return [place for place in order if place < count]


def _patients(corpus: Path) -> dict[str, str]:
    """Return a label for the patient of each file, as far as the corpus's manifest says."""
    manifest = corpus / "MANIFEST.csv"
    labels: dict[str, str] = {}
    of_file: dict[str, str] = {}
    if not manifest.exists():
        return {}
    with manifest.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["patient_id"]:
                label = labels.setdefault(row["patient_id"], f"patient {len(labels) + 1}")
                of_file[row["path"]] = label
    return of_file
