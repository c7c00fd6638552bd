"""When a seal was there: what its signer claims, and what a time-stamping authority proves."""

from datetime import timedelta
from typing import Final

from signing import envelope, moments
from signing.envelope import Envelope
from signing.sealparts import SealParts
from signing.timestamps.judging import Witnesses
from signing.timestamps.proof import all_stamps, check_stamps
from signing.timestamps.tokens import ProvedTime
from signing.verdict import Code, Finding, Outcome, TimeEvidence

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

TOLERANCE: Final = timedelta(minutes=5)
"""How far a signer's clock may be ahead of an authority's without a word on it."""


def judge_time(
    statement: Envelope, claimed: str, parts: SealParts, witnesses: Witnesses
) -> tuple[TimeEvidence | None, list[Finding]]:
    """Return what is known of the time of a statement, and the findings on it.

    statement: its signature is verified; claimed: the time that its signer wrote, "" where none
    is disclosed. The first is None where nothing is known. No finding here changes a verdict.
    """
    check = check_stamps(statement, parts.disclosures, witnesses)
    findings = [Finding(Code.TIME_TOKEN, FAIL, "", reason) for reason in check.refused]
    if check.unchecked:
        findings.append(Finding(Code.TIME_TOKEN, SKIPPED, "", check.unchecked))
    proved = check.proved
    if proved is not None:
        if not findings:
            findings.append(Finding(Code.TIME_TOKEN, PASS))
        detail = f"{proved.text}, by {proved.authority}"
        findings.append(Finding(Code.TIME_PROVED, PASS, "", detail))
    if claimed:
        wrong = _contradiction(claimed, proved)
        findings.append(Finding(Code.TIME_CLAIMED, FAIL if wrong else PASS, "", wrong))
    if proved is None:
        return (TimeEvidence(claimed) if claimed else None), findings
    return TimeEvidence(claimed, proved.text, proved.authority), findings


def find_strangers(parts: SealParts) -> list[Finding]:
    """Return a finding for the time stamps that are of no statement here, if there are any."""
    own = {envelope.digest_of(sealed) for sealed, _ in (*parts.statements, *parts.amendments)}
    count = sum(stamp.digest not in own for stamp in all_stamps(parts.disclosures))
    detail = f"{count} of another seal"
    return [Finding(Code.TIME_TOKEN, FAIL, "", detail)] if count else []


def _contradiction(claimed: str, proved: ProvedTime | None) -> str:
    """Return why a claimed time cannot be right, "" where it can."""
    try:
        time = moments.parse(claimed)
    except ValueError:
        return "what the signer claims is not a time"
    if proved is not None and time - proved.latest > TOLERANCE:
        return "the signer's clock was ahead: the seal was there before the claimed time"
    return ""
