"""`scanseal inspect`: what a file says about itself, without any trust."""

import json
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import select
from signing.cli.messages import printable


def command(
    path: Annotated[
        Path, Argument(metavar="PATH", help="DICOM file, or an export (.npy, .png, .tif).")
    ],
    as_json: Annotated[bool, Option("--json", help="One JSON object on stdout.")] = False,
) -> int:
    """Show what a file claims: seal, signer, profile, frames. Nothing is verified here."""
    select([path], exports=True)

    from signing.inspection import inspect_path

    facts = inspect_path(path)
    if as_json:
        print(json.dumps(facts, sort_keys=True))
    else:
        for line in outline(facts):
            print(line)
    return exits.OK


def outline(facts: object, indent: int = 0) -> list[str]:
    """Return JSON-like facts as indented lines `name: value`."""
    margin = "  " * indent
    if isinstance(facts, dict):
        lines = []
        for name, value in facts.items():
            if isinstance(value, dict | list) and value:
                lines += [f"{margin}{name}:", *outline(value, indent + 1)]
            else:
                lines.append(f"{margin}{name}: {_plain(value)}")
        return lines
    if isinstance(facts, list):
        return [line for value in facts for line in _item(value, indent)]
    return [f"{margin}{_plain(facts)}"]


def _item(value: object, indent: int) -> list[str]:
    """One entry of a list; the first line of it bears the dash."""
    lines = outline(value, indent + 1)
    return [f"{'  ' * indent}- {lines[0].lstrip()}", *lines[1:]] if lines else []


def _plain(value: object) -> str:
    if value is None or value in ({}, []) or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(str(value))
