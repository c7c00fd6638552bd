"""The rows of the contest, and which of them a table counts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from benchmarks.contest.rows import LEFT_OUT, PLACE, WITHIN, Row, read_rows
from benchmarks.contest.split import FOLDER, Split, read_split
from benchmarks.measures.detection import Threshold, choose_threshold
from benchmarks.pages.contest.standardising import standardise
from benchmarks.pages.tables import ROWS, provenance

FILES = ("contest.jsonl", "seals.jsonl")
"""Rows with scores and verdicts, and rows with verdicts alone."""
BEST_CASE = "best-case.jsonl"
"""Rows of detectors that learned from other slices of the very series that they are tested on."""
LEARNING, TIMINGS, FOOTPRINTS = "learning.json", "timings.json", "footprints.json"
RATE = 0.01
"""False alarms that thresholds are chosen for, where nothing else is said."""
RATES = (0.01, 0.05, 0.001)
FORGED = "ABCDG"
"""Groups that change samples; E and F change series and headers, H must not alarm."""
SHARED = "ABCD"
"""Those of them that can be put over any picture, sealed or not."""
TAUGHT = "AB"
"""Groups that detectors learn from, less `UNTAUGHT`."""
LOSSY = ("C7", "C8", "C9", "C10")
"""Groups in which nothing is forged: a copy that lost something, as an archive may make it."""
UNTAUGHT = frozenset({"diffusion", "whole VAE", "pix2pix 3-D"})
"""Attacks of forgers that no detector of pictures learned from: the one held out, and those that do
not fit the parts of pictures that lessons are made of."""
SILENT = frozenset({"unsealed", "undecided", "gone"})
"""Verdicts that say nothing of the samples: a hybrid asks a detector then."""
NAMED = frozenset({"altered", "untrusted", "unreadable", "garbled"})
"""Verdicts that say of an image that something is wrong with it."""
ACCEPTED = frozenset({"authentic", "partial", "read"})
"""Verdicts on which an image is used; those of `SILENT` are neither."""
SIZES, STRENGTHS, PROCESSING = "sizes", "strengths", "processing"
"""Sweeps, as `Row.sweep` names them."""
PROCESSED = re.compile(r"\bafter (?P<process>.*?) (?P<value>\d+(?:\.\d+)?)$")
"""Attacks of a sweep of processing, "copy-move after JPEG 75": process and how much of it."""
Trial = tuple[str, str, str, int, float, str]
"""Image, group, attack, size, strength, sweep."""


@dataclass(frozen=True, eq=False)
class Contest:
    """All that the tables are made of."""

    rows: tuple[Row, ...]
    """Of contest.jsonl."""
    seals: tuple[Row, ...] = ()
    """Of seals.jsonl: series, headers, attacks on the seal, benign copies."""
    learning: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By split, by detector: lists of `scores`, `forged`, `patients`, and a `threshold`."""
    timings: dict[str, dict[str, float]] = field(default_factory=dict)
    """By detector: fit_s, p50_ms, p95_ms, peak_mb, own_mb, where known."""
    made: str = ""
    """Machine, versions, commit."""
    made_seals: str = ""
    """The same of the rows of seals."""
    made_footprints: str = ""
    """The same of the memory of detectors."""
    best_case: Contest | None = None
    """The detectors' best case, with rows of its own; None where it was not run."""
    standard: bool = False
    """Whether scores are standard scores; else they are as detectors gave them."""

    @cached_property
    def detectors(self) -> tuple[str, ...]:
        """Passive detectors, in the order in which they first come."""
        names = dict.fromkeys(name for row in self.rows for name in row.scores)
        return tuple(name for name in names if LEFT_OUT not in name)

    @cached_property
    def left_out(self) -> tuple[tuple[str, str], ...]:
        """Detectors that were trained without a family of attacks, with that family."""
        names = dict.fromkeys(name for row in self.rows for name in row.scores)
        pairs = (name.rsplit(LEFT_OUT, 1) for name in names if LEFT_OUT in name)
        return tuple((detector, family) for detector, family in pairs)

    @cached_property
    def contestants(self) -> tuple[str, ...]:
        """Active contestants, in the order in which they first come."""
        every = (*self.rows, *self.seals)
        return tuple(dict.fromkeys(name for row in every for name in row.verdicts))

    @cached_property
    def forgeries(self) -> tuple[Row, ...]:
        """Forgeries of test patients, those of sweeps left out."""
        return tuple(row for row in self.rows if _is_forgery(row) and not sweep_of(row))

    @cached_property
    def shared(self) -> tuple[Row, ...]:
        """Forgeries that do not care for seals, so that everybody can be asked about them."""
        return tuple(row for row in self.forgeries if row.group[:1] in SHARED)

    @cached_property
    def twins(self) -> dict[Trial, Row]:
        """Forgeries of pictures that were never sealed, by what was done to which picture."""
        return {trial_of(row): row for row in self.rows if _is_forgery(row) and not row.marked}

    def swept(self, sweep: str) -> tuple[Row, ...]:
        """Return the forgeries of test patients that belong to a sweep."""
        return tuple(row for row in self.rows if _is_forgery(row) and sweep_of(row) == sweep)

    def beyond(self, letters: str) -> tuple[Row, ...]:
        """Return rows of groups, of both files: of E to H, which are no usual forgeries.

        Where both have an attack on one file, the verdicts are those of the rows of seals, and
        the scores are put beside them.
        """
        found = [row for row in self.seals if row.group and row.group[:1] in letters]
        places = {_aim_of(row): at for at, row in enumerate(found)}
        for row in self.rows:
            if row.part != "test" or not row.group or row.group[:1] not in letters:
                continue
            at = places.pop(_aim_of(row), None)
            if at is None:
                found.append(row)
            else:
                found[at] = replace(found[at], scores=row.scores, maps=row.maps)
        return tuple(found)

    @cached_property
    def benign(self) -> tuple[Row, ...]:
        """Copies that must not alarm."""
        return self.beyond("H")

    def narrowed(self, letters: str, kinds: Iterable[str]) -> Contest:
        """Return the contest with no test pictures but originals and some groups, of some kinds.

        Thresholds stay what they are.
        """
        wanted = set(kinds)
        rows = (
            row
            for row in self.rows
            if row.part != "test" or (row.group[:1] in letters and row.kind in wanted)
        )
        return replace(self, rows=tuple(rows), seals=())

    def originals(self, part: str, marked: bool = False) -> tuple[Row, ...]:
        """Return untouched pictures of a part, never sealed or sealed."""
        return tuple(
            row
            for row in self.rows
            if row.group == "" and row.part == part and row.marked is marked and not sweep_of(row)
        )

    def pictures(self, part: str) -> tuple[Row, ...]:
        """Return the originals, never sealed, that detectors of pictures are asked about: not
        slices with their neighbours, which are these pictures once more."""
        return tuple(row for row in self.originals(part) if not row.image.endswith(WITHIN))

    @cached_property
    def likewise(self) -> Contest | None:
        """The groups and kinds of picture of the best case, under the split by patient."""
        if self.best_case is None:
            return None
        rows = self.best_case.shared
        letters = "".join({row.group[:1] for row in rows})
        return self.narrowed(letters, {row.kind for row in rows})

    @cached_property
    def thresholds(self) -> dict[str, Threshold]:
        """By detector, for `RATE` and all kinds of pictures together."""
        names = (*self.detectors, *(LEFT_OUT.join(pair) for pair in self.left_out))
        found = {name: self.threshold(name, RATE) for name in names}
        return {name: threshold for name, threshold in found.items() if threshold is not None}

    def threshold(self, detector: str, rate: float, kind: str = "") -> Threshold | None:
        """Return the threshold for a rate of false alarms, of all kinds or one; None without one.

        Chosen on validation originals that were never sealed.
        """
        rows = self.originals("validation")
        scores = [
            row.scores[detector]
            for row in rows
            if detector in row.scores and kind in ("", row.kind)
        ]
        return choose_threshold(scores, rate) if scores else None


