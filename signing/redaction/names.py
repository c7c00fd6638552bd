"""Names of what a redaction may take out."""

from signing.dicom import policy
from signing.dicom.table import KEPT
from signing.errors import NotRedactable


def find_path(name: str) -> str:
    """Return the path of a keyword or path; raises NotRedactable for what is none or must stay."""
    path = read_path(name)
    kind = policy.classify(path)
    if kind is None:
        raise NotRedactable(f"{name} is not an attribute that is sealed by itself")
    if kind in KEPT:
        raise NotRedactable(f"{name} gives the samples their meaning ({kind})")
    return path


def read_path(name: str) -> str:
    """Return the path of a keyword or path; raises NotRedactable for what is neither."""
    path = policy.find_path(name)
    if path is None:
        raise NotRedactable(f"{name!r} is neither a keyword nor the path of an attribute")
    return path
