"""Writers of reports: one module a format, each with `write(answers, out)`, streaming.

Pictures come finished, from `signing.pictures`: this package knows no arrays and no DICOM.
"""

from dataclasses import dataclass

from signing.verdict import Report


@dataclass(frozen=True, slots=True)
class Picture:
    """One finished picture for a page."""

    caption: str
    """What it is, in a few words."""
    alt: str
    """What it shows, for people who cannot see it."""
    png: bytes
    """The whole PNG file."""
    width: int
    """Columns of the PNG."""
    height: int
    """Rows of the PNG."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Pictures of one frame that are looked at beside each other."""

    title: str
    """Which frame; "" where there is but one."""
    pictures: tuple[Picture, ...]
    """As received first; then, where there is one, the map over it and the recovered frame."""
    notes: tuple[str, ...] = ()
    """Sentences on these pictures."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found out about one file."""

    path: str
    """The file, as the user named it or as it was found."""
    report: Report
    """What the check says."""
    figures: tuple[Figure, ...] = ()
    """Frames to show; only pages show them."""
    remarks: tuple[str, ...] = ()
    """Sentences on what is not shown, and why."""
