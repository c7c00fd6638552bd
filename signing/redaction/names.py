"""Names of what a redaction may take out."""

from pydicom.datadict import tag_for_keyword

from signing.commitments import is_path, tag_path
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
    tag = tag_for_keyword(name) if name else None
    path = name if tag is None else tag_path(int(tag))
    if not is_path(path):
        raise NotRedactable(f"{name!r} is neither a keyword nor the path of an attribute")
    return path