@lru_cache(maxsize=2)
def read_contest(folder: Path = ROWS) -> Contest:
    """Read the rows of a folder, by default those committed; files that are missing are left out.

    Scores become standard scores. provenance.json tells machine, versions and commit of rows.
    """
    rows, seals = (_read(folder / name) for name in FILES)
    learning, timings, footprints = (
        json.loads((folder / name).read_text("utf-8")) if (folder / name).exists() else {}
        for name in (LEARNING, TIMINGS, FOOTPRINTS)
    )
    for name, footprint in footprints.items():
        timings.setdefault(name, {}).update(footprint)
    made, made_seals = (
        provenance(name, folder) if there else ""
        for name, there in zip(FILES, (rows, seals), strict=True)
    )
    best = _read(folder / BEST_CASE)
    best_case = (
        Contest(standardise(best), made=provenance(BEST_CASE, folder), standard=True)
        if best
        else None
    )
    weighed = provenance(FOOTPRINTS, folder) if footprints else ""
    return Contest(
        *(standardise(rows), labelled(seals), learning, timings, made, made_seals),
        best_case=best_case,
        made_footprints=weighed,
        standard=True,
    )


def labelled(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Return rows with the patients' labels of the split files that are committed, by their files
    or folders; a row of which no such file tells keeps its own."""
    roles = [role for split in committed_splits() for role in split.roles]
    folders: dict[str, set[str]] = {}
    for role in roles:
        folders.setdefault(str(PurePosixPath(role.pattern).parent), set()).add(role.patient)
    return tuple(replace(row, patient=_label(row, folders)) for row in rows)


def _label(row: Row, folders: dict[str, set[str]]) -> str:
    """Return the label of a row's patient; of a folder if all in it is of one."""
    name = PLACE.sub("", row.image)
    found = [role for split in committed_splits() if (role := split.role_of(name))]
    if found:
        return found[0].patient
    whole = folders.get(name, set())
    return next(iter(whole)) if len(whole) == 1 else row.patient


@lru_cache(maxsize=1)
def committed_splits() -> tuple[Split, ...]:
    """Return the splits that come with the benchmark."""
    return tuple(read_split(path) for path in sorted(FOLDER.glob("*.csv")))


def _read(path: Path) -> tuple[Row, ...]:
    """Return the rows of a file, none where there is none."""
    return tuple(read_rows(path)) if path.exists() else ()


def trial_of(row: Row) -> Trial:
    """Return what was done to which picture, the same for a sealed one and one never sealed."""
    return row.image, row.group, row.attack, row.size, row.strength, row.sweep


def sweep_of(row: Row) -> str:
    """Return the sweep of a row, "" of a usual trial; a name that says `after` is of processing."""
    return row.sweep or (PROCESSING if PROCESSED.search(row.attack) else "")


def patients_of(rows: Iterable[Row]) -> int:
    """Return of how many patients rows are."""
    return len({row.patient for row in rows})


def level_of(rows: Iterable[Row]) -> str:
    """Return what the forgers of rows know, lowest first."""
    return ", ".join(sorted({row.level for row in rows}))


def counted(rows: Iterable[Row]) -> str:
    """Return how many pictures of which kinds rows are of."""
    kinds = Counter(kind for kind, _ in {(row.kind, row.image) for row in rows})
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def made_of(contest: Contest) -> str:
    """Return under what the rows of a contest and of its best case were made, once if alike."""
    best = contest.best_case
    others = [f"Best case: {best.made}"] if best and best.made != contest.made else []
    return " ".join([contest.made, *others])


def is_taught(row: Row) -> bool:
    """Tell whether forgeries like that of a row are among those that detectors learn from."""
    return row.group[:1] in TAUGHT and row.attack not in UNTAUGHT


def named_attack(row: Row) -> str:
    """Return group and attack as tables print them."""
    return f"{row.group} {row.attack}".strip()


def _aim_of(row: Row) -> tuple[str, str, str]:
    """Return file, group and attack; windows and frames of a file are attacked with it."""
    return PLACE.sub("", row.image), row.group, row.attack


def _is_forgery(row: Row) -> bool:
    """Tell whether a row is a forgery of samples that rates are computed of."""
    return row.part == "test" and row.group[:1] in FORGED and row.group != ""
