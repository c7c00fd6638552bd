"""`scanseal redact`: takes attributes out; the rest still verifies."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import Job, pair
from signing.cli.work import process


def command(
    src: Annotated[Path, Argument(metavar="SRC", help="Sealed DICOM file, or a folder of them.")],
    dst: Annotated[
        Path, Argument(metavar="DST", help="File or folder to write; a folder is mirrored.")
    ],
    remove: Annotated[
        list[str],
        Option(
            "--remove",
            metavar="KEYWORD",
            help="Attribute to take out, by keyword or by its path in a report; may be repeated.",
        ),
    ],
    force: Annotated[bool, Option("--force", help="Overwrite existing files.")] = False,
) -> int:
    """Redact images: take attributes out so that the rest still verifies. Needs no key."""
    jobs, selection = pair(src, dst)

    from signing.redaction.release import redact_file

    def redact_one(job: Job) -> int:
        redact_file(job.source, job.target, remove, force=force)
        print(f"{job.target}: redacted")
        return exits.OK

    return process("redact", jobs, selection, redact_one)
