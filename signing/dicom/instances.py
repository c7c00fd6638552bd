"""A sealed image as an instance of its own: new UID, derived, with a reference to its source."""

from typing import Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from signing.dicom.quiet import silenced
from signing.errors import UnsupportedImage

INSTANCE_UID: Final = 0x00080018
NEW_UID_TAGS: Final = (0x00080008, INSTANCE_UID, 0x00082112)
"""Image Type, SOP Instance UID and Source Image Sequence: what `give_new_uid` changes."""


def give_new_uid(dataset: Dataset, source: Dataset) -> None:
    """Make `dataset`, in place, a new instance derived from `source` (PS3.3 C.7.6.1.1.2).

    Raises UnsupportedImage where the source does not say which instance it is.
    """
    with silenced():
        _derive(dataset, source)


def _derive(dataset: Dataset, source: Dataset) -> None:
    """As `give_new_uid`; pydicom would quote values that it finds odd."""
    if not source.get("SOPClassUID") or not source.get("SOPInstanceUID"):
        raise UnsupportedImage("there is no instance that a new one could be derived from")
    uid = generate_uid()
    reference = Dataset()
    reference.ReferencedSOPClassUID = source.SOPClassUID
    reference.ReferencedSOPInstanceUID = source.SOPInstanceUID
    kinds = dataset.get("ImageType") or ["ORIGINAL", "PRIMARY"]
    sources = list(dataset.get("SourceImageSequence") or [])
    others = [] if isinstance(kinds, str) else list(kinds)[1:]  # one value is no list
    dataset.ImageType = ["DERIVED", *others]
    dataset.SourceImageSequence = Sequence([*sources, reference])
    dataset.SOPInstanceUID = uid
    follow_instance(dataset, source)


def follow_instance(dataset: Dataset, before: Dataset) -> None:
    """Make the file meta, in place, name the instance that `dataset` has become (PS3.10 7.1).

    Only where it named the instance that `before` is: what was out of step stays as it was.
    """
    meta = getattr(dataset, "file_meta", None)
    if meta is None or "SOPInstanceUID" not in dataset:
        return
    named = meta.get("MediaStorageSOPInstanceUID")
    if named is not None and named == before.get("SOPInstanceUID"):
        meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
