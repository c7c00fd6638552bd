"""`scanseal demo`: the whole story on one CT."""

from pathlib import Path
from typing import Annotated

from typer import Argument

from signing.cli import exits
from signing.cli.inputs import UsageProblem


def command(
    folder: Annotated[
        Path, Argument(metavar="DIR", help="Folder to write to; it is made if missing.")
    ] = Path("demo-out"),
) -> int:
    """Seal, verify, alter, restore and strip a CT; leave files, pictures and a page to look at."""
    if folder.exists() and not folder.is_dir():
        raise UsageProblem(str(folder), "is a file; name a folder")

    from signing.demonstration.story import run

    run(folder, print)
    return exits.OK
