"""Colours: the coded planes hold the frame, and equal the twin's."""

import numpy as np
from hypothesis import given, settings

from tests.reference import pictures
from tests.watermark.kernels.strategies import frames
from tests.watermark.twins import frame_of, lists
from watermark import Samples
from watermark.picture.colours import analyse, synthesise


@settings(max_examples=60)
@given(samples=frames)
def test_synthesis_undoes_analysis(samples: Samples) -> None:
    planes = analyse(samples)
    assert [lists(plane) for plane in planes] == pictures.planes_of(frame_of(samples))
    back = synthesise(planes, samples.bits, samples.signed, samples.colour)
    assert (back.values == samples.values).all()


@settings(max_examples=30)
@given(samples=frames)
def test_what_leaves_the_range_is_brought_to_its_end(samples: Samples) -> None:
    planes = [plane + (1 << 17) for plane in analyse(samples)]
    back = synthesise(planes, samples.bits, samples.signed, samples.colour)
    assert np.isin(back.limits[1], back.values)
    assert back.values.max() <= back.limits[1]
