"""Burned-in text that was blacked out: seen again with the recovery key, by nobody without."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset

import watermark
from signing import payload, recoverydata
from signing.dicom import block
from signing.errors import NotSealed, WrongRecoveryKey
from signing.evidence.pixelcheck import read_frames
from signing.recovery import recover
from signing.scrubbing import scrub
from signing.verdict import Verdict
from tests.signing import images
from tests.signing.recoveries import KEY, PUBLIC, SECOND, STRANGER
from tests.signing.seals import TRUST, frames_of, seal_it, stripped, verdict, with_frames
from tests.watermark import phantoms
from watermark.compression import Shape
from watermark.errors import MalformedPicture

PLATE = np.s_[64:96, 64:224]
"""Where the text is."""


def written() -> Dataset:
    """Return a picture with a name burned in, in letters of 20 samples."""
    frame = phantoms.resonance(288, 288).values.copy()
    plate = Image.new("L", (160, 32))
    font = ImageFont.load_default(20)
    ImageDraw.Draw(plate).text((4, 4), "DOE JANE 1970", fill=255, font=font)
    frame[PLATE] = np.where(np.asarray(plate) > 127, 4000, 200)
    return images.instance([frame], 12)


def blacked_out() -> tuple[Dataset, Dataset]:
    """Return the sealed picture, and what is left after another tool blacked the text out."""
    whole = seal_it(written(), profile="full", recovery_for=(PUBLIC,)).dataset
    frame = frames_of(whole)[0]
    frame[PLATE] = 0
    return whole, with_frames(whole, [frame])


def likeness(values: NDArray[np.generic]) -> float:
    """Return the correlation of an area with the text that was burned in, -1 to 1."""
    text = frames_of(written())[0][PLATE].astype(float)
    area = values[PLATE].astype(float)
    return float(np.corrcoef(text.ravel(), area.ravel())[0, 1]) if np.ptp(area) else 0.0


def carried(dataset: Dataset) -> bytes:
    """Return the recovery data that the samples carry."""
    packed = watermark.extract(next(read_frames(dataset))[0]).payload
    assert packed is not None
    return payload.unpack(packed).recovery


@pytest.mark.parametrize("left", [lambda d: d, stripped], ids=["tags", "stripped"])
def test_with_the_key_the_text_comes_back(left: object) -> None:
    assert callable(left)
    _, black = blacked_out()
    assert likeness(frames_of(black)[0]) == 0
    assert likeness(frames_of(recover(left(black), TRUST, KEY))[0]) > 0.8


def test_without_the_key_nothing_of_the_text_is_decoded() -> None:
    _, black = blacked_out()
    data = carried(black)
    shape = Shape(288, 288, 12)
    for start in range(0, 80):
        try:
            picture = watermark.expand(data[start:], shape)
        except MalformedPicture:
            continue
        assert abs(likeness(picture.values)) < 0.35
    for key in (SECOND, STRANGER):
        for dataset in (black, stripped(black)):
            with pytest.raises(WrongRecoveryKey):
                recover(dataset, TRUST, key)


def test_what_is_carried_is_not_the_plain_picture() -> None:
    whole, black = blacked_out()
    data = carried(black)
    body = block.read_blocks(whole)[0].recovery
    assert body == recoverydata.encode_frames([data])
    samples = next(read_frames(written()))[0]
    budget = len(data) - recoverydata.overhead(1)
    plain = watermark.compress(samples, budget)
    assert likeness(watermark.expand(plain, Shape(288, 288, 12)).values) > 0.8
    assert plain[:8] not in data
    assert len(set(data)) > 200  # bytes of every value, as ciphertext has


def test_after_scrubbing_nobody_with_any_key_gets_it() -> None:
    _, black = blacked_out()
    for dataset in (black, stripped(black)):
        scrubbed = scrub(dataset)
        assert verdict(scrubbed) is Verdict.UNSEALED
        assert not any(block.find_blocks(scrubbed))
        assert not watermark.extract(next(read_frames(scrubbed))[0]).marked
        for key in (KEY, SECOND, STRANGER):
            with pytest.raises(NotSealed):
                recover(scrubbed, TRUST, key)


def test_two_seals_of_one_picture_carry_nothing_in_common() -> None:
    first, second = (carried(blacked_out()[0]) for _ in range(2))
    assert len(first) == len(second)
    assert sum(a == b for a, b in zip(first, second, strict=True)) < len(first) / 50
