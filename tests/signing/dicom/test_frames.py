from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom import codecs, frames, geometry, part10
from signing.errors import UnsupportedImage
from signing.reasons import Reason
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
from watermark.errors import UnsupportedSamples
from watermark.parameters import PROFILES
from watermark.samples import Colour

LARGE = Format(rows=256, columns=256)


def judged(dataset: Dataset, profile: str = "standard", named: bool = False) -> Reason | None:
    return frames.judge(dataset, profile, named).reason


def measured(dataset: Dataset) -> geometry.Geometry:
    found = geometry.measure(dataset)
    assert found is not None
    return found


def test_the_smallest_frames_are_those_of_the_profiles() -> None:
    assert {profile.name: profile.smallest for profile in PROFILES} == frames.SMALLEST


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_samples_keep_values_depth_sign_and_colour(form: Format) -> None:
    dataset = phantom(form)
    described = measured(dataset)
    for frame in codecs.frames(dataset):
        assert frames.frame_reason(frame, described) is None
        samples = frames.to_samples(frame, described, None)
        assert np.array_equal(frames.from_samples(samples), frame)
        assert (samples.bits, samples.signed) == (form.stored, form.signed)
        assert (samples.colour is Colour.GREY) == (form.channels == 1)


@pytest.mark.parametrize("path", [p for p in in_order() if p.name != "badVR.dcm"], ids=label)
def test_every_shipped_image_is_judged_and_what_embeds_becomes_samples(path: Path) -> None:
    check(part10.read(path).dataset)


@pytest.mark.parametrize("path", optional(), ids=label)
def test_every_optional_image_is_judged_and_what_embeds_becomes_samples(path: Path) -> None:
    check(part10.read(path).dataset)


def check(dataset: Dataset) -> None:
    verdict = frames.judge(dataset, "full", named=True)
    if not verdict.embed:
        assert (verdict.reason is None) == (verdict.kind is DigestKind.NONE)
        return
    described = measured(dataset)
    padding = frames.padding_range(dataset, described)
    for frame in codecs.frames(dataset):
        if frames.frame_reason(frame, described) is None:
            frames.to_samples(frame, described, padding)


def test_a_ct_of_the_scanner_embeds() -> None:
    dataset = part10.read(shipped("CT_small.dcm")).dataset
    assert frames.judge(dataset, "standard", False).embed


REASONS = {
    "rtdose.dcm": Reason.DOSE,
    "liver_1frame.dcm": Reason.SEGMENTATION,
    "SC_rgb_rle_32bit.dcm": Reason.WIDE,
    "examples_palette.dcm": Reason.PALETTE,
    "JPEG2000.dcm": Reason.LOSSY,
    "JPGExtended.dcm": Reason.LOSSY,
    "J2K_pixelrep_mismatch.dcm": Reason.NO_DECODER,
    "SC_ybr_full_422_uncompressed.dcm": Reason.PHOTOMETRIC,
    "MR_small.dcm": Reason.SMALL,
}


@pytest.mark.parametrize(("name", "reason"), REASONS.items())
def test_shipped_images_are_detached_for_their_reason(name: str, reason: Reason) -> None:
    assert judged(part10.read(shipped(name)).dataset) is reason


