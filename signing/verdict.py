"""What a check says: findings with stable codes, and the verdict computed from them.

Evidence is returned, never raised; the verdict is never stored, so it cannot disagree with the
findings. What did not run has not passed. Codes and their meaning: `codes`, docs/spec/findings.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NoReturn

from signing.codes import Code, CodeKind
from signing.errors import NotAuthentic

__all__ = [
    "INTERRUPTED",
    "USAGE",
    "Amender",
    "Aspect",
    "Aspects",
    "AttributeChanges",
    "Box",
    "Code",
    "CodeKind",
    "Custodian",
    "Evidence",
    "Finding",
    "FrameMap",
    "Outcome",
    "PixelEvidence",
    "Report",
    "Scope",
    "SignerInfo",
    "TimeEvidence",
    "Verdict",
    "exit_code",
    "worst",
]


class Verdict(StrEnum):
    """The seven answers, in the order in which they are decided (docs/spec/findings.md)."""

    UNREADABLE = "unreadable"  # not parseable, or structure that lies
    ALTERED = "altered"  # a completed comparison contradicts a trusted envelope
    UNSEALED = "unsealed"  # no trace of a seal
    UNTRUSTED = "untrusted"  # a seal, by no trusted key
    UNDECIDED = "undecided"  # something required did not run, or could not be understood
    PARTIAL = "partial"  # nothing contradicts, but less is proved than was sealed
    AUTHENTIC = "authentic"  # everything that was sealed is there and equal


class Outcome(StrEnum):
    """What became of one check."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    SKIPPED = "skipped"


class Scope(StrEnum):
    """What a partial proof covers."""

    PIXELS = "pixels"  # the samples alone: tags stripped, or an export
    REDACTED = "redacted"  # all that was not redacted


class Evidence(StrEnum):
    """Where the proof of the samples was read from."""

    TAGS = "tags"
    PIXELS = "pixels"
    BOTH = "both"


class Aspect(StrEnum):
    """What became of one group of attributes, or of the samples."""

    PASS = "pass"  # noqa: S105 - an aspect, not a password
    CHANGED = "changed"
    AMENDED = "amended"
    REDACTED = "redacted"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and what became of it. Holds no pixel, key or patient's data."""

    code: Code
    """Which check; stable."""
    outcome: Outcome
    """What became of it."""
    where: str = ""
    """Place, such as "frame 3" or "(0010,0020)"; "" for the whole instance."""
    detail: str = ""
    """Reason, for people; not stable."""


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """Who signed. Name and role are those of the trust store; "" where it has no such key."""

    key_id: str
    """First 16 bytes of the SHA-256 of the raw public key, in hex."""
    name: str
    """Name under which the key is trusted."""
    role: str
    """Role under which the key is trusted, a value of `keys.Role`."""
    trusted: bool
    """Whether the trust store has the key."""


@dataclass(frozen=True, slots=True)
class Custodian:
    """One signer in a chain of custody."""

    signer: SignerInfo
    """Who; trusted only where the signature is that of a key that is trusted."""
    earlier: int
    """How many earlier statements its own one names."""


@dataclass(frozen=True, slots=True)
class Amender:
    """One amendment: who signed again what had changed, and why."""

    signer: SignerInfo
    """Who; trusted only where the signature is that of a key that is trusted."""
    counts: bool
    """Whether the policy lets this signer amend, and the amendment is of this seal."""
    attributes: tuple[str, ...] = ()
    """Paths that it amends, as far as they are listed."""
    reason: str = ""
    """Text of the amender; "" where the amendment does not count, or the reason was taken out."""
    claimed: str = ""
    """RFC 3339 time that the amender claims; "" as for the reason."""
    proved: str = ""
    """RFC 3339 time at which a trusted authority saw the amendment; "" where none did."""


Box = tuple[int, int, int, int]
"""row, column, height, width in samples of the frame, from its top left corner."""


@dataclass(frozen=True, slots=True)
class FrameMap:
    """Where one frame differs from what was sealed. Frames without a box are not listed."""

    frame: int
    """Index from 0."""
    boxes: tuple[Box, ...] = ()
    """Altered areas."""
    redacted: tuple[Box, ...] = ()
    """Areas that a redaction left out."""


@dataclass(frozen=True, slots=True)
class PixelEvidence:
    """What is known of the samples."""

    evidence: Evidence
    """Where the proof was read from."""
    altered_fraction: float = 0.0
    """Share of the signed tiles that differ, 0 to 1, over all frames; `frames` may place what
    differs inside them, and then covers less."""
    recoverable: bool = False
    """Whether signed recovery data were found: for every altered frame, or where none is altered
    for every marked one."""
    frames: tuple[FrameMap, ...] = ()
    """Frames with altered or redacted areas, ascending."""


@dataclass(frozen=True, slots=True)
class AttributeChanges:
    """Attributes that differ from what was sealed, as tag hex ("00100020") or leaf paths."""

    changed: tuple[str, ...] = ()
    """There, with another value."""
    added: tuple[str, ...] = ()
    """There, without a commitment."""
    removed: tuple[str, ...] = ()
    """Committed to, and gone."""
    redacted: tuple[str, ...] = ()
    """Value and salt are gone: not disclosed."""
    replaced: tuple[str, ...] = ()
    """Redacted, and another value put in the place."""
    amended: tuple[str, ...] = ()
    """Another value, signed later by a trusted role."""


