"""`scanseal recover`: what was there before tiles were damaged, nearly."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import Job, UsageProblem, is_export, pair, require
from signing.cli.options import Destination, Force, RecoveryPassphrase
from signing.cli.passphrases import read_passphrase
from signing.cli.work import process

if TYPE_CHECKING:
    from signing.recovery import RecoverResult


def command(
    src: Annotated[
        Path, Argument(metavar="SRC", help="Damaged DICOM file or export, or a folder of them.")
    ],
    dst: Destination,
    trust: Annotated[Path, Option(help="Trusted keys, as for verify.")],
    recovery_key: Annotated[Path, Option(help="Private recovery key (NAME.rkey).")],
    passphrase_file: RecoveryPassphrase = None,
    force: Force = False,
) -> int:
    """Recover damaged areas from encrypted recovery data; write the image and a mask beside it."""
    jobs, selection = pair(src, dst, exports=True)
    for job in jobs:
        if is_export(job.source) != is_export(job.target):
            raise UsageProblem(
                str(job.target), "an export is recovered to an export, DICOM to DICOM"
            )
        if job.target.exists() and job.target.samefile(job.source):
            raise UsageProblem(str(job.target), "is the input, which is kept; name another")
    require(trust, "public key or folder of them")
    require(recovery_key, "recovery key file")

    from signing.keys import load_recovery_key
    from signing.recovery import recover_file
    from signing.trust import load_trust

    keys = load_trust(trust)
    key = load_recovery_key(recovery_key, read_passphrase(passphrase_file))

    def recover_one(job: Job) -> int:
        print(describe_result(job, recover_file(job.source, job.target, keys, key, force=force)))
        return exits.OK

    return process("recover", jobs, selection, recover_one)


def describe_result(job: Job, result: "RecoverResult") -> str:
    """Return the line that tells what became of one file: share, frames, masks, notices."""
    if not result.recovered_frames:
        return ", ".join((f"{job.source}: intact, nothing to recover", *result.notices))
    masks = result.masks[0].name if len(result.masks) == 1 else f"{len(result.masks)} masks"
    parts = [
        f"{100 * result.share:.1f} % of the samples in {result.recovered_frames} of"
        f" {result.frames} frames",
        f"{masks} beside it",
    ]
    return f"{job.target}: recovered " + ", ".join([*parts, *result.notices])
