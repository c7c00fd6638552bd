"""Compression: few bytes, cut anywhere, any bytes refused or in range."""

import numpy as np

from tests.watermark.phantoms import KINDS
from watermark import Samples, Shape, compress, expand


def shape_of(samples: Samples) -> Shape:
    """What a reader of these samples' approximation knows."""
    return Shape(samples.rows, samples.columns, samples.bits, samples.signed, samples.colour)


def test_a_smaller_budget_gives_the_beginning_of_a_larger_one() -> None:
    for make in KINDS.values():
        samples = make(97, 130)
        whole = compress(samples, 4000)
        assert compress(samples, 700) == whole[:700]


def test_more_bytes_come_closer() -> None:
    for make in KINDS.values():
        samples = make(97, 130)
        whole = compress(samples, 4000)
        errors = [
            np.square(expand(whole[:cut], shape_of(samples)).values - samples.values.astype(float))
            for cut in (60, 500, 4000)
        ]
        assert errors[0].mean() > errors[1].mean() > errors[2].mean()
