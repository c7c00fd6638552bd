"""Verify: what a data set, a file or an export still proves, under which trusted key.

The verb above both houses on the way back. With tags a check costs one hash a frame; the mark in
the samples is read where the tags are gone, do not suffice, are not trusted, or on demand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydicom.dataset import Dataset

from signing.dicom import codecs, part10
from signing.dicom.frames import can_be_marked, frame_reason, padding_range, to_samples
from signing.dicom.geometry import measure
from signing.dicom.problems import Problem, ProblemKind
from signing.errors import CodecUnavailable, SigningError, Unreadable
from signing.exports import is_export, read_export
from signing.sealparts import SealParts, read_seal
from signing.statement import DigestKind
from signing.tagcheck import TagEvidence, check_statement
from signing.trust import Trust
from signing.verdict import (
    Aspect,
    Aspects,
    Code,
    Evidence,
    Finding,
    FrameMap,
    Outcome,
    PixelEvidence,
    Report,
    Scope,
    SignerInfo,
)
from watermark.samples import Samples

if TYPE_CHECKING:
    from signing.proving import FrameProof

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

PIXELS_REQUIRED: Final = frozenset(
    {
        Code.SIGNER_TRUSTED,
        Code.CERTIFICATE_SIGNATURE,
        Code.PIXELS_MARK,
        Code.PIXELS_CLOSING,
        Code.FRAMES_COUNT,
    }
)
"""What the samples alone must prove."""


@dataclass(slots=True)
class PixelProof:
    """What the samples of all frames prove by themselves."""

    findings: list[Finding] = field(default_factory=list)
    marked: int = 0
    """Frames with a trace of a mark."""
    total: int = 0
    proofs: "list[FrameProof]" = field(default_factory=list)
    fraction: float = 0.0
    maps: list[FrameMap] = field(default_factory=list)

    @property
    def first(self) -> "FrameProof | None":
        """The first frame that a trusted key signed."""
        return next((proof for proof in self.proofs if proof.key is not None), None)


def verify(dataset: Dataset, trust: Trust, *, deep: bool = False) -> Report:
    """Return what `dataset` proves under `trust`; it is not changed.

    deep: read the mark in the samples as well as the tags. Never raises for content: a data set
    that cannot be read gives an `unreadable` report.
    """
    return _verify(dataset, (), trust, deep)


def verify_path(path: Path, trust: Trust, *, deep: bool = False) -> Report:
    """Return what the file at `path` proves: DICOM, or an export (.npy, .png, .tif).

    Never raises for content; raises OSError where the file cannot be opened.
    """
    try:
        if is_export(path):
            return _judge_samples([read_export(path)], trust, export=True)
        instance = part10.read(path)
    except Unreadable as error:
        return _unreadable(error)
    except SigningError as error:
        finding = Finding(Code.STRUCTURE_MALFORMED, FAIL, "", str(error))
        return Report((finding,), frozenset())
    return _verify(instance.dataset, instance.problems, trust, deep)


def _verify(dataset: Dataset, problems: Iterable[Problem], trust: Trust, deep: bool) -> Report:
    """As `verify`, with the structural problems of the file that held the data set."""
    structure = [_structural(problem) for problem in problems]
    if structure:
        return Report(tuple(structure), frozenset())
    try:
        parts = read_seal(dataset)
        if not parts.present:
            return _judge_samples(_frames_of(dataset), trust)
        return _judge_tags(dataset, parts, trust, deep)
    except Unreadable as error:
        return _unreadable(error)


def _structural(problem: Problem) -> Finding:
    """Return the finding of a structural problem."""
    kind = ProblemKind.MALFORMED if problem.kind is ProblemKind.PREAMBLE else problem.kind
    return Finding(Code(f"structure.{kind}"), FAIL, problem.where, problem.reason)


def _unreadable(error: Unreadable) -> Report:
    """Return the report of what could not be read."""
    finding = Finding(Code(error.code), FAIL, error.where, error.reason)
    return Report((finding,), frozenset())


def _judge_tags(dataset: Dataset, parts: SealParts, trust: Trust, deep: bool) -> Report:
    """Return the report of a data set that bears a seal block."""
    known = [
        (place, key)
        for place, (_, statement) in enumerate(parts.statements)
        if (key := trust.find(statement.public_key)) is not None
    ]
    if not known:
        return _judge_untrusted(dataset, parts, trust)
    evidence = [check_statement(dataset, parts, place, key) for place, key in known]
    for found in evidence:
        _map_differences(dataset, found)
    findings = [finding for found in evidence for finding in found.findings]
    findings += parts.findings
    if len(parts.statements) > 1:
        findings.append(Finding(Code.SEAL_SEVERAL, PASS, "", f"{len(parts.statements)} statements"))
    return _report_tags(dataset, evidence[0], findings, trust, deep)


def _report_tags(
    dataset: Dataset, first: TagEvidence, findings: list[Finding], trust: Trust, deep: bool
) -> Report:
    """Return the report under the first trusted statement, with the mark read where needed."""
    statement = first.statement
    required, scope, source = first.required, None, Evidence.TAGS
    if statement.reason is not None:
        findings.append(Finding(Code.SEAL_DETACHED, PASS, "", statement.reason.meaning))
    undisclosed = first.master is None and statement.marked_count > 0
    maps, fraction = _maps(first)
    if undisclosed or (deep and statement.marked_count):
        proof = _prove(_frames_of(dataset), trust)
        findings += proof.findings
        source = Evidence.BOTH
        unmarked = len(statement.unmarked)
        if proof.marked + unmarked < statement.frames:
            findings.append(Finding(Code.PIXELS_MARK, FAIL, "", "frames have lost their mark"))
        required = (
            PIXELS_REQUIRED | {Code.STATEMENT_SIGNATURE}
            if undisclosed
            else (required | {Code.PIXELS_MARK, Code.PIXELS_CLOSING})
        )
        scope = Scope.REDACTED if undisclosed else None
        maps, fraction = (maps, fraction) if maps else (tuple(proof.maps), proof.fraction)
    pixels = PixelEvidence(source, fraction, False, maps) if statement.frames else None
    same = not any(
        f.outcome is FAIL and f.code.value.startswith(("pixels.", "frames.")) for f in findings
    )
    aspects = Aspects(
        (Aspect.PASS if same else Aspect.CHANGED) if statement.frames else None,
        first.aspects.geometry,
        first.aspects.display,
        first.aspects.identity,
        first.aspects.rest,
    )
    return Report(
        tuple(findings),
        required,
        scope,
        aspects,
        statement.seal_id.hex(),
        first.sealed_at,
        trust.signer(statement.public_key),
        pixels,
        first.attributes,
    )


def _maps(found: TagEvidence) -> tuple[tuple[FrameMap, ...], float]:
    """Return the altered areas that comparing with the tags gave, and their share."""
    share = sum(found.fractions.values()) / max(1, found.statement.frames)
    return tuple(FrameMap(frame, boxes) for frame, boxes in sorted(found.boxes.items())), share


def _map_differences(dataset: Dataset, found: TagEvidence) -> None:
    """Say where the frames differ whose digest does, as far as certificates tell."""
    wanted = set(found.differing) & set(found.certificates)
    if not wanted or found.master is None:
        return
    from signing.mapping import map_frame

    for index, candidates in enumerate(_frames_of(dataset)):
        if index in wanted and candidates:
            sealed, where = found.certificates[index], f"frame {index}"
            findings, boxes, fraction = map_frame(candidates[0], sealed, found.master, where)
            found.findings += findings
            found.boxes[index], found.fractions[index] = boxes, fraction


def _judge_untrusted(dataset: Dataset, parts: SealParts, trust: Trust) -> Report:
    """Return the report of a data set whose statements no trusted key signed.

    Then the mark in the samples is read: a trusted key's certificate there proves them still,
    whatever stands in the tags.
    """
    findings = list(parts.findings)
    report = _judge_samples(_frames_of(dataset), trust, sealed=True)
    if any(f.code is Code.SIGNER_TRUSTED and f.outcome is PASS for f in report.findings):
        note = Finding(Code.STATEMENT_SIGNATURE, SKIPPED, "", "the statement's key is not trusted")
        return Report(
            (*report.findings, note),
            report.required,
            report.scope,
            report.aspects,
            report.seal_id,
            signer=report.signer,
            pixels=report.pixels,
        )
    signer, seal_id = None, ""
    for _, statement in parts.statements[:1]:
        signer, seal_id = trust.signer(statement.public_key), statement.seal_id.hex()
        findings.append(
            Finding(Code.SIGNER_TRUSTED, FAIL, "", "the statement's key is not trusted")
        )
    broken = [f for f in report.findings if f.code is Code.PIXELS_MARK_BROKEN]
    return Report((*findings, *broken), frozenset(), None, Aspects(), seal_id, "", signer)


def _judge_samples(
    frames: Iterable[list[Samples]], trust: Trust, *, export: bool = False, sealed: bool = False
) -> Report:
    """Return the report of samples alone. sealed: a seal's block was there, though useless."""
    try:
        proof = _prove(frames, trust, single=export)
    except CodecUnavailable as error:
        return Report((Finding(Code.CODEC_MISSING, FAIL, "", str(error)),), frozenset())
    if not proof.marked:
        outcome = PASS if sealed else FAIL
        finding = Finding(Code.SEAL_PRESENT, outcome, "", "" if sealed else "no trace of a seal")
        return Report((finding,), frozenset())
    first = proof.first
    if first is None or first.description is None or first.key is None:
        hint = next((p.key_hint for p in proof.proofs if p.key_hint), b"")
        signer = SignerInfo(hint.hex(), "", "", False) if hint else None
        return Report(tuple(proof.findings), frozenset(), Scope.PIXELS, signer=signer)
    altered = any(f.outcome is FAIL for f in proof.findings)
    return Report(
        tuple(proof.findings),
        PIXELS_REQUIRED,
        Scope.PIXELS,
        Aspects(Aspect.CHANGED if altered else Aspect.PASS),
        first.description.seal_id.hex(),
        "",
        trust.signer(first.key.raw),
        PixelEvidence(Evidence.PIXELS, proof.fraction, False, tuple(proof.maps)),
        geometry="as sealed",
    )


