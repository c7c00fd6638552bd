"""Laws of codes, verdicts and exit codes."""

import itertools
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.codes import CODES, Code, CodeKind
from signing.errors import NotAuthentic
from signing.verdict import Finding, Outcome, Report, Scope, Verdict, exit_code, worst

REQUIRED = frozenset({Code.SIGNER_TRUSTED, Code.PIXELS_MATCH})
PASSED = tuple(Finding(code, Outcome.PASS) for code in sorted(REQUIRED))
FINDINGS = st.builds(Finding, st.sampled_from(Code), st.sampled_from(Outcome))
REPORTS = st.builds(
    Report,
    st.lists(FINDINGS, max_size=8).map(tuple),
    st.frozensets(st.sampled_from(Code), max_size=3),
    st.sampled_from([None, *Scope]),
)
BY_KIND = {
    CodeKind.STRUCTURE: Verdict.UNREADABLE,
    CodeKind.CONTRADICTION: Verdict.ALTERED,
    CodeKind.PRESENCE: Verdict.UNSEALED,
    CodeKind.TRUST: Verdict.UNTRUSTED,
    CodeKind.AVAILABILITY: Verdict.UNDECIDED,
    CodeKind.INFORMATION: Verdict.AUTHENTIC,
}


def test_everything_required_and_passed_is_authentic() -> None:
    assert Report(PASSED, REQUIRED).verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize("scope", Scope)
def test_everything_required_and_passed_within_a_scope_is_partial(scope: Any) -> None:
    assert Report(PASSED, REQUIRED, scope).verdict is Verdict.PARTIAL


def test_an_empty_report_is_undecided() -> None:
    assert Report((), frozenset()).verdict is Verdict.UNDECIDED
    assert Report(PASSED, frozenset()).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("code", sorted(REQUIRED))
def test_what_did_not_run_has_not_passed(code: Any) -> None:
    missing = tuple(f for f in PASSED if f.code != code)
    assert Report(missing, REQUIRED).verdict is Verdict.UNDECIDED
    skipped = Finding(code, Outcome.SKIPPED, "frame 2")
    assert Report((*PASSED, skipped), REQUIRED).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("code", Code)
def test_a_failed_code_does_to_the_verdict_what_its_kind_says(code: Any) -> None:
    required = REQUIRED - {code}
    report = Report((*PASSED, Finding(code, Outcome.FAIL)), required)
    assert report.verdict is BY_KIND[code.kind]


@pytest.mark.parametrize("code", [c for c in Code if c.kind is CodeKind.INFORMATION])
def test_failed_information_that_is_required_is_undecided(code: Any) -> None:
    findings = (*PASSED, Finding(code, Outcome.FAIL))
    assert Report(findings, REQUIRED | {code}).verdict is Verdict.UNDECIDED


def test_the_kinds_outrank_each_other_in_one_order() -> None:
    kinds = [kind for kind in BY_KIND if kind is not CodeKind.INFORMATION]
    code = {kind: next(c for c in Code if c.kind is kind) for kind in kinds}
    for first, second in itertools.combinations(kinds, 2):
        for pair in ((first, second), (second, first)):
            findings = tuple(Finding(code[kind], Outcome.FAIL) for kind in pair)
            assert Report(PASSED + findings, REQUIRED).verdict is BY_KIND[first]


@given(REPORTS)
@settings(derandomize=True, max_examples=500)
def test_only_a_full_proof_is_authentic(report: Any) -> None:
    passed = {f.code for f in report.findings if f.outcome is Outcome.PASS}
    if report.verdict is Verdict.AUTHENTIC:
        assert report.required
        assert report.required <= passed
        assert report.scope is None
        assert all(
            f.code.kind is CodeKind.INFORMATION
            for f in report.findings
            if f.outcome is Outcome.FAIL
        )


@given(REPORTS, FINDINGS.filter(lambda f: f.outcome is not Outcome.PASS))
@settings(derandomize=True, max_examples=500)
def test_bad_news_never_turns_another_verdict_into_authentic(report: Any, bad: Any) -> None:
    more = Report((*report.findings, bad), report.required, report.scope)
    if more.verdict is Verdict.AUTHENTIC:
        assert report.verdict is Verdict.AUTHENTIC


def test_a_report_is_not_a_bool() -> None:
    with pytest.raises(TypeError, match="not a bool"):
        bool(Report(PASSED, REQUIRED))


def test_require_raises_with_the_report_unless_authentic() -> None:
    Report(PASSED, REQUIRED).require()
    partial = Report(PASSED, REQUIRED, Scope.PIXELS)
    with pytest.raises(NotAuthentic, match="not authentic: partial") as caught:
        partial.require()
    assert pickle.loads(pickle.dumps(caught.value)).report == partial  # noqa: S301 - our own bytes


def test_every_code_has_a_kind_and_a_meaning_of_one_line() -> None:
    assert list(CODES) == list(Code)
    for code in Code:
        assert "\n" not in code.meaning
        assert code.meaning[0].islower()


def test_exit_codes_are_those_of_the_contract() -> None:
    codes = {str(verdict): exit_code(verdict) for verdict in Verdict}
    assert codes == {
        "authentic": 0,
        "altered": 1,
        "unsealed": 3,
        "untrusted": 4,
        "unreadable": 5,
        "undecided": 5,
        "partial": 6,
    }


def test_the_worst_of_several_is_that_of_the_contract() -> None:
    order = [130, 1, 5, 2, 4, 3, 6, 0]
    for better, bad in itertools.combinations(reversed(order), 2):
        assert worst([better, bad]) == worst([bad, better]) == bad
    assert worst(iter([0])) == 0
    assert worst([]) == 2
    assert worst([0, 77]) == 5
