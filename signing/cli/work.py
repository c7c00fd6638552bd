"""One loop for every command that reads files and writes files."""

from collections.abc import Callable, Sequence

from signing.cli import exits
from signing.cli.inputs import Job, Selection
from signing.cli.messages import complain
from signing.cli.progress import track
from signing.verdict import worst


def process(
    command: str, jobs: Sequence[Job], selection: Selection, do: Callable[[Job], int]
) -> int:
    """Do every job; return the worst exit code.

    A file that fails is named with the reason and the others go on; what was skipped is named
    and counted at the end.
    """
    codes = []
    for job in track(jobs, command):
        try:
            job.target.parent.mkdir(parents=True, exist_ok=True)
            codes.append(do(job))
        except KeyboardInterrupt:
            raise
        except Exception as error:
            complain(command, str(job.source), exits.describe(error))
            codes.append(exits.exit_code(error))
    name_skipped(command, selection)
    return worst(codes)


def name_skipped(command: str, selection: Selection) -> None:
    """Name every file that was left out, with the reason, and count them."""
    for path, reason in selection.skipped:
        complain(command, str(path), f"skipped: {reason}")
    count = len(selection.skipped)
    if count:
        complain(command, f"{count} file{'s' if count > 1 else ''} skipped")
