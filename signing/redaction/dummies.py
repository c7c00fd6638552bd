"""Dummies: values that say nothing, where an attribute must have one."""

from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

WORD: Final = "REDACTED"

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


def find_dummy(vr: str) -> Any:
    """Return a value of a VR that is not empty and says nothing; None for a VR without any.

    Of a sequence: one empty item.
    """
    if vr == "SQ":
        return Sequence([Dataset()])
    return WORD if vr in _TEXTS else _BY_VR.get(vr)
