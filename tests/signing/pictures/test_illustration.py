from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset

from signing.codes import Code
from signing.dicom import codecs, part10
from signing.pictures import illustration
from signing.pictures.drawing import BOX_COLOUR, GAP_COLOUR
from signing.pictures.illustration import Album, Illustration, draw_overlays
from signing.report import Picture
from signing.verdict import Box, Evidence, Finding, FrameMap, Outcome, PixelEvidence, Report
from tests.signing import images
from tests.watermark import phantoms

UNSEALED = Report((Finding(Code.SEAL_PRESENT, Outcome.FAIL),), frozenset())


def altered(*maps: FrameMap) -> Report:
    """A report of altered samples in these places."""
    finding = Finding(Code.PIXELS_MATCH, Outcome.FAIL)
    return Report((finding,), frozenset(), pixels=PixelEvidence(Evidence.TAGS, 0.1, frames=maps))


def drawn(folder: Path, dataset: Dataset, report: Report = UNSEALED, **more: Any) -> Illustration:
    path = folder / "a.dcm"
    part10.write(dataset, path, force=True)
    return Album().illustrate(path, report, **more)


def opened(picture: Picture | bytes) -> NDArray[np.uint8]:
    data = picture if isinstance(picture, bytes) else picture.png
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image)


def test_a_frame_is_shown_under_the_window_of_the_file(tmp_path: Path) -> None:
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    dataset = images.instance([values], 12, WindowCenter="2048", WindowWidth="4096")
    (figure,) = drawn(tmp_path, dataset).figures
    (picture,) = figure.pictures
    assert "own window" in picture.caption
    assert np.array_equal(opened(picture), np.rint((values - 2047.5) / 4095 * 255 + 127.5))
    assert (picture.width, picture.height) == (64, 64)


def test_a_window_that_shows_nothing_is_not_used(tmp_path: Path) -> None:
    dataset = images.plain(WindowCenter="60000", WindowWidth="2")
    (picture,) = drawn(tmp_path, dataset).figures[0].pictures
    assert "set from the picture itself" in picture.caption
    assert opened(picture).std() > 20


@pytest.mark.parametrize("more", [{}, {"WindowCenter": "", "WindowWidth": ""}])
def test_monochrome1_is_the_negative(tmp_path: Path, more: dict[str, Any]) -> None:
    kinds = ("MONOCHROME1", "MONOCHROME2")
    pair = [images.plain(PhotometricInterpretation=kind, **more) for kind in kinds]
    first, second = (opened(drawn(tmp_path, d).figures[0].pictures[0]) for d in pair)
    assert np.array_equal(first, 255 - second)


def test_boxes_land_where_they_should(tmp_path: Path) -> None:
    dataset = images.plain()
    boxes: tuple[Box, ...] = ((8, 16, 8, 8), (16, 16, 16, 8), (152, 160, 8, 11))
    figure = drawn(tmp_path, dataset, altered(FrameMap(0, boxes))).figures[0]
    received, mapped = (opened(picture) for picture in figure.pictures)
    changed = (mapped != received[:, :, np.newaxis]).any(axis=2)
    orange = (mapped == BOX_COLOUR).all(axis=2)
    expected = np.zeros(received.shape, np.bool_)
    for row, column, height, width in boxes:
        expected[row : row + height, column : column + width] = True
    assert np.array_equal(changed, expected)
    assert orange[8, 16:24].all()
    assert orange[8:32, 16].all()
    assert not orange[16, 17:23].any()  # boxes that touch have no line between them
    assert "% of the samples altered (orange)" in figure.pictures[1].caption


def test_boxes_outside_the_frame_are_cut_off(tmp_path: Path) -> None:
    boxes: tuple[Box, ...] = ((-8, -8, 9, 9), (100, 100, 9999, 9999), (5000, 5000, 8, 8))
    figure = drawn(tmp_path, images.plain(), altered(FrameMap(0, boxes))).figures[0]
    received, mapped = (opened(picture) for picture in figure.pictures)
    changed = (mapped != received[:, :, np.newaxis]).any(axis=2)
    assert changed.sum() == 1 + (160 - 100) * (171 - 100)


