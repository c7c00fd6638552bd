"""Copies: what is replaced in one is not replaced in the other; values are shared."""

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from signing.dicom import block, declaration, part10
from signing.dicom.block import SealBlock
from signing.dicom.copies import fork
from signing.dicom.declaration import Declaration
from signing.dicom.limits import IMPLICIT_LITTLE
from signing.dicom.writing import replace_frames
from tests.signing import images
from tests.signing.images import KINDS
from tests.signing.seals import frames_of


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("converted", [False, True])
def test_a_copy_is_written_as_its_source(name: str, converted: bool) -> None:
    source = images.make(name)
    if converted:
        for _ in source.iterall():
            pass
    copied = fork(source)
    assert type(copied) is type(source)
    assert part10.encode(copied) == part10.encode(source) == images.file_of(name)


def _replace(dataset: Dataset) -> None:
    dataset.PatientName = "Other"
    dataset["PatientID"].value = "other"
    dataset.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3")
    dataset.preamble = b"\1" * 128
    del dataset.StudyDate
    dataset.Manufacturer = "new"
    dataset.private_block(0x0029, "SOMEBODY ELSE")[1].value = "changed"
    declaration.declare(dataset, Declaration("1", "standard"))
    block.write_block(dataset, SealBlock(b"1", b"2"))


@pytest.mark.parametrize("converted", [False, True])
def test_what_is_replaced_in_one_stays_in_the_other(converted: bool) -> None:
    for changed_is_copy in (True, False):
        source = images.make("enhanced")
        if converted:
            for _ in source.iterall():
                pass
        copied = fork(source)
        changed, kept = (copied, source) if changed_is_copy else (source, copied)
        _replace(changed)
        replace_frames(changed, [f[::-1] for f in frames_of(kept)], IMPLICIT_LITTLE)
        assert part10.encode(kept) == images.file_of("enhanced")


def test_pixel_data_are_not_duplicated() -> None:
    source = images.make("multi-frame")
    assert fork(source)["PixelData"].value is source["PixelData"].value


def test_a_data_set_without_file_meta_is_copied() -> None:
    source = Dataset()
    source.PatientID = "1"
    copied = fork(source)
    copied.PatientID = "2"
    assert source.PatientID == "1"
    assert not hasattr(copied, "file_meta")
