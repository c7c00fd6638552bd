"""What archives do without changing what is meant: syntaxes, block numbers, value types."""

import pytest
from pydicom.uid import UID

from signing.dicom import codecs, part10
from signing.dicom.limits import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from signing.dicom.writing import replace_frames
from signing.restoration import restore
from signing.verdict import Verdict
from tests.signing import images
from tests.signing.seals import (
    ELEMENT_01,
    ELEMENT_02,
    ELEMENT_03,
    ELEMENT_05,
    TRUST,
    frames_of,
    one_changed,
    sealed,
    verdict,
)

SYNTAXES = {
    "implicit": IMPLICIT_LITTLE,
    "explicit": EXPLICIT_LITTLE,
    "deflated": DEFLATED,
    "rle": codecs.RLE,
    "jpeg-ls": codecs.JPEG_LS,
    "jpeg2000": codecs.JPEG2000,
    "jpeg-lossless": images.JPEG_LOSSLESS,
}


@pytest.mark.parametrize("number", [0x11, 0x42, 0xFF])
def test_the_block_may_have_any_number(number: int) -> None:
    whole = sealed()
    for tag in (0x00770010, ELEMENT_01, ELEMENT_02, ELEMENT_03, ELEMENT_05):
        moved = 0x00770000 | number if tag == 0x00770010 else 0x00770000 | number << 8 | tag & 0xFF
        whole.add_new(moved, whole[tag].VR, whole[tag].value)
        del whole[tag]
    for dataset in (whole, images.reread(whole)):
        assert verdict(dataset) is Verdict.AUTHENTIC
        assert part10.encode(restore(dataset, TRUST)) == images.file_of("monochrome2-12")


def test_another_private_block_in_the_group_disturbs_nothing() -> None:
    whole = sealed()
    whole.add_new(0x00770011, "LO", "SOMEBODY ELSE")
    whole.add_new(0x00771101, "OB", b"theirs")
    assert verdict(whole) is Verdict.AUTHENTIC


def test_unknown_for_bytes_is_read() -> None:
    whole = sealed()
    for tag in (ELEMENT_01, ELEMENT_02, ELEMENT_03, ELEMENT_05):
        whole[tag].VR = "UN"
    assert verdict(images.reread(whole)) is Verdict.AUTHENTIC


@pytest.mark.parametrize("target", SYNTAXES)
@pytest.mark.parametrize(
    "name", ["monochrome2-12", "12-signed", "rgb", "multi-frame", "big-endian"]
)
def test_lossless_transcoding_stays_authentic(name: str, target: str) -> None:
    whole = sealed(name)
    replace_frames(whole, frames_of(whole), SYNTAXES[target])
    there = images.reread(whole)
    assert part10.transfer_syntax(there) == SYNTAXES[target]
    assert verdict(there, deep=True) is Verdict.AUTHENTIC
    replace_frames(there, frames_of(there), EXPLICIT_LITTLE)
    back = images.reread(there)
    assert verdict(back) is Verdict.AUTHENTIC
    restored, source = restore(back, TRUST), images.make(name)
    pairs = zip(frames_of(restored), frames_of(source), strict=True)
    assert all((a == b).all() for a, b in pairs)


@pytest.mark.parametrize("name", ["monochrome2-12", "enhanced", "padding", "half-marked"])
@pytest.mark.parametrize("target", ["rle", "jpeg2000"])
def test_pydicom_s_own_compression_stays_authentic(name: str, target: str) -> None:
    whole = sealed(name)
    whole.compress(SYNTAXES[target], generate_instance_uid=False, encoding_plugin="pylibjpeg")
    there = images.reread(whole)
    assert verdict(there) is Verdict.AUTHENTIC
    there.decompress(generate_instance_uid=False)
    assert verdict(images.reread(there)) is Verdict.AUTHENTIC


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_BIG])
def test_pydicom_s_own_change_of_encoding_stays_authentic(syntax: str) -> None:
    whole = sealed("enhanced")
    if syntax == EXPLICIT_BIG:
        there = images.big_endian(whole)
    else:
        whole.file_meta.TransferSyntaxUID = UID(syntax)
        there = images.reread(whole)
    assert part10.transfer_syntax(there) == syntax
    assert verdict(there, deep=True) is Verdict.AUTHENTIC
    assert verdict(next(one_changed(there, 1))) is Verdict.ALTERED
