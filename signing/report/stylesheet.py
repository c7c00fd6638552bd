"""How a page looks: one style sheet, named in the page's policy by its digest."""

import base64
from hashlib import sha256
from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1c1c; --paper: #ffffff; --faint: #5a5a5a;
  --line: #c8c8c8; --panel: #f4f4f4; --good: #00618a; --bad: #a33b00; --open: #5b4b8a; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #16181a; --faint: #b0b0b0;
  --line: #44484c; --panel: #22262a; --good: #6cc3ee; --bad: #ff9a5c; --open: #c3b3f5; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem;
  color: var(--ink); background: var(--paper); overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
h4 { font-size: .9rem; margin: .9rem 0 .1rem; }
p, ul, dl, table { margin: .35rem 0; }
ul { padding-left: 1.25rem; }
a { color: inherit; }
article, footer { border-top: 2px solid var(--line); padding: 1.25rem 0; }
.verdict { border-left: .5rem solid var(--open); background: var(--panel);
  padding: .6rem .9rem; }
.verdict strong { display: block; font-size: 1.35rem; color: var(--open); }
.authentic { border-color: var(--good); } .authentic strong { color: var(--good); }
.altered, .unreadable { border-color: var(--bad); }
.altered strong, .unreadable strong { color: var(--bad); }
.faint { color: var(--faint); font-size: .9rem; }
.pictures { display: grid; gap: 1rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
figure { margin: .35rem 0; min-width: 0; }
figcaption { font-size: .9rem; }
img { display: block; max-width: 100%; height: auto; background: #000; }
.enlarged { image-rendering: pixelated; }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: .15rem 1rem; }
dt { color: var(--faint); } dd { margin: 0; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .2rem .6rem; text-align: left;
  font-weight: normal; }
thead th { color: var(--faint); }
summary { cursor: pointer; margin: 1rem 0 .25rem; }
.swatch { display: inline-block; width: 1.6em; height: 1em; vertical-align: -.1em;
  margin-right: .4em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.map-altered { background: #b07a4e; border: 2px solid #e66101; }
.map-redacted { border: 2px solid #0072b2;
  background: repeating-linear-gradient(135deg, #0072b2 0 2px, #808080 2px 6px); }
@media print { body { max-width: none; padding: 0; } article { break-before: page; }
  article:first-of-type { break-before: auto; } figure, .verdict, tr { break-inside: avoid; }
  .skip { display: none; } }
"""
"""Two colours carry meaning, orange and blue, and never alone: words and patterns say it too."""

POLICY: Final = (
    "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src "
    f"'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode('ascii')}'"
)
"""Content-Security-Policy: nothing but this sheet and pictures inside the page. Source: CSP 3."""
