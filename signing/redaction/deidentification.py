"""What a de-identified copy says of itself, in its data set and in its file meta information."""

from collections.abc import Callable
from typing import Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID

from signing.redaction.confidentiality import EDITION

PROFILE_CODE: Final = ("113100", "Basic Application Confidentiality Profile")
DATES_CODE: Final = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")
PRIVATE_CODE: Final = ("113111", "Retain Safe Private Option")
"""Codes of PS3.16 CID 7050. The private elements that stay are a seal's own, which are safe once
the salts of what was taken out are gone."""

_META: Final = frozenset({0x0000, 0x0001, 0x0002, 0x0003, 0x0010})
"""Elements of group 0002 that say how the file is written, not who wrote it."""


def declare(dataset: Dataset, dates: bool, kept: list[str]) -> None:
    """Say what was done, in place. dates: whether they were shifted rather than taken out.

    kept: paths of what the profile would have taken out. Then nobody can say that the patient's
    identity is removed, and nothing claims it.
    """
    method = f"scanseal, PS3.15 {EDITION} Basic Profile"
    codes = [DATES_CODE] if dates else []
    if not kept:
        dataset.PatientIdentityRemoved = "YES"
        codes = [PROFILE_CODE, *codes, PRIVATE_CODE]
    lines = [f"{method} without:" if kept else method, *map(_name, kept)]
    _append_lines(dataset, list(dict.fromkeys(lines)))
    _append_codes(dataset, codes)
    dataset.LongitudinalTemporalInformationModified = "MODIFIED" if dates else "REMOVED"


def _name(path: str) -> str:
    """Return how a line of the method names an attribute."""
    return f"({path[:4]},{path[4:]})" if len(path) == 8 else "a private attribute"


def _append_lines(dataset: Dataset, lines: list[str]) -> None:
    """Add to De-identification Method what does not stand there."""
    before = dataset.get("DeidentificationMethod") or []
    held = [before] if isinstance(before, str) else [str(line) for line in before]
    dataset.DeidentificationMethod = [*held, *(line for line in lines if line not in held)]


def _append_codes(dataset: Dataset, codes: list[tuple[str, str]]) -> None:
    """Add to De-identification Method Code Sequence what does not stand there."""
    items = list(dataset.get("DeidentificationMethodCodeSequence") or [])
    held = {str(item.get("CodeValue", "")) for item in items}
    for value, meaning in codes:
        if value not in held:
            item = Dataset()
            item.CodeValue, item.CodingSchemeDesignator = value, "DCM"
            item.CodeMeaning = meaning
            items.append(item)
    if items:
        dataset.DeidentificationMethodCodeSequence = Sequence(items)


def replace_meta(dataset: Dataset, before: object, renew: Callable[[str], str]) -> None:
    """Replace preamble and file meta information (PS3.15 E.1.1), in place.

    before: the SOP Instance UID that the data set had; renew: gives the new UID of an old one.
    """
    if getattr(dataset, "preamble", None):
        dataset.preamble = bytes(128)
    meta = getattr(dataset, "file_meta", None)
    if meta is None:
        return
    named = meta.get("MediaStorageSOPInstanceUID")
    for tag in list(meta.keys()):
        if tag & 0xFFFF not in _META:
            del meta[tag]
    meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
    if named:
        follows = named == before and dataset.get("SOPInstanceUID")
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID if follows else renew(str(named))
