"""What seals, a detector and both find in an archive of which only a part was sealed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from benchmarks.intervals import clopper_pearson
from benchmarks.measures.prevalence import Archive, predictive_value
from benchmarks.pages.contest.methods import TAGS, Active, Passive, best_hybrid, best_passive
from benchmarks.pages.contest.rates import Rate
from benchmarks.pages.contest.records import Contest

COVERAGES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
PREVALENCES = (0.0001, 0.001, 0.01, 0.1, 0.5)


@dataclass(frozen=True)
class Mixture:
    """The rates that an archive is made of."""

    seal: str
    """Our contestant."""
    detector: str
    """The best passive detector, chosen with hindsight."""
    active: Rate
    passive: Rate
    passive_sealed: Rate
    both: Rate
    """The hybrid's, of sealed pictures."""
    false_active: Rate
    false_passive: Rate
    false_sealed: Rate
    false_both: Rate

    @property
    def archive(self) -> Archive:
        """Return the rates alone; of a detector that saw no sealed picture, those of others."""
        sealed = self.passive_sealed if self.passive_sealed.tried else self.passive
        return Archive(self.active.share, self.passive.share, sealed.share, self.both.share)

    @property
    def crossover_interval(self) -> tuple[float, float] | None:
        """Return the crossover at both ends of the detector's interval, None where there is none.

        The rate on sealed pictures moves with the rate on the others.
        """
        archive, ends = self.archive, []
        for share in self.passive.interval:
            moved = archive.passive_sealed + share - archive.passive
            ends.append(Archive(archive.active, share, min(1, max(0, moved)), 0).crossover())
        low, high = ends
        return None if low is None or high is None else (low, high)

    def false_alarms(self, coverage: float) -> tuple[float, float, float]:
        """Return the rates of false alarms of seals, detector and hybrid."""
        never = self.false_passive.share
        sealed = self.false_sealed.share if self.false_sealed.tried else never
        rest = (1 - coverage) * never
        active, both = (coverage * one.share for one in (self.false_active, self.false_both))
        return active, coverage * sealed + rest, both + rest


@lru_cache(maxsize=16)
def mix(contest: Contest, ending: str = TAGS) -> Mixture | None:
    """Return the rates of an archive, None where seal or detector was not run on forgeries.

    Forgeries of groups A to D, the same over sealed and never sealed pictures. An alarm is a
    verdict that names something wrong: where not all images are sealed, `unsealed` says nothing.
    What the detector says of a forgery of a never sealed picture stands for the same forgery of the
    sealed one where it has not seen that.
    """
    best, hybrid = best_passive(contest), best_hybrid(contest, ending)
    if best is None or hybrid is None:
        return None
    judge = Active(hybrid.seal)
    after = Passive(best.name, best.threshold, True, contest.twins)
    clean, sealed = contest.originals("test"), contest.originals("test", True)
    forged = [row for row in contest.shared if row.marked]
    active, passive = judge.rate(forged), best.rate(contest.shared)
    if not active.tried or not passive.tried:
        return None
    return Mixture(
        hybrid.seal,
        best.name,
        active,
        passive,
        after.rate(forged),
        hybrid.rate(forged),
        judge.rate(sealed),
        best.rate(clean),
        after.rate(sealed),
        hybrid.rate(sealed),
    )


def value_of(detected: Rate, false: Rate, prevalence: float) -> tuple[float, float]:
    """Return the share of true alarms, and the least that the intervals of both rates allow."""
    value = predictive_value(detected.share, false.share, prevalence)
    return value, predictive_value(detected.interval[0], worst_of(false), prevalence)


def worst_of(false: Rate) -> float:
    """Return the upper end of the interval of false alarms, the exact one at least; 1 of none."""
    if not false.tried:
        return 1.0
    return max(false.interval[1], clopper_pearson(false.hit, false.tried)[1])
