"""The one interface of what protects a picture beforehand: put in once, judged when received."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from benchmarks.attacks.forgery import Flags
from benchmarks.contest.pictures import Picture


class Unfit(Exception):
    """A picture that a contestant cannot protect."""

    def __init__(self, contestant: str, reason: str) -> None:
        super().__init__(contestant, reason)
        self.contestant, self.reason = contestant, reason


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What a contestant says of a received picture."""

    verdict: str
    """Of scanseal, a verdict of its report; of a watermark, "read", "garbled" or "gone"."""
    alarm: bool
    """Whether it says that the picture is not as it left, or cannot say that it is."""
    named: Flags | None = None
    """(rows, columns) of the received picture, True where it is said to be changed; None where
    nothing is placed."""


class Protected(ABC):
    """A picture with what a contestant put into it, and what only its judge holds."""

    picture: Picture
    """As it leaves; forgers have this."""

    @abstractmethod
    def judge(self, received: Picture) -> Judgement:
        """Return what is said of a received picture, of any shape; never raises for content."""

    def restore(self) -> Picture | None:
        """Return the picture as it was, None where it cannot be had back."""
        return None


class Contestant(ABC):
    """A way to protect pictures."""

    name: str
    """Short, as rows and tables have it."""

    @abstractmethod
    def protect(self, picture: Picture, label: str) -> Protected:
        """Return the picture protected, the same from the same label. Raises Unfit."""
