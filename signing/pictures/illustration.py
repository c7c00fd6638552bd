"""Pictures for a report: the frames as received, the map over them, what was recovered beside.

The verb between files and pages: it reads a file once more, for people to look at. Nothing that it
shows is a proof, and what it cannot show it says in a sentence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from signing.errors import CodecUnavailable, SigningError, UnsupportedImage
from signing.pictures.drawing import draw_map, encode_png, fill_boxes
from signing.pictures.plates import Plate
from signing.pictures.views import Views, read_views
from signing.report import Figure
from signing.verdict import FrameMap, Outcome, Report, Verdict

MOST_FRAMES: Final = 8
"""Frames of one file that a page shows."""

MOST_BYTES: Final = 50_000_000
"""Bytes of PNG on one page; with more a browser grows slow."""

FULL: Final = "This page holds as many pictures as it may; more are not shown."
"""What a page says once it is full."""

Recovered = Callable[[int], NDArray[Any] | None]
"""From the index of a frame to its recovered samples, shaped and typed as the received ones are
(`codecs.frames`); None for a frame of which nothing was recovered."""

_UNPROVED: Final = frozenset({Verdict.UNTRUSTED, Verdict.UNSEALED, Verdict.UNDECIDED})


@dataclass(frozen=True, slots=True)
class Illustration:
    """What a page shows of one file."""

    figures: tuple[Figure, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class Album:
    """The pictures of one page, until it is full."""

    left: int = MOST_BYTES
    """Bytes that may still be added."""
    full: bool = field(default=False, init=False)

    def illustrate(
        self, path: Path, report: Report, recovered: Recovered | None = None
    ) -> Illustration:
        """Return pictures of the file at `path` and of what `report` found in it.

        Frames with altered areas come before those with redacted ones; a file without either
        shows some from its whole length. Never raises for content; raises OSError.
        """
        if report.verdict is Verdict.UNREADABLE:
            return Illustration(
                remarks=("No picture is shown of a file that cannot be trusted to hold only one.",)
            )
        if self.full:
            return Illustration(remarks=(FULL,))
        try:
            source = read_views(path)
            return self._show(source, report, recovered)
        except SigningError as error:
            return Illustration(remarks=(_excuse(error),))

    def _show(self, source: Views, report: Report, recovered: Recovered | None) -> Illustration:
        """Return the figures of one source, as many as fit."""
        maps = {frame.frame: frame for frame in report.pixels.frames} if report.pixels else {}
        wanted = _choose(source.count, maps)
        figures: dict[int, tuple[Figure, ...]] = {}
        for index, values in source.pick(wanted):
            name = f"Frame {index}" if source.count > 1 else ""
            view, found = source.view(index, values), maps.get(index, FrameMap(index))
            plate = Plate(name, values, view, found, recovered(index) if recovered else None)
            made = tuple(plate.compose())
            size = sum(len(picture.png) for figure in made for picture in figure.pictures)
            if size > self.left:
                self.full = True
                break
            self.left -= size
            figures[index] = made
        shown = tuple(figure for index in wanted for figure in figures.get(index, ()))
        remarks = [*_remark(report, maps), *_count(source.count, set(figures), maps)]
        return Illustration(shown, (*remarks, FULL) if self.full else tuple(remarks))


def draw_overlays(path: Path, report: Report) -> Iterator[tuple[int, bytes]]:
    """Yield index and PNG of every frame with altered or redacted areas, in full size.

    Raises SigningError where the frames cannot be shown, OSError.
    """
    maps = {frame.frame: frame for frame in report.pixels.frames} if report.pixels else {}
    if not maps or report.verdict is Verdict.UNREADABLE:
        return
    source = read_views(path)
    for index, values in source.pick(sorted(maps)):
        picture = source.view(index, values).render(values)
        altered = fill_boxes(maps[index].boxes, picture.shape[:2])
        redacted = fill_boxes(maps[index].redacted, picture.shape[:2])
        yield index, encode_png(draw_map(picture, altered, redacted))


def _choose(count: int, maps: dict[int, FrameMap]) -> list[int]:
    """Return the frames to show: altered before redacted ones, else some from the whole length."""
    altered = sorted(index for index, found in maps.items() if found.boxes)
    others = sorted(set(maps) - set(altered))
    if altered or others:
        return [index for index in (*altered, *others) if 0 <= index < count][:MOST_FRAMES]
    shown = min(count, MOST_FRAMES)
    return [place * (count - 1) // max(1, shown - 1) for place in range(shown)]


def _remark(report: Report, maps: dict[int, FrameMap]) -> Iterator[str]:
    """Yield what to know before looking at the pictures."""
    if report.verdict in _UNPROVED:
        yield "Nothing proves that this is the picture that was taken."
    failed = {f.code for f in report.findings if f.outcome is Outcome.FAIL}
    if any(code.value.startswith("pixels.") for code in failed) and not maps:
        yield "Where the picture differs is not known."
    if any(found.boxes for found in maps.values()):
        yield "A change can be too small to be seen. The map shows it, whatever it looks like."


def _count(count: int, shown: set[int], maps: dict[int, FrameMap]) -> Iterator[str]:
    """Yield how many frames are not shown."""
    more = count - len(shown)
    if more > 0:
        marked = len({index for index in maps if 0 <= index < count} - shown)
        areas = f", {marked} of them with altered or redacted areas" if marked else ""
        yield f"{more} of {count} frames are not shown here{areas}."


def _excuse(error: SigningError) -> str:
    """Return why there is no picture, without quoting what the file holds."""
    if isinstance(error, CodecUnavailable):
        return "No picture: it is compressed in a way that this program cannot decode."
    if isinstance(error, UnsupportedImage):
        return f"No picture: {error.reason}."
    return "No picture: the frames cannot be decoded."
