"""The measured alternative to the wavelet: block DCT 16x16 in the same bands, the same coder.

Coefficients of equal frequency octaves form the bands of four levels, the means of the blocks are
split further by the wavelet. Floating point: this never makes a format.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from watermark import Samples
from watermark.kernels.lifting import merge_plane, split_plane
from watermark.picture import stream
from watermark.picture.bands import Plan, plan
from watermark.picture.transform import FRACTION, sizes

EDGE = 16
LEVELS = 4
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


def matrix() -> Floats:
    """Return the orthonormal DCT-II of EDGE points."""
    k, n = np.mgrid[0:EDGE, 0:EDGE]
    rows: Floats = np.sqrt(2 / EDGE) * np.cos(np.pi * (n + 0.5) * k / EDGE)
    rows[0] /= np.sqrt(2)
    return rows


def places(shape: tuple[int, int]) -> list[tuple[int, int, int, tuple[slice, slice]]]:
    """Return for each frequency its level and where its coefficients lie among the bands."""
    down, across = shape[0] // EDGE, shape[1] // EDGE
    found = []
    for u in range(EDGE):
        for v in range(EDGE):
            octave = max(u.bit_length(), v.bit_length())
            step = 1 << max(octave - 1, 0)
            starts = []
            for frequency, blocks in ((u, down), (v, across)):
                high = octave > 0 and frequency.bit_length() == octave
                starts.append(
                    (blocks * step if high else 0, frequency - step if high else frequency)
                )
            box = tuple(
                slice(start + inner, start + blocks * step, step)
                for (start, inner), blocks in zip(starts, (down, across), strict=True)
            )
            found.append((u, v, LEVELS - max(octave, 1) + 1, (box[0], box[1])))
    return found


def means(shape: tuple[int, int], layout: Plan) -> list[tuple[int, int]]:
    """Return what the wavelet splits of the blocks' means, finest first."""
    return sizes(shape[0] // EDGE, shape[1] // EDGE, max(layout.levels - LEVELS, 0))


def analyse(values: Floats, layout: Plan) -> Ints:
    """Return the coefficients of a picture whose axes EDGE divides."""
    rows, columns = values.shape
    blocks = values.reshape(rows // EDGE, EDGE, columns // EDGE, EDGE).transpose(0, 2, 1, 3)
    spectrum = matrix() @ blocks @ matrix().T
    out = np.zeros((rows, columns))
    for u, v, level, box in places((rows, columns)):
        out[box] = spectrum[:, :, u, v] / (1 << level)
    part = np.round(out * (1 << FRACTION)).astype(np.int32)
    work = np.empty((rows // 2 + 1, columns), dtype=np.int32)
    for height, width in means((rows, columns), layout):
        split_plane(part, height, width, work)
    return part


def synthesise(part: Ints, layout: Plan) -> Floats:
    """Return the picture of its coefficients."""
    rows, columns = part.shape
    work = np.empty((rows // 2 + 1, columns), dtype=np.int32)
    for height, width in reversed(means((rows, columns), layout)):
        merge_plane(part, height, width, work)
    spectrum = np.empty((rows // EDGE, columns // EDGE, EDGE, EDGE))
    for u, v, level, box in places((rows, columns)):
        spectrum[:, :, u, v] = part[box] * ((1 << level) / (1 << FRACTION))
    blocks = matrix().T @ spectrum @ matrix()
    return blocks.transpose(0, 2, 1, 3).reshape(rows, columns)


def approximate(samples: Samples, budget: int) -> Floats:
    """Return what `budget` bytes (three of them a header's) give of a grey frame."""
    values = samples.values.astype(np.float64)
    base = float(values.mean())
    spare = ((0, -values.shape[0] % EDGE), (0, -values.shape[1] % EDGE))
    padded = np.pad(values - base, spare, mode="edge")
    layout = plan(1, padded.shape[0], padded.shape[1])
    planes, data = stream.write([analyse(padded, layout)], layout, False, budget - 3)
    found = synthesise(stream.read(data, planes, layout, False)[0], layout) + base
    low, high = samples.limits
    return np.clip(np.round(found[: samples.rows, : samples.columns]), low, high)
