"""The table of finding codes in the spec is the table in the code, and the other way round."""

import re

from signing.codes import CODES, CodeKind
from signing.verdict import Finding, Outcome, Report, Verdict, exit_code
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "spec" / "findings.md"
CODE_ROW = re.compile(r"^\| `([a-z.-]+)` \| (\w+) \| (\w+) \| (.+) \|$", re.MULTILINE)
VERDICT_ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| (\d+) \|$", re.MULTILINE)


def consequence(kind: CodeKind) -> str:
    """The verdict that a failure of a code of this kind leads to, as computed."""
    if kind is CodeKind.INFORMATION:
        return "none"
    code = next(code for code in CODES if code.kind is kind)
    return Report((Finding(code, Outcome.FAIL),), frozenset({code})).verdict.value


def test_the_page_lists_the_codes_as_they_are() -> None:
    listed = CODE_ROW.findall(PAGE.read_text(encoding="utf-8"))
    coded = [
        (code.value, kind.value, consequence(kind), meaning)
        for code, (kind, meaning) in CODES.items()
    ]
    assert listed == coded


def test_the_page_lists_the_verdicts_with_their_exit_codes() -> None:
    listed = VERDICT_ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert {name: int(code) for name, code in listed} == {v.value: exit_code(v) for v in Verdict}
