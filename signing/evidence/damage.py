"""What of an image is damaged, and the signed recovery data that mend it.

Evidence comes from the tags where a trusted key's statement is whole, else from the samples alone.
Whatever is handed on was named by a certificate whose signature by a trusted key was verified.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pydicom.dataset import Dataset

from signing.certificate import Certificate
from signing.digests import certificate_digest
from signing.errors import NotAuthentic, NotRecoverable, NotSealed
from signing.evidence.mapping import Witness, map_frame
from signing.evidence.pixelcheck import read_frames
from signing.evidence.placing import Finder
from signing.evidence.proving import FrameProof, prove_frame
from signing.evidence.standing import assess_signers
from signing.evidence.tagcheck import TagEvidence, check_statement
from signing.evidence.turning import Turner
from signing.sealparts import SealParts, read_seal
from signing.trust import Trust
from signing.verdict import Box, Code, Finding, Outcome, Report, Scope
from watermark.description import Description
from watermark.samples import Samples

PASS, FAIL = Outcome.PASS, Outcome.FAIL

_INSTANCE_UID: Final = "00080018"
"""Path of the commitment to SOP Instance UID."""


@dataclass(frozen=True, slots=True)
class Damage:
    """One frame that differs from what was sealed."""

    frame: int
    choice: int
    """Which interpretation of the samples is the sealed one."""
    description: Description
    """As signed."""
    boxes: tuple[Box, ...]
    """Areas that differ, one at least."""
    recovery: bytes = field(repr=False)
    """Recovery data; their digest is the signed one."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found of one image."""

    damages: tuple[Damage, ...]
    """Frames that differ, ascending; all can be mended."""
    frames: int
    """Frames that were looked at."""
    notices: tuple[str, ...] = ()
    """What the user should know."""


def assess(dataset: Dataset, trust: Trust) -> Assessment:
    """Return what is damaged of an instance.

    Raises NotSealed without a trace of a seal, NotAuthentic where no trusted key signed, and
    NotRecoverable where damage cannot be located, or a damaged frame has no signed recovery data;
    Unreadable, CodecUnavailable.
    """
    parts = read_seal(dataset)
    listed: dict[int, bytes] | None = None
    findings: list[Finding] = []
    signers = assess_signers(parts, trust)
    for place, (_, statement) in enumerate(parts.statements):
        standing = signers.standings[place]
        if statement.earlier or standing.key is None or not standing.trusted:
            continue
        evidence = check_statement(dataset, parts, place, standing.key)
        findings += evidence.findings
        if not _has(evidence.findings, Code.STATEMENT_SIGNATURE, PASS):
            continue
        if evidence.covered is not None:
            raise NotRecoverable("areas were taken out of it, and the recovery data with them")
        if not _is_foreign(evidence) and evidence.master is not None:
            return _assess_tags(dataset, evidence, signers.admitted)
        if evidence.attributes is None or _hides_instance(evidence):
            listed = statement.certificate_digests()
    reading = _Reading(signers.trust, exported=False, listed=listed)
    reading.read(read_frames(dataset))
    return reading.judge(parts, findings)


def assess_export(candidates: list[Samples], trust: Trust) -> Assessment:
    """Return what is damaged of exported samples, under any interpretation; raises as `assess`."""
    reading = _Reading(trust, exported=True, listed=None)
    reading.read([candidates])
    return reading.judge(SealParts(), [])


def _is_foreign(evidence: TagEvidence) -> bool:
    """Tell whether a statement is of another instance: its picture must not be filled in here.

    So is one that cannot be held against this instance's UID: unproved is not ours.
    """
    changes = evidence.attributes
    if changes is None or not _has(evidence.findings, Code.ATTRIBUTES_ROOT, PASS):
        return True
    unlike = (*changes.changed, *changes.removed, *changes.redacted, *changes.replaced)
    return _INSTANCE_UID in unlike or _has(evidence.findings, Code.ATTRIBUTES_ROOT, FAIL)


