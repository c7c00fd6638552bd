"""Modality lookup tables: whether a change of 1 in a sample can be seen behind one."""

from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from signing.dicom.quiet import silenced

STEEPEST: Final = 128
"""A table is steep where neighbours differ by more than 1/STEEPEST of its range: two levels of an
8-bit display."""

LARGEST_TABLE: Final = 1 << 16
"""Entries of a table; Number of Entries is US, 0 meaning 65536."""


def is_steep(dataset: Dataset) -> bool:
    """Return whether any Modality LUT is steep; one that cannot be read is."""
    try:
        with silenced():
            items = list(dataset.ModalityLUTSequence)
            return any(_steepest(item) for item in items)
    except Exception:  # any: pydicom converts nested values now
        return True


def _steepest(item: Dataset) -> bool:
    """Return whether the table of one item is steep."""
    data = item.LUTData
    bits = int(item.LUTDescriptor[2])
    if isinstance(data, bytes):
        table = np.frombuffer(data, np.uint8 if bits == 8 else "<u2").astype(np.int64)
    else:
        table = np.atleast_1d(np.array(data, dtype=np.int64))
    if not 2 <= table.size <= LARGEST_TABLE:
        return True
    span = int(table.max() - table.min())
    return bool(np.abs(np.diff(table)).max() * STEEPEST > span)
