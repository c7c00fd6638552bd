"""Policies on sealed instances: who may seal what, what must be shown, what is exempt."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydicom.dataset import Dataset

from signing import commitments, tagging
from signing.chains import Standing
from signing.evidence.acceptance import Case, accept, case_of_tags, exempt
from signing.evidence.tagcheck import check_statement
from signing.keys import PublicKey, Role
from signing.reasons import Reason
from signing.redaction.release import redact
from signing.requirements import Exemption, Requirements, SignerRule, Source
from signing.sealing import seal
from signing.sealparts import read_seal
from signing.verdict import Code, Finding, Outcome, Report, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import (
    ELEMENT_02,
    STRANGERS,
    TRUST,
    failed,
    sealed,
    stripped,
    without,
)
from tests.signing.strategies import SIGNER

KEY = TRUST.keys[0]
MINE = (KEY.key_id.hex(),)
SOUND = Report((Finding(Code.PIXELS_MATCH, Outcome.PASS),), frozenset({Code.PIXELS_MATCH}))


def judged(dataset: Dataset, **asked: Any) -> Report:
    """Return the report under a policy."""
    return verify(dataset, TRUST, policy=Requirements(**asked))


def case(values: dict[str, str] | None = None, **fields: Any) -> Case:
    """Return a case with these attributes disclosed."""
    known = values or {}
    profiles: tuple[str, ...] = fields.pop("profiles", ("standard",))
    made = Case(Standing(fields.pop("key", KEY)), known.get, 1, lambda: profiles)
    return replace(made, **fields)


def test_a_policy_that_asks_for_nothing_changes_nothing() -> None:
    assert judged(sealed()) == verify(sealed(), TRUST)
    assert accept(SOUND, Requirements(), case()) == SOUND


MODALITY, STATION = "00080060", "00081010"


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ([SignerRule(("CT",), keys=MINE)], Verdict.AUTHENTIC),
        ([SignerRule(("CT",), keys=("00" * 16,))], Verdict.UNTRUSTED),
        ([SignerRule(("MR",), keys=MINE)], Verdict.UNTRUSTED),
        ([SignerRule(("MR",)), SignerRule(keys=MINE)], Verdict.AUTHENTIC),
        ([SignerRule(("CT",), roles=(Role.AI,)), SignerRule()], Verdict.UNTRUSTED),
        ([SignerRule(), SignerRule(("CT",), roles=(Role.AI,))], Verdict.AUTHENTIC),
        ([SignerRule(authorities=("ab" * 32,))], Verdict.UNTRUSTED),
    ],
)
def test_the_first_rule_for_the_sealed_modality_decides(
    rules: list[SignerRule], verdict: Verdict
) -> None:
    report = judged(sealed(), signers=tuple(rules))
    assert report.verdict is verdict
    assert (Code.POLICY_SIGNER in failed(report)) is (verdict is Verdict.UNTRUSTED)


def test_a_rule_for_a_station_asks_for_the_sealed_station() -> None:
    policy = Requirements(signers=(SignerRule(("CT",), ("CT-1",), keys=MINE),))
    known = accept(SOUND, policy, case({MODALITY: "CT", STATION: "CT-1"}))
    assert known.verdict is Verdict.AUTHENTIC
    other = accept(SOUND, policy, case({MODALITY: "CT", STATION: "CT-2"}))
    assert other.verdict is Verdict.UNTRUSTED
    hidden = accept(SOUND, policy, case({MODALITY: "CT"}))
    assert hidden.verdict is Verdict.UNDECIDED
    elsewhere = accept(SOUND, policy, case({MODALITY: "MR"}))
    assert elsewhere.verdict is Verdict.UNTRUSTED


def test_what_a_file_says_of_its_modality_is_not_believed() -> None:
    """A changed Modality is no proof of another one, nor is one that was redacted."""
    dataset = sealed()
    dataset.Modality = "MR"
    policy = Requirements(signers=(SignerRule(("MR",), keys=MINE),))
    parts = read_seal(dataset)
    found = case_of_tags(dataset, check_statement(dataset, parts, 0, KEY), Standing(KEY))
    assert found.value(MODALITY) is None
    assert accept(SOUND, policy, found).verdict is Verdict.UNDECIDED
    assert verify(dataset, TRUST, policy=policy).verdict is Verdict.ALTERED


def test_the_samples_alone_have_no_modality() -> None:
    for bare in (stripped(sealed()), without(sealed(), ELEMENT_02)):
        assert judged(bare, signers=(SignerRule(keys=MINE),)).verdict is Verdict.PARTIAL
        ruled = judged(bare, signers=(SignerRule(("CT",), keys=MINE),))
        assert ruled.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("make", [sealed, lambda: stripped(sealed())])
def test_only_some_roles_prove_origin(make: Callable[[], Dataset]) -> None:
    report = judged(make(), origin=(Role.ARCHIVE, Role.GATEWAY))
    assert report.verdict is Verdict.UNTRUSTED
    assert Code.POLICY_ROLE in failed(report)
    assert judged(make(), origin=(Role.ACQUISITION,)).verdict in (
        Verdict.AUTHENTIC,
        Verdict.PARTIAL,
    )


def test_what_must_be_disclosed_must_be_there() -> None:
    asked = ("00100020", "00080060")
    assert judged(sealed(), disclosed=asked).verdict is Verdict.AUTHENTIC
    gone = judged(without(sealed(), ELEMENT_02), disclosed=asked)
    assert gone.verdict is Verdict.UNDECIDED
    where = [f.where for f in gone.findings if f.code is Code.POLICY_DISCLOSED]
    assert where == ["(0010,0020)", "(0008,0060)"]
    redacted = judged(redact(sealed(), ["PatientID"]), disclosed=asked)
    assert redacted.verdict is Verdict.UNDECIDED
    where = [f.where for f in redacted.findings if f.code is Code.POLICY_DISCLOSED]
    assert where == ["(0010,0020)"]


def test_an_attribute_that_was_not_there_is_disclosed() -> None:
    assert "AccessionNumber" not in sealed()
    assert judged(sealed(), disclosed=("00080050",)).verdict is Verdict.AUTHENTIC


def test_an_attribute_that_is_committed_to_as_absent_is_disclosed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ours writes no such leaf; another writer of a trusted key may."""

    def with_absent(values: Any, randomness: Any) -> Any:
        return commitments.commit([*values, ("00080050", "absent", b"")], randomness)

    monkeypatch.setattr(tagging, "commit", with_absent)
    dataset = seal(images.make("monochrome2-12"), SIGNER, profile="detached")
    assert "00080050" in read_seal(dataset).disclosures[0].by_path()
    assert judged(dataset, disclosed=("00080050",)).verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize(
    ("sealed_as", "least", "enough"),
    [
        ("standard", "light", True),
        ("standard", "standard", True),
        ("standard", "full", False),
        ("full", "full", True),
        ("detached", "detached", True),
        ("detached", "light", False),
    ],
)
def test_the_mark_must_be_strong_enough(sealed_as: str, least: str, enough: bool) -> None:
    report = judged(sealed(profile=sealed_as), least_profile=least)
    assert report.verdict is (Verdict.AUTHENTIC if enough else Verdict.UNDECIDED)
    assert (Code.POLICY_PROFILE in failed(report)) is not enough


