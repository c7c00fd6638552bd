"""Hold the recovery data in the tags against the certificates that name them, and the restoration
record against its commitment."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from signing.certificate import Certificate
from signing.commitments import SEAL_RESTORATION, Disclosures
from signing.digests import recovery_digest
from signing.envelope import Envelope
from signing.errors import MalformedCertificate
from signing.verdict import Code, Finding, Outcome

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED


def judge_recovery(
    lists: Sequence[Sequence[bytes]], certificates: Mapping[int, Envelope], *, complete: bool
) -> tuple[dict[int, bytes], list[Finding]]:
    """Return the recovery data that are signed, by frame, and what was found.

    lists: as read from element 04 of each block; certificates: by frame, their signatures
    verified; complete: whether those are all that were signed. Where several blocks hold lists, it
    is enough that one holds what is named.
    """
    named = {frame: _named(sealed) for frame, sealed in certificates.items()}
    wanted = {frame: digest for frame, digest in named.items() if digest is not None}
    if not wanted:
        stray = bool(lists) and complete
        detail = "there are some that no certificate names"
        return {}, [Finding(Code.RECOVERY_BOUND, FAIL, "", detail)] if stray else []
    if not lists:
        detail = "the recovery data were removed"
        return {}, [Finding(Code.RECOVERY_BOUND, SKIPPED, "", detail)]
    bound: dict[int, bytes] = {}
    for frame, digest in wanted.items():
        entries = [listed[frame] for listed in lists if frame < len(listed)]
        match = next((data for data in entries if recovery_digest(data) == digest), None)
        if match is not None:
            bound[frame] = match
    others = [frame for frame in sorted(wanted) if frame not in bound]
    if not others:
        return bound, [Finding(Code.RECOVERY_BOUND, PASS)]
    return bound, [Finding(Code.RECOVERY_BOUND, FAIL, f"frame {frame}") for frame in others]


def _named(sealed: Envelope) -> bytes | None:
    """Return the digest of recovery data that a certificate names, None where there is none."""
    try:
        return Certificate.decode(sealed.payload).recovery
    except MalformedCertificate:
        return None


def judge_restoration(bodies: Sequence[bytes], disclosures: Disclosures) -> list[Finding]:
    """Return whether the restoration record is the committed one; it may have been left out.

    bodies: those of element 03 of every block. Nothing where the commitment is not disclosed.
    """
    row = disclosures.by_path().get(SEAL_RESTORATION)
    if row is None or row.value is None:
        return []
    if not bodies:
        kept = row.value == sha256(b"").digest()
        outcome, detail = (PASS, "") if kept else (SKIPPED, "the record was removed")
        return [Finding(Code.RESTORATION_BOUND, outcome, "", detail)]
    bound = any(sha256(body).digest() == row.value for body in bodies)
    return [Finding(Code.RESTORATION_BOUND, PASS if bound else FAIL)]
