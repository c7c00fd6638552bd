from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from signing.dicom import decimals, part10, policy
from signing.dicom.canonical import NOTHING, Value, read_alternatives, read_value
from signing.dicom.limits import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from signing.dicom.quiet import silenced
from tests.signing.dicom.images import Format, in_order, label, optional, phantom, shipped


def value(tag: int, vr: str, content: object) -> Value:
    dataset = Dataset()
    with silenced():
        dataset.add_new(tag, vr, content)
    return read_value(dataset, tag)


SPACING, ORIENTATION, NAME, ID, UID_TAG = 0x00280030, 0x00200037, 0x00100010, 0x00100020, 0x00080018

EQUAL: list[tuple[int, str, list[object]]] = [
    (SPACING, "DS", [["0.661468", "1"], [".661467999999999", "1.0"], ["6.61468E-1", "+1"]]),
    (SPACING, "DS", [["0", "1"], ["-0.0", "1"], ["1e-10", "1"]]),
    (0x00200013, "IS", ["7", "007", " 7 ", "+7"]),
    (NAME, "PN", ["Doe^Jane", "Doe^Jane^^^", "Doe^Jane==", " Doe^Jane "]),
    (ID, "LO", ["A1", "A1  ", "  A1"]),
    (0x00080030, "TM", ["120000", "120000.0", "120000.000000"]),
    (0x0008002A, "DT", ["20200101120000+0100", "20200101120000.00+0100"]),
    (0x00082111, "ST", ["text", "text   "]),
    (0x00281052, "DS", ["-1024", "-1024.000", "-1.024E3"]),
]

APART: list[tuple[int, str, list[object]]] = [
    (SPACING, "DS", [["0.661468", "1"], ["0.661469", "1"], ["0.661468", "2"], ["1", "0.661468"]]),
    (NAME, "PN", ["Doe^Jane", "Doe^^Jane", "Jane^Doe", "DOE^JANE", "Doe^Jane=x"]),
    (0x00080030, "TM", ["120000", "120000.5", "120001", "1200"]),
    (0x0008002A, "DT", ["20200101120000", "20200101120000+0100", "20200101120000.1"]),
    (0x00082111, "ST", ["text", "  text"]),
    (0x00180015, "CS", ["A", ["A", "A"], ["A", "B"]]),
]


@pytest.mark.parametrize(("tag", "vr", "contents"), EQUAL)
def test_spellings_of_one_value_are_one_value(tag: int, vr: str, contents: list[object]) -> None:
    assert len({value(tag, vr, content) for content in contents}) == 1


@pytest.mark.parametrize(("tag", "vr", "contents"), APART)
def test_other_values_are_other_values(tag: int, vr: str, contents: list[object]) -> None:
    assert len({value(tag, vr, content) for content in contents}) == len(contents)


@pytest.mark.parametrize(
    ("vr", "empty"), [("LO", ""), ("PN", ""), ("DS", ""), ("IS", None), ("SQ", []), ("LO", "  ")]
)
def test_absent_and_empty_are_one_value(vr: str, empty: object) -> None:
    tag = {"PN": NAME, "DS": SPACING, "IS": 0x00200013, "SQ": 0x00283000}.get(vr, ID)
    assert value(tag, vr, empty) == NOTHING == read_value(Dataset(), tag)


def test_signs_of_sixteen_bits_are_those_of_pixel_representation() -> None:
    assert value(0x00280120, "SS", -2000) == value(0x00280120, "US", 63536)


@pytest.mark.parametrize("wide", [0x10000 + 63536, -2000 - 0x10000, 1 << 31])
def test_a_number_wider_than_sixteen_bits_is_no_number_of_sixteen(wide: int) -> None:
    vr = "UL" if wide > 0 else "SL"
    assert value(0x00280106, vr, wide) == Value("raw", str(wide).encode())
    assert value(0x00280106, vr, wide) != value(0x00280106, "SS", -2000)
    assert value(0x00189810, "UL", [256, wide & 0xFFFFFFFF, 16]).type == "raw"


def test_words_wider_than_sixteen_bits_are_not_cut() -> None:
    narrow = value(0x00283006, "US", [1, 2])
    assert value(0x00283006, "UL", [0x10001, 2]) not in (narrow, NOTHING)
    assert value(0x00283006, "UL", [1, 2]) == narrow


@pytest.mark.parametrize(
    ("tag", "vr", "other", "content"),
    [
        (0x00280010, "US", "UL", 128),
        (ID, "LO", "SH", "A1"),
        (SPACING, "DS", "LO", ["2", "2"]),
        (0x00281050, "DS", "FD", 40.0),
        (0x00281201, "OW", "UL", [1, 2]),
    ],
)
def test_a_vr_that_lies_of_what_an_image_is_is_another_value(
    tag: int, vr: str, other: str, content: object
) -> None:
    honest = value(tag, vr, bytes(4) if vr == "OW" else content)
    lying = value(tag, other, content)
    assert honest.type == ("OW" if vr == "OW" else vr)
    assert lying.type == other


