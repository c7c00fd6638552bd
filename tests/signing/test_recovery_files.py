"""Recovering files: DICOM and exports, with masks beside them, whole or not at all."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from signing.dicom import part10
from signing.errors import NotRecoverable, NotSealed, OutputExists, UnsupportedImage
from signing.recovery import recover_dataset, recover_file
from tests.signing.recoveries import KEY, damaged, filled, recoverable, source
from tests.signing.seals import TRUST, frames_of

Array = NDArray[Any]


def there(folder: Path) -> set[str]:
    """Return the names of all files in a folder, hidden ones too."""
    return {path.name for path in folder.iterdir()}


def mask_in(path: Path) -> Array:
    """Return a mask file's samples."""
    with Image.open(path) as image:
        assert (image.format, image.mode) == ("PNG", "L")
        return np.asarray(image)


def test_a_file_is_recovered_with_its_mask_beside_it(tmp_path: Path) -> None:
    received = tmp_path / "damaged.dcm"
    part10.write(damaged(recoverable()), received)
    before = received.read_bytes()
    result = recover_file(received, tmp_path / "out.dcm", TRUST, KEY)
    assert received.read_bytes() == before
    assert there(tmp_path) == {"damaged.dcm", "out.dcm", "out.dcm.mask.png"}
    assert result.masks == (tmp_path / "out.dcm.mask.png",)
    assert (result.frames, result.recovered_frames) == (1, 1)
    mask = mask_in(result.masks[0])
    assert set(np.unique(mask)) == {0, 255}
    assert ((mask == 255) == filled(mask.shape)).all()
    assert result.share == pytest.approx((mask == 255).mean())
    expected = recover_dataset(damaged(recoverable()), TRUST, KEY).dataset
    written = part10.read(tmp_path / "out.dcm").dataset
    assert (frames_of(written)[0] == frames_of(expected)[0]).all()


def test_each_recovered_frame_of_several_has_a_mask(tmp_path: Path) -> None:
    received = tmp_path / "damaged.dcm"
    part10.write(damaged(recoverable("multi-frame"), 0, 2), received)
    recover_file(received, tmp_path / "out.dcm", TRUST, KEY)
    assert there(tmp_path) == {"damaged.dcm", "out.dcm", "out.dcm.0.mask.png", "out.dcm.2.mask.png"}


def test_what_is_intact_writes_nothing(tmp_path: Path) -> None:
    received = tmp_path / "sealed.dcm"
    part10.write(recoverable(), received)
    result = recover_file(received, tmp_path / "out.dcm", TRUST, KEY)
    assert (result.recovered_frames, result.masks, result.share) == (0, (), 0.0)
    np.save(tmp_path / "sealed.npy", frames_of(recoverable())[0])
    assert not recover_file(tmp_path / "sealed.npy", tmp_path / "o.npy", TRUST, KEY).masks
    assert there(tmp_path) == {"sealed.dcm", "sealed.npy"}


@pytest.mark.parametrize("taken", ["out.dcm", "out.dcm.mask.png"])
def test_nothing_is_overwritten_without_force(tmp_path: Path, taken: str) -> None:
    received, target = tmp_path / "damaged.dcm", tmp_path / "out.dcm"
    part10.write(damaged(recoverable()), received)
    (tmp_path / taken).write_bytes(b"mine")
    with pytest.raises(OutputExists):
        recover_file(received, target, TRUST, KEY)
    assert there(tmp_path) == {"damaged.dcm", taken}
    assert (tmp_path / taken).read_bytes() == b"mine"
    recover_file(received, target, TRUST, KEY, force=True)
    assert there(tmp_path) == {"damaged.dcm", "out.dcm", "out.dcm.mask.png"}
    assert (tmp_path / taken).read_bytes() != b"mine"


def test_the_input_is_never_written_over(tmp_path: Path) -> None:
    received = tmp_path / "damaged.dcm"
    part10.write(damaged(recoverable()), received)
    before = received.read_bytes()
    (tmp_path / "link.dcm").symlink_to(received)
    for target in (received, tmp_path / "link.dcm"):
        with pytest.raises(OutputExists):
            recover_file(received, target, TRUST, KEY, force=True)
    assert received.read_bytes() == before
    assert there(tmp_path) == {"damaged.dcm", "link.dcm"}


