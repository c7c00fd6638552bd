"""`scanseal stamp`: has a time-stamping authority confirm seals that are there."""

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
    timestamp: Annotated[
        str,
        Option(metavar="URL", help="Time-stamping authority (RFC 3161) that is asked."),
    ],
    force: Annotated[bool, Option("--force", help="Overwrite existing files.")] = False,
) -> int:
    """Stamp seals: have an authority prove when they were there, and renew earlier time stamps."""
    jobs, selection = pair(src, dst)

    from signing.renewal import stamp_file
    from signing.timestamps.exchange import parse_address

    parse_address(timestamp)

    def stamp_one(job: Job) -> int:
        added, total = stamp_file(job.source, job.target, timestamp, force)
        renewed = total - added
        covering = f", over {renewed} earlier" if renewed else ""
        plural = "s" if added > 1 else ""
        print(f"{job.target}: {added} time stamp{plural}{covering}")
        return exits.OK

    return process("stamp", jobs, selection, stamp_one)
