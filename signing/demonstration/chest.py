"""The acts on a chest of nobody: damage mapped, mended and, turned over, named.

All tags are stripped first: the samples alone prove, place and mend.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing.demonstration.page import Say, Step
from signing.demonstration.phantom import NODULE, draw_chest, make_instance
from signing.dicom import codecs, part10
from signing.dicom.copies import fork
from signing.dicom.writing import replace_frames
from signing.keys import RecoveryKey, load_recovery_key, load_recovery_public_key, load_signer
from signing.pictures.drawing import Panel, apply_window, arrange, draw_map, fill_boxes
from signing.pictures.illustration import Album
from signing.recovery import mend_frames, recover_file
from signing.report import Answer
from signing.report.html import Page
from signing.sealing import SealOptions, seal_file
from signing.trust import Trust
from signing.verdict import Box, Report
from signing.verification import verify_path

WINDOW: Final = (-276, 1324)
"""Stored values shown black and white: -1300 to 300 HU."""
DONOR: Final = (196, 170)
"""Row and column around which the lung is copied over the nodule."""
HALF: Final = 0.4375
"""Share of the columns that the second forgery blanks: 7 of 16 columns of tiles."""

Array = NDArray[Any]


def play(folder: Path, trust: Trust, say: Say) -> list[Step]:
    """Play the acts in `folder`, which holds scanner.key, clinic.rkey and clinic.rpub.

    Leaves DICOM files, PNG pictures and report.html. Raises OSError, SigningError.
    """
    part10.write(make_instance(draw_chest()), folder / "chest.dcm", force=True)
    options = SealOptions(recovery_for=(load_recovery_public_key(folder / "clinic.rpub"),))
    signer = load_signer(folder / "scanner.key")
    done = seal_file(folder / "chest.dcm", folder / "chest-sealed.dcm", signer, options, force=True)
    say(f"a chest drawn from a seed, sealed with recovery data: {done.psnr:.1f} dB (peak 4095)")
    key = load_recovery_key(folder / "clinic.rkey")
    return [
        _remove_nodule(folder, trust, key, say),
        _blank_half(folder, trust, key, say),
        _mirror(folder, trust, say),
    ]


def _remove_nodule(folder: Path, trust: Trust, key: RecoveryKey, say: Say) -> Step:
    """Copy lung over the nodule; map the change and bring the nodule back."""
    forged = _frame(folder / "chest-sealed.dcm").copy()
    row, column, radius = (int(value) for value in NODULE)
    reach = radius + 4
    source = slice(DONOR[0] - reach, DONOR[0] + reach), slice(DONOR[1] - reach, DONOR[1] + reach)
    forged[row - reach : row + reach, column - reach : column + reach] = forged[source]
    path = _strip_and_write(folder, "chest-forged.dcm", forged)
    report = verify_path(path, trust, recovery_key=key)
    boxes = _boxes(report)
    target = folder / "chest-recovered.dcm"
    recover_file(path, target, trust, key, force=True)
    error = _error(folder, _frame(target), boxes)
    area = sum(height * width for _, _, height, width in boxes)
    say(
        f"its nodule removed, all tags stripped: {report.verdict}, {area // 64} cells of 8x8 "
        f"named; recovered to {error:.0f} HU (root mean square)"
    )
    _write_report(folder, path, report, trust, key)
    _draw(folder, "chest-forged.png", forged, boxes, _frame(target))
    text = (
        f"Lung was copied over the nodule, and every private tag was stripped. From the samples "
        f"alone {area // 64} cells of 8x8 are named, and no other; with the clinic's recovery key "
        f"the nodule comes back, with an error of {error:.0f} HU (root mean square)."
    )
    return Step("A nodule removed", text, report, "chest-forged.png", "report.html")


def _blank_half(folder: Path, trust: Trust, key: RecoveryKey, say: Say) -> Step:
    """Make almost half of the picture black; bring it back."""
    forged = _frame(folder / "chest-sealed.dcm").copy()
    forged[:, : int(HALF * forged.shape[1])] = 0
    path = _strip_and_write(folder, "chest-half.dcm", forged)
    report = verify_path(path, trust)
    boxes = _boxes(report)
    (recovered,) = mend_frames(path, trust, key, (0,)).values()
    error = _error(folder, recovered, boxes)
    say(f"{HALF:.1%} of it black: {report.verdict}; recovered to {error:.0f} HU")
    _draw(folder, "chest-half.png", forged, boxes, recovered)
    text = (
        f"{HALF:.1%} of the picture was made black. What is left proves itself, names the rest "
        f"and brings it back, with an error of {error:.0f} HU."
    )
    return Step("Nearly half of it black", text, report, "chest-half.png")


def _mirror(folder: Path, trust: Trust, say: Say) -> Step:
    """Turn the chest over: the nodule changes sides."""
    turned = np.ascontiguousarray(_frame(folder / "chest-sealed.dcm")[:, ::-1])
    path = _strip_and_write(folder, "chest-mirrored.dcm", turned)
    report = verify_path(path, trust)
    say(f"the chest mirrored: {report.verdict}, geometry: {report.geometry}")
    panels = (
        Panel("sealed", _shown(_frame(folder / "chest-sealed.dcm"))),
        Panel("received", _shown(turned)),
    )
    arrange(panels).save(folder / "chest-mirrored.png")
    text = f"The nodule changed sides; every sample is the scanner's. Found: {report.geometry}."
    return Step("Turned over", text, report, "chest-mirrored.png")


def _strip_and_write(folder: Path, name: str, frame: Array) -> Path:
    """Write the sealed chest with another frame and without private tags."""
    copy: Dataset = fork(part10.read(folder / "chest-sealed.dcm").dataset)
    copy.remove_private_tags()
    replace_frames(copy, [frame])
    part10.write(copy, folder / name, force=True)
    return folder / name


def _write_report(folder: Path, path: Path, report: Report, trust: Trust, key: RecoveryKey) -> None:
    """Write what `verify --report --recovery-key` writes."""
    drawn = Album().illustrate(path, report, mend_frames(path, trust, key, (0,)).get)
    with (folder / "report.html").open("w", encoding="utf-8") as out:
        page = Page(out, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"))
        page.add(Answer(str(path), report, drawn.figures, drawn.remarks))
        page.close()


def _draw(folder: Path, name: str, forged: Array, boxes: tuple[Box, ...], recovered: Array) -> None:
    """Write received, map and recovered side by side."""
    shown = _shown(forged)
    altered = fill_boxes(boxes, shown.shape)
    panels = (
        Panel("received", shown),
        Panel("altered, from the samples alone", draw_map(shown, altered, np.zeros_like(altered))),
        Panel("recovered", _shown(recovered)),
    )
    arrange(panels).save(folder / name)


def _error(folder: Path, recovered: Array, boxes: tuple[Box, ...]) -> float:
    """Return the root mean square error in the altered areas against the scanner's samples."""
    original = _frame(folder / "chest.dcm").astype(np.float64)
    inside = fill_boxes(boxes, original.shape)
    return float(np.sqrt(np.mean((recovered - original)[inside] ** 2)))


def _frame(path: Path) -> Array:
    """Return the one frame of a file."""
    return next(iter(codecs.frames(part10.read(path).dataset)))


def _boxes(report: Report) -> tuple[Box, ...]:
    """Return the altered areas of the one frame."""
    return report.pixels.frames[0].boxes if report.pixels and report.pixels.frames else ()


def _shown(values: Array) -> NDArray[np.uint8]:
    """Return samples under the window of a lung."""
    return apply_window(values, WINDOW[0], WINDOW[1])
