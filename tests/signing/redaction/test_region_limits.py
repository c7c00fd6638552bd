"""What is refused as a region, and what goes with one: attributes that tell of it, its values."""

from dataclasses import replace

import numpy as np
import pytest
from pydicom.sequence import Sequence as Items

from signing.dicom import block, part10
from signing.dicom.geometry import measure
from signing.errors import NotRedactable
from signing.redaction.regions import MAX_BOXES, choose_fill
from signing.redaction.release import redact
from signing.sealparts import read_seal
from signing.verdict import Aspect, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import TRUST, Array, frames_of, seal_it, sealed, with_frames
from tests.signing.test_survival import item
from tests.watermark import phantoms

BOX = (0, 50, 60, 20, 30)
INSIDE = np.s_[48:72, 56:96]
"""The box grown to whole cells."""


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ((1, 0, 0, 8, 8), "there are 1 frames"),
        ((-1, 0, 0, 8, 8), "there are 1 frames"),
        ((0, 0, 0, 0, 8), "no samples"),
        ((0, 0, 0, 8, -1), "no samples"),
        ((0, -1, 0, 8, 8), "not inside"),
        ((0, 153, 0, 8, 8), "not inside"),
        ((0, 0, 164, 8, 8), "not inside"),
        ((0, 0, 0, 160, 171), "nothing of the samples would be left"),
    ],
)
def test_boxes_that_are_none_are_refused(box: tuple[int, int, int, int, int], reason: str) -> None:
    with pytest.raises(NotRedactable, match=reason):
        redact(sealed(), boxes=[box])


def test_too_many_boxes_are_refused() -> None:
    with pytest.raises(NotRedactable, match="more than"):
        redact(sealed(), boxes=[BOX] * (MAX_BOXES + 1))


@pytest.mark.parametrize("name", ["lossy", "no-pixels"])
def test_what_cannot_be_decoded_without_loss_has_no_boxes(name: str) -> None:
    with pytest.raises(NotRedactable):
        redact(sealed(name), boxes=[BOX])


@pytest.mark.parametrize("name", ["float", "32-bits", "1-bit"])
def test_what_cannot_be_written_back_has_no_boxes(name: str) -> None:
    with pytest.raises(NotRedactable, match="not written"):
        redact(sealed(name), boxes=[(0, 0, 0, 8, 8)])


def test_what_is_not_as_it_was_sealed_is_not_made_to_look_so() -> None:
    whole = sealed()
    frame = frames_of(whole)[0]
    frame[55, 65] += 1  # inside the box: blanking would hide it
    with pytest.raises(NotRedactable, match="not as it was sealed"):
        redact(with_frames(whole, [frame]), boxes=[BOX])
    copy = redact(whole, boxes=[BOX])
    frame = frames_of(copy)[0]
    frame[5, 5] ^= 4
    with pytest.raises(NotRedactable, match="not as it was sealed"):
        redact(with_frames(copy, [frame]), boxes=[(0, 0, 0, 9, 9)])


def test_without_cell_digests_or_certificates_nothing_is_taken_out() -> None:
    (one,) = block.read_blocks(sealed())
    for less in (replace(one, cells=None), replace(one, envelopes=b"\x80")):
        bare = sealed()
        block.write_block(bare, less)
        with pytest.raises(NotRedactable):
            redact(bare, boxes=[BOX])


@pytest.mark.parametrize("inside", [True, False])
def test_an_overlay_that_shows_something_in_a_box_is_refused(inside: bool) -> None:
    dataset, bits = images.plain(), np.zeros((160, 171), np.uint8)
    bits[60 if inside else 90, 70] = 1
    packed = np.packbits(bits, bitorder="little").tobytes()
    for element, vr, value in (
        (0x0010, "US", 160),
        (0x0011, "US", 171),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [1, 1]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", packed + b"\0" * (len(packed) % 2)),
    ):
        dataset.add_new(0x60020000 | element, vr, value)
    whole = seal_it(images.reread(dataset)).dataset
    if inside:
        with pytest.raises(NotRedactable, match="overlay 6002"):
            redact(whole, boxes=[BOX])
    else:
        assert verify(redact(whole, boxes=[BOX]), TRUST).verdict is Verdict.PARTIAL


