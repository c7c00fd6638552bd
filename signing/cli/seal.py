"""`scanseal seal`: marks and signs images."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from signing.cli import exits
from signing.cli.inputs import Job, UsageProblem, pair, require
from signing.cli.options import Destination, Force, SigningKey, SigningPassphrase, Source
from signing.cli.signers import CERTIFICATE_HELP, check_key, find_certificate, open_signer
from signing.cli.work import process

if TYPE_CHECKING:
    from signing.sealing import SealResult


class Profile(StrEnum):
    """How much of the picture carries the mark (docs/spec/mark.md)."""

    LIGHT = "light"
    STANDARD = "standard"
    FULL = "full"
    DETACHED = "detached"


class Transform(StrEnum):
    """The predict step whose coefficients carry."""

    DWT = "dwt"
    DCT = "dct"


DAMAGES = (0.49, 0.25)
"""Shares of the carrying tiles that may be lost; a closed list, written in the certificate."""


def command(
    src: Source,
    dst: Destination,
    key: SigningKey,
    profile: Annotated[
        Profile | None,
        Option(help="Strength of the mark; by default what suits the image, mostly standard."),
    ] = None,
    transform: Annotated[Transform, Option(help="Where the mark is put.")] = Transform.DWT,
    protect: Annotated[
        Path | None,
        Option(help="Mask (8-bit PNG or .npy): its non-zero samples are never changed."),
    ] = None,
    damage: Annotated[
        float, Option(help="Share of the picture that may be lost: 0.49 or 0.25.")
    ] = DAMAGES[0],
    transfer_syntax: Annotated[
        str | None, Option(help="UID of the transfer syntax to write, instead of the source's.")
    ] = None,
    no_restoration: Annotated[
        bool, Option("--no-restoration", help="Leave out what gives the original back.")
    ] = False,
    new_uid: Annotated[
        bool, Option("--new-uid", help="Give the sealed image its own SOP Instance UID.")
    ] = False,
    reseal: Annotated[
        bool, Option("--reseal", help="Restore an image that is sealed already, then seal it.")
    ] = False,
    chain: Annotated[
        bool, Option("--chain", help="Sign once more what is sealed already; change nothing else.")
    ] = False,
    trust: Annotated[
        Path | None,
        Option(help="With --chain: whose seals are signed once more, as for verify."),
    ] = None,
    policy: Annotated[
        Path | None,
        Option(help="With --chain: what is asked of them, and who may amend (TOML)."),
    ] = None,
    recovery_for: Annotated[
        list[Path] | None,
        Option(help="Encrypt recovery data to this key (NAME.rpub); may be given several times."),
    ] = None,
    recover_burned_in: Annotated[
        bool,
        Option("--recover-burned-in", help="Make them even where names may be burned in."),
    ] = False,
    timestamp: Annotated[
        str | None,
        Option(
            metavar="URL",
            help="Have this authority stamp the time (RFC 3161): no stamp, no seal.",
        ),
    ] = None,
    spread: Annotated[bool, Option("--spread", help="Let flat areas carry the mark too.")] = False,
    certificate: Annotated[
        Path | None,
        Option(help=CERTIFICATE_HELP),
    ] = None,
    passphrase_file: SigningPassphrase = None,
    force: Force = False,
) -> int:
    """Seal images: sign what they hold, and mark the samples so that they prove themselves."""
    if damage not in DAMAGES:
        raise UsageProblem("--damage", f"is {damage:g}; it can be 0.49 or 0.25")
    if new_uid + reseal + chain > 1:
        raise UsageProblem("--new-uid, --reseal, --chain", "exclude each other; choose one")
    made_anew = (profile, protect, transfer_syntax, recovery_for, no_restoration, spread)
    _check_chain(chain, trust, policy, any(made_anew))
    if protect is not None:
        require(protect, "mask file")
    check_key(key)
    certificate = find_certificate(key, certificate)
    for path in recovery_for or ():
        require(path, "recovery key file")
    jobs, selection = pair(src, dst)

    from signing.countersigning import CustodyOptions, countersign_file
    from signing.keys import load_recovery_public_key
    from signing.requirements import DEFAULT, load_requirements
    from signing.sealing import SealOptions, seal_file
    from signing.signerchain import load_chain
    from signing.trust import load_trust

    signer = open_signer(key, passphrase_file)
    links = load_chain(certificate, signer) if certificate else ()
    believed = load_trust(trust) if trust is not None else None
    custody = CustodyOptions(links, load_requirements(policy) if policy is not None else DEFAULT)
    options = SealOptions(
        profile=profile.value if profile else None,
        transform=transform.value,
        damage=damage,
        protect=protect,
        restoration=not no_restoration,
        new_uid=new_uid,
        reseal=reseal,
        transfer_syntax=transfer_syntax,
        spread=spread,
        recovery_for=tuple(load_recovery_public_key(path) for path in recovery_for or ()),
        recover_burned_in=recover_burned_in,
        timestamp=timestamp,
        certificates=links,
    )

    def seal_one(job: Job) -> int:
        if believed is not None:
            count = countersign_file(job.source, job.target, signer, believed, custody, force)
            print(f"{job.target}: signed once more, {count} signatures in all")
            return exits.OK
        result = seal_file(job.source, job.target, signer, options, force=force)
        print(describe_result(job, result))
        return exits.OK

    return process("seal", jobs, selection, seal_one)


def _check_chain(chain: bool, trust: Path | None, policy: Path | None, made_anew: bool) -> None:
    """Raise UsageProblem where --chain stands beside what it cannot do, or without its trust."""
    if chain and made_anew:
        raise UsageProblem("--chain", "marks nothing and keeps the seal; leave out what would")
    if chain and trust is None:
        raise UsageProblem("--chain", "signs for others; say with --trust whom you believe")
    if trust is not None and not chain:
        raise UsageProblem("--trust", "goes with --chain")
    if policy is not None and not chain:
        raise UsageProblem("--policy", "goes with --chain")
    if trust is not None:
        require(trust, "public key or folder of them")
    if policy is not None:
        require(policy, "policy file")


def describe_result(job: Job, result: "SealResult") -> str:
    """Return the line that tells what became of one file: profile, frames, PSNR, notices."""
    parts = [result.profile]
    if result.reason:
        parts.append(result.reason)
    if result.marked_frames:
        parts.append(f"{result.marked_frames} of {result.frames} frames marked")
    if result.psnr is not None:
        parts.append(f"{result.psnr:.1f} dB at a peak of {result.peak}")
    if result.recoverable_frames:
        parts.append(f"recovery data in {result.recoverable_frames} of {result.frames} frames")
    return f"{job.target}: sealed, " + ", ".join([*parts, *result.notices])
