"""DICOM's own signatures, on the same files: both may stand in one, and ours sees more."""

from pathlib import Path

import pytest

from benchmarks.interop.programs import ROUTES
from benchmarks.interop.tampering import ATTACKS
from benchmarks.survival import Bench, shipped, subject
from signing.verdict import Verdict
from signing.verification import verify_path

UNSEEN = [
    "window inserted",
    "VOI table inserted",
    "shutter inserted",
    "second Pixel Data at the end",
    "second Patient ID beside the first",
    "second file meta group",
    "elements out of order",
    "program in the preamble",
    "payload in the padding (FFFC,FFFC)",
]
"""Attacks that Debian's dcmsign lets pass."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench.make(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def files(bench: Bench) -> list[Path]:
    """A sealed and signed file, and one of another patient."""
    made = []
    for name in ("victim", "other"):
        source = bench.folder / f"{name}.dcm"
        subject(shipped("CT_small.dcm"), name == "other").save_as(source)
        made.append(bench.prepare(source, name))
    return made


def test_a_signature_does_not_hurt_a_seal(bench: Bench, files: list[Path]) -> None:
    for path in files:
        assert bench.authority.check(path) == "passes"
        assert verify_path(path, bench.trust).verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize("name", UNSEEN)
def test_what_the_signature_lets_pass_the_seal_does_not(
    name: str, bench: Bench, files: list[Path], tmp_path: Path
) -> None:
    victim, other = (path.read_bytes() for path in files)
    forged = tmp_path / "forged.dcm"
    forged.write_bytes(ATTACKS[name].forge(victim, other))
    assert bench.authority.check(forged) == "passes"
    assert verify_path(forged, bench.trust).verdict is ATTACKS[name].verdict


@pytest.mark.parametrize("name", ["dcmconv +ti", "dcmcjpls", "dcmcrle"])
def test_what_breaks_the_signature_the_seal_outlives(
    name: str, bench: Bench, files: list[Path], tmp_path: Path
) -> None:
    taken = tmp_path / "taken.dcm"
    ROUTES[name].take(files[0], taken)
    assert bench.authority.check(taken).startswith("fails")
    assert verify_path(taken, bench.trust).verdict is Verdict.AUTHENTIC
