from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from signing.dicom import display
from signing.pictures.drawing import BOX_COLOUR
from signing.pictures.plates import MARGIN, Plate
from signing.pictures.views import View
from signing.report import Figure, Picture
from signing.verdict import Box, FrameMap

SIZE = 200


def between(low: float, high: float) -> View:
    return View(lambda frame: display.stretch(frame, low, high), "fitted")


VIEW = View(lambda frame: display.stretch(frame, 0, 255), "plain", between)


def figures(
    values: NDArray[Any], *boxes: Box, recovered: NDArray[Any] | None = None
) -> list[Figure]:
    return list(Plate("", values, VIEW, FrameMap(0, boxes), recovered).compose())


def opened(picture: Picture) -> NDArray[np.uint8]:
    with Image.open(BytesIO(picture.png)) as image:
        return np.asarray(image)


def texture(low: int, high: int, size: int = SIZE) -> NDArray[np.int32]:
    made: NDArray[np.int32] = np.random.default_rng(1).integers(low, high, (size, size), np.int32)
    return made


def test_an_untouched_frame_is_one_picture() -> None:
    (figure,) = figures(texture(0, 256))
    assert len(figure.pictures) == 1


def test_a_small_area_is_enlarged_with_its_surroundings() -> None:
    whole, detail = figures(texture(0, 256), (80, 96, 8, 16))
    (picture,) = detail.pictures
    assert detail.title == "Altered areas enlarged"
    assert (picture.height, picture.width) == (8 + 2 * MARGIN, 16 + 2 * MARGIN)
    orange = (opened(picture) == BOX_COLOUR).all(axis=2)
    rows, columns = np.nonzero(orange)
    assert (rows.min(), rows.max()) == (MARGIN, MARGIN + 7)
    assert (columns.min(), columns.max()) == (MARGIN, MARGIN + 15)
    assert orange.sum() == 2 * (8 + 16) - 4  # inside the outline nothing covers the samples
    assert len(whole.pictures) == 2


@pytest.mark.parametrize("corner", [(0, 0), (SIZE - 8, SIZE - 8)])
def test_an_area_at_the_rim_is_enlarged_inside_the_frame(corner: tuple[int, int]) -> None:
    _, detail = figures(texture(0, 256), (*corner, 8, 8))
    assert (detail.pictures[0].height, detail.pictures[0].width) == (8 + MARGIN, 8 + MARGIN)


def test_a_large_area_that_can_be_seen_is_not_enlarged() -> None:
    assert len(figures(texture(1, 255), (0, 0, 160, 160))) == 1


@pytest.mark.parametrize(("low", "high"), [(-900, -500), (600, 2000)])
def test_what_the_window_hides_is_shown_with_its_own_contrast(low: int, high: int) -> None:
    values = texture(low, high)
    whole, detail = figures(values, (0, 0, 160, 160))
    assert np.unique(opened(whole.pictures[0])).size == 1
    assert opened(detail.pictures[0])[1:-1, 1:-1].std() > 50


@pytest.mark.parametrize("value", [-4000, 0, 4000])
def test_around_an_area_of_one_value_the_picture_is_still_seen(value: int) -> None:
    values = texture(0, 256)
    values[80:88, 80:88] = value
    _, detail = figures(values, (80, 80, 8, 8))
    shown = opened(detail.pictures[0])
    assert np.unique(shown[: MARGIN - 1]).size > 50
    assert np.unique(shown[MARGIN + 1 : MARGIN + 7, MARGIN + 1 : MARGIN + 7]).size == 1


def test_received_and_recovered_are_enlarged_alike() -> None:
    values = texture(0, 256)
    better = values.copy()
    better[80:88, 80:88] = 0
    whole, detail = figures(values, (80, 80, 8, 8), recovered=better)
    assert [picture.caption[:12] for picture in whole.pictures[::2]] == [
        "As received,",
        "As recovered",
    ]
    received, recovered = (opened(picture) for picture in detail.pictures)
    inside = (slice(MARGIN, MARGIN + 8),) * 2
    outside = np.ones(received.shape[:2], np.bool_)
    outside[inside] = False
    assert np.array_equal(received[outside], recovered[outside])
    assert (recovered[inside][1:-1, 1:-1] == 0).all()


def test_a_large_enlargement_is_reduced_like_its_outline() -> None:
    _, detail = figures(texture(-9, -1, 2600), (0, 0, 2600, 2600))
    (picture,) = detail.pictures
    assert (picture.height, picture.width) == (867, 867)
    assert (opened(picture)[0] == BOX_COLOUR).all()


def test_a_frame_without_contrast_keeps_its_view() -> None:
    view = View(lambda frame: np.asarray(frame, np.uint8), "in colour")
    values = np.random.default_rng(2).integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
    plate = Plate("Frame 3", values, view, FrameMap(3, ((80, 80, 8, 8),)))
    whole, detail = plate.compose()
    assert (whole.title, detail.title) == ("Frame 3", "Frame 3, altered areas enlarged")
    assert np.array_equal(opened(whole.pictures[0]), values)
    assert np.array_equal(opened(detail.pictures[0])[:MARGIN], values[64:80, 64:104])
