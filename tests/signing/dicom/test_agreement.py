"""What is verified is what was checked: two parsers that read two data sets give none."""

import os
import struct
import time
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

from signing.dicom import limits, part10
from signing.dicom.agreement import agrees
from signing.dicom.limits import examine
from signing.dicom.quiet import silenced
from signing.dicom.stored import FileBytes
from signing.errors import Unreadable
from tests.signing.dicom.images import in_order, label, shipped
from tests.signing.dicom.test_limits import (
    ID,
    ITEM,
    ITEM_END,
    NAME,
    SEQUENCE_END,
    deflate,
    element,
    item,
    meta,
    undefined,
)

GENUINE = element(0x00080018, "UI", b"1.2.34") + element(0x00100010, "PN", b"Genuine ")


def long(tag: int, vr: bytes, value: bytes, reserved: int = 0) -> bytes:
    head = struct.pack("<HH2sHL", tag >> 16, tag & 0xFFFF, vr, reserved, len(value))
    return head + value


def implicit(tag: int, value: bytes) -> bytes:
    return struct.pack("<HHL", tag >> 16, tag & 0xFFFF, len(value)) + value


def two_faced() -> bytes:
    """A data set in implicit VR that is another one in explicit VR.

    The first element's length, 0x4853, is also the VR SH and a length of 0.
    """
    forged = implicit(0x00100010, b"Forged")
    pad = bytes(0x4853 - len(GENUINE) - 12)
    hidden = long(0xFFFCFFFC, b"OB", pad + forged)  # padding in explicit VR, behind it in implicit
    return struct.pack("<HHL", 8, 1, 0x4853) + GENUINE + hidden


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        part10.parse(data)
    assert caught.value.code == "structure.malformed"
    return caught.value.reason


def test_an_implicit_file_that_reads_as_explicit_too_is_unreadable() -> None:
    data = meta(limits.IMPLICIT_LITTLE) + two_faced()
    structure = examine(data)
    assert structure.problems == ()  # in implicit VR nothing is wrong with it
    with silenced():
        other = pydicom.dcmread(FileBytes(data))
    assert str(other.PatientName) == "Genuine"  # the walk saw the forged name
    assert refused(data) == "two parsers read different data sets"


def test_a_bare_data_set_is_what_both_parsers_guess() -> None:
    instance = part10.parse(two_faced())
    assert instance.transfer_syntax == limits.EXPLICIT_LITTLE
    assert instance.dataset.PatientName == "Genuine"


@pytest.mark.parametrize("name", ["CT_small.dcm", "MR_small_implicit.dcm", "image_dfl.dcm"])
def test_any_element_that_moved_is_seen(name: str) -> None:
    data = shipped(name).read_bytes()
    structure = examine(data)
    for drop in list(structure.roots)[:3] + list(structure.roots)[-1:]:
        with silenced():
            dataset = pydicom.dcmread(FileBytes(data))
        assert agrees(dataset, structure)
        del dataset[drop]
        assert not agrees(dataset, structure)
    with silenced():
        dataset = pydicom.dcmread(FileBytes(data))
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRBigEndian
    assert not agrees(dataset, structure)


@pytest.mark.parametrize("path", in_order(), ids=label)
def test_files_in_order_are_read_as_they_were_walked(path: Path) -> None:
    data = path.read_bytes()
    structure = examine(data)
    with silenced():
        dataset = pydicom.dcmread(FileBytes(data), force=True)
    assert agrees(dataset, structure)


def test_a_deflated_file_is_compared_by_its_inflated_offsets() -> None:
    data = meta(limits.DEFLATED) + deflate(NAME + ID)
    assert part10.parse(data).dataset.PatientID == "AB"
    other = meta(limits.DEFLATED) + deflate(implicit(0x00100010, b"A^" * 20) + ID)
    refused(other)


def test_comparing_costs_less_than_a_parser() -> None:
    some = b"".join(element(0x00200000 + n, "IS", b"12") for n in range(1, 301))
    data = meta(limits.EXPLICIT_LITTLE) + some
    structure = examine(data)
    with silenced():
        dataset = pydicom.dcmread(FileBytes(data))
    start = time.process_time()
    for _ in range(100):
        assert agrees(dataset, structure)
    assert time.process_time() - start < 0.2  # 2 ms each; it takes 0.1 ms


