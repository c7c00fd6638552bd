"""Tokens of SoftHSM, in a folder of their own."""

import os
import subprocess
from pathlib import Path
from typing import Final

from tests.programs.find import find_program

PIN: Final = "12secret34"
OTHER_PIN: Final = "98secret76"

PLACES: Final = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


def find_library() -> Path:
    """Return SoftHSM's PKCS#11 library; RuntimeError where it is missing."""
    found = next((Path(place) for place in PLACES if Path(place).exists()), None)
    if found is None:
        raise RuntimeError("SoftHSM is not installed: apt-get install softhsm2")
    return found


def prepare(folder: Path, *labels: str) -> dict[str, str]:
    """Make tokens with these labels; return the environment in which the library finds them."""
    tokens = folder / "tokens"
    tokens.mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    environment = {"SOFTHSM2_CONF": str(configuration)}
    for label in labels:
        program = find_program("softhsm2-util", "softhsm2")
        pins = ("--pin", PIN, "--so-pin", OTHER_PIN)
        command = [program, "--init-token", "--free", "--label", label, *pins]
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return environment
