"""The Basic Application Confidentiality Profile (PS3.15 Annex E), on a copy of a data set.

What gives the samples their meaning is not touched: where the profile demands it, the data set is
refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pydicom.dataset import Dataset

from signing.commitments import tag_path
from signing.dicom import policy
from signing.dicom.declaration import DERIVATION, EQUIPMENT
from signing.dicom.quiet import silenced
from signing.dicom.table import KEPT, AttributeClass
from signing.errors import NotRedactable
from signing.redaction.confidentiality import find_action
from signing.redaction.deidentification import declare, replace_meta
from signing.redaction.editing import Editor
from signing.redaction.names import read_path
from signing.redaction.pseudonyms import Pseudonyms

DESCRIBED: Final = frozenset(map(tag_path, (DERIVATION, EQUIPMENT)))
"""Leaves of what holds our own descriptions: the next de-identifier takes them out, and need not
contradict the seal by it."""

_NAMED: Final = 5
"""Attributes that a refusal names."""


@dataclass(frozen=True, slots=True)
class BasicProfile:
    """How the profile is applied. One for all files of a run, so that references hold."""

    pseudonyms: Pseudonyms = field(default_factory=Pseudonyms)
    """Makes new UIDs, patient IDs, and the shift of dates."""
    dates: bool = True
    """Whether dates go back by days and times of day stay; else both are taken out."""
    keep: frozenset[str] = frozenset()
    """Keywords and paths of what stays all the same, at every depth; private ones at the top. The
    copy then claims less."""


def apply_profile(dataset: Dataset, profile: BasicProfile) -> None:
    """Apply the profile to `dataset`, in place; items of its sequences are copied first.

    Raises NotRedactable for a name in `keep` that is none, and where attributes must go that give
    the samples their meaning; Unreadable.
    """
    with silenced():
        keep = {read_path(name) for name in profile.keep}
        editor = Editor(profile.pseudonyms, _name_person(dataset), profile.dates, keep)
        before = dataset.get("SOPInstanceUID")
        editor.edit(dataset)
        if editor.blocked:
            raise NotRedactable(_complain(editor.blocked))
        replace_meta(dataset, before, profile.pseudonyms.uid)
        declare(dataset, profile.dates, sorted(editor.kept))


def hides(path: str, kind: str) -> bool:
    """Tell whether the old value of a leaf must not be guessed where it is not there any more.

    kind: the leaf's type. Of a sequence nobody can say what in it was changed.
    """
    group = policy.classify(path)
    if group is None or group in KEPT:
        return False
    named = group is AttributeClass.PRIVATE or find_action(int(path[:8], 16)) is not None
    return named or kind.startswith("SQ")


def _name_person(dataset: Dataset) -> str:
    """Return by what the patient of a data set is told from others, else its study."""
    names = ("PatientID", "IssuerOfPatientID", "StudyInstanceUID")
    patient, issuer, study = (str(dataset.get(name) or "").strip(" \0") for name in names)
    return f"{patient}\0{issuer}" if patient else study


def _complain(blocked: Iterable[str]) -> str:
    """Return why a data set is refused."""
    named = list(dict.fromkeys(blocked))
    shown = ", ".join(named[:_NAMED]) + (" and more" if len(named) > _NAMED else "")
    return f"the profile takes out {shown}, which gives the samples their meaning; see --keep"
