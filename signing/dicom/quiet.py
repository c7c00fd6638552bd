"""pydicom without its warnings and log lines, which quote values of the patient's data."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

LOGGER: Final = "pydicom"
"""Name of the logger that pydicom writes to."""


@contextmanager
def silenced() -> Iterator[None]:
    """Run the block with Python warnings ignored and pydicom's logger off."""
    logger = logging.getLogger(LOGGER)
    before, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before
