"""What an amendment may sign: which attributes, and which words as its reason."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from pydicom.dataset import Dataset

from signing.commitments import MAX_SEAL_VALUE, tag_path
from signing.dicom import policy
from signing.dicom.policy import Change, Difference
from signing.dicom.table import AMENDABLES, FIXED_TAGS, KEPT, AttributeClass, Effect
from signing.errors import NotAmendable
from signing.evidence.attributecheck import name_path

MAX_REASON: Final = 256
"""Characters of a reason."""

LEAST_WORD: Final = 3
"""Characters of a word of a patient's that is looked for in a reason."""

NOBODY: Final = frozenset({"patient", "anonymous", "unknown", "test"})
"""Words that stand where a name should, and name nobody."""


def find_path(name: str) -> str:
    """Return the path of a keyword or path; raises NotAmendable for what is none or may not be."""
    path = policy.find_path(name)
    if path is None:
        raise NotAmendable(f"{name!r} is neither a keyword nor the path of an attribute")
    kind = policy.classify(path)
    if kind is None:
        raise NotAmendable(f"{name} is not an attribute that is sealed by itself")
    if kind in KEPT:
        raise NotAmendable(f"{name} gives the samples their meaning ({kind})")
    if kind not in AMENDABLES:
        raise NotAmendable(f"{name} is of class {kind}, which nobody may amend, or need not")
    return path


def choose_paths(
    found: Sequence[Difference], names: Sequence[str] | None, known: Collection[str]
) -> tuple[str, ...]:
    """Return the paths that are signed, ascending.

    found: what differs; names: keywords or paths of what is to be signed, None for all that
    contradicts the seal and may be amended; known: paths that earlier amendments are about. Raises
    NotAmendable where there is nothing to sign, and where something else contradicts the seal.
    """
    chosen = _chosen(found, names, known)
    for difference in found:
        if difference.counts and difference.path not in chosen:
            may = difference.attribute_class in AMENDABLES
            why = "is not named" if may else "nobody may amend it"
            raise NotAmendable(f"{name_path(difference.path)} differs too, and {why}")
    return tuple(sorted(chosen))


def _chosen(
    found: Sequence[Difference], names: Sequence[str] | None, known: Collection[str]
) -> set[str]:
    """Return the paths that are to be signed."""
    unlike = {difference.path: difference for difference in found}
    if names is None:
        chosen = {d.path for d in found if d.effect is Effect.AMENDABLE}
        if not chosen:
            raise NotAmendable("nothing differs that may be amended")
        return chosen
    wanted = {find_path(name) for name in names}
    if not wanted:
        raise NotAmendable("no attribute is named")
    for path in sorted(wanted):
        if path not in unlike and path not in known:
            raise NotAmendable(f"{name_path(path)} is as it was sealed")
        if path in unlike and unlike[path].change is Change.REDACTED:
            raise NotAmendable(f"{name_path(path)} was taken out, and nothing is in its place")
    return wanted


def check_reason(dataset: Dataset, reason: str) -> None:
    """Raise NotAmendable unless `reason` is one that reports can show.

    1 to 256 printable characters without outer spaces, and none of the words by which this data
    set names the patient. What it named the patient by before, nobody can know here.
    """
    if not 0 < len(reason) <= MAX_REASON or len(reason.encode()) > MAX_SEAL_VALUE:
        raise NotAmendable(f"a reason has 1 to {MAX_REASON} characters")
    if not reason.isprintable() or reason != reason.strip():
        raise NotAmendable("a reason is printable, without outer spaces")
    folded = reason.casefold()
    said = set(re.findall(r"\w+", folded))
    for path, whole, words in _names(dataset):
        if words & said or (whole and whole in folded):
            raise NotAmendable(f"the reason holds a part of {name_path(path)}; reports show it")


def _names(dataset: Dataset) -> Iterator[tuple[str, str, set[str]]]:
    """Yield path, value and words of each attribute that names the patient; short ones are ""."""
    values = policy.select(dataset)
    for tag in FIXED_TAGS[AttributeClass.PATIENT]:
        path = tag_path(tag)
        if path in values:
            text = values[path].data.decode("utf-8", "replace").casefold().strip(" \0")
            words = {word for word in re.findall(r"\w+", text) if len(word) >= LEAST_WORD}
            yield path, "" if len(text) < LEAST_WORD or text in NOBODY else text, words - NOBODY
