"""`scanseal scrub`: takes a seal off for good."""

from signing.cli import exits
from signing.cli.inputs import Job, pair
from signing.cli.options import Destination, Force, Source
from signing.cli.work import process


def command(
    src: Source,
    dst: Destination,
    force: Force = False,
) -> int:
    """Scrub images: destroy the mark in the samples and the seal in the tags."""
    jobs, selection = pair(src, dst)

    from signing.scrubbing import scrub_file

    def scrub_one(job: Job) -> int:
        scrub_file(job.source, job.target, force=force)
        print(f"{job.target}: scrubbed")
        return exits.OK

    return process("scrub", jobs, selection, scrub_one)