def _prove(frames: Iterable[list[Samples]], trust: Trust, single: bool = False) -> PixelProof:
    """Return what the samples of all frames prove. single: one frame of an instance suffices."""
    from signing.proving import prove_frame

    result = PixelProof()
    share = 0.0
    for index, candidates in enumerate(frames):
        where = f"frame {index}"
        proof = prove_frame(candidates, where, trust)
        result.proofs.append(proof)
        result.marked += proof.marked
        result.findings += proof.findings
        result.total += 1
        share += proof.fraction
        if proof.boxes:
            result.maps.append(FrameMap(index, proof.boxes))
    result.fraction = share / max(1, result.total)
    if result.first is not None:
        result.findings += _judge_order(result, single)
    return result


def _judge_order(result: PixelProof, single: bool) -> Iterator[Finding]:
    """Yield what number and order of the frames say, by what their certificates claim."""
    first = result.first
    if first is None or first.description is None:
        return
    same_seal = all(
        p.description.seal_id == first.description.seal_id
        for p in result.proofs
        if p.description is not None
    )
    in_place = single or all(
        p.description.frame == index
        for index, p in enumerate(result.proofs)
        if p.description is not None
    )
    count = single or first.frames == result.total
    if same_seal and in_place and count:
        yield Finding(Code.FRAMES_COUNT, PASS)
    else:
        detail = "frames are missing, added, moved or of several seals"
        yield Finding(Code.FRAMES_COUNT, FAIL, "", detail)
    for index, proof in enumerate(result.proofs):
        if not proof.marked:
            yield Finding(Code.PIXELS_MARK, SKIPPED, f"frame {index}", "no mark in this frame")


