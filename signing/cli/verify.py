"""`scanseal verify`: is it what was sealed."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import require, select
from signing.cli.messages import complain
from signing.cli.places import mirror, refuse_overwriting
from signing.cli.progress import track
from signing.cli.work import name_skipped

if TYPE_CHECKING:
    from signing.report import Answer


def command(
    paths: Annotated[
        list[Path], Argument(metavar="PATH", help="DICOM files, exports, or folders of them.")
    ],
    trust: Annotated[Path, Option(help="Public key (NAME.pub) to trust, or a folder of them.")],
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
    force: Annotated[
        bool, Option("--force", help="Overwrite an existing report, and existing overlays.")
    ] = False,
) -> int:
    """Verify images: compare each with what a trusted key signed, and say where it differs."""
    selection = select(paths, exports=True)
    require(trust, "public key or folder of them")
    places = mirror(paths, selection.files, overlay) if overlay is not None else {}
    if report is not None:
        refuse_overwriting(report, selection.files, force)

    from signing.cli.checks import Checks
    from signing.report import jsonlines, text
    from signing.trust import load_trust
    from signing.verdict import worst

    checks = Checks(load_trust(trust), deep, report is not None, places, force)

    def answers() -> Iterator["Answer"]:
        for path in track(selection.files, "verify"):
            try:
                yield checks.check(path)
            except OSError as error:
                # One file that cannot be opened must not hide what the others are.
                complain("verify", str(path), exits.describe(error))
                checks.codes.append(exits.exit_code(error))

    writer = jsonlines if as_json else text
    if report is None:
        writer.write(answers(), sys.stdout)
    else:
        from signing.cli.checks import write_page

        write_page(report, force, lambda page: writer.write(page.through(answers()), sys.stdout))
    name_skipped("verify", selection)
    return worst(checks.codes)
