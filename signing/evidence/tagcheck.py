"""Hold a data set against the statement in its tags: signatures, samples, attributes.

Loads no Numba: where the signed digest of the samples is found again, one hash has proved them.
Where it is not, `mapping` says where they differ.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pydicom.dataset import Dataset

from signing import digests, envelope
from signing.areas import Areas
from signing.commitments import (
    SEAL,
    SEAL_SYNTAX,
    SEAL_TIME,
    Disclosures,
)
from signing.dicom import codecs
from signing.digests import Stage
from signing.envelope import Envelope
from signing.errors import CodecUnavailable
from signing.evidence.attributecheck import (
    CLASS_CODES,
    UNAMENDED,
    Amended,
    compare_attributes,
)
from signing.evidence.cellcheck import judge_cells
from signing.evidence.coverage import Coverage, check_areas, gather_signed
from signing.evidence.recoverycheck import judge_recovery, judge_restoration
from signing.framedigests import digest_frame, place_of
from signing.keys import PublicKey
from signing.sealparts import SealParts
from signing.sealvalues import seal_values
from signing.statement import DigestKind, Statement
from signing.verdict import Aspects, AttributeChanges, Box, Code, Finding, Outcome

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

ALWAYS_REQUIRED: Final = frozenset(
    {
        Code.SIGNER_TRUSTED,
        Code.STATEMENT_SIGNATURE,
        Code.ATTRIBUTES_ROOT,
        Code.ATTRIBUTES_DISCLOSED,
        *CLASS_CODES.values(),
    }
)
"""What a statement must prove of every instance."""

FRAMES_REQUIRED: Final = frozenset({Code.FRAMES_COUNT, Code.PIXELS_MATCH})
"""What it must prove besides where there are frames."""

AREAS_REQUIRED: Final = frozenset({Code.FRAMES_COUNT, Code.PIXELS_CELLS, Code.PIXELS_REDACTED})
"""What it must prove besides where areas were taken out of frames."""

MARKS_REQUIRED: Final = frozenset({Code.CERTIFICATE_SIGNATURE, Code.CERTIFICATE_BOUND})
"""What it must prove besides where frames are marked."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where one frame differs from what was sealed."""

    findings: tuple[Finding, ...] = ()
    boxes: tuple[Box, ...] = ()
    """Altered areas."""
    fraction: float = 0.0
    """Share of the frame's digest units in them, 0 to 1."""


@dataclass(slots=True)
class TagEvidence:
    """What the tags prove under one trusted statement."""

    statement: Statement
    key: PublicKey
    findings: list[Finding] = field(default_factory=list)
    required: frozenset[Code] = ALWAYS_REQUIRED
    disclosures: Disclosures | None = None
    """The commitments that the statement signs; None where they are gone, or others."""
    master: bytes | None = None
    """Seed of the frames' salts; None where it is not disclosed."""
    certificates: dict[int, Envelope] = field(default_factory=dict)
    """Verified certificate of each marked frame that has one."""
    recovery: dict[int, bytes] = field(default_factory=dict)
    """Recovery data of the frames whose certificate names them."""
    differing: list[int] = field(default_factory=list)
    """Frames whose samples have not the signed digest."""
    cells: tuple[bytes, ...] = ()
    """The signed list of cell digests of each frame; none where they are not there."""
    boxes: dict[int, tuple[Box, ...]] = field(default_factory=dict)
    """Altered areas of the frames that were mapped."""
    fractions: dict[int, float] = field(default_factory=dict)
    """Share of each of them that is altered."""
    attributes: AttributeChanges | None = None
    aspects: Aspects = field(default_factory=Aspects)
    sealed_at: str = ""
    redacted: bool = False
    """Whether commitments are listed without their salts."""
    signed: bool = False
    """Whether the statement's signature is that of `key`."""
    covered: Coverage | None = None
    """What is proved beside areas that were taken out of frames; None where none were."""

    def take_map(self, frame: int, mapped: Mapped) -> None:
        """Note what the map of a frame says."""
        self.findings += mapped.findings
        self.fractions[frame] = mapped.fraction
        if mapped.boxes:
            self.boxes[frame] = mapped.boxes

    def add(self, code: Code, outcome: Outcome, where: str = "", detail: str = "") -> None:
        """Note a finding."""
        self.findings.append(Finding(code, outcome, where, detail))


