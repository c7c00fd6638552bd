"""What a report says, in sentences for people who do not know the codes.

Each verdict has a headline, a meaning and an advice; each code has a sentence for its failure.
Passes and skips are worded from the code's own meaning, so that they cannot drift from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from signing.codes import Code
from signing.verdict import Amender, Aspect, Aspects, Finding, Outcome, Report, Scope, Verdict

MOST: Final = 8
"""Places, or reasons, of one sentence that are shown; the JSON lines hold them all."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict for people."""

    headline: str
    meaning: str
    advice: str


@dataclass(frozen=True, slots=True)
class Statement:
    """All findings of one code and one outcome, as one sentence."""

    code: Code
    outcome: Outcome
    text: str
    places: tuple[str, ...]
    """Where, each once; empty for the whole instance."""
    reasons: tuple[str, ...]
    """Details of the findings, each once."""


JUDGEMENTS: Final[dict[Verdict, Judgement]] = {
    Verdict.AUTHENTIC: Judgement(
        "Authentic",
        "Everything that was sealed is here and equal to what the signer named below signed.",
        "Nothing needs to be done. The proof is worth as much as the trust in that signer's key.",
    ),
    Verdict.PARTIAL: Judgement(
        "Partly proved",
        "Nothing contradicts the seal, but less is proved than was sealed.",
        "Rely on what is proved only; ask the source for the complete file if you need the rest.",
    ),
    Verdict.ALTERED: Judgement(
        "Altered",
        "This is not what the signer sealed: a completed comparison contradicts the signature, or "
        "a mark is there but broken.",
        "Do not base a decision on it. Keep this file, get the image again from where it was "
        "sealed, and tell those who are responsible for the systems in between.",
    ),
    Verdict.UNTRUSTED: Judgement(
        "Sealed, but by nobody who is trusted here",
        "There is a seal, but its key is not among the trusted ones. Anybody can make a key, so "
        "this proves nothing.",
        "Find out whose key it is by a way that does not lead through this file, and trust it "
        "only then.",
    ),
    Verdict.UNSEALED: Judgement(
        "Not sealed",
        "There is no trace of a seal. Nothing proves this image, and nothing contradicts it.",
        "Ask the source for the sealed image. Where every image of a source is sealed, a missing "
        "seal is a reason for suspicion.",
    ),
    Verdict.UNDECIDED: Judgement(
        "No answer",
        "Something that a proof needs could not be checked or understood. The image is neither "
        "proved nor contradicted.",
        "See below what is missing. A newer version of this program, or the complete file, may "
        "give an answer. Until then treat the image as not proved.",
    ),
    Verdict.UNREADABLE: Judgement(
        "Not readable",
        "The file is damaged, is not what its name says, or contradicts itself, so that two "
        "programs may read two different images from it.",
        "Do not use it. Get the file again from its source.",
    ),
}
"""Headline, meaning and advice of each verdict."""

SCOPES: Final[dict[Scope, Judgement]] = {
    Scope.PIXELS: Judgement(
        "Partly proved: the picture only",
        "The samples of the picture are those that the signer sealed. Who and what it shows, when "
        "it was taken and how it lies in space are not proved: these attributes are gone, or "
        "nothing here vouches for them.",
        "Rely on the picture. Take patient, date, side and scale from a source that you trust, or "
        "ask for the sealed file with its attributes.",
    ),
    Scope.REDACTED: Judgement(
        "Partly proved: all that was not redacted",
        "Something was taken out on purpose, as the seal allows. What is left is what the signer "
        "sealed; what was taken out is not proved and cannot be seen here.",
        "Rely on what is left. Ask the source for the complete file if you need what was taken "
        "out.",
    ),
}
"""What a partial proof covers, for each scope."""

