"""Editing: every attribute of a data set on its way through the Basic Profile, at every depth.

What the table leaves to the kind of object is done so that the object stays valid: an attribute is
emptied or gets a dummy rather than being removed.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence

from signing.commitments import tag_path
from signing.dicom import policy
from signing.dicom.canonical import read_items
from signing.dicom.copies import fork
from signing.dicom.declaration import DERIVATION, own_clauses
from signing.dicom.leaves import places
from signing.dicom.table import FUNCTIONAL_GROUPS, KEPT, MACROS
from signing.redaction.confidentiality import Action, find_action
from signing.redaction.dummies import find_dummy
from signing.redaction.pseudonyms import Pseudonyms, shift

PATIENT_ID: Final = 0x00100020
PATIENT_GROUP: Final = 0x0010
DESCRIPTIONS: Final = frozenset({DERIVATION, 0x0018A003})
"""Texts of which our own clause stays: that samples were marked is nothing of a patient."""

VOCABULARY: Final = frozenset({0x00080106, 0x00080107})
"""Versions of context groups: they date a vocabulary, and stay where samples get their meaning."""

_DAYS: Final = frozenset({"DA", "DT"})
_WRITTEN: Final = frozenset({"DA", "DT", "TM", "PN"})
"""VRs of attributes with code Z/D that some objects must have."""


@dataclass(slots=True)
class Editor:
    """One data set on its way through the profile."""

    pseudonyms: Pseudonyms
    person: str
    """By what its patient is told from others."""
    dates: bool
    """Whether dates go back by days and times of day stay; else both are taken out."""
    keep: set[str]
    """Paths of what stays."""
    kept: set[str] = field(default_factory=set)
    """Those of them that the profile would have taken out."""
    blocked: list[str] = field(default_factory=list)
    """What the profile takes out and the seal must have, by path."""

    def edit(self, dataset: Dataset) -> None:
        """Edit a data set, in place."""
        here = places(dataset)
        plain = {path: place.tag for path, place in here.items() if not place.member}
        held = {tag for path, tag in plain.items() if policy.classify(path) in KEPT}
        spared = {tag for path, tag in plain.items() if path in self.keep and tag >> 16 & 1}
        self.kept |= {path for path in self.keep & set(plain) if plain[path] in spared}
        spared |= {tag & 0xFFFF0000 | tag >> 8 & 0xFF for tag in spared}  # creators
        for tag in sorted(map(int, dataset.keys())):
            if tag in FUNCTIONAL_GROUPS:
                self._edit_groups(dataset, tag)
            elif tag not in spared:
                self._edit_element(dataset, tag, tag in held)

    def _edit_groups(self, dataset: Dataset, tag: int) -> None:
        """Edit functional groups; the macros that hold geometry and display stay."""
        items = [fork(item) for item in read_items(dataset, tag)]
        changed = [
            self._edit_element(item, inner, inner in MACROS)
            for item in items
            for inner in sorted(map(int, item.keys()))
        ]
        if any(changed):
            dataset[tag] = DataElement(tag, "SQ", Sequence(items))

    def _edit_items(self, dataset: Dataset, tag: int, held: bool) -> bool:
        """Edit the items of a sequence, if it is one; tell whether something changed."""
        if dataset[tag].VR not in ("SQ", "UN"):
            return False
        items = [fork(item) for item in read_items(dataset, tag)]
        changed = [
            self._edit_element(item, inner, held)
            for item in items
            for inner in sorted(map(int, item.keys()))
        ]
        if any(changed):
            dataset[tag] = DataElement(tag, "SQ", Sequence(items))
        return any(changed)

    def _edit_element(self, dataset: Dataset, tag: int, held: bool) -> bool:
        """Edit one attribute; tell whether it changed. held: it gives samples their meaning."""
        action, path = find_action(tag), tag_path(tag)
        if tag >> 16 & 1:
            del dataset[tag]
            return True
        says = _says(dataset, tag)
        if not says:  # what cannot be read cannot be replaced
            named = says is None and action is not None and not held
            return named and self._remove(dataset, tag)
        if path in self.keep:
            self.kept |= {path} if action is not None else set()
            return False
        if not held:
            return self._edit_value(dataset, tag, action)
        if action is not None and tag not in VOCABULARY:
            self.blocked.append(path)
            return False
        return self._edit_items(dataset, tag, held=True)

    def _edit_value(self, dataset: Dataset, tag: int, action: Action | None) -> bool:
        """Edit one attribute that says something and may go; tell whether it changed."""
        vr = dataset[tag].VR
        personal = tag >> 16 == PATIENT_GROUP  # a birthday tells years, shifted or not
        if vr in (*_DAYS, "TM") and self.dates and not personal:
            return vr in _DAYS and self._date(dataset, tag)
        if vr in _DAYS and action is None:
            action = Action.X  # a date that no row names is a date all the same
        if action is Action.X:
            return self._remove(dataset, tag)
        if action in (None, Action.XZU):
            return self._edit_items(dataset, tag, held=False)
        return self._replace(dataset, tag, action)

    def _date(self, dataset: Dataset, tag: int) -> bool:
        """Put dates back by days; what stands behind the day stays."""
        days = self.pseudonyms.days(self.person)
        values = _values(dataset[tag].value)
        _write(dataset, tag, [shift(value, days) for value in values])
        return True

    def _remove(self, dataset: Dataset, tag: int) -> bool:
        """Remove an attribute, or what of a description others wrote."""
        text = str(dataset[tag].value) if tag in DESCRIPTIONS else ""
        own = own_clauses(text)
        if own:
            dataset[tag] = DataElement(tag, dataset[tag].VR, own)
        else:
            del dataset[tag]
        return not own or own != text

    def _replace(self, dataset: Dataset, tag: int, action: Action) -> bool:
        """Empty an attribute, or give it another value."""
        vr = dataset[tag].VR
        makes = action in (Action.D, Action.XD, Action.XZD) or (
            action is Action.ZD and vr in _WRITTEN
        )
        if tag == PATIENT_ID:
            _write(dataset, tag, [self.pseudonyms.patient(self.person)])
        elif vr == "UI":
            new = self.pseudonyms.uid
            _write(dataset, tag, [new(value) for value in _values(dataset[tag].value)])
        elif vr == "SQ" and action in (Action.XD, Action.XZD):
            del dataset[tag]
        else:
            dummy = find_dummy(tag, vr) if makes else None
            empty = Sequence() if vr == "SQ" else None
            dataset[tag] = DataElement(tag, vr, empty if dummy is None else dummy)
        return True


def _says(dataset: Dataset, tag: int) -> bool | None:
    """Tell whether an attribute says something; None where it cannot be read."""
    try:
        value = dataset[tag].value
    except Exception:  # any: pydicom converts the value now
        return None
    if isinstance(value, Sequence | MultiValue | list | bytes | str):
        return len(value) > 0
    return value is not None


def _values(value: Any) -> list[str]:
    """Return the values of a text."""
    found = value if isinstance(value, MultiValue | list) else [value]
    return [str(one).strip(" \0") for one in found]


def _write(dataset: Dataset, tag: int, values: list[str]) -> None:
    """Give a text its values."""
    dataset[tag] = DataElement(tag, dataset[tag].VR, values if len(values) > 1 else values[0])
