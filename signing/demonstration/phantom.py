"""A chest that nobody has: lungs, ribs, vessels and a nodule, drawn from formulas and a seed.

No patient's picture can be shipped, and the images that pydicom ships are too small or too flat to
carry recovery data. This one is as large and as noisy as a slice of a scanner.
"""

from io import BytesIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from signing.dicom import part10

SIZE: Final = 512
INTERCEPT: Final = -1024
NODULE: Final = (300, 150, 11.0)
"""Row, column and radius in samples of the nodule."""
AIR, LUNG, TISSUE, BONE = -1000.0, -860.0, 45.0, 650.0
"""In HU."""
_SEED: Final = 20261125

Plane = NDArray[np.float64]


def draw_chest() -> NDArray[np.uint16]:
    """Return (512, 512) uint16: a slice in HU plus 1024, 12 bits, with scanner-like noise."""
    random = np.random.default_rng(_SEED)
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float64)
    hounsfield = np.full((SIZE, SIZE), AIR)
    for (row, column, tall, wide), value in _ELLIPSES:
        hounsfield[((y - row) / tall) ** 2 + ((x - column) / wide) ** 2 < 1] = value
    lungs = hounsfield == LUNG
    hounsfield += np.where(lungs, _vessels(random), _smooth(random, 3) * 12)
    row, column, radius = NODULE
    distance = np.hypot(y - row, x - column) / radius
    hounsfield += np.where(distance < 1, 880 * np.cos(distance * np.pi / 2) ** 2, 0)
    noise = _smooth(random, 1) * 22
    blurred = _blur(hounsfield, 1) + noise
    return np.asarray(np.clip(np.rint(blurred) - INTERCEPT, 0, 4095), dtype=np.uint16)


_ELLIPSES: Final = (
    ((262.0, 256.0, 178.0, 232.0), TISSUE),
    ((255.0, 158.0, 128.0, 88.0), LUNG),
    ((255.0, 354.0, 128.0, 88.0), LUNG),
    ((290.0, 268.0, 72.0, 58.0), TISSUE),
    ((372.0, 256.0, 34.0, 30.0), BONE),
    ((346.0, 256.0, 14.0, 12.0), TISSUE),
    ((112.0, 256.0, 10.0, 26.0), BONE),
    *(((y, x, 9.0, 13.0), BONE) for x in (64.0, 448.0) for y in (190.0, 262.0, 334.0)),
)
"""Row, column and half axes, in samples; later ones lie over earlier ones."""


def _vessels(random: np.random.Generator) -> Plane:
    """Return the texture of a lung: branches that stand out of the air, by their ridges."""
    field = _smooth(random, 6)
    ridges = np.clip(1.2 - np.abs(field) * 9, 0, None)
    return ridges * 430 + _smooth(random, 2) * 25


def _smooth(random: np.random.Generator, radius: int) -> Plane:
    """Return unit noise that is alike over about `radius` samples."""
    field = _blur(random.standard_normal((SIZE, SIZE)), radius)
    return np.asarray(field / field.std())


def _blur(values: Plane, radius: int) -> Plane:
    """Return running means over 2 radius + 1 samples, three times along both axes."""
    width = 2 * radius + 1
    for axis in (0, 1) * 3:
        padded = np.pad(values, [(radius, radius) if a == axis else (0, 0) for a in (0, 1)], "edge")
        total = np.cumsum(padded, axis=axis)
        total = np.insert(total, 0, 0, axis=axis)
        upper = np.take(total, range(width, total.shape[axis]), axis=axis)
        lower = np.take(total, range(total.shape[axis] - width), axis=axis)
        values = (upper - lower) / width
    return values


def make_instance(samples: NDArray[Any]) -> Dataset:
    """Return the slice as a CT instance of nobody."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, generate_uid()
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(), generate_uid()
    dataset.Modality, dataset.PatientName, dataset.PatientID = "CT", "Phantom^Chest", "PHANTOM"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.PixelSpacing, dataset.SliceThickness = ["0.7", "0.7"], "1"
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    dataset.ImagePositionPatient = ["0", "0", "0"]
    dataset.RescaleIntercept, dataset.RescaleSlope = str(INTERCEPT), "1"
    dataset.WindowCenter, dataset.WindowWidth = "-500", "1600"
    dataset.Rows, dataset.Columns = samples.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.SamplesPerPixel, dataset.PixelRepresentation = 1, 0
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelData = samples.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    file = BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return part10.parse(file.getvalue()).dataset
