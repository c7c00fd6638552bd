"""Inspect: what a file claims about itself, without trust. Nothing here is verified."""

from pathlib import Path
from typing import Any

from signing import payload
from signing.amendment import Amendment
from signing.certificate import Certificate
from signing.commitments import SEAL, SEAL_TIME
from signing.dicom import part10
from signing.dicom.quiet import silenced
from signing.digests import key_id
from signing.envelope import Envelope, parse
from signing.errors import Malformed
from signing.evidence.pixelcheck import read_frames
from signing.exports import is_export, read_export
from signing.sealparts import SealParts, read_seal
from signing.statement import Statement
from watermark.description import Description
from watermark.errors import MalformedDescription

Facts = dict[str, Any]
"""What JSON can hold."""

_MOST_LISTED = 8
"""Certificates, and frames with redacted cells, that are shown; the rest are left out."""


@silenced()
def inspect_path(path: Path) -> Facts:
    """Return what the file at `path` claims: seal, signer, frames, marks. JSON-like.

    Holds no value of the patient. Raises Unreadable, UnsupportedImage, OSError.
    """
    if is_export(path):
        return {"kind": "export", "marks": _read_marks(path)}
    instance = part10.read(path)
    parts = read_seal(instance.dataset)
    facts: Facts = {
        "kind": "DICOM",
        "transfer_syntax": instance.transfer_syntax,
        "structure": [f"{p.kind}: {p.where}: {p.reason}" for p in instance.problems],
        "block": parts.present,
    }
    if not parts.present:
        return facts | {"marks": _read_marks(path)}
    return facts | {
        "problems": [f"{f.where}: {f.detail}" for f in parts.findings],
        "statements": [_statement(statement) for _, statement in parts.statements],
        "amendments": [_amendment(amendment) for _, amendment in parts.amendments],
        "certificates": len(parts.certificates),
        "first_certificates": [_certificate(data) for data in parts.certificates[:_MOST_LISTED]],
        "disclosures": [_disclosures(parts, place) for place in range(len(parts.disclosures))],
        "restoration_bytes": [len(body) for body in parts.restorations],
        "recovery_bytes": [sum(map(len, frames)) for frames in parts.recoveries],
        "cell_bytes": [len(body) for body in parts.cells],
    }


def _statement(statement: Statement) -> Facts:
    """Return what a statement claims."""
    return {
        "seal_id": statement.seal_id.hex(),
        "key_id": key_id(statement.public_key).hex(),
        "frames": statement.frames,
        "digests_of": statement.kind.name.lower(),
        "marked_frames": statement.marked_count,
        "detached_because": statement.reason.meaning if statement.reason else "",
        "leaves": statement.leaf_count,
        "earlier_statements": len(statement.earlier),
    }


def _amendment(amendment: Amendment) -> Facts:
    """Return what an amendment claims; which attributes it is about stands in the disclosures."""
    return {
        "seal_id": amendment.seal_id.hex(),
        "key_id": key_id(amendment.public_key).hex(),
        "leaves": amendment.leaf_count,
        "earlier_amendments": len(amendment.earlier),
    }


def _certificate(data: bytes) -> Facts:
    """Return what a certificate claims."""
    sealed: Envelope = parse(data)
    try:
        certificate = Certificate.decode(sealed.payload)
        description = Description.decode(certificate.description)
    except (Malformed, MalformedDescription) as error:
        return {"problem": str(error)}
    return {
        "frame": description.frame,
        "key_id": certificate.key_id.hex(),
        "size": f"{description.rows} x {description.columns}, {description.bits} bits",
        "profile": description.profile.name,
        "transform": description.transform.name.lower(),
        "carrying_tiles": description.carriers,
        "coding_tiles": description.layout.coding.count,
        "tolerance": round(description.tolerance, 4),
        "room_for_recovery": description.capacity - payload.HEADER - 3 - len(sealed.payload),
        "bytes": len(data),
    }


def _disclosures(parts: SealParts, place: int) -> Facts:
    """Return what is disclosed, in numbers, and the claimed time."""
    disclosures = parts.disclosures[place]
    time = disclosures.by_path().get(SEAL_TIME)
    return {
        "seed": disclosures.seed is not None,
        "rows": len(disclosures.rows),
        "time_stamps": len(disclosures.stamps),
        "redacted": sum(not row.disclosed for row in disclosures.rows),
        "amended": sorted(
            {row.path for held in disclosures.amended for row in held.rows if row.type != SEAL}
        ),
        "redacted_cells": {
            str(area.frame): area.cells
            for area in (disclosures.areas.areas[:_MOST_LISTED] if disclosures.areas else ())
        },
        "sealed_at": time.value.decode("ascii", "replace") if time and time.value else "",
    }


def _read_marks(path: Path) -> list[dict[str, object]]:
    """Return what the samples of each frame of a file carry, unverified, as JSON-like facts.

    Raises Unreadable, UnsupportedImage, OSError.
    """
    import watermark

    frames = [read_export(path)] if is_export(path) else read_frames(part10.read(path).dataset)
    found: list[dict[str, object]] = []
    for index, candidates in enumerate(frames):
        readings = [watermark.extract(samples) for samples in candidates]
        reading = max(readings, key=lambda r: (r.payload is not None, r.valid), default=None)
        if reading is not None and reading.marked:
            found.append(
                {
                    "frame": index,
                    "profile": reading.profile.name if reading.profile else "",
                    "transform": reading.transform.name.lower()
                    if reading.transform is not None
                    else "",
                    "valid_tiles": reading.valid,
                    "payload_bytes": len(reading.payload) if reading.payload is not None else 0,
                }
            )
    return found
