"""pydicom without its warnings and log lines, which quote values of the patient's data."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

LOGGER: Final = "pydicom"
"""Name of the logger that pydicom writes to."""

_inside: Final[ContextVar[bool]] = ContextVar("inside", default=False)


@contextmanager
def silenced() -> Iterator[None]:
    """Run the block with Python warnings ignored and pydicom's logger off.

    Inside another such block nothing is done: one around many readings spares each of them the
    price.
    """
    if _inside.get():
        yield
        return
    logger = logging.getLogger(LOGGER)
    before, logger.disabled = logger.disabled, True
    token = _inside.set(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled = before
        _inside.reset(token)
