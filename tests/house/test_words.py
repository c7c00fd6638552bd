"""Words that must not be in the repository: promises, tests that do not run, somebody's paths."""

import re

from tests.house.repository import ROOT, label, texts

# Put together here so that this file does not hold them.
PROMISES = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
ABSENT_TESTS = ["pytest." + "skip", "mark." + "skip", "import" + "orskip", "mark.x" + "fail"]
MACHINE_PATHS = ["/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/", "/t" + "mp/"]
MOCKS = ["unittest" + ".mock", "Magic" + "Mock"]
EXEMPT = ["tests/interop/conftest.py: " + ABSENT_TESTS[0]]
"""Programs that are not ours may be missing, though not in the whole check: .ci/run asks for each
(test_layout)."""


def test_no_file_holds_a_forbidden_word() -> None:
    words = "|".join(map(re.escape, PROMISES + ABSENT_TESTS + MACHINE_PATHS + MOCKS))
    pattern = re.compile(rf"(?<![\w-])(?:{words})")
    found = [
        f"{label(path)}: {match.group()}"
        for path in texts()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == EXEMPT


def test_the_licence_is_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.split("\n", 1)[0].strip() == "Apache License"
    assert "Version 2.0, January 2004" in text
    assert text.rstrip().endswith("limitations under the License.")
