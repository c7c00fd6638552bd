"""What docs/spec/attributes.md says of de-identification is what the code does."""

import re
from pathlib import Path

from signing.commitments import tag_path
from signing.dicom import policy
from signing.dicom.table import KEPT
from signing.redaction import confidentiality, editing, pseudonyms
from signing.redaction.confidentiality import Action, list_actions
from signing.redaction.pseudonyms import Pseudonyms

PAGE = (Path(__file__).parents[3] / "docs" / "spec" / "attributes.md").read_text(encoding="utf-8")
SECTION = PAGE.split("\n## De-identification\n")[1].split("\n## ")[0]
CELLS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECTION.splitlines()
    if line.startswith("|")
]


def test_every_code_has_a_row() -> None:
    codes = [code for cells in CELLS if len(cells) == 2 for code in cells[0].split()]
    assert set(Action) <= set(codes)
    assert f"edition {confidentiality.EDITION}," in SECTION


def test_the_rows_that_are_refused_are_those_of_classes_that_stay() -> None:
    kept = {tag_path(tag) for tag in list_actions() if policy.classify(tag_path(tag)) in KEPT}
    (listed,) = (cells[0].split() for cells in CELLS if cells[0].startswith("00281199"))
    assert listed == sorted(kept)


def test_the_exceptions_are_those_in_the_code() -> None:
    first = [cells[0] for cells in CELLS]
    assert " ".join(map(tag_path, sorted(editing.VOCABULARY))) + " inside those" in first
    assert " ".join(map(tag_path, sorted(editing.DESCRIPTIONS))) in first
    assert f"begin with {pseudonyms.STANDARD_ROOT}" in SECTION


def test_limits_are_the_constants_in_the_code() -> None:
    limits = re.findall(r"^\| `signing\.redaction\.pseudonyms\.(\w+)` \| (\d+) \|", PAGE, re.M)
    assert limits
    assert all(getattr(pseudonyms, name) == int(value) for name, value in limits)


def test_the_example_is_what_the_code_makes() -> None:
    found = re.search(
        r"^secret (\w+)\nuid (\S+) -> (\S+)\npatient (\S+), issuer (\S+) -> (\w+), (\d+) days$",
        SECTION,
        re.M,
    )
    assert found is not None
    secret, old, new, patient, issuer, number, days = found.groups()
    made = Pseudonyms(bytes.fromhex(secret))
    who = f"{patient}\0{issuer}"
    assert (made.uid(old), made.patient(who), made.days(who)) == (new, number, int(days))
