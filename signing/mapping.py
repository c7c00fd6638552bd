"""Where the samples of a frame differ from what its certificate says; loads the watermark house."""

import watermark
from signing import payload
from signing.certificate import Certificate
from signing.envelope import Envelope
from signing.errors import LimitExceeded, Malformed
from signing.payload import Payload
from signing.proving import as_described, judge_map
from signing.verdict import Box, Code, Finding, Outcome
from watermark import seedtree
from watermark.description import Description
from watermark.errors import MalformedDescription, UnsupportedSamples
from watermark.samples import Samples

Mapped = tuple[list[Finding], tuple[Box, ...], float]
"""Findings, altered areas, and the share of the frame in them, 0 to 1."""


def map_frame(
    samples: Samples, sealed: Envelope, master: bytes, where: str, recovery: bytes = b""
) -> Mapped:
    """Compare a frame with its certificate, whose signature was verified.

    samples: as received; sealed: the certificate; master: the instance's seed, from the tags;
    recovery: the recovery data that the certificate names, b"" where they are gone. The payload
    that the frame should hold follows from these, so that areas in which only parities changed are
    found too; not where recovery data are named and gone.
    """
    try:
        certificate = Certificate.decode(sealed.payload)
        description = Description.decode(certificate.description)
        seed = seedtree.frame_seed(master, description.frame)
        parts = Payload(seed, sealed.signature, sealed.payload, recovery)
        packed = payload.pack(parts, description.capacity)
    except (Malformed, MalformedDescription, LimitExceeded) as error:
        return [Finding(Code.CHECK_INCOMPLETE, Outcome.FAIL, where, str(error))], (), 0.0
    try:
        received = as_described(samples, description)
        known = certificate.recovery is None or recovery != b""
        reading = watermark.reread(received, description, packed) if known else None
        tampered = watermark.localise(received, description, seed, reading)
    except UnsupportedSamples:
        detail = "the samples have not the sealed size, depth or sign"
        return [Finding(Code.PIXELS_GEOMETRY, Outcome.FAIL, where, detail)], (), 1.0
    return judge_map(tampered, None, where), tampered.boxes, tampered.fraction
