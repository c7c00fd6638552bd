"""The demo's page: one act after the other, with its pictures inside."""

import base64
import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from signing.verdict import Report, Verdict

Say = Callable[[str], None]
"""Takes a line for the person who watches."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the demo, for the page."""

    title: str
    text: str
    report: Report | None = None
    picture: str = ""
    """File name of a PNG in the demo's folder."""
    link: str = ""
    """File name of a page in the demo's folder."""


def render(folder: Path, steps: Iterable[Step]) -> str:
    """Return the whole story as one self-contained page."""
    parts = "\n".join(_section(folder, step) for step in steps)
    return _TEMPLATE.replace("@SECTIONS@", parts)


def _section(folder: Path, step: Step) -> str:
    """Return one act as HTML."""
    lines = [f"<section><h2>{html.escape(step.title)}{_badge(step.report)}</h2>"]
    lines.append(f"<p>{html.escape(step.text)}</p>")
    if step.picture:
        data = base64.b64encode((folder / step.picture).read_bytes()).decode("ascii")
        caption = html.escape(step.title)
        lines.append(f'<img alt="{caption}" src="data:image/png;base64,{data}">')
    if step.link:
        lines.append(f'<p><a href="{html.escape(step.link)}">The report as a page</a></p>')
    if step.report is not None:
        rows = "".join(
            f"<tr><td>{html.escape(f.code)}</td><td>{html.escape(f.outcome)}</td>"
            f"<td>{html.escape(' '.join((f.where, f.detail)).strip())}</td></tr>"
            for f in step.report.findings
        )
        lines.append(f"<details><summary>findings</summary><table>{rows}</table></details>")
    return "\n".join([*lines, "</section>"])


def _badge(report: Report | None) -> str:
    """Return the verdict as a badge."""
    if report is None:
        return ""
    partial = report.verdict is Verdict.PARTIAL and report.scope
    scope = f", {report.scope}" if partial else ""
    return f' <span class="{report.verdict}">{report.verdict}{scope}</span>'


_TEMPLATE: Final = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>scanseal: demo</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem;
  color: #202020; background: #fff; }
a { color: #00618a; }
section { border-top: 1px solid #ccc; padding: .5rem 0 1rem; }
img { max-width: 100%; image-rendering: pixelated; }
table { border-collapse: collapse; font-size: .9rem; }
td { border: 1px solid #ddd; padding: .15rem .5rem; overflow-wrap: anywhere; }
p { overflow-wrap: anywhere; }
h2 span { font-size: .9rem; padding: .15rem .6rem; border-radius: .3rem; color: #fff;
  background: #555; vertical-align: middle; }
h2 .authentic { background: #00618a; } h2 .altered { background: #b34700; }
h2 .partial { background: #5b4b8a; }
</style></head><body>
<h1>One CT sealed, forged, stripped and restored; one chest mapped, mended and turned over</h1>
<p>Made by <code>scanseal demo</code>. The key pair in this folder is for the demo only.</p>
@SECTIONS@
</body></html>
"""