def test_redacted_areas_are_blue_and_hatched(tmp_path: Path) -> None:
    report = altered(FrameMap(0, (), ((0, 0, 32, 32),)))
    figure = drawn(tmp_path, images.plain(), report).figures[0]
    mapped = opened(figure.pictures[1])
    assert (mapped[0, :32] == GAP_COLOUR).all()
    assert "% of the samples taken out (blue, hatched)" in figure.pictures[1].caption
    assert "orange" not in figure.pictures[1].caption


def test_thousands_of_cells_are_drawn_as_one_area(tmp_path: Path) -> None:
    cells = tuple((8 * r, 8 * c, 8, 8) for r in range(20) for c in range(21))
    figure = drawn(tmp_path, images.plain(), altered(FrameMap(0, cells))).figures[0]
    mapped = opened(figure.pictures[1])
    orange = (mapped == BOX_COLOUR).all(axis=2)
    assert orange[0].sum() == 168
    assert not orange[1:-1, 1:167].any()


def test_a_large_frame_is_reduced_with_its_map(tmp_path: Path) -> None:
    values = phantoms.resonance(300, 2100, 1).values
    report = altered(FrameMap(0, ((8, 2000, 8, 8),)))
    figure = drawn(tmp_path, images.instance([values], 12), report).figures[0]
    assert [(p.width, p.height) for p in figure.pictures] == [(700, 100)] * 2
    received, mapped = (opened(picture) for picture in figure.pictures)
    changed = (mapped != received[:, :, np.newaxis]).any(axis=2)
    rows, columns = np.nonzero(changed)
    assert {*rows} == {2, 3, 4, 5}
    assert {*columns} == {666, 667, 668, 669}
    assert "1/3" in figure.notes[0]


def test_frames_with_areas_are_shown_before_others_and_the_rest_is_counted(tmp_path: Path) -> None:
    dataset = images.series(12)
    box: tuple[Box, ...] = ((0, 0, 8, 8),)
    maps = tuple(FrameMap(i, box) if i != 2 else FrameMap(i, (), box) for i in range(2, 12))
    made = drawn(tmp_path, dataset, altered(*maps))
    titles = [figure.title for figure in made.figures if "enlarged" not in figure.title]
    assert titles == [f"Frame {i}" for i in range(3, 11)]
    counted = "4 of 12 frames are not shown here, 2 of them with altered or redacted areas."
    assert counted in made.remarks


def test_without_areas_frames_are_shown_from_the_whole_length(tmp_path: Path) -> None:
    made = drawn(tmp_path, images.series(12))
    assert [f.title for f in made.figures] == [f"Frame {i}" for i in (0, 1, 3, 4, 6, 7, 9, 11)]
    assert "4 of 12 frames are not shown here." in made.remarks
    assert [f.title for f in drawn(tmp_path, images.series(2)).figures] == ["Frame 0", "Frame 1"]


def test_frames_that_the_file_has_not_are_passed_over(tmp_path: Path) -> None:
    maps = altered(FrameMap(0, ((0, 0, 8, 8),)), FrameMap(7, ((0, 0, 8, 8),)))
    figures = drawn(tmp_path, images.series(2), maps).figures
    assert {figure.title[:7] for figure in figures} == {"Frame 0"}


def test_what_was_recovered_stands_beside_under_the_same_window(tmp_path: Path) -> None:
    dataset = images.plain(WindowCenter="", WindowWidth="")
    values = next(codecs.frames(dataset))
    better = values.copy()
    better[:32, :32] = 4000
    report = altered(FrameMap(0, ((0, 0, 32, 32),)))
    figure = drawn(tmp_path, dataset, report, recovered=lambda _: better).figures[0]
    received, _, recovered = (opened(picture) for picture in figure.pictures)
    assert np.array_equal(received[32:], recovered[32:])
    assert (recovered[:32, :32] == 255).all()
    assert figure.pictures[2].caption.startswith("As recovered")


@pytest.mark.parametrize("size", [None, (8, 8)])
def test_nothing_recovered_gives_no_picture(tmp_path: Path, size: tuple[int, int] | None) -> None:
    found = None if size is None else np.zeros(size, np.uint16)
    report = altered(FrameMap(0, ((0, 0, 32, 32),)))
    figure = drawn(tmp_path, images.plain(), report, recovered=lambda _: found).figures[0]
    assert len(figure.pictures) == 2


