from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from signing.dicom import block, declaration, original, part10
from signing.dicom.block import SealBlock, read_blocks, write_block
from signing.dicom.declaration import Declaration
from signing.dicom.limits import EXPLICIT_LITTLE, IMPLICIT_LITTLE
from signing.dicom.original import Restoration
from signing.dicom.quiet import silenced
from signing.errors import LimitExceeded, MalformedBlock
from tests.signing.dicom.images import in_order, label, shipped
from tests.signing.dicom.test_part10 import without_group_lengths

SEAL = SealBlock(b"one", b"", None, b"four")


def scan() -> Dataset:
    return part10.read(shipped("CT_small.dcm")).dataset


def through_file(dataset: Dataset, syntax: str = EXPLICIT_LITTLE) -> Dataset:
    dataset = deepcopy(dataset)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    return part10.parse(part10.encode(dataset)).dataset


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, IMPLICIT_LITTLE])
def test_a_block_comes_back_through_a_file(syntax: str) -> None:
    dataset = scan()
    assert read_blocks(dataset) == ()
    tags = write_block(dataset, SEAL)
    assert tags == (0x00770010, 0x00771001, 0x00771002, 0x00771004)
    assert read_blocks(through_file(dataset, syntax)) == (SEAL,)


def test_a_block_is_read_after_implicit_made_it_unknown() -> None:
    dataset = scan()
    write_block(dataset, SEAL)
    back = through_file(through_file(dataset, IMPLICIT_LITTLE), EXPLICIT_LITTLE)
    assert back[0x00771001].VR == "UN"
    assert read_blocks(back) == (SEAL,)


def test_another_creator_keeps_its_block_and_ours_moves() -> None:
    dataset = scan()
    dataset.private_block(0x0077, "SOMEBODY", create=True).add_new(1, "LO", "theirs")
    assert write_block(dataset, SEAL)[0] == 0x00770011
    assert read_blocks(dataset) == (SEAL,)
    assert block.remove_blocks(dataset)
    assert dataset[0x00771001].value == "theirs"
    assert not block.remove_blocks(dataset)


def test_every_block_is_read_and_writing_leaves_one() -> None:
    dataset = scan()
    write_block(dataset, SEAL)
    dataset.add_new(0x00770080, "LO", block.CREATOR)
    dataset.add_new(0x00778001, "OB", b"\0\0\0\2ab")
    assert read_blocks(dataset) == (SEAL, SealBlock(envelopes=b"ab"))
    write_block(dataset, SEAL)
    assert read_blocks(dataset) == (SEAL,)


@pytest.mark.parametrize(
    "value",
    [b"", b"\0\0\0", b"\0\0\0\4abc", b"\0\0\0\1a\0\0", b"\0\0\0\1ax", b"\xff\xff\xff\xff", b"abcd"],
)
def test_a_wrong_length_is_malformed(value: bytes) -> None:
    dataset = Dataset()
    dataset.add_new(0x00770010, "LO", block.CREATOR)
    dataset[0x00771001] = DataElement(0x00771001, "OB", value)
    with pytest.raises(MalformedBlock):
        read_blocks(dataset)


def test_text_in_an_element_of_ours_is_malformed() -> None:
    dataset = Dataset()
    dataset.add_new(0x00770010, "LO", block.CREATOR)
    dataset.add_new(0x00771001, "LO", "abcd")
    with pytest.raises(MalformedBlock):
        read_blocks(dataset)


def test_too_many_blocks_are_refused() -> None:
    dataset = Dataset()
    for number in range(0x10, 0x11 + block.MAX_BLOCKS):
        dataset.add_new(0x00770000 + number, "LO", block.CREATOR)
    with pytest.raises(LimitExceeded):
        read_blocks(dataset)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5))
def test_envelopes_come_back(envelopes: list[bytes]) -> None:
    assert original.decode_envelopes(original.encode_envelopes(envelopes)) == tuple(envelopes)


@pytest.mark.parametrize("body", [b"\x80", b"\x81\x01", b"\x41a", b"\x81\x41a\0", b"", b"\x9f\xff"])
def test_another_body_of_envelopes_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBlock):
        original.decode_envelopes(body)


@given(
    st.lists(st.binary(max_size=20), max_size=4),
    st.binary(max_size=30),
    st.sets(st.integers(1, 0xFFFFFFFF), max_size=6),
)
def test_a_restoration_comes_back(records: list[bytes], replaced: bytes, added: set[int]) -> None:
    restoration = Restoration(tuple(records), replaced, tuple(sorted(added)))
    assert Restoration.decode(restoration.encoded) == restoration


