"""Reports for people who open a page: one self-contained HTML file, without script or network.

Head, one section an answer as it comes, foot: the memory in use is that of one answer. All text
that is not ours is escaped, and the page's own policy forbids everything but its style and the
pictures inside it. It shows neither attributes nor their values, only their tags.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from typing import Final, TextIO

from signing.report import Answer, Figure, Picture
from signing.report.stylesheet import POLICY, STYLE
from signing.report.words import (
    CHANGES,
    JUDGEMENTS,
    MOST,
    Statement,
    clean,
    describe_amendment,
    describe_geometry,
    describe_tiles,
    gather,
    judge,
    list_aspects,
    shorten,
)
from signing.verdict import AttributeChanges, Box, PixelEvidence, Report, SignerInfo, Verdict

SHOWN_WIDTH: Final = 384
"""Columns below which a picture is enlarged by a whole number, so that single samples are seen."""

MOST_FRAMES: Final = 32
"""Frames whose map is given in numbers; the JSON lines hold them all."""

MOST_TAGS: Final = 64
"""Tags of one kind that are shown; the JSON lines hold them all."""

TILES: Final = (
    "The picture is signed in square tiles, each as a whole; the map shows which part of a tile is "
    "altered, where that can be told, and its own share counts samples."
)
"""What the share of tiles has to do with that of the map."""

_MARKS: Final = {
    Verdict.AUTHENTIC: "✓",
    Verdict.PARTIAL: "◐",
    Verdict.ALTERED: "✗",
    Verdict.UNREADABLE: "✗",
}
_SOURCES: Final = {
    "tags": "the attributes of the file",
    "pixels": "the mark in the picture",
    "both": "the attributes of the file and the mark in the picture",
}


def write(answers: Iterable[Answer], out: TextIO, checked_at: str = "") -> None:
    """Write a whole page; each answer is written as it comes, and flushed.

    checked_at: when the check ran, shown as it is given; "" shows none.
    """
    page = Page(out, checked_at)
    for answer in answers:
        page.add(answer)
    page.close()


class Page:
    """A page that is written piece by piece: the head at once, then answers, then the foot."""

    def __init__(self, out: TextIO, checked_at: str = "") -> None:
        self._out = out
        self._counts: Counter[Verdict] = Counter()
        self._missed = 0
        self._put(_head(checked_at))

    def add(self, answer: Answer) -> None:
        """Write the section of one file."""
        self._counts[answer.report.verdict] += 1
        self._put(_section(answer, self._counts.total()))

    def miss(self, path: str, reason: str) -> None:
        """Write that a file could not be opened; it has no verdict."""
        self._missed += 1
        self._put(
            (
                f'<article>\n<h2>{_text(path)}</h2>\n<div class="verdict"><strong>Not checked'
                f"</strong>\n<p>The file could not be opened: {_text(reason)}.</p></div>",
                "</article>",
            )
        )

    def close(self, skipped: int = 0) -> None:
        """Write how many files have which verdict, and the end of the page.

        skipped: files that were found and left out, for they are neither DICOM nor exports.
        """
        rows = [(JUDGEMENTS[v].headline, self._counts[v]) for v in Verdict]
        rows += [("Not checked: could not be opened", self._missed)]
        rows += [("Left out: neither DICOM nor exported samples", skipped)]
        self._put(_foot([(name, count) for name, count in rows if count]))

    def _put(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._out.write(line + "\n")
        self._out.flush()


def _text(text: str) -> str:
    """Return text that may come from strangers, safe inside elements and quoted attributes."""
    return escape(clean(text))


def _head(checked_at: str) -> Iterator[str]:
    """Yield the page up to the first answer."""
    when = f" on {_text(checked_at)}" if checked_at else ""
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>scanseal: report</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>"
    yield "<h1>Are these images what was sealed?</h1>"
    yield f"<p>Checked{when} with <code>scanseal verify</code>. This page is not signed: it says"
    yield "what one reader, with its own list of trusted keys, found at that time. Whoever needs"
    yield "proof checks the files again.</p>"
    yield '<p class="skip"><a href="#summary">To the summary at the end</a></p>'
    yield "</header>\n<main>"


def _foot(rows: list[tuple[str, int]]) -> Iterator[str]:
    """Yield the summary and the end of the page."""
    yield '</main>\n<footer id="summary">\n<h2>Summary</h2>'
    if rows:
        yield '<table>\n<thead><tr><th scope="col">Result</th><th scope="col">Files</th></tr>'
        yield "</thead>\n<tbody>"
        for name, count in rows:
            yield f'<tr><th scope="row">{_text(name)}</th><td>{count}</td></tr>'
        yield "</tbody>\n</table>"
    else:
        yield "<p>No file was checked.</p>"
    yield "</footer>\n</body>\n</html>"


def _section(answer: Answer, number: int) -> Iterator[str]:
    """Yield what the page says on one file."""
    report = answer.report
    words = judge(report)
    mark = _MARKS.get(report.verdict, "?")
    yield f'<article id="file-{number}">\n<h2>{_text(answer.path)}</h2>'
    yield f'<div class="verdict {report.verdict.value}"><strong><span aria-hidden="true">{mark}'
    yield f"</span> {_text(words.headline)}</strong>\n<p>{_text(words.meaning)}</p>"
    yield f"<p><b>What to do:</b> {_text(words.advice)}</p>\n</div>"
    yield from _explain(report)
    yield from _show(answer)
    yield from _seal(report)
    yield from _table(report)
    if report.attributes is not None:
        yield from _attributes(report.attributes)
    yield from _passes(report)
    yield "</article>"


def _explain(report: Report) -> Iterator[str]:
    """Yield what a reader should know of the findings, in sentences."""
    lines = [_sentence(statement) for statement in gather(report.findings, notable=True)]
    if report.geometry not in ("", "as sealed"):
        lines.append(_text(describe_geometry(report.geometry)))
    if report.pixels is not None:
        lines += [_text(text) for text in _pixels(report.pixels)]
    if lines:
        yield "<h3>What was found</h3>\n<ul>"
        yield from (f"<li>{line}</li>" for line in lines)
        yield "</ul>"


def _sentence(statement: Statement) -> str:
    """Return one finding: sentence, places, reasons, and the code for those who look it up."""
    small = [f"<code>{_text(statement.code.value)}</code>", statement.outcome.value]
    if statement.places:
        small.append(_text(shorten(statement.places)))
    if statement.reasons:
        small.append(_text(shorten(statement.reasons)))
    return f'{_text(statement.text)} <span class="faint">({"; ".join(small)})</span>'


def _pixels(pixels: PixelEvidence) -> Iterator[str]:
    """Yield sentences on how much of the picture is altered."""
    if pixels.altered_fraction:
        yield f"{describe_tiles(pixels.altered_fraction)}. {TILES}"
    if pixels.recoverable:
        yield "Recovery data are there: who holds the recovery key can see what was there before."


def _show(answer: Answer) -> Iterator[str]:
    """Yield the pictures, the map in numbers, and what is not shown."""
    if not answer.figures and not answer.remarks:
        return
    yield "<h3>Pictures</h3>"
    for remark in answer.remarks:
        yield f"<p>{_text(remark)}</p>"
    for figure in answer.figures:
        yield from _figure(figure)
    if answer.figures:
        yield from _legend(answer.report)
    yield from _numbers(answer.report)


def _figure(figure: Figure) -> Iterator[str]:
    """Yield the pictures of one frame beside each other."""
    if figure.title:
        yield f"<h4>{_text(figure.title)}</h4>"
    yield '<div class="pictures">'
    yield from (_picture(picture) for picture in figure.pictures)
    yield "</div>"
    for note in figure.notes:
        yield f'<p class="faint">{_text(note)}</p>'


def _picture(picture: Picture) -> str:
    """Return one picture, enlarged where it is small."""
    scale = max(1, SHOWN_WIDTH // max(1, picture.width))
    size = f'width="{picture.width * scale}" height="{picture.height * scale}"'
    data = base64.b64encode(picture.png).decode("ascii")
    enlarged = ' class="enlarged"' if scale > 1 else ""
    return (
        f'<figure><img{enlarged} {size} alt="{_text(picture.alt)}" '
        f'src="data:image/png;base64,{data}">'
        f"<figcaption>{_text(picture.caption)}</figcaption></figure>"
    )


def _legend(report: Report) -> Iterator[str]:
    """Yield what the colours and patterns of the map mean, of those that it has."""
    frames = report.pixels.frames if report.pixels else ()
    if any(frame.boxes for frame in frames):
        yield '<p><span class="swatch map-altered"></span>Orange, outlined: altered.</p>'
    if any(frame.redacted for frame in frames):
        yield '<p><span class="swatch map-redacted"></span>Blue, hatched: taken out by redaction.'
        yield "</p>"


def _numbers(report: Report) -> Iterator[str]:
    """Yield the first areas of the map as rows and columns."""
    frames = report.pixels.frames if report.pixels else ()
    if not frames:
        return
    yield "<details><summary>The map in numbers</summary>"
    yield '<p class="faint">Frames, rows and columns are counted from 0.</p>\n<ul>'
    for frame in frames[:MOST_FRAMES]:
        for label, boxes in (("altered", frame.boxes), ("taken out", frame.redacted)):
            if boxes:
                yield f"<li>Frame {frame.frame}, {label}: {_places(boxes)}.</li>"
    more = len(frames) - MOST_FRAMES
    if more > 0:
        yield f"<li>And {more} more frames.</li>"
    yield "</ul></details>"


def _places(boxes: tuple[Box, ...]) -> str:
    """Return the first boxes in words, and how many more there are."""
    places = (f"rows {r} to {r + h - 1}, columns {c} to {c + w - 1}" for r, c, h, w in boxes)
    more = len(boxes) - MOST
    return "; ".join(islice(places, MOST)) + (f" and {more} more" if more > 0 else "")


def _seal(report: Report) -> Iterator[str]:
    """Yield who sealed, and when, as far as it is known."""
    rows = [*_signer(report.signer)] if report.signer is not None else []
    rows += _time(report)
    if report.seal_id:
        rows.append(("Seal", report.seal_id))
    if report.pixels is not None:
        rows.append(("Proof read from", _SOURCES[report.pixels.evidence.value]))
    if rows:
        yield "<h3>Signer</h3>\n<dl>"
        yield from (f"<dt>{name}</dt><dd>{_text(value)}</dd>" for name, value in rows)
        yield "</dl>"
    if report.custody:
        yield "<h3>Signed in this order</h3>\n<ol>"
        yield from (f"<li>{_text(_custodian(c.signer))}</li>" for c in report.custody)
        yield "</ol>"
    if report.amendments:
        yield "<h3>Changed later, in this order</h3>\n<ol>"
        yield from (f"<li>{_text(describe_amendment(a))}</li>" for a in report.amendments)
        yield "</ol>"


def _custodian(signer: SignerInfo) -> str:
    """Return one signer of a chain of custody in words."""
    name = f"{signer.name}, {signer.role}" if signer.name else f"key {signer.key_id}"
    return name if signer.trusted else f"{name}: not trusted here"


def _time(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the rows on when it was sealed: what the signer says, and what is proved."""
    time = report.time
    proved = time is not None and bool(time.proved)
    if report.sealed_at:
        note = "claimed by the signer" if proved else "claimed by the signer, not proved"
        yield "Sealed at", f"{report.sealed_at} ({note})"
    if time is not None and proved:
        yield "There at the latest", f"{time.proved} (proved by the authority {time.authority})"


