"""`scanseal verify`: is it what was sealed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from signing.cli.inputs import require, select
from signing.cli.options import RecoveryPassphrase
from signing.cli.passphrases import read_passphrase
from signing.cli.places import mirror, refuse_overwriting
from signing.cli.progress import track
from signing.cli.work import name_skipped

if TYPE_CHECKING:
    from signing.report.html import Page


def command(
    paths: Annotated[
        list[Path], Argument(metavar="PATH", help="DICOM files, exports, or folders of them.")
    ],
    trust: Annotated[
        Path, Option(help="Public key (NAME.pub) or certificate to trust, or a folder of them.")
    ],
    policy: Annotated[
        Path | None, Option(help="Policy file (TOML): which seals are accepted, what needs none.")
    ] = None,
    source_ae: Annotated[
        str, Option(help="AE title that sent the files, for the policy's exemptions.")
    ] = "",
    deep: Annotated[
        bool, Option("--deep", help="Read the mark in the samples as well as the tags.")
    ] = False,
    as_json: Annotated[bool, Option("--json", help="One JSON object a file on stdout.")] = False,
    report: Annotated[
        Path | None, Option(help="Write one HTML page with words, pictures and maps to this file.")
    ] = None,
    overlay: Annotated[
        Path | None, Option(help="Folder for a PNG of every frame with altered or redacted areas.")
    ] = None,
    recovery_key: Annotated[
        Path | None,
        Option(help="Private recovery key (NAME.rkey): judge lossy copies, show what was there."),
    ] = None,
    passphrase_file: RecoveryPassphrase = None,
    force: Annotated[
        bool, Option("--force", help="Overwrite an existing report, and existing overlays.")
    ] = False,
) -> int:
    """Verify images: compare each with what a trusted key signed, and say where it differs."""
    selection = select(paths, exports=True)
    require(trust, "public key or folder of them")
    if policy is not None:
        require(policy, "policy file")
    places = mirror(paths, selection.files, overlay) if overlay is not None else {}
    if report is not None:
        read = [*selection.files, trust, *trust.glob("*"), *filter(None, [recovery_key, policy])]
        refuse_overwriting(report, {file.resolve() for file in read}, force)
    if recovery_key is not None:
        require(recovery_key, "recovery key file")

    from signing.cli.checks import Checks, Demand, Wishes, write_page
    from signing.keys import load_recovery_key
    from signing.report import jsonlines, text
    from signing.requirements import DEFAULT, load_requirements
    from signing.trust import load_trust
    from signing.verdict import worst

    secret = read_passphrase(passphrase_file)
    key = load_recovery_key(recovery_key, secret) if recovery_key is not None else None
    rules = load_requirements(policy) if policy is not None else DEFAULT
    demand = Demand(rules, source_ae, tuple(paths))
    wishes = Wishes(load_trust(trust), deep, key, report is not None, places, force, demand)
    checks = Checks(wishes)

    def write(page: "Page | None") -> None:
        files = track(selection.files, "verify")
        (jsonlines if as_json else text).write(checks.answer(files, page), sys.stdout)
        if page is not None:
            page.close(len(selection.skipped))

    if report is None:
        write(None)
    else:
        write_page(report, force, write)
    name_skipped("verify", selection)
    return worst(checks.codes)
