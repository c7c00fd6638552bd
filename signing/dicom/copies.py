"""Copies of a data set that share its values: pixel data are not duplicated."""

import copy
from typing import TypeVar

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

AnyDataset = TypeVar("AnyDataset", bound=Dataset)


def fork(dataset: AnyDataset) -> AnyDataset:
    """Return a data set with the same elements; elements of either can be replaced freely.

    Preamble, encoding and file meta are copied too. pydicom's own copy shares the table of
    elements, so that a change would reach the source. Items of sequences stay shared: callers
    replace a sequence, they do not change its items.
    """
    forked = copy.copy(dataset)
    elements = dataset._dict
    forked._dict = {
        tag: element if isinstance(element, RawDataElement) else copy.copy(element)
        for tag, element in elements.items()
    }
    forked._private_blocks = {}
    meta = getattr(dataset, "file_meta", None)
    if meta is not None:
        forked.file_meta = copy.deepcopy(meta)
    return forked