# A file meta element that one parser takes for a short one, and the other for a long one.


def with_meta(first: bytes) -> bytes:
    rest = first + element(0x00020010, "UI", b"1.2.840.10008.1.2.1\0")
    head = element(0x00020000, "UL", struct.pack("<L", len(rest)))
    return bytes(128) + b"DICM" + head + rest + NAME + ID


def test_every_long_vr_is_long_in_the_file_meta() -> None:
    address = long(0x00020001, b"OB", b"\0\1")
    assert part10.parse(with_meta(address)).problems == ()
    data = meta(limits.EXPLICIT_LITTLE)
    assert refused(with_meta(long(0x00020001, b"UC", b"", reserved=4)) + data)
    uri = long(0x00020026, b"UR", b"http://a/b")
    rest = element(0x00020010, "UI", b"1.2.840.10008.1.2.1\0") + uri
    head = element(0x00020000, "UL", struct.pack("<L", len(rest)))
    assert part10.parse(bytes(128) + b"DICM" + head + rest + NAME + ID).problems == ()


@pytest.mark.parametrize("vr", [b"QQ", b"XX", b"\0\0", b"ui"])
def test_an_unknown_vr_in_the_file_meta_is_malformed(vr: bytes) -> None:
    short = element(0x00020002, "UI", b"1.2.34")
    refused(with_meta(short[:4] + vr + short[6:]))


# Sequences hidden in UN are implicit VR (PS3.5 6.2.2); a parser that guesses may think otherwise.

SEQUENCE = 0x00081140
TWO_FACED_ITEM = two_faced()


def explicit_file(data: bytes) -> bytes:
    return meta(limits.EXPLICIT_LITTLE) + data


@pytest.mark.parametrize("tag", [SEQUENCE, 0x00091010])
def test_an_item_in_un_that_may_be_explicit_is_malformed(tag: int) -> None:
    plain = undefined(tag, "UN") + item(implicit(0x00080018, b"1.2.34")) + SEQUENCE_END
    assert part10.parse(explicit_file(plain)).problems == ()
    for inner in (item(TWO_FACED_ITEM), ITEM + b"\xff" * 4 + TWO_FACED_ITEM + ITEM_END):
        refused(explicit_file(undefined(tag, "UN") + inner + SEQUENCE_END))


def test_a_known_sequence_of_a_length_in_un_may_not_be_explicit() -> None:
    assert part10.parse(explicit_file(element(SEQUENCE, "UN", item(b"")))).dataset
    refused(explicit_file(element(SEQUENCE, "UN", item(TWO_FACED_ITEM))))


def test_a_sequence_in_un_reads_as_it_was_walked() -> None:
    inner = item(implicit(0x00080018, b"1.2.34"))
    data = explicit_file(element(SEQUENCE, "UN", inner))
    (read,) = part10.parse(data).dataset[SEQUENCE].value
    assert read.SOPInstanceUID == "1.2.34"


def test_a_value_of_no_sequence_may_not_have_undefined_length() -> None:
    head = struct.pack("<HHL", 0x0010, 0x0010, 0xFFFFFFFF)
    name = head + item(b"") + SEQUENCE_END
    refused(meta(limits.IMPLICIT_LITTLE) + name)
    outer = implicit(SEQUENCE, item(name))
    refused(meta(limits.IMPLICIT_LITTLE) + outer)


def test_fragments_in_un_are_malformed() -> None:
    data = undefined(0x7FE00010, "UN") + item(b"") + item(b"\0\0") + SEQUENCE_END
    refused(meta("1.2.840.10008.1.2.5") + data)


def test_a_pipe_or_device_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.dcm"
    os.mkfifo(pipe)
    for path in (pipe, Path(os.devnull)):
        with pytest.raises(Unreadable, match="not a regular file"):
            part10.read(path)


def test_a_data_set_that_was_not_read_has_nothing_to_agree_with() -> None:
    assert not agrees(Dataset(), examine(meta(limits.EXPLICIT_LITTLE) + NAME + ID))
