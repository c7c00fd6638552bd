"""Prove frames from their samples alone: blind reading, signature, closing tile, map.

The seam between the two houses on the way back. Nothing that was read is decoded before the
signature of a trusted key over it was verified; the key id in it is only a hint which key to try.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import watermark
from signing import envelope, payload
from signing.certificate import Certificate, hinted_key_ids
from signing.digests import recovery_digest
from signing.errors import Malformed
from signing.evidence.placing import (
    AS_IT_WAS,
    Finder,
    Found,
    Inside,
    belongs,
    count_areas,
    judge_closing,
    lay_back,
)
from signing.keys import PublicKey
from signing.payload import Payload
from signing.trust import Trust
from signing.verdict import Box, Code, Finding, Outcome
from watermark.cellchecks import split_checks
from watermark.description import Description
from watermark.errors import MalformedDescription, UnsupportedSamples
from watermark.geometry.orientation import AS_SEALED
from watermark.localisation import TamperMap
from watermark.samples import Samples

PASS, FAIL = Outcome.PASS, Outcome.FAIL
_TOO_LITTLE = "too little of the mark is left to read its certificate"


@dataclass(frozen=True, slots=True)
class FrameProof:
    """What the samples of one frame prove."""

    marked: bool
    """Whether there is a trace of a mark; without one nothing else is there."""
    findings: tuple[Finding, ...] = ()
    description: Description | None = None
    """What was signed; None where nothing by a trusted key was read."""
    frames: int = 0
    """Frames of the sealed instance, as signed."""
    key: PublicKey | None = None
    """The trusted key that signed."""
    key_hint: bytes = b""
    """The key id that the mark names, trusted or not; b"" where none was read."""
    boxes: tuple[Box, ...] = ()
    """Areas that differ."""
    fraction: float = 0.0
    """Share of the digest units that differ."""
    certificate: bytes = b""
    """The certificate's envelope, as carried; b"" where no trusted key signed it."""
    recovery: bytes = field(default=b"", repr=False)
    """Recovery data as carried; their digest is the one that the certificate names."""
    choice: int = 0
    """Place of the interpretation that was read among the candidates."""
    geometry: str = ""
    """How the frame lies, as in the report; "" where no trusted key's description tells."""


def prove_frame(
    candidates: Sequence[Samples],
    where: str,
    trust: Trust,
    *,
    exported: bool = False,
    finder: Finder | None = None,
) -> FrameProof:
    """Return what the samples of one frame prove by themselves.

    candidates: the same picture under the interpretations its container allows, likeliest first
    (an export may have lost the sign); where: the frame's name in findings; exported: the container
    does not say how many bits are stored, so the certificate's word is taken; finder: what the
    frames before this one taught. Never raises for content.
    """
    found = (finder or Finder()).find(candidates)
    if found is None:
        return FrameProof(False)
    parts = _unpack(found)
    if isinstance(parts, str):
        return _broken(where, parts)
    hints = hinted_key_ids(parts.claims)
    keys = [key for hint in hints if (key := trust.by_id(hint)) is not None]
    if not keys and not found.confirmed:
        return _broken(where, _TOO_LITTLE)
    if not keys:
        finding = Finding(Code.SIGNER_TRUSTED, FAIL, where, "the mark names no trusted key")
        refused = [found for hint in hints for found in trust.assess_id(hint).findings]
        return FrameProof(True, (finding, *refused), key_hint=hints[0] if hints else b"")
    sealed = envelope.parse(parts.certificate_envelope)
    key = next((key for key in keys if envelope.verify(sealed, key.raw)), None)
    if key is None:
        return _broken(where, "its certificate is not signed by the key that it names")
    proof = _prove_signed(found, parts, key, (where, exported))
    choice = next(place for place, samples in enumerate(candidates) if samples is found.samples)
    return replace(proof, choice=choice)


def _unpack(found: Found) -> Payload | str:
    """Return the parts of a payload, or the reason why there are none."""
    if found.reading.payload is None:
        return _TOO_LITTLE
    try:
        return payload.unpack(found.reading.payload)
    except Malformed:
        return "what the mark carries is no payload" if found.confirmed else _TOO_LITTLE


def _broken(where: str, detail: str) -> FrameProof:
    """Return the proof that a mark was there and no longer is one."""
    return FrameProof(True, (Finding(Code.PIXELS_MARK_BROKEN, FAIL, where, detail),))


