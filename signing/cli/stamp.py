"""`scanseal stamp`: has a time-stamping authority confirm seals that are there."""

from typing import Annotated

from typer import Option

from signing.cli import exits
from signing.cli.inputs import Job, pair
from signing.cli.options import Destination, Force, SealedSource
from signing.cli.work import process


def command(
    src: SealedSource,
    dst: Destination,
    timestamp: Annotated[
        str,
        Option(metavar="URL", help="Time-stamping authority (RFC 3161) that is asked."),
    ],
    force: Force = False,
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