def _signer(signer: SignerInfo) -> Iterator[tuple[str, str]]:
    """Yield the rows on who signed."""
    yield "Name", signer.name or "unknown"
    if signer.role:
        yield "Role", signer.role
    yield "Trusted", "yes, by the keys that this check was given" if signer.trusted else "no"
    yield "Key", signer.key_id


def _table(report: Report) -> Iterator[str]:
    """Yield one row for each group of attributes, and for the samples."""
    rows = list(list_aspects(report.aspects))
    if not rows:
        return
    yield "<h3>Part by part</h3>\n<table>\n<tbody>"
    for name, state in rows:
        yield f'<tr><th scope="row">{_text(name)}</th><td>{_text(state)}</td></tr>'
    yield "</tbody>\n</table>"


def _attributes(changes: AttributeChanges) -> Iterator[str]:
    """Yield the tags of attributes that differ; never what they hold."""
    rows: list[tuple[str, tuple[str, ...]]] = [
        (title, getattr(changes, kind)) for kind, title in CHANGES.items() if getattr(changes, kind)
    ]
    if not rows:
        return
    yield "<h3>Attributes that differ</h3>"
    yield '<p class="faint">By tag; this page never shows what an attribute holds.</p>\n<dl>'
    for title, tags in rows:
        yield f"<dt>{title}</dt><dd>{_text(shorten(tags, MOST_TAGS))}</dd>"
    yield "</dl>"


def _passes(report: Report) -> Iterator[str]:
    """Yield what was checked and found in order, folded away."""
    statements = gather(report.findings, notable=False)
    if statements:
        yield f"<details><summary>Checked and in order: {len(statements)}</summary>\n<ul>"
        yield from (f"<li>{_sentence(statement)}</li>" for statement in statements)
        yield "</ul></details>"
