"""Markdown as data: the fenced examples and the links of a page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.repository import ROOT, label

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)!?\[[^\]]*\]\(([^)\s]+)\)")

NAMED = re.compile(r"`((?:benchmarks|signing|tests|watermark)/[\w/]+\.py)`")


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block: page, number of its first line, language, text."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{label(self.page)}:{self.line}"


def pages() -> list[Path]:
    """README and every page under docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def examples(page: Path) -> Iterator[Example]:
    """Every fenced block of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        yield Example(page, line, match[1], match[2])


def links(page: Path) -> Iterator[str]:
    """Every target of a link or picture that lies in the repository."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for match in LINK.finditer(text):
        if "://" not in match[1] and not match[1].startswith(("mailto:", "#")):
            yield match[1].split("#")[0]


def named(page: Path) -> set[Path]:
    """The modules that a page names by their place."""
    return {ROOT / place for place in NAMED.findall(page.read_text(encoding="utf-8"))}


def targets(page: Path) -> set[Path]:
    """The files that a page links to or shows."""
    return {(page.parent / link).resolve() for link in links(page)}


def reached(first: Path) -> set[Path]:
    """All files that links lead to, from a page on, by way of other pages."""
    found: set[Path] = set()
    waiting = {first}
    while waiting:
        page = waiting.pop()
        found.add(page)
        waiting |= (targets(page) if page.suffix == ".md" else set()) - found
    return found
