"""One digest over what an object without pixels says: its text, beams, waveforms, document.

Version 1 commits to attributes one by one only where the table of attributes has them; of an
object that has no samples everything else is bound as a whole.
"""

from hashlib import sha256
from typing import Final

from pydicom.dataset import Dataset

from signing.commitments import tag_path
from signing.dicom.canonical import NOTHING, read_value
from signing.dicom.declaration import TAGS
from signing.dicom.policy import classify

_DOMAIN: Final = b"scanseal/1/content\0"
_LEFT_OUT: Final = frozenset({*TAGS, 0x00080005, 0x4FFE0001, 0xFFFAFFFA, 0xFFFCFFFC})
"""What sealing or transport changes: declarations, character set, digital signatures, padding."""


def digest_content(dataset: Dataset) -> bytes:
    """Return the 32-byte digest of every standard attribute that no leaf of its own commits to.

    Private attributes, group lengths and what `_LEFT_OUT` names are not part of it. Values are
    canonical (docs/spec/attributes.md), each behind its tag, type and length. Raises Unreadable.
    """
    state = sha256(_DOMAIN)
    for tag in sorted(dataset.keys()):
        number = int(tag)
        path = tag_path(number)
        if number >> 16 & 1 or not number & 0xFFFF or number in _LEFT_OUT or classify(path):
            continue
        value = read_value(dataset, number)
        if value == NOTHING:
            continue
        for field in (path.encode("ascii"), value.type.encode("ascii"), value.data):
            state.update(len(field).to_bytes(8, "big"))
            state.update(field)
    return state.digest()
