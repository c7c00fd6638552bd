"""What nobody may do to a file, on its bytes: attributes, structure, and the seal itself.

Each attack takes the bytes of a sealed file in explicit VR little endian, and those of another
sealed file where it needs them, and returns bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
import pydicom
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.amending import amend
from signing.dicom import block
from signing.dicom.copies import fork
from signing.keys import FileSigner, Role
from signing.redaction.release import redact
from signing.verdict import Code, Verdict

SEAL_GROUP: Final = 0x0077
SIGNATURES: Final = (0x4FFE0001, 0xFFFAFFFA)
PATIENT: Final = ("PatientName", "PatientID")
_LONG: Final = ("OB", "OW", "SQ", "UN")


@dataclass(frozen=True)
class Attack:
    """An attack, and what a verifier must say."""

    forge: Callable[[bytes, bytes], bytes]
    """Sealed file, another sealed file; the forgery."""
    verdict: Verdict
    code: Code
    """A finding that names it."""


def read(data: bytes) -> Dataset:
    """Return a data set."""
    return pydicom.dcmread(BytesIO(data), force=True)


def written(dataset: Dataset) -> bytes:
    """Return the bytes of a file."""
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def element(tag: int, vr: str, value: bytes) -> bytes:
    """Return an element, explicit VR little endian."""
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in _LONG:
        return head + struct.pack("<HL", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def splice(data: bytes, tag: int, more: bytes) -> bytes:
    """Return the file with `more` where attribute `tag`, which it lacks, would begin."""
    behind = next(raw for raw in read(data).values() if raw.tag > tag)
    assert isinstance(behind, RawDataElement)
    at = behind.value_tell - (12 if behind.VR in _LONG else 8)
    return data[:at] + more + data[at:]


def edit(change: Callable[[Dataset], object]) -> Callable[[bytes, bytes], bytes]:
    """Return an attack that edits attributes and writes the file properly."""

    def forge(data: bytes, _: bytes) -> bytes:
        dataset = read(data)
        change(dataset)
        return written(dataset)

    return forge


def insert(tag: int, vr: str, value: bytes) -> Callable[[bytes, bytes], bytes]:
    """Return an attack that puts a second element right behind the one of the same tag."""

    def forge(data: bytes, _: bytes) -> bytes:
        begin = data.index(struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode(), 132)
        size = struct.unpack("<H", data[begin + 6 : begin + 8])[0]
        end = begin + 8 + size
        return data[:end] + element(tag, vr, value) + data[end:]

    return forge


def _item(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def _black(dataset: Dataset) -> None:
    dataset.WindowCenter, dataset.WindowWidth = "5000", "1"


def _table(dataset: Dataset) -> None:
    item = Dataset()
    item.add_new(0x00283002, "SS", [2, -1024, 16])
    item.add_new(0x00283006, "US", [0, 0])
    dataset.VOILUTSequence = Sequence([item])


def _overlay(dataset: Dataset) -> None:
    rows, columns = dataset.Rows, dataset.Columns
    for number, vr, value in (
        (0x0010, "US", rows),
        (0x0011, "US", columns),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", bytes((rows * columns + 15) // 16 * 2)),
    ):
        dataset.add_new(0x60000000 | number, vr, value)


def _shutter(dataset: Dataset) -> None:
    dataset.ShutterShape = "CIRCULAR"
    dataset.CenterOfCircularShutter, dataset.RadiusOfCircularShutter = ["1", "1"], "1"


def _rescale(dataset: Dataset) -> None:
    dataset.RescaleIntercept = str(float(dataset.get("RescaleIntercept", 0)) + 50)


def _swap(data: bytes, other: bytes) -> bytes:
    """Give the file the patient of another."""
    dataset, stranger = read(data), read(other)
    for keyword in PATIENT:
        setattr(dataset, keyword, stranger.get(keyword, ""))
    return written(dataset)


def _replace(data: bytes, other: bytes) -> bytes:
    """Drop the salts of the patient first, as a redaction does; which needs no key."""
    hidden = redact(read(data), PATIENT)
    return _swap(written(hidden), other)


def _explained(data: bytes, other: bytes) -> bytes:
    """Swap the patient, and write what archives write where they rightly change something."""
    dataset = read(_swap(data, other))
    before = _item(**{keyword: read(data).get(keyword, "") for keyword in PATIENT})
    reason = _item(
        AttributeModificationDateTime="20261123100000",
        ModifyingSystem="PACS",
        ReasonForTheAttributeModification="CORRECT",
        ModifiedAttributesSequence=Sequence([before]),
    )
    dataset.OriginalAttributesSequence = Sequence([reason])
    return written(dataset)


def _amended(data: bytes, other: bytes) -> bytes:
    """Swap the patient, and answer for it with a key of one's own."""
    own = FileSigner(Ed25519PrivateKey.generate(), "archive", Role.ARCHIVE)
    return written(amend(read(_swap(data, other)), own, "patient merge"))


