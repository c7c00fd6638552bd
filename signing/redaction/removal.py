"""Attributes emptied in a data set, wherever they stand."""

from collections.abc import Collection

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from signing.dicom import policy
from signing.dicom.canonical import read_items
from signing.dicom.copies import fork
from signing.dicom.leaves import places
from signing.dicom.table import KEPT
from signing.errors import NotRedactable


def empty(dataset: Dataset, wanted: Collection[str]) -> set[str]:
    """Empty the wanted attributes, in place; return the paths of leaves that changed by it."""
    changed = set()
    for path, place in places(dataset).items():
        if path in wanted and place.element is not None:
            del place.dataset[place.tag]
        elif path in wanted:
            place.dataset.add_new(place.tag, dictionary_VR(place.tag).split(" ")[0], None)
    tags = {int(path, 16) for path in wanted if len(path) == 8}
    for path, place in places(dataset).items():
        if len(path) == 8 and _empty_nested(place.dataset, place.tag, tags):
            changed.add(path)
    for path in changed:
        if policy.classify(path) in KEPT:
            raise NotRedactable(f"{path} holds it, and gives the samples their meaning")
    return changed


def _empty_nested(dataset: Dataset, tag: int, tags: Collection[int]) -> bool:
    """Empty attributes in copies of a sequence's items, at any depth; tell whether any was."""
    found = False
    items = [fork(item) for item in read_items(dataset, tag)]
    for item in items:
        for inner in list(item.keys()):
            if int(inner) in tags:
                found |= bool(item[inner].value)
                item.add_new(inner, item[inner].VR, None)
            elif not inner.is_private:
                found |= _empty_nested(item, int(inner), tags)
    if found:
        dataset[tag] = DataElement(tag, "SQ", Sequence(items))
    return found
