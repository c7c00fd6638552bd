"""Reports for people: a line for the verdict, and below it only what explains it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from signing.codes import Code
from signing.report import Answer
from signing.report.words import clean, describe_amendment, describe_tiles
from signing.verdict import AttributeChanges, Outcome, PixelEvidence, Report, SignerInfo, Verdict

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = max(len(verdict.value) for verdict in Verdict)
"""Columns of the verdict, so that paths stand below each other."""

MOST = 8
"""Places of one kind that are shown; the JSON lines hold them all."""

NOTABLE = frozenset({Code.PIXELS_LOSSY_COPY, Code.ATTRIBUTES_RECORDED})
"""Findings that are shown where they pass, too: they tell what a failure beside them means."""

_COLOURS = {
    Verdict.AUTHENTIC: "bold green",
    Verdict.PARTIAL: "bold cyan",
    Verdict.ALTERED: "bold red",
    Verdict.UNTRUSTED: "bold yellow",
    Verdict.UNSEALED: "bold",
    Verdict.UNDECIDED: "bold magenta",
    Verdict.UNREADABLE: "bold magenta",
}


def write(answers: Iterable[Answer], out: TextIO) -> None:
    """Write each answer as it comes: coloured on a terminal, plain everywhere else."""
    console = _console(out)
    for answer in answers:
        head = answer.report.verdict.value.ljust(WIDTH)
        rest = "\n".join([headline(answer), *(f"  {text}" for text in explain(answer.report))])
        if console is None:
            out.write(f"{head}  {rest}\n")
        else:
            _paint(console, answer.report.verdict, head, rest)
        out.flush()


def headline(answer: Answer) -> str:
    """Return path and, where there is more to the verdict than its name, what it covers."""
    report = answer.report
    parts = []
    if report.verdict is Verdict.PARTIAL and report.scope is not None:
        parts.append(f"{report.scope.value} only")
    parts += [f"detached: {f.detail}" for f in report.findings if f.code is Code.SEAL_DETACHED]
    if report.signer is not None:
        parts.append(_describe_signer(report.signer))
    if report.exempt:
        parts.append(f"exempt: {clean(report.exempt)}")
    parts += _describe_time(report)
    return clean(answer.path) + (f"  ({'; '.join(parts)})" if parts else "")


def explain(report: Report) -> Iterator[str]:
    """Yield one line for each thing that kept the verdict from being authentic."""
    for finding in report.findings:
        if finding.outcome is not Outcome.PASS or finding.code in NOTABLE:
            words = [finding.code.value, finding.outcome.value, finding.where, finding.detail]
            yield clean("  ".join(word for word in words if word))
    if report.pixels is not None:
        yield from _describe_pixels(report.pixels)
        if _may_recover(report):
            yield "recovery data are there: 'scanseal recover' brings back, nearly, what was there"
    yield from _describe_later(report)
    if report.attributes is not None:
        yield from _describe_attributes(report.attributes)
    if report.geometry not in ("", "as sealed"):
        yield f"geometry: {report.geometry}"


def _describe_signer(signer: SignerInfo) -> str:
    name = clean(signer.name) or f"key {signer.key_id}"
    role = f", {signer.role}" if signer.role else ""
    return f"{name}{role}" if signer.trusted else f"{name}{role}, not trusted"


def _describe_later(report: Report) -> Iterator[str]:
    """Yield who signed after the seal was made, or changed what was sealed."""
    for place, custodian in enumerate(report.custody, 1):
        count = f"signature {place} of {len(report.custody)}"
        yield f"{count}: {_describe_signer(custodian.signer)}"
    for place, amender in enumerate(report.amendments, 1):
        yield f"amendment {place} of {len(report.amendments)}: {describe_amendment(amender)}"


def _describe_time(report: Report) -> Iterator[str]:
    """Yield when it was sealed: what only the signer says is called claimed."""
    time = report.time
    if time is not None and time.proved:
        sealed = f"sealed {clean(report.sealed_at)}, " if report.sealed_at else ""
        yield f"{sealed}proved {time.proved} by {clean(time.authority)}"
    elif report.sealed_at:
        yield f"sealed {clean(report.sealed_at)}, claimed"


def _describe_pixels(pixels: PixelEvidence) -> Iterator[str]:
    if pixels.altered_fraction:
        yield describe_tiles(pixels.altered_fraction)
    for frame in pixels.frames:
        for label, boxes in (("altered", frame.boxes), ("redacted", frame.redacted)):
            if boxes:
                places = [f"({r}, {c}) {h}x{w}" for r, c, h, w in boxes]
                yield f"frame {frame.frame} {label}: {_shorten(places)}"


def _may_recover(report: Report) -> bool:
    """Tell whether `recover` would fill what is altered: areas of a picture that lies as sealed."""
    pixels = report.pixels
    if pixels is None or not pixels.recoverable or report.geometry not in ("", "as sealed"):
        return False
    copied = any(finding.code is Code.PIXELS_LOSSY_COPY for finding in report.findings)
    return not copied and any(frame.boxes for frame in pixels.frames)


def _describe_attributes(changes: AttributeChanges) -> Iterator[str]:
    for kind in ("changed", "added", "removed", "redacted", "replaced", "amended"):
        tags: tuple[str, ...] = getattr(changes, kind)
        if tags:
            yield f"attributes {kind}: {_shorten([clean(tag) for tag in tags])}"


def _shorten(places: list[str]) -> str:
    more = len(places) - MOST
    return ", ".join(places[:MOST]) + (f" and {more} more" if more > 0 else "")


def _console(out: TextIO) -> "Console | None":
    if not out.isatty():
        return None
    from rich.console import Console

    return Console(file=out, highlight=False, soft_wrap=True)


def _paint(console: "Console", verdict: Verdict, head: str, rest: str) -> None:
    from rich.text import Text

    # Text objects, not markup: a path may hold square brackets.
    console.print(Text.assemble((head, _COLOURS[verdict]), "  ", rest))
