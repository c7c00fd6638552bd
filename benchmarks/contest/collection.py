"""The images of a corpus: whose they are, what they are for, and how they are shown.

Frames larger than a window are taken as windows of it, so that every picture has a size that all
detectors take; the liveliest windows first. A picture is never scaled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numpy as np
from pydicom import Dataset

from benchmarks.attacks.forgery import Array
from benchmarks.contest.phantoms import draw_chest
from benchmarks.contest.pictures import Picture
from benchmarks.contest.rows import PLACE
from benchmarks.contest.split import FOLDER, MalformedSplit, Role, Split, read_split
from benchmarks.corpus import SHARED
from signing.dicom import codecs, part10
from signing.dicom.frames import can_be_marked, frame_reason, padding_range, to_samples
from signing.dicom.geometry import measure
from signing.errors import SigningError
from watermark.samples import Colour, Samples

SHOWN = {"CT lung": (-1000, 400), "CT head": (-100, 300), "CT body": (-200, 400)}
"""What is shown as black and white, in HU."""
_PHANTOMS = {"train": 6, "validation": 4, "test": 6}
_PICTURES = (".png", ".jpg", ".jpeg")
_LEAST = 96
"""Rows or columns of the smallest picture that is taken."""
WINDOW = {"CT lung": 512}
"""Edge of the windows of a kind of image, where it is another than EDGE."""
EDGE = 256


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A picture of the corpus, or a window of one."""

    name: str
    """Path below the corpus, "#frame" and "@row,column" of the window where there are several."""
    role: Role
    samples: Samples
    picture: Picture


class NoImages(ValueError):
    """A corpus of which the split has no file."""

    def __init__(self, corpus: Path | None) -> None:
        super().__init__(corpus)
        self.corpus = corpus

    def __str__(self) -> str:
        """Say where, and what to do."""
        return f"{self.corpus}: no file there matches a pattern of the split file (--split)"


