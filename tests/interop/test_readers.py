"""Other programs read sealed files, sample for sample, and validators find nothing new."""

import struct
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset

from benchmarks.interop.programs import run
from signing.dicom import codecs, part10
from tests.interop.conftest import Sealed
from tests.interop.subjects import COMPRESSED, CT, MR, NATIVE, SUBJECTS

Array = NDArray[Any]
GREY = [name for name in NATIVE if not name.startswith("rgb")]


def samples(path: Path) -> Array:
    """What we read: frames, rows, columns and, where there is colour, planes."""
    return np.stack(list(codecs.frames(part10.read(path).dataset)))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_validator_finds_no_error_that_the_source_had_not(sealed: Sealed, subject: str) -> None:
    before, after = (
        Counter(
            line
            for line in run("dciodvfy", "-new", path, expect=False).stderr.decode().splitlines()
            if line.startswith("Error")
        )
        for path in (sealed.sources[subject], sealed.files[subject])
    )
    assert after - before == Counter()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_dcmtk_reads_every_element_without_a_word(sealed: Sealed, subject: str) -> None:
    done = run("dcmdump", sealed.files[subject])
    assert done.stderr == b""
    assert b"SCANSEAL" in done.stdout


@pytest.mark.parametrize("subject", GREY)
def test_dcmtk_writes_the_samples(sealed: Sealed, subject: str, tmp_path: Path) -> None:
    run("dcmdump", "+W", tmp_path, sealed.files[subject])
    raw = next(tmp_path.glob(f"{subject}.dcm.*.raw"))
    assert raw.read_bytes() == dcmread(sealed.files[subject]).PixelData


def test_dcmtk_draws_the_colours(sealed: Sealed, tmp_path: Path) -> None:
    for subject in ("rgb", "rgb-planar"):
        run("dcm2pnm", "+op", sealed.files[subject], tmp_path / "drawn.ppm")
        head, _, body = (tmp_path / "drawn.ppm").read_bytes().partition(b"\n255\n")
        shown = samples(sealed.files[subject])[0]
        assert head.startswith(b"P6")
        assert np.array_equal(np.frombuffer(body, np.uint8).reshape(shown.shape), shown)


@pytest.mark.parametrize("subject", [*NATIVE, *sorted(COMPRESSED)])
def test_gdcm_decodes_the_samples(sealed: Sealed, subject: str, tmp_path: Path) -> None:
    run("gdcmconv", "--raw", sealed.files[subject], tmp_path / "raw.dcm")
    run("gdcmraw", "-i", tmp_path / "raw.dcm", "-o", tmp_path / "samples")
    shown = samples(sealed.files[subject])
    data = np.frombuffer((tmp_path / "samples").read_bytes(), shown.dtype)[: shown.size]
    if subject == "rgb-planar":
        shown = np.moveaxis(shown, -1, 1)
    assert np.array_equal(data, shown.reshape(-1))


@pytest.mark.parametrize("subject", [CT, MR, "classes", "padding"])
def test_dcm2niix_converts_the_samples(sealed: Sealed, subject: str, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "image.dcm").write_bytes(sealed.files[subject].read_bytes())
    run("dcm2niix", "-z", "n", "-f", "image", "-o", tmp_path, tmp_path / "one")
    volume = nifti((tmp_path / "image.nii").read_bytes())
    shown = samples(sealed.files[subject])[0]
    assert np.array_equal(volume[0, ::-1], shown)  # its rows go up


@pytest.mark.parametrize("holder", ["RequestAttributesSequence", "PixelMeasuresSequence"])
def test_what_dcm2niix_takes_from_any_sequence_is_altered(
    sealed: Sealed, holder: str, tmp_path: Path
) -> None:
    hidden = Dataset()
    hidden.PixelSpacing = ["2", "2"]
    dataset = dcmread(sealed.files[CT])
    setattr(dataset, holder, [hidden])
    (tmp_path / "one").mkdir()
    dataset.save_as(tmp_path / "one" / "image.dcm")
    run("dcm2niix", "-z", "n", "-f", "image", "-o", tmp_path, tmp_path / "one")
    head = (tmp_path / "image.nii").read_bytes()[80:88]
    assert struct.unpack("<2f", head) == (2, 2)
    assert sealed.verify(tmp_path / "one" / "image.dcm") == 1


def nifti(data: bytes) -> Array:
    """The values of a NIfTI-1 file of 16-bit integers: slices, rows, columns."""
    columns, rows, slices = struct.unpack("<3h", data[42:48])
    kind, begin = struct.unpack("<h", data[70:72])[0], int(struct.unpack("<f", data[108:112])[0])
    assert kind in (4, 512)
    dtype = {4: "<i2", 512: "<u2"}[kind]
    return np.frombuffer(data, dtype, columns * rows * slices, begin).reshape(slices, rows, columns)


# It refuses enhanced objects without orientation, sealed or not.
@pytest.mark.parametrize("subject", [n for n in (*NATIVE, *sorted(COMPRESSED)) if n != "enhanced"])
def test_simpleitk_reads_the_samples(sealed: Sealed, subject: str) -> None:
    read = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(sealed.files[subject])))
    dataset = dcmread(sealed.files[subject])
    slope, intercept = dataset.get("RescaleSlope", 1), dataset.get("RescaleIntercept", 0)
    shown = samples(sealed.files[subject]).astype(np.float64) * float(slope) + float(intercept)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        shown = 255 - shown  # it inverts what is to be shown inverted
    assert np.array_equal(read, shown.reshape(read.shape))
