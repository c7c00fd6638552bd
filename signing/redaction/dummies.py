"""Dummies: values that say nothing, where an attribute must have one."""

from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

WORD: Final = "REDACTED"
CONTENT: Final = 0x0040A730

_BY_VR: Final[dict[str, Any]] = {
    "AS": "000Y",
    "DA": "19000101",
    "DT": "19000101000000",
    "TM": "000000",
    "DS": "0",
    "IS": "0",
    "UR": "http://redacted.invalid",
    **dict.fromkeys(("US", "SS", "UL", "SL", "UV", "SV"), 0),
    **dict.fromkeys(("FL", "FD"), 0.0),
    **dict.fromkeys(("OB", "OW", "OL", "OF", "OD", "OV", "UN"), bytes(8)),
}
_TEXTS: Final = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"))


def find_dummy(tag: int, vr: str) -> Any:
    """Return a value of a VR that is not empty and says nothing; None for a VR without any.

    Of a sequence: one empty item; of the content of a structured report a line of text.
    """
    if vr == "SQ":
        return Sequence([_make_line() if tag == CONTENT else Dataset()])
    return WORD if vr in _TEXTS else _BY_VR.get(vr)


def _make_line() -> Dataset:
    """Return a content item that says that there was one (PS3.3 C.17.3)."""
    name = Dataset()
    name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = "121106", "DCM", "Comment"
    line = Dataset()
    line.RelationshipType, line.ValueType = "CONTAINS", "TEXT"
    line.ConceptNameCodeSequence = Sequence([name])
    line.TextValue = WORD
    return line
