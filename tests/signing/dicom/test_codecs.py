from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.pixels.utils import pixel_array

from signing.dicom import codecs, fragments, gdcmchild, gdcmclient, geometry, part10, writing
from signing.dicom.limits import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from signing.dicom.native import Frame
from signing.dicom.quiet import silenced
from signing.errors import CodecUnavailable, SelfCheckFailed, Unreadable, UnsupportedImage
from signing.statement import DigestKind
from tests.signing.dicom.images import (
    FORMATS,
    Format,
    in_order,
    label,
    optional,
    phantom,
    picture,
    shipped,
)

NATIVE = [EXPLICIT_LITTLE, IMPLICIT_LITTLE, DEFLATED]
COMPRESSED = [codecs.RLE, codecs.JPEG_LS, codecs.JPEG2000, *sorted(codecs.JPEG_LOSSLESS)]
ODD = Format(rows=33, columns=35, allocated=8, stored=8)
"""An odd number of single bytes, which GDCM neither writes nor reads."""
EVERY = [(form, syntax) for form in FORMATS for syntax in NATIVE + COMPRESSED]
WRITTEN = [pair for pair in EVERY if pair[0] != ODD or pair[1] not in codecs.JPEG_LOSSLESS]

READABLE = [path for path in in_order() if path.name != "badVR.dcm"]


def same(left: list[Frame], right: list[Frame]) -> bool:
    return len(left) == len(right) and all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(left, right, strict=True)
    )


@pytest.mark.parametrize(("form", "syntax"), WRITTEN, ids=str)
def test_every_format_comes_back_from_every_syntax(form: Format, syntax: str) -> None:
    dataset = phantom(form, syntax)
    assert part10.transfer_syntax(dataset) == syntax
    assert codecs.pixel_kind(dataset) is DigestKind.SAMPLES
    assert same(list(codecs.frames(dataset)), picture(form))


@pytest.mark.parametrize(("form", "syntax"), WRITTEN, ids=str)
def test_frames_are_written_back_in_the_syntax_they_came_in(form: Format, syntax: str) -> None:
    dataset = phantom(form, syntax)
    uid = dataset.SOPInstanceUID
    written = writing.replace_frames(dataset, picture(form, seed=2))
    assert written == writing.Written(syntax, ())
    after = part10.parse(part10.encode(dataset))
    assert after.problems == ()
    assert same(list(codecs.frames(after.dataset)), picture(form, seed=2))
    assert after.dataset.SOPInstanceUID == uid
    assert bool(after.dataset.get("PlanarConfiguration", 0)) == form.planar


@pytest.mark.parametrize("path", READABLE, ids=label)
def test_putting_the_same_frames_back_changes_no_native_byte(path: Path) -> None:
    dataset = part10.read(path).dataset
    native = part10.transfer_syntax(dataset) in {*NATIVE, EXPLICIT_BIG}
    form = geometry.measure(dataset)
    if form is None or not native or not writing._is_writable(form):
        return
    before = bytes(dataset.PixelData)
    assert writing.replace_frames(dataset, list(codecs.frames(dataset))).notices == ()
    assert bytes(dataset.PixelData) == before


@pytest.mark.parametrize("path", READABLE, ids=label)
def test_frames_are_what_pydicom_decodes(path: Path) -> None:
    dataset = part10.read(path).dataset
    kind = codecs.pixel_kind(dataset)
    if kind is DigestKind.CODESTREAM:
        assert len(list(codecs.codestreams(dataset))) >= 1
    if kind is not DigestKind.SAMPLES or dataset.PhotometricInterpretation == "YBR_FULL_422":
        return
    with silenced():
        expected = pixel_array(pydicom.dcmread(path), raw=True)
    decoded = np.stack(list(codecs.frames(dataset)))
    assert np.array_equal(np.squeeze(decoded), np.squeeze(expected))


@pytest.mark.parametrize("path", optional(), ids=label)
def test_every_image_of_the_optional_set_decodes_or_gives_its_codestream(path: Path) -> None:
    dataset = part10.read(path).dataset
    kind = codecs.pixel_kind(dataset)
    if kind is DigestKind.SAMPLES:
        form = geometry.measure(dataset)
        assert form is not None
        assert len(list(codecs.frames(dataset))) == form.frames
    elif kind is DigestKind.CODESTREAM:
        assert all(codecs.codestreams(dataset))


def test_encodings_of_one_image_give_one_array() -> None:
    names = ["implicit", "bigendian", "expb", "RLE", "jp2klossless", "jpeg_ls_lossless"]
    plain = list(codecs.frames(part10.read(shipped("MR_small.dcm")).dataset))
    for name in names:
        dataset = part10.read(shipped(f"MR_small_{name}.dcm")).dataset
        assert same(list(codecs.frames(dataset)), plain), name