AMENDED: Final = Judgement(
    "Authentic, with changes that were signed",
    "Everything is what the signer named below signed, but for the attributes that were changed "
    "later: these are what somebody signed whom the policy of this reader lets change them.",
    "Read who changed what, and why. The proof is worth as much as the trust in both signers.",
)
"""What is said of an authentic image that was amended."""

EXEMPT: Final = Judgement(
    "Not sealed, and exempt",
    "There is no trace of a seal. Nothing proves this image. The policy of this reader asks for no "
    "seal where it comes from.",
    "Rely on it as far as you rely on that source and on the way from there.",
)
"""What the policy makes of an unsealed image that it exempts."""

FAILURES: Final[dict[Code, str]] = {
    Code.STRUCTURE_MALFORMED: "The file cannot be read as what it claims to be.",
    Code.STRUCTURE_DUPLICATE: "Something that may be in the file only once is there twice.",
    Code.STRUCTURE_ORDER: "The elements of the file are not in the order that DICOM demands.",
    Code.STRUCTURE_TRAILING: "There are bytes in the file that belong to nothing.",
    Code.STRUCTURE_LIMITS: "The file is larger or more deeply nested than is accepted.",
    Code.SEAL_PRESENT: "No seal was found, neither in the attributes nor in the picture.",
    Code.SEAL_VERSION: "A part of the seal is of a version that this program does not know.",
    Code.SEAL_DETACHED: "The picture carries no mark; only the attributes hold the seal.",
    Code.SEAL_SEVERAL: "There is more than one seal, and not all could be used.",
    Code.SEAL_CONSISTENT: "The image does not even agree with the seal that is not trusted.",
    Code.ENVELOPE_MALFORMED: "A part of the seal is damaged and cannot be read.",
    Code.SIGNER_TRUSTED: "The key that signed is not one of the trusted keys.",
    Code.SIGNER_CERTIFICATE: "The key that signed has certificates, but they lead to nobody who is "
    "trusted here.",
    Code.SIGNER_EXPIRED: "A certificate of the signer has expired, and nothing proves that the "
    "seal is older.",
    Code.SIGNER_REVOKED: "The key that signed was revoked, and nothing proves that the seal is "
    "older.",
    Code.SIGNER_LISTS: "The list of revoked certificates is out of date: the key may have been "
    "revoked since.",
    Code.STATEMENT_SIGNATURE: "The seal names a trusted key, but that key did not sign it.",
    Code.CUSTODY_EARLIER: "A later signer confirms an earlier seal that is no longer here, or was "
    "changed.",
    Code.AMENDMENT_SIGNATURE: "A later change names a trusted key, but that key did not sign it.",
    Code.AMENDMENT_BOUND: "A later change that is signed here belongs to another seal.",
    Code.AMENDMENT_GRANTED: "Somebody signed a later change who is not allowed to: it does not "
    "count.",
    Code.AMENDMENT_ROOT: "What is listed as changed later is not what was signed.",
    Code.AMENDMENT_EARLIER: "A later change builds on another one that is no longer here, or was "
    "changed.",
    Code.CERTIFICATE_SIGNATURE: "The mark in the picture names a trusted key that did not sign it.",
    Code.CERTIFICATE_BOUND: "The mark in the picture belongs to another seal than this one.",
    Code.PIXELS_MATCH: "The picture is not the one that was sealed.",
    Code.PIXELS_CELLS: "Beside what was taken out, the picture is not the one that was sealed.",
    Code.PIXELS_REDACTED: "Where the picture should be blank, something was drawn.",
    Code.PIXELS_ORIGINAL: "What the seal gives back is not the picture that the scanner made.",
    Code.PIXELS_CLOSING: "The last signature in the picture does not fit the picture.",
    Code.PIXELS_MARK: "Parts of the picture are not as they were sealed.",
    Code.PIXELS_MARK_BROKEN: "The remains of a mark are in the picture, too few to be read.",
    Code.PIXELS_GEOMETRY: "The picture has another size or lies in another way than was sealed.",
    Code.PIXELS_LOSSY_COPY: "The picture is a lossy copy, and parts of it differ beyond that.",
    Code.FRAMES_COUNT: "Frames are missing, added, moved, or of different seals.",
    Code.ATTRIBUTES_IDENTITY: "Attributes that say who and what is shown were changed.",
    Code.ATTRIBUTES_GEOMETRY: "Attributes that say where the picture lies, and its scale, were "
    "changed.",
    Code.ATTRIBUTES_DISPLAY: "Attributes that change how the picture looks were changed.",
    Code.ATTRIBUTES_PIXEL_DESCRIPTION: "Attributes that say how to read the samples were changed.",
    Code.ATTRIBUTES_REST: "Other sealed attributes were changed.",
    Code.ATTRIBUTES_ROOT: "The list of sealed attributes is not the one that was signed.",
    Code.ATTRIBUTES_DISCLOSED: "Some sealed attributes were taken out and cannot be compared.",
    Code.ATTRIBUTES_NOTED: "Attributes differ in a way that is allowed.",
    Code.ATTRIBUTES_AMENDED: "Attributes were changed later by one who may not.",
    Code.ATTRIBUTES_RECORDED: "Nothing in the file says who changed it.",
    Code.RESTORATION_BOUND: "The record that gives the original back is not the sealed one.",
    Code.CELLS_BOUND: "The list that places changes in the picture is not the sealed one.",
    Code.RECOVERY_BOUND: "The encrypted copy that mends the picture is not the sealed one.",
    Code.TIME_CLAIMED: "The time that the signer claims cannot be right.",
    Code.TIME_PROVED: "Nobody who is trusted saw the seal at a time.",
    Code.TIME_TOKEN: "A time stamp is there that proves nothing.",
    Code.CODEC_MISSING: "The picture is compressed in a way that this program cannot decode.",
    Code.CHECK_INCOMPLETE: "A check could not be run to its end.",
    Code.POLICY_SIGNER: "The policy does not let this signer seal images of this kind.",
    Code.POLICY_ROLE: "The policy does not take a signer of this role as proof of origin.",
    Code.POLICY_DISCLOSED: "Attributes that the policy asks for were taken out.",
    Code.POLICY_PROFILE: "The mark in the picture is weaker than the policy asks for.",
    Code.POLICY_EXEMPT: "It is not sealed, and the policy does not exempt it.",
}
"""What each code's failure means, in one sentence."""

