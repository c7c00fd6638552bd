"""Starting is cheap: heavy modules load when they are needed, seen from a fresh process."""

import subprocess
import sys

import pytest

from tests.house.repository import ROOT

HEAVY = ("numba", "llvmlite", "pydicom", "numpy", "PIL", "gdcm", "cryptography", "rich")


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import watermark", HEAVY),
        ("import watermark.seedtree", HEAVY),
        ("import watermark.samples", ("numba", "llvmlite", "pydicom")),
        ("import signing", HEAVY),
        ("import signing.cli", HEAVY),
        ("import signing.entry", (*HEAVY, "typer", "watermark")),
        ("from signing.cli.application import build; build()", HEAVY),
        ("import signing.verdict, signing.envelope, signing.trust", ("numba", "numpy", "pydicom")),
        ("import signing.verification", ("numba", "llvmlite")),
        ("import signing.keys, signing.sealing", ("pkcs11", "rfc3161_client")),
        ("import signing.verification, signing.trust", ("pkcs11", "rfc3161_client")),
        ("import signing.cli.checks", ("numba", "llvmlite")),
        ("import signing.report.html", ("numba", "numpy", "pydicom", "PIL")),
    ],
)
def test_imports_are_light(statement: str, forbidden: tuple[str, ...]) -> None:
    loaded = modules_after(statement)
    assert not [name for name in forbidden if name in loaded]


def modules_after(statement: str) -> set[str]:
    """Names of the modules that a fresh interpreter has loaded after the statement."""
    code = f"import sys\n{statement}\nprint(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())