def _hidden(keyword: str, **values: object) -> Callable[[Dataset], None]:
    """Return what puts values where programs look that read one long list of attributes."""
    return lambda dataset: setattr(dataset, keyword, Sequence([_item(**values)]))


def _hidden_private(dataset: Dataset) -> None:
    held = dataset.private_block(0x0099, "ARCHIVE", create=True)
    held.add_new(1, "SQ", Sequence([_item(RescaleSlope="2")]))


def _hidden_equipment(dataset: Dataset) -> None:
    """Append an item with a spacing to a sequence that may grow."""
    held = dataset.ContributingEquipmentSequence
    held.append(_item(Manufacturer="ROUTER", SpacingBetweenSlices="9"))


def _sample(dataset: Dataset) -> None:
    values = np.frombuffer(dataset.PixelData, "<i2").copy()
    values[len(values) // 2] += 1
    dataset.PixelData = values.tobytes()


def _second_pixels(data: bytes, _: bytes) -> bytes:
    size = len(read(data).PixelData)
    return data + element(0x7FE00010, "OW", bytes(size))


def _second_seal(data: bytes, other: bytes) -> bytes:
    """Put another file's seal beside the file's own."""
    dataset, strangers = read(data), block.read_blocks(read(other))
    group = dataset.private_block(SEAL_GROUP, "SOMEBODY", create=True)
    group.add_new(1, "OB", b"\0\0")
    del dataset[group.get_tag(1)]
    block.write_block(dataset, strangers[0])
    return written(dataset)


def _transplant(data: bytes, other: bytes) -> bytes:
    """Put samples, seal and signatures of one file under the header of another."""
    source, header = read(data), fork(read(other))
    for old in [tag for tag in header.keys() if tag.group == SEAL_GROUP or tag in SIGNATURES]:
        del header[old]
    moved = {0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103, 0x7FE00010}
    for tag in source.keys():
        if tag.group == SEAL_GROUP or tag in SIGNATURES or tag in moved:
            header[tag] = source[tag]
    header.SOPInstanceUID = source.SOPInstanceUID
    header.file_meta.MediaStorageSOPInstanceUID = source.SOPInstanceUID
    return written(header)


def _strip(dataset: Dataset) -> None:
    dataset.remove_private_tags()
    for tag in SIGNATURES:
        if tag in dataset:
            del dataset[tag]


def _misordered(data: bytes, _: bytes) -> bytes:
    """Exchange two neighbours."""
    name, number = (data.index(struct.pack("<HH", 0x10, e) + vr) for e, vr in _NEIGHBOURS)
    end = number + 8 + struct.unpack("<H", data[number + 6 : number + 8])[0]
    return data[:name] + data[number:end] + data[name:number] + data[end:]


_NEIGHBOURS: Final = ((0x0010, b"PN"), (0x0020, b"LO"))


def _nested(data: bytes, _: bytes) -> bytes:
    """Put 200,000 sequences into one another."""
    opened = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    return splice(data, 0x00081140, opened * 200_000)


def _nested_duplicate(data: bytes, _: bytes) -> bytes:
    """Put an attribute into an item twice."""
    uid = element(0x00081155, "UI", b"1.2.3\0")
    item = b"\xfe\xff\x00\xe0" + struct.pack("<L", 2 * len(uid)) + 2 * uid
    return splice(data, 0x00081140, element(0x00081140, "SQ", item))


def _second_meta(data: bytes, _: bytes) -> bytes:
    size = 12 + struct.unpack("<L", data[140:144])[0]
    return data[: 132 + size] + data[132 : 132 + size] + data[132 + size :]


def _private(dataset: Dataset) -> None:
    """Change the first number of another manufacturer's."""
    for one in dataset:
        if one.tag.is_private and one.tag.group != SEAL_GROUP and one.VR in ("DS", "FL", "SL"):
            one.value = 7 if one.VR != "DS" else "7"
            return
    raise LookupError("no private number")


PREAMBLE: Final = 128


def _program(data: bytes, _: bytes) -> bytes:
    return b"MZ\x90\0" + bytes(PREAMBLE - 4) + data[PREAMBLE:]


def _creator_twice(dataset: Dataset) -> None:
    """Reserve a second block for a creator that has one."""
    first = next(one for one in dataset if one.tag.is_private_creator)
    dataset.add_new(first.tag + 0x70, "LO", first.value)
    dataset.add_new((first.tag.group << 16) | ((first.tag.elem + 0x70) << 8) | 1, "LO", "FORGED")


def _altered(change: Callable[[Dataset], object], code: Code) -> Attack:
    return Attack(edit(change), Verdict.ALTERED, code)


def _unreadable(forge: Callable[[bytes, bytes], bytes], code: Code) -> Attack:
    return Attack(forge, Verdict.UNREADABLE, code)


_DISPLAY, _GEOMETRY = Code.ATTRIBUTES_DISPLAY, Code.ATTRIBUTES_GEOMETRY
_IDENTITY, _REST = Code.ATTRIBUTES_IDENTITY, Code.ATTRIBUTES_REST
_TWICE = Code.STRUCTURE_DUPLICATE

ATTACKS: Final[dict[str, Attack]] = {
    "one sample changed by 1": _altered(_sample, Code.PIXELS_MATCH),
    "window inserted": _altered(_black, _DISPLAY),
    "VOI table inserted": _altered(_table, _DISPLAY),
    "overlay inserted": _altered(_overlay, _DISPLAY),
    "shutter inserted": _altered(_shutter, _DISPLAY),
    "rescale changed": _altered(_rescale, _DISPLAY),
    "shown inverted": _altered(
        lambda d: setattr(d, "PhotometricInterpretation", "MONOCHROME1"),
        Code.ATTRIBUTES_PIXEL_DESCRIPTION,
    ),
    "spacing changed": _altered(lambda d: setattr(d, "PixelSpacing", ["2", "2"]), _GEOMETRY),
    "position changed": _altered(
        lambda d: setattr(d, "ImagePositionPatient", ["0", "0", "0"]), _GEOMETRY
    ),
    "spacing in an item of the order": _altered(
        _hidden("RequestAttributesSequence", PixelSpacing=["2", "2"]), _GEOMETRY
    ),
    "spacing in a frame's macro": _altered(
        _hidden("PixelMeasuresSequence", PixelSpacing=["2", "2"]), _GEOMETRY
    ),
    "spacing in an item of equipment": _altered(_hidden_equipment, _REST),
    "rescale in a private sequence": _altered(_hidden_private, _DISPLAY),
    "laterality inserted": _altered(lambda d: setattr(d, "ImageLaterality", "L"), _IDENTITY),
    "patient swapped": Attack(_swap, Verdict.ALTERED, _IDENTITY),
    "patient swapped, salts dropped": Attack(_replace, Verdict.PARTIAL, Code.ATTRIBUTES_DISCLOSED),
    "patient swapped, explained by Original Attributes": Attack(
        _explained, Verdict.ALTERED, _IDENTITY
    ),
    "patient swapped, amended by a stranger": Attack(
        _amended, Verdict.ALTERED, Code.AMENDMENT_GRANTED
    ),
    "study swapped": _altered(lambda d: setattr(d, "StudyInstanceUID", "1.2.3.4"), _IDENTITY),
    "tube voltage changed": _altered(lambda d: setattr(d, "KVP", "80"), _REST),
    "private number changed": _altered(_private, _REST),
    "seal and signature under another header": Attack(_transplant, Verdict.ALTERED, _IDENTITY),
    "another file's seal put beside": Attack(
        _second_seal, Verdict.ALTERED, Code.ATTRIBUTES_IDENTITY
    ),
    "seal and signature removed": Attack(edit(_strip), Verdict.PARTIAL, Code.CERTIFICATE_SIGNATURE),
    "second Pixel Data at the end": _unreadable(_second_pixels, _TWICE),
    "second Patient ID beside the first": _unreadable(insert(0x00100020, "LO", b"FORGED"), _TWICE),
    "second Patient ID at the end": _unreadable(
        lambda d, _: d + element(0x00100020, "LO", b"FORGED"), Code.STRUCTURE_ORDER
    ),
    "second attribute in an item": _unreadable(_nested_duplicate, _TWICE),
    "second block of a private creator": _unreadable(edit(_creator_twice), _TWICE),
    "Number of Frames raised": _unreadable(
        edit(lambda d: setattr(d, "NumberOfFrames", "2")), Code.STRUCTURE_MALFORMED
    ),
    "Rows lowered": _unreadable(edit(lambda d: setattr(d, "Rows", 64)), Code.STRUCTURE_TRAILING),
    "second file meta group": _unreadable(_second_meta, Code.STRUCTURE_ORDER),
    "elements out of order": _unreadable(_misordered, Code.STRUCTURE_ORDER),
    "bytes behind the data set": _unreadable(
        lambda d, _: d + b"\x90" * 64, Code.STRUCTURE_TRAILING
    ),
    "program in the preamble": _unreadable(_program, Code.STRUCTURE_MALFORMED),
    "payload in the padding (FFFC,FFFC)": _altered(
        lambda d: d.add_new(0xFFFCFFFC, "OB", b"MZ" + b"\x90" * 62), _REST
    ),
    "200,000 nested sequences": _unreadable(_nested, Code.STRUCTURE_LIMITS),
}
"""Every attack of ours on attributes and structure, by name."""
