"""Writers of reports: one module a format, each with `write(answers, out)`, streaming."""

from dataclasses import dataclass

from signing.verdict import Report


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found out about one file."""

    path: str
    """The file, as the user named it or as it was found."""
    report: Report
    """What the check says."""
