"""Files that are to be changed must be sound: no structure that two readers read differently."""

from pathlib import Path

from pydicom.dataset import Dataset

from signing.dicom import part10
from signing.errors import Unreadable


def read_sound(path: Path) -> Dataset:
    """Return the data set of the file at `path`.

    Raises Unreadable for whatever `part10.read` refuses, and for every structural problem that it
    only reports: duplicates, wrong order, trailing bytes, a program in the preamble.
    """
    instance = part10.read(path)
    if instance.problems:
        problem = instance.problems[0]
        kind = "malformed" if problem.kind == "preamble" else problem.kind
        raise Unreadable(f"structure.{kind}", problem.reason, problem.where)
    return instance.dataset
