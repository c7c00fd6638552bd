"""Reports for programs: one JSON object a line. The format is a contract and only ever grows.

Fields that do not apply are absent (docs/guide/command-line.md, section on verify).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, TextIO

from signing.report import Answer
from signing.verdict import (
    Amender,
    AttributeChanges,
    Custodian,
    Finding,
    FrameMap,
    PixelEvidence,
    Report,
    SignerInfo,
    Verdict,
)

SCHEMA = 1
"""Number of the line format; it changes only when a field's meaning does."""


def write(answers: Iterable[Answer], out: TextIO) -> None:
    """Write each answer as it comes, and flush: a reader of the pipe sees it at once."""
    for answer in answers:
        # ASCII: a file name that is not Unicode must not stop the run.
        out.write(json.dumps(line(answer), ensure_ascii=True, separators=(", ", ": ")) + "\n")
        out.flush()


def line(answer: Answer) -> dict[str, Any]:
    """Return the object of one line, in the contract's order of fields."""
    report = answer.report
    fields = {
        "schema": SCHEMA,
        "path": answer.path,
        "verdict": report.verdict.value,
        "scope": _scope(report),
        "findings": [_finding(finding) for finding in report.findings],
        "aspects": _present(asdict(report.aspects)),
        "seal_id": report.seal_id,
        "sealed_at": report.sealed_at,
        "signer": _signer(report.signer),
        "pixels": _pixels(report.pixels),
        "attributes": _attributes(report.attributes),
        "geometry": report.geometry,
        "time": _present(asdict(report.time)) if report.time is not None else None,
        "exempt": report.exempt,
        "custody": [_custodian(custodian) for custodian in report.custody],
        "amendments": [_amender(amender) for amender in report.amendments],
    }
    return _present(fields)


def _present(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that apply; the findings are always there, even when there are none."""
    return {k: v for k, v in fields.items() if k == "findings" or v not in (None, "", {}, [])}


def _scope(report: Report) -> str | None:
    if report.scope is None or report.verdict is not Verdict.PARTIAL:
        return None
    return report.scope.value


def _finding(finding: Finding) -> dict[str, Any]:
    return _present(
        {
            "code": finding.code.value,
            "outcome": finding.outcome.value,
            "where": finding.where,
            "detail": finding.detail,
        }
    )


def _signer(signer: SignerInfo | None) -> dict[str, Any] | None:
    return None if signer is None else _present(asdict(signer))


def _custodian(custodian: Custodian) -> dict[str, Any]:
    return _present({**asdict(custodian.signer), "earlier": custodian.earlier})


def _amender(amender: Amender) -> dict[str, Any]:
    fields = {
        "counts": amender.counts,
        "attributes": list(amender.attributes),
        "reason": amender.reason,
        "claimed": amender.claimed,
        "proved": amender.proved,
    }
    return _present({**asdict(amender.signer), **fields})


def _pixels(pixels: PixelEvidence | None) -> dict[str, Any] | None:
    if pixels is None:
        return None
    return {
        "evidence": pixels.evidence.value,
        "altered_fraction": round(pixels.altered_fraction, 6),
        "recoverable": pixels.recoverable,
        "frames": [_frame(frame) for frame in pixels.frames],
    }


def _frame(frame: FrameMap) -> dict[str, Any]:
    return {
        "frame": frame.frame,
        "boxes": [list(box) for box in frame.boxes],
        "redacted": [list(box) for box in frame.redacted],
    }


def _attributes(changes: AttributeChanges | None) -> dict[str, Any] | None:
    if changes is None:
        return None
    return {name: list(tags) for name, tags in asdict(changes).items()}
