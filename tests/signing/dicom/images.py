"""Images for tests: the files in pydicom's wheel, phantoms, and the optional set."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, generate_uid

from signing.dicom import part10, writing
from signing.dicom.limits import EXPLICIT_LITTLE

SHIPPED_FOLDER = Path(pydicom.__file__).parent / "data" / "test_files"
OPTIONAL_FOLDER = Path(__file__).parents[4] / "shared" / "data"

DAMAGED = {
    "SC_rgb_jpeg.dcm",  # implicit data set under an explicit syntax
    "DICOMDIR-nooffset",  # cut off inside its last item
    "MR_truncated.dcm",
    "meta_missing_tsyntax.dcm",
    "nested_priv_SQ.dcm",  # group 0001
    "no_meta.dcm",  # one byte shifted
    "no_meta_group_length.dcm",
    "rtplan_truncated.dcm",
}
"""Files of pydicom's that are out of order, each in its own way."""

NO_DICOM = {"README", "README.txt", "rtplan.dump", "rtstruct.dump", "zipMR.gz", "crayons.icc"}


def shipped(name: str) -> Path:
    """Return a file of the wheel; nothing is ever fetched."""
    return SHIPPED_FOLDER / name


def in_order() -> list[Path]:
    """Return pydicom's files whose structure is in order."""
    left_out = DAMAGED | NO_DICOM
    files = (path for path in SHIPPED_FOLDER.rglob("*") if path.is_file())
    return sorted(p for p in files if p.name not in left_out and p.suffix != ".json")


def optional() -> list[Path]:
    """Return the DICOM files of the optional set outside malformed/.

    Where it is not there, one shipped file stands in, so that no test is left without a case.
    """
    others = {".xml", ".jpg", ".png", ".gz", ".md", ".csv"}
    files = (path for path in OPTIONAL_FOLDER.rglob("*") if path.is_file())
    found = sorted(p for p in files if p.suffix not in others and p.parent.name != "malformed")
    return found or [path for path in in_order() if path.name == "CT_small.dcm"]


def label(path: Path) -> str:
    """Return a short name for a test id."""
    return "/".join(path.parts[-2:])


@dataclass(frozen=True)
class Format:
    """Format of a phantom."""

    rows: int = 40
    columns: int = 47
    channels: int = 1
    allocated: int = 16
    stored: int = 12
    signed: bool = False
    photometric: str = "MONOCHROME2"
    planar: bool = False
    frames: int = 1

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Short name for a test id."""
        sign = "s" if self.signed else "u"
        return (
            f"{self.photometric}-{self.stored}in{self.allocated}{sign}-{self.frames}f-{self.planar}"
        )


FORMATS = [
    Format(),
    Format(stored=16, signed=True),
    Format(stored=12, signed=True),
    Format(stored=16, frames=3),
    Format(allocated=8, stored=8, photometric="MONOCHROME1", frames=2),
    Format(allocated=8, stored=8, signed=True),
    Format(rows=33, columns=35, allocated=8, stored=8),
    Format(channels=3, allocated=8, stored=8, photometric="RGB"),
    Format(channels=3, allocated=8, stored=8, photometric="RGB", planar=True, frames=2),
    Format(channels=3, allocated=8, stored=8, photometric="YBR_FULL"),
    Format(channels=3, allocated=16, stored=16, photometric="RGB"),
    Format(channels=3, allocated=16, stored=10, photometric="YBR_FULL", planar=True),
]
"""Every kind of frame that can be written back."""


def picture(form: Format, seed: int = 1) -> list[NDArray[np.generic]]:
    """Return smooth frames with noise that use the whole range of `form`."""
    generator = np.random.default_rng(seed)
    span = 1 << form.stored
    low = -(span // 2) if form.signed else 0
    shape = (form.rows, form.columns) + ((form.channels,) if form.channels > 1 else ())
    dtype = f"{'i' if form.signed else 'u'}{form.allocated // 8}"
    made = []
    for _ in range(form.frames):
        ramp = np.linspace(0, span - 1, int(np.prod(shape))).reshape(shape)
        noisy = ramp + generator.normal(0, span / 50, shape)
        frame = np.clip(noisy, 0, span - 1).astype(np.int64) + low
        frame.flat[0], frame.flat[-1] = low, low + span - 1
        made.append(np.ascontiguousarray(frame, dtype=dtype))
    return made


def phantom(form: Format, syntax: str = EXPLICIT_LITTLE, seed: int = 1) -> Dataset:
    """Return an instance of `form` in `syntax`, as read from a file."""
    dataset: Dataset = _describe(form)
    words = [
        np.moveaxis(f, 2, 0) if form.planar and f.ndim == 3 else f for f in picture(form, seed)
    ]
    data = b"".join(np.ascontiguousarray(frame).tobytes() for frame in words)
    dataset.PixelData = data + b"\0" * (len(data) % 2)
    dataset["PixelData"].VR = "OW" if form.allocated > 8 else "OB"
    if syntax != EXPLICIT_LITTLE:
        fresh = part10.parse(part10.encode(dataset)).dataset
        writing.replace_frames(fresh, picture(form, seed), syntax)
        dataset = fresh
    return part10.parse(part10.encode(dataset)).dataset


def _describe(form: Format) -> FileDataset:
    """Return the attributes of a phantom."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = UID(generate_uid(entropy_srcs=["phantom", form.name]))
    meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE)
    meta.ImplementationClassUID = UID("1.2.3")
    meta.FileMetaInformationVersion = b"\0\1"
    meta.FileMetaInformationGroupLength = 0
    dataset = FileDataset(BytesIO(), {}, file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.Modality = "CT"
    dataset.PatientName = "Phantom^Test"
    dataset.PatientID = "P1"
    dataset.Rows, dataset.Columns = form.rows, form.columns
    dataset.SamplesPerPixel = form.channels
    dataset.PhotometricInterpretation = form.photometric
    dataset.BitsAllocated, dataset.BitsStored = form.allocated, form.stored
    dataset.HighBit = form.stored - 1
    dataset.PixelRepresentation = int(form.signed)
    if form.channels > 1:
        dataset.PlanarConfiguration = int(form.planar)
    if form.frames > 1:
        dataset.NumberOfFrames = form.frames
    return dataset
