import pytest

from benchmarks.passive.hybrid import alarms
from signing.verdict import Verdict


@pytest.mark.parametrize("score", [-1e9, 1e9])
def test_a_sealed_picture_is_judged_by_its_seal(score: float) -> None:
    judged = {verdict: alarms(verdict, score, 0.0) for verdict in Verdict}
    assert judged[Verdict.ALTERED] and judged[Verdict.UNTRUSTED] and judged[Verdict.UNREADABLE]
    assert not judged[Verdict.AUTHENTIC]
    assert not judged[Verdict.PARTIAL]


@pytest.mark.parametrize("verdict", ["unsealed", "undecided"])
def test_what_the_seal_is_silent_on_is_judged_by_its_samples(verdict: str) -> None:
    assert alarms(verdict, 0.6, 0.5)
    assert not alarms(verdict, 0.5, 0.5)


def test_another_word_is_refused() -> None:
    with pytest.raises(ValueError, match="genuine"):
        alarms("genuine", 0.0, 0.0)