def _frames_of(dataset: Dataset) -> Iterator[list[Samples]]:
    """Yield each frame as the mark may be in it; nothing where no mark can be."""
    geometry = measure(dataset)
    if geometry is None or not can_be_marked(geometry):
        return
    if codecs.pixel_kind(dataset) is not DigestKind.SAMPLES:
        return
    padding = padding_range(dataset, geometry)
    for frame in codecs.frames(dataset):
        # A sample beyond the bits stored is still read, as the wider number that it is: the mark
        # around it tells that it was changed.
        beyond = frame_reason(frame, geometry) is not None
        shape = replace(geometry, stored=geometry.allocated) if beyond else geometry
        yield [to_samples(frame, shape, padding)]


def read_marks(path: Path) -> list[dict[str, object]]:
    """Return what the samples of each frame of a file carry, unverified, as JSON-like facts.

    Raises Unreadable, UnsupportedImage, OSError.
    """
    import watermark

    frames = [read_export(path)] if is_export(path) else _frames_of(part10.read(path).dataset)
    found: list[dict[str, object]] = []
    for index, candidates in enumerate(frames):
        readings = [watermark.extract(samples) for samples in candidates]
        reading = max(readings, key=lambda r: (r.payload is not None, r.valid), default=None)
        if reading is not None and reading.marked:
            found.append(
                {
                    "frame": index,
                    "profile": reading.profile.name if reading.profile else "",
                    "transform": reading.transform.name.lower()
                    if reading.transform is not None
                    else "",
                    "valid_tiles": reading.valid,
                    "payload_bytes": len(reading.payload) if reading.payload is not None else 0,
                }
            )
    return found
