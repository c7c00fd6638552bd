"""Instances of their own: derived, with a reference; file meta follows or stays."""

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from signing.dicom import part10
from signing.dicom.copies import fork
from signing.dicom.instances import follow_instance, give_new_uid
from signing.errors import UnsupportedImage
from tests.signing import images


@pytest.mark.parametrize("kinds", [["ORIGINAL", "PRIMARY", "AXIAL"], [], ["DERIVED"], None])
def test_a_new_instance_is_derived_from_its_source(kinds: list[str] | None) -> None:
    source = images.plain()
    if kinds is None:
        del source.ImageType
    else:
        source.ImageType = kinds
    made = fork(source)
    give_new_uid(made, source)
    assert made.SOPInstanceUID != source.SOPInstanceUID
    assert UID(made.SOPInstanceUID).is_valid
    expected = ["DERIVED", *(kinds or ["ORIGINAL", "PRIMARY"])[1:]]
    assert made["ImageType"].value == (expected if len(expected) > 1 else "DERIVED")
    (reference,) = made.SourceImageSequence
    assert reference.ReferencedSOPClassUID == source.SOPClassUID
    assert reference.ReferencedSOPInstanceUID == source.SOPInstanceUID
    assert made.file_meta.MediaStorageSOPInstanceUID == made.SOPInstanceUID
    assert source.file_meta.MediaStorageSOPInstanceUID == source.SOPInstanceUID


def test_earlier_sources_stay_and_those_of_the_source_are_not_touched() -> None:
    source, earlier = images.plain(), Dataset()
    earlier.ReferencedSOPInstanceUID = "1.2.3"
    source.SourceImageSequence = [earlier]
    before = part10.encode(source)
    made = fork(source)
    give_new_uid(made, source)
    assert [i.ReferencedSOPInstanceUID for i in made.SourceImageSequence] == [
        "1.2.3",
        source.SOPInstanceUID,
    ]
    assert part10.encode(source) == before


def test_no_two_new_instances_are_one() -> None:
    source, uids = images.plain(), set()
    for _ in range(20):
        made = fork(source)
        give_new_uid(made, source)
        uids.add(str(made.SOPInstanceUID))
    assert len(uids) == 20


@pytest.mark.parametrize("keyword", ["SOPClassUID", "SOPInstanceUID"])
def test_what_is_no_instance_has_none_derived(keyword: str) -> None:
    source = images.plain()
    delattr(source, keyword)
    with pytest.raises(UnsupportedImage):
        give_new_uid(fork(source), source)


def test_file_meta_follows_only_where_it_was_in_step() -> None:
    source = images.plain()
    source.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3")
    made = fork(source)
    made.SOPInstanceUID = "1.2.4"
    follow_instance(made, source)
    assert made.file_meta.MediaStorageSOPInstanceUID == "1.2.3"
    del made.file_meta
    follow_instance(made, source)
    assert not hasattr(made, "file_meta")