def check_statement(
    dataset: Dataset, parts: SealParts, place: int, key: PublicKey, amended: Amended = UNAMENDED
) -> TagEvidence:
    """Hold `dataset` against statement number `place`, whose key is the trusted `key`.

    amended: what amendments that count say instead of the statement. Raises Unreadable where pixel
    data or an attribute cannot be read.
    """
    evidence = check_signature(parts, place, key)
    if evidence.findings[-1].outcome is FAIL:
        return evidence
    statement = evidence.statement
    disclosures = next((d for d in parts.disclosures if _is_listed(d, statement)), None)
    if disclosures is None and parts.disclosures:
        evidence.add(Code.ATTRIBUTES_ROOT, FAIL, "", "the commitments listed are others")
        disclosures = parts.disclosures[0]
        evidence.master = disclosures.seed
    elif disclosures is not None:
        evidence.add(Code.ATTRIBUTES_ROOT, PASS)
        evidence.disclosures = disclosures
        evidence.master = disclosures.seed
        _check_attributes(dataset, disclosures, amended, evidence)
        _check_seal_values(dataset, disclosures, evidence)
        evidence.findings += judge_restoration(parts.restorations, disclosures)
    else:
        evidence.add(Code.ATTRIBUTES_DISCLOSED, SKIPPED, "", "the disclosures are gone")
    _check_certificates(parts, evidence)
    evidence.cells, found = judge_cells(statement, parts.cells)
    evidence.findings += found
    if not statement.earlier:  # else the recovery data are another statement's
        _check_recovery(parts, evidence)
    if evidence.disclosures is not None and evidence.disclosures.areas is not None:
        _check_areas(dataset, parts, evidence, evidence.disclosures.areas)
    else:
        _check_frames(dataset, evidence)
    return evidence


def check_signature(parts: SealParts, place: int, key: PublicKey) -> TagEvidence:
    """As `check_statement`, of the signature alone: the last finding says whether it is the key's.

    For a statement that repeats one that was checked.
    """
    sealed, statement = parts.statements[place]
    evidence = TagEvidence(statement, key)
    evidence.add(Code.SIGNER_TRUSTED, PASS)
    evidence.signed = envelope.verify(sealed, key.raw)
    detail = "" if evidence.signed else "it names a trusted key that did not sign it"
    evidence.add(Code.STATEMENT_SIGNATURE, PASS if evidence.signed else FAIL, "", detail)
    return evidence


def _check_attributes(
    dataset: Dataset, disclosures: Disclosures, amended: Amended, evidence: TagEvidence
) -> None:
    """Compare every attribute with the commitment that is in force, and read the claimed time."""
    found = compare_attributes(dataset, disclosures, amended)
    evidence.findings += found.findings
    evidence.redacted = found.redacted
    evidence.attributes, evidence.aspects = found.changes, found.aspects
    time = disclosures.by_path().get(SEAL_TIME)
    if time is not None and time.value is not None and time.consistent():
        evidence.sealed_at = time.value.decode("ascii", "replace")


def _is_listed(disclosures: Disclosures, statement: Statement) -> bool:
    """Tell whether the commitments listed are those that a statement signs, root and number."""
    same = disclosures.root == statement.attribute_root
    return same and len(disclosures.rows) == statement.leaf_count


def _check_seal_values(dataset: Dataset, disclosures: Disclosures, evidence: TagEvidence) -> None:
    """Compare transfer syntax or content with the pseudo leaf that commits to it."""
    rows = disclosures.by_path()
    for path, value in seal_values(dataset, evidence.statement.kind):
        code = Code.PIXELS_MATCH if path == SEAL_SYNTAX else Code.ATTRIBUTES_REST
        row = rows.get(path)
        if row is None or not row.disclosed:
            evidence.add(Code.CHECK_INCOMPLETE, FAIL, path, "it is not committed to, or redacted")
        elif not row.matches(SEAL, value):
            evidence.add(code, FAIL, path, "not what was sealed")


