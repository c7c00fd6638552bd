"""What docs/spec says of signing's formats is what the code does."""

import hashlib
import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from signing import keys
from signing.codes import CODES, Code, CodeKind
from signing.envelope import Kind
from signing.reasons import MEANINGS
from signing.verdict import Verdict, exit_code
from tests.signing.test_curve import REFUSED_FLAGS

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "docs" / "spec"
PAGES = (
    "envelope",
    "certificate",
    "statement",
    "amendment",
    "payload",
    "recovery",
    "redaction",
    "findings",
    "keys",
    "trust",
    "policy-file",
)
TEXTS = {page: (SPEC / f"{page}.md").read_text(encoding="utf-8") for page in PAGES}
HEX = re.compile(r"^```hex\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLES = {
    f"{page}: {name}": (name, body) for page in PAGES for name, body in HEX.findall(TEXTS[page])
}
LIMIT = re.compile(r"^\| `signing\.([\w.]+)\.(\w+)(?:\[\"(\w+)\"\])?` \| (\d+) \|", re.MULTILINE)
LIMITS = {
    f"{page}: {module}.{name}{key}": (module, name, key, int(value))
    for page in PAGES
    for module, name, key, value in LIMIT.findall(TEXTS[page])
}
LEADS_TO = {
    CodeKind.STRUCTURE: "unreadable",
    CodeKind.CONTRADICTION: "altered",
    CodeKind.PRESENCE: "unsealed",
    CodeKind.TRUST: "untrusted",
    CodeKind.AVAILABILITY: "undecided",
    CodeKind.INFORMATION: "none",
}


def table(page: Any, heading: Any) -> Any:
    """Return the cells of the table under a heading, without its two head lines."""
    section = TEXTS[page].split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_hex_example_is_its_vector(example: Any) -> None:
    name, body = EXAMPLES[example]
    shown = "".join(re.sub(r"#.*", "", line) for line in body.splitlines())
    vector = json.loads((ROOT / "tests" / "vectors" / f"{name}.json").read_text())
    assert "".join(shown.split()) == vector["hex"]


@pytest.mark.parametrize("page", PAGES)
def test_every_hex_block_names_its_vector(page: Any) -> None:
    assert TEXTS[page].count("```hex\n") == len(HEX.findall(TEXTS[page]))


@pytest.mark.parametrize(
    "page",
    ["envelope", "certificate", "statement", "amendment", "payload", "recovery", "redaction"],
)
def test_a_page_starts_with_a_complete_example(page: Any) -> None:
    assert TEXTS[page].index("```hex") < TEXTS[page].index("\n## ")


@pytest.mark.parametrize("limit", LIMITS)
def test_a_limit_is_the_constant_in_the_code(limit: Any) -> None:
    module, name, key, value = LIMITS[limit]
    constant = getattr(importlib.import_module(f"signing.{module}"), name)
    assert (constant[Kind(key)] if key else constant) == value


def test_every_code_is_in_the_table_with_kind_effect_and_meaning() -> None:
    expected = [
        [f"`{code}`", str(kind), LEADS_TO[kind], meaning] for code, (kind, meaning) in CODES.items()
    ]
    assert table("findings", "Codes") == expected


def test_every_verdict_is_in_the_table_in_its_order_with_its_exit_code() -> None:
    rows = [(row[0].strip("`"), int(row[-1])) for row in table("findings", "Verdict")]
    assert rows == [(str(verdict), exit_code(verdict)) for verdict in Verdict]


def test_every_reason_is_in_the_table() -> None:
    expected = [[f"`{reason}`", meaning] for reason, meaning in MEANINGS.items()]
    assert table("statement", "Why no frame is marked") == expected


def test_every_flag_is_expected_as_the_tests_expect_it() -> None:
    expected = dict(table("keys", "Strict rule"))
    assert {flag for flag, answer in expected.items() if answer == "refused"} == REFUSED_FLAGS
    assert set(expected.values()) == {"refused", "accepted"}


@pytest.mark.parametrize("page", PAGES)
def test_every_code_that_a_page_names_exists(page: Any) -> None:
    heads = {str(code).split(".")[0] for code in Code}
    named = {n for n in re.findall(r"`([a-z]+\.[a-z-]+)`", TEXTS[page]) if n.split(".")[0] in heads}
    assert named <= {str(code) for code in Code}
    assert named or page == "keys"


def test_the_key_file_on_its_page_is_a_key_file_with_the_shown_id(tmp_path: Path) -> None:
    file, values = re.findall(r"```text\n(.*?)```", TEXTS["keys"], re.DOTALL)[:2]
    path = tmp_path / "any.pub"
    path.write_text(file)
    key = keys.load_public_key(path)
    assert (key.name, key.role) == ("scanner", keys.Role.ACQUISITION)
    assert [key.raw.hex(), key.key_id.hex()] == values.split()
    assert key.key_id == hashlib.sha256(key.raw).digest()[:16]


def test_the_example_envelope_is_signed_by_the_key_on_its_page() -> None:
    shown = re.search(r"```text\n([0-9a-f]{64})\n```", TEXTS["envelope"])
    vector = json.loads((ROOT / "tests/vectors/accept/envelope-certificate.json").read_text())
    assert shown is not None
    assert shown[1] == vector["key"]
