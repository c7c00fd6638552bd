"""Whoever installs us gets permissive licences only."""

import re
import tomllib
from importlib.metadata import distribution, metadata

import pytest

from tests.house.repository import ROOT

COPYLEFT = re.compile(r"\b(?:L|A)?GPL|GNU (?:Lesser |Affero )?General Public", re.IGNORECASE)
REFUSED = {"pylibjpeg-libjpeg", "zfec"}


def requirements(text_lines: list[str]) -> set[str]:
    """Names of what a list of requirement lines asks for at run time, extras aside."""
    names = set()
    for line in text_lines:
        if "extra ==" not in line:
            names.add(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower())
    return names


def ours() -> list[str]:
    """Our run-time requirements, from the settings, so that no installation is needed.

    Those of the extras for users are among them, those for our tests and benchmarks are not.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines: list[str] = project["dependencies"]
    tests = {"dev", "anonymisers", "bench"}
    extras = (rows for name, rows in project["optional-dependencies"].items() if name not in tests)
    return [*lines, *(line for extra in extras for line in extra)]


def closure() -> list[str]:
    """Every distribution that ends up installed on Linux, by name."""
    found: set[str] = set()
    todo = requirements(ours())
    while todo:
        name = todo.pop()
        found.add(name)
        lines = [line for line in distribution(name).requires or [] if applies(line)]
        todo |= requirements(lines) - found
    return sorted(found)


def applies(line: str) -> bool:
    """Whether a requirement with a marker is for this interpreter and system."""
    from packaging.requirements import Requirement

    marker = Requirement(line).marker
    return marker is None or marker.evaluate({"extra": ""})


def licence(name: str) -> str:
    """What a distribution declares: the expression, else classifiers, else the first words."""
    fields = metadata(name)
    expression = "; ".join(fields.get_all("License-Expression") or [])
    classifiers = [c for c in fields.get_all("Classifier") or [] if c.startswith("License ::")]
    declared = "; ".join(fields.get_all("License") or [])[:200]
    return expression or "; ".join(classifiers) or declared


@pytest.mark.parametrize("name", closure())
def test_run_time_dependencies_are_permissive(name: str) -> None:
    declared = licence(name)
    assert declared, f"{name} declares no licence"
    assert not COPYLEFT.search(declared), declared
    assert name not in REFUSED


def test_the_licence_rule_sees_copyleft() -> None:
    for text in ("GPL-3.0-only", "GNU Lesser General Public License v3", "LGPLv2+", "AGPL-3.0"):
        assert COPYLEFT.search(text), text
    for text in ("MIT", "BSD-3-Clause", "Apache-2.0", "MPL-2.0"):
        assert not COPYLEFT.search(text), text