def _hides_instance(evidence: TagEvidence) -> bool:
    """Tell whether it is not known of which instance a statement is: the samples may tell."""
    changes = evidence.attributes
    return changes is not None and _INSTANCE_UID in (*changes.redacted, *changes.replaced)


def _has(findings: Iterable[Finding], code: Code, outcome: Outcome) -> bool:
    """Tell whether there is such a finding."""
    return any(f.code is code and f.outcome is outcome for f in findings)


def _assess_tags(dataset: Dataset, evidence: TagEvidence, trust: Trust) -> Assessment:
    """Return what is damaged under a verified statement and its seed."""
    statement, notices = evidence.statement, _notices(evidence)
    if _has(evidence.findings, Code.FRAMES_COUNT, FAIL):
        raise NotRecoverable("frames are missing, or there are more than were sealed")
    if _has(evidence.findings, Code.PIXELS_MATCH, PASS):
        return Assessment((), statement.frames, notices)
    master = evidence.master or b""
    witness = Witness(statement.seal_id, master, evidence.cells, evidence.recovery)
    comparing, damages = _Comparing(evidence, witness, trust), []
    for index, candidates in enumerate(read_frames(dataset)):
        if index in evidence.differing:
            damages.append(comparing.assess(candidates, index))
    if len(damages) != len(evidence.differing) or not damages:
        raise NotRecoverable("the samples are not in the form that was sealed")
    return Assessment(tuple(damages), statement.frames, notices)


def _notices(evidence: TagEvidence) -> tuple[str, ...]:
    """Return which attributes are not as sealed: the result will carry them all the same."""
    changes = evidence.attributes
    tags = (*changes.changed, *changes.added, *changes.removed) if changes else ()
    return (f"attributes that are not as sealed: {', '.join(sorted(tags))}",) if tags else ()


@dataclass(slots=True)
class _Comparing:
    """Compares the frames of one instance with what its tags prove."""

    evidence: TagEvidence
    witness: Witness
    trust: Trust
    turner: Turner = field(default_factory=Turner)
    finder: Finder = field(default_factory=Finder)

    def assess(self, candidates: list[Samples], index: int) -> Damage:
        """Return the damage of one frame whose digest differs. Raises NotRecoverable."""
        where, sealed = f"frame {index}", self.evidence.certificates.get(index)
        if index in self.evidence.statement.unmarked:
            raise NotRecoverable(f"{where} was sealed without a mark, so it has no recovery data")
        if sealed is None:
            raise NotRecoverable(f"the certificate of {where} is gone")
        laid = self.turner.lay_back(candidates[0], sealed, self.witness, index)
        if laid is not None and laid.words:
            raise NotRecoverable(f"{where} lies otherwise than it was sealed: {laid.words}")
        mapped = map_frame(candidates[0], sealed, self.witness, index)
        _refuse_misfit(mapped.findings, where)
        if not mapped.boxes:
            raise NotRecoverable(f"{where} was changed in a way that is not located")
        recovery = self.witness.recovery.get(index) or self._carried(candidates, index)
        description = Description.decode(Certificate.decode(sealed.payload).description)
        return Damage(index, 0, description, mapped.boxes, _required(recovery, where))

    def _carried(self, candidates: list[Samples], index: int) -> bytes:
        """Return the recovery data in the samples, if they are of the statement's certificate."""
        carried = prove_frame(candidates, f"frame {index}", self.trust, finder=self.finder)
        listed = self.evidence.statement.certificate_digests().get(index)
        if carried.certificate and certificate_digest(carried.certificate) == listed:
            return carried.recovery
        return b""


def _refuse_misfit(findings: Iterable[Finding], where: str) -> None:
    """Raise NotRecoverable where a frame could not be compared."""
    for finding in findings:
        if finding.code in (Code.PIXELS_GEOMETRY, Code.CHECK_INCOMPLETE):
            raise NotRecoverable(f"{where}: {finding.detail}")


