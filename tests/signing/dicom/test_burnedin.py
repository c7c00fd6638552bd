"""Burned In Annotation decides; where it is silent, the kind of image does."""

import pytest
from pydicom import uid
from pydicom.dataset import Dataset

from signing.dicom.burnedin import may_show_names


def image(word: str | None = None, modality: str = "CT", sop_class: str = "1.2") -> Dataset:
    """Return a data set that says this of itself."""
    dataset = Dataset()
    dataset.Modality, dataset.SOPClassUID = modality, sop_class
    if word is not None:
        dataset.BurnedInAnnotation = word
    return dataset


@pytest.mark.parametrize("modality", ["CT", "MR", "CR", "US", "IVUS", "SC", "ES", "XC", ""])
def test_a_word_decides_for_every_modality(modality: str) -> None:
    assert may_show_names(image("YES", modality))
    assert not may_show_names(image("NO", modality))
    assert not may_show_names(image("NO ", modality))
    with_nonsense = image(None, modality)
    with_nonsense.add_new(0x00280301, "LO", "perhaps")
    assert may_show_names(with_nonsense)


@pytest.mark.parametrize("word", [None, ""])
def test_silence_is_yes_for_images_that_devices_write_on(word: str | None) -> None:
    for modality in ("US", "IVUS", "SC", "ES", "XC"):
        assert may_show_names(image(word, modality))
    for modality in ("CT", "MR", "CR", "DX", "XA", "OT", ""):
        assert not may_show_names(image(word, modality))
    for sop_class in (
        uid.UltrasoundImageStorage,
        uid.UltrasoundMultiFrameImageStorage,
        uid.EnhancedUSVolumeStorage,
        uid.SecondaryCaptureImageStorage,
        uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
        uid.VLEndoscopicImageStorage,
        uid.VideoEndoscopicImageStorage,
        uid.VLPhotographicImageStorage,
    ):
        assert may_show_names(image(word, "OT", sop_class))
    assert not may_show_names(image(word, "OT", uid.CTImageStorage))


def test_what_cannot_be_read_is_no_no() -> None:
    broken = image()
    broken.add_new(0x00280301, "US", 3)
    assert may_show_names(broken)
