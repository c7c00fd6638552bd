"""Keeps the help texts in docs/guide/command-line.md: `python -m tests.house.command_line_page`."""

import contextlib
import io
import re

from signing.cli import run
from signing.cli.application import COMMANDS
from tests.house.repository import ROOT

__all__ = ["COMMANDS", "PAGE", "refresh"]

PAGE = ROOT / "docs" / "guide" / "command-line.md"

BLOCK = re.compile(r"(```text\n\$ scanseal (\w+) --help\n)(.*?)(```)", re.DOTALL)


def refresh(text: str) -> str:
    """Return the page with every help block as the program prints it now."""
    return BLOCK.sub(lambda match: match[1] + printed(match[2]) + match[4], text)


def printed(command: str) -> str:
    """What `scanseal COMMAND --help` prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = run([command, "--help"])
    assert code == 0
    return out.getvalue()


if __name__ == "__main__":
    PAGE.write_text(refresh(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