def test_a_result_that_cannot_be_written_leaves_no_mask(tmp_path: Path) -> None:
    received, target = tmp_path / "damaged.dcm", tmp_path / "out.dcm"
    part10.write(damaged(recoverable()), received)
    target.mkdir()
    with pytest.raises(OSError, match=r"out\.dcm"):
        recover_file(received, target, TRUST, KEY, force=True)
    assert there(tmp_path) == {"damaged.dcm", "out.dcm"}


def test_a_failed_result_leaves_the_masks_of_an_earlier_one(tmp_path: Path) -> None:
    received, target = tmp_path / "damaged.dcm", tmp_path / "out.dcm"
    part10.write(damaged(recoverable()), received)
    (tmp_path / "out.dcm.mask.png").write_bytes(b"earlier")
    target.mkdir()
    with pytest.raises(OSError, match=r"out\.dcm"):
        recover_file(received, target, TRUST, KEY, force=True)
    assert there(tmp_path) == {"damaged.dcm", "out.dcm", "out.dcm.mask.png"}


def test_a_mask_is_never_written_over_the_input(tmp_path: Path) -> None:
    received = tmp_path / "out.png.mask.png"
    Image.fromarray(frames_of(damaged(recoverable("large-8-bits")))[0]).save(received)
    before = received.read_bytes()
    with pytest.raises(OutputExists):
        recover_file(received, tmp_path / "out.png", TRUST, KEY, force=True)
    assert there(tmp_path) == {received.name}
    assert received.read_bytes() == before


KINDS = ("monochrome2-12", "12-signed", "16-bits", "16-signed", "large-8-bits", "large-rgb")


def exports(name: str, frame: Array) -> dict[str, Array]:
    """Return what tools make of a frame, by the suffix of the file."""
    made = {".npy": frame}
    if frame.dtype.kind == "i":
        width = 8 * frame.dtype.itemsize
        shifted = frame.astype(np.int32) + (1 << (width - 1))
        return {
            **made,
            ".png": frame.view(f"u{frame.dtype.itemsize}"),
            ".tif": shifted.astype(f"u{frame.dtype.itemsize}"),
        }
    return {**made, ".png": frame, ".tif": frame}


@pytest.mark.parametrize("suffix", [".npy", ".png", ".tif"])
@pytest.mark.parametrize("name", KINDS)
def test_an_export_is_recovered_in_its_own_words(name: str, suffix: str, tmp_path: Path) -> None:
    received = frames_of(damaged(recoverable(name)))[0]
    given = exports(name, received)[suffix]
    path, target = tmp_path / f"damaged{suffix}", tmp_path / f"out{suffix}"
    if suffix == ".npy":
        np.save(path, given)
    else:
        Image.fromarray(given).save(path)
    before = path.read_bytes()
    result = recover_file(path, target, TRUST, KEY)
    assert path.read_bytes() == before
    assert there(tmp_path) == {path.name, target.name, f"out{suffix}.mask.png"}
    written = np.load(target) if suffix == ".npy" else np.asarray(Image.open(target))
    assert written.dtype == given.dtype
    mask = filled(given.shape)
    assert ((mask_in(result.masks[0]) == 255) == mask).all()
    assert (written[~mask] == given[~mask]).all()
    expected = frames_of(recover_dataset(damaged(recoverable(name)), TRUST, KEY).dataset)[0]
    assert (written == exports(name, expected)[suffix]).all()


def test_kinds_are_not_mixed(tmp_path: Path) -> None:
    part10.write(damaged(recoverable()), tmp_path / "a.dcm")
    np.save(tmp_path / "a.npy", frames_of(damaged(recoverable()))[0])
    np.save(tmp_path / "s.npy", frames_of(damaged(recoverable("12-signed")))[0])
    before = there(tmp_path)
    for name, other in (("a.dcm", "b.png"), ("a.npy", "b.dcm"), ("s.npy", "b.png")):
        with pytest.raises(UnsupportedImage):
            recover_file(tmp_path / name, tmp_path / other, TRUST, KEY)
    assert there(tmp_path) == before
    recover_file(tmp_path / "a.npy", tmp_path / "b.tif", TRUST, KEY)


def test_exports_without_seal_or_recovery_data_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "bare.npy", frames_of(source("monochrome2-12"))[0])
    with pytest.raises(NotSealed):
        recover_file(tmp_path / "bare.npy", tmp_path / "o.npy", TRUST, KEY)
    lost = frames_of(damaged(recoverable(), box=(0, 0, 112, 120)))[0]
    np.save(tmp_path / "lost.npy", lost)
    with pytest.raises(NotRecoverable):
        recover_file(tmp_path / "lost.npy", tmp_path / "o.npy", TRUST, KEY)