def _check_certificates(parts: SealParts, evidence: TagEvidence) -> None:
    """Find the certificate of each marked frame, and verify it."""
    statement = evidence.statement
    listed = statement.certificate_digests()
    if not listed:
        return
    evidence.required |= MARKS_REQUIRED
    present = {digests.certificate_digest(data): data for data in parts.certificates}
    for frame, digest in listed.items():
        where = f"frame {frame}"
        data = present.get(digest)
        if data is None:
            evidence.add(Code.CERTIFICATE_BOUND, SKIPPED, where, "its certificate is missing")
            continue
        sealed = envelope.parse(data)
        if not envelope.verify(sealed, evidence.key.raw):
            evidence.add(Code.CERTIFICATE_SIGNATURE, FAIL, where)
            continue
        evidence.certificates[frame] = sealed
    complete = len(evidence.certificates) == len(listed)
    if complete:
        evidence.add(Code.CERTIFICATE_SIGNATURE, PASS)
        evidence.add(Code.CERTIFICATE_BOUND, PASS)


def _check_recovery(parts: SealParts, evidence: TagEvidence) -> None:
    """Compare recovery data with the digests in the certificates that were verified."""
    complete = len(evidence.certificates) == evidence.statement.marked_count
    found = judge_recovery(parts.recoveries, evidence.certificates, complete=complete)
    evidence.recovery, findings = found
    evidence.findings += findings


def _check_areas(dataset: Dataset, parts: SealParts, evidence: TagEvidence, areas: Areas) -> None:
    """Compare what is left of frames of which areas were taken out."""
    evidence.required |= AREAS_REQUIRED
    signed = gather_signed(parts, evidence.statement, evidence.cells)
    try:
        covered = check_areas(dataset, signed, areas)
    except CodecUnavailable as error:
        evidence.add(Code.CODEC_MISSING, FAIL, "", str(error))
        return
    evidence.covered, evidence.redacted = covered, True
    evidence.findings += covered.findings
    evidence.differing, evidence.boxes = covered.differing, covered.boxes
    evidence.fractions = covered.fractions


def _check_frames(dataset: Dataset, evidence: TagEvidence) -> None:
    """Compare each frame's digest with the signed one."""
    statement = evidence.statement
    if statement.frames:
        evidence.required |= FRAMES_REQUIRED
    if evidence.master is None:
        evidence.add(Code.PIXELS_MATCH, SKIPPED, "", "the salts are not disclosed")
        return
    kind = codecs.pixel_kind(dataset)
    if kind is not statement.kind:
        now = "there are none" if kind is DigestKind.NONE else "they are in another form"
        evidence.add(Code.PIXELS_MATCH, FAIL, "", f"{statement.kind.name.lower()} sealed, {now}")
        evidence.differing = list(range(statement.frames))
    elif kind is not DigestKind.NONE:
        try:
            _compare_frames(dataset, evidence)
        except CodecUnavailable as error:
            evidence.add(Code.CODEC_MISSING, FAIL, "", str(error))


def _compare_frames(dataset: Dataset, evidence: TagEvidence) -> None:
    """Compare frame by frame, and count. Raises CodecUnavailable."""
    statement, count = evidence.statement, 0
    ids = (statement.seal_id, evidence.master or b"")
    found = frame_digests(dataset, statement.kind, ids, Stage.MARKED)
    for count, (digest,) in enumerate(found, 1):
        if count <= statement.frames and digest != statement.marked_digest(count - 1):
            evidence.differing.append(count - 1)
    same = count == statement.frames
    detail = "" if same else f"{count} instead of {statement.frames}"
    evidence.add(Code.FRAMES_COUNT, PASS if same else FAIL, "", detail)
    for frame in evidence.differing:
        evidence.add(Code.PIXELS_MATCH, FAIL, f"frame {frame}")
    if not evidence.differing:
        evidence.add(Code.PIXELS_MATCH, PASS)


def frame_digests(
    dataset: Dataset, kind: DigestKind, ids: tuple[bytes, bytes], *stages: Stage
) -> Iterator[tuple[bytes, ...]]:
    """Yield the digests of each frame as it is now, one for each of `stages`.

    kind: SAMPLES or CODESTREAM; ids: seal id and master seed. Raises Unreadable,
    CodecUnavailable.
    """
    if kind is DigestKind.SAMPLES:
        for index, frame in enumerate(codecs.frames(dataset)):
            yield tuple(digest_frame(frame, place_of(*ids, index, s), s) for s in stages)
        return
    for index, stream in enumerate(codecs.codestreams(dataset)):
        places = [(stage, place_of(*ids, index, stage)) for stage in stages]
        yield tuple(digests.codestream_digest(s, place, [stream]) for s, place in places)
