"""One check after the other: the report on a file, its pictures for the page, its overlays."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from signing.cli import exits
from signing.cli.inputs import UsageProblem
from signing.cli.messages import complain
from signing.cli.places import locate, refuse_overwriting
from signing.dicom import part10
from signing.errors import SigningError
from signing.keys import RecoveryKey
from signing.pictures.illustration import MOST_FRAMES, Album, Recovered, draw_overlays
from signing.report import Answer
from signing.report.html import Page
from signing.requirements import DEFAULT, Requirements, Source
from signing.trust import Trust
from signing.verdict import Report
from signing.verification import verify_path

CHANGED = "No picture: the file was changed while it was checked."


@dataclass(frozen=True, slots=True)
class Demand:
    """The policy, and what tells where files come from."""

    policy: Requirements = DEFAULT
    ae_title: str = ""
    """Who sent the files, as the user says."""
    paths: tuple[Path, ...] = ()
    """What the user named; places are told from there."""

    def source(self, file: Path) -> Source:
        """Return where one file comes from."""
        return Source(locate(file, self.paths).as_posix(), self.ae_title)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked for."""

    trust: Trust
    deep: bool = False
    recovery_key: RecoveryKey | None = None
    pictured: bool = False
    """Whether answers have pictures."""
    places: Mapping[Path, Path] = field(default_factory=dict)
    """By file, where its overlays go."""
    force: bool = False
    demand: Demand = field(default_factory=Demand)


class Checks:
    """All checks of one run; `codes` has the exit codes so far."""

    def __init__(self, wishes: Wishes) -> None:
        self.codes: list[int] = []
        self._wishes, self._force = wishes, wishes.force
        self._album = Album() if wishes.pictured else None
        self._places = wishes.places
        self._sources = {file.resolve() for file in wishes.places}

    def answer(self, files: Iterable[Path], page: Page | None) -> Iterator[Answer]:
        """Yield the answer on each file, once it is on the page if there is one.

        A file that cannot be opened is named, here and there, and has no answer.
        """
        for path in files:
            try:
                answer = self.check(path)
            except OSError as error:
                # One file that cannot be opened must not hide what the others are.
                reason = exits.describe(error)
                complain("verify", str(path), reason)
                self.codes.append(exits.exit_code(error))
                if page is not None:
                    page.miss(str(path), reason)
                continue
            if page is not None:
                page.add(answer)
            yield answer

    def check(self, path: Path) -> Answer:
        """Return the answer on one file, its overlays written. Raises OSError."""
        before = _identify(path)
        wishes = self._wishes
        report = verify_path(
            path,
            wishes.trust,
            deep=wishes.deep,
            recovery_key=wishes.recovery_key,
            policy=wishes.demand.policy,
            source=wishes.demand.source(path),
        )
        self.codes.append(report.exit_code)
        if path in self._places:
            self._overlay(path, report, before)
        if self._album is None:
            return Answer(str(path), report)
        try:
            drawn = self._album.illustrate(path, report, self._recover(path, report))
        except OSError:
            before = ()
        if not before or _identify(path) != before:
            return Answer(str(path), report, remarks=(CHANGED,))
        return Answer(str(path), report, drawn.figures, drawn.remarks)

    def _recover(self, path: Path, report: Report) -> Recovered | None:
        """Return how to get the recovered samples of a frame, None where there are none."""
        key, pixels = self._wishes.recovery_key, report.pixels
        if key is None or pixels is None or not pixels.recoverable:
            return None
        from signing.recovery import mend_frames  # loads the compiler

        wanted = [frame.frame for frame in pixels.frames][:MOST_FRAMES]
        try:
            return mend_frames(path, self._wishes.trust, key, wanted).get
        except SigningError as error:
            complain("verify", str(path), f"not shown as recovered: {exits.describe(error)}")
            return None

    def _overlay(self, path: Path, report: Report, before: tuple[int, ...]) -> None:
        """Write the overlays of one file; what goes wrong is named, and the run goes on."""
        stem = self._places[path]
        try:
            for frame, png in draw_overlays(path, report):
                target = stem.with_name(f"{stem.name}.frame-{frame:04}.png")
                if _identify(path) != before:
                    complain("verify", str(path), "no overlay: changed while it was checked")
                    self.codes.append(exits.BROKEN)
                    return
                refuse_overwriting(target, self._sources, self._force)
                target.parent.mkdir(parents=True, exist_ok=True)
                part10.store(png, target, self._force)
        except (SigningError, OSError, UsageProblem) as error:
            complain("verify", str(path), exits.describe(error))
            self.codes.append(exits.exit_code(error))


def _identify(path: Path) -> tuple[int, ...]:
    """Return what tells a file from itself after a change, () where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def write_page(path: Path, force: bool, run: Callable[[Page], object]) -> None:
    """Write the page that `run` fills and closes, whole or not at all.

    Raises OutputExists, OSError, and what `run` raises.
    """

    def fill(file: BinaryIO) -> None:
        out = TextIOWrapper(file, encoding="utf-8", newline="\n")
        try:
            run(Page(out, datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")))
        finally:
            out.detach()  # the file is closed by whoever opened it

    path.parent.mkdir(parents=True, exist_ok=True)
    part10.compose(fill, path, force)
