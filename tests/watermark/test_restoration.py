"""Restoring gives every bit back; redrawing leaves nothing to be read."""

import numpy as np
import pytest

import watermark
from tests.reference import records
from tests.watermark.marking import mark
from tests.watermark.phantoms import KINDS, computed, resonance
from tests.watermark.twins import frame_of
from watermark.carrier.coefficients import analyse
from watermark.errors import MalformedRecord
from watermark.parameters import PROFILES, Transform
from watermark.samples import Samples

every_kind = pytest.mark.parametrize("kind", KINDS)
RANDOMNESS = bytes(range(200, 232))


@every_kind
@pytest.mark.parametrize("step", ["dwt", "dct"])
@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
def test_restoring_is_exact(kind: str, step: str, profile: str) -> None:
    done = mark(KINDS[kind](288, 297), profile, transform=step)
    back = watermark.restore(done.samples, done.record)
    assert back.octets().tobytes() == done.original.octets().tobytes()
    assert back.values.dtype == done.original.values.dtype
    assert back.colour == done.original.colour


@every_kind
def test_the_twin_restores_the_same(kind: str) -> None:
    done = mark(KINDS[kind](150, 161), transform="dct", damage=0.25)
    assert records.restore(frame_of(done.samples), done.record) == frame_of(done.original)


def test_restoring_does_not_change_the_marked_frame() -> None:
    done = mark(resonance(150, 161))
    before = done.samples.values.copy()
    watermark.restore(done.samples, done.record)
    assert (done.samples.values == before).all()


def test_a_record_that_leads_out_of_the_depth_is_refused() -> None:
    values = np.full((16, 16), 255, dtype=np.uint8)
    values[8:, 8:] = 254
    record = records.encode([1], 0)
    with pytest.raises(MalformedRecord):
        watermark.restore(Samples(values, 8), record)


@every_kind
@pytest.mark.parametrize("profile", [p.name for p in PROFILES])
def test_redrawing_destroys_the_mark(kind: str, profile: str) -> None:
    done = mark(KINDS[kind](288, 301), profile, spread=kind == "sonogram")
    assert watermark.extract(done.samples).marked
    drawn = watermark.redraw(done.samples, RANDOMNESS)
    reading = watermark.extract(drawn)
    assert not reading.marked
    assert reading.payload is None


@every_kind
def test_redrawing_moves_by_one_inside_range_and_padding(kind: str) -> None:
    done = mark(KINDS[kind](170, 203))
    drawn = watermark.redraw(done.samples, RANDOMNESS)
    before, after = done.samples.planes(), drawn.planes()
    assert set(np.unique(after - before).tolist()) == {-1, 0, 1}
    assert (before != after)[0].mean() > 0.2
    for plane, again in zip(before, after, strict=True):
        assert (again.min(), again.max()) == (plane.min(), plane.max())
    if done.samples.padding:
        assert ((before == -2000) == (after == -2000)).all()
    if kind == "coloured":
        grey = [analyse(samples, Transform.DWT).grey for samples in (done.samples, drawn)]
        assert (grey[0] == grey[1]).all()


def test_redrawing_depends_on_the_randomness_and_nothing_else() -> None:
    picture = computed(140, 150)
    first, second = (watermark.redraw(picture, RANDOMNESS).values for _ in range(2))
    assert (first == second).all()
    assert (watermark.redraw(picture, bytes(32)).values != first).any()
