"""T2: what is found of each attack, by whom, with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.contest.rows import Row
from benchmarks.pages.contest.methods import (
    STRIPPED,
    Active,
    Method,
    Passive,
    best_hybrid,
    best_passive,
    our_seal,
    passive_methods,
    ranked_passive,
)
from benchmarks.pages.contest.overall import OVERALL, kinds_table, overall_table
from benchmarks.pages.contest.rates import FEW, folded
from benchmarks.pages.contest.records import (
    SHARED,
    Contest,
    counted,
    is_taught,
    level_of,
    named_attack,
    patients_of,
)
from benchmarks.pages.contest.thresholds import source_of, threshold_table, told_thresholds
from benchmarks.pages.contest.worth import worth_table
from benchmarks.pages.tables import page, table

COLUMNS = 6
"""Methods beside each other in one table."""
FEWER = f"Fewer than {FEW} patients: each one's values"
"""Over what is shown when it is asked for."""


def render_detection(contest: Contest) -> str:
    """Return docs/results/detection.md."""
    forgeries = contest.shared
    return page(
        "# What is found of each attack",
        _introduction(contest),
        contest.made,
        told_thresholds(contest),
        "## Seals, the best passive detector, and both",
        _LEADERS,
        _by_attack(forgeries, leaders(contest)),
        "## Passive detectors, all attacks of A to D together",
        OVERALL,
        overall_table(contest),
        "## What an alarm is worth",
        worth_table(contest),
        "![Share of true alarms, by the share of forged images](plots/value.svg)",
        "## Each kind of picture with a threshold of its own",
        kinds_table(contest),
        "## Thresholds, and the false alarms they came to",
        threshold_table(contest),
        "## Seals",
        _SEALS,
        *_in_parts(forgeries, _active(contest)),
        "## Series, headers, and attacks on the seal",
        _ELSEWHERE,
        contest.made_seals,
        _aimed(contest),
        "## Passive detectors on attacks on the seal",
        _ASKED,
        _asked(contest),
        "## Passive detectors on pictures that were never sealed",
        *_in_parts(forgeries, passive_methods(contest)),
        "## What these figures are not",
        _CAVEATS.format(untaught=_untaught(forgeries)),
        "## Passive detectors on pictures that were sealed before",
        "The same forgeries, put over sealed pictures; thresholds as before.",
        *_in_parts(forgeries, [_sealed(method) for method in passive_methods(contest)]),
    )


_CAVEATS = (
    "- Detectors were taught edits by hand (A) and the learned forgers of patches (B). Attacks "
    "marked as *not taught*{untaught} they meet for the first time. Seals learn nothing.\n"
    "- Forgers that learn (B) were trained briefly ([timing](timing.md)), on the pictures of a few "
    "patients. What the VAE, pix2pix and the DCGAN fill in lacks texture and can be seen; the "
    "CycleGAN heals nodules of the sort that it was shown, and leaves traces of large ones; "
    "published ones make better fakes. That is kind to detectors.\n"
    "- The forger of cubes (B3) and the 3-D network learned from one volume of a training patient. "
    "A volume of a patient that trained the other detectors is put before those alone that learned "
    "nothing from him. Detectors of pictures get a window about the cube.\n"
    "- A splice (A3 to A5) comes from another patient's picture of the same kind and size; where "
    "there is none, from the middle of a larger one or of another kind; where nobody else's is as "
    "large, from the picture itself, turned by 180 degrees, with the picture's own noise.\n"
    "- Detectors are compact forms, trained on one thread with few steps ([timing](timing.md)); "
    "published figures of the large ones stand in [opponents](opponents.md).\n"
    "- The constants of detectors that learn nothing, the traces that networks are given, and the "
    "length of the diffusion forger's walk were set while looking at development images, some of "
    "them of test patients; the steps of training after a trial of the [best case](best-case.md). "
    "No threshold and no weight was. That is kind to detectors too.\n"
    "- The ensemble learned from validation patients, whom its threshold is chosen on too: each of "
    "them is judged by weights that were learned from the others.\n"
    "- Frames are seen in windows of 256x256 (CT of the lung: 512x512), where a forgery is a "
    "larger part of what is seen than in a whole frame."
)
_LEADERS = (
    "`n` is how many forged pictures a method judged. *Tags* and *stripped* are "
    "forgeries of sealed pictures, judged with the seal's tags or after all tags were taken off. "
    "*Not accepted* counts `unsealed` too, as a house does that knows every device to seal. The "
    "passive detector judges never sealed pictures; it is the one whose detections exceed its "
    "false alarms the most on these very pictures, chosen with hindsight. The hybrid has half "
    "sealed pictures, all tags taken off, and half never sealed: it reads the seal first, and "
    "asks the detector about what is `unsealed`; where the "
    "detector has not seen the forgery of the sealed picture, what it said of the same forgery of "
    "the picture never sealed stands for it. Levels: T0 knows nothing of the seal, T1 its "
    "algorithm, T2 holds many images sealed by the same key, T3 has an oracle or a key of his "
    "own, T4 stole the key."
)
_SEALS = (
    "*Named* is a verdict that something is wrong (`altered`, `untrusted`, `unreadable`; of a "
    "watermark, garbled). Of the rest, what is `unsealed` is not accepted where a policy says "
    "that every image must be sealed; see the table above."
)

_ELSEWHERE = (
    "Whole files, sealed, judged as received and after all private tags were taken off; passive "
    "detectors see neither headers nor the order of slices. Some of these "
    "attacks are no forgery of the picture, and `partial` is then the right answer: what is "
    "promised of each stands in [seals](seals.md). Command: `python -m benchmarks.seals --out "
    "benchmarks/results/seals.jsonl`."
)

_ASKED = (
    "Of the attacks on the seal (G) those that change samples, over sealed pictures; thresholds as "
    "before, chosen on pictures that were never sealed. The detectors are those whose detections "
    "exceed their false alarms the most on groups A to D. They count in no rate of A to D. The "
    "last line is a measure: the same detectors on sealed pictures that were left alone."
)


def _introduction(contest: Contest) -> str:
    """Return what was put before whom."""
    rows = contest.shared
    never = [row for row in rows if not row.marked]
    originals = contest.pictures("test")
    return (
        f"{len(never)} forgeries of pictures that were never sealed and "
        f"{len(rows) - len(never)} of the same pictures, as far as they can carry a mark, after "
        f"they were sealed, of {patients_of(rows)} test patients "
        f"({counted(rows)}), and {len(originals)} originals of the "
        "same patients. Whoever was asked about a picture got the same samples; *n* in a cell is "
        "how many were asked about. Command: `python -m "
        "benchmarks.contest --out benchmarks/results`; rows in "
        "`benchmarks/results/contest.jsonl`, this page by `python -m benchmarks.render`."
    )


def _untaught(rows: Sequence[Row]) -> str:
    """Return how many forgeries of pictures never sealed are of attacks not taught, in brackets."""
    never = [row for row in rows if not row.marked]
    count = sum(not is_taught(row) for row in never)
    return f" ({count} of {len(never)} of pictures never sealed)" if never else ""


def leaders(contest: Contest) -> list[tuple[str, Method]]:
    """Return the columns of the first table: heading and method."""
    columns: list[tuple[str, Method]] = []
    tags, stripped = our_seal(contest), our_seal(contest, STRIPPED)
    if tags:
        columns.append((tags, Active(tags)))
    if stripped:
        columns.append((stripped, Active(stripped)))
        columns.append((f"{stripped}, not accepted", Active(stripped, strict=True)))
    best, hybrid = best_passive(contest), best_hybrid(contest, STRIPPED)
    if best:
        columns.append((f"passive: {best.name}", best))
    if hybrid:
        columns.append((f"hybrid, half sealed ({stripped})", hybrid))
    return columns


def groups_of(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of each attack, in the order of groups."""
    groups: dict[str, list[Row]] = {}
    for row in sorted(rows, key=_order):
        groups.setdefault(named_attack(row), []).append(row)
    return groups