ASPECTS: Final[dict[Aspect, str]] = {
    Aspect.PASS: "as sealed",
    Aspect.CHANGED: "changed",
    Aspect.AMENDED: "changed later, and signed again",
    Aspect.REDACTED: "taken out",
    Aspect.SKIPPED: "not checked",
}

GROUPS: Final = {
    "pixels": "Picture",
    "geometry": "Position, spacing, orientation",
    "display": "Display: windows, tables, overlays",
    "identity": "Patient, study, series, instance",
    "rest": "Everything else that was sealed",
}
"""Names of the aspects, in the order of the report."""

CHANGES: Final = {
    "changed": "Changed",
    "added": "Added",
    "removed": "Removed",
    "redacted": "Taken out by redaction",
    "replaced": "Taken out and replaced",
    "amended": "Changed later and signed again",
}
"""What may have become of an attribute, in the order of the report."""

_NOTED: Final = frozenset(
    {
        Code.SEAL_DETACHED,
        Code.SEAL_SEVERAL,
        Code.ATTRIBUTES_NOTED,
        Code.ATTRIBUTES_AMENDED,
        Code.ATTRIBUTES_RECORDED,
        Code.PIXELS_LOSSY_COPY,
        Code.POLICY_EXEMPT,
    }
)
"""Codes whose pass is something that a reader should know."""


_MIRROR: Final = "mirror"
"""In every word of the report for a frame that is turned over."""