@dataclass(frozen=True, slots=True)
class Collection:
    """A corpus and its split."""

    corpus: Path | None
    """None for what pydicom and scikit-image ship, and phantoms."""
    split: Split

    def images(self, part: str, most: int, windows: int = 4) -> list[Image]:
        """Return the images of a part: of each patient at most `most`, spread over all there are,
        and of each frame at most so many windows. Equal pictures are taken once."""
        found: dict[str, list[tuple[str, Role]]] = {}
        for name in self._names():
            role = self.split.role_of(name)
            if role is not None and role.part == part:
                found.setdefault(role.patient, []).append((name, role))
        taken: list[Image] = []
        seen: set[bytes] = set()
        for members in found.values():
            mine: list[Image] = []
            for name, role in thin(members, most):
                mine += self._open(name, role, most, windows)
            for image in thin(mine, max(most, min(windows, len(mine)))):
                digest = sha256(image.samples.octets().tobytes()).digest()
                if digest not in seen:
                    seen.add(digest)
                    taken.append(image)
        return taken

    def check(self) -> None:
        """Raise NoImages where there is nothing, MalformedSplit where a patient is on two sides."""
        sides: dict[str, str] = {}
        for name in self._names():
            role = self.split.role_of(name)
            if role is not None and sides.setdefault(role.patient, role.part) != role.part:
                lines = [one.pattern for one in self.split.roles]
                raise MalformedSplit(
                    lines.index(role.pattern) + 2, f"{role.patient} is on two sides"
                )
        if not sides:
            raise NoImages(self.corpus)

    def patients(self) -> dict[str, Role]:
        """Return the labels of all patients of whom there is a file, with the role of the first."""
        found: dict[str, Role] = {}
        for name in self._names():
            role = self.split.role_of(name)
            if role is not None:
                found.setdefault(role.patient, role)
        return found

    def volume(self, patient: str) -> list[Image]:
        """Return all whole frames of a patient, one beside the next, as files say where they are.

        Of the two ways, that in which the names go; those of files that do not say keep the order
        of their names.
        """
        found = [(name, self.split.role_of(name)) for name in self._names()]
        named = [(name, role) for name, role in found if role and role.patient == patient]
        places = [self._depth(name) for name, _ in named]
        order = sorted(range(len(named)), key=places.__getitem__)
        if places and places[0] > places[-1]:
            order.reverse()
        ordered = [named[i] for i in order]
        return [_whole(*one, role) for name, role in ordered for one in self._frames(name)]

    def spacing(self, names: list[str]) -> tuple[float, float, float]:
        """Return millimetres between slices, rows and columns, of two slices side by side; 1 where
        a file does not say."""
        headers = [self._header(name.split("#")[0]) for name in names]
        rows, columns = (float(v) for v in headers[0].get("PixelSpacing", (1, 1)))
        places = [
            np.array(h.get("ImagePositionPatient", (0, 0, i)), dtype=np.float64)
            for i, h in enumerate(headers)
        ]
        gap = float(np.linalg.norm(places[1] - places[0])) or 1.0
        return gap, rows, columns

    def file_of(self, image: Image) -> Path | None:
        """Return the file that an image is of; None of what is drawn."""
        path = self._path(PLACE.sub("", image.name))
        return path if path.is_file() else None

    def _depth(self, name: str) -> float:
        """Return how far a DICOM file's slice is along its normal, in mm; 0 where it says not."""
        if self.corpus is None:
            return 0.0
        header = self._header(name)
        try:
            place = np.array(header.ImagePositionPatient, dtype=np.float64)
            row, column = np.array(header.ImageOrientationPatient, dtype=np.float64).reshape(2, 3)
        except (AttributeError, TypeError, ValueError):
            return 0.0
        return float(np.cross(row, column) @ place)

    def _header(self, name: str) -> Dataset:
        """Return the elements of a DICOM file; none of a file that is not one."""
        try:
            return part10.read(self._path(name)).dataset
        except SigningError:
            return Dataset()

    def _names(self) -> list[str]:
        """Return the paths of all files, as patterns see them."""
        if self.corpus is not None:
            files = (p for p in sorted(self.corpus.rglob("*")) if p.is_file())
            return [p.relative_to(self.corpus).as_posix() for p in files]
        phantoms = [f"phantom/{part}-{i}" for part, n in _PHANTOMS.items() for i in range(n)]
        fixed = [role.pattern for role in self.split.roles if "*" not in role.pattern]
        return [*fixed, *phantoms]

    def _path(self, name: str) -> Path:
        """Return where a file of the corpus, or a shipped one, is."""
        if self.corpus is not None:
            return self.corpus / name
        home, file = name.split("/", 1)
        if home == "skimage":
            import skimage.data

            return Path(skimage.data.__file__).parent / file
        import pydicom.data

        return Path(pydicom.data.__file__).parent / "test_files" / file

    def _frames(self, name: str) -> Iterator[tuple[str, Samples, tuple[float, float] | None]]:
        """Yield name, samples and rescale slope and intercept of each frame of a file."""
        if name.startswith("phantom/"):
            seed = int.from_bytes(sha256(name.encode()).digest()[:4], "big")
            yield name, Samples(draw_chest(seed), 12), (1.0, -1024.0)
            return
        path = self._path(name)
        if path.suffix.lower() in _PICTURES:
            from PIL import Image as Reader

            with Reader.open(path) as image:
                values = np.ascontiguousarray(np.asarray(image))
            grey = values.ndim == 2
            yield name, Samples(values, 8, colour=Colour.GREY if grey else Colour.RGB), None
            return
        yield from _dicom_frames(path, name)

    def _open(self, name: str, role: Role, most: int, windows: int) -> Iterator[Image]:
        """Yield the windows of some frames of a file."""
        for one in thin(list(self._frames(name)), most):
            yield from cut(_whole(*one, role), windows)


def open_collection(corpus: Path | None = None, split: Path | None = None) -> Collection:
    """Return the images at `corpus`: by default those beside the project if they are there, else
    what pydicom and scikit-image ship, and phantoms.

    Raises NoImages where the split has no file of the corpus, MalformedSplit where somebody is on
    two sides, or as `read_split`; OSError.
    """
    if corpus is None and SHARED.exists():
        corpus = SHARED
    own = "shipped.csv" if corpus is None else "development.csv"
    collection = Collection(corpus, read_split(split or FOLDER / own))
    collection.check()
    return collection


def shipped_collection() -> Collection:
    """Return what pydicom and scikit-image ship, and phantoms."""
    return Collection(None, read_split(FOLDER / "shipped.csv"))


def _dicom_frames(
    path: Path, name: str
) -> Iterator[tuple[str, Samples, tuple[float, float] | None]]:
    """Yield the frames of a DICOM file that could carry a mark; nothing of another file."""
    try:
        dataset = part10.read(path).dataset
        geometry = measure(dataset)
        if geometry is None or not can_be_marked(geometry):
            return
        frames = [f for f in codecs.frames(dataset) if frame_reason(f, geometry) is None]
        padding = padding_range(dataset, geometry)
        several = geometry.frames > 1
        slope = float(dataset.get("RescaleSlope", 1) or 1)
        rescale = slope, float(dataset.get("RescaleIntercept", 0) or 0)
        for index, frame in enumerate(frames):
            label = f"{name}#{index}" if several else name
            yield label, to_samples(frame, geometry, padding), rescale
    except SigningError:
        return


