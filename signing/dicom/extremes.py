"""Smallest and Largest Pixel Value held against the samples that are there.

Viewers take a window from them, and archives compute them anew: a value that is true is harmless.
"""

from typing import Final

from pydicom.dataset import Dataset

from signing.dicom import codecs
from signing.dicom.canonical import read_value
from signing.errors import CodecUnavailable
from signing.statement import DigestKind

_SMALLEST, _LARGEST, _SMALLEST_IN_SERIES, _LARGEST_IN_SERIES = range(0x00280106, 0x0028010A)
_WORD: Final = 1 << 16


def is_true(dataset: Dataset, tag: int) -> bool:
    """Tell whether (0028,0106) to (0028,0109) is the least or greatest sample of all frames, or,
    for a series, no less extreme. False where samples cannot be decoded; raises Unreadable."""
    text = read_value(dataset, tag).data
    if codecs.pixel_kind(dataset) is not DigestKind.SAMPLES or not text.isdigit():
        return False
    try:
        extremes = [(int(frame.min()), int(frame.max())) for frame in codecs.frames(dataset)]
    except CodecUnavailable:
        return False
    low, high = min(least for least, _ in extremes), max(most for _, most in extremes)
    claimed = int(text)
    if low < 0 and claimed >= _WORD // 2:  # the canonical value is the pattern of 16 bits
        claimed -= _WORD
    return {
        _SMALLEST: claimed == low,
        _LARGEST: claimed == high,
        _SMALLEST_IN_SERIES: claimed <= low,
        _LARGEST_IN_SERIES: claimed >= high,
    }.get(tag, False)
