"""Change in Hounsfield units, inside lesions, over thresholds and in features."""

import numpy as np
import pytest

from benchmarks.measures.features import describe_region, discretise, drift
from benchmarks.measures.lesions import (
    LONGEST_FILE,
    MOST_BOXES,
    MalformedAnnotation,
    change_inside,
    read_boxes,
)
from benchmarks.measures.thresholds import count_crossings
from benchmarks.measures.units import PERCENTILES, measure_error
from tests.benchmarks.measures.pictures import structured

BOX = (
    "<object><bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
)
SIZE = "<size><width>512</width><height>256</height><depth>1</depth></size>"


def annotation(*boxes: tuple[object, ...], size: str = SIZE) -> bytes:
    return f"<a>{size}{''.join(BOX.format(*box) for box in boxes)}</a>".encode()


def test_bias_has_a_sign_and_magnitude_has_none() -> None:
    before = np.zeros((10, 10))
    after = before.copy()
    after[0], after[1] = 2, -1
    error = measure_error(before, after)
    assert error.bias == pytest.approx(0.1)
    assert error.mean == pytest.approx(0.3)
    assert error.root_square == pytest.approx(0.5**0.5)
    assert error.largest == 2
    assert error.percentiles == tuple(np.percentile(np.abs(after), PERCENTILES))


def test_a_box_counts_from_one_and_holds_its_corners() -> None:
    assert read_boxes(annotation((3, 5, 10, 20))) == ((4, 2, 20, 10),)


def test_a_box_ends_where_the_picture_does() -> None:
    assert read_boxes(annotation((500, 250, 600, 300))) == ((249, 499, 256, 512),)


def test_an_annotation_without_a_lesion_has_no_boxes() -> None:
    assert read_boxes(annotation()) == ()


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"<a>",
        b"<a/>",
        b"\xff\xfe<\0a\0>\0",
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + annotation((1, 1, 2, 2)),
        annotation((1, 1, 2, 2)) + b" " * LONGEST_FILE,
        annotation(*[(1, 1, 2, 2)] * (MOST_BOXES + 1)),
        annotation((5, 5, 3, 9)),
        annotation((600, 5, 700, 9)),
        annotation((-1, 5, 3, 9)),
        annotation(("1e3", 5, 3, 9)),
        annotation(("\u0663", 5, 9, 9)),
        annotation((1, 1, 999999, 2)),
        annotation((1, 1, 2, 2), size="<size><width>512</width></size>"),
        b'<?xml version="1.0" encoding="no-such"?>' + annotation((1, 1, 2, 2)),
    ],
    ids=range(15),
)
def test_what_is_no_annotation_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedAnnotation):
        read_boxes(octets)


def test_change_outside_a_lesion_does_not_count_and_inside_counts_once() -> None:
    before = np.zeros((20, 20))
    after = before.copy()
    after[0, 0] = 50
    after[5, 5] = -3
    inside = change_inside(before, after, [(4, 4, 8, 8), (5, 5, 9, 9)])
    assert inside.samples == 16 + 16 - 9
    assert inside.largest == 3
    assert inside.mean == pytest.approx(3 / 23)
    assert inside.shift == pytest.approx(-3 / 23)


def test_volumes_hide_crossings_that_cancel() -> None:
    before = np.array([[-951.0, -950.0, 130.0, 131.0, 0.0]])
    after = np.array([[-950.0, -951.0, 131.0, 131.0, 0.0]])
    found = count_crossings(before, after)
    assert (found.before.below, found.after.below, found.below_swapped) == (1, 1, 2)
    assert (found.before.above, found.after.above, found.above_swapped) == (1, 2, 1)
    assert found.before.voxels == 5


def test_grey_levels_begin_at_multiples_of_their_width() -> None:
    plane = np.array([[-26.0, -25.0, -1.0, 0.0, 24.9, 25.0]])
    assert discretise(plane, 25).tolist() == [[0, 1, 1, 2, 2, 3]]


def test_nothing_drifts_where_nothing_changes() -> None:
    plane = structured(32, 40)
    assert set(drift(plane, plane).values()) == {0.0}


def test_a_shift_by_one_level_moves_the_mean_and_no_texture() -> None:
    plane = structured(32, 40)
    moved = drift(plane, plane + 25)
    assert moved["mean"] == pytest.approx(25 / plane.mean())
    texture = ("contrast", "joint energy", "entropy", "variance")
    assert [moved[name] for name in texture] == pytest.approx([0] * 4, abs=1e-9)


def test_a_constant_region_has_features() -> None:
    found = describe_region(np.full((8, 8), 40.0))
    assert found["entropy"] == found["contrast"] == found["skewness"] == 0
    assert found["uniformity"] == found["joint energy"] == found["correlation"] == 1


def test_too_many_grey_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="grey levels"):
        describe_region(np.array([[0.0, 1e6]]))