def test_every_vr_that_the_dictionary_allows_is_one_value() -> None:
    assert value(0x00281101, "US", [256, 0, 16]) == value(0x00281101, "SS", [256, 0, 16])
    older = value(0x00281201, "US", [1, 2])  # once the VR of palettes
    assert older == value(0x00281201, "OW", b"\1\0\2\0")


@pytest.mark.parametrize(("tag", "text"), [(0x00181164, "abc"), (0x00200013, "1A")])
def test_a_number_that_is_none_is_equal_to_itself_only(tag: int, text: str) -> None:
    dataset = phantom(Format())
    vr = "DS" if tag == 0x00181164 else "IS"
    with silenced():
        dataset.add_new(tag, "LO", text)
    data = part10.encode(dataset)
    at = data.index(tag.to_bytes(4, "big")[1::-1] + (tag & 0xFFFF).to_bytes(2, "little"))
    other = data[: at + 4] + vr.encode() + data[at + 6 :]
    read = read_value(part10.parse(other).dataset, tag)
    assert read.type in ("raw", vr)
    assert read.data == text.encode()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_a_decimal_is_spelled_once_and_spelling_keeps_seven_digits(number: Decimal) -> None:
    text = decimals.spell_decimal(number)
    again = decimals.read_decimal(text)
    assert again is not None
    assert decimals.spell_decimal(again) == text
    if abs(number) >= decimals.SMALLEST:
        assert abs(again - number) <= abs(number) * Decimal("5e-7")
    assert decimals.readings(number)[0] == text


@given(st.integers(10**6, 10**7 - 1), st.integers(-12, 6), st.booleans())
def test_next_to_a_tie_both_neighbours_are_read(digits: int, scale: int, negative: bool) -> None:
    sign = -1 if negative else 1
    tie = sign * (Decimal(digits) + Decimal("0.5")).scaleb(scale)
    if abs(tie) < decimals.SMALLEST:
        return
    below, above = (
        decimals.spell_decimal(sign * Decimal(n).scaleb(scale)) for n in (digits, digits + 1)
    )
    for nudge in ("0", "4e-13", "-4e-13"):
        assert set(decimals.readings(tie * (1 + Decimal(nudge)))) == {below, above}
    assert len(decimals.readings(tie * (1 + Decimal("1e-10")))) == 1


def test_a_matrix_spacing_on_a_tie_survives_its_rewriting() -> None:
    sealed = value(SPACING, "DS", ["0.39453125", "0.39453125"])
    for text in ("0.39453125", "0.394531249999999", "0.39453125000001"):
        dataset = Dataset()
        dataset.PixelSpacing = [text[:16], text[:16]]
        assert sealed in set(read_alternatives(dataset, SPACING))


def test_the_number_of_readings_is_bounded() -> None:
    dataset = Dataset()
    dataset.add_new(0x00181624, "US", [1])
    dataset.add_new(ORIENTATION, "DS", ["0.39453125"] * 12)
    assert len(list(read_alternatives(dataset, ORIENTATION))) == decimals.MOST_READINGS


def nested(depth: int) -> Dataset:
    dataset = Dataset()
    dataset.PatientID = str(depth)
    if depth:
        dataset.add_new(0x00283000, "SQ", Sequence([nested(depth - 1), nested(depth - 1)]))
    return dataset


def test_sequences_are_read_item_by_item() -> None:
    tag = 0x00283000
    whole = read_value(nested(2), tag)
    assert whole.type == "SQ"
    changed = nested(2)
    changed[tag].value[1][tag].value[0].PatientID = "other"
    swapped = nested(2)
    swapped[tag].value[0].PatientID = "first"
    again = nested(2)
    again[tag].value[1].PatientID = "first"
    values = {read_value(d, tag).data for d in (changed, swapped, again)} | {whole.data}
    assert len(values) == 4