def _order(row: Row) -> tuple[str, int, str]:
    """Return the key by which groups stand in their order, A2 before A10."""
    digits = row.group[1:]
    return row.group[:1], int(digits) if digits.isdigit() else 0, row.attack


def _by_attack(rows: Sequence[Row], columns: Sequence[tuple[str, Method]]) -> str:
    """Return one line for each attack, and one for all that can be put over any picture; behind
    them what each patient came to where a cell is of few."""
    lines, few = [], []
    whole = [row for row in rows if row.group[:1] in SHARED]
    detectors = any(isinstance(method, Passive) for _, method in columns)
    for name, mine in (*groups_of(rows).items(), ("all of A to D", whole)):
        rates = [method.rate(mine) for _, method in columns]
        if any(rate.tried for rate in rates):
            new = detectors and mine is not whole and not is_taught(mine[0])
            cells = (rate.sized for rate in rates)
            title = f"{name} (not taught)" if new else name
            lines.append((title, level_of(mine), patients_of(mine), *cells))
        few += [
            (name, column, rate.by_patient)
            for (column, _), rate in zip(columns, rates, strict=True)
            if 0 < rate.patients < FEW
        ]
    if not lines:
        return "None was asked."
    content = table(("attack", "level", "patients", *(column for column, _ in columns)), lines)
    if not few:
        return content
    values = table(("attack", "method", "found of each patient"), few)
    return f"{content}\n\n{folded(FEWER, values)}"


