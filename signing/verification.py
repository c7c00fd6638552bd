"""Verify: what a data set, a file or an export still proves, under which trusted key.

The verb above both houses on the way back. With tags a check costs one hash a frame; the mark in
the samples is read where the tags are gone, do not suffice, are not trusted, or on demand.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pydicom.dataset import Dataset

from signing.chains import Standing
from signing.dicom import part10
from signing.dicom.growth import patience_for
from signing.dicom.problems import Problem, ProblemKind
from signing.dicom.quiet import silenced
from signing.digests import certificate_digest, key_id
from signing.envelope import verify as verify_envelope
from signing.errors import CodecUnavailable, SigningError, Unreadable
from signing.evidence.acceptance import accept, case_of_samples, case_of_tags, exempt
from signing.evidence.amendments import Weighing, read_amendments, weigh_amendments
from signing.evidence.custody import (
    choose_origin,
    judge_earlier,
    list_custody,
    order_custody,
    repeats,
)
from signing.evidence.differences import look_closer
from signing.evidence.pixelcheck import PIXELS_REQUIRED, PixelProof, prove_frames, read_frames
from signing.evidence.standing import Signers, assess_signers
from signing.evidence.tagcheck import TagEvidence, check_signature, check_statement
from signing.evidence.timecheck import find_strangers, judge_time
from signing.exports import is_export, read_export
from signing.keys import PublicKey, RecoveryKey, Role
from signing.requirements import DEFAULT, NOWHERE, Requirements, Source
from signing.sealparts import SealParts, read_seal
from signing.statement import Reason, Statement
from signing.trust import Trust, describe_signer
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
)
from watermark.samples import Samples

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED


@dataclass(frozen=True, slots=True)
class _Means:
    """What a check is made with."""

    trust: Trust
    deep: bool
    recovery_key: RecoveryKey | None
    policy: Requirements
    source: Source


@silenced()
def verify(
    dataset: Dataset,
    trust: Trust,
    *,
    deep: bool = False,
    recovery_key: RecoveryKey | None = None,
    policy: Requirements = DEFAULT,
    source: Source = NOWHERE,
) -> Report:
    """Return what `dataset` proves under `trust`; it is not changed.

    deep: read the mark in the samples as well as the tags; recovery_key: compare what differs
    everywhere with the recovery data, to tell a lossy copy from a forged one; policy: what a seal
    must be like to be accepted; source: where the data set comes from, as the caller knows, for
    the policy's exemptions. Never raises for content: a data set that cannot be read gives an
    `unreadable` report.
    """
    return _verify(dataset, (), _Means(trust, deep, recovery_key, policy, source))


@silenced()
def verify_path(
    path: Path,
    trust: Trust,
    *,
    deep: bool = False,
    recovery_key: RecoveryKey | None = None,
    policy: Requirements = DEFAULT,
    source: Source = NOWHERE,
) -> Report:
    """Return what the file at `path` proves: DICOM, or an export (.npy, .png, .tif).

    Options as for `verify`; the path itself is not taken as the source. Never raises for content;
    raises OSError where the file cannot be opened.
    """
    means = _Means(trust, deep, recovery_key, policy, source)
    try:
        if is_export(path):
            report = _judge_samples([read_export(path)], means, export=True)
            return exempt(report, policy, source)
        instance = part10.read(path)
    except Unreadable as error:
        return _unreadable(error)
    except SigningError as error:
        finding = Finding(Code.STRUCTURE_MALFORMED, FAIL, "", str(error))
        return Report((finding,), frozenset())
    return _verify(instance.dataset, instance.problems, means)


def _verify(dataset: Dataset, problems: Iterable[Problem], means: _Means) -> Report:
    """As `verify`, with the structural problems of the file that held the data set."""
    structure = [_structural(problem) for problem in problems]
    if structure:
        return Report(tuple(structure), frozenset())
    try:
        parts = read_seal(dataset)
        if not parts.present:
            patience = patience_for(dataset)
            report = _judge_samples(read_frames(dataset), means, patience=patience)
            return exempt(report, means.policy, means.source)
        return _judge_tags(dataset, parts, means)
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


def _judge_tags(dataset: Dataset, parts: SealParts, means: _Means) -> Report:
    """Return the report of a data set that bears a seal block."""
    signers = assess_signers(parts, means.trust)
    standings = signers.standings
    known = [place for place in order_custody(parts) if standings[place].trusted]
    if not known:
        report = _judge_untrusted(dataset, parts, signers, means)
        return replace(report, custody=list_custody(parts, standings))
    first = choose_origin(known, standings, means.policy.origin)
    places = [first, *(place for place in known if place != first)]
    weigh = _weigh_with(parts, signers, means.policy)
    evidence = _hold_against(dataset, parts, places, standings, weigh)
    lying = [look_closer(dataset, found, means.recovery_key) for found in evidence]
    witnesses = means.trust.witnesses
    times = [
        judge_time(parts.statements[place][0], found.sealed_at, parts, witnesses)
        for place, found in zip(places, evidence, strict=True)
        if found.signed
    ]
    findings = [finding for found in evidence for finding in found.findings]
    # Of the signer that the report is about: a later signature must not make a seal worth less.
    findings += standings[first].findings
    findings += [finding for _, dated in times for finding in dated]
    findings += weigh(first).findings
    findings += [*judge_earlier(parts, known), *find_strangers(parts), *parts.findings]
    if len(parts.statements) > 1:
        findings.append(Finding(Code.SEAL_SEVERAL, PASS, "", f"{len(parts.statements)} statements"))
    report = _report_tags(dataset, evidence[0], findings, replace(means, trust=signers.admitted))
    report = replace(
        report,
        geometry=lying[0] or report.geometry,
        custody=list_custody(parts, standings),
        time=times[0][0] if evidence[0].signed else None,
        amendments=weigh(first).listed,
    )
    return accept(report, means.policy, case_of_tags(dataset, evidence[0], standings[first]))


def _weigh_with(
    parts: SealParts, signers: Signers, policy: Requirements
) -> Callable[[int], Weighing]:
    """Return what weighs the amendments for a statement, by its place; each place once."""
    signed = read_amendments(parts, signers)
    return cache(lambda place: weigh_amendments(parts, place, signed, policy))


def _hold_against(
    dataset: Dataset,
    parts: SealParts,
    places: list[int],
    standings: Sequence[Standing],
    weigh: Callable[[int], Weighing],
) -> list[TagEvidence]:
    """Return what the tags prove under each statement; what is said twice is compared once."""
    found: list[TagEvidence] = []
    for place in places:
        key, statement = standings[place].key, parts.statements[place][1]
        if key is not None:
            said = bool(found) and repeats(statement, found[0].statement)
            if said:
                found.append(check_signature(parts, place, key))
            else:
                found.append(check_statement(dataset, parts, place, key, weigh(place).amended))
    return found


def _report_tags(
    dataset: Dataset, first: TagEvidence, findings: list[Finding], means: _Means
) -> Report:
    """Return the report under the first trusted statement, with the mark read where needed."""
    trust, deep = means.trust, means.deep
    statement = first.statement
    required, scope, source = first.required, None, Evidence.TAGS
    if statement.reason not in (None, Reason.CUSTODY):
        findings.append(Finding(Code.SEAL_DETACHED, PASS, "", statement.reason.meaning))
    maps, fraction = _maps(first)
    having = set(first.recovery)
    covered = _has_areas(first)
    undisclosed = first.master is None and statement.marked_count > 0 and not covered
    deep = deep and not covered  # the mark went with the areas that were taken out
    if undisclosed:
        required, scope = PIXELS_REQUIRED | {Code.STATEMENT_SIGNATURE}, Scope.REDACTED
    elif first.redacted:
        required, scope = required - {Code.ATTRIBUTES_DISCLOSED}, Scope.REDACTED
    if not undisclosed and deep and statement.marked_count:
        required |= {Code.PIXELS_MARK, Code.PIXELS_CLOSING}
    if undisclosed or (deep and statement.marked_count):
        proof = _prove_sealed(dataset, statement, findings, trust, not undisclosed)
        source, having = Evidence.BOTH, having | proof.recoverable
        maps, fraction = (maps, fraction) if maps else (tuple(proof.maps), proof.fraction)
    needed = set(first.differing) or set(statement.certificate_digests())
    recoverable = bool(needed) and needed <= having
    return Report(
        tuple(findings),
        required,
        scope,
        _aspects(first, findings),
        statement.seal_id.hex(),
        first.sealed_at,
        trust.signer(statement.public_key),
        PixelEvidence(source, fraction, recoverable, maps) if statement.frames else None,
        first.attributes,
    )


def _prove_sealed(
    dataset: Dataset, statement: Statement, findings: list[Finding], trust: Trust, matched: bool
) -> PixelProof:
    """Return what the samples prove beside a statement, which knows which carry which mark.

    matched: whether the statement's own digests were compared; else nothing proves a frame that
    carries no mark, and it is not said to.
    """
    unmarked = statement.unmarked if matched else ()
    try:
        proof = prove_frames(read_frames(dataset), trust, unmarked=unmarked)
    except CodecUnavailable as error:
        findings.append(Finding(Code.CODEC_MISSING, FAIL, "", str(error)))
        return PixelProof()
    findings += proof.findings
    listed = statement.certificate_digests()
    for frame, found in enumerate(proof.proofs):
        if found.certificate and certificate_digest(found.certificate) != listed.get(frame):
            detail = "the mark is of another seal than the statement"
            findings.append(Finding(Code.CERTIFICATE_BOUND, FAIL, f"frame {frame}", detail))
    if proof.marked < statement.marked_count:
        findings.append(Finding(Code.PIXELS_MARK, FAIL, "", "frames have lost their mark"))
    return proof


def _has_areas(found: TagEvidence) -> bool:
    """Tell whether areas were taken out of frames, be they compared or not."""
    return found.disclosures is not None and found.disclosures.areas is not None


def _aspects(first: TagEvidence, findings: list[Finding]) -> Aspects:
    """Return one word on each aspect, the samples included."""
    if not first.statement.frames:
        return first.aspects
    changed = any(
        f.outcome is FAIL and f.code.value.startswith(("pixels.", "frames.")) for f in findings
    )
    whole = Aspect.REDACTED if _has_areas(first) else Aspect.PASS
    unchanged = whole if _is_compared(findings) else Aspect.SKIPPED
    return replace(first.aspects, pixels=Aspect.CHANGED if changed else unchanged)


def _is_compared(findings: list[Finding]) -> bool:
    """Tell whether all frames were held against something signed, and none contradicts it."""
    outcomes: dict[Code, set[Outcome]] = {}
    for finding in findings:
        outcomes.setdefault(finding.code, set()).add(finding.outcome)
    ways = ({Code.PIXELS_MATCH}, {Code.PIXELS_CELLS}, {Code.PIXELS_MARK, Code.PIXELS_CLOSING})
    return any(all(outcomes.get(code) == {PASS} for code in way) for way in ways)


def _maps(found: TagEvidence) -> tuple[tuple[FrameMap, ...], float]:
    """Return the altered areas that comparing with the tags gave, and their share."""
    share = sum(found.fractions.values()) / max(1, found.statement.frames)
    redacted = found.covered.redacted if found.covered is not None else {}
    frames = sorted({*found.boxes, *redacted})
    return tuple(
        FrameMap(frame, found.boxes.get(frame, ()), redacted.get(frame, ())) for frame in frames
    ), share


def _judge_untrusted(dataset: Dataset, parts: SealParts, signers: Signers, means: _Means) -> Report:
    """Return the report of a data set whose statements no trusted key signed.

    Then the mark in the samples is read: a trusted key's certificate there proves them still,
    whatever stands in the tags.
    """
    findings = list(parts.findings)
    means = replace(means, trust=signers.trust)
    patience = patience_for(dataset)
    report = _judge_samples(read_frames(dataset), means, sealed=True, patience=patience)
    if any(f.code is Code.SIGNER_TRUSTED and f.outcome is PASS for f in report.findings):
        note = Finding(Code.STATEMENT_SIGNATURE, SKIPPED, "", "the statement's key is not trusted")
        return Report(
            (*report.findings, *parts.findings, note),
            report.required,
            report.scope,
            report.aspects,
            report.seal_id,
            signer=report.signer,
            pixels=report.pixels,
            geometry=report.geometry,
        )
    signer, seal_id = None, ""
    for place, (_, statement) in enumerate(parts.statements):
        standing = signers.standings[place]
        if signer is None:
            signer = describe_signer(key_id(statement.public_key), standing)
            seal_id = statement.seal_id.hex()
        findings += [*_judge_stranger(dataset, parts, place), *standing.findings]
    broken = [f for f in report.findings if f.code is Code.PIXELS_MARK_BROKEN]
    return Report((*findings, *broken), frozenset(), None, Aspects(), seal_id, "", signer)


def _judge_stranger(dataset: Dataset, parts: SealParts, place: int) -> list[Finding]:
    """Return what a statement by a key that is not trusted is worth: whether all agrees with it."""
    sealed, statement = parts.statements[place]
    detail = "the statement's key is not trusted"
    findings = [Finding(Code.SIGNER_TRUSTED, FAIL, "", detail)]
    if not verify_envelope(sealed, statement.public_key):
        detail = "a statement is not signed by the key that it names"
        return [*findings, Finding(Code.ENVELOPE_MALFORMED, FAIL, "", detail)]
    own = PublicKey(statement.public_key, "stranger", Role.ACQUISITION)
    held = check_statement(dataset, parts, place, own)
    agrees = not any(finding.outcome is FAIL for finding in held.findings)
    return [*findings, Finding(Code.SEAL_CONSISTENT, PASS if agrees else FAIL)]


def _judge_samples(
    frames: Iterable[list[Samples]],
    means: _Means,
    *,
    export: bool = False,
    sealed: bool = False,
    patience: int = sys.maxsize,
) -> Report:
    """Return the report of samples alone. sealed: a seal's block was there, though useless."""
    try:
        proof = prove_frames(frames, means.trust, single=export, patience=patience)
    except CodecUnavailable as error:
        return Report((Finding(Code.CODEC_MISSING, FAIL, "", str(error)),), frozenset())
    if not proof.marked:
        outcome = PASS if sealed else FAIL
        finding = Finding(Code.SEAL_PRESENT, outcome, "", "" if sealed else "no trace of a seal")
        return Report((finding,), frozenset())
    first = proof.first
    if first is None or first.description is None or first.key is None:
        hint = next((p.key_hint for p in proof.proofs if p.key_hint), b"")
        signer = describe_signer(hint, means.trust.assess_id(hint)) if hint else None
        return Report(tuple(proof.findings), frozenset(), Scope.PIXELS, signer=signer)
    altered = any(f.outcome is FAIL for f in proof.findings)
    standing = means.trust.assess(first.key.raw)
    report = Report(
        (*proof.findings, *standing.findings),
        PIXELS_REQUIRED,
        Scope.PIXELS,
        Aspects(Aspect.CHANGED if altered else Aspect.PASS),
        first.description.seal_id.hex(),
        "",
        describe_signer(first.key.key_id, standing),
        PixelEvidence(
            Evidence.PIXELS, proof.fraction, proof.needed <= proof.recoverable, tuple(proof.maps)
        ),
        geometry=proof.geometry,
    )
    return accept(report, means.policy, case_of_samples(proof, standing))
