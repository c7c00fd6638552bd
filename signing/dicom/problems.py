"""What the structure check can find, as plain values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_PROBLEMS: Final = 32
"""Most problems that one walk reports; the walk ends there."""


class ProblemKind(StrEnum):
    """Kind of a structural problem; the suffix of the finding code `structure.<kind>`."""

    MALFORMED = "malformed"
    """Not as the standard says, so that two parsers may read it differently."""
    DUPLICATE = "duplicate"
    """A tag, Pixel Data or the file meta is there twice."""
    ORDER = "order"
    """A tag is smaller than the one before it."""
    TRAILING = "trailing"
    """Bytes follow the data set."""
    LIMITS = "limits"
    """Larger, deeper or more numerous than we read."""
    PREAMBLE = "preamble"
    """The preamble is that of a program."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One structural problem; no value of the file in it."""

    kind: ProblemKind
    where: str
    """Tag path such as '(0040,0275)[0]/(0008,0100)', or 'offset N'."""
    reason: str
    """One clause in lower case."""