def _in_parts(rows: Sequence[Row], methods: Sequence[Method]) -> list[str]:
    """Return tables of a few methods each, with the source of their thresholds above."""
    parts = []
    asked = [method for method in methods if method.rate(rows).tried]
    for start in range(0, len(asked), COLUMNS):
        chosen = asked[start : start + COLUMNS]
        sources = {source_of(method.threshold) for method in chosen if isinstance(method, Passive)}
        title = f"Thresholds: {'; '.join(sorted(sources)) or 'none'}."
        parts += [title, _by_attack(rows, [(method.name, method) for method in chosen])]
    return parts or ["None was run."]


def _aimed(contest: Contest) -> str:
    """Return what our seals say of files that were not forged in their samples alone."""
    rows = [row for row in contest.beyond("EFG") if row.verdicts]
    seals = [pair for pair in leaders(contest) if isinstance(pair[1], Active)]
    return _by_attack(rows, seals) if rows else "None was run."


def _asked(contest: Contest) -> str:
    """Return what the best detectors find of attacks on the seal, one line for each attack."""
    rows = [row for row in contest.beyond("G") if row.scores]
    best = [_sealed(method) for method in ranked_passive(contest)[:COLUMNS]]
    if not rows or not best:
        return "None was run."
    originals = contest.originals("test", True)
    groups = {**groups_of(rows), "all of them": rows, "nothing: sealed originals": originals}
    lines = [
        (name, level_of(mine), patients_of(mine), *(one.rate(mine).sized for one in best))
        for name, mine in groups.items()
    ]
    head = ("attack", "level", "patients", *(one.name for one in best))
    content = table(head, lines)
    if patients_of(rows) >= FEW:
        return content
    each = [
        (name, one.name, one.rate(mine).by_patient)
        for name, mine in groups.items()
        for one in best
        if one.rate(mine).tried
    ]
    values = table(("attack", "detector", "found of each patient"), each)
    return f"{content}\n\n{folded(FEWER, values)}"


def _active(contest: Contest) -> list[Method]:
    """Return every active contestant."""
    return [Active(name) for name in contest.contestants]


def _sealed(method: Passive) -> Passive:
    """Return a detector as it judges pictures that were sealed before."""
    return Passive(method.name, method.threshold, True)
