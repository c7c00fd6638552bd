"""Which files the programs get: real ones that pydicom ships, and phantoms of many formats."""

from collections.abc import Callable
from functools import partial

from pydicom.dataset import Dataset

from signing.dicom import codecs, part10
from tests.signing import images
from tests.signing.dicom.images import shipped
from tests.signing.test_survival import source

CT, MR = "CT_small", "MR_small"


def _shipped(name: str) -> Dataset:
    return part10.read(shipped(f"{name}.dcm")).dataset


SUBJECTS: dict[str, Callable[[], Dataset]] = {
    CT: partial(_shipped, CT),
    MR: partial(_shipped, MR),
    "classes": lambda: images.reread(source()),
    "jpeg2000": lambda: images.compressed(images.plain(), codecs.JPEG2000),
    **{
        name: partial(images.make, name)
        for name in (
            *("rgb", "rgb-planar", "enhanced", "12-signed", "padding", "monochrome1-8"),
            *("odd-size", "no-pixels", "rle", "jpeg-ls", "jpeg-lossless"),
        )
    },
}
COMPRESSED = {"jpeg2000", "rle", "jpeg-ls", "jpeg-lossless"}
WITHOUT_IMAGE = {"no-pixels"}
NATIVE = [name for name in SUBJECTS if name not in COMPRESSED | WITHOUT_IMAGE]