def test_the_mark_must_be_strong_enough_in_the_samples_alone() -> None:
    bare = stripped(sealed())
    assert judged(bare, least_profile="standard").verdict is Verdict.PARTIAL
    assert judged(bare, least_profile="full").verdict is Verdict.UNDECIDED


def test_no_mark_is_enough_for_the_reasons_that_are_listed() -> None:
    dataset = sealed("lossy")
    assert judged(dataset, least_profile="light").verdict is Verdict.UNDECIDED
    for reason, verdict in [
        (Reason.LOSSY, Verdict.AUTHENTIC),
        (Reason.SMALL, Verdict.UNDECIDED),
    ]:
        assert judged(dataset, least_profile="light", detached=(reason,)).verdict is verdict


def test_what_has_no_frames_has_no_mark_to_ask_for() -> None:
    assert judged(sealed("no-pixels"), least_profile="full").verdict is Verdict.AUTHENTIC


def test_every_frame_counts_unless_unmarked_ones_are_accepted() -> None:
    mixed = case(frames=3, profiles=("full", "standard"))
    for accepted, verdict in [(False, Verdict.UNDECIDED), (True, Verdict.AUTHENTIC)]:
        policy = Requirements(least_profile="standard", unmarked_frames=accepted)
        assert accept(SOUND, policy, mixed).verdict is verdict
    weak = Requirements(least_profile="full", unmarked_frames=True)
    assert accept(SOUND, weak, mixed).verdict is Verdict.UNDECIDED
    bare = case(frames=3, profiles=(), reason=Reason.MIXED)
    loose = Requirements(least_profile="light", unmarked_frames=True)
    assert accept(SOUND, loose, bare).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("outcome", "field", "default"),
    [
        (Outcome.FAIL, "outdated_lists", Verdict.UNDECIDED),
        (Outcome.SKIPPED, "missing_lists", Verdict.AUTHENTIC),
    ],
)
def test_lists_that_are_old_or_missing_are_judged_by_the_policy(
    outcome: Outcome, field: str, default: Verdict
) -> None:
    told = replace(SOUND, findings=(*SOUND.findings, Finding(Code.SIGNER_LISTS, outcome)))
    answers = {True: Verdict.AUTHENTIC, False: Verdict.UNDECIDED}
    assert accept(told, Requirements(), case()).verdict is default
    for accepted, verdict in answers.items():
        asked: dict[str, Any] = {field: accepted}
        policy = Requirements(**asked)
        assert accept(told, policy, case()).verdict is verdict


