"""pydicom without its warnings, which quote values of the patient's data."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silenced() -> Iterator[None]:
    """Run the block with Python warnings ignored."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
