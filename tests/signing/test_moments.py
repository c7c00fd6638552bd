"""Moments as text, in one spelling."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import moments


@given(st.datetimes(timezones=st.just(UTC)))
def test_parse_undoes_spell_but_for_fractions_of_a_second(moment: datetime) -> None:
    assert moments.parse(moments.spell(moment)) == moment.replace(microsecond=0)


def test_a_moment_is_spelled_in_utc() -> None:
    there = datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert moments.spell(there) == "2026-03-01T00:00:00Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01",
        "2026-3-1T0:0:0Z",
        "2026-03-01T00:00:00",
        "2026-03-01T00:00:00+00:00",
        "2026-03-01T00:00:00.0Z",
        "2026-02-30T00:00:00Z",
        "2026-03-01T00:00:61Z",
        "2026-03-01 00:00:00Z",
    ],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moments.parse(text)