def test_zeros_behind_the_last_frame_stay_and_other_bytes_are_refused() -> None:
    dataset = part10.read(shipped("MR_small_padded.dcm")).dataset
    assert codecs.pixel_kind(dataset) is DigestKind.SAMPLES
    dataset.PixelData = dataset.PixelData[:-1] + b"x"
    with pytest.raises(Unreadable, match="after the last frame"):
        codecs.pixel_kind(dataset)


def test_pixel_data_that_are_too_short_are_unreadable() -> None:
    dataset = phantom(Format())
    dataset.PixelData = dataset.PixelData[:-2]
    with pytest.raises(Unreadable, match="too short"):
        codecs.pixel_kind(dataset)


@pytest.mark.parametrize("keyword", ["Rows", "Columns", "BitsAllocated", "PixelRepresentation"])
def test_a_missing_attribute_of_the_pixels_is_unreadable(keyword: str) -> None:
    dataset = phantom(Format())
    del dataset[keyword]
    with pytest.raises(Unreadable, match=keyword):
        codecs.pixel_kind(dataset)


@pytest.mark.parametrize("syntax", COMPRESSED)
@pytest.mark.parametrize("keyword", ["Rows", "Columns"])
def test_a_frame_of_another_shape_is_not_decoded(syntax: str, keyword: str) -> None:
    dataset = phantom(Format(), syntax)
    setattr(dataset, keyword, getattr(dataset, keyword) + 8)
    if syntax == codecs.RLE:  # RLE frames do not state their shape: the decoder refuses them
        with pytest.raises(Unreadable):
            list(codecs.frames(dataset))
    else:
        assert codecs.pixel_kind(dataset) is DigestKind.CODESTREAM