def test_private_attributes_in_items_do_not_count() -> None:
    dataset = nested(1)
    before = read_value(dataset, 0x00283000)
    item = dataset[0x00283000].value[0]
    item.private_block(0x0099, "SOMEBODY", create=True).add_new(1, "LO", "x")
    assert read_value(dataset, 0x00283000) == before


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("undefined", [False, True], ids=["lengths", "delimiters"])
def test_a_private_sequence_means_the_same_however_it_is_written(
    syntax: str, undefined: bool
) -> None:
    dataset = phantom(Format())
    dataset.SpecificCharacterSet = "ISO_IR 192"
    inner = Dataset()
    inner.PatientName, inner.Rows, inner.RescaleSlope = "M\u00fcller^J\u00f6rg", 258, "2.50"
    inner.ReferencedStudySequence = Sequence([nested(0)])
    inner.private_block(0x0099, "INNER", create=True).add_new(1, "DS", "1.50")
    block = dataset.private_block(0x0099, "OUTER", create=True)
    block.add_new(1, "SQ", Sequence([inner, nested(1)]))
    wanted = policy.select(dataset)["0099{OUTER}01"]
    assert wanted.type == "SQ"
    dataset[block.get_tag(1)].is_undefined_length = undefined
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    read = part10.parse(part10.encode(dataset)).dataset
    assert policy.select(read)["0099{OUTER}01"] == wanted


@pytest.mark.parametrize("tag", [0x00080005, 0xFFFCFFFC])
def test_how_an_item_is_written_down_does_not_count(tag: int) -> None:
    dataset = nested(1)
    before = read_value(dataset, 0x00283000)
    content: object = bytes(8) if tag == 0xFFFCFFFC else "ISO_IR 192"
    dataset[0x00283000].value[0].add_new(tag, "OB" if tag == 0xFFFCFFFC else "CS", content)
    assert read_value(dataset, 0x00283000) == before


def test_padding_of_zeros_is_none_and_any_other_is_there() -> None:
    dataset = nested(1)
    before = read_value(dataset, 0x00283000)
    for content in (bytes(70_000), b"MZ", bytes(70_000) + b"\1\0"):
        for where in (dataset, dataset[0x00283000].value[0]):
            where.add_new(0xFFFCFFFC, "OB", content)
        there = content.strip(b"\0") != b""
        assert (read_value(dataset, 0xFFFCFFFC) != NOTHING) is there
        assert (read_value(dataset, 0x00283000) != before) is there


@pytest.mark.parametrize("path", [*in_order(), *optional()], ids=label)
def test_values_are_equal_from_implicit_and_explicit_files(path: Path) -> None:
    data = path.read_bytes()
    before = part10.parse(data)
    native = before.transfer_syntax in (EXPLICIT_LITTLE, IMPLICIT_LITTLE)
    if not native or not before.has_meta:
        return
    selected = policy.select(before.dataset)
    for syntax in (EXPLICIT_LITTLE, IMPLICIT_LITTLE):
        other = part10.parse(data).dataset
        other.file_meta.TransferSyntaxUID = UID(syntax)
        assert policy.select(part10.parse(part10.encode(other)).dataset) == selected


PAIRS = [("MR_small.dcm", "MR_small_bigendian.dcm"), ("MR_small.dcm", "MR_small_implicit.dcm")]


@pytest.mark.parametrize(("one", "other"), [*PAIRS, ("rtdose.dcm", "rtdose_expb.dcm")])
def test_values_are_equal_from_files_of_another_byte_order(one: str, other: str) -> None:
    first, second = (policy.select(part10.read(shipped(name)).dataset) for name in (one, other))
    first.pop("FFFCFFFC", None)  # the little endian file is a TIFF too, whose end is in its padding
    assert first == second


@pytest.mark.parametrize("vr", ["OW", "US", "OB"])
def test_words_are_equal_from_either_byte_order(vr: str) -> None:
    little = part10.read(shipped("MR_small.dcm")).dataset
    big = part10.read(shipped("MR_small_bigendian.dcm")).dataset
    assert part10.transfer_syntax(big) == EXPLICIT_BIG
    tag = 0x00281201 if vr != "OB" else 0x00282000
    words: object = [1, 515] if vr == "US" else b"\x01\x00\x03\x02"
    little.add_new(tag, vr, words)
    big.add_new(tag, vr, b"\x00\x01\x02\x03" if vr == "OW" else words)
    read_back = part10.parse(part10.encode(big)).dataset
    assert read_value(read_back, tag) == read_value(little, tag) == read_value(big, tag)


def test_un_of_a_known_tag_is_its_value() -> None:
    dataset = part10.read(shipped("MR_small.dcm")).dataset
    data = part10.encode(dataset)
    text = str(dataset.PatientID).encode()
    padded = text + b" " * (len(text) % 2)
    tag = b"\x10\x00\x20\x00"
    known = tag + b"LO" + len(padded).to_bytes(2, "little") + padded
    unknown = tag + b"UN\0\0" + len(padded).to_bytes(4, "little") + padded
    assert known in data
    other = part10.parse(data.replace(known, unknown)).dataset
    assert read_value(other, ID) == read_value(dataset, ID)
