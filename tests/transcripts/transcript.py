"""Transcripts: command lines and what they print, as a user would see them.

A file is a sequence of commands. `# ...` is a remark; `$ ...` a command for bash; the lines that
follow are what it prints, stdout and stderr together; `? N` after them is its exit code, 0 where
it is missing. In expected output `...` stands for any text within a line, and a line that is
`...` alone for any number of lines.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Step:
    """One command: number of its line, text, expected output and exit code."""

    line: int
    command: str
    output: tuple[str, ...]
    code: int


def parse(text: str) -> list[Step]:
    """Return the steps of a transcript; ValueError where a line belongs to no command."""
    steps: list[Step] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            continue
        if line.startswith("$ "):
            steps.append(Step(number, line[2:], (), 0))
        elif not steps:
            if line:
                raise ValueError(f"line {number} belongs to no command")
        else:
            steps[-1] = extend(steps[-1], line)
    return steps


def extend(step: Step, line: str) -> Step:
    """The step with one more line of its transcript."""
    if line.startswith("? "):
        return Step(step.line, step.command, step.output, int(line[2:]))
    if not line:  # between commands; a command whose output has empty lines is matched by ...
        return step
    return Step(step.line, step.command, (*step.output, line), step.code)


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Whether what was printed is what the transcript says; empty lines are not compared."""
    pattern = "".join("(?:[^\n]*\n)*?" if line == "..." else wild(line) + "\n" for line in expected)
    lines = "".join(f"{line}\n" for line in printed.splitlines() if line)
    return re.fullmatch(pattern, lines) is not None


def wild(line: str) -> str:
    """The pattern of one expected line."""
    return "[^\n]*?".join(re.escape(part) for part in line.split("..."))


def execute(step: Step, folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Run one command in `folder`; return its exit code and all it printed."""
    done = subprocess.run(
        ["/bin/bash", "-c", step.command],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout


def install_commands(folder: Path) -> dict[str, str]:
    """Put `scanseal` and `python` into `folder`; return the environment that finds them."""
    folder.mkdir()
    for name, arguments in (("scanseal", "-m signing "), ("python", "")):
        command = folder / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n')
        command.chmod(0o755)
    return {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
