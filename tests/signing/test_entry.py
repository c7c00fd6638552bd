"""The clash guard, started as a user starts it, beside strangers' distributions."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

OURS = {
    "watermark/__init__.py": b'"""ours"""\n',
    "signing/__init__.py": b'"""ours"""\n',
    "signing/cli.py": b"def run(arguments):\n    print('started', *arguments)\n    return 0\n",
}
"""Stand-ins as small as can be: the guard must not depend on what the packages hold."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages with scanseal in it, as a wheel leaves it."""
    folder = tmp_path / "site"
    record = []
    for name, content in OURS.items():
        write(folder / name, content)
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record.append(f"{name},sha256={digest},{len(content)}\n")
    shutil.copyfile(ROOT / "signing" / "entry.py", folder / "scanseal.py")
    write(folder / "scanseal-0.1.0.dist-info" / "RECORD", "".join(record).encode())
    return folder


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def start(*path: Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """`python -m scanseal verify`, with a module path of our own and no site-packages."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "scanseal", "verify"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        cwd=folder or path[-1].parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_alone_it_starts(site: Path) -> None:
    done = start(site)
    assert (done.returncode, done.stdout, done.stderr) == (0, "started verify\n", "")


@pytest.mark.parametrize("package", ["watermark", "signing"])
def test_a_distribution_of_that_name_is_refused(site: Path, package: str) -> None:
    write(site / f"{package}-2.6.0.dist-info" / "METADATA", b"Name: x\n")
    refused(start(site), f"the distribution '{package}' also installs the package '{package}'")


@pytest.mark.parametrize("package", ["watermark", "signing"])
@pytest.mark.parametrize("suffix", ["dist-info", "egg-info"])
def test_a_distribution_with_that_package_is_refused(
    site: Path, tmp_path: Path, package: str, suffix: str
) -> None:
    other = tmp_path / "other"
    write(other / f"acme_tools-1.{suffix}" / "top_level.txt", f"acme\n{package}\n".encode())
    refused(start(site, other), f"'acme-tools' also installs the package '{package}'")


def test_other_distributions_are_no_concern(site: Path) -> None:
    write(site / "acme-1.dist-info" / "top_level.txt", b"acme\nwatermarks\n")
    write(site / "watermark_tools-1.dist-info" / "METADATA", b"Name: x\n")
    assert start(site).returncode == 0


@pytest.mark.parametrize("package", ["watermark", "signing"])
def test_an_overwritten_package_is_refused(site: Path, package: str) -> None:
    write(site / package / "__init__.py", b"import IPython\n")
    refused(start(site), f"the package '{package}' in {site} was overwritten")


@pytest.mark.parametrize("package", ["watermark", "signing"])
def test_a_package_that_shadows_ours_is_refused(site: Path, tmp_path: Path, package: str) -> None:
    other = tmp_path / "other"
    write(other / package / "__init__.py", b"raise SystemExit('a stranger ran')\n")
    refused(start(other, site), f"the package '{package}' would be imported from {other}")


def test_a_package_in_the_working_folder_is_refused(site: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    write(here / "signing.py", b"raise SystemExit('a stranger ran')\n")
    refused(start(site, folder=here), "the package 'signing' would be imported from")


@pytest.mark.parametrize("package", ["watermark", "signing"])
def test_a_missing_package_is_refused(site: Path, package: str) -> None:
    shutil.rmtree(site / package)
    refused(start(site), f"the package '{package}' is missing")


def test_an_uninstalled_neighbour_leaves_no_package(site: Path) -> None:
    (site / "watermark" / "__init__.py").unlink()
    write(site / "watermark" / "left.py", b"")
    refused(start(site), "the package 'watermark' is missing")


def test_an_editable_install_points_to_its_checkout(site: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "check out"
    for name, content in OURS.items():
        write(checkout / name, content)
    shutil.rmtree(site / "watermark")
    shutil.rmtree(site / "signing")
    direct = f'{{"dir_info": {{"editable": true}}, "url": "{checkout.as_uri()}"}}'
    write(site / "scanseal-0.1.0.dist-info" / "direct_url.json", direct.encode())
    write(site / "scanseal-0.1.0.dist-info" / "RECORD", b"_scanseal.pth,,\n")
    assert start(site, checkout).returncode == 0
    other = tmp_path / "other"
    write(other / "watermark" / "__init__.py", b"")
    refused(start(site, other, checkout), "the package 'watermark' would be imported from")


def test_broken_metadata_is_one_line(site: Path) -> None:
    write(site / "scanseal-0.1.0.dist-info" / "direct_url.json", b"{")
    refused(start(site), "cannot read our own installation")


def test_a_missing_library_is_one_line(site: Path) -> None:
    write(site / "signing" / "cli.py", b"import no_such_library\n")
    refused(start(site), "cannot import no_such_library; reinstall scanseal")


def test_it_imports_nothing_heavy_and_nothing_of_ours() -> None:
    code = "import sys, signing.entry as e; e.find_clash(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()
    assert {"watermark", "signing.cli", "importlib.metadata", "typer"}.isdisjoint(loaded)


def refused(done: subprocess.CompletedProcess[str], message: str) -> None:
    """One line on stderr, nothing on stdout, exit code 5, and no stranger's code ran."""
    assert (done.returncode, done.stdout) == (5, ""), done
    assert done.stderr.startswith("scanseal: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert "a stranger ran" not in done.stderr