@given(st.binary(max_size=60))
def test_no_bytes_leak_a_foreign_exception(body: bytes) -> None:
    for decode in (Restoration.decode, original.decode_envelopes):
        try:
            decode(body)
        except MalformedBlock:
            continue


def test_added_tags_must_ascend() -> None:
    with pytest.raises(MalformedBlock):
        Restoration((), b"", (2, 1))


def test_what_is_declared_tells_anonymisers_and_readers() -> None:
    dataset = scan()
    declaration.declare(dataset, Declaration("0.1.0", "standard", "GATE"))
    (item,) = dataset.PrivateDataElementCharacteristicsSequence
    assert (item.PrivateGroupReference, item.PrivateCreatorReference) == (0x77, block.CREATOR)
    assert item.BlockIdentifyingInformationStatus == "MIXED"
    assert item.NonidentifyingPrivateElements == 1
    (action,) = item.DeidentificationActionSequence
    assert (list(action.IdentifyingPrivateElements), action.DeidentificationAction) == (
        [2, 3, 4, 5],
        "X",
    )
    (purpose,) = dataset.ContributingEquipmentSequence[-1].PurposeOfReferenceCodeSequence
    assert (purpose.CodeValue, purpose.CodingSchemeDesignator) == ("109103", "DCM")
    assert "0.1.0" in dataset.DerivationDescription
    assert "standard" in dataset.DerivationDescription


def test_a_detached_seal_declares_no_derivation() -> None:
    dataset = scan()
    declaration.declare(dataset, Declaration("0.1.0", "detached"))
    assert "DerivationDescription" not in dataset


def test_withdrawing_leaves_the_items_of_others() -> None:
    dataset = scan()
    other = Dataset()
    other.Manufacturer = "Somebody"
    dataset.ContributingEquipmentSequence = Sequence([other])
    declaration.declare(dataset, Declaration("0.1.0", "detached"))
    assert len(dataset.ContributingEquipmentSequence) == 2
    assert declaration.withdraw(dataset)
    assert list(dataset.ContributingEquipmentSequence) == [other]
    assert "PrivateDataElementCharacteristicsSequence" not in dataset
    assert not declaration.withdraw(dataset)


def sealed(before: Dataset) -> tuple[Dataset, Restoration]:
    after = deepcopy(before)
    declaration.declare(after, Declaration("0.1.0", "standard"))
    tags = (*declaration.TAGS, *write_block(after, SEAL))
    replaced, added = original.capture(before, after, tags)
    return after, Restoration((b"",), replaced, added)


READABLE = [path for path in in_order() if "DICOMDIR" not in path.name]


@pytest.mark.parametrize("path", READABLE, ids=label)
def test_what_was_put_back_is_the_source(path: Path) -> None:
    before = part10.read(path).dataset
    with silenced():
        if "SpecificCharacterSet" not in before:
            before.SpecificCharacterSet = "ISO_IR 192"
        before.DerivationDescription = "früher"
        equipment = Dataset()
        equipment.Manufacturer = "Hersteller für Geräte"
        before.ContributingEquipmentSequence = Sequence([equipment])
    before = part10.parse(part10.encode(before)).dataset
    after, restoration = sealed(before)
    received = part10.parse(part10.encode(after)).dataset
    original.put_back(received, Restoration.decode(restoration.encoded))
    source = part10.parse(part10.encode(before)).dataset
    with silenced():
        assert without_group_lengths(received) == without_group_lengths(source)


def test_a_file_that_had_nothing_to_replace_comes_back_byte_for_byte() -> None:
    data = shipped("CT_small.dcm").read_bytes()
    after, restoration = sealed(part10.parse(data).dataset)
    assert part10.encode(after) != data
    received = part10.parse(part10.encode(after)).dataset
    original.put_back(received, restoration)
    assert part10.encode(received) == data


def test_a_moved_block_is_removed_and_its_old_place_spared() -> None:
    after, restoration = sealed(scan())
    moved = read_blocks(after)[0]
    block.remove_blocks(after)
    after.private_block(0x0077, "SOMEBODY", create=True).add_new(1, "LO", "theirs")
    write_block(after, moved)
    original.put_back(after, restoration)
    assert read_blocks(after) == ()
    assert after[0x00771001].value == "theirs"


@pytest.mark.parametrize("replaced", [b"\x08\x00\x11\x21", b"nonsense that is no data set"])
def test_replaced_elements_that_are_broken_are_refused(replaced: bytes) -> None:
    with pytest.raises(MalformedBlock):
        original.put_back(scan(), Restoration((), replaced, ()))
