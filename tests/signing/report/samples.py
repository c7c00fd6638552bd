"""Reports of every verdict, made by hand."""

from dataclasses import replace

from signing.codes import Code
from signing.report import Answer
from signing.verdict import (
    Amender,
    Aspect,
    Aspects,
    AttributeChanges,
    Custodian,
    Evidence,
    Finding,
    FrameMap,
    Outcome,
    PixelEvidence,
    Report,
    Scope,
    SignerInfo,
    Verdict,
)

SIGNER = SignerInfo("ab" * 16, "scanner", "acquisition", trusted=True)
STRANGER = SignerInfo("cd" * 16, "", "", trusted=False)

AUTHENTIC = Report(
    (Finding(Code.PIXELS_MATCH, Outcome.PASS, "frame 0"),),
    frozenset({Code.PIXELS_MATCH}),
    aspects=Aspects(pixels=Aspect.PASS, identity=Aspect.PASS),
    seal_id="00" * 16,
    sealed_at="2026-11-23T04:00:00Z",
    signer=SIGNER,
    pixels=PixelEvidence(Evidence.TAGS),
    attributes=AttributeChanges(),
    geometry="as sealed",
)

ALTERED = Report(
    (
        Finding(Code.PIXELS_MATCH, Outcome.FAIL, "frame 0", "3 tiles differ"),
        Finding(Code.ATTRIBUTES_IDENTITY, Outcome.FAIL, "(0010,0020)"),
    ),
    frozenset({Code.PIXELS_MATCH}),
    signer=SIGNER,
    pixels=PixelEvidence(
        Evidence.BOTH,
        0.0123456789,
        recoverable=True,
        frames=(FrameMap(2, ((32, 64, 32, 96),), ((0, 0, 8, 8),)),),
    ),
    attributes=AttributeChanges(changed=("00100020",), removed=("00080060", "00080070")),
    geometry="mirrored",
)

PARTIAL = Report(
    (Finding(Code.PIXELS_CLOSING, Outcome.PASS),),
    frozenset({Code.PIXELS_CLOSING}),
    scope=Scope.PIXELS,
    signer=SIGNER,
)

UNTRUSTED = Report(
    (Finding(Code.SIGNER_TRUSTED, Outcome.FAIL, "", "key is not in the trust folder"),),
    frozenset({Code.SIGNER_TRUSTED}),
    signer=STRANGER,
)

DETACHED = Report(
    (
        Finding(Code.PIXELS_MATCH, Outcome.PASS),
        Finding(Code.SEAL_DETACHED, Outcome.PASS, "", "the frame is too small"),
    ),
    frozenset({Code.PIXELS_MATCH}),
    signer=SIGNER,
)

CHAINED = replace(
    AUTHENTIC,
    custody=(
        Custodian(SIGNER, 0),
        Custodian(SignerInfo("ef" * 16, "pacs", "archive", trusted=True), 1),
        Custodian(STRANGER, 2),
    ),
)

MERGED = replace(
    AUTHENTIC,
    attributes=AttributeChanges(amended=("00100020",)),
    amendments=(
        Amender(
            SignerInfo("ef" * 16, "pacs", "archive", trusted=True),
            True,
            ("00100020",),
            "patient merge <b>",
            "2026-11-24T10:00:00Z",
        ),
        Amender(STRANGER, False, ("00200060",)),
    ),
)

EXEMPT = Report(
    (
        Finding(Code.SEAL_PRESENT, Outcome.FAIL, "", "no trace of a seal"),
        Finding(Code.POLICY_EXEMPT, Outcome.PASS, "", "before 2026"),
    ),
    frozenset(),
    exempt="before 2026",
)

UNDECIDED = Report((), frozenset())

EVERY = {
    Verdict.AUTHENTIC: AUTHENTIC,
    Verdict.ALTERED: ALTERED,
    Verdict.PARTIAL: PARTIAL,
    Verdict.UNTRUSTED: UNTRUSTED,
    Verdict.UNDECIDED: UNDECIDED,
}


def answers(*reports: Report) -> list[Answer]:
    """One answer a report, on files a.dcm, b.dcm, ..."""
    return [Answer(f"{chr(ord('a') + i)}.dcm", report) for i, report in enumerate(reports)]
