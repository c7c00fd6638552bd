"""What a seal says of itself in standard attributes, for systems that do not know it.

(0008,0300) tells anonymisers which elements of the block are safe, (0018,A001) that this software
handled the instance, (0008,2111) that samples were marked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom.block import (
    CELLS,
    CREATOR,
    DISCLOSURES,
    ENVELOPES,
    GROUP,
    RECOVERY,
    RESTORATION,
)
from signing.dicom.quiet import silenced

CHARACTERISTICS: Final = 0x00080300
EQUIPMENT: Final = 0x0018A001
DERIVATION: Final = 0x00082111
TAGS: Final = (CHARACTERISTICS, DERIVATION, EQUIPMENT)
"""Attributes that `declare` adds or extends."""

CLAUSE: Final = "Samples marked by scanseal"
"""How our clause of the Derivation Description begins."""
CLAUSE_END: Final = "; "

MANUFACTURER: Final = "scanseal"
LONGEST_DERIVATION: Final = 1024
"""Characters of an ST value."""


_OWN: Final = re.compile(
    r"Samples marked by scanseal [0-9][0-9a-z.+]{0,31}, profile (?:light|standard|full)"
    r"|Sealed, samples marked, profile (?:light|standard|full)|Sealed in the tags"
)
"""What we write in descriptions: nothing in it is of a patient."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What to declare."""

    version: str
    """Version of this software."""
    profile: str
    """Name of the profile; "detached" where no sample was changed."""
    station: str = ""
    """Station Name to give, '' for none."""


def declare(dataset: Dataset, declaration: Declaration) -> None:
    """Add the declarations to `dataset`, in place, behind what is there."""
    _append(dataset, CHARACTERISTICS, _characteristics())
    _append(dataset, EQUIPMENT, _equipment(declaration))
    if declaration.profile == "detached":
        return
    text = f"{CLAUSE} {declaration.version}, profile {declaration.profile}"
    with silenced():
        before = dataset.get("DerivationDescription") or ""
    joined = f"{before}{CLAUSE_END}{text}" if before else text
    if len(joined) <= LONGEST_DERIVATION:
        dataset.DerivationDescription = joined


def _append(dataset: Dataset, tag: int, item: Dataset) -> None:
    """Append an item to a sequence, made now if it is not there; items that are there stay."""
    if tag in dataset and dataset[tag].value:
        old = dataset[tag]
        items = Sequence([*old.value, item])
        undefined = old.is_undefined_length
        dataset.add_new(tag, "SQ", items)
        dataset[tag].is_undefined_length = undefined
    else:
        dataset.add_new(tag, "SQ", Sequence([item]))


def _characteristics() -> Dataset:
    """Return the item of (0008,0300) for our block (PS3.3 C.12.1.1.7)."""
    action = Dataset()
    action.IdentifyingPrivateElements = [DISCLOSURES, RESTORATION, RECOVERY, CELLS]
    action.DeidentificationAction = "X"
    item = Dataset()
    item.PrivateGroupReference = GROUP
    item.PrivateCreatorReference = CREATOR
    item.BlockIdentifyingInformationStatus = "MIXED"
    item.NonidentifyingPrivateElements = [ENVELOPES]
    item.DeidentificationActionSequence = Sequence([action])
    return item


def _equipment(declaration: Declaration) -> Dataset:
    """Return the item of (0018,A001): modifying equipment (PS3.16 CID 7005)."""
    purpose = Dataset()
    purpose.CodeValue = "109103"
    purpose.CodingSchemeDesignator = "DCM"
    purpose.CodeMeaning = "Modifying Equipment"
    item = Dataset()
    item.Manufacturer = MANUFACTURER
    if declaration.station:
        item.StationName = declaration.station
    item.SoftwareVersions = declaration.version
    marked = declaration.profile != "detached"
    item.ContributionDescription = (
        f"Sealed, samples marked, profile {declaration.profile}" if marked else "Sealed in the tags"
    )
    item.PurposeOfReferenceCodeSequence = Sequence([purpose])
    return item


def own_clauses(text: str) -> str:
    """Return of a description what this software wrote, "" where that is nothing."""
    return CLAUSE_END.join(part for part in text.split(CLAUSE_END) if _OWN.fullmatch(part))


def withdraw(dataset: Dataset) -> bool:
    """Remove our items of (0008,0300) and (0018,A001), in place; return whether there were any.

    For instances whose restoration record is gone; else `original.put_back` undoes more exactly.
    """
    found = _drop(dataset, CHARACTERISTICS, _is_ours)
    found = _drop_text(dataset) or found
    return _drop(dataset, EQUIPMENT, _is_our_equipment) or found


def withdraw_block(dataset: Dataset) -> bool:
    """Remove our item of (0008,0300) only, in place: for samples whose mark outlives the block."""
    return _drop(dataset, CHARACTERISTICS, _is_ours)


def _drop_text(dataset: Dataset) -> bool:
    """Drop our clause of the Derivation Description, and the attribute when nothing is left."""
    with silenced():
        before = str(dataset.get("DerivationDescription") or "")
    clauses = before.split(CLAUSE_END)
    kept = [clause for clause in clauses if not clause.startswith(CLAUSE)]
    if len(kept) == len(clauses):
        return False
    if kept:
        dataset.DerivationDescription = CLAUSE_END.join(kept)
    else:
        del dataset.DerivationDescription
    return True


def _drop(dataset: Dataset, tag: int, ours: Callable[[Dataset], bool]) -> bool:
    """Drop the items that are ours, and the sequence when nothing is left."""
    if tag not in dataset:
        return False
    try:
        with silenced():
            items = list(dataset[tag].value or ())
            kept = [item for item in items if not ours(item)]
    except Exception:  # any: pydicom converts nested values now; what is broken is not ours
        return False
    if len(kept) == len(items):
        return False
    if kept:
        dataset[tag].value = Sequence(kept)
    else:
        del dataset[tag]
    return True


def _is_ours(item: Dataset) -> bool:
    """Return whether an item of (0008,0300) speaks of our block."""
    return bool(
        item.get("PrivateGroupReference") == GROUP
        and str(item.get("PrivateCreatorReference", "")).strip() == CREATOR
    )


def _is_our_equipment(item: Dataset) -> bool:
    """Return whether an item of (0018,A001) is this software's."""
    return str(item.get("Manufacturer", "")).strip() == MANUFACTURER
