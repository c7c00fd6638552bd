"""`scanseal redact`: takes attributes and regions of frames out; the rest still verifies."""

import re
from pathlib import Path
from typing import Annotated, Final

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import Job, UsageProblem, pair
from signing.cli.work import process

_BOX: Final = re.compile(r"(\d{1,6}):(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})")


def command(
    src: Annotated[Path, Argument(metavar="SRC", help="Sealed DICOM file, or a folder of them.")],
    dst: Annotated[
        Path, Argument(metavar="DST", help="File or folder to write; a folder is mirrored.")
    ],
    remove: Annotated[
        list[str] | None,
        Option(
            "--remove",
            metavar="KEYWORD",
            help="Attribute to take out, by keyword or by its path in a report; may be repeated.",
        ),
    ] = None,
    box: Annotated[
        list[str] | None,
        Option(
            "--box",
            metavar="FRAME:R,C,H,W",
            help="Region to blank: frame, from 0; row, column, height and width in samples. It "
            "grows to whole cells of 8x8; may be repeated.",
        ),
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite existing files.")] = False,
) -> int:
    """Redact images: take attributes and regions out so that the rest still verifies.

    Needs no key.
    """
    boxes = [_read_box(text) for text in box or ()]
    if not (remove or boxes):
        raise UsageProblem("nothing to take out", "name it with --remove or --box")
    jobs, selection = pair(src, dst)

    from signing.redaction.release import redact_file

    def redact_one(job: Job) -> int:
        notices = redact_file(job.source, job.target, remove or (), boxes, force=force)
        print(", ".join([f"{job.target}: redacted", *notices]))
        return exits.OK

    return process("redact", jobs, selection, redact_one)


def _read_box(text: str) -> tuple[int, int, int, int, int]:
    """Return frame, row, column, height and width. Raises UsageProblem."""
    found = _BOX.fullmatch(text)
    if found is None:
        raise UsageProblem(f"--box {text}", "not FRAME:ROW,COLUMN,HEIGHT,WIDTH, as 0:16,0,32,64 is")
    frame, row, column, height, width = map(int, found.groups())
    return frame, row, column, height, width
