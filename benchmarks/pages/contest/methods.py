"""Who judges: a passive detector at a threshold, a seal, or first the seal and then a detector."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from benchmarks.contest.rows import Row
from benchmarks.measures.detection import Threshold
from benchmarks.pages.contest.rates import Rate, rate_of
from benchmarks.pages.contest.records import (
    ACCEPTED,
    NAMED,
    SILENT,
    Contest,
    Trial,
    trial_of,
)

TAGS, STRIPPED = ", tags", ", stripped"
"""Endings of the names of our contestants: with the seal's tags, and after they were taken off."""
COPIED = "H"
"""The group of copies in good faith."""
OURS = ("standard", "light", "full", "detached")
"""Profiles, the default one first."""


class Method(ABC):
    """Alarms or not."""

    name: str

    @abstractmethod
    def alarm(self, row: Row) -> bool | None:
        """Tell whether it alarms; None where it has not seen the picture."""

    def rate(self, rows: Iterable[Row]) -> Rate:
        """Return its alarms among those of the rows that it has seen."""
        seen = ((row.patient, self.alarm(row)) for row in rows)
        return rate_of((patient, alarm) for patient, alarm in seen if alarm is not None)


@dataclass(frozen=True)
class Passive(Method):
    """A detector at a threshold."""

    name: str
    threshold: Threshold
    sealed: bool | None = False
    """Whether it is asked about pictures that were sealed before; None: about all."""
    twins: Mapping[Trial, Row] = field(default_factory=dict, compare=False, repr=False)
    """The same forgeries of pictures that were never sealed: what it says of them stands for what
    it would say of sealed ones that it has not seen."""

    def rate(self, rows: Iterable[Row]) -> Rate:
        """As of all; to a detector, copies of a picture in good faith are one picture."""
        seen = [row for row in rows if self.alarm(row) is not None]
        copied = [row.image for row in seen if row.group[:1] == COPIED]
        return replace(super().rate(seen), different=len(seen) - len(copied) + len(set(copied)))

    def alarm(self, row: Row) -> bool | None:
        """Compare the score."""
        if self.sealed not in (None, row.marked):
            return None
        seen = row
        if self.name not in row.scores and row.marked:
            seen = self.twins.get(trial_of(row), row)
        score = seen.scores.get(self.name)
        return None if score is None else score > self.threshold.value


@dataclass(frozen=True)
class Active(Method):
    """A contestant whose seal is looked at, on pictures that had one."""

    name: str
    strict: bool = False
    """Whether an alarm is all that is not accepted, as where every image is known to be sealed."""

    def alarm(self, row: Row) -> bool | None:
        """Read the verdict."""
        verdict = row.verdicts.get(self.name)
        if verdict is None or not row.marked:
            return None
        return not is_accepted(verdict) if self.strict else is_named(verdict)


@dataclass(frozen=True)
class Hybrid(Method):
    """The seal where there is one, else the detector."""

    seal: str
    detector: Passive
    name: str = "hybrid"
    unasked: bool | None = None
    """What counts where the seal is silent and the detector was not asked: None leaves it out."""

    def alarm(self, row: Row) -> bool | None:
        """Ask the seal first, and the detector where it says nothing."""
        verdict = row.verdicts.get(self.seal) if row.marked else "unsealed"
        if verdict is None:
            return None
        if verdict not in SILENT:
            return is_named(verdict)
        said = replace(self.detector, sealed=None).alarm(row)
        return self.unasked if said is None else said


def is_named(verdict: str) -> bool:
    """Tell whether a verdict says that something is wrong."""
    return verdict in NAMED


def is_accepted(verdict: str) -> bool:
    """Tell whether an image with this verdict is used as it is."""
    return verdict in ACCEPTED


def passive_methods(contest: Contest) -> list[Passive]:
    """Return every detector that has a threshold."""
    thresholds = contest.thresholds
    return [Passive(name, thresholds[name]) for name in contest.detectors if name in thresholds]


def ranked_passive(contest: Contest) -> list[Passive]:
    """Return the detectors, best first: by detections of test forgeries less false alarms.

    Both as rates at the detector's threshold. That is hindsight, and favours the first: who
    chooses beforehand gets no better one. Detectors that judged less than half as many forgeries
    as others come last, however well: theirs are forgeries of another sort.
    """
    originals = contest.originals("test")
    found = {method.name: method.rate(contest.shared) for method in passive_methods(contest)}
    most = max((rate.tried for rate in found.values()), default=0)

    def rank(method: Passive) -> tuple[bool, float]:
        rate = found[method.name]
        return 2 * rate.tried < most, method.rate(originals).share - rate.share

    return sorted(passive_methods(contest), key=rank)


def best_passive(contest: Contest) -> Passive | None:
    """Return the first of `ranked_passive`, None without a detector."""
    return next(iter(ranked_passive(contest)), None)


def our_seal(contest: Contest, ending: str = TAGS) -> str | None:
    """Return the name of our contestant with a seal of the default profile, None without one."""
    names = [f"{profile}{ending}" for profile in OURS]
    return next((name for name in names if name in contest.contestants), None)


def best_hybrid(contest: Contest, ending: str = TAGS) -> Hybrid | None:
    """Return our seal with the best detector, None where one of them is missing."""
    seal, detector = our_seal(contest, ending), best_passive(contest)
    return Hybrid(seal, replace(detector, twins=contest.twins)) if seal and detector else None
