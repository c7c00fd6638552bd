"""Laws of the package's public names."""

import subprocess
import sys
from typing import Any

import pytest

import signing

HEAVY = ("numpy", "numba", "pydicom", "watermark")
CORE = (
    "certificate",
    "chains",
    "commitments",
    "credentials",
    "curve",
    "digests",
    "envelope",
    "errors",
    "keys",
    "payload",
    "recoverydata",
    "requirements",
    "revocations",
    "signerchain",
    "statement",
    "trust",
    "verdict",
)


def loaded_after(code: Any) -> Any:
    """Return the heavy modules that a fresh interpreter holds after running `code`."""
    script = f"import sys; {code}; print(*(m for m in {HEAVY} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    return done.stdout.split()


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import signing") == []


def test_the_core_loads_nothing_heavy() -> None:
    assert loaded_after("; ".join(f"import signing.{module}" for module in CORE)) == []


def test_keys_and_trust_load_nothing_heavy_through_the_package() -> None:
    assert loaded_after("import signing; signing.load_signer; signing.load_trust") == []


def test_every_public_name_has_one_home() -> None:
    assert sorted(signing.__all__) == sorted(signing._HOME)
    assert dir(signing) == sorted(signing.__all__)


@pytest.mark.parametrize("home", ["errors", "keys", "trust", "verdict"])
def test_a_public_name_is_the_object_of_its_home(home: Any) -> None:
    module = __import__(f"signing.{home}", fromlist=["*"])
    for name in signing._HOMES[home]:
        assert getattr(signing, name) is getattr(module, name)


def test_no_public_function_has_the_name_of_a_module() -> None:
    assert not set(signing.__all__) & set(signing._HOMES)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = signing.nonsense
