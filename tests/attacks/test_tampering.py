"""Attacks on attributes and structure, as bytes of files: each is answered, and by its name."""

from pathlib import Path

import pytest

from benchmarks.interop.hostile import EVERY
from benchmarks.survival import shipped, subject
from signing.sealing import SealOptions, seal_file
from signing.verdict import CodeKind, Outcome, Scope, Verdict
from signing.verification import verify_path
from tests.signing.seals import TRUST
from tests.signing.strategies import SIGNER

SCOPES = {
    "patient swapped, salts dropped": Scope.REDACTED,
    "seal and signature removed": Scope.PIXELS,
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A sealed file, and one of another patient and study."""
    folder, made = tmp_path_factory.mktemp("tampering"), []
    for name in ("victim", "other"):
        source = folder / f"{name}.dcm"
        subject(shipped("CT_small.dcm"), name == "other").save_as(source)
        made.append(folder / f"{name}-sealed.dcm")
        seal_file(source, made[-1], SIGNER, SealOptions())
    return made


def test_the_files_that_are_attacked_are_authentic(files: list[Path]) -> None:
    assert {verify_path(path, TRUST).verdict for path in files} == {Verdict.AUTHENTIC}


@pytest.mark.parametrize("name", EVERY)
def test_an_attack_is_answered_by_name(name: str, files: list[Path], tmp_path: Path) -> None:
    attack, forged = EVERY[name], tmp_path / "forged.dcm"
    forged.write_bytes(attack.forge(files[0].read_bytes(), files[1].read_bytes()))
    report = verify_path(forged, TRUST)
    assert (report.verdict, report.scope) == (attack.verdict, SCOPES.get(name))
    if attack.code.kind is CodeKind.INFORMATION:
        assert attack.code in {f.code for f in report.findings if f.outcome is not Outcome.PASS}
    elif attack.verdict is not Verdict.PARTIAL:
        assert attack.code in {f.code for f in report.findings if f.outcome is Outcome.FAIL}
