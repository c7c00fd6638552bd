"""Sealing: every format as it must be, the source untouched, options kept, whole or nothing."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom import codecs, part10
from signing.dicom.frames import padding_range
from signing.dicom.geometry import measure
from signing.dicom.limits import DEFLATED, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from signing.errors import (
    AlreadySealed,
    CodecUnavailable,
    Unreadable,
    UnsuitableMask,
    UnsupportedImage,
)
from signing.reasons import Reason
from signing.restoration import restore
from signing.sealing import SealOptions, seal, seal_file
from signing.sealparts import read_seal
from signing.verdict import Code, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.images import KINDS, MARKED
from tests.signing.seals import TRUST, frames_of, seal_it, sealed, stripped, verdict
from tests.signing.strategies import SIGNER
from tests.watermark import phantoms
from watermark.errors import UnknownName

NAMED_ONLY = ["mammogram", "pet", "nm", "adc"]


@pytest.mark.parametrize("name", KINDS)
def test_every_format_is_sealed_and_its_source_untouched(name: str) -> None:
    source = images.make(name)
    before = part10.encode(source)
    made = seal_it(source)
    assert part10.encode(source) == before
    assert (made.reason, made.notices) == (KINDS[name].reason, ())
    frames = measure(source)
    assert made.frames == (frames.frames if frames else 0)
    assert (made.marked > 0) == (name in MARKED) == (made.psnr is not None)
    assert made.profile == ("standard" if made.marked else "detached")
    written = images.reread(made.dataset)
    assert part10.transfer_syntax(written) == part10.transfer_syntax(source)
    for dataset in (made.dataset, written):
        report = verify(dataset, TRUST, deep=True)
        assert report.verdict is Verdict.AUTHENTIC, report.findings
        detail = [f.detail for f in report.findings if f.code is Code.SEAL_DETACHED]
        assert detail == ([made.reason.meaning] if made.reason else [])


@pytest.mark.parametrize("name", sorted(images.WITHOUT_MARK - {"no-pixels"}))
def test_without_a_mark_the_pixel_data_stay_byte_for_byte(name: str) -> None:
    source = images.make(name)
    keyword = measure(source).keyword  # type: ignore[union-attr]
    assert seal_it(source).dataset[keyword].value == source[keyword].value


@pytest.mark.parametrize("name", MARKED)
def test_samples_move_by_one_and_extremes_and_padding_not_at_all(name: str) -> None:
    source = images.make(name)
    pairs = zip(frames_of(source), frames_of(sealed(name)), strict=True)
    for before, after in pairs:
        moved = after.astype(np.int64) - before
        assert np.abs(moved).max() <= 1
        assert (before.min(), before.max()) == (after.min(), after.max())
        padding = padding_range(source, measure(source))  # type: ignore[arg-type]
        if padding is not None:
            outside = (before < padding[0]) | (before > padding[1])
            assert not moved[~outside].any()
            assert ((after < padding[0]) | (after > padding[1]))[outside].all()


@pytest.mark.parametrize("transform", ["dwt", "dct"])
@pytest.mark.parametrize("profile", ["light", "standard", "full"])
@pytest.mark.parametrize("damage", [0.49, 0.25])
def test_every_profile_transform_and_damage(profile: str, transform: str, damage: float) -> None:
    size = 288 if profile == "light" else 160
    source = images.of(phantoms.airy(size, size + 3))
    before = part10.encode(source)
    made = seal_it(source, profile=profile, transform=transform, damage=damage)
    assert (made.profile, made.reason, made.marked) == (profile, None, 1)
    assert verdict(made.dataset, deep=True) is Verdict.AUTHENTIC
    assert verdict(stripped(made.dataset)) is Verdict.PARTIAL
    assert part10.encode(restore(made.dataset, TRUST)) == before


@pytest.mark.parametrize("name", NAMED_ONLY)
def test_some_images_are_marked_when_a_profile_is_named(name: str) -> None:
    made = seal_it(images.make(name), profile="standard")
    assert (made.profile, made.reason, made.marked) == ("standard", None, 1)
    assert verdict(made.dataset) is Verdict.AUTHENTIC


@pytest.mark.parametrize("name", MARKED[::4])
def test_detached_on_demand_changes_no_sample(name: str) -> None:
    source = images.make(name)
    made = seal_it(source, profile="detached")
    assert (made.profile, made.reason, made.marked) == ("detached", Reason.REQUESTED, 0)
    assert made.dataset.PixelData == source.PixelData
    assert verdict(made.dataset) is Verdict.AUTHENTIC


def test_frames_for_different_reasons_without_mark_are_said_to_be_mixed() -> None:
    flat = np.full((images.ROWS, images.COLUMNS), 7, np.uint16)
    made = seal_it(images.instance([flat, flat | 1 << 14], 12))
    assert (made.reason, made.marked) == (Reason.MIXED, 0)


def test_a_protected_area_is_never_changed(tmp_path: Path) -> None:
    source = images.plain()
    mask = np.zeros((images.ROWS, images.COLUMNS), np.uint8)
    mask[70:95, 100:140] = 1
    np.save(tmp_path / "mask.npy", mask)
    for protect in (mask, mask.astype(bool), tmp_path / "mask.npy"):
        made = seal_it(source, protect=protect)
        before, after = frames_of(source)[0], frames_of(made.dataset)[0]
        assert (before != after).any()
        assert not (before != after)[mask != 0].any()


def test_a_mask_over_everything_leaves_no_room_and_says_so() -> None:
    mask = np.ones((images.ROWS, images.COLUMNS), bool)
    made = seal_it(images.plain(), protect=mask)
    assert (made.reason, made.marked) == (Reason.PROTECTED, 0)


@pytest.mark.parametrize("shape", [(10, 10), (images.COLUMNS, images.ROWS), (160, 171, 3)])
def test_a_mask_of_another_shape_is_refused_by_name(shape: tuple[int, ...]) -> None:
    with pytest.raises(UnsuitableMask, match=r"mask of .* does not fit frames of"):
        seal_it(images.plain(), protect=np.ones(shape, bool))


def test_spread_releases_flat_areas() -> None:
    source = images.of(phantoms.airy(images.ROWS, images.COLUMNS))
    frame = frames_of(source)[0]
    inside = np.zeros_like(frame, dtype=bool)
    inside[2:30, 2:30] = True
    assert len(np.unique(frame[inside])) == 1
    moved = {}
    for spread in (False, True):
        made = seal_it(source, spread=spread)
        assert verdict(made.dataset) is Verdict.AUTHENTIC
        moved[spread] = int((frames_of(made.dataset)[0] != frame)[inside].sum())
    assert moved[False] == 0 < moved[True]


def test_without_restoration_nothing_gives_the_original_back() -> None:
    made = seal_it(images.plain(), restoration=False)
    parts = read_seal(made.dataset)
    assert parts.restorations == ()
    assert verdict(made.dataset) is Verdict.AUTHENTIC


@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels", "jpeg2000"])
def test_a_new_instance_is_derived_and_refers_to_its_source(name: str) -> None:
    source = images.make(name)
    made = seal_it(source, new_uid=True).dataset
    assert made.SOPInstanceUID != source.SOPInstanceUID
    assert made.file_meta.MediaStorageSOPInstanceUID == made.SOPInstanceUID
    assert made.ImageType[0] == "DERIVED"
    reference = made.SourceImageSequence[-1]
    assert reference.ReferencedSOPInstanceUID == source.SOPInstanceUID
    assert verdict(made) is Verdict.AUTHENTIC
    assert part10.encode(restore(made, TRUST)) == part10.encode(source)


@pytest.mark.parametrize(
    "syntax", [IMPLICIT_LITTLE, DEFLATED, codecs.RLE, codecs.JPEG_LS, codecs.JPEG2000]
)
def test_another_transfer_syntax_is_written_on_demand(syntax: str) -> None:
    made = images.reread(seal_it(images.plain(), transfer_syntax=syntax).dataset)
    assert part10.transfer_syntax(made) == syntax
    assert verdict(made, deep=True) is Verdict.AUTHENTIC
    assert (frames_of(restore(made, TRUST))[0] == frames_of(images.plain())[0]).all()


def test_words_that_are_turned_round_are_not_the_source_s() -> None:
    item = Dataset()
    item.add_new(0x00283002, "US", [2, 0, 16])
    item.add_new(0x00283006, "OW", b"\0\1\2\3")
    source = images.big_endian(images.plain(VOILUTSequence=Sequence([item])))
    before = part10.encode(source)
    made = seal_it(source, transfer_syntax=EXPLICIT_LITTLE).dataset
    assert made.VOILUTSequence[0].LUTData == b"\1\0\3\2"
    assert part10.encode(source) == before


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"profile": "loud"}, UnsupportedImage),
        ({"transform": "fft"}, UnknownName),
        ({"damage": 0.9}, UnknownName),
        ({"transfer_syntax": "1.2.3"}, CodecUnavailable),
        ({"transfer_syntax": images.JPEG_BASELINE}, CodecUnavailable),
    ],
)
def test_what_does_not_exist_is_refused(options: dict[str, object], error: type) -> None:
    with pytest.raises(error):
        seal(images.plain(), SIGNER, **options)


def test_a_seal_is_not_sealed_again() -> None:
    for name in ("monochrome2-12", "lossy", "no-pixels"):
        with pytest.raises(AlreadySealed, match="private block"):
            seal_it(sealed(name))


@pytest.mark.parametrize("profile", [None, "detached", "light", "full"])
@pytest.mark.parametrize("name", ["monochrome2-12", "rgb", "multi-frame", "jpeg-ls"])
def test_remains_of_a_seal_are_not_sealed(name: str, profile: str | None) -> None:
    with pytest.raises(AlreadySealed, match="mark in the samples"):
        seal_it(stripped(sealed(name)), profile=profile)
    with pytest.raises(AlreadySealed, match="mark in the samples"):
        seal_it(stripped(sealed(name)), profile=profile, reseal=True)


@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels", "multi-frame"])
def test_resealing_restores_first(name: str) -> None:
    source, first = images.make(name), sealed(name)
    second = seal_it(first, reseal=True).dataset
    assert verdict(second) is Verdict.AUTHENTIC
    ids = [read_seal(d).statements[0][1].seal_id for d in (first, second)]
    assert ids[0] != ids[1]
    assert part10.encode(restore(second, TRUST)) == part10.encode(source)


def test_cells_that_are_grey_stay_grey_and_none_becomes_so() -> None:
    before = frames_of(images.make("rgb"))[0]
    after = frames_of(sealed("rgb"))[0]
    grey = []
    for frame in (before, after):
        whole = (frame == frame[:, :, :1]).all(axis=2)[:160, :168]
        grey.append(whole.reshape(20, 8, 21, 8).all(axis=(1, 3)))
    assert grey[0].any() and not grey[0].all()
    # The last cell across is wider than eight samples; it is not looked at.
    assert (grey[0] == grey[1])[:, :20].all()


def test_a_file_that_lies_about_its_structure_is_not_sealed(tmp_path: Path) -> None:
    data = images.file_of("monochrome2-12")
    (tmp_path / "in.dcm").write_bytes(b"MZ" + data[2:])
    with pytest.raises(Unreadable):
        seal_file(tmp_path / "in.dcm", tmp_path / "out.dcm", SIGNER, SealOptions())
    assert [p.name for p in tmp_path.iterdir()] == ["in.dcm"]
