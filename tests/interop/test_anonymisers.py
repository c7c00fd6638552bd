"""What anonymisers of others leave of a seal, in which order, and what can be guessed between."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from benchmarks.interop.orthanc import Orthanc, start
from benchmarks.interop.programs import locate, run
from signing.dicom import part10
from signing.errors import NotRedactable, NotSealed
from signing.redaction.confidentiality import Action, list_actions
from signing.redaction.profile import BasicProfile
from signing.redaction.release import redact_file
from signing.sealparts import read_seal
from signing.trust import load_trust
from signing.verdict import Scope, Verdict
from signing.verification import verify_path
from tests.house.repository import ROOT
from tests.house.test_documents import WITH_ANONYMISERS, folder, run_page
from tests.interop.anonymisers import KEPT, SEAL, TOOLS, at_hand
from tests.interop.conftest import Sealed
from tests.interop.subjects import CT, SUBJECTS
from tests.signing.redaction.test_guessing import TRUE, guess
from tests.signing.redaction.test_profile import person
from tests.signing.seals import TRUST, seal_it
from tests.signing.test_survival import item

__all__ = ["folder"]

PAGE = (ROOT / "docs" / "guide" / "anonymisers.md").read_text(encoding="utf-8")
RECIPES = [
    "Orthanc, `Keep` 01 02 05",
    "dicognito, accession number left alone",
    "dicom-anonymizer, rules as above",
    "deid, recipe as above",
]
"""Of the page, for a copy that was redacted before."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with start(tmp_path_factory.mktemp("archive")) as running:
        yield running


def profile() -> BasicProfile:
    """As the page has it."""
    return BasicProfile(dates=False)


def shown(number: int = 0) -> dict[str, list[str]]:
    """A table of the page, the first or the second, by its first column."""
    tables = PAGE.split("\n| program and settings |")[1:]
    lines = tables[number].split("\n\n")[0].splitlines()[2:]
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines]
    return {name: rest for name, *rest in cells}


def test_the_page_shows_every_setting() -> None:
    assert list(shown()) == list(TOOLS)


def seal_elements(path: Path) -> str:
    """Elements of the seal in a file, but for 04, which these files never had."""
    tags = [tag for tag in dcmread(path).keys() if tag.group == 0x0077 and tag.element > 0xFF]
    return " ".join(f"{tag.element & 0xFF:02X}" for tag in sorted(tags)) or "none"


def told(path: Path, sealed: Sealed) -> str:
    """Verdict and scope, as the page spells them."""
    report = verify_path(path, load_trust(sealed.trust))
    scope = report.scope if report.verdict is Verdict.PARTIAL else None
    return ", ".join(str(word) for word in (report.verdict, scope) if word)


