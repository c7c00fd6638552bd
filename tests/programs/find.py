"""Programs of Debian that the tests of this folder run."""

import shutil


def find_program(name: str, package: str) -> str:
    """Return the path of a program; RuntimeError, saying what to install, where it is missing."""
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"{name} is not installed: apt-get install {package}")
    return found
