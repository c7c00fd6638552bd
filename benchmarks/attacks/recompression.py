"""The whole picture through a lossy codec, at the samples' own depth or at 8 bits.

Sources: ISO/IEC 10918-1 (JPEG, libjpeg through Pillow), ISO/IEC 15444-1 (JPEG 2000, OpenJPEG, 9/7).
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from openjpeg.utils import decode, encode_array
from PIL import Image

from benchmarks.attacks.forgery import Array, Forgery, span
from benchmarks.attacks.remapping import restore, settle, to_bytes


def compress_jpeg(values: Array, low: float, high: float, quality: int) -> Forgery:
    """Save what is shown from `low` to `high` as JPEG of `quality` 1 to 95, and bring it back."""
    data = BytesIO()
    Image.fromarray(to_bytes(values, low, high)).save(data, "JPEG", quality=quality)
    with Image.open(data) as picture:
        shown = np.asarray(picture)
    return settle(values, restore(shown, low, high))


def compress_jpeg2000(values: Array, ratio: float) -> Forgery:
    """Save as lossy JPEG 2000, `ratio` times smaller than the samples, and bring it back."""
    low, high = span(values)
    wide = values.astype(np.int64) - low
    kind = np.uint8 if high - low < 256 else np.uint16
    words = np.ascontiguousarray(wide.astype(kind))
    data = encode_array(words, compression_ratios=[ratio], codec_format=0)
    return settle(values, np.asarray(decode(data)).astype(np.float64) + low)
