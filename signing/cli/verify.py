"""`scanseal verify`: is it what was sealed."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import require, select
from signing.cli.messages import complain
from signing.cli.progress import track
from signing.cli.work import name_skipped


def command(
    paths: Annotated[
        list[Path], Argument(metavar="PATH", help="DICOM files, exports, or folders of them.")
    ],
    trust: Annotated[Path, Option(help="Public key (NAME.pub) to trust, or a folder of them.")],
    deep: Annotated[
        bool, Option("--deep", help="Read the mark in the samples as well as the tags.")
    ] = False,
    as_json: Annotated[bool, Option("--json", help="One JSON object a file on stdout.")] = False,
) -> int:
    """Verify images: compare each with what a trusted key signed, and say where it differs."""
    selection = select(paths, exports=True)
    require(trust, "public key or folder of them")

    from signing.report import Answer, jsonlines, text
    from signing.trust import load_trust
    from signing.verdict import exit_code, worst
    from signing.verification import verify_path

    keys = load_trust(trust)
    codes: list[int] = []

    def answers() -> Iterator[Answer]:
        for path in track(selection.files, "verify"):
            try:
                report = verify_path(path, keys, deep=deep)
            except OSError as error:
                # One file that cannot be opened must not hide what the others are.
                complain("verify", str(path), exits.describe(error))
                codes.append(exits.exit_code(error))
                continue
            codes.append(exit_code(report.verdict))
            yield Answer(str(path), report)

    writer = jsonlines if as_json else text
    writer.write(answers(), sys.stdout)
    name_skipped("verify", selection)
    return worst(codes)
