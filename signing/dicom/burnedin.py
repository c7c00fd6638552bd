"""Whether an image may show burned-in names, by what it says of itself."""

from typing import Final

from pydicom.dataset import Dataset

from signing.dicom.quiet import silenced

MODALITIES: Final = frozenset({"US", "IVUS", "SC", "ES", "XC"})
"""Modalities whose devices burn names in (PS3.3 C.7.3.1.1.1)."""

CLASSES: Final = frozenset(
    f"1.2.840.10008.5.1.4.1.1.{suffix}"
    for suffix in (
        *("3", "3.1", "6", "6.1", "6.2"),  # ultrasound, retired classes too
        *("7", "7.1", "7.2", "7.3", "7.4"),  # secondary capture
        *("77.1.1", "77.1.1.1", "77.1.4", "77.1.4.1"),  # endoscopy, photography
    )
)
"""SOP classes of such images, whatever Modality says (PS3.4 B.5)."""


def may_show_names(dataset: Dataset) -> bool:
    """Return whether names may be burned in.

    Burned In Annotation (0028,0301) decides: NO says no, any other value yes. Where it is absent
    or empty, yes for ultrasound, secondary capture, endoscopy and photography only.
    """
    word = _word(dataset, "BurnedInAnnotation")
    if word:
        return word != "NO"
    return _word(dataset, "Modality") in MODALITIES or _word(dataset, "SOPClassUID") in CLASSES


def _word(dataset: Dataset, keyword: str) -> str:
    """Return a value as text, upper case; what cannot be converted is no word that says NO."""
    try:
        with silenced():
            value = dataset.get(keyword)
    except Exception:  # any: pydicom converts the value now
        return "?"
    return str(value if value is not None else "").strip(" \0").upper()
