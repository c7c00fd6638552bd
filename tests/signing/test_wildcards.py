"""Laws of path patterns."""

import re
from time import process_time_ns

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.wildcards import matches

parts = st.text("ab*?", min_size=1, max_size=4).filter(lambda part: "**" not in part)
patterns = st.lists(parts | st.just("**"), min_size=1, max_size=4).map("/".join)
paths = st.lists(st.text("ab.\n", min_size=1, max_size=4), min_size=1, max_size=4).map("/".join)


def slow(pattern: str) -> re.Pattern[str]:
    """Return the expression for a pattern."""
    wild = {"*": "[^/]*", "?": "[^/]"}
    *folders, last = pattern.split("/")
    names = ["".join(wild.get(c) or re.escape(c) for c in part) for part in (*folders, last)]
    found = ["(?:[^/]+/)*" if n == "**" else t + "/" for n, t in zip(folders, names, strict=False)]
    found.append("(?:[^/]+/)*[^/]+" if last == "**" else names[-1])
    return re.compile("".join(found), re.DOTALL)


@given(patterns, paths)
def test_a_pattern_is_the_expression_that_it_stands_for(pattern: str, path: str) -> None:
    assert matches(pattern, path) is bool(slow(pattern).fullmatch(path))


@pytest.mark.parametrize(
    ("pattern", "shorter", "longer"),
    [
        ("*_*_*_*_*_*_*_*x", "_" * 51, "_" * 255),
        ("/".join(["**", "a"] * 15), "a/" * 400 + "b", "a/" * 2000 + "b"),
    ],
)
def test_no_name_makes_a_pattern_slow(pattern: str, shorter: str, longer: str) -> None:
    """Five times the name costs some five times as much, not a power of it."""
    assert cost(pattern, longer) < 25 * cost(pattern, shorter)


def cost(pattern: str, path: str) -> int:
    """Return the least nanoseconds that names like `path` take, none of which matches."""
    taken = []
    for number in range(7):  # another name each time: answers may be remembered
        start = process_time_ns()
        assert not matches(pattern, f"{path}{number}")
        taken.append(process_time_ns() - start)
    return min(taken)