@pytest.mark.parametrize("syntax", COMPRESSED)
def test_a_broken_frame_is_unreadable_and_the_next_one_decodes(syntax: str) -> None:
    form = geometry.measure(phantom(Format(), syntax))
    assert form is not None
    stream = next(codecs.codestreams(phantom(Format(), syntax)))
    for cut in (len(stream) // 2, 70):
        with pytest.raises(Unreadable):
            codecs.decode_frame(stream[:cut], form, syntax)
    assert np.array_equal(codecs.decode_frame(stream, form, syntax), picture(Format())[0])


def test_a_syntax_without_encoder_becomes_explicit_little_endian() -> None:
    dataset = phantom(Format(channels=3, allocated=8, stored=8, photometric="RGB"))
    form = geometry.measure(dataset)
    assert form is not None
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID("1.2.840.10008.1.2.4.201")
    written = writing.replace_frames(
        dataset, list(picture(Format(channels=3, allocated=8, stored=8)))
    )
    assert written.transfer_syntax == EXPLICIT_LITTLE
    assert len(written.notices) == 1


def test_an_encoder_that_refuses_leads_to_explicit_little_endian() -> None:
    dataset = phantom(ODD)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.UID("1.2.840.10008.1.2.4.70")
    written = writing.replace_frames(dataset, picture(ODD))
    assert written.transfer_syntax == part10.transfer_syntax(dataset) == EXPLICIT_LITTLE
    assert len(written.notices) == 1
    assert same(list(codecs.frames(dataset)), picture(ODD))


def test_a_requested_syntax_is_written_or_refused() -> None:
    dataset = phantom(Format(), EXPLICIT_LITTLE)
    writing.replace_frames(dataset, picture(Format()), codecs.JPEG_LS)
    assert part10.transfer_syntax(dataset) == codecs.JPEG_LS
    for refused in ("1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.50", EXPLICIT_BIG, "1.2.3"):
        with pytest.raises(CodecUnavailable):
            writing.replace_frames(dataset, picture(Format()), refused)


def test_reversible_colour_is_named_after_the_syntax() -> None:
    dataset = part10.read(shipped("examples_jpeg2k.dcm")).dataset
    frames = list(codecs.frames(dataset))
    assert dataset.PhotometricInterpretation == "YBR_RCT"
    assert writing.replace_frames(dataset, frames).notices == ()
    assert dataset.PhotometricInterpretation == "YBR_RCT"
    assert same(list(codecs.frames(dataset)), frames)
    writing.replace_frames(dataset, frames, codecs.RLE)
    assert dataset.PhotometricInterpretation == "RGB"
    assert same(list(codecs.frames(dataset)), frames)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_frames_is_refused(count: int) -> None:
    dataset = phantom(Format(frames=2))
    frames = (picture(Format(frames=2)) * 2)[:count]
    with pytest.raises(SelfCheckFailed):
        writing.replace_frames(dataset, frames)


def test_another_type_is_refused() -> None:
    dataset = phantom(Format())
    with pytest.raises(SelfCheckFailed):
        writing.replace_frames(dataset, [picture(Format())[0].astype(np.int16)])
    with pytest.raises(UnsupportedImage):
        writing.replace_frames(part10.read(shipped("rtdose.dcm")).dataset, [])


def test_big_endian_words_follow_into_another_syntax() -> None:
    dataset = part10.read(shipped("MR_small_expb.dcm")).dataset
    dataset.add_new(0x60003000, "OW", b"\x01\x02\x03\x04")
    writing.replace_frames(dataset, list(codecs.frames(dataset)), EXPLICIT_LITTLE)
    after = part10.parse(part10.encode(dataset)).dataset
    assert after[0x60003000].value == b"\x02\x01\x04\x03"
    assert after.Rows == 64


def two_frames(table: bool) -> pydicom.Dataset:
    dataset = phantom(Format(frames=2), codecs.JPEG_LS)
    streams = list(codecs.codestreams(dataset))
    dataset.PixelData = encapsulate(streams, fragments_per_frame=2, has_bot=table)
    return dataset


@pytest.mark.parametrize("table", [True, False])
def test_fragments_are_joined_with_and_without_a_table(table: bool) -> None:
    assert same(list(codecs.frames(two_frames(table))), picture(Format(frames=2)))


@pytest.mark.parametrize("syntax", [codecs.RLE, codecs.JPEG_LS, codecs.JPEG2000])
@pytest.mark.parametrize("table", [True, False])
def test_a_frame_holds_no_second_picture(syntax: str, table: bool) -> None:
    dataset = phantom(Format(), syntax)
    stream = next(codecs.codestreams(dataset))
    data = encapsulate([stream], has_bot=table)
    dataset.PixelData = data + encapsulate([stream], has_bot=False)[8:]
    with pytest.raises(Unreadable, match="more pictures than frames"):
        list(codecs.frames(dataset))


def test_a_frame_of_rle_is_one_fragment() -> None:
    dataset = phantom(Format(), codecs.RLE)
    stream = next(codecs.codestreams(dataset))
    dataset.PixelData = encapsulate([stream], fragments_per_frame=2)
    with pytest.raises(Unreadable, match="more pictures than frames"):
        list(codecs.frames(dataset))


def test_fragments_that_nothing_assigns_are_one_codestream() -> None:
    dataset = two_frames(False)
    streams = list(codecs.codestreams(dataset))
    third = b"".join(streams)
    dataset.PixelData = encapsulate([third], fragments_per_frame=3, has_bot=False)
    assert list(fragments.assign(dataset, 2)) == [third + b"\0" * (len(third) % 2)]
    assert codecs.pixel_kind(dataset) is DigestKind.CODESTREAM


def test_a_table_that_does_not_fit_is_unreadable() -> None:
    dataset = two_frames(True)
    for frames in (1, 3):
        with pytest.raises(Unreadable, match="offset table"):
            fragments.assign(dataset, frames)
    data = bytearray(dataset.PixelData)
    data[12] ^= 2
    dataset.PixelData = bytes(data)
    with pytest.raises(Unreadable, match="offset table"):
        fragments.assign(dataset, 2)


def test_an_extended_table_must_fit_too() -> None:
    dataset = phantom(Format(frames=2), codecs.RLE)
    streams = list(codecs.codestreams(dataset))
    with silenced():
        value, offsets, lengths = encapsulate_extended(streams)
    dataset.PixelData, dataset.ExtendedOffsetTable = value, offsets
    dataset.ExtendedOffsetTableLengths = lengths
    assert list(fragments.assign(dataset, 2)) == streams
    dataset.ExtendedOffsetTableLengths = lengths[:8] + lengths[:8]
    if lengths[:8] != lengths[8:]:
        with pytest.raises(Unreadable, match="extended offset table"):
            fragments.assign(dataset, 2)
    writing.replace_frames(dataset, picture(Format(frames=2)))
    assert "ExtendedOffsetTable" not in dataset


def test_a_dead_or_late_child_is_a_frame_that_does_not_decode() -> None:
    dataset = phantom(Format(), "1.2.840.10008.1.2.4.70")
    form = geometry.measure(dataset)
    assert form is not None
    stream = next(codecs.codestreams(dataset))
    child = gdcmclient._child
    assert child.process is not None
    child.process.kill()
    child.process.wait()
    assert gdcmclient.decode(stream, form, "1.2.840.10008.1.2.4.70")
    header = gdcmchild.REQUEST.pack(1, 70, 40, 47, 1, 16, 12, 0, 0, 1 << 20)
    assert child.exchange(header, b"too few", 0.2) == b""
    assert np.array_equal(next(codecs.frames(dataset)), picture(Format())[0])
