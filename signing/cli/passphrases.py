"""Pass phrases come from files: never from the command line, where every process can read them."""

from pathlib import Path

from signing.cli.inputs import UsageProblem, require

LONGEST = 4096
"""More is not a pass phrase but the wrong file."""


def read_passphrase(path: Path | None) -> bytes | None:
    """Return the first line of the file without its line end; None without a file.

    Raises UsageProblem when the file is missing, empty or far too long.
    """
    if path is None:
        return None
    with require(path, "pass phrase file").open("rb") as file:
        line = file.readline(LONGEST + 1).rstrip(b"\r\n")
    if not line:
        raise UsageProblem(str(path), "the first line is empty; it must hold the pass phrase")
    if len(line) > LONGEST:
        raise UsageProblem(str(path), f"the first line is longer than {LONGEST} bytes")
    return line
