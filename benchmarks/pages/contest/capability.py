"""T9: who can do what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.methods import (
    STRIPPED,
    TAGS,
    Active,
    Method,
    Passive,
    best_hybrid,
    best_passive,
    our_seal,
)
from benchmarks.pages.contest.rates import FEW, Rate, folded
from benchmarks.pages.contest.records import Contest, level_of, patients_of, sweep_of
from benchmarks.pages.contest.thresholds import told_thresholds
from benchmarks.pages.tables import page, table

Choice = Callable[[Row], bool]
NOT_SEEN = "sees neither tags nor order"


def render_capability(contest: Contest) -> str:
    """Return docs/results/capability.md."""
    return page(
        "# Who can do what",
        _WHAT,
        f"{contest.made} {contest.made_seals}".strip(),
        told_thresholds(contest),
        "## Measured",
        _measured(contest),
        _few(contest),
        "## By construction",
        "Nothing here was counted: it follows from what each method is given, and the page in the "
        "last column says why.",
        table(("question", "seal", "passive", "hybrid", "why"), CONSTRUCTION),
    )


_WHAT = (
    "Shares of what was found, in percent; seals on sealed pictures, the best passive detector on "
    "never sealed ones (where all were sealed, in G and H, on these), the hybrid, its seals with "
    "their tags, on all of them, where what the seal is silent about and the detector was not "
    "asked about is not found. In the lines of "
    "originals and of good faith less is better; an overlay or a window put into a file is named "
    "by design. *Not accepted* counts `unsealed`. Command: `python -m benchmarks.contest --out "
    "benchmarks/results`, of E to H `python -m benchmarks.seals --out "
    "benchmarks/results/seals.jsonl`; rows in `benchmarks/results/contest.jsonl` and "
    "`benchmarks/results/seals.jsonl`, this page by `python -m benchmarks.render`."
)
LINES: tuple[tuple[str, Choice], ...] = (
    ("originals: false alarms", lambda row: row.group == "" and row.part == "test"),
    ("local edits (A)", lambda row: row.group[:1] == "A"),
    ("learned forgeries (B)", lambda row: row.group[:1] == "B"),
    ("changes of the whole frame (C)", lambda row: row.group[:1] == "C"),
    ("smallest changes (D)", lambda row: row.group[:1] == "D"),
    (
        "series: slices swapped, left out, put in (E)",
        lambda row: row.group[:1] == "E" and row.group != "E0",
    ),
    ("headers: patient, side, scale (F)", lambda row: row.group[:1] == "F"),
    ("attacks on the seal (G)", lambda row: row.group[:1] == "G" and row.level != "T4"),
    ("with a stolen key (T4)", lambda row: row.level == "T4"),
    ("copies in good faith: named (H)", lambda row: row.group[:1] == "H"),
)
CONSTRUCTION = (
    (
        "images that were never sealed",
        "no",
        "screens them",
        "screens them",
        "[threat model](../guide/threat-model.md)",
    ),
    (
        "edits before sealing, or by who holds the scanner",
        "no",
        "may see them",
        "no: the seal is good",
        "[threat model](../guide/threat-model.md)",
    ),
    (
        "forgeries sealed with a stolen key",
        "no, until the key is revoked",
        "may see them",
        "no: the seal is good",
        "[trust](../guide/trust.md)",
    ),
    (
        "whose image it is, which side, which scale",
        "yes, from the tags",
        "no",
        "where sealed",
        "[attributes](../spec/attributes.md)",
    ),
    (
        "a proof for others, not an estimate",
        "yes: a signature",
        "no",
        "where sealed",
        "[certificate](../spec/certificate.md)",
    ),
    (
        "what was there before",
        "an approximation, with a recovery key",
        "no",
        "where sealed",
        "[recovery](../spec/recovery.md)",
    ),
    (
        "the scanner's own samples back",
        "yes, bit for bit",
        "never changed",
        "yes",
        "[record](../spec/record.md)",
    ),
    (
        "outlives lossy compression",
        "no: `altered` or `unsealed`",
        "as the sweeps show",
        "as the detector",
        "[copies](copies.md)",
    ),
    (
        "needs a key and someone to keep it",
        "yes",
        "no",
        "yes",
        "[keys](../guide/keys.md)",
    ),
    (
        "needs forgeries to learn from",
        "no",
        "most do",
        "as the detector",
        "[unseen](unseen.md)",
    ),
    (
        "the truth of what is shown",
        "no",
        "no",
        "no",
        "[threat model](../guide/threat-model.md)",
    ),
)


def _columns(contest: Contest) -> list[tuple[str, Method]]:
    """Return everybody who is compared."""
    columns: list[tuple[str, Method]] = []
    for ending in (TAGS, STRIPPED):
        seal = our_seal(contest, ending)
        if seal:
            strict = ending == STRIPPED
            title = f"{seal}, not accepted" if strict else seal
            columns.append((title, Active(seal, strict)))
    best, hybrid = best_passive(contest), best_hybrid(contest, TAGS)
    if best:
        columns.append((f"passive: {best.name}", best))
    if hybrid:
        columns.append((f"hybrid ({hybrid.seal})", replace(hybrid, unasked=False)))
    return columns


def _chosen(contest: Contest, choice: Choice) -> list[Row]:
    """Return the rows of a line; of forgeries, those that the tables of detection count."""
    originals = (*contest.originals("test"), *contest.originals("test", True))
    rest = (row for row in contest.beyond("EFGH") if row.part == "test" and not sweep_of(row))
    return [row for row in (*originals, *contest.shared, *rest) if choice(row)]


def _measured(contest: Contest) -> str:
    """Return one line for each sort of attack."""
    columns = _columns(contest)
    lines = []
    for title, choice in LINES:
        rows = _chosen(contest, choice)
        cells = [_cell(method, rows) for _, method in columns]
        if rows:
            lines.append((title, level_of(rows), patients_of(rows), *cells))
    head = ("what", "level", "patients", *(title for title, _ in columns))
    return table(head, lines) if lines else "None was run."


def _rate(method: Method, rows: list[Row]) -> Rate:
    """Return what a method found; a detector's of sealed pictures where it saw no others."""
    rate = method.rate(rows)
    if rate.tried or not isinstance(method, Passive):
        return rate
    return Passive(method.name, method.threshold, True).rate(rows)


def _cell(method: Method, rows: list[Row]) -> str:
    """Return what a method found, or why it found nothing."""
    rate = _rate(method, rows)
    if rate.tried:
        return rate.sized
    headers = rows and all(row.group[:1] in "EF" for row in rows)
    return NOT_SEEN if headers and not isinstance(method, Active) else "-"


def _few(contest: Contest) -> str:
    """Return what was found of each patient where there are few."""
    lines = [
        (title, name, _rate(method, rows).by_patient)
        for title, choice in LINES
        for rows in [_chosen(contest, choice)]
        for name, method in _columns(contest)
        if 0 < _rate(method, rows).patients < FEW
    ]
    content = table(("what", "method", "alarms of each patient"), lines)
    return folded(f"Fewer than {FEW} patients: each one's values", content) if lines else ""
