"""Attributes emptied in a data set, wherever they stand."""

import copy
from collections.abc import Collection

from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset

from signing.dicom import policy
from signing.dicom.canonical import read_items
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
        if len(path) == 8 and _holds(place.dataset, place.tag, tags):
            # Items are shared with the data set that this one was forked from.
            place.dataset[place.tag] = copy.deepcopy(place.dataset[place.tag])
            _empty_nested(place.dataset, place.tag, tags)
            changed.add(path)
    for path in changed:
        if policy.classify(path) in KEPT:
            raise NotRedactable(f"{path} holds it, and gives the samples their meaning")
    return changed


def _holds(dataset: Dataset, tag: int, tags: Collection[int]) -> bool:
    """Tell whether an attribute with a value stands in the items of a sequence, at any depth."""
    return any(
        bool(item[inner].value) if int(inner) in tags else _holds(item, int(inner), tags)
        for item in read_items(dataset, tag)
        for inner in item.keys()
        if int(inner) in tags or not inner.is_private
    )


def _empty_nested(dataset: Dataset, tag: int, tags: Collection[int]) -> None:
    """Empty attributes in the items of a sequence, at any depth."""
    for item in read_items(dataset, tag):
        for inner in list(item.keys()):
            if int(inner) in tags:
                item.add_new(inner, item[inner].VR, None)
            elif not inner.is_private:
                _empty_nested(item, int(inner), tags)
