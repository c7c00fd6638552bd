"""Verdicts: trust, damage, whatever bytes come, and what a check loads."""

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from signing import cbor
from signing.commitments import Disclosures
from signing.dicom import block, codecs, part10
from signing.dicom.copies import fork
from signing.errors import EmptyTrust
from signing.evidence.pixelcheck import read_frames
from signing.redaction.release import redact
from signing.trust import Trust
from signing.verdict import Aspect, Code, CodeKind, Evidence, Scope, Verdict
from signing.verification import verify, verify_path
from tests.house.repository import ROOT
from tests.signing import images, seals
from tests.signing.images import KINDS, MARKED
from tests.signing.seals import (
    ELEMENT_01,
    ELEMENT_02,
    ELEMENT_03,
    STRANGERS,
    TRUST,
    failed,
    one_changed,
    sealed,
    stripped,
    verdict,
    with_frames,
    without,
)


@pytest.mark.parametrize("name", KINDS)
def test_what_was_never_sealed_is_unsealed(name: str) -> None:
    for deep in (False, True):
        report = verify(images.make(name), TRUST, deep=deep)
        assert report.verdict is Verdict.UNSEALED
        assert (report.seal_id, report.signer, report.pixels) == ("", None, None)


@pytest.mark.parametrize("name", KINDS)
def test_a_seal_by_no_trusted_key_is_untrusted(name: str) -> None:
    report = verify(sealed(name), STRANGERS)
    assert report.verdict is Verdict.UNTRUSTED
    assert report.signer is not None and not report.signer.trusted
    assert report.signer.key_id == TRUST.keys[0].key_id.hex()


def test_there_is_no_empty_trust() -> None:
    with pytest.raises(EmptyTrust):
        Trust.of()


@pytest.mark.parametrize("name", KINDS)
def test_a_check_changes_nothing(name: str) -> None:
    whole = sealed(name)
    for dataset in (whole, stripped(whole)):
        before = part10.encode(dataset)
        verify(dataset, TRUST, deep=True)
        assert part10.encode(dataset) == before


@pytest.mark.parametrize("name", MARKED)
def test_a_deep_check_reads_tags_and_samples(name: str) -> None:
    report = verify(sealed(name), TRUST, deep=True)
    assert (report.verdict, report.scope) == (Verdict.AUTHENTIC, None)
    assert report.pixels is not None and report.pixels.evidence is Evidence.BOTH
    shallow = verify(sealed(name), TRUST)
    assert shallow.pixels is not None and shallow.pixels.evidence is Evidence.TAGS


def test_frames_that_lost_their_mark_are_altered() -> None:
    whole = sealed("multi-frame")
    plain = seals.frames_of(images.make("multi-frame"))
    frames = seals.frames_of(whole)
    for lost in range(3):
        swapped = [plain[i] if i == lost else frame for i, frame in enumerate(frames)]
        mixed = with_frames(whole, swapped)
        assert verdict(mixed) is verdict(mixed, deep=True) is Verdict.ALTERED
        assert verdict(without(mixed, ELEMENT_02)) is Verdict.ALTERED
        assert verdict(stripped(mixed)) is Verdict.UNDECIDED


@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels"])
@pytest.mark.parametrize("element", [ELEMENT_01, ELEMENT_02, ELEMENT_03])
@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\0",
        b"\0\0\0\1",
        b"\0\0\0\0",
        b"\0\0\0\2\x80\0\0\0",
        b"\xff" * 50,
        b"\0\0\0\1\x80\0",
        b"\0\0\0\1\xf6\0",
        b"\0\0\0\2\x81\x40",
        b"\0\0\0\1\xa0\0",
        b"\0\0\0\x09\x9b\xff\xff\xff\xff\xff\xff\xff\xff\0",
        b"\0\0\x27\x10" + b"\x81" * 10000,
        None,
    ],
    ids=lambda value: "none" if value is None else value[:12].hex(),
)
def test_garbage_in_the_block_is_never_authentic(
    name: str, element: int, garbage: bytes | None
) -> None:
    whole = sealed(name)
    whole[element].value = garbage
    for dataset in (whole, images.reread(whole)):
        report = verify(dataset, TRUST, deep=True)
        assert report.verdict in (Verdict.UNDECIDED, Verdict.ALTERED)
        assert failed(report)


def test_a_creator_without_elements_is_a_seal_that_cannot_be_read() -> None:
    for name in ("monochrome2-12", "lossy"):
        dataset = images.make(name)
        dataset.add_new(0x00770010, "LO", block.CREATOR)
        assert verdict(dataset) is Verdict.UNDECIDED


def test_elements_without_a_creator_are_no_seal() -> None:
    bare = without(sealed("lossy"), 0x00770010)
    assert verdict(bare) is Verdict.UNSEALED
    assert verdict(without(sealed(), 0x00770010)) is Verdict.PARTIAL


