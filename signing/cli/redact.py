"""`scanseal redact`: takes attributes and regions of frames out; the rest still verifies."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from typer import Option

from signing.cli import exits
from signing.cli.inputs import Job, UsageProblem, pair
from signing.cli.options import Destination, Force, SealedSource
from signing.cli.work import process

if TYPE_CHECKING:
    from signing.redaction.profile import BasicProfile

_BOX: Final = re.compile(r"(\d{1,6}):(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})")


def command(
    src: SealedSource,
    dst: Destination,
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
    basic_profile: Annotated[
        bool,
        Option(
            "--basic-profile",
            help="Take out what the Basic Application Confidentiality Profile of DICOM names.",
        ),
    ] = False,
    remove_dates: Annotated[
        bool,
        Option(
            "--remove-dates",
            help="With --basic-profile: take dates and times out instead of shifting dates.",
        ),
    ] = False,
    keep: Annotated[
        list[str] | None,
        Option(
            metavar="KEYWORD",
            help="With --basic-profile: attribute that stays all the same; may be repeated.",
        ),
    ] = None,
    pseudonyms: Annotated[
        Path | None,
        Option(
            metavar="FILE",
            help="With --basic-profile: the secret that new UIDs, patient IDs and shifts are made "
            "by; drawn and written where there is no such file.",
        ),
    ] = None,
    force: Force = False,
) -> int:
    """Redact images: take attributes and regions out so that the rest still verifies.

    Needs no key.
    """
    if not basic_profile and (remove_dates or keep or pseudonyms is not None):
        raise UsageProblem("--remove-dates, --keep, --pseudonyms", "go with --basic-profile")
    boxes = [_read_box(text) for text in box or ()]
    if not (basic_profile or remove or boxes):
        raise UsageProblem(str(src), "say what to take out: --remove, --box, or --basic-profile")
    jobs, selection = pair(src, dst)

    from signing.redaction.release import redact_file

    # One for all files: what is the same in two of them is the same in their copies.
    profile = _open_profile(pseudonyms, remove_dates, keep or []) if basic_profile else False

    def redact_one(job: Job) -> int:
        notices = redact_file(job.source, job.target, remove or [], force, profile, boxes)
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


def _open_profile(pseudonyms: Path | None, remove_dates: bool, keep: list[str]) -> "BasicProfile":
    """Return the profile of this run."""
    from signing.redaction.profile import BasicProfile
    from signing.redaction.pseudonyms import Pseudonyms, load_pseudonyms

    made = Pseudonyms() if pseudonyms is None else load_pseudonyms(pseudonyms)
    return BasicProfile(made, not remove_dates, frozenset(keep))
