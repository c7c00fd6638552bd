"""Start of the command `scanseal`: makes sure whose packages these are before importing them.

Two other distributions on the public index are named `watermark` and `signing` and install
packages of these names; pip lets them overwrite ours without a word. So the command starts here,
in a file that is also installed as the module `scanseal`, imports nothing of ours at first, and
ends with exit code 5 and one line if either package is not ours.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.machinery import PathFinder
from pathlib import Path

DISTRIBUTION = "scanseal"
"""The name under which we are installed."""

PACKAGES = ("watermark", "signing")
"""Our import names; both are also names of other people's distributions."""

EXIT_BROKEN = 5
"""We cannot even start (docs/guide/command-line.md, exit codes)."""

EXIT_INTERRUPTED = 130
"""Stopped by the user while still starting."""


def main() -> None:
    """Run the command line, unless another distribution owns one of our packages."""
    clash = find_clash()
    if clash is not None:
        sys.stderr.write(f"scanseal: {clash}\n")
        raise SystemExit(EXIT_BROKEN)
    raise SystemExit(_start(sys.argv[1:]))


def _start(arguments: list[str]) -> int:
    """Import and run the command line; return its exit code, whatever happens on the way."""
    try:
        from signing.cli import run

        return run(arguments)
    except ImportError as error:
        missing = error.name or "a library"
        sys.stderr.write(f"scanseal: cannot import {missing}; reinstall {DISTRIBUTION}\n")
        return EXIT_BROKEN
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def find_clash() -> str | None:
    """Return one line that says which package is not ours and what to do, or None."""
    try:
        return _find_stranger() or _find_misplaced()
    except (OSError, ValueError) as error:
        return f"cannot read our own installation ({error}); reinstall {DISTRIBUTION}"


def _find_stranger() -> str | None:
    """A second distribution that installs one of our packages, wherever it stands on the path."""
    for record in _installed():
        name = _name(record)
        for package in PACKAGES:
            if name != DISTRIBUTION and _owns(record, package):
                return (
                    f"the distribution '{name}' also installs the package '{package}' "
                    f"(in {record.parent}); use an environment of its own for {DISTRIBUTION}, "
                    f"or: pip uninstall {name}, then pip install --force-reinstall {DISTRIBUTION}"
                )
    return None


def _installed() -> Iterator[Path]:
    """The metadata folder of every installed distribution, in the order of the import path.

    Folder names say what we need; importlib.metadata would parse every METADATA file on every
    start (docs/decisions/0001-names-and-layout.md has the figures).
    """
    for entry in dict.fromkeys(sys.path):
        folder = Path(entry or ".")
        if folder.is_dir():
            yield from sorted(folder.glob("*.dist-info"))
            yield from sorted(folder.glob("*.egg-info"))


def _name(record: Path) -> str:
    """The normalised name that a metadata folder `name-version.dist-info` stands for."""
    return record.stem.split("-")[0].lower().replace("_", "-")


def _owns(record: Path, package: str) -> bool:
    """Cheap evidence only: reading every RECORD of a large environment would take seconds.

    A distribution of the package's own name is a stranger by definition; others are told by the
    list of top-level names that most installers write. Whoever has neither and still overwrites
    us is caught by our own RECORD in `_find_misplaced`.
    """
    if _name(record) == package:
        return True
    names = record / "top_level.txt"
    return names.is_file() and package in names.read_text(encoding="utf-8").split()


def _find_misplaced() -> str | None:
    """One of our packages that is missing, elsewhere than installed, or overwritten."""
    home = _home()
    for package in PACKAGES:
        spec = PathFinder.find_spec(package)
        expected = home / package / "__init__.py"
        if spec is None or spec.origin is None:
            return f"the package '{package}' is missing; reinstall {DISTRIBUTION}"
        if not expected.exists() or not Path(spec.origin).samefile(expected):
            return (
                f"the package '{package}' would be imported from {spec.origin}, "
                f"which is not ours ({expected}); start {DISTRIBUTION} from another folder "
                "or remove that package"
            )
        if not _as_recorded(package, expected):
            return (
                f"the package '{package}' in {home} was overwritten; "
                f"reinstall {DISTRIBUTION} in an environment of its own"
            )
    return None


def _home() -> Path:
    """The folder that holds our two packages: beside us, or the checkout of an editable install."""
    here = Path(__file__).resolve().parent
    if here.name == "signing":
        return here.parent
    return _editable_root() or here


def _editable_root() -> Path | None:
    """The checkout that an editable install points to (PEP 610, direct_url.json), if it is one."""
    import json
    from urllib.parse import unquote, urlsplit

    text = _our_text("direct_url.json")
    record = json.loads(text) if text else {}
    if not record.get("dir_info", {}).get("editable"):
        return None
    return Path(unquote(urlsplit(str(record["url"])).path))


def _our_text(name: str) -> str:
    """One file of our own metadata folder; empty where it is missing or we are not installed."""
    ours = next((record for record in _installed() if _name(record) == DISTRIBUTION), None)
    if ours is None or not (ours / name).is_file():
        return ""
    return (ours / name).read_text(encoding="utf-8")


def _as_recorded(package: str, path: Path) -> bool:
    """Whether the file has the hash of our RECORD; editable installs record none, and pass."""
    from base64 import urlsafe_b64encode

    digest = urlsafe_b64encode(sha256(path.read_bytes()).digest()).rstrip(b"=").decode()
    for line in _our_text("RECORD").splitlines():
        if line.startswith(f"{package}/__init__.py,sha256="):
            return line.split(",")[1] == f"sha256={digest}"
    return True


if __name__ == "__main__":
    main()
