"""The acts on a real CT: sealed, verified, forged, stripped and restored."""

from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

import watermark
from signing.demonstration.page import Say, Step
from signing.dicom import codecs, part10
from signing.dicom.copies import fork
from signing.dicom.writing import replace_frames
from signing.errors import SelfCheckFailed
from signing.keys import load_signer
from signing.pictures.drawing import Panel, apply_window, arrange
from signing.restoration import restore_file
from signing.sealing import SealOptions, seal_file
from signing.trust import Trust
from signing.verification import verify_path

SOURCE: Final = "CT_small.dcm"
"""A CT of 128 x 128 samples that pydicom ships."""
WINDOW: Final = (824, 1424)
"""Stored values shown black and white: -200 to 400 HU at the image's intercept of -1024."""
LESION: Final = (82, 96, 9.0, 220.0)
"""Row, column, radius in samples, and height in HU of the painted lesion."""
SCALE: Final = 3


def play(folder: Path, trust: Trust, say: Say) -> list[Step]:
    """Play the acts in `folder`, which holds scanner.key; `say` gets their lines.

    Leaves DICOM files and PNG pictures. Raises OSError, SigningError.
    """
    source = Path(str(get_testdata_file(SOURCE, download=False)))
    original = part10.read(source).dataset
    part10.write(original, folder / "original.dcm", force=True)
    say(f"the CT: {SOURCE}, {_size(original)}, copied to {folder / 'original.dcm'}")
    return [
        _seal(folder, say),
        _verify(folder, trust, say),
        _forge(folder, trust, say),
        _strip(folder, trust, say),
        _restore(folder, trust, say),
    ]


def _seal(folder: Path, say: Say) -> Step:
    """Seal the CT and say what it cost."""
    signer = load_signer(folder / "scanner.key")
    seal_file(folder / "original.dcm", folder / "sealed.dcm", signer, SealOptions(), force=True)
    before, after = _pixels(folder / "original.dcm"), _pixels(folder / "sealed.dcm")
    used = int(before.max()) - int(before.min())
    twelve = watermark.psnr(before, after, 4095)
    similar = watermark.ssim(before, after, 4095)
    change = after.astype(np.int64) - before
    share = float((change != 0).mean())
    sizes = [(folder / name).stat().st_size for name in ("original.dcm", "sealed.dcm")]
    text = (
        f"PSNR {twelve:.2f} dB (peak 4095), {watermark.psnr(before, after, used):.2f} dB "
        f"(peak {used}, the range in use), SSIM {similar:.6f}; {share:.2%} of the samples "
        f"changed, none by more than {int(np.abs(change).max())}; "
        f"{sizes[0]} bytes became {sizes[1]}"
    )
    say(f"sealed: {text}")
    amplified = np.where(change > 0, 255, np.where(change < 0, 0, 128)).astype(np.uint8)
    panels = (
        Panel("original", _shown(before)),
        Panel("sealed", _shown(after)),
        Panel("change: white +1, black -1", amplified),
    )
    arrange(panels, SCALE).save(folder / "sealed.png")
    return Step("Sealed", text, picture="sealed.png")


def _verify(folder: Path, trust: Trust, say: Say) -> Step:
    """Verify the sealed CT."""
    report = verify_path(folder / "sealed.dcm", trust, deep=True)
    say(f"verified: {report.verdict}")
    text = "Every sample, every committed attribute and the mark itself are as the scanner signed."
    return Step("Verified", text, report)


def _forge(folder: Path, trust: Trust, say: Say) -> Step:
    """Paint a lesion into a copy and verify that."""
    sealed = part10.read(folder / "sealed.dcm").dataset
    forged, after = fork(sealed), _paint(_pixels(folder / "sealed.dcm"))
    replace_frames(forged, [after])
    part10.write(forged, folder / "forged.dcm", force=True)
    report = verify_path(folder / "forged.dcm", trust, deep=True)
    boxes = report.pixels.frames[0].boxes if report.pixels and report.pixels.frames else ()
    say(f"a lesion painted into a copy: {report.verdict}, areas {_list(boxes)}")
    panels = (
        Panel("sealed", _shown(_pixels(folder / "sealed.dcm"))),
        Panel("forged", _shown(after)),
        Panel("areas that differ", _shown(after), boxes),
    )
    arrange(panels, SCALE).save(folder / "forged.png")
    text = f"A lesion of 220 HU painted into a copy. Areas (row, column, size): {_list(boxes)}."
    return Step("Forged", text, report, "forged.png")


def _strip(folder: Path, trust: Trust, say: Say) -> Step:
    """Strip all private tags from a copy and verify the samples alone."""
    stripped = fork(part10.read(folder / "sealed.dcm").dataset)
    stripped.remove_private_tags()
    part10.write(stripped, folder / "stripped.dcm", force=True)
    report = verify_path(folder / "stripped.dcm", trust)
    say(f"all private tags stripped from a copy: {report.verdict}, scope {report.scope}")
    text = "All private tags were removed. The certificate in the samples still proves them."
    return Step("Stripped", text, report)


def _restore(folder: Path, trust: Trust, say: Say) -> Step:
    """Give the scanner's own samples back."""
    restore_file(folder / "sealed.dcm", folder / "restored.dcm", trust, force=True)
    digests = [_digest(folder / name) for name in ("original.dcm", "restored.dcm")]
    if digests[0] != digests[1]:
        raise SelfCheckFailed("the restored samples are not the original ones")
    whole = (folder / "original.dcm").read_bytes() == (folder / "restored.dcm").read_bytes()
    say(f"restored: SHA-256 of the samples equal ({digests[1][:16]}...), files equal: {whole}")
    text = f"SHA-256 of the samples, original and restored: {digests[0]}, equal."
    return Step("Restored", text, verify_path(folder / "restored.dcm", trust))


def _pixels(path: Path) -> NDArray[Any]:
    """Return the one frame of a file."""
    return next(iter(codecs.frames(part10.read(path).dataset)))


def _digest(path: Path) -> str:
    """Return the SHA-256 of the samples of a file, in hex."""
    return sha256(_pixels(path).tobytes()).hexdigest()


def _size(dataset: Dataset) -> str:
    """Return rows, columns and depth in words."""
    return f"{dataset.Rows} x {dataset.Columns} samples of {dataset.BitsStored} bits"


def _shown(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return samples under the demo's window."""
    return apply_window(values, *WINDOW)


def _paint(values: NDArray[Any]) -> NDArray[Any]:
    """Return the samples with a smooth round lesion added."""
    row, column, radius, height = LESION
    y, x = np.mgrid[: values.shape[0], : values.shape[1]]
    distance = np.hypot(y - row, x - column) / radius
    bump = np.where(distance < 1, height * np.cos(distance * np.pi / 2) ** 2, 0)
    return (values + np.rint(bump)).astype(values.dtype)


def _list(boxes: tuple[tuple[int, int, int, int], ...]) -> str:
    """Return boxes in words."""
    return ", ".join(f"({r}, {c}, {h}x{w})" for r, c, h, w in boxes) or "none"