def _prove_signed(
    found: Found, parts: Payload, key: PublicKey, about: tuple[str, bool]
) -> FrameProof:
    """Compare a frame with the certificate in it, whose signature is a trusted key's."""
    where, exported = about
    try:
        certificate = Certificate.decode(parts.claims)
        description = Description.decode(certificate.description)
    except (Malformed, MalformedDescription):
        return _broken(where, "its certificate is signed, but not in a form that is read")
    contradiction = _contradiction(found, parts, certificate, description)
    if contradiction:
        return _broken(where, contradiction)
    signed = tuple(
        Finding(code, PASS, where) for code in (Code.SIGNER_TRUSTED, Code.CERTIFICATE_SIGNATURE)
    )
    proof = FrameProof(True, signed, description, certificate.frames, key, key.key_id)
    proof = replace(proof, certificate=parts.certificate_envelope, recovery=parts.recovery)
    try:
        received = as_described(found.samples, description, exported=exported)
        if found.placement is not None or not description.fits(received):
            return _prove_placed(proof, found, received, parts, where)
        tampered = watermark.localise(
            received, description, parts.seed, found.reading, checks=parts.checks
        )
    except UnsupportedSamples:
        detail = "size, depth or sign are not the sealed ones"
        misfit = Finding(Code.PIXELS_GEOMETRY, FAIL, where, detail)
        return replace(proof, findings=(*proof.findings, misfit), fraction=1.0)
    judged = judge_map(tampered, _is_closed(received, description, key), where)
    return replace(
        proof,
        findings=(*proof.findings, *judged),
        boxes=tampered.boxes,
        fraction=tampered.fraction,
        geometry=AS_IT_WAS,
    )


def _contradiction(
    found: Found, parts: Payload, certificate: Certificate, description: Description
) -> str:
    """Return what of a mark is not as its certificate says; "" where all is."""
    if not _is_signed(parts.recovery, certificate):
        return "it carries recovery data that its certificate does not sign"
    if split_checks(parts.checks, description) is None:
        return "it carries check bytes that no writer makes for such a frame"
    if found.placement is not None and not belongs(found.reading, found.placement, description):
        return "its chunks are not those that its certificate describes"
    return ""


def _prove_placed(
    proof: FrameProof, found: Found, received: Samples, parts: Payload, where: str
) -> FrameProof:
    """Compare a frame that lies otherwise than it was sealed. Raises UnsupportedSamples."""
    description, key = proof.description, proof.key
    if description is None or key is None or found.reading.payload is None:
        return proof
    placement = found.placement or watermark.placed_whole(AS_SEALED, description)
    if not belongs(found.reading, placement, description):
        raise UnsupportedSamples("the mark is that of a frame of another size")
    inside = Inside(description, parts.seed, found.reading.payload, checks=parts.checks)
    laid = lay_back(received, placement, inside)
    whole = laid.canvas.whole
    closed = _is_closed(laid.canvas.samples, description, key) if whole else None
    return replace(
        proof,
        findings=(*proof.findings, *laid.findings(closed, where)),
        boxes=laid.boxes,
        fraction=laid.fraction,
        geometry=laid.words or AS_IT_WAS,
    )


def _is_closed(received: Samples, description: Description, key: PublicKey) -> bool:
    """Tell whether the closing tile holds the key's signature over the samples as they are."""
    closing = watermark.closing(received, description)
    message = payload.closing_message(description.seal_id, description.frame, closing.digest)
    return closing.intact and envelope.verify_message(message, closing.signature, key.raw)


def _is_signed(recovery: bytes, certificate: Certificate) -> bool:
    """Tell whether the recovery data carried are those that the certificate names, or none."""
    return (recovery_digest(recovery) if recovery else None) == certificate.recovery


def judge_map(tampered: TamperMap, closed: bool | None, where: str) -> list[Finding]:
    """Return the findings of a map and of the closing tile; None where that was not read."""
    areas = "" if tampered.intact else count_areas(len(tampered.boxes))
    findings = [Finding(Code.PIXELS_MARK, PASS if tampered.intact else FAIL, where, areas)]
    if closed is not None:
        findings.append(judge_closing(closed, bool(tampered.boxes), where))
    return findings


def as_described(samples: Samples, description: Description, *, exported: bool = False) -> Samples:
    """Return the samples with the depth, sign and colour that were signed.

    exported: the container tells no depth, so that only the values must fit. Raises
    UnsupportedSamples where depth, sign or values are others.
    """
    values = samples.values
    if exported and description.signed and not samples.signed:
        # No sample had its top bit set: the same words, read as the signed numbers they were.
        values = values.view(values.dtype.str.replace("u", "i"))
    elif samples.signed != description.signed:
        raise UnsupportedSamples("the sign is not the described one")
    if not exported and samples.bits != description.bits:
        raise UnsupportedSamples("the depth is not the described one")
    return Samples(values, description.bits, description.signed, description.colour)