def test_an_object_without_pixels_has_no_reason() -> None:
    dataset = part10.read(shipped("rtplan.dcm")).dataset
    assert frames.judge(dataset, "standard", False) == frames.Suitability(DigestKind.NONE, None)


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.66.4", Reason.SEGMENTATION),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.30", Reason.MAP),
        ("SOPClassUID", "1.2.3", Reason.SOP_CLASS),
        ("HighBit", 15, Reason.HIGH_BIT),
        ("BitsStored", 7, Reason.BITS),
        ("PhotometricInterpretation", "PALETTE COLOR", Reason.PALETTE),
        ("PhotometricInterpretation", "YBR_RCT", Reason.PHOTOMETRIC),
        ("PhotometricInterpretation", "RGB", Reason.SAMPLES_PER_PIXEL),
        ("PixelPresentation", "COLOR", Reason.PALETTE),
        ("RedPaletteColorLookupTableDescriptor", [256, 0, 16], Reason.PALETTE),
        ("DigitalSignaturesSequence", [], Reason.SIGNED),
    ],
)
def test_one_changed_attribute_keeps_the_mark_out(
    keyword: str, value: object, reason: Reason
) -> None:
    dataset = phantom(LARGE)
    assert judged(dataset) is None
    setattr(dataset, keyword, value)
    assert judged(dataset) is reason


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("Modality", "MG", Reason.MAMMOGRAPHY),
        ("Modality", "PT", Reason.PET),
        ("Modality", "NM", Reason.NM),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.1.2", Reason.MAMMOGRAPHY),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.128", Reason.PET),
        ("ImageType", ["DERIVED", "PRIMARY", "ADC"], Reason.QUANTITATIVE),
        ("RealWorldValueMappingSequence", [], Reason.QUANTITATIVE),
    ],
)
def test_some_images_are_marked_only_by_name(keyword: str, value: object, reason: Reason) -> None:
    dataset = phantom(LARGE)
    setattr(dataset, keyword, value)
    assert judged(dataset, named=False) is reason
    assert judged(dataset, named=True) is None


def test_the_profile_decides_the_smallest_frame() -> None:
    for name, smallest in frames.SMALLEST.items():
        assert judged(phantom(Format(rows=smallest, columns=smallest)), name) is None
        assert judged(phantom(Format(rows=smallest - 1, columns=300)), name) is Reason.SMALL
    assert judged(phantom(LARGE), "detached") is Reason.REQUESTED
    with pytest.raises(UnsupportedImage):
        judged(phantom(LARGE), "loud")


def with_table(entries: list[int]) -> Dataset:
    dataset, item = phantom(LARGE), Dataset()
    item.add_new(0x00283002, "US", [len(entries), 0, 16])
    item.add_new(0x00283006, "US", entries)
    dataset.ModalityLUTSequence = Sequence([item])
    return dataset


def test_only_a_steep_modality_table_keeps_the_mark_out() -> None:
    assert judged(with_table(list(range(0, 4096, 4)))) is None
    assert judged(with_table([*range(0, 4096, 4), 9000])) is Reason.MODALITY_LUT
    assert judged(with_table([5])) is Reason.MODALITY_LUT


def test_an_overlay_in_the_samples_keeps_the_mark_out() -> None:
    dataset = phantom(LARGE)
    dataset.add_new(0x60020100, "US", 16)
    assert judged(dataset) is Reason.OVERLAY_BITS
    dataset.add_new(0x60023000, "OW", bytes(8192))
    assert judged(dataset) is None


@pytest.mark.parametrize("signed", [False, True])
def test_bits_above_the_stored_ones_keep_the_mark_out(signed: bool) -> None:
    form = Format(signed=signed)
    described = measured(phantom(form))
    frame = picture(form)[0]
    low = -2048 if signed else 0
    for value, fits in ((low, True), (low + 4095, True), (low - 1, False), (low + 4096, False)):
        changed = frame.astype(np.int64)
        changed[3, 3] = value
        stored = changed.astype(frame.dtype)
        assert (frames.frame_reason(stored, described) is None) == fits
        if not fits:
            with pytest.raises(UnsupportedSamples):
                frames.to_samples(stored, described, None)


@pytest.mark.parametrize(
    ("signed", "vr", "value", "limit", "expected"),
    [
        (True, "SS", -2000, None, (-2000, -2000)),
        (True, "US", 63536, None, (-2000, -2000)),  # written with the wrong VR: the same bits
        (False, "US", 4095, None, (4095, 4095)),
        (True, "SS", -2000, -1024, (-2000, -1024)),
        (False, "US", 0, 10, (0, 10)),
        (False, "US", 10, 0, (0, 10)),
    ],
)
def test_padding_is_read_by_its_bits(
    signed: bool, vr: str, value: int, limit: int | None, expected: tuple[int, int]
) -> None:
    dataset = phantom(Format(stored=16, signed=signed))
    assert frames.padding_range(dataset, measured(dataset)) is None
    dataset.add_new(0x00280120, vr, value)
    if limit is not None:
        dataset.add_new(0x00280121, vr, limit)
    assert frames.padding_range(dataset, measured(dataset)) == expected