def _whole(name: str, samples: Samples, rescale: tuple[float, float] | None, role: Role) -> Image:
    """Return a frame with the range of values in which it is shown."""
    slope, intercept = rescale or (1.0, 0.0)
    if role.kind in SHOWN and rescale is not None:
        low, high = ((value - intercept) / slope for value in SHOWN[role.kind])
    elif samples.bits == 8:
        low, high = 0.0, 255.0
    else:
        low, high = (
            float(v) for v in np.percentile(samples.values.astype(np.float64), (0.5, 99.8))
        )
        high = max(high, low + 1)
    picture = Picture(samples.values, samples.bits, role.kind, low, high, slope)
    return Image(name, role, samples, picture)


def cut(image: Image, most: int) -> Iterator[Image]:
    """Yield the liveliest windows of a frame, or the frame where it is no larger than one."""
    edge = WINDOW.get(image.role.kind, EDGE)
    rows, columns = image.samples.rows, image.samples.columns
    if min(rows, columns) < _LEAST:
        return
    if max(rows, columns) <= edge:
        yield image
        return
    corners = [(top, left) for top in _starts(rows, edge) for left in _starts(columns, edge)]
    shown = image.picture.shown()
    spread = {(y, x): float(shown[y : y + edge, x : x + edge].std()) for y, x in corners}
    for top, left in sorted(sorted(corners, key=lambda at: -spread[at])[:most]):
        values = np.ascontiguousarray(image.samples.values[top : top + edge, left : left + edge])
        one = image.samples
        part = Samples(values, one.bits, one.signed, one.colour, one.padding)
        yield Image(f"{image.name}@{top},{left}", image.role, part, image.picture.like(values))


def _starts(length: int, edge: int) -> list[int]:
    """Return where windows begin along an axis: side by side, in the middle of it."""
    count = max(1, length // edge)
    first = max(0, (length - count * edge) // 2)
    return [first + i * edge for i in range(count)]


def thin(members: list[Item], most: int) -> list[Item]:
    """Return at most so many, evenly spread, first and last included."""
    if len(members) <= most:
        return members
    return [members[i * (len(members) - 1) // max(1, most - 1)] for i in range(most)]


def donor_for(image: Image, others: list[Image]) -> Array:
    """Return values of the image's shape, type and range from a picture of another patient.

    Of the same kind and shape if there is one, else the middle of a larger one, or of another kind,
    the same modality first; only where nobody else's is as large, the picture itself turned by 180
    degrees.
    """
    ranks = [(_unlike(image, other), other) for other in others]
    fitting = [(rank, other) for rank, other in ranks if rank is not None]
    if not fitting:
        return np.ascontiguousarray(image.samples.values[::-1, ::-1])
    least = min(rank for rank, _ in fitting)
    alike = [other for rank, other in fitting if rank == least]
    place = int.from_bytes(sha256(image.name.encode()).digest()[:4], "big") % len(alike)
    mine, theirs = image.picture, alike[place].picture
    starts = [
        (there - here) // 2
        for there, here in zip(theirs.values.shape, mine.values.shape, strict=True)
    ]
    rows, columns = mine.values.shape[:2]
    middle = theirs.values[starts[0] :, starts[1] :][:rows, :columns]
    shown = (middle - theirs.low) / (theirs.high - theirs.low)
    low, high = int(mine.values.min()), int(mine.values.max())
    moved = np.round(mine.low + shown * (mine.high - mine.low))
    return np.clip(moved, low, high).astype(mine.values.dtype)


def _unlike(image: Image, other: Image) -> tuple[bool, bool, bool] | None:
    """Return in what another patient's picture differs: modality, kind, shape; None if it is no
    donor."""
    mine, theirs = image.samples.values.shape, other.samples.values.shape
    small = len(mine) != len(theirs) or any(b < a for a, b in zip(mine, theirs, strict=True))
    if other.role.patient == image.role.patient or small:
        return None
    kinds = image.role.kind, other.role.kind
    return kinds[0].split()[0] != kinds[1].split()[0], kinds[0] != kinds[1], mine != theirs
