"""The detectors' best case: they learn from the very series that they are asked about.

Every second slice of a series trains, of the others every other sets thresholds, and the rest is
tested. Neighbours, patient and scanner are on all sides, as in much of what is published (`slices`
has sources): what detectors find so is the most that can be hoped for of them, not a promise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.contest.collection import Collection, Image, cut, thin

LEAST = 16
"""Slices of a series that is taken."""
_TURNS = ("train", "validation", "train", "test")
"""What the slices of a series are for, in turn."""


class FamiliarSeries(Collection):
    """The series of a collection, each on all sides."""

    def images(self, part: str, most: int, windows: int = 4) -> list[Image]:
        """Return the images of a part: of each series at most `most`, spread over all there are,
        and of each slice at most so many windows."""
        taken: list[Image] = []
        for slices in self._series():
            mine = [
                replace(window, role=replace(one.role, part=part))
                for number, one in enumerate(slices)
                if _TURNS[number % len(_TURNS)] == part
                for window in cut(one, windows)
            ]
            taken += thin(mine, most)
        return taken

    def _series(self) -> Iterator[list[Image]]:
        """Yield the slices of each patient of whom there are enough."""
        for patient in self.patients():
            slices = self.volume(patient)
            if len(slices) >= LEAST:
                yield slices