EXEMPT = Requirements(
    exemptions=(Exemption("old/**", "", "too old"), Exemption("", "SENDER", "cannot seal"))
)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (Source("old/a.dcm"), "too old"),
        (Source("x", "SENDER"), "cannot seal"),
        (Source("new/a.dcm"), ""),
        (Source(), ""),
    ],
)
def test_an_unsealed_instance_is_exempt_by_its_source_only(source: Source, reason: str) -> None:
    dataset = images.make("monochrome2-12")
    # What a file says of itself, its Source AE Title (0002,0016) too, is not asked.
    dataset.file_meta.SourceApplicationEntityTitle = "SENDER"
    report = verify(dataset, TRUST, policy=EXEMPT, source=source)
    assert report.verdict is Verdict.UNSEALED
    assert (report.exempt, report.exit_code) == (reason, 0 if reason else 3)
    passed = {f.code: f.detail for f in report.findings if f.outcome is Outcome.PASS}
    assert passed == ({Code.POLICY_EXEMPT: reason} if reason else {})


def test_what_bears_a_seal_is_never_exempt() -> None:
    source = Source("old/a.dcm", "SENDER")
    changed = sealed()
    changed.PatientID = "another"
    for dataset, trust, verdict in [
        (changed, TRUST, Verdict.ALTERED),
        (sealed(), STRANGERS, Verdict.UNTRUSTED),
        (stripped(sealed()), TRUST, Verdict.PARTIAL),
    ]:
        report = verify(dataset, trust, policy=EXEMPT, source=source)
        assert report.verdict is verdict
        assert (report.exempt, report.exit_code == 0) == ("", False)
    assert exempt(SOUND, EXEMPT, source) == SOUND


def test_a_stranger_is_not_held_to_the_policy() -> None:
    policy = Requirements(disclosed=("00204000",), origin=(Role.AI,))
    report = verify(sealed(), STRANGERS, policy=policy)
    assert not any(f.code.value.startswith("policy.") for f in report.findings)


def test_the_key_of_the_statement_is_the_one_that_is_judged() -> None:
    archive = PublicKey(KEY.raw, "archive", Role.ARCHIVE)
    policy = Requirements(origin=(Role.ACQUISITION,))
    assert accept(SOUND, policy, case(key=archive)).verdict is Verdict.UNTRUSTED


def test_what_was_taken_out_of_frames_took_the_mark_along() -> None:
    copy = redact(sealed(), boxes=[(0, 40, 40, 8, 8)])
    assert judged(copy).verdict is Verdict.PARTIAL
    report = judged(copy, least_profile="light")
    assert report.verdict is Verdict.UNDECIDED
    assert failed(report) == {Code.POLICY_PROFILE}