@pytest.mark.parametrize("kind", images.KINDS)
def test_every_format_gives_a_picture_or_a_sentence(tmp_path: Path, kind: str) -> None:
    made = drawn(tmp_path, images.KINDS[kind].make())
    excuses = [remark for remark in made.remarks if remark.startswith("No picture: ")]
    assert bool(made.figures) != bool(excuses)
    for figure in made.figures:
        shown = opened(figure.pictures[0])
        assert shown.shape[:2] == (figure.pictures[0].height, figure.pictures[0].width)


@pytest.mark.parametrize("syntax", [codecs.RLE, codecs.JPEG_LS, codecs.JPEG2000])
def test_compressed_frames_are_picked_alone(syntax: str) -> None:
    dataset = images.compressed(images.series(3), syntax)
    every = list(codecs.frames(dataset))
    picked = dict(codecs.pick(dataset, (2, 0, 9)))
    assert list(picked) == [0, 2]
    for index, frame in picked.items():
        assert np.array_equal(frame, every[index])
    assert list(codecs.pick(dataset, ())) == []


@pytest.mark.parametrize("name", ["a.npy", "a.png", "a.tif"])
def test_exports_are_shown(tmp_path: Path, name: str) -> None:
    values = phantoms.resonance(160, 171, 2).values
    path = tmp_path / name
    if name.endswith("npy"):
        np.save(path, values)
    else:
        Image.fromarray(values).save(path)
    (figure,) = Album().illustrate(path, UNSEALED).figures
    assert opened(figure.pictures[0]).std() > 20


def test_an_export_of_signed_samples_is_not_torn_apart(tmp_path: Path) -> None:
    values = phantoms.resonance(160, 171, 2).values.astype(np.int32) - 1500
    plain, wrapped = tmp_path / "plain.npy", tmp_path / "wrapped.npy"
    np.save(plain, values.astype(np.int16))
    np.save(wrapped, values.astype(np.int16).view(np.uint16))
    first, second = (Album().illustrate(path, UNSEALED).figures[0] for path in (plain, wrapped))
    assert np.array_equal(opened(first.pictures[0]), opened(second.pictures[0]))


def test_a_file_that_contradicts_itself_is_not_shown(tmp_path: Path) -> None:
    report = Report((Finding(Code.STRUCTURE_ORDER, Outcome.FAIL),), frozenset())
    made = drawn(tmp_path, images.plain(), report)
    assert not made.figures
    assert "cannot be trusted" in made.remarks[0]
    assert list(draw_overlays(tmp_path / "a.dcm", report)) == []


def test_what_is_not_proved_is_said_to_be_so(tmp_path: Path) -> None:
    assert any("Nothing proves" in remark for remark in drawn(tmp_path, images.plain()).remarks)
    report = replace(altered(), pixels=None)
    remarks = drawn(tmp_path, images.plain(), report).remarks
    assert remarks == ("Where the picture differs is not known.",)


def test_no_sentence_quotes_the_file(tmp_path: Path) -> None:
    for kind in images.KINDS.values():
        made = drawn(tmp_path, kind.make(), altered(FrameMap(0, ((0, 0, 8, 8),))))
        words = [*made.remarks, *(p.caption + p.alt for f in made.figures for p in f.pictures)]
        assert not [word for word in words if "Test" in word or "P-7" in word or "20260102" in word]


def test_a_full_page_takes_no_more_pictures_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    part10.write(images.plain(), path)
    size = len(Album().illustrate(path, UNSEALED).figures[0].pictures[0].png)
    album = Album(size + 1)
    made = [album.illustrate(path, UNSEALED) for _ in range(3)]
    assert [len(each.figures) for each in made] == [1, 0, 0]
    assert illustration.FULL not in made[0].remarks
    assert all(illustration.FULL in each.remarks for each in made[1:])
    assert album.left == 1


def test_overlays_have_the_size_of_the_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.dcm"
    values = phantoms.resonance(300, 2100, 1).values
    part10.write(images.instance([values, values], 12), path)
    report = altered(FrameMap(1, ((8, 2000, 8, 8),)))
    ((index, png),) = draw_overlays(path, report)
    shown = opened(png)
    assert (index, shown.shape) == (1, (300, 2100, 3))
    rows, columns = np.nonzero((shown == BOX_COLOUR).all(axis=2))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (8, 15, 2000, 2007)
