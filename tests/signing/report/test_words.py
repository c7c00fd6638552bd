import pytest

from signing.codes import CODES, Code
from signing.report.words import (
    ASPECTS,
    CHANGES,
    FAILURES,
    GROUPS,
    JUDGEMENTS,
    SCOPES,
    clean,
    describe,
    describe_geometry,
    describe_share,
    gather,
    judge,
    shorten,
)
from signing.verdict import (
    Aspect,
    Aspects,
    AttributeChanges,
    Finding,
    Outcome,
    Report,
    Scope,
    Verdict,
)
from tests.signing.report.samples import EVERY, PARTIAL


def is_sentence(text: str) -> bool:
    """Whether a text begins large, ends with a full stop, and is in one line."""
    return text[:1].isupper() and text.endswith(".") and "\n" not in text and len(text) < 300


@pytest.mark.parametrize("code", Code)
def test_every_code_has_its_own_sentence_for_failing(code: Code) -> None:
    assert is_sentence(FAILURES[code])
    assert code.value not in FAILURES[code]
    assert list(FAILURES.values()).count(FAILURES[code]) == 1


def test_the_sentences_are_in_the_order_of_the_codes() -> None:
    assert list(FAILURES) == list(CODES)


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.SKIPPED])
@pytest.mark.parametrize("code", Code)
def test_what_did_not_fail_is_worded_from_the_meaning(code: Code, outcome: Outcome) -> None:
    text = describe(code, outcome)
    assert is_sentence(text)
    assert code.meaning[1:] in text


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_words(verdict: Verdict) -> None:
    words = JUDGEMENTS[verdict]
    assert words.headline
    assert words.meaning.endswith(".")
    assert words.advice.endswith(".")
    assert [j.headline for j in JUDGEMENTS.values()].count(words.headline) == 1


@pytest.mark.parametrize("scope", Scope)
def test_a_partial_proof_says_what_it_covers(scope: Scope) -> None:
    report = Report(PARTIAL.findings, PARTIAL.required, scope)
    assert judge(report) == SCOPES[scope]
    assert "not proved" in judge(report).meaning


def test_only_a_partial_proof_is_worded_by_its_scope() -> None:
    for verdict, report in EVERY.items():
        if verdict is not Verdict.PARTIAL:
            assert judge(report) == JUDGEMENTS[verdict]
    failed = Report((Finding(Code.PIXELS_CLOSING, Outcome.FAIL),), frozenset(), Scope.PIXELS)
    assert judge(failed) == JUDGEMENTS[Verdict.ALTERED]


def test_every_aspect_and_every_change_has_a_name() -> None:
    assert set(ASPECTS) == set(Aspect)
    assert list(GROUPS) == list(Aspects.__dataclass_fields__)
    assert list(CHANGES) == list(AttributeChanges.__dataclass_fields__)


def test_findings_of_one_kind_are_one_statement() -> None:
    findings = tuple(
        Finding(Code.PIXELS_MATCH, Outcome.FAIL, f"frame {i}", "differs") for i in range(1000)
    )
    (statement,) = gather((*findings, Finding(Code.FRAMES_COUNT, Outcome.PASS)), notable=True)
    assert len(statement.places) == 1000
    assert statement.reasons == ("differs",)


def test_passes_that_a_reader_should_know_are_notable() -> None:
    noted = (Finding(Code.SEAL_DETACHED, Outcome.PASS, "", "the frame is too small"),)
    assert [statement.code for statement in gather(noted, notable=True)] == [Code.SEAL_DETACHED]
    assert gather(noted, notable=False) == []


@pytest.mark.parametrize("word", ["mirrored", "mirrored, rotated 90", "rotated 90"])
def test_only_a_mirrored_picture_may_show_the_wrong_side(word: str) -> None:
    text = describe_geometry(word)
    assert word in text
    assert ("wrong side" in text) == ("mirror" in word)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.5, "50.0 %"), (0.001, "0.1 %"), (1e-9, "Less than 0.1 %"), (0.0, "0.0 %"), (1, "100.0 %")],
)
def test_what_is_there_is_never_called_none(fraction: float, text: str) -> None:
    assert describe_share(fraction) == text


def test_long_lists_are_cut_and_counted() -> None:
    assert shorten(("a", "b", "c"), 2) == "a, b and 1 more"
    assert shorten(("a", "b"), 2) == "a, b"


def test_characters_that_steer_are_spelled_out() -> None:
    assert clean("a\x1b[2J\u202egnp\udc80\n") == "a\\x1b[2J\\u202egnp\\udc80\\n"
