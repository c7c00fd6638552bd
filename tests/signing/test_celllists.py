"""Lists of cell digests: bound to the statement, and what they tell of frames without a mark."""

from dataclasses import replace

import numpy as np
import pytest
from pydicom.dataset import Dataset

from signing import cbor
from signing.celllists import MAX_CELLS, decode_lists, encode_lists, lists_digest
from signing.dicom import block
from signing.dicom.copies import fork
from signing.digests import MAX_FRAMES
from signing.errors import MalformedBlock, UnsupportedImage
from signing.evidence.mapping import Witness, map_unmarked
from signing.restoration import restore
from signing.sealparts import read_seal
from signing.verdict import Code, Outcome, Report, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import TRUST, failed, frames_of, sealed, with_frames, without


def with_cells(dataset: Dataset, body: bytes | None) -> Dataset:
    """Return a copy whose block holds this body in element 05."""
    changed = fork(dataset)
    block.write_block(changed, replace(block.read_blocks(dataset)[0], cells=body))
    return changed


def body_of(dataset: Dataset) -> bytes:
    """Return the body of element 05."""
    body = block.read_blocks(dataset)[0].cells
    assert body is not None
    return body


def outcome(report: Report) -> list[Outcome]:
    """Return what became of the lists."""
    return [f.outcome for f in report.findings if f.code is Code.CELLS_BOUND]


def test_lists_are_decoded_as_they_were_encoded() -> None:
    lists = (b"", b"1234", b"12345678")
    assert decode_lists(encode_lists(lists)) == lists


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x80\x00",
        cbor.encode({1: b""}),
        cbor.encode([b"", 1]),
        cbor.encode([b"", None]),
        b"\x9f\xff",
        b"\x98\x01\x40",
    ],
)
def test_other_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedBlock):
        decode_lists(body)


def test_lists_have_ceilings() -> None:
    with pytest.raises(MalformedBlock):
        decode_lists(encode_lists([bytes(MAX_CELLS + 1)]))
    with pytest.raises(MalformedBlock):
        decode_lists(encode_lists([b""] * (MAX_FRAMES + 1)))


def test_the_digest_is_of_seal_and_body() -> None:
    digests = {lists_digest(seal, body) for seal in (bytes(16), b"1" * 16) for body in (b"", b"1")}
    assert len(digests) == 4


@pytest.mark.parametrize("name", images.MARKED)
def test_every_frame_has_a_list_of_its_cells(name: str) -> None:
    dataset = sealed(name)
    lists = decode_lists(body_of(dataset))
    unmarked = read_seal(dataset).statements[0][1].unmarked
    for index, (frame, cells) in enumerate(zip(frames_of(dataset), lists, strict=True)):
        units = (frame.shape[0] // 32) * (frame.shape[1] // 32) if index in unmarked else 0
        assert len(cells) == 4 * (frame.shape[0] // 8) * (frame.shape[1] // 8) + 8 * units


def test_lists_that_are_not_the_signed_ones_are_a_contradiction() -> None:
    whole = sealed()
    assert outcome(verify(whole, TRUST)) == [Outcome.PASS]
    for body in (encode_lists([]), body_of(whole)[:-1] + b"\0", body_of(whole)[::-1]):
        report = verify(with_cells(whole, body), TRUST)
        assert report.verdict is Verdict.ALTERED
        assert failed(report) == {Code.CELLS_BOUND}


def test_lists_may_be_left_out() -> None:
    bare = with_cells(sealed(), None)
    report = verify(bare, TRUST)
    assert report.verdict is Verdict.AUTHENTIC
    assert outcome(report) == [Outcome.SKIPPED]
    restored = restore(bare, TRUST)
    assert np.array_equal(frames_of(restored)[0], frames_of(images.make("monochrome2-12"))[0])


def test_without_the_list_whole_tiles_are_named_where_nothing_narrows() -> None:
    whole = sealed()
    frame = frames_of(whole)[0]
    frame[40:48, 40:48] ^= 4
    fine = verify(with_frames(whole, [frame]), TRUST)
    bare = verify(with_frames(with_cells(whole, None), [frame]), TRUST)
    for report in (fine, bare):
        assert report.verdict is Verdict.ALTERED
        assert report.pixels is not None
        assert report.pixels.frames[0].boxes == ((40, 40, 8, 8),)
        assert report.pixels.evidence == "tags"


def edited(dataset: Dataset) -> tuple[Dataset, int, int] | None:
    """Return a copy whose very last sample is another, with its place; None if not writable."""
    frames = frames_of(dataset)
    last = frames[-1].copy()
    row, column = (size - 1 for size in last.shape[:2])
    last[row, column] = last[row, column] == 0
    try:
        return with_frames(dataset, [*frames[:-1], last]), row, column
    except UnsupportedImage:
        return None


def test_frames_without_a_mark_are_mapped_to_the_cell_too() -> None:
    seen = 0
    for name in set(images.KINDS) - set(images.MARKED):
        whole = sealed(name)
        if block.read_blocks(whole)[0].cells is None or (made := edited(whole)) is None:
            continue
        changed, row, column = made
        report = verify(changed, TRUST)
        assert report.verdict is Verdict.ALTERED, name
        assert report.pixels is not None, name
        (found,) = report.pixels.frames
        assert found.frame == len(frames_of(whole)) - 1, name
        ((top, left, height, width),) = found.boxes
        assert top <= row < top + height <= top + 15, name
        assert left <= column < left + width <= left + 15, name
        seen += 1
    assert seen >= 8


def test_frames_without_a_mark_are_mapped_by_the_lists_of_the_first_writers_too() -> None:
    whole = sealed("mammogram")
    frame = frames_of(whole)[0]
    (listed,) = decode_lists(body_of(whole))
    cells = listed[: 4 * (frame.shape[0] // 8) * (frame.shape[1] // 8)]
    frame[41, 50] ^= 4
    for form in (listed, cells):
        witness = Witness(*ids_of(whole), (form,), {})
        assert map_unmarked(frame, witness, 0).boxes == ((40, 48, 8, 8),)


def ids_of(dataset: Dataset) -> tuple[bytes, bytes]:
    """Return seal id and seed."""
    parts = read_seal(dataset)
    return parts.statements[0][1].seal_id, parts.disclosures[0].seed or b""


def test_a_lost_element_loses_only_the_map() -> None:
    whole = without(sealed(), 0x00771005)
    assert verify(whole, TRUST).verdict is Verdict.AUTHENTIC
