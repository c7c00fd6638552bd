"""Whether pydicom read the data set that the structure check walked over.

pydicom guesses: it takes a data set for explicit VR when the length of its first element spells two
capital letters, whatever the transfer syntax says. What was checked must be what is verified, so
both readings are compared: where each value of the file meta and of the top level begins, how long
it is, and in which encoding it stands. `structure` refuses what pydicom may guess further down.
"""

from collections.abc import Mapping

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from signing.dicom.limits import EXPLICIT_BIG, IMPLICIT_LITTLE, Structure
from signing.dicom.problems import MAX_PROBLEMS, ProblemKind
from signing.dicom.structure import UNDEFINED

__all__ = ["agrees"]


def agrees(dataset: Dataset, structure: Structure) -> bool:
    """Return whether a data set, as pydicom has just read it, is the one that was walked over.

    True also where the walk ended before the data do, which is a problem of its own.
    """
    syntax = structure.transfer_syntax
    meta = getattr(dataset, "file_meta", None) or Dataset()
    if structure.has_meta and str(meta.get("TransferSyntaxUID", "")) != syntax:
        return False
    if not _covers(meta, structure.meta, (False, True)):
        return False
    cut = any(problem.kind is ProblemKind.TRAILING for problem in structure.problems)
    if cut or len(structure.problems) >= MAX_PROBLEMS:
        return True
    encoding = (syntax == IMPLICIT_LITTLE, syntax != EXPLICIT_BIG)
    return _covers(dataset, structure.roots, encoding) and _holds_pixels(dataset, structure)


def _covers(
    dataset: Dataset, walked: Mapping[int, tuple[int, int]], encoding: tuple[bool, bool]
) -> bool:
    """Return whether tags, offsets, lengths and encoding (implicit, little endian) are the same."""
    elements = dataset.values()
    if len(elements) != len(walked):
        return False
    for element in elements:
        begin, length = walked.get(element.tag, (-1, 0))
        if isinstance(element, RawDataElement):
            _, _, given, _, at, implicit, little = element[:7]
            if given != length or at != begin or (implicit, little) != encoding:
                return False
        elif element.file_tell != begin:  # converted by the parser: a sequence or file meta
            return False
    return True


def _holds_pixels(dataset: Dataset, structure: Structure) -> bool:
    """Return whether fragments end where the walk says; what was held back has no bytes yet."""
    span = structure.pixels
    raw = dataset.get_item(span.tag) if span is not None else None
    if span is None or not isinstance(raw, RawDataElement) or raw.length != UNDEFINED:
        return True
    return not raw.value or len(raw.value) == span.length
