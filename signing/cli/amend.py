"""`scanseal amend`: signs again what was rightly changed, with a reason."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Option

from signing.cli import exits
from signing.cli.inputs import Job, pair, require
from signing.cli.options import Destination, Force, SealedSource, SigningKey, SigningPassphrase
from signing.cli.signers import (
    CERTIFICATE_HELP,
    check_key,
    find_certificate,
    open_signer,
)
from signing.cli.work import process

if TYPE_CHECKING:
    from signing.amending import AmendResult


def command(
    src: SealedSource,
    dst: Destination,
    key: SigningKey,
    reason: Annotated[
        str, Option(help="Why, such as 'patient merge'. Reports show it: no patient's data.")
    ],
    attribute: Annotated[
        list[str] | None,
        Option(
            metavar="KEYWORD",
            help="Attribute to sign again; may be repeated. By default all that differ and may be.",
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        Option(help="Trusted keys, as for verify: amend only what they sealed."),
    ] = None,
    timestamp: Annotated[
        str | None,
        Option(
            metavar="URL",
            help="Have this authority stamp the time (RFC 3161): no stamp, no amendment.",
        ),
    ] = None,
    certificate: Annotated[Path | None, Option(help=CERTIFICATE_HELP)] = None,
    passphrase_file: SigningPassphrase = None,
    force: Force = False,
) -> int:
    """Amend sealed images: answer, by a signature, for attributes that were rightly changed."""
    check_key(key)
    certificate = find_certificate(key, certificate)
    if trust is not None:
        require(trust, "public key or folder of them")
    jobs, selection = pair(src, dst)

    from signing.amending import AmendOptions, amend_file
    from signing.signerchain import load_chain
    from signing.trust import load_trust

    signer = open_signer(key, passphrase_file)
    options = AmendOptions(
        attributes=tuple(attribute) if attribute else None,
        trust=load_trust(trust) if trust is not None else None,
        certificates=load_chain(certificate, signer) if certificate else (),
        timestamp=timestamp,
    )

    def amend_one(job: Job) -> int:
        print(_tell(job, amend_file(job.source, job.target, signer, reason, options, force)))
        return exits.OK

    return process("amend", jobs, selection, amend_one)


def _tell(job: Job, result: "AmendResult") -> str:
    """Return the line that tells what was signed in one file."""
    from signing.evidence.attributecheck import name_path

    names = ", ".join(map(name_path, result.attributes))
    count = f"amendment {result.amendments} of this seal"
    return f"{job.target}: amended {names}; {count}"