@pytest.mark.parametrize("name", TOOLS)
def test_the_table_of_the_page_is_what_they_do(
    name: str, archive: Orthanc, sealed: Sealed, tmp_path: Path
) -> None:
    first, second, third = (tmp_path / f"{step}.dcm" for step in ("first", "second", "third"))
    redacted = tmp_path / "redacted.dcm"
    redact_file(sealed.files[CT], redacted, basic_profile=profile())
    TOOLS[name](sealed.files[CT], first, archive)
    TOOLS[name](redacted, second, archive)
    try:
        redact_file(first, third, basic_profile=profile())
        last = told(third, sealed)
    except (NotSealed, NotRedactable):
        last = "refused"
    measured = [seal_elements(first), told(first, sealed), told(second, sealed), last]
    assert measured == shown()[name]
    for path in (first, second):
        assert 0x00080300 in dcmread(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed image of somebody, with references, sequences and private attributes."""
    path = tmp_path_factory.mktemp("person") / "whole.dcm"
    _, born, _ = TRUE["00100030"]
    part10.write(seal_it(person(PatientBirthDate=born)).dataset, path)
    return path


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_keeps_the_proof_of_what_is_left(
    name: str, archive: Orthanc, whole: Path, tmp_path: Path
) -> None:
    redacted, target = tmp_path / "redacted.dcm", tmp_path / "anonymised.dcm"
    redact_file(whole, redacted, basic_profile=profile())
    before = verify_path(redacted, TRUST).attributes
    TOOLS[name](redacted, target, archive)
    report = verify_path(target, TRUST, deep=True)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert before is not None
    assert report.attributes is not None
    assert report.attributes.changed == ()
    # Nothing more is unproved than after redaction.
    gone = {*report.attributes.redacted, *report.attributes.replaced}
    assert gone == {*before.redacted, *before.replaced}
    copy = dcmread(target)
    assert copy.file_meta.MediaStorageSOPInstanceUID == copy.SOPInstanceUID
    assert {tag for tag in copy.keys() if tag.is_private} == {g << 16 | e for g, e in SEAL}


def test_an_archive_anonymises_a_whole_study_by_the_same_words(
    archive: Orthanc, whole: Path, tmp_path: Path
) -> None:
    redacted, target = tmp_path / "redacted.dcm", tmp_path / "anonymised.dcm"
    redact_file(whole, redacted, basic_profile=profile())
    archive.clear()
    archive.store(redacted)
    (study,) = json.loads(archive.call("GET", "/studies"))
    request = {"Keep": KEPT, "KeepSource": False}
    made = json.loads(archive.call("POST", f"/studies/{study}/anonymize", request))
    ((instance, *_),) = [json.loads(archive.call("GET", f"{made['Path']}/instances"))]
    target.write_bytes(archive.fetch(str(instance["ID"])))
    assert verify_path(target, TRUST).verdict is Verdict.PARTIAL


def birth(path: Path) -> set[str]:
    """Birth dates that the dictionary attack finds in a file, the true one being tried."""
    kind, value, _ = TRUE["00100030"]
    found: set[str] = set()
    for held in read_seal(part10.read(path).dataset).disclosures:
        found |= guess(held, "00100030", kind, [value])
    return found


@pytest.mark.parametrize("name", [name for name in TOOLS if "02" in shown()[name][0]])
def test_what_was_removed_is_guessed_until_the_salts_are_gone(
    name: str, archive: Orthanc, whole: Path, tmp_path: Path
) -> None:
    between, last = tmp_path / "between.dcm", tmp_path / "last.dcm"
    TOOLS[name](whole, between, archive)
    _, born, _ = TRUE["00100030"]
    if "recipe as above" not in name:  # which leaves the birth date to redaction
        assert dcmread(between).get("PatientBirthDate") != born
    assert birth(between) == {born}
    redact_file(between, last, basic_profile=profile())
    assert birth(last) == set()
    redact_file(whole, last, basic_profile=profile(), force=True)
    assert birth(last) == set()


def test_the_examples_of_the_page_run_in_order(
    folder: Path, archive: Orthanc, monkeypatch: pytest.MonkeyPatch
) -> None:
    locate("curl")
    for package in ("dicognito", "dicomanonymizer", "deid"):
        with at_hand(package):
            pass
    archive.clear()
    monkeypatch.setenv("ORTHANC", f"http://127.0.0.1:{archive.http}")
    run_page(WITH_ANONYMISERS, folder)
    trust = load_trust(folder / "scanner.pub")
    scopes = {path.stem: verify_path(path, trust).scope for path in folder.glob("*.dcm")}
    ours = {"shared", "by-orthanc", "by-dicognito", "by-dicom-anonymizer", "by-deid"}
    assert {name for name, scope in scopes.items() if scope is Scope.REDACTED} == {
        *ours,
        "without-salts",
    }
    assert scopes["stripped"] is Scope.PIXELS


@pytest.mark.parametrize("name", shown(1))
def test_what_stays_in_sequences_is_told(name: str, archive: Orthanc, tmp_path: Path) -> None:
    inner = item(PatientName="Doe^Nested", StudyInstanceUID="1.2.3.99", StudyDate="20240102")
    source, target = tmp_path / "source.dcm", tmp_path / "target.dcm"
    dataset = person(RadiopharmaceuticalInformationSequence=[inner])
    part10.write(seal_it(dataset).dataset, source)
    if name in TOOLS:
        TOOLS[name](source, target, archive)
    else:
        redact_file(source, target, basic_profile=True)
    (copy,) = dcmread(target).RadiopharmaceuticalInformationSequence
    values = {"name": "PatientName", "UID": "StudyInstanceUID", "date": "StudyDate"}
    stay = [word for word, keyword in values.items() if copy.get(keyword) == inner[keyword].value]
    assert [", ".join(stay) or "none"] == shown(1)[name]


def complaints(path: Path) -> set[str]:
    """What dciodvfy calls an error in a file."""
    said = run("dciodvfy", "-new", path, expect=False).stderr.decode()
    return {line for line in said.splitlines() if line.startswith("Error")}


@pytest.mark.parametrize("dates", [True, False])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_redaction_makes_no_object_invalid(
    subject: str, dates: bool, sealed: Sealed, tmp_path: Path
) -> None:
    target = tmp_path / "redacted.dcm"
    redact_file(sealed.files[subject], target, basic_profile=BasicProfile(dates=dates))
    assert complaints(target) <= complaints(sealed.sources[subject])
    assert told(target, sealed) == "partial, redacted"


def test_the_table_of_the_profile_is_that_of_another_program() -> None:
    with at_hand("dicomanonymizer"):
        from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as theirs
    names = {
        **{Action.D: "D", Action.Z: "Z", Action.X: "X", Action.U: "U", Action.ZD: "Z_D"},
        **{Action.XZ: "X_Z", Action.XD: "X_D", Action.XZD: "X_Z_D", Action.XZU: "X_Z_U_STAR"},
    }
    listed = {
        row[0] << 16 | row[1]: action
        for action, name in names.items()
        for row in getattr(theirs, f"{name}_TAGS")
        if len(row) == 2
    }
    assert listed == list_actions()
    ranges = {row for row in theirs.ALL_TAGS if len(row) > 2}
    assert ranges == {
        (0x5000, 0x0000, 0xFF00, 0x0000),
        (0x6000, 0x3000, 0xFF00, 0xFFFF),
        (0x6000, 0x4000, 0xFF00, 0xFFFF),
    }