def judge(report: Report) -> Judgement:
    """Return headline, meaning and advice of a report's verdict, by scope where it is partial."""
    if report.verdict is Verdict.PARTIAL and report.scope is not None:
        return SCOPES[report.scope]
    if report.verdict is Verdict.UNSEALED and report.exempt:
        return EXEMPT
    if report.verdict is Verdict.AUTHENTIC and report.attributes and report.attributes.amended:
        return AMENDED
    return JUDGEMENTS[report.verdict]


def is_notable(finding: Finding) -> bool:
    """Return whether a reader should see a finding: all that did not pass, and notes."""
    return finding.outcome is not Outcome.PASS or finding.code in _NOTED


def describe(code: Code, outcome: Outcome) -> str:
    """Return one sentence on what became of one check."""
    meaning = code.meaning
    if outcome is Outcome.FAIL:
        return FAILURES[code]
    if outcome is Outcome.SKIPPED:
        return f"Not checked to the end: whether {meaning}."
    return f"{meaning[:1].upper()}{meaning[1:]}."


def gather(findings: tuple[Finding, ...], notable: bool) -> list[Statement]:
    """Return the findings that are notable, or those that are not, one statement a kind."""
    places: dict[tuple[Code, Outcome], dict[str, None]] = {}
    reasons: dict[tuple[Code, Outcome], dict[str, None]] = {}
    for finding in findings:
        if is_notable(finding) is notable:
            kind = (finding.code, finding.outcome)
            places.setdefault(kind, {}).update({finding.where: None} if finding.where else {})
            reasons.setdefault(kind, {}).update({finding.detail: None} if finding.detail else {})
    return [
        Statement(*kind, describe(*kind), tuple(where), tuple(reasons[kind]))
        for kind, where in places.items()
    ]


def describe_geometry(word: str) -> str:
    """Return one sentence on how the frame lies, where it does not lie as it was sealed."""
    side = (
        " Left and right may be exchanged: it may show the wrong side." if _MIRROR in word else ""
    )
    return f"The picture does not lie as it was sealed: {word}.{side}"


def describe_share(fraction: float) -> str:
    """Return a share of the picture, 0 to 1, in per cent; what is there is never called none."""
    return "Less than 0.1 %" if 0 < fraction < 0.001 else f"{100 * fraction:.1f} %"


def describe_tiles(fraction: float) -> str:
    """Return how many of the tiles in which a picture is signed differ, 0 to 1, in words.

    Not what a map shows: it names parts of these tiles, as far as they can be told apart.
    """
    return f"{describe_share(fraction)} of the signed tiles differ"


def list_aspects(aspects: Aspects) -> Iterator[tuple[str, str]]:
    """Yield name and state of every aspect that applies."""
    for name, title in GROUPS.items():
        aspect: Aspect | None = getattr(aspects, name)
        if aspect is not None:
            yield title, ASPECTS[aspect]


def describe_amendment(amender: Amender) -> str:
    """Return one sentence on an amendment; only the reason of one that counts is quoted."""
    signer = amender.signer
    name = clean(signer.name) or f"key {signer.key_id}"
    role = f", {signer.role}" if signer.role else ""
    if not amender.counts:
        return f"{name}{role}: does not count"
    time = f", claimed {clean(amender.claimed)}" if amender.claimed else ""
    time = f", proved {amender.proved}" if amender.proved else time
    why = f"\N{LEFT DOUBLE QUOTATION MARK}{clean(amender.reason)}\N{RIGHT DOUBLE QUOTATION MARK}"
    tags = shorten(tuple(map(clean, amender.attributes)))
    return f"{name}{role}{time}: {why if amender.reason else 'reason taken out'}; {tags}"


def shorten(words: tuple[str, ...], most: int = MOST) -> str:
    """Return the first of the words, and how many more there are."""
    more = len(words) - most
    return ", ".join(words[:most]) + (f" and {more} more" if more > 0 else "")


def clean(text: str) -> str:
    """Return `text` with control, format and unprintable characters spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
