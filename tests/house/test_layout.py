"""What lies where: the top level is a closed list, and the wheel holds only the two packages."""

import tomllib
from pathlib import Path

from benchmarks.interop.programs import PACKAGES
from tests.house.repository import ROOT, label, modules

FOLDERS = {"watermark", "signing", "benchmarks", "tests", "docs"}
FILES = {"pyproject.toml", "README.md", "LICENSE", "Makefile"}
MADE = {"demo-out", "bench-out", "build", "dist", "__pycache__"}


def test_the_top_level_is_a_closed_list() -> None:
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert seen - MADE == FOLDERS | FILES


def test_the_wheel_holds_two_packages_and_the_guard() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {
        "packages": ["watermark", "signing"],
        "force-include": {"signing/entry.py": "scanseal.py"},
    }
    assert settings["project"]["scripts"] == {"scanseal": "scanseal:main"}


def test_every_package_folder_is_a_package() -> None:
    for path in modules("watermark", "signing"):
        assert (path.parent / "__init__.py").is_file(), label(path)


def test_tests_mirror_packages() -> None:
    mirrors = [ROOT / "tests" / name for name in ("watermark", "signing")]
    folders = [path for mirror in mirrors for path in mirror.rglob("*") if path.is_dir()]
    strangers = [path for path in folders if not has_original(path)]
    assert mirrors
    assert not strangers


def has_original(folder: Path) -> bool:
    """Whether a folder of tests stands for a folder of a package (caches aside)."""
    relative = folder.relative_to(ROOT / "tests")
    return folder.name in {"__pycache__", "vectors"} or (ROOT / relative).is_dir()


def test_the_browser_tests_are_part_of_the_whole_check() -> None:
    # `make test` leaves them out, so that it runs where there is no browser.
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "browser" in settings["tool"]["pytest"]["ini_options"]["norecursedirs"]
    assert list((ROOT / "tests" / "browser").glob("test_*.py"))
    assert "pytest -q -p no:xdist tests/browser\n" in (ROOT / "Makefile").read_text("utf-8")
    check = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\nmake browser\n" in check
    assert "install -y -qq --no-install-recommends chromium\n" in check


def test_the_interop_tests_are_part_of_the_whole_check_and_never_skipped_there() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "interop" in settings["tool"]["pytest"]["ini_options"]["norecursedirs"]
    assert list((ROOT / "tests" / "interop").glob("test_*.py"))
    assert " --every-program tests/interop\n" in (ROOT / "Makefile").read_text("utf-8")
    check = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "\nmake interop\n" in check
    assert 'install -y -qq --no-install-recommends "${others[@]}"\n' in check
    listed = check.split("others=(")[1].split(")")[0].split()
    assert set(PACKAGES.values()) | {"orthanc-dicomweb"} == set(listed)
