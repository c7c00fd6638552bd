"""The one interface of passive detectors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from benchmarks.contest.pictures import Example, Picture, Plane


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What a detector makes of a picture."""

    score: float
    """Higher for what looks forged; its scale is the detector's own."""
    heat: Plane | None = None
    """(rows, columns) float32, higher where it looks forged; None where it does not locate."""
    threshold: float = 0.5
    """Heat from which a sample counts as named: the detector's own, fixed before any test."""


class Detector(ABC):
    """Finds forged pictures without anything that was added to them."""

    name: ClassVar[str]
    """Short, as tables print it."""
    trained: ClassVar[bool] = True
    """Whether `fit` learns anything."""
    one_class: ClassVar[bool] = False
    """Whether only originals are learned from."""

    @abstractmethod
    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn from the pictures of training patients, the same from the same seed."""

    @abstractmethod
    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat of a picture of at least 64x64 samples."""

    def score(self, picture: Picture) -> float:
        """Return how much a picture looks forged."""
        return self.examine(picture).score

    def locate(self, picture: Picture) -> Plane | None:
        """Return where it looks forged."""
        return self.examine(picture).heat
