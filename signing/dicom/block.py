"""The private block that carries a seal: group 0077, creator "SCANSEAL 1", elements 01 to 05.

Each element is an OB value: length of the body (32 bits, big endian), body, at most one zero byte.
Readers take any block number, UN for OB, and several blocks. Layout: docs/spec/private-block.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from signing.dicom.quiet import silenced
from signing.errors import LimitExceeded, MalformedBlock

GROUP: Final = 0x0077
CREATOR: Final = "SCANSEAL 1"

ENVELOPES: Final = 0x01
"""Statements, amendments and certificates; no patient data."""
DISCLOSURES: Final = 0x02
"""Salts and seed."""
RESTORATION: Final = 0x03
"""What brings the original back."""
RECOVERY: Final = 0x04
"""Encrypted copies of the frames."""
CELLS: Final = 0x05
"""Digests of cells."""
ELEMENTS: Final = (ENVELOPES, DISCLOSURES, RESTORATION, RECOVERY, CELLS)

MAX_BODY: Final = (1 << 30) - 1
"""Longest body, bytes."""

MAX_BLOCKS: Final = 16
"""Blocks of ours that are read in one instance."""

_BLOCKS: Final = range(0x10, 0x100)


@dataclass(frozen=True, slots=True)
class SealBlock:
    """The bodies of one block; None for an element that is not there."""

    envelopes: bytes | None = None
    disclosures: bytes | None = None
    restoration: bytes | None = None
    recovery: bytes | None = None
    cells: bytes | None = None

    @property
    def bodies(self) -> tuple[bytes | None, ...]:
        """The bodies in the order of `ELEMENTS`."""
        return (self.envelopes, self.disclosures, self.restoration, self.recovery, self.cells)


def read_blocks(dataset: Dataset) -> tuple[SealBlock, ...]:
    """Return every block of ours, by ascending block number.

    Raises MalformedBlock when an element is not as it must be, LimitExceeded for too many blocks.
    """
    numbers = list(find_blocks(dataset))
    if len(numbers) > MAX_BLOCKS:
        raise LimitExceeded("seal blocks", len(numbers), MAX_BLOCKS)
    return tuple(_read_block(dataset, number) for number in numbers)


def find_blocks(dataset: Dataset) -> Iterator[int]:
    """Yield the block numbers (0x10 to 0xFF) that our creator reserves."""
    for number in _BLOCKS:
        tag = GROUP << 16 | number
        if tag in dataset and _creator(dataset, tag) == CREATOR:
            yield number


def _creator(dataset: Dataset, tag: int) -> str:
    """Return a private creator, also from UN."""
    value = _value(dataset, tag)
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip(" \0") if isinstance(value, str) else ""


def _value(dataset: Dataset, tag: int) -> object:
    """Return a value, None where it cannot be converted."""
    try:
        with silenced():
            return dataset[tag].value
    except Exception:  # any: pydicom converts the value now
        return None


def _read_block(dataset: Dataset, number: int) -> SealBlock:
    """Return the bodies of one block."""
    bodies = []
    for element in ELEMENTS:
        tag = GROUP << 16 | number << 8 | element
        bodies.append(_unwrap(_value(dataset, tag)) if tag in dataset else None)
    return SealBlock(*bodies)


def _unwrap(value: object) -> bytes:
    """Return the body of an element's value."""
    if not isinstance(value, bytes) or len(value) < 4:
        raise MalformedBlock("an element has no length")
    length = int.from_bytes(value[:4], "big")
    rest = len(value) - 4 - length
    if length > MAX_BODY or rest not in (0, 1) or any(value[4 + length :]):
        raise MalformedBlock("an element has another length than it says")
    return value[4 : 4 + length]


def write_block(dataset: Dataset, block: SealBlock) -> tuple[int, ...]:
    """Put `block` into `dataset`, in place, instead of every block of ours; return its tags.

    Takes the first free block number of the group. Raises LimitExceeded when a body is too long or
    no number is free.
    """
    remove_blocks(dataset)
    used = {tag >> 8 & 0xFF for tag in dataset.keys() if tag >> 16 == GROUP}
    used |= {tag & 0xFF for tag in dataset.keys() if tag >> 16 == GROUP and tag & 0xFFFF < 0x100}
    number = next((number for number in _BLOCKS if number not in used), None)
    if number is None:
        raise LimitExceeded("blocks of group 0077", len(_BLOCKS) + 1, len(_BLOCKS))
    tags = [GROUP << 16 | number]
    dataset[tags[0]] = DataElement(tags[0], "LO", CREATOR)
    for element, body in zip(ELEMENTS, block.bodies, strict=True):
        if body is not None:
            tag = GROUP << 16 | number << 8 | element
            dataset[tag] = DataElement(tag, "OB", _wrap(body))
            tags.append(tag)
    return tuple(tags)


def _wrap(body: bytes) -> bytes:
    """Return the element's value for a body."""
    if len(body) > MAX_BODY:
        raise LimitExceeded("bytes of a seal element", len(body), MAX_BODY)
    return len(body).to_bytes(4, "big") + body + b"\0" * (len(body) % 2)


def remove_blocks(dataset: Dataset) -> bool:
    """Remove every block of ours, in place; return whether there was one."""
    numbers = set(find_blocks(dataset))
    doomed = [
        tag
        for tag in dataset.keys()
        if tag >> 16 == GROUP and (tag & 0xFFFF in numbers or (tag >> 8 & 0xFF) in numbers)
    ]
    for tag in doomed:
        del dataset[tag]
    return bool(numbers)
