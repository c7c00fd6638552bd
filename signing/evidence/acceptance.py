"""Hold a report against the policy of a house: who may seal what, and what a seal must show.

What an instance is, is taken from what was sealed and is disclosed and equal; where it comes
from, from the caller. Nothing that an unsealed file says of itself is looked at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pydicom.dataset import Dataset

from signing.certificate import Certificate
from signing.chains import Standing
from signing.commitments import ABSENT
from signing.dicom.quiet import silenced
from signing.errors import Malformed
from signing.evidence.pixelcheck import PixelProof
from signing.evidence.tagcheck import TagEvidence
from signing.keyfile import Role
from signing.reasons import Reason
from signing.requirements import PROFILES, Requirements, Source
from signing.verdict import Code, Finding, Outcome, Report, Verdict

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED

MODALITY: Final = "00080060"
STATION: Final = "00081010"


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of one sealed instance, by its signer's own signature."""

    standing: Standing
    """What the trust store says of the signer."""
    value: Callable[[str], str | None]
    """Value of an attribute by tag, as sealed; "" for absent, None where it is not disclosed."""
    frames: int
    """Frames that are proved."""
    profiles: Callable[[], tuple[str, ...]]
    """Gives the profile of the mark of each of those that carry one."""
    reason: Reason | None = None
    """Why none does."""


def case_of_tags(dataset: Dataset, evidence: TagEvidence, standing: Standing) -> Case:
    """Return what the tags prove, under the statement that the report is about."""
    statement = evidence.statement

    def value(tag: str) -> str | None:
        return _sealed_value(dataset, evidence, tag)

    def profiles() -> tuple[str, ...]:
        if evidence.covered is not None:  # the mark went with the areas that were taken out
            return ()
        return tuple(_profile(sealed.payload) for sealed in evidence.certificates.values())

    return Case(standing, value, statement.frames, profiles, statement.reason)


def case_of_samples(proof: PixelProof, standing: Standing) -> Case:
    """Return what the samples prove by themselves: nothing of attributes."""
    found = [p.description.profile for p in proof.proofs if p.description is not None]
    profiles = tuple(profile.name for profile in found)
    return Case(standing, lambda _: None, proof.total, lambda: profiles)


def _sealed_value(dataset: Dataset, evidence: TagEvidence, tag: str) -> str | None:
    """Return an attribute's value where it is the sealed one, None where that is unproved."""
    changes = evidence.attributes
    if evidence.disclosures is None or changes is None:
        return None
    row = evidence.disclosures.by_path().get(tag)
    unlike = {*changes.changed, *changes.added, *changes.removed, *changes.replaced}
    if tag in (MODALITY, STATION):
        unlike |= {*changes.amended}  # whoever amends it must not choose the rule that is for it
    if tag in unlike or (row is not None and not row.disclosed):
        return None
    if row is None:  # paths are under the root: what has none was not there
        return ""
    if row.type == ABSENT:  # the commitment is to just that
        return ""
    with silenced():
        return str(dataset[int(tag, 16)].value).strip(" \0")


def _profile(claims: bytes) -> str:
    """Return the profile that a verified certificate describes; the weakest where none is read."""
    from watermark.description import Description
    from watermark.errors import MalformedDescription

    try:
        return Description.decode(Certificate.decode(claims).description).profile.name
    except (Malformed, MalformedDescription):
        return PROFILES[0]


def accept(report: Report, policy: Requirements, case: Case) -> Report:
    """Return the report with what the policy says of a seal by a trusted key."""
    findings = [
        *_judge_role(policy, case),
        *_judge_signer(policy, case),
        *_judge_disclosed(policy, case),
        *_judge_profile(policy, case),
    ]
    required = {finding.code for finding in findings} | _needed_lists(report, policy)
    return replace(
        report,
        findings=(*report.findings, *findings),
        required=report.required | required,
    )


def exempt(report: Report, policy: Requirements, source: Source) -> Report:
    """Return the report with the policy's answer to a missing seal; any other as it is."""
    if report.verdict is not Verdict.UNSEALED:
        return report
    rule = next((rule for rule in policy.exemptions if rule.covers(source)), None)
    if rule is None:
        return report
    finding = Finding(Code.POLICY_EXEMPT, PASS, "", rule.reason)
    return replace(report, findings=(*report.findings, finding), exempt=rule.reason)


def _needed_lists(report: Report, policy: Requirements) -> set[Code]:
    """Return the code of revocation lists where the policy does not do without one that failed."""
    accepted = {FAIL: policy.outdated_lists, SKIPPED: policy.missing_lists}
    found = [f.outcome for f in report.findings if f.code is Code.SIGNER_LISTS]
    refused = any(not accepted.get(outcome, True) for outcome in found)
    return {Code.SIGNER_LISTS} if refused else set()


def _judge_role(policy: Requirements, case: Case) -> Iterator[Finding]:
    """Yield whether the signer's role proves origin, where the policy restricts that."""
    key = case.standing.key
    if key is not None and set(policy.origin) != set(Role):
        outcome = PASS if key.role in policy.origin else FAIL
        yield Finding(Code.POLICY_ROLE, outcome, "", f"its role is {key.role}")


def _judge_signer(policy: Requirements, case: Case) -> Iterator[Finding]:
    """Yield whether the first rule for an instance permits its signer, where there are rules."""
    key, authority = case.standing.key, case.standing.authority
    if not policy.signers or key is None:
        return
    for place, rule in enumerate(policy.signers):
        modality = case.value(MODALITY) if rule.modality else None
        matched = rule.matches(modality, case.value(STATION) if rule.station else None)
        where = f"rule {place}"
        if matched is None:
            detail = "modality or station is not disclosed, or was not sealed"
            yield Finding(Code.POLICY_SIGNER, SKIPPED, where, detail)
            return
        if matched:
            permitted = rule.permits(key, authority)
            detail = "" if permitted else "it does not permit this signer"
            yield Finding(Code.POLICY_SIGNER, PASS if permitted else FAIL, where, detail)
            return
    yield Finding(Code.POLICY_SIGNER, FAIL, "", "no rule is for this modality and station")


def _judge_disclosed(policy: Requirements, case: Case) -> Iterator[Finding]:
    """Yield which attributes are not disclosed that the policy asks for."""
    hidden = [tag for tag in policy.disclosed if case.value(tag) is None]
    for tag in hidden:
        yield Finding(Code.POLICY_DISCLOSED, FAIL, f"({tag[:4]},{tag[4:]})")
    if policy.disclosed and not hidden:
        yield Finding(Code.POLICY_DISCLOSED, PASS)


def _judge_profile(policy: Requirements, case: Case) -> Iterator[Finding]:
    """Yield whether the frames carry a mark that is strong enough, where there are frames."""
    least = PROFILES.index(policy.least_profile)
    if not least or not case.frames or (case.reason is not None and case.reason in policy.detached):
        return
    profiles = case.profiles()
    weakest = min(map(PROFILES.index, profiles), default=0)
    bare = case.frames - len(profiles)
    if bare and not (policy.unmarked_frames and profiles):
        yield Finding(Code.POLICY_PROFILE, FAIL, "", f"{bare} frames carry no mark")
    elif weakest < least:
        yield Finding(Code.POLICY_PROFILE, FAIL, "", f"the mark is {PROFILES[weakest]}")
    else:
        yield Finding(Code.POLICY_PROFILE, PASS)