def test_what_the_pixels_prove_does_not_heal_what_cannot_be_read() -> None:
    whole = sealed()
    whole[ELEMENT_01].value = b"\0\0\0\1\x80\0"
    report = verify(whole, TRUST)
    assert report.verdict is Verdict.UNDECIDED
    assert {code.kind for code in failed(report)} == {CodeKind.AVAILABILITY}


DAMAGED = ["monochrome2-12", "multi-frame", "deflated", "jpeg-ls", "rle", "lossy", "no-pixels"]


@pytest.mark.parametrize("name", DAMAGED)
def test_a_truncated_file_is_unreadable(name: str, tmp_path: Path) -> None:
    data = seals.file_of(name)
    path = tmp_path / "cut.dcm"
    for part in range(16):
        path.write_bytes(data[: len(data) * part // 16])
        report = verify_path(path, TRUST)
        assert report.verdict is Verdict.UNREADABLE, part
    path.write_bytes(data[:-2])  # the last byte alone may be padding of a deflated stream
    assert verify_path(path, TRUST).verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("suffix", [".dcm", ".npy", ".png", ".tif", ""])
@pytest.mark.parametrize("data", [b"", b"\0", b"DICM" * 40, b"\x89PNG\r\n\x1a\n", b"\x93NUMPY"])
def test_what_is_no_image_is_unreadable(data: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(data)
    assert verify_path(path, TRUST).verdict is Verdict.UNREADABLE


def test_a_folder_and_a_name_without_file_are_errors_of_the_system(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.dcm", tmp_path / "missing.npy"):
        with pytest.raises(OSError, match=r".+"):
            verify_path(path, TRUST)


def _lengths(data: bytes) -> Iterator[bytes]:
    """Yield the file with wrong lengths of its elements."""
    for tag in (b"\x28\x00\x10\x00US", b"\x10\x00\x10\x00PN", b"\xe0\x7f\x10\x00OW"):
        place = data.index(tag) + (8 if tag.endswith(b"OW") else 6)
        for wrong in (0, 1, 3, 0x7FFF):
            yield data[:place] + wrong.to_bytes(2, "little") + data[place + 2 :]


def test_wrong_lengths_are_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "wrong.dcm"
    for data in _lengths(seals.file_of("monochrome2-12")):
        path.write_bytes(data)
        assert verify_path(path, TRUST).verdict is Verdict.UNREADABLE


def test_a_second_data_set_behind_the_first_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "two.dcm"
    data = seals.file_of("monochrome2-12")
    for tail in (data, data[132:], b"\0", b"\x10\x00\x10\x00PN\x02\x00XX"):
        path.write_bytes(data + tail)
        assert verify_path(path, TRUST).verdict is Verdict.UNREADABLE


def _inside_block(data: bytes) -> tuple[int, int]:
    """Return first and past-the-last byte of the private block in a file."""
    first = data.index(b"\x77\x00\x10\x00LO")
    last = data.index(b"\xe0\x7f\x10\x00O", first) if b"\xe0\x7f\x10\x00O" in data else len(data)
    return first, last


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("edits") / "edited.dcm"


NAMES = ("monochrome2-12", "rgb", "lossy", "no-pixels")


@settings(max_examples=300)
@given(
    st.sampled_from(NAMES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1),
)
def test_no_edit_inside_the_block_is_authentic(
    scratch: Path, name: str, edits: list[tuple[float, int]]
) -> None:
    data = bytearray(seals.file_of(name))
    first, last = _inside_block(bytes(data))
    for share, mask in edits:
        data[first + int(share * (last - first))] ^= mask
    if bytes(data) == seals.file_of(name):
        return
    scratch.write_bytes(data)
    report = verify_path(scratch, TRUST)
    assert report.verdict is not Verdict.AUTHENTIC or _is_transport(bytes(data), name)


def _is_transport(data: bytes, name: str) -> bool:
    """Tell whether an edited file holds the same seal, or only lost what restores it."""
    edited = block.read_blocks(part10.parse(data).dataset)
    whole = block.read_blocks(sealed(name))[0]
    lost: list[dict[str, None]] = [{}, {"restoration": None}, {"cells": None}]
    return edited in [(replace(whole, **fields),) for fields in lost]


@settings(max_examples=200)
@given(
    st.sampled_from(NAMES),
    st.integers(0, 2**32),
    st.integers(1, 40),
    st.floats(0, 1),
)
def test_no_bytes_make_a_check_fail(
    scratch: Path, name: str, seed: int, count: int, cut: float
) -> None:
    chance = random.Random(seed)
    data = bytearray(seals.file_of(name))
    for _ in range(count):
        data[chance.randrange(132, len(data))] = chance.randrange(256)
    scratch.write_bytes(data[: int(len(data) * cut)] if cut < 0.9 else data)
    for trust in (TRUST, STRANGERS):
        assert verify_path(scratch, trust, deep=True).verdict is not Verdict.PARTIAL or cut >= 0.9


@settings(max_examples=150)
@given(st.sampled_from(NAMES), st.sampled_from([1, 2, 3]), st.binary(max_size=200))
@example("lossy", 1, cbor.encode([b""]))
def test_any_body_in_an_element_is_never_authentic(name: str, element: int, body: bytes) -> None:
    whole = sealed(name)
    wrapped = len(body).to_bytes(4, "big") + body
    whole[0x00771000 | element].value = wrapped + b"\0" * (len(wrapped) % 2)
    assert verdict(whole) in (Verdict.UNDECIDED, Verdict.ALTERED)


LOADED = """
import sys
from pathlib import Path
from signing.keys import PublicKey, Role
from signing.trust import Trust
from signing.verification import verify_path
trust = Trust.of(PublicKey(bytes.fromhex(sys.argv[2]), "scanner", Role.ACQUISITION))
print(verify_path(Path(sys.argv[1]), trust).verdict.value)
print(*sorted(sys.modules))
"""


def check_in_a_fresh_process(dataset: Dataset, path: Path) -> tuple[str, set[str]]:
    """Return the verdict, and the modules that finding it loaded."""
    path.write_bytes(part10.encode(dataset))
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(path), TRUST.keys[0].raw.hex()],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    said, modules = done.stdout.splitlines()
    return said, set(modules.split())


@pytest.mark.parametrize("name", ["monochrome2-12", "multi-frame", "lossy"])
def test_where_the_tags_suffice_no_kernel_is_loaded(name: str, tmp_path: Path) -> None:
    said, modules = check_in_a_fresh_process(sealed(name), tmp_path / "whole.dcm")
    assert said == "authentic"
    assert not {m for m in modules if m.startswith(("numba", "llvmlite", "watermark.kernels"))}
    renamed = sealed(name)
    renamed.PatientName = "Other"
    said, modules = check_in_a_fresh_process(renamed, tmp_path / "renamed.dcm")
    assert (said, "numba" in modules) == ("altered", False)


def test_where_only_the_samples_are_left_the_kernels_are_loaded(tmp_path: Path) -> None:
    said, modules = check_in_a_fresh_process(stripped(sealed()), tmp_path / "bare.dcm")
    assert said == "partial"
    assert {"numba", "watermark.extraction"} <= modules


def test_a_report_names_what_it_covers() -> None:
    assert verify(sealed(), TRUST).scope is None
    assert verify(stripped(sealed()), TRUST).scope is Scope.PIXELS
    assert verify(without(sealed(), ELEMENT_02), TRUST).scope is Scope.REDACTED
    altered = verify(next(one_changed(sealed(), 1)), TRUST)
    assert altered.pixels is not None
    assert 0 < altered.pixels.altered_fraction < 0.1


@pytest.mark.parametrize("name", sorted(images.WITHOUT_MARK))
def test_frames_that_cannot_bear_a_mark_are_not_read(name: str) -> None:
    never = {"float", "double", "32-bits", "1-bit", "no-pixels", "small", "lossy", "signed-rgb"}
    read = list(read_frames(images.make(name)))
    assert bool(read) == (name not in never | {"palette"})
    assert all(isinstance(frame[0].values, np.ndarray) for frame in read)


def without_seed(dataset: Dataset) -> Dataset:
    """Return a copy of which the salts of the samples are not disclosed."""
    changed = fork(dataset)
    own = block.read_blocks(dataset)[0]
    assert own.disclosures is not None
    body = replace(Disclosures.decode(own.disclosures), seed=None).encoded
    block.write_block(changed, replace(own, disclosures=body))
    return changed


def test_a_codec_that_is_missing_is_said_and_nothing_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = sealed(transfer_syntax=codecs.RLE)
    copies = [whole, without_seed(whole), redact(whole, boxes=[(0, 40, 40, 8, 8)])]
    assert [verdict(copy) for copy in copies] == [
        Verdict.AUTHENTIC,
        Verdict.PARTIAL,
        Verdict.PARTIAL,
    ]
    monkeypatch.delitem(codecs._DECODERS, codecs.RLE)
    for copy in copies:
        for deep in (False, True):
            report = verify(copy, TRUST, deep=deep)
            assert report.verdict is Verdict.UNDECIDED
            assert failed(report) == {Code.CODEC_MISSING}
            assert report.aspects.pixels is Aspect.SKIPPED


def test_samples_that_nothing_was_held_against_are_not_said_to_pass() -> None:
    report = verify(without_seed(sealed("mammogram")), TRUST)
    assert report.verdict is Verdict.UNDECIDED
    assert report.aspects.pixels is Aspect.SKIPPED
    marked = verify(without_seed(sealed()), TRUST)
    assert (marked.verdict, marked.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert marked.aspects.pixels is Aspect.PASS
