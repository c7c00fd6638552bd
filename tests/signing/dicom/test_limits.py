import struct
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.dicom import limits
from signing.dicom.limits import DEFLATED, ProblemKind, examine
from signing.dicom.structure import Encoding, walk
from tests.signing.dicom.images import DAMAGED, SHIPPED_FOLDER, in_order, label, optional, shipped

EXPLICIT = Encoding(explicit=True, big_endian=False, encapsulated=None)
IMPLICIT = Encoding(explicit=False, big_endian=False, encapsulated=None)
CT = shipped("CT_small.dcm").read_bytes()


def element(tag: int, vr: str, value: bytes) -> bytes:
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    if vr in ("OB", "OW", "SQ", "UN"):
        return head + struct.pack("<HL", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def undefined(tag: int, vr: str) -> bytes:
    return struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode() + b"\0\0" + b"\xff" * 4


ITEM = b"\xfe\xff\x00\xe0"
ITEM_END = b"\xfe\xff\x0d\xe0\0\0\0\0"
SEQUENCE_END = b"\xfe\xff\xdd\xe0\0\0\0\0"


def item(content: bytes) -> bytes:
    return ITEM + struct.pack("<L", len(content)) + content


def kinds(data: bytes, encoding: Encoding = EXPLICIT) -> list[ProblemKind]:
    return [problem.kind for problem in walk(data, 0, encoding).problems]


def meta(syntax: str) -> bytes:
    uid = syntax.encode() + b"\0" * (len(syntax) % 2)
    rest = element(0x00020010, "UI", uid)
    return bytes(128) + b"DICM" + element(0x00020000, "UL", struct.pack("<L", len(rest))) + rest


ID = element(0x00100020, "LO", b"AB")
NAME = element(0x00100010, "PN", b"A^")


@pytest.mark.parametrize("path", in_order(), ids=label)
def test_files_in_order_have_no_problem(path: Path) -> None:
    structure = examine(path.read_bytes())
    assert structure.is_dicom
    assert structure.problems == ()


@pytest.mark.parametrize("path", optional(), ids=label)
def test_every_file_of_the_optional_set_has_no_problem(path: Path) -> None:
    assert examine(path.read_bytes()).problems == ()


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_damaged_files_have_a_problem(name: str) -> None:
    (path,) = SHIPPED_FOLDER.rglob(name)
    structure = examine(path.read_bytes())
    assert structure.problems or not structure.is_dicom


@pytest.mark.parametrize("name", ["README.txt", "zipMR.gz", "test1.json", "crayons.icc"])
def test_other_files_are_not_dicom(name: str) -> None:
    assert not examine(shipped(name).read_bytes()).is_dicom


def test_a_data_set_in_order_has_no_problem() -> None:
    assert kinds(NAME + ID) == []


def test_a_tag_that_comes_twice_is_a_duplicate() -> None:
    assert kinds(NAME + ID + ID) == [ProblemKind.DUPLICATE]


def test_a_tag_out_of_order_is_named_with_its_path() -> None:
    data = element(0x00400275, "SQ", item(ID + NAME))
    (problem,) = walk(data, 0, EXPLICIT).problems
    assert (problem.kind, problem.where) == (ProblemKind.ORDER, "(0040,0275)[0]/(0010,0010)")


def test_duplicates_inside_undefined_lengths_are_found() -> None:
    inner = ITEM + b"\xff" * 4 + ID + ID + ITEM_END
    assert kinds(undefined(0x00400275, "SQ") + inner + SEQUENCE_END) == [ProblemKind.DUPLICATE]


def test_duplicates_hidden_in_un_are_found() -> None:
    implicit = b"\x10\x00\x20\x00\x02\x00\x00\x00AB"
    inner = ITEM + b"\xff" * 4 + implicit + implicit + ITEM_END
    assert kinds(undefined(0x00400275, "UN") + inner + SEQUENCE_END) == [ProblemKind.DUPLICATE]
    assert kinds(element(0x00400275, "UN", item(implicit * 2))) == [ProblemKind.DUPLICATE]


def test_a_second_pixel_data_is_a_duplicate() -> None:
    data = element(0x7FE00008, "OB", b"") + element(0x7FE00010, "OB", b"\0\0")
    assert kinds(data) == [ProblemKind.DUPLICATE]


def test_file_meta_inside_the_data_set_is_a_duplicate() -> None:
    assert ProblemKind.DUPLICATE in kinds(element(0x00020010, "UI", b"1.2.") + ID)


def test_bytes_after_pixel_data_are_trailing() -> None:
    pixels = element(0x7FE00010, "OB", b"\0\0")
    assert kinds(pixels + b"PK\x03\x04 and more") == [ProblemKind.TRAILING]
    assert kinds(pixels + element(0xFFFCFFFC, "OB", bytes(8))) == []


@pytest.mark.parametrize("cut", [1, 5, 7, 9])
def test_a_value_that_is_cut_is_malformed(cut: int) -> None:
    assert kinds((NAME + ID)[:-cut]) == [ProblemKind.MALFORMED]


@pytest.mark.parametrize("vr", [b"\0\0", b"QQ", b"ob"])
def test_a_vr_that_does_not_exist_is_malformed(vr: bytes) -> None:
    assert kinds(NAME[:4] + vr + NAME[6:]) == [ProblemKind.MALFORMED]


def test_a_delimiter_with_a_length_is_malformed() -> None:
    data = undefined(0x00400275, "SQ") + SEQUENCE_END[:4] + b"\2\0\0\0AB"
    assert kinds(data) == [ProblemKind.MALFORMED]


def test_an_item_longer_than_its_sequence_is_malformed() -> None:
    data = element(0x00400275, "SQ", item(ID)[:-2])
    assert kinds(data) == [ProblemKind.MALFORMED]


def test_depth_ends_at_the_limit_without_recursion() -> None:
    deepest = (undefined(0x00400275, "SQ") + ITEM + b"\xff" * 4) * 200_000
    problems = walk(deepest, 0, EXPLICIT).problems
    assert [problem.kind for problem in problems] == [ProblemKind.LIMITS]


def test_depth_below_the_limit_is_in_order() -> None:
    data = b""
    for _ in range(limits.MAX_DEPTH - 1):
        data = element(0x00400275, "SQ", item(data))
    assert kinds(data) == []


def test_pixel_data_must_be_as_the_syntax_says() -> None:
    native = element(0x7FE00010, "OB", b"\0\0")
    fragments = undefined(0x7FE00010, "OB") + item(b"") + item(b"\0\0") + SEQUENCE_END
    for encapsulated, data in ((True, native), (False, fragments)):
        encoding = Encoding(True, False, encapsulated)
        assert kinds(data, encoding) == [ProblemKind.MALFORMED]
        assert kinds(data, Encoding(True, False, not encapsulated)) == []


def test_fragments_that_are_cut_are_malformed() -> None:
    fragments = undefined(0x7FE00010, "OB") + item(b"") + item(b"\0\0")
    assert kinds(fragments) == [ProblemKind.MALFORMED]


def test_a_program_in_the_preamble_is_noted() -> None:
    problems = examine(b"MZ" + CT[2:]).problems
    assert [problem.kind for problem in problems] == [ProblemKind.PREAMBLE]


def test_a_tiff_in_the_preamble_is_allowed() -> None:
    assert examine(b"II*\0" + CT[4:]).problems == ()


def test_a_wrong_meta_group_length_is_malformed() -> None:
    data = meta(limits.EXPLICIT_LITTLE) + NAME
    wrong = data[:140] + bytes([data[140] + 2]) + data[141:]
    assert examine(data).problems == ()
    assert [problem.kind for problem in examine(wrong).problems] == [ProblemKind.MALFORMED]


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def test_a_bomb_does_not_inflate() -> None:
    bomb = meta(DEFLATED) + deflate(element(0x7FE00010, "OB", bytes(limits.FREE_INFLATED_BYTES)))
    assert [problem.kind for problem in examine(bomb).problems] == [ProblemKind.LIMITS]


def test_bytes_behind_deflated_data_are_trailing() -> None:
    plain = NAME + ID
    data = meta(DEFLATED) + deflate(plain)
    trailer = struct.pack("<LL", zlib.crc32(plain), len(plain))
    assert examine(data + b"\0").problems == ()
    assert examine(data + trailer).problems == ()  # a gzip trailer, which some writers leave
    assert examine(data + bytes(70_000)).problems == ()  # the length before deflation, likewise
    for rest in (b"x", b"\0\0x", bytes(70_000) + b"x", trailer + b"\0"):
        assert [p.kind for p in examine(data + rest).problems] == [ProblemKind.TRAILING]


def test_deflated_data_that_are_cut_are_malformed() -> None:
    data = meta(DEFLATED) + deflate(NAME + ID)
    assert [p.kind for p in examine(data[:-2]).problems] == [ProblemKind.MALFORMED]


def test_many_elements_are_walked_in_linear_time() -> None:
    one = b"".join(element(0x00200000 + n, "IS", b"12") for n in range(1, 41))
    data = element(0x52009230, "SQ", item(one) * 500)
    start = time.process_time()
    assert walk(data, 0, EXPLICIT).elements == 20_001
    assert time.process_time() - start < 5  # it takes 0.05 s; a quadratic walk takes minutes


MUTABLE = [
    shipped(name).read_bytes()
    for name in (
        "CT_small.dcm",
        "MR_small_implicit.dcm",
        "ExplVR_BigEnd.dcm",
        "image_dfl.dcm",
        "UN_sequence.dcm",
        "reportsi.dcm",
        "MR_small_RLE.dcm",
    )
]

edits = st.lists(
    st.tuples(st.integers(0, 40_000), st.binary(min_size=1, max_size=6), st.booleans()),
    min_size=1,
    max_size=8,
)


@settings(max_examples=300)
@given(st.sampled_from(MUTABLE), edits, st.integers(0, 40_000))
def test_no_bytes_make_the_walk_raise(
    data: bytes, changes: list[tuple[int, bytes, bool]], end: int
) -> None:
    mutated = bytearray(data)
    for position, new, insert in changes:
        at = position % len(mutated)
        mutated[at : at + (0 if insert else len(new))] = new
    examine(bytes(mutated))
    examine(bytes(mutated[: end % len(mutated)]))


@given(st.binary(max_size=400), st.sampled_from([EXPLICIT, IMPLICIT]))
def test_noise_does_not_make_the_walk_raise(data: bytes, encoding: Encoding) -> None:
    walk(data, 0, encoding)
