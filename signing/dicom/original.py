"""What sealing replaced and added, and how it is put back: the body of element 03.

CBOR map {1: one restoration record a frame, empty where unmarked, 2: the original elements that
sealing replaced, explicit VR little endian, 3: the tags that sealing added}.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from pydicom.dataset import Dataset
from pydicom.filebase import DicomIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset

from signing import cbor
from signing.dicom import block
from signing.dicom.declaration import TAGS
from signing.dicom.instances import NEW_UID_TAGS
from signing.dicom.quiet import silenced
from signing.dicom.structure import Encoding, walk
from signing.digests import MAX_FRAMES
from signing.errors import MalformedBlock, Unreadable

MAX_BODY: Final = block.MAX_BODY
"""Longest body, bytes."""

MAX_TAGS: Final = 4096
"""Tags that sealing adds, at most; it adds fewer than a dozen."""

MAX_ENVELOPES: Final = MAX_FRAMES + 64
"""Envelopes in element 01: certificates of every frame and some statements."""

CHARACTER_SET: Final = 0x00080005
"""Goes along with replaced elements, so that their text can be read; it is not put back."""


TOUCHED: Final = frozenset({*TAGS, *NEW_UID_TAGS, CHARACTER_SET})
"""The only elements that a record may put back or delete: whoever signed it, it can change neither
samples nor patient."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """The body of element 03. Construction raises MalformedBlock."""

    records: tuple[bytes, ...]
    """A restoration record of `watermark` for each frame, empty where it is unmarked."""
    replaced: bytes
    """A data set of the elements that sealing replaced; empty for none."""
    added: tuple[int, ...]
    """Tags that sealing added, ascending."""

    def __post_init__(self) -> None:
        ascending = list(self.added) == sorted(set(self.added))
        in_range = all(0 < tag <= 0xFFFFFFFF for tag in self.added)
        if not ascending or not in_range or len(self.added) > MAX_TAGS:
            raise MalformedBlock("added tags are not ascending tags")
        if len(self.records) > MAX_FRAMES:
            raise MalformedBlock("more records than frames")

    @property
    def encoded(self) -> bytes:
        """The body of the element."""
        return cbor.encode({1: list(self.records), 2: self.replaced, 3: list(self.added)})

    @classmethod
    def decode(cls, body: bytes) -> "Restoration":
        """Return the record whose encoding is `body`; raises MalformedBlock."""
        with cbor.reported_as(MalformedBlock):
            fields = cbor.Fields.read(body, MAX_BODY, frozenset({1, 2, 3}), frozenset())
            records, tags = fields.array(1), fields.array(3)
            replaced = fields.bstr(2)
        if not all(isinstance(record, bytes) for record in records):
            raise MalformedBlock("a record is not a byte string")
        if not all(isinstance(tag, int) for tag in tags):
            raise MalformedBlock("a tag is not a number")
        return cls(
            tuple(record for record in records if isinstance(record, bytes)),
            replaced,
            tuple(tag for tag in tags if isinstance(tag, int)),
        )


def encode_envelopes(envelopes: Iterable[bytes]) -> bytes:
    """Return the body of element 01: a CBOR array of byte strings."""
    return cbor.encode(list(envelopes))


def decode_envelopes(body: bytes) -> tuple[bytes, ...]:
    """Return the envelopes in the body of element 01; raises MalformedBlock."""
    with cbor.reported_as(MalformedBlock):
        value = cbor.decode(body, MAX_BODY)
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_ENVELOPES:
        raise MalformedBlock("not an array of envelopes")
    envelopes = tuple(entry for entry in value if isinstance(entry, bytes))
    if len(envelopes) != len(value):
        raise MalformedBlock("an envelope is not a byte string")
    return envelopes


def capture(before: Dataset, after: Dataset, tags: Iterable[int]) -> tuple[bytes, tuple[int, ...]]:
    """Return the original elements, encoded, and the added tags, among `tags`.

    before: the source; after: what sealing made of it. Raises Unreadable when an element cannot be
    written.
    """
    wanted = sorted(set(tags))
    replaced = [tag for tag in wanted if tag in before and _differs(before, after, tag)]
    added = tuple(tag for tag in wanted if tag not in before and tag in after)
    return _encode_elements(before, replaced), added


def _differs(before: Dataset, after: Dataset, tag: int) -> bool:
    """Return whether an element is not what it was."""
    with silenced():
        return tag not in after or bool(before[tag] != after[tag])


def _encode_elements(source: Dataset, tags: list[int]) -> bytes:
    """Return elements as an explicit little endian data set, with their character set."""
    if not tags:
        return b""
    chosen = Dataset()
    try:
        with silenced():
            for tag in tags:
                chosen[tag] = source[tag]
            if CHARACTER_SET in source:
                chosen[CHARACTER_SET] = source[CHARACTER_SET]
            if tuple(source.original_encoding) != (False, True):
                _decode_all(chosen)
            buffer = BytesIO()
            out = DicomIO(buffer)
            out.is_implicit_VR, out.is_little_endian = False, True
            write_dataset(out, chosen)
    except Exception as error:  # any: the writer raises what its many converters raise
        cause = type(error).__name__
        raise Unreadable("structure.malformed", f"cannot be written ({cause})") from None
    return buffer.getvalue()


def _decode_all(dataset: Dataset) -> None:
    """Convert every value now, at every level, so that it can be written in another encoding."""
    for _ in dataset.iterall():
        pass


def put_back(dataset: Dataset, restoration: Restoration) -> None:
    """Undo in `dataset`, in place, what sealing did to its elements; the samples are not touched.

    Removes our blocks under whatever number, deletes the added elements, puts the replaced ones
    back. Raises MalformedBlock when the replaced elements cannot be read.
    """
    originals = _decode_elements(restoration.replaced)
    touched = {*originals.keys(), *restoration.added}
    if not {tag for tag in touched if tag >> 16 != block.GROUP} <= TOUCHED:
        raise MalformedBlock("it would change elements that sealing does not touch")
    block.remove_blocks(dataset)
    for tag in restoration.added:
        # Another block may have our number by now, after an archive moved ours.
        if tag in dataset and tag >> 16 != block.GROUP:
            del dataset[tag]
    for tag in sorted(originals.keys()):
        if tag != CHARACTER_SET:
            dataset[tag] = originals[tag]


def _decode_elements(data: bytes) -> Dataset:
    """Return the data set of replaced elements, every value converted."""
    if walk(data, 0, Encoding(True, False, None)).problems:
        raise MalformedBlock("replaced elements are no data set")
    try:
        with silenced():
            dataset = read_dataset(BytesIO(data), False, True)
            _decode_all(dataset)
            return dataset
    except Exception:  # any: pydicom raises what its many converters raise
        raise MalformedBlock("replaced elements cannot be read") from None


def digest_body(body: bytes) -> bytes:
    """Return the SHA-256 of element 03's body, as its pseudo leaf commits to it."""
    return sha256(body).digest()
