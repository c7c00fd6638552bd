"""Lossy copies whose tags survived: always altered, and told from copies with a changed part."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from signing.dicom import lossy, part10
from signing.dicom.copies import fork
from signing.dicom.geometry import measure
from signing.keys import RecoveryKey, RecoveryPublicKey
from signing.pictures.illustration import Album, draw_overlays
from signing.verdict import Code, Finding, Outcome, Report, Verdict
from signing.verification import verify, verify_path
from tests.signing import images
from tests.signing.images import of
from tests.signing.seals import TRUST, frames_of, seal_it, with_frames
from tests.watermark import phantoms

Array = NDArray[Any]
JPEG2000_LOSSY, NEAR_LOSSLESS = "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.81"


def recovery_key(start: int = 7) -> RecoveryKey:
    """Return a fixed recovery key."""
    return RecoveryKey(X25519PrivateKey.from_private_bytes(bytes([start]) * 32), "recovery")


KEY = recovery_key()
FOR_KEY = RecoveryPublicKey(KEY.private.public_key(), "recovery")


def scan(bits: int = 12) -> Dataset:
    """Return a sealed picture with recovery data, as a scanner makes one."""
    picture = phantoms.computed(288, 288) if bits == 16 else phantoms.resonance(288, 288, bits=bits)
    return seal_it(of(picture), recovery_for=(FOR_KEY,), spread=True).dataset


def compressed(dataset: Dataset, syntax: str, stream: bytes) -> Dataset:
    """Return a copy whose pixel data are one lossy codestream; every other tag stays."""
    copy = fork(dataset)
    copy.PixelData = encapsulate([stream])
    copy["PixelData"].VR = "OB"
    copy.file_meta.TransferSyntaxUID = UID(syntax)
    return images.reread(copy)


def jpeg2000(frame: Array, ratio: int, bits: int) -> bytes:
    """Return a frame as irreversible JPEG 2000."""
    from openjpeg.utils import encode_array

    return bytes(
        encode_array(
            frame.astype(np.uint16 if bits > 8 else np.uint8),
            bits_stored=bits,
            photometric_interpretation=2,
            compression_ratios=[ratio],
            codec_format=0,
        )
    )


def jpeg(frame: Array, quality: int) -> bytes:
    """Return an 8-bit frame as JPEG."""
    buffer = BytesIO()
    Image.fromarray(frame.astype(np.uint8)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def near_lossless(frame: Array, most: int) -> bytes:
    """Return a frame as JPEG-LS that may be off by `most`."""
    import jpeg_ls

    return bytes(jpeg_ls.encode_array(frame, lossy_error=most))


def with_lesion(frame: Array, height: int) -> Array:
    """Return a frame with a smooth round lesion around (150, 170)."""
    y, x = np.mgrid[: frame.shape[0], : frame.shape[1]]
    distance = np.hypot(y - 150, x - 170) / 14
    bump = np.where(distance < 1, height * np.cos(distance * np.pi / 2) ** 2, 0)
    return np.asarray(np.clip(frame + np.rint(bump), 0, None).astype(frame.dtype))


def finding(report: Report) -> Finding:
    """Return what was said of the copy."""
    (found,) = (f for f in report.findings if f.code is Code.PIXELS_LOSSY_COPY)
    return found


COPIES: dict[str, tuple[int, str, Callable[[Array], bytes]]] = {
    "jpeg2000-5": (12, JPEG2000_LOSSY, lambda frame: jpeg2000(frame, 5, 12)),
    "jpeg2000-20": (12, JPEG2000_LOSSY, lambda frame: jpeg2000(frame, 20, 12)),
    "jpeg-90": (8, lossy.JPEG_BASELINE, lambda frame: jpeg(frame, 90)),
    "jpeg-50": (8, lossy.JPEG_BASELINE, lambda frame: jpeg(frame, 50)),
    "jpeg-ls-3": (12, NEAR_LOSSLESS, lambda frame: near_lossless(frame, 3)),
}


@pytest.fixture(scope="module")
def scans() -> dict[int, Dataset]:
    """A sealed picture of each depth."""
    return {bits: scan(bits) for bits in (8, 12)}


@pytest.mark.parametrize("name", COPIES)
def test_a_lossy_copy_is_altered_everywhere_and_nowhere_beyond(
    scans: dict[int, Dataset], name: str
) -> None:
    bits, syntax, encode = COPIES[name]
    whole = scans[bits]
    copy = compressed(whole, syntax, encode(frames_of(whole)[0]))
    report = verify(copy, TRUST, recovery_key=KEY)
    assert report.verdict is Verdict.ALTERED
    assert finding(report).outcome is Outcome.PASS
    assert "no local outlier" in finding(report).detail
    assert report.pixels is not None
    assert report.pixels.frames[0].boxes == ((0, 0, 288, 288),)


@pytest.mark.parametrize("name", COPIES)
def test_a_lesion_in_a_lossy_copy_is_found_in_its_place(
    scans: dict[int, Dataset], name: str
) -> None:
    bits, syntax, encode = COPIES[name]
    whole = scans[bits]
    forged = with_lesion(frames_of(whole)[0], 90 if bits == 8 else 1200)
    report = verify(compressed(whole, syntax, encode(forged)), TRUST, recovery_key=KEY)
    assert report.verdict is Verdict.ALTERED
    assert finding(report).outcome is Outcome.FAIL
    assert "beyond lossy compression" in finding(report).detail
    assert report.pixels is not None
    for top, left, height, width in report.pixels.frames[0].boxes:
        assert abs(top + height / 2 - 150) < 24
        assert abs(left + width / 2 - 170) < 24


def test_a_copy_decoded_again_is_compared_too(scans: dict[int, Dataset]) -> None:
    whole = scans[8]
    before = frames_of(whole)[0]
    frame = np.asarray(Image.open(BytesIO(jpeg(before, 75)))).astype(before.dtype)
    report = verify(with_frames(whole, [frame]), TRUST, recovery_key=KEY)
    assert report.verdict is Verdict.ALTERED
    assert finding(report).outcome is Outcome.PASS


def test_another_picture_is_no_copy(scans: dict[int, Dataset]) -> None:
    whole = scans[12]
    other = phantoms.noise(288, 288, 12).values
    report = verify(
        compressed(whole, JPEG2000_LOSSY, jpeg2000(other, 5, 12)), TRUST, recovery_key=KEY
    )
    assert report.verdict is Verdict.ALTERED
    assert finding(report).outcome is Outcome.FAIL
    assert "more than lossy compression" in finding(report).detail


def test_an_edit_is_no_copy_and_is_mapped_as_ever(scans: dict[int, Dataset]) -> None:
    whole = scans[12]
    frame = with_lesion(frames_of(whole)[0], 900)
    report = verify(with_frames(whole, [frame]), TRUST, recovery_key=KEY)
    assert report.verdict is Verdict.ALTERED
    assert Code.PIXELS_LOSSY_COPY not in {f.code for f in report.findings}


def test_without_the_right_key_nothing_is_compared(scans: dict[int, Dataset]) -> None:
    whole = scans[12]
    copy = compressed(whole, JPEG2000_LOSSY, jpeg2000(frames_of(whole)[0], 10, 12))
    assert Code.PIXELS_LOSSY_COPY not in {f.code for f in verify(copy, TRUST).findings}
    report = verify(copy, TRUST, recovery_key=recovery_key(9))
    assert finding(report).outcome is Outcome.SKIPPED
    assert report.verdict is Verdict.ALTERED


def test_without_recovery_data_nothing_is_compared() -> None:
    whole = seal_it(of(phantoms.resonance(288, 288, bits=12))).dataset
    copy = compressed(whole, JPEG2000_LOSSY, jpeg2000(frames_of(whole)[0], 10, 12))
    report = verify(copy, TRUST, recovery_key=KEY)
    assert finding(report).outcome is Outcome.SKIPPED
    assert "no signed recovery data" in finding(report).detail


def test_an_authentic_picture_is_not_compared(scans: dict[int, Dataset]) -> None:
    report = verify(scans[12], TRUST, recovery_key=KEY)
    assert report.verdict is Verdict.AUTHENTIC
    assert Code.PIXELS_LOSSY_COPY not in {f.code for f in report.findings}


@pytest.mark.parametrize("cut", [0, 1, 40, 0.5, 0.99])
@pytest.mark.parametrize("name", COPIES)
def test_streams_that_do_not_decode_are_no_picture(
    scans: dict[int, Dataset], name: str, cut: float
) -> None:
    bits, syntax, encode = COPIES[name]
    geometry = measure(scans[bits])
    assert geometry is not None
    stream = encode(frames_of(scans[bits])[0])
    rest = stream[: int(cut * len(stream)) if cut < 1 else int(cut)]
    frame = lossy.decode_frame(rest, geometry, syntax)
    assert frame is None or frame.shape == (288, 288)


def test_a_stream_of_another_size_is_no_picture(scans: dict[int, Dataset]) -> None:
    geometry = measure(scans[8])
    assert geometry is not None
    small = np.zeros((280, 288), dtype=np.uint8)
    assert lossy.decode_frame(jpeg(small, 90), geometry, lossy.JPEG_BASELINE) is None
    assert lossy.decode_frame(jpeg2000(small, 5, 8), geometry, JPEG2000_LOSSY) is None
    assert lossy.decode_frame(b"", geometry, "1.2.840.10008.1.2.4.100") is None


def test_a_copy_of_another_depth_is_not_compared(scans: dict[int, Dataset]) -> None:
    whole = scans[12]
    reduced = (frames_of(whole)[0] >> 4).astype(np.uint8)
    copy = compressed(whole, lossy.JPEG_BASELINE, jpeg(reduced, 90))
    copy.BitsAllocated, copy.BitsStored, copy.HighBit = 8, 8, 7
    report = verify(images.reread(copy), TRUST, recovery_key=KEY)
    assert report.verdict is Verdict.ALTERED
    assert finding(report).outcome is Outcome.SKIPPED


@pytest.mark.parametrize("name", COPIES)
def test_a_lossy_copy_is_shown_with_its_outliers(
    scans: dict[int, Dataset], name: str, tmp_path: Path
) -> None:
    bits, syntax, encode = COPIES[name]
    whole = scans[bits]
    copy = compressed(whole, syntax, encode(with_lesion(frames_of(whole)[0], 90 << (bits - 8))))
    part10.write(copy, tmp_path / "copy.dcm")
    report = verify_path(tmp_path / "copy.dcm", TRUST, recovery_key=KEY)
    drawn = Album().illustrate(tmp_path / "copy.dcm", report)
    assert drawn.figures
    overlays = dict(draw_overlays(tmp_path / "copy.dcm", report))
    assert Image.open(BytesIO(overlays[0])).size == (288, 288)