def _required(recovery: bytes, where: str) -> bytes:
    """Return recovery data, which must be there."""
    if not recovery:
        raise NotRecoverable(f"{where} has no recovery data")
    return recovery


@dataclass(slots=True)
class _Reading:
    """What the samples prove by themselves, gathered frame by frame."""

    trust: Trust
    exported: bool
    listed: dict[int, bytes] | None
    """Digests of the certificates that a verified statement lists; None without one."""
    damages: list[Damage] = field(default_factory=list)
    places: list[tuple[bytes, int, int, int]] = field(default_factory=list)
    """Seal id, frame and number of frames as signed, and the frame as it lies, of each mark."""
    refused: list[Finding] = field(default_factory=list)
    """Marks that no trusted key signed."""
    total: int = 0
    finder: Finder = field(default_factory=Finder)

    def read(self, frames: Iterable[list[Samples]]) -> None:
        """Read every frame. Raises NotRecoverable."""
        for index, candidates in enumerate(frames):
            self.total += 1
            where = f"frame {index}"
            proof = prove_frame(
                candidates, where, self.trust, exported=self.exported, finder=self.finder
            )
            if proof.description is not None:
                self._take(proof, proof.description, index)
            elif proof.marked:
                self.refused += proof.findings

    def _take(self, proof: FrameProof, description: Description, index: int) -> None:
        """Note one frame that a trusted key signed."""
        where = f"frame {index}"
        if self.listed is not None and (
            certificate_digest(proof.certificate) != self.listed.get(index)
        ):
            raise NotRecoverable(f"the mark of {where} is of another seal than the statement")
        _refuse_misfit(proof.findings, where)
        self.places.append((description.seal_id, description.frame, proof.frames, index))
        if all(finding.outcome is not FAIL for finding in proof.findings):
            return
        if not proof.boxes:
            raise NotRecoverable(f"{where} was changed in a way that is not located")
        recovery = _required(proof.recovery, where)
        self.damages.append(Damage(index, proof.choice, description, proof.boxes, recovery))

    def judge(self, parts: SealParts, findings: list[Finding]) -> Assessment:
        """Return the assessment of all frames. findings: what the tags, if any, proved."""
        broken = [f for f in self.refused if f.code is Code.PIXELS_MARK_BROKEN]
        if broken:
            raise NotRecoverable(f"{broken[0].where}: {broken[0].detail}")
        if not self.places:
            self._refuse(parts, findings)
        if self.refused:
            raise NotRecoverable(f"the mark of {self.refused[0].where} is by no trusted key")
        seals = {(seal_id, frames) for seal_id, _, frames, _ in self.places}
        moved = any(frame != index for _, frame, _, index in self.places)
        whole = self.exported or (not moved and self.places[0][2] == self.total)
        if len(seals) != 1 or not whole:
            raise NotRecoverable("frames are missing, added, moved or of several seals")
        bare = self.total - len(self.places)
        if bare and not self.damages and self.listed is None:
            raise NotRecoverable(
                f"{bare} of {self.total} frames carry no mark; nothing proves them"
            )
        kept = f"{bare} of {self.total} frames carry no mark; they are kept as they are"
        notices = [kept] if bare else []
        if not self.exported:
            notices.append("the samples are proved, the attributes are not")
        return Assessment(tuple(self.damages), self.total, tuple(notices))

    def _refuse(self, parts: SealParts, findings: list[Finding]) -> None:
        """Raise why nothing by a trusted key was read."""
        if self.listed is not None:
            raise NotRecoverable("the samples carry no mark, and the tags do not suffice")
        if not parts.present and not self.refused:
            raise NotSealed
        untrusted = Finding(Code.SIGNER_TRUSTED, FAIL, "", "no trusted key")
        reasons = (*findings, *self.refused) or (untrusted,)
        raise NotAuthentic(Report(reasons, frozenset(), Scope.PIXELS))
