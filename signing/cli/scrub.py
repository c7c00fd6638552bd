"""`scanseal scrub`: takes a seal off for good."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import Job, pair
from signing.cli.work import process


def command(
    src: Annotated[Path, Argument(metavar="SRC", help="DICOM file, or a folder of them.")],
    dst: Annotated[
        Path, Argument(metavar="DST", help="File or folder to write; a folder is mirrored.")
    ],
    force: Annotated[bool, Option("--force", help="Overwrite existing files.")] = False,
) -> int:
    """Scrub images: destroy the mark in the samples and the seal in the tags."""
    jobs, selection = pair(src, dst)

    from signing.scrubbing import scrub_file

    def scrub_one(job: Job) -> int:
        scrub_file(job.source, job.target, force=force)
        print(f"{job.target}: scrubbed")
        return exits.OK

    return process("scrub", jobs, selection, scrub_one)
