"""What the command line says to people on stderr."""

import sys

PROGRAM = "scanseal"
"""The name that every message starts with."""


def say(line: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"{printable(line)}\n")


def complain(*parts: str) -> None:
    """Write `scanseal: part: part: ...` to stderr, empty parts left out."""
    say(": ".join([PROGRAM, *(part for part in parts if part)]))


def printable(text: str) -> str:
    """`text` with control and unprintable characters escaped.

    File names come from strangers: one with an escape sequence must not steer a terminal.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
