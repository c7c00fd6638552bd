"""The package's face: closed, lazy, light."""

import subprocess
import sys

import pytest

import watermark

HEAVY = {"numpy", "numba", "llvmlite", "pydicom", "cryptography", "scipy"}


def loaded(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after a statement."""
    code = f"import sys\n{statement}\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


def test_importing_watermark_loads_nothing_heavy() -> None:
    assert not loaded("import watermark, watermark.seedtree, watermark.errors") & HEAVY


def test_descriptions_and_samples_load_numpy_only() -> None:
    found = loaded("import watermark.description, watermark.samples, watermark.digests")
    assert found & HEAVY == {"numpy"}


def test_every_public_name_is_there() -> None:
    assert watermark.__all__ == sorted(watermark.__all__)
    for name in watermark.__all__:
        value = getattr(watermark, name)
        assert value.__name__ == name
        assert value.__doc__


def test_no_other_name_is() -> None:
    with pytest.raises(AttributeError):
        _ = watermark.forge
