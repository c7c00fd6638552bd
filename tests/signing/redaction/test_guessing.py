"""The dictionary attack: it opens every commitment whose salt is there, and none that was redacted.

Salts and digests are read from the file as anybody can; guessed are all birth dates of 120 years,
all sexes, patient IDs of a hospital, and all study dates, of which the shifted one tells ten years.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from pydicom.dataset import Dataset

from signing.commitments import Disclosures, Leaf
from signing.digests import domain
from signing.redaction.release import redact
from signing.sealparts import read_seal
from signing.verdict import Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.seals import TRUST, seal_it
from tests.signing.test_survival import source

DAYS = [f"{date(1906, 1, 1) + timedelta(days=n):%Y%m%d}" for n in range(366 * 120)]
NUMBERS = [f"{n:05d}" for n in range(10_000)]
TRUE = {
    "00100030": ("DA", "19610412", DAYS),
    "00100040": ("CS", "F", ["F", "M", "O"]),
    "00100020": ("LO", "04711", NUMBERS),
    "00080020": ("DA", "20240229", DAYS),
}


@pytest.fixture(scope="module")
def whole() -> Dataset:
    """A sealed image of somebody."""
    dataset = source()
    dataset.PatientBirthDate, dataset.PatientSex = "19610412", "F"
    dataset.PatientID, dataset.StudyDate, dataset.StudyTime = "04711", "20240229", "101112"
    return images.reread(seal_it(dataset).dataset)


def salts_of(held: Disclosures) -> list[bytes]:
    """Return everything in the file that might be a salt, and none at all."""
    there = [row.salt for row in held.rows if row.salt is not None]
    return [*there, bytes(16), *([held.seed] if held.seed else [])]


def guess(held: Disclosures, path: str, kind: str, values: Iterable[str]) -> set[str]:
    """Return the values whose commitment stands in the file, under any salt of the file."""
    wanted = {row.digest for row in held.rows}
    candidates = [len(v).to_bytes(4, "big") + v.encode() for v in values]
    found = set()
    for salt in salts_of(held):
        fields = (path.encode(), kind.encode(), salt)
        head = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
        state = hashlib.sha256(domain("leaf") + head)
        for candidate in candidates:
            tried = state.copy()
            tried.update(candidate)
            if tried.digest() in wanted:
                found.add(candidate[4:].decode())
    return found


def test_the_attack_computes_what_a_leaf_is() -> None:
    leaf = Leaf("00100030", "DA", bytes(range(16)), b"19610412")
    fields = (b"00100030", b"DA", leaf.salt, b"19610412")
    spelled = b"".join(len(field).to_bytes(4, "big") + field for field in fields)
    assert hashlib.sha256(domain("leaf") + spelled).digest() == leaf.commitment


@pytest.mark.parametrize("path", TRUE)
def test_before_redaction_the_attack_finds_the_value(path: str, whole: Dataset) -> None:
    (held,) = read_seal(whole).disclosures
    kind, value, _ = TRUE[path]
    assert guess(held, path, kind, [value]) == {value}


@pytest.mark.parametrize("path", TRUE)
def test_after_redaction_the_attack_finds_nothing(path: str, whole: Dataset) -> None:
    (held,) = read_seal(redact(whole, basic_profile=True)).disclosures
    kind, value, candidates = TRUE[path]
    assert value in candidates
    assert path in held.by_path()
    assert guess(held, path, kind, candidates) == set()


def test_what_another_program_took_out_before_cannot_be_guessed_either(whole: Dataset) -> None:
    dataset = images.reread(whole)
    (before,) = read_seal(dataset).disclosures
    private = next(row.path for row in before.rows if row.path.startswith("0029{"))
    dataset.remove_private_tags()  # the seal too, which is put back
    for tag in [tag for tag in whole.keys() if tag.group == 0x0077]:
        dataset[tag] = whole[tag]
    del dataset.PatientBirthDate, dataset.PatientSex
    dataset.PatientID, dataset.StudyTime = "", "010203"
    del dataset.RequestAttributesSequence[0]
    copy = images.reread(redact(dataset, basic_profile=True))
    (held,) = read_seal(copy).disclosures
    rows = held.by_path()
    gone = ("00100030", "00100040", "00100020", "00080030", "00400275", private)
    assert [path for path in gone if rows[path].disclosed] == []
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL
