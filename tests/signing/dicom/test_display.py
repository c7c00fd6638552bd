"""Windows and colour by the formulas of PS3.3, worked out here one value at a time."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom import display
from signing.dicom.codecs import frames
from signing.dicom.display import Window
from signing.dicom.geometry import Geometry, measure
from tests.signing import images

NUMBERS = st.floats(-5000, 5000, allow_nan=False)


def linear(stored: int, window: Window) -> float:
    """PS3.3 C.11.2.1.2.1, with ymin 0 and ymax 255."""
    x = stored * window.slope + window.intercept
    c, w = window.center, window.width
    if x <= c - 0.5 - (w - 1) / 2:
        return 0
    if x > c - 0.5 + (w - 1) / 2:
        return 255
    return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255


def exact(stored: int, window: Window) -> float:
    """PS3.3 C.11.2.1.3.2."""
    x = stored * window.slope + window.intercept
    c, w = window.center, window.width
    if x <= c - w / 2:
        return 0
    return 255 if x > c + w / 2 else ((x - c) / w + 0.5) * 255


def sigmoid(stored: int, window: Window) -> float:
    """PS3.3 C.11.2.1.3.1."""
    x = stored * window.slope + window.intercept
    return 255 / (1 + math.exp(min(700, -4 * (x - window.center) / window.width)))


FORMULAS = {"LINEAR": linear, "LINEAR_EXACT": exact, "SIGMOID": sigmoid}


@given(
    center=NUMBERS,
    width=st.floats(1, 9000),
    slope=st.sampled_from([1.0, 0.5, -2.0]),
    intercept=NUMBERS,
    function=st.sampled_from(list(FORMULAS)),
)
def test_a_window_is_the_formula_of_the_standard(
    center: float, width: float, slope: float, intercept: float, function: str
) -> None:
    window = Window(center, width, slope, intercept, function)
    values = np.arange(-2000, 4096, 37, dtype=np.int16).reshape(-1, 15)
    shown = display.apply(values, window)
    expected = [FORMULAS[function](int(v), window) for v in values.ravel()]
    assert np.abs(shown.ravel() - np.array(expected)).max() <= 0.5 + 1e-6


def test_the_examples_of_the_standard_hold() -> None:
    values = np.array([[0, 2047, 2048, 4095]], np.int16)
    assert display.apply(values, Window(2048, 4096)).tolist() == [[0, 127, 128, 255]]
    assert display.apply(values, Window(2048, 1)).tolist() == [[0, 0, 255, 255]]


def test_bands_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(64 * 50, dtype=np.uint16).reshape(64, 50)
    whole = display.apply(values, Window(1600, 3200))
    monkeypatch.setattr(display, "BAND", 130)
    assert np.array_equal(display.apply(values, Window(1600, 3200)), whole)


def windowed(**more: Any) -> Dataset:
    return images.plain(RescaleSlope="2", RescaleIntercept="-1024", **more)


def test_the_window_of_the_file_is_the_first() -> None:
    dataset = windowed(WindowCenter=["40", "-600"], WindowWidth=["400", "1500"])
    assert display.read_window(dataset, 0) == Window(40, 400, 2, -1024)
    dataset = windowed(VOILUTFunction="SIGMOID")
    assert display.read_window(dataset, 0) == Window(40, 400, 2, -1024, "SIGMOID")


def item(**values: Any) -> Dataset:
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def test_functional_groups_come_before_the_data_set() -> None:
    dataset = images.enhanced()
    voi = Sequence([item(WindowCenter="7", WindowWidth="9")])
    scale = Sequence([item(RescaleSlope="3", RescaleIntercept="-5", RescaleType="HU")])
    dataset.SharedFunctionalGroupsSequence[0].PixelValueTransformationSequence = scale
    dataset.PerFrameFunctionalGroupsSequence[1].FrameVOILUTSequence = voi
    assert display.read_window(dataset, 0) == Window(40, 400, 3, -5)
    assert display.read_window(dataset, 1) == Window(7, 9, 3, -5)
    assert display.read_window(dataset, 99) == Window(40, 400, 3, -5)


@pytest.mark.parametrize(
    "values",
    [
        {"WindowCenter": "", "WindowWidth": "400"},
        {"WindowWidth": ""},
        {"WindowWidth": "0.5"},
        {"WindowWidth": "0", "VOILUTFunction": "LINEAR_EXACT"},
        {"WindowWidth": "-3"},
        {"WindowCenter": "1e300"},
        {"VOILUTFunction": "CUBIC"},
        {"RescaleSlope": "1e300"},
        {"ModalityLUTSequence": Sequence([Dataset()])},
    ],
)
def test_an_unusable_window_is_none(values: dict[str, Any]) -> None:
    assert display.read_window(images.plain(**values), 0) is None


def test_a_window_that_is_no_number_is_none() -> None:
    dataset = images.plain()
    dataset.add_new(0x00281050, "LO", "Doe^John")
    assert display.read_window(images.reread(dataset), 0) is None
    assert display.read_window(images.plain(WindowCenter="40"), 0) is not None


def test_without_a_window_outliers_do_not_decide() -> None:
    values = np.tile(np.arange(100, 200, dtype=np.uint16), (100, 1))
    values[0, 0], values[0, 1] = 65535, 0
    assert display.spread(values) == (100.0, 199.0)


def test_padding_does_not_count() -> None:
    values = np.full((100, 100), -2000, np.int16)
    values[40:60, 40:60] = np.arange(400).reshape(20, 20)
    low, high = display.spread(values, (-2000, -2000))
    assert 0 <= low < 10
    assert 390 < high <= 399
    assert display.spread(values[:8], (-2000, -2000)) == (-2000.0, -2000.0)


@pytest.mark.parametrize(
    ("around", "inside", "seen"),
    [
        ((0, 10), (2, 8), (0, 10)),
        ((0, 10), (5, 15), (0, 15)),
        ((0, 10), (-5, 15), (-5, 15)),
        ((0, 10), (4000, 4000), (0, 20)),
        ((0, 10), (-4000, 4000), (-10, 20)),
        ((7, 7), (3, 9), (3, 9)),
    ],
)
def test_a_contrast_shows_an_area_and_its_surroundings(
    around: tuple[float, float], inside: tuple[float, float], seen: tuple[float, float]
) -> None:
    assert display.widen(around, inside) == seen


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_does_not_count(value: float) -> None:
    values = np.array([[value, 1.0], [2.0, value]], np.float32)
    low, high = display.spread(values)
    assert 1.0 <= low < high <= 2.0
    assert display.stretch(values, 1.0, 2.0)[0, 1] == 0
    assert display.spread(np.full((2, 2), value)) == (0.0, 1.0)


def test_one_sample_in_a_flat_frame_is_still_seen() -> None:
    values = np.zeros((300, 300), np.uint16)
    values[5, 5] = 9
    low, high = display.spread(values)
    assert display.stretch(values, low, high)[5, 5] == 255


def shape_of(dataset: Dataset) -> Geometry:
    geometry = measure(dataset)
    assert geometry is not None
    return geometry


def colour_of(dataset: Dataset) -> display.Shown | None:
    return display.to_colour(next(frames(dataset)), shape_of(dataset), dataset)


def test_rgb_is_shown_as_it_is() -> None:
    values = np.random.default_rng(5).integers(0, 256, (16, 20, 3), dtype=np.uint8)
    shown = colour_of(images.instance([values]))
    assert shown is not None
    assert np.array_equal(shown, values)


def test_deep_colour_keeps_its_upper_bits() -> None:
    values = np.array([[[0, 0x123, 0xFFF]]], np.uint16)
    shown = colour_of(images.instance([values], 12))
    assert shown is not None
    assert shown.tolist() == [[[0, 0x12, 0xFF]]]


def test_ybr_is_turned_by_the_formula_of_the_standard() -> None:
    rgb = np.random.default_rng(6).integers(0, 256, (40, 40, 3)).astype(float)
    forward = np.array([[0.2990, 0.5870, 0.1140], [-0.1687, -0.3313, 0.5], [0.5, -0.4187, -0.0813]])
    ybr = np.rint(rgb @ forward.T + (0, 128, 128)).clip(0, 255).astype(np.uint8)
    shown = colour_of(images.instance([ybr], PhotometricInterpretation="YBR_FULL"))
    assert shown is not None
    assert np.abs(shown - rgb).max() <= 2  # what rounding to 8 bits costs


def test_subsampled_chroma_serves_two_samples() -> None:
    dataset = images.instance(
        [np.array([[[10, 20], [128, 128], [30, 40], [128, 128]]], np.uint8)[:, :4]],
        PhotometricInterpretation="MONOCHROME2",
    )
    geometry = shape_of(dataset)
    subsampled = Geometry(
        1, 4, 1, 3, 8, 8, 7, False, "YBR_FULL_422", geometry.planar, geometry.keyword
    )
    frame = np.array([[[10, 20], [128, 128], [30, 40], [128, 128]]], np.uint8)
    shown = display.to_colour(frame, subsampled, dataset)
    assert shown is not None
    assert shown.tolist() == [[[10] * 3, [20] * 3, [30] * 3, [40] * 3]]


def test_a_palette_gives_its_colours() -> None:
    dataset = images.palette()
    values = next(frames(dataset))
    shown = colour_of(dataset)
    assert shown is not None
    # the table of that instance holds 0 to 255 in 16 bits: their upper bytes are zero
    assert shown.shape == (*values.shape, 3)
    table = (np.arange(256, dtype="<u2") << 8).tobytes()
    dataset.GreenPaletteColorLookupTableData = table
    shown = colour_of(dataset)
    assert shown is not None
    assert np.array_equal(shown[..., 1], values)
    assert not shown[..., 0].any()


def test_a_broken_palette_gives_nothing() -> None:
    dataset = images.palette()
    dataset.RedPaletteColorLookupTableData = b"\0\0"
    assert colour_of(dataset) is None


@pytest.mark.parametrize("photometric", ["CMYK", "HSV", "YBR_PARTIAL_420", ""])
def test_colour_of_another_kind_gives_nothing(photometric: str) -> None:
    values = np.zeros((4, 4, 3), np.uint8)
    assert colour_of(images.instance([values], PhotometricInterpretation=photometric)) is None
