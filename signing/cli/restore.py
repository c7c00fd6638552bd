"""`scanseal restore`: the scanner's own bits."""

from pathlib import Path
from typing import Annotated

from typer import Option

from signing.cli import exits
from signing.cli.inputs import Job, UsageProblem, pair, require
from signing.cli.options import Destination, Force, SealedSource
from signing.cli.work import process


def command(
    src: SealedSource,
    dst: Destination,
    trust: Annotated[
        Path | None,
        Option(help="Trusted keys, as for verify: restore only what they signed."),
    ] = None,
    policy: Annotated[
        Path | None, Option(help="With --trust: policy file (TOML) that says who may amend.")
    ] = None,
    force: Force = False,
) -> int:
    """Restore sealed images: the samples, bit for bit, and the elements as they were before."""
    jobs, selection = pair(src, dst)
    if trust is not None:
        require(trust, "public key or folder of them")
    if policy is not None:
        if trust is None:
            raise UsageProblem("--policy", "goes with --trust")
        require(policy, "policy file")

    from signing.evidence.attributecheck import name_path
    from signing.requirements import DEFAULT, load_requirements
    from signing.restoration import restore_file
    from signing.trust import load_trust

    keys = load_trust(trust) if trust is not None else None
    rules = load_requirements(policy) if policy is not None else DEFAULT

    def restore_one(job: Job) -> int:
        amended = restore_file(job.source, job.target, keys, rules, force)
        names = ", ".join(map(name_path, amended))
        print(f"{job.target}: restored" + (f", but with the amended {names}" if names else ""))
        return exits.OK

    return process("restore", jobs, selection, restore_one)
