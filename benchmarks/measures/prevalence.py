"""What rates mean in an archive: rare forgeries, and seals on a part of the images."""

from __future__ import annotations

from dataclasses import dataclass


def predictive_value(detected: float, alarmed: float, prevalence: float) -> float:
    """Return the share of the alarms that are forgeries (PPV); 0 without an alarm.

    detected: rate of detection; alarmed: rate of false alarms; prevalence: share of the images
    that are forged; all 0 to 1. Source: Altman, Bland, BMJ 309:102, 1994.
    """
    true = detected * prevalence
    alarms = true + alarmed * (1 - prevalence)
    return true / alarms if alarms else 0.0


@dataclass(frozen=True, slots=True)
class Archive:
    """Rates of detection in an archive of which a share was sealed before it was attacked."""

    active: float
    """Of forgeries of sealed images, by their seal."""
    passive: float
    """Of forgeries of images that were never sealed, by a passive detector."""
    passive_sealed: float
    """The same detector's, of forgeries of sealed images."""
    both: float
    """Of forgeries of sealed images, by their seal and, of what it calls unsealed, the detector."""

    def active_alone(self, coverage: float) -> float:
        """Return the rate where only seals are looked at; what has none is not found."""
        return coverage * self.active

    def passive_alone(self, coverage: float) -> float:
        """Return the rate where no seal is looked at."""
        return coverage * self.passive_sealed + (1 - coverage) * self.passive

    def hybrid(self, coverage: float) -> float:
        """Return the rate where sealed images are judged by their seal and the others passively."""
        return coverage * self.both + (1 - coverage) * self.passive

    def crossover(self) -> float | None:
        """Return the coverage from which seals alone find more than the detector alone.

        That is passive / (active - passive_sealed + passive): where the detector does not care
        for seals and seals find all, its own rate. None where it never comes up to 1.
        """
        gain = self.active - self.passive_sealed + self.passive
        if gain <= 0 or self.passive > gain:
            return None
        return self.passive / gain
