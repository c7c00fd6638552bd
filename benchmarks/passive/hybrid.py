"""Seal first, passive detectors for what was never sealed."""

from __future__ import annotations

from signing.verdict import Verdict


def alarms(verdict: str, score: float, threshold: float) -> bool:
    """Return whether a picture is held back.

    verdict: what the seal says. A sealed picture is judged by its seal alone: `authentic` and
    `partial` (nothing contradicts) pass, `altered`, `unreadable` and `untrusted` do not. Where the
    seal says nothing (`unsealed`, `undecided`), a passive `score` above its `threshold` decides.
    Raises ValueError for another word.
    """
    said = Verdict(verdict)
    if said in (Verdict.UNSEALED, Verdict.UNDECIDED):
        return score > threshold
    return said not in (Verdict.AUTHENTIC, Verdict.PARTIAL)