@dataclass(frozen=True, slots=True)
class TimeEvidence:
    """When the seal was there, as far as it is known."""

    claimed: str = ""
    """RFC 3339 time that the signer wrote; by itself it proves nothing. "" where not disclosed."""
    proved: str = ""
    """RFC 3339 time at which a trusted authority saw the statement; "" without proof."""
    authority: str = ""
    """Name under which that authority is trusted."""


@dataclass(frozen=True, slots=True)
class Aspects:
    """One word each on the samples and on each group of attributes; None does not apply."""

    pixels: Aspect | None = None
    """The samples."""
    geometry: Aspect | None = None
    """Position, spacing, orientation."""
    display: Aspect | None = None
    """Windows, lookup tables, overlays, shutters, pixel description."""
    identity: Aspect | None = None
    """Patient, study, series and instance."""
    rest: Aspect | None = None
    """Everything else that was committed."""


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one check, and what they are about. The verdict is computed from them."""

    findings: tuple[Finding, ...]
    """What ran, what failed, what was skipped."""
    required: frozenset[Code]
    """Codes that must have passed, everywhere, for a proof; empty proves nothing."""
    scope: Scope | None = None
    """What a proof would cover; None is everything that was sealed."""
    aspects: Aspects = field(default_factory=Aspects)
    """One word on each aspect."""
    seal_id: str = ""
    """16 bytes in hex; "" where no seal was read."""
    sealed_at: str = ""
    """RFC 3339 time that the signer claims; "" where it is not disclosed. `time` says if proved."""
    signer: SignerInfo | None = None
    """Who signed; None where no envelope was read."""
    pixels: PixelEvidence | None = None
    """What is known of the samples; None where nothing is."""
    attributes: AttributeChanges | None = None
    """Attributes that differ; None where they were not compared."""
    custody: tuple[Custodian, ...] = ()
    """All signers, first the one that made the seal; empty where no later one signed."""
    exempt: str = ""
    """Why the policy does not ask for a seal here; "" where it does, or where there is one."""
    geometry: str = ""
    """How the frame lies: "as sealed", "mirrored", "rotated 90", "cropped at (r, c)"; or ""."""
    time: TimeEvidence | None = None
    """Claimed and proved time; None where neither is known."""
    amendments: tuple[Amender, ...] = ()
    """Who changed attributes later, oldest first."""

    @property
    def verdict(self) -> Verdict:
        """Computed, never stored: it cannot disagree with the findings."""
        for kind, verdict in _REFUSALS:
            if any(f.outcome is Outcome.FAIL and f.code.kind is kind for f in self.findings):
                return verdict
        passed = {f.code for f in self.findings if f.outcome is Outcome.PASS}
        unproved = {f.code for f in self.findings if f.outcome is not Outcome.PASS}
        if not self.required or not self.required <= passed - unproved:
            return Verdict.UNDECIDED
        return Verdict.AUTHENTIC if self.scope is None else Verdict.PARTIAL

    @property
    def exit_code(self) -> int:
        """Exit code of the verdict; 0 for what is unsealed and exempt, which the report names."""
        verdict = self.verdict
        return 0 if verdict is Verdict.UNSEALED and self.exempt else exit_code(verdict)

    def require(self) -> None:
        """Raise NotAuthentic unless the verdict is AUTHENTIC."""
        if self.verdict is not Verdict.AUTHENTIC:
            raise NotAuthentic(self)

    def __bool__(self) -> NoReturn:
        raise TypeError("a Report is not a bool: read .verdict or call .require()")


# The order of the words is the order of the rule: a lie about structure makes every other answer
# worthless, and a contradiction outweighs all that is merely missing.
_REFUSALS: Final = (
    (CodeKind.STRUCTURE, Verdict.UNREADABLE),
    (CodeKind.CONTRADICTION, Verdict.ALTERED),
    (CodeKind.PRESENCE, Verdict.UNSEALED),
    (CodeKind.TRUST, Verdict.UNTRUSTED),
    (CodeKind.AVAILABILITY, Verdict.UNDECIDED),
)

USAGE: Final = 2
"""Exit code of misuse, of no input, and of a destination that exists."""

INTERRUPTED: Final = 130
"""Exit code after an interrupt."""

_EXIT_CODES: Final = {
    Verdict.AUTHENTIC: 0,
    Verdict.ALTERED: 1,
    Verdict.UNSEALED: 3,
    Verdict.UNTRUSTED: 4,
    Verdict.UNREADABLE: 5,
    Verdict.UNDECIDED: 5,
    Verdict.PARTIAL: 6,
}

_WORST_FIRST: Final = (INTERRUPTED, 1, 5, USAGE, 4, 3, 6, 0)


def exit_code(verdict: Verdict) -> int:
    """Return the exit code of one verdict: 0, 1, 3, 4, 5 or 6."""
    return _EXIT_CODES[verdict]


def worst(exit_codes: Iterable[int]) -> int:
    """Return the worst of several exit codes, in the order 130, 1, 5, 2, 4, 3, 6, 0.

    No code at all is no input: 2. A code that is none of ours counts as 5.
    """
    ranks = [
        _WORST_FIRST.index(code if code in _WORST_FIRST else _EXIT_CODES[Verdict.UNDECIDED])
        for code in exit_codes
    ]
    return _WORST_FIRST[min(ranks)] if ranks else USAGE