def test_what_shows_the_samples_besides_goes_with_them() -> None:
    dataset = images.plain()
    icon = item(Rows=8, Columns=8, BitsAllocated=8, PixelRepresentation=0)
    icon.add_new(0x7FE00010, "OB", b"thumbnail!")
    dataset.IconImageSequence = Items([icon])
    dataset.HistogramSequence = Items([item(HistogramNumberOfBins=2)])
    dataset.DigitalSignaturesSequence = Items([item(MACIDNumber=1, Signature=b"digest")])
    dataset.ReferencedImageSequence = Items([item(IconImageSequence=Items([icon]))])
    whole = seal_it(images.reread(dataset)).dataset
    before = part10.encode(whole)
    copy = images.reread(redact(whole, boxes=[BOX]))
    assert part10.encode(whole) == before
    report = verify(copy, TRUST)
    assert report.verdict is Verdict.PARTIAL
    assert report.attributes is not None
    gone = {"00880200", "00603000", "FFFAFFFA"}
    assert gone <= set(report.attributes.redacted)
    assert "00081140" in report.attributes.replaced  # its icon is gone, the reference is not
    assert not (copy.get("IconImageSequence") or copy.get("HistogramSequence"))
    assert not copy.ReferencedImageSequence[0].get("IconImageSequence")
    assert not any(word in part10.encode(copy) for word in (b"digest", b"thumbnail!"))


def test_the_range_of_samples_goes_where_the_region_had_its_ends() -> None:
    values = phantoms.resonance(160, 171).values
    values[55, 65] = 4095
    least = int(values.min())
    assert values[INSIDE].min() > least
    assert np.sort(values, axis=None)[-2] < 4095
    dataset = images.instance(
        [values], 12, SmallestImagePixelValue=least, LargestImagePixelValue=4095
    )
    copy = images.reread(redact(seal_it(dataset).dataset, boxes=[BOX]))
    report = verify(copy, TRUST)
    assert (report.verdict, report.aspects.display) == (Verdict.PARTIAL, Aspect.REDACTED)
    assert "LargestImagePixelValue" not in copy
    assert copy.SmallestImagePixelValue == least
    (held,) = read_seal(copy).disclosures
    assert held.by_path()["00280107"].salt is None  # else its 16 bits would be guessed
    copy.LargestImagePixelValue = int(frames_of(copy)[0].max())
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL
    copy.LargestImagePixelValue = 4000
    assert verify(copy, TRUST).verdict is Verdict.ALTERED


def test_blank_is_a_value_that_says_nothing_of_what_was_there() -> None:
    for name, value in (
        ("padding", -2000),
        ("rgb", 0),
        ("monochrome2-12", None),
        ("16-signed", None),
    ):
        copy = redact(sealed(name), boxes=[BOX])
        frame = frames_of(copy)[0]
        rest = np.delete(frame.reshape(160 * 171, -1), np.flatnonzero(region(frame)), axis=0)
        assert (frame[INSIDE] == (rest.min() if value is None else value)).all()
    luma, *chroma = frames_of(redact(sealed("ybr-full"), boxes=[BOX]))[0][50, 60].tolist()
    assert (luma, chroma) == (0, [128, 128])


def region(frame: Array) -> Array:
    """Return (rows, columns) bool: the region."""
    inside = np.zeros(frame.shape[:2], dtype=bool)
    inside[INSIDE] = True
    return inside


def test_nothing_inside_tells_what_blank_is() -> None:
    whole = sealed()
    geometry, frame = measure(whole), frames_of(whole)[0]
    assert geometry is not None
    fills = set()
    for value in (0, 5, 4095):
        frame[INSIDE] = value
        fills.add(int(choose_fill(frame, region(frame), geometry, None)))
    assert len(fills) == 1


def test_extremes_of_series_and_plane_do_not_tell_of_the_region() -> None:
    """They may be this image's: of a label they tell the grey in which it was burned in."""
    dataset = images.plain()
    tags = (0x00280108, 0x00280109, 0x00280110, 0x00280111)
    for tag in tags:
        dataset.add_new(tag, "US", 4095)
    copy = images.reread(redact(seal_it(dataset).dataset, boxes=[BOX]))
    assert not any(tag in copy and copy[tag].value for tag in tags)
    hidden = {row.path for row in read_seal(copy).disclosures[0].rows if row.salt is None}
    assert {f"{tag:08X}" for tag in tags} <= hidden
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL
