"""The stable names of all findings, the kind of each, and its meaning in one line.

The kind says what a failed finding does to the verdict; docs/spec/findings.md is checked against
this table. A code never changes its meaning; new ones are added.
"""

from enum import StrEnum
from typing import Final


class CodeKind(StrEnum):
    """What a FAIL of a code does to the verdict."""

    STRUCTURE = "structure"  # unreadable
    CONTRADICTION = "contradiction"  # altered; only emitted against a trusted envelope
    PRESENCE = "presence"  # unsealed
    TRUST = "trust"  # untrusted
    AVAILABILITY = "availability"  # undecided
    INFORMATION = "information"  # nothing, unless the report requires it


class Code(StrEnum):
    """One check. The value is what reports and exports show."""

    STRUCTURE_MALFORMED = "structure.malformed"
    STRUCTURE_DUPLICATE = "structure.duplicate"
    STRUCTURE_ORDER = "structure.order"
    STRUCTURE_TRAILING = "structure.trailing"
    STRUCTURE_LIMITS = "structure.limits"
    SEAL_PRESENT = "seal.present"
    SEAL_VERSION = "seal.version"
    SEAL_DETACHED = "seal.detached"
    SEAL_SEVERAL = "seal.several"
    SEAL_CONSISTENT = "seal.consistent"
    ENVELOPE_MALFORMED = "envelope.malformed"
    SIGNER_TRUSTED = "signer.trusted"
    SIGNER_CERTIFICATE = "signer.certificate"
    SIGNER_EXPIRED = "signer.expired"
    SIGNER_REVOKED = "signer.revoked"
    SIGNER_LISTS = "signer.lists"
    STATEMENT_SIGNATURE = "statement.signature"
    CUSTODY_EARLIER = "custody.earlier"
    AMENDMENT_SIGNATURE = "amendment.signature"
    AMENDMENT_BOUND = "amendment.bound"
    AMENDMENT_GRANTED = "amendment.granted"
    AMENDMENT_ROOT = "amendment.root"
    AMENDMENT_EARLIER = "amendment.earlier"
    CERTIFICATE_SIGNATURE = "certificate.signature"
    CERTIFICATE_BOUND = "certificate.bound"
    PIXELS_MATCH = "pixels.match"
    PIXELS_CELLS = "pixels.cells"
    PIXELS_REDACTED = "pixels.redacted"
    PIXELS_ORIGINAL = "pixels.original"
    PIXELS_CLOSING = "pixels.closing"
    PIXELS_MARK = "pixels.mark"
    PIXELS_MARK_BROKEN = "pixels.mark-broken"
    PIXELS_GEOMETRY = "pixels.geometry"
    PIXELS_LOSSY_COPY = "pixels.lossy-copy"
    FRAMES_COUNT = "frames.count"
    ATTRIBUTES_IDENTITY = "attributes.identity"
    ATTRIBUTES_GEOMETRY = "attributes.geometry"
    ATTRIBUTES_DISPLAY = "attributes.display"
    ATTRIBUTES_PIXEL_DESCRIPTION = "attributes.pixel-description"
    ATTRIBUTES_REST = "attributes.rest"
    ATTRIBUTES_ROOT = "attributes.root"
    ATTRIBUTES_DISCLOSED = "attributes.disclosed"
    ATTRIBUTES_NOTED = "attributes.noted"
    ATTRIBUTES_AMENDED = "attributes.amended"
    ATTRIBUTES_RECORDED = "attributes.recorded"
    RESTORATION_BOUND = "restoration.bound"
    CELLS_BOUND = "cells.bound"
    RECOVERY_BOUND = "recovery.bound"
    TIME_CLAIMED = "time.claimed"
    TIME_PROVED = "time.proved"
    TIME_TOKEN = "time.token"  # noqa: S105 - a check, not a password
    CODEC_MISSING = "codec.missing"
    CHECK_INCOMPLETE = "check.incomplete"
    POLICY_SIGNER = "policy.signer"
    POLICY_ROLE = "policy.role"
    POLICY_DISCLOSED = "policy.disclosed"
    POLICY_PROFILE = "policy.profile"
    POLICY_EXEMPT = "policy.exempt"

    @property
    def kind(self) -> CodeKind:
        """What a FAIL does to the verdict."""
        return CODES[self][0]

    @property
    def meaning(self) -> str:
        """What is checked, in one line."""
        return CODES[self][1]


_S, _C, _P = CodeKind.STRUCTURE, CodeKind.CONTRADICTION, CodeKind.PRESENCE
_T, _A, _I = CodeKind.TRUST, CodeKind.AVAILABILITY, CodeKind.INFORMATION

CODES: Final[dict[Code, tuple[CodeKind, str]]] = {
    Code.STRUCTURE_MALFORMED: (_S, "the file can be parsed as what it claims to be"),
    Code.STRUCTURE_DUPLICATE: (_S, "no element, creator or file meta group appears twice"),
    Code.STRUCTURE_ORDER: (_S, "elements are in ascending order"),
    Code.STRUCTURE_TRAILING: (_S, "nothing follows the data set"),
    Code.STRUCTURE_LIMITS: (_S, "sizes, counts and nesting are within the limits"),
    Code.SEAL_PRESENT: (_P, "a seal, or a trace of one, is there"),
    Code.SEAL_VERSION: (_A, "every envelope is of a version that this reader knows"),
    Code.SEAL_DETACHED: (_I, "the samples carry no mark; the detail is the statement's reason"),
    Code.SEAL_SEVERAL: (_I, "there is more than one statement; all were read"),
    Code.SEAL_CONSISTENT: (_I, "all agrees with the statement of a key that is not trusted"),
    Code.ENVELOPE_MALFORMED: (_A, "everything in the seal's own elements can be parsed"),
    Code.SIGNER_TRUSTED: (_T, "the signer's key is trusted"),
    Code.SIGNER_CERTIFICATE: (_T, "the signer's certificates lead to a trusted authority"),
    Code.SIGNER_EXPIRED: (_T, "the signer's certificates are valid, now or at a proved time"),
    Code.SIGNER_REVOKED: (
        _T,
        "no key or certificate of the signer is revoked before a proved time",
    ),
    Code.SIGNER_LISTS: (_I, "the revocation lists of the signer's authorities are there and new"),
    Code.STATEMENT_SIGNATURE: (_C, "the statement's signature is its trusted signer's"),
    Code.CUSTODY_EARLIER: (
        _C,
        "every earlier envelope that a trusted later statement names is there",
    ),
    Code.AMENDMENT_SIGNATURE: (_C, "each amendment's signature is its trusted signer's"),
    Code.AMENDMENT_BOUND: (_I, "each amendment is of the seal that is here"),
    Code.AMENDMENT_GRANTED: (_I, "each amendment is one that a trusted key is allowed to make"),
    Code.AMENDMENT_ROOT: (_C, "the amended values listed are those that the amendment signs"),
    Code.AMENDMENT_EARLIER: (_C, "every earlier amendment that one which counts names is there"),
    Code.CERTIFICATE_SIGNATURE: (_C, "each certificate's signature is its trusted signer's"),
    Code.CERTIFICATE_BOUND: (_C, "each certificate is the one that the statement lists"),
    Code.PIXELS_MATCH: (_C, "the samples, or the codestream, have the signed digest"),
    Code.PIXELS_CELLS: (_C, "outside of areas taken out, every cell has the signed digests"),
    Code.PIXELS_REDACTED: (_C, "areas taken out of frames are blank"),
    Code.PIXELS_ORIGINAL: (_C, "the restored samples have the signed digest of the original"),
    Code.PIXELS_CLOSING: (_C, "the closing tile's signature covers the samples as they are"),
    Code.PIXELS_MARK: (_C, "every tile has the digest that the certificate lists"),
    Code.PIXELS_MARK_BROKEN: (_C, "a mark that is there above chance has a readable certificate"),
    Code.PIXELS_GEOMETRY: (_C, "the frame has the sealed size and orientation"),
    Code.PIXELS_LOSSY_COPY: (_I, "a copy differs as lossy compression does, nowhere beyond it"),
    Code.FRAMES_COUNT: (_C, "there are as many frames as were sealed"),
    Code.ATTRIBUTES_IDENTITY: (_C, "attributes of patient, study, series and instance are equal"),
    Code.ATTRIBUTES_GEOMETRY: (_C, "attributes of position, spacing and orientation are equal"),
    Code.ATTRIBUTES_DISPLAY: (_C, "attributes that change how the image is shown are equal"),
    Code.ATTRIBUTES_PIXEL_DESCRIPTION: (_C, "attributes that say what the samples are are equal"),
    Code.ATTRIBUTES_REST: (_C, "all other committed attributes are equal"),
    Code.ATTRIBUTES_ROOT: (_C, "the listed commitments are those that the statement signs"),
    Code.ATTRIBUTES_DISCLOSED: (_I, "every commitment is disclosed with its salt"),
    Code.ATTRIBUTES_NOTED: (_I, "attributes differ in a way that the policy allows"),
    Code.ATTRIBUTES_AMENDED: (_I, "attributes were changed later and signed by one who may"),
    Code.ATTRIBUTES_RECORDED: (_I, "a change is on record in the file, in a record nobody signed"),
    Code.RESTORATION_BOUND: (_C, "the restoration record is the committed one"),
    Code.CELLS_BOUND: (_C, "the lists of cell digests are those that the statement signs"),
    Code.RECOVERY_BOUND: (_C, "the recovery data are those that the certificates name"),
    Code.TIME_CLAIMED: (_I, "the time that the signer claims, unproved by itself, can be right"),
    Code.TIME_PROVED: (_I, "a trusted time-stamping authority saw the statement at a time"),
    Code.TIME_TOKEN: (_I, "every time stamp is of this seal and by a trusted authority"),
    Code.CODEC_MISSING: (_A, "a decoder for the transfer syntax is there"),
    Code.CHECK_INCOMPLETE: (_A, "everything that should have run did run to its end"),
    Code.POLICY_SIGNER: (_T, "the policy lets this signer seal this modality and station"),
    Code.POLICY_ROLE: (_T, "the signer's role is one that the policy takes as proof of origin"),
    Code.POLICY_DISCLOSED: (_A, "every attribute that the policy asks for is disclosed"),
    Code.POLICY_PROFILE: (_A, "the frames carry a mark at least as strong as the policy asks for"),
    Code.POLICY_EXEMPT: (_I, "it is not sealed, and the policy exempts where it comes from"),
}
"""Kind and meaning of every code, in the order of the enumeration."""
