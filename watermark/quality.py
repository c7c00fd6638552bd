"""How far two pictures are apart: PSNR and SSIM, with their peak always named."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark.errors import UnsupportedSamples

_WINDOW = 7
_K1, _K2 = 0.01, 0.03

Picture = NDArray[np.generic]
Sums = NDArray[np.float64]


def psnr(a: Picture, b: Picture, peak: float) -> float:
    """Return the peak signal-to-noise ratio in dB; infinite for equal pictures.

    a, b: integer arrays of one shape; peak: the signal's largest value, 4095 for 12 bits.
    Never quote the result without the peak. Raises UnsupportedSamples for unequal shapes.
    """
    _check(a, b)
    error = float(np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else float(10 * np.log10(peak**2 / error))


def ssim(a: Picture, b: Picture, data_range: float) -> float:
    """Return the mean structural similarity, 1 for equal pictures.

    a, b: (rows, columns) or (rows, columns, channels) integers, each axis at least 7;
    data_range: as `peak`. A uniform 7x7 window, sample covariance, borders of 3 left out:
    scikit-image's definition. The sums are exact integers.
    Source: Wang et al., Image quality assessment, IEEE TIP 13(4), 2004.
    Raises UnsupportedSamples for unequal shapes or frames below 7x7.
    """
    _check(a, b)
    if min(a.shape[:2]) < _WINDOW:
        raise UnsupportedSamples("SSIM needs 7 rows and columns at least")
    if a.ndim == 3:
        channels = range(a.shape[2])
        return float(np.mean([ssim(a[:, :, c], b[:, :, c], data_range) for c in channels]))
    x, y = a.astype(np.int64), b.astype(np.int64)
    count = _WINDOW**2
    mean_x, mean_y = _sums(x) / count, _sums(y) / count
    unbias = count / (count - 1)
    var_x = unbias * (_sums(x * x) / count - mean_x * mean_x)
    var_y = unbias * (_sums(y * y) / count - mean_y * mean_y)
    cov = unbias * (_sums(x * y) / count - mean_x * mean_y)
    c1, c2 = (_K1 * data_range) ** 2, (_K2 * data_range) ** 2
    above = (2 * mean_x * mean_y + c1) * (2 * cov + c2)
    below = (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    return float(np.mean(above / below))


def _sums(x: NDArray[np.int64]) -> Sums:
    """Return the sum of each 7x7 window that lies inside the picture."""
    total = np.zeros((x.shape[0] + 1, x.shape[1] + 1), dtype=np.int64)
    total[1:, 1:] = x.cumsum(axis=0).cumsum(axis=1)
    w = _WINDOW
    return (total[w:, w:] - total[:-w, w:] - total[w:, :-w] + total[:-w, :-w]).astype(np.float64)


def _check(a: Picture, b: Picture) -> None:
    """Refuse pictures of unequal shape."""
    if a.shape != b.shape:
        raise UnsupportedSamples(f"shapes {a.shape} and {b.shape} differ")
