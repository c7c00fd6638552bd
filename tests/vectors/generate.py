"""Writes the vectors of signing's formats: `python -m tests.vectors.generate`.

Keys, salts and seeds follow from labels, so the same bytes come out every time; a test compares.
A vector never changes: a new version of a format adds vectors. Fields of a file:
`_comment` what is special; `format` which reader; `expect` "accept", the class that is raised, or
"unverified" where the envelope parses and its signature is not that of `key`; `hex` the bytes.
"""

import dataclasses
import json
from pathlib import Path
from typing import Any

import cbor2

from signing import envelope, payload
from signing.curve import ORDER
from signing.envelope import Kind
from signing.payload import Payload
from signing.stamps import MAX_STAMPS
from tests.signing.strategies import OTHER, SIGNER, noise
from tests.vectors import amendments, bodies
from tests.vectors.areas import ROW, SEEDS, TAKEN_OUT, refused_areas
from tests.vectors.subjects import (
    BARE,
    CARRIED,
    CERTIFICATE,
    CERTIFIED,
    CERTIFIED_KEY,
    DETACHED,
    DISCLOSED,
    FOLLOWING,
    RECOVERABLE,
    RECOVERABLE_SIGNATURE,
    RECOVERY,
    REDACTED,
    RENEWED,
    SEAL_ID,
    SEED,
    SIGNATURE,
    STAMPED,
    STATED,
    STATEMENT,
)

FOLDER = Path(__file__).parent

Case = tuple[str, str, bytes]
"""expect, comment, bytes."""


def pairs(*entries: Any, count: Any = None) -> Any:
    """Return a CBOR map with entries as they come: any order, any keys, any count."""
    head = bytes([0xA0 + (len(entries) if count is None else count)])
    return head + b"".join(cbor2.dumps(key) + cbor2.dumps(value) for key, value in entries)


def claims(data: Any, change: Any = None, drop: Any = ()) -> Any:
    """Return encoded claims as (key, value) pairs with some changed, added or dropped."""
    entries = cbor2.loads(data) | (change or {})
    return [entry for entry in entries.items() if entry[0] not in drop]


def sign1(
    header: Any = None,
    unprotected: Any = None,
    body: Any = CERTIFICATE.encoded,
    signature: Any = SIGNATURE,
    tag: Any = 18,
) -> Any:
    """Return a COSE_Sign1 with other parts than ours."""
    protected = pairs(*(header or [(1, -19), (3, "scanseal/1/certificate")]))
    return cbor2.dumps(cbor2.CBORTag(tag, [protected, unprotected or {}, body, signature]))


def accepted() -> dict[str, Case]:
    """Return the vectors that every reader must take."""
    message = payload.closing_message(SEAL_ID, 1, noise("closing digest", 32))
    signed = envelope.sign(Kind.CLOSING, cbor2.loads(message)[3], SIGNER)
    packed = payload.pack(CARRIED, CARRIED.size + 5, zeros=True)
    whole = Payload(SEED, RECOVERABLE_SIGNATURE, RECOVERABLE.encoded, RECOVERY)
    return {
        "envelope-certificate": ("accept", "the certificate of frame 0", CERTIFIED),
        "envelope-statement": ("accept", "the statement of two frames, one marked", STATED),
        "envelope-closing": ("accept", "never travels: only its signature does", signed),
        "certificate-plain": ("accept", "without recovery data", CERTIFICATE.encoded),
        "certificate-recovery": ("accept", "with recovery data", RECOVERABLE.encoded),
        "statement-marked": ("accept", "two frames, the second unmarked", STATEMENT.encoded),
        "statement-detached": ("accept", "two frames, lossy", DETACHED.encoded),
        "statement-custody": ("accept", "it follows another one", FOLLOWING.encoded),
        "statement-no-pixels": ("accept", "no frames at all", BARE.encoded),
        "disclosures-full": ("accept", "every salt is there", DISCLOSED.encoded),
        "disclosures-certificates": ("accept", "two X.509 certificates", CERTIFIED_KEY.encoded),
        "disclosures-redacted": ("accept", "two rows and the seed redacted", REDACTED.encoded),
        "disclosures-areas": ("accept", "cells of the first of two frames", TAKEN_OUT.encoded),
        "disclosures-stamped": ("accept", "two time stamps of one statement", STAMPED.encoded),
        "disclosures-renewed": ("accept", "a third one over both", RENEWED.encoded),
        "payload-plain": ("accept", "five bytes of padding", packed),
        "payload-padded": (
            "accept",
            "forty bytes of padding, from the seed",
            payload.pack(CARRIED, CARRIED.size + 40),
        ),
        "payload-checks": (
            "accept",
            "twelve check bytes, then padding",
            payload.pack(dataclasses.replace(CARRIED, checks=bytes(range(12))), CARRIED.size + 40),
        ),
        "payload-recovery": ("accept", "with recovery data", payload.pack(whole, whole.size)),
    }


def refused_envelopes() -> dict[str, Case]:
    """Return envelopes that break one rule each."""
    malformed = refused_forms() | refused_headers()
    refused = {name: ("MalformedEnvelope", *case) for name, case in malformed.items()}
    later = sign1([(1, -49), (3, "scanseal/2/certificate")])
    refused["version-2"] = ("UnknownVersion", "version 2", later)
    return refused | {name: ("unverified", *case) for name, case in unverified().items()}


def refused_forms() -> dict[str, tuple[str, bytes]]:
    """Return envelopes whose outer form is not the one."""
    array = cbor2.loads(CERTIFIED).value
    start, rest = CERTIFIED[:2], CERTIFIED[3:]
    return {
        "no-tag": ("tag 18 is missing", CERTIFIED[1:]),
        "other-tag": ("tag 98, COSE_Sign", sign1(tag=98)),
        "long-tag": ("tag 18 in two bytes", b"\xd8\x12" + CERTIFIED[1:]),
        "three-parts": ("an array of three", b"\xd2" + cbor2.dumps(array[:3])),
        "five-parts": ("an array of five", b"\xd2" + cbor2.dumps([*array, b""])),
        "indefinite": ("an indefinite array", b"\xd2\x9f" + CERTIFIED[2:] + b"\xff"),
        "long-length": ("a length in two bytes where one does", start + b"\x59\x00" + rest),
        "trailing": ("a byte after the end", CERTIFIED + b"\0"),
        "cut": ("the last byte is missing", CERTIFIED[:-1]),
        "detached-payload": ("claims are null", sign1(body=None)),
        "text-payload": ("claims are text", sign1(body="claims")),
        "short-signature": ("63 bytes of signature", sign1(signature=SIGNATURE[:63])),
    }


def refused_headers() -> dict[str, tuple[str, bytes]]:
    """Return envelopes whose headers are not the ones of a certificate."""
    algorithm, name = (1, -19), (3, "scanseal/1/certificate")
    return {
        "eddsa": ("algorithm -8, deprecated", sign1([(1, -8), name])),
        "no-algorithm": ("no algorithm", sign1([name])),
        "protected-kid": ("a key id in the header", sign1([algorithm, name, (4, b"k")])),
        "critical": ("crit in the header", sign1([algorithm, (2, [4]), name])),
        "unsorted": ("header keys descending", sign1([name, algorithm])),
        "kid": ("an unprotected key id", sign1(unprotected={4: b"k"})),
        "foreign-type": ("another content type", sign1([algorithm, (3, "text/plain")])),
        "other-kind": ("an unknown kind", sign1([algorithm, (3, "scanseal/1/opinion")])),
    }


def unverified() -> dict[str, tuple[str, bytes]]:
    """Return envelopes that parse and are not signed by the key."""
    body = CERTIFICATE.encoded
    moved = SIGNER.sign(envelope.signed_message(Kind.STATEMENT, body))
    return {
        "changed-claims": ("one bit of the claims", sign1(body=flip(body))),
        "changed-signature": ("one bit of S", sign1(signature=flip(SIGNATURE))),
        "s-plus-order": ("S + L instead of S", sign1(signature=plus_order(SIGNATURE))),
        "no-domain": ("signed without external_aad", sign1(signature=undomained())),
        "other-key": ("signed by another key", envelope.sign(Kind.CERTIFICATE, body, OTHER)),
        "moved-kind": ("a statement's signature on a certificate", sign1(signature=moved)),
    }


def flip(data: Any) -> Any:
    """Return bytes with the lowest bit of the last one changed."""
    return data[:-1] + bytes([data[-1] ^ 1])


def plus_order(signature: Any) -> Any:
    """Return the signature that lax verifiers take for the same."""
    s = int.from_bytes(signature[32:], "little") + ORDER
    return signature[:32] + s.to_bytes(32, "little")


def undomained() -> Any:
    """Return a signature over a Sig_structure with empty external_aad."""
    parts = cbor2.loads(envelope.signed_message(Kind.CERTIFICATE, CERTIFICATE.encoded))
    return SIGNER.sign(cbor2.dumps([parts[0], parts[1], b"", parts[3]]))


def refused_certificates() -> dict[str, Case]:
    """Return certificate claims that break one rule each."""
    good = RECOVERABLE.encoded
    changes = {
        "version-2": ("another version", {1: 2}),
        "empty-description": ("no description", {2: b""}),
        "text-description": ("description is text", {2: "d"}),
        "no-frames": ("frame count 0", {3: 0}),
        "many-frames": ("frame count above 2**17", {3: 2**17 + 1}),
        "negative-frames": ("frame count -1", {3: -1}),
        "float-frames": ("frame count 2.0", {3: 2.0}),
        "short-key-id": ("15 bytes of key id", {4: bytes(15)}),
        "short-recovery": ("31 bytes of digest", {5: bytes(31)}),
        "null-recovery": ("digest is null", {5: None}),
        "unknown-claim": ("claim 6", {6: 0}),
    }
    entries = claims(good)
    made = {name: (text, pairs(*claims(good, change))) for name, (text, change) in changes.items()}
    made |= {
        "no-key-id": ("claim 4 is missing", pairs(*claims(good, drop={4}))),
        "unsorted": ("keys descending", pairs(*entries[::-1])),
        "duplicate": ("claim 3 twice", pairs(*entries[:3], *entries[2:])),
        "long-number": ("version in two bytes", good[:2] + b"\x18\x01" + good[3:]),
        "trailing": ("a byte after the end", good + b"\0"),
        "cut": ("the last byte is missing", good[:-1]),
        "array": ("an array, no map", cbor2.dumps([value for _, value in entries])),
    }
    return {name: ("MalformedCertificate", *case) for name, case in made.items()}


def refused_statements() -> dict[str, Case]:
    """Return statement claims that break one rule each."""
    marked = {
        "version-2": ("another version", {1: 2}),
        "short-seal-id": ("15 bytes of seal id", {2: bytes(15)}),
        "small-order-key": ("a key of small order", {3: bytes([1, *bytes(31)])}),
        "unreduced-key": ("y of the key is p + 1", {3: bytes([0xEE, *b"\xff" * 30, 0x7F])}),
        "kind-3": ("an unknown digest kind", {5: 3}),
        "kind-none": ("digest kind 0 with frames", {5: 0}),
        "marked-codestream": ("a codestream with a mark", {5: 2}),
        "short-marked": ("one digest too few", {6: bytes(32)}),
        "long-original": ("one digest too many", {7: bytes(96)}),
        "extra-certificate": ("one certificate too many", {8: bytes(64)}),
        "extra-unmarked": ("no frame left to be marked", {9: [0, 1]}),
        "late-unmarked": ("frame 2 of two", {9: [2]}),
        "negative-unmarked": ("frame -1", {9: [-1]}),
        "short-root": ("31 bytes of root", {10: bytes(31)}),
        "many-leaves": ("leaf count above 2**17", {11: 2**17 + 1}),
        "root-of-nothing": ("no leaves with a root of some", {11: 0}),
        "idle-reason": ("a reason though a frame is marked", {12: "flat"}),
        "short-cells": ("31 bytes of digest", {13: bytes(31)}),
        "unknown-claim": ("claim 14", {14: 0}),
        "unknown-claim-15": ("claim 15", {15: 0}),
    }
    detached = {
        "unknown-reason": ("a reason that is not in the list", {12: "weather"}),
        "unsorted-unmarked": ("unmarked frames descending", {9: [1, 0]}),
        "custody-alone": ("custody, and no earlier statement", {12: "custody"}),
        "custody-unsaid": ("it follows another one, for another reason", {14: [bytes(32)]}),
        "repeated-unmarked": ("an unmarked frame twice", {9: [1, 1]}),
    }
    made = {n: (text, pairs(*claims(STATEMENT.encoded, c))) for n, (text, c) in marked.items()}
    made |= {n: (text, pairs(*claims(DETACHED.encoded, c))) for n, (text, c) in detached.items()}
    made |= refused_followers()
    unsaid = pairs(*claims(DETACHED.encoded, drop={12}))
    made["no-reason"] = ("no frame is marked, no reason", unsaid)
    made["no-frames"] = ("claim 4 is missing", pairs(*claims(STATEMENT.encoded, drop={4})))
    made["trailing"] = ("a byte after the end", STATEMENT.encoded + b"\0")
    return {name: ("MalformedStatement", *case) for name, case in made.items()}


def refused_followers() -> dict[str, tuple[str, bytes]]:
    """Return statements that follow others, and name them otherwise than they may."""
    followed = {
        "no-earlier": ("an array of none", {14: []}),
        "text-earlier": ("text for a digest", {14: ["0" * 32]}),
        "short-earlier": ("31 bytes of digest", {14: [bytes(31)]}),
        "repeated-earlier": ("a digest twice", {14: [bytes(32)] * 2}),
        "many-earlier": ("16 digests", {14: [bytes([n]) * 32 for n in range(16)]}),
    }
    marked = pairs(*claims(STATEMENT.encoded, {14: [bytes(32)]}))
    made = {n: (text, pairs(*claims(FOLLOWING.encoded, c))) for n, (text, c) in followed.items()}
    return made | {"following-marked": ("it follows another one and marks a frame", marked)}


def refused_disclosures() -> dict[str, Case]:
    """Return disclosures that break one rule each."""
    full = cbor2.loads(DISCLOSED.encoded)[2]
    first = full[0]

    def one(**change: Any) -> Any:
        names = ("path", "type", "salt", "digest", "value")
        return [list((dict(zip(names, first, strict=True)) | change).values()), *full[1:]]

    made = {
        "short-seed": ("15 bytes of seed", {1: bytes(15), 2: full}),
        "unsorted": ("paths descending", {1: SEED, 2: full[::-1]}),
        "duplicate": ("a path twice", {1: SEED, 2: [first, *full]}),
        "four-fields": ("a row without its value", {1: SEED, 2: [first[:4], *full[1:]]}),
        "lower-case-path": ("hex in lower case", {1: SEED, 2: one(path="0010002a")}),
        "short-salt": ("15 bytes of salt", {1: SEED, 2: one(salt=bytes(15))}),
        "silent-redaction": ("no salt, type kept", {1: SEED, 2: one(salt=None)}),
        "half-redaction": ("type redacted, salt kept", {1: SEED, 2: one(type="redacted")}),
        "shown-value": ("value of an attribute", {1: SEED, 2: one(value=b"7")}),
        "short-commitment": ("31 bytes of commitment", {1: SEED, 2: one(digest=bytes(31))}),
        "hidden-value": (
            "a pseudo leaf without value",
            {1: SEED, 2: [*full[:-1], [*full[-1][:4], None]]},
        ),
        "unknown-key": ("key 3", {1: SEED, 2: full, 3: 0}),
        "unknown-key-5": ("key 5", {1: SEED, 2: full, 5: 0}),
        "no-certificates": ("an array of none", {1: SEED, 2: full, 4: []}),
        "text-certificate": ("text for DER", {1: SEED, 2: full, 4: ["0"]}),
        "empty-certificate": ("one of no bytes", {1: SEED, 2: full, 4: [b""]}),
        "long-certificate": ("one of 8193 bytes", {1: SEED, 2: full, 4: [bytes(8193)]}),
        "many-certificates": ("33 of them", {1: SEED, 2: full, 4: [b"0"] * 33}),
    }
    made |= {n: (text, {1: SEED, 2: full, 3: v}) for n, (text, v) in refused_stamps().items()}
    made |= amendments.refused_lists()
    made |= {n: (text, {1: None, 2: full, 6: v}) for n, (text, v) in refused_areas().items()}
    made["areas-and-seed"] = ("areas beside the seed", {1: SEED, 2: full, 6: [SEEDS, ROW]})
    return {
        name: ("MalformedDisclosures", text, cbor2.dumps(body, canonical=True))
        for name, (text, body) in made.items()
    }


def refused_stamps() -> dict[str, Any]:
    """Return time stamps of disclosures that break one rule each."""
    stamps = cbor2.loads(STAMPED.encoded)[3]
    digest, token = stamps[0]
    many = [[digest, bytes([place])] for place in range(MAX_STAMPS + 1)]
    return {
        "no-stamps": ("an empty array of time stamps", []),
        "unsorted-stamps": ("time stamps descending", stamps[::-1]),
        "repeated-stamp": ("a time stamp twice", [stamps[0], *stamps]),
        "many-stamps": ("17 time stamps", many),
        "short-stamp": ("a time stamp of 31 bytes", [[digest[1:], token]]),
        "empty-token": ("a token of no bytes", [[digest, b""]]),
        "null-token": ("a token that is null", [[digest, None]]),
        "three-part-stamp": ("a third part of a time stamp", [[digest, token, 0]]),
        "four-part-stamp": ("a fourth part of a time stamp", [[digest, token, digest, b""]]),
        "empty-covered": ("a time stamp over none", [[digest, token, b""]]),
        "listed-covered": ("covered tokens in an array", [[digest, token, [digest]]]),
        "short-covered": ("31 bytes of a covered token", [[digest, token, digest[1:]]]),
        "long-covered": ("33 bytes of a covered token", [[digest, token, digest + b"0"]]),
        "repeated-covered": ("a covered token twice", [[digest, token, digest * 2]]),
        "unsorted-covered": ("covered tokens descending", [[digest, token, digest + bytes(32)]]),
        "many-covered": (
            "16 covered tokens",
            [[digest, token, b"".join(bytes([n]) * 32 for n in range(16))]],
        ),
    }


def refused_payloads() -> dict[str, Case]:
    """Return payloads that break one rule each."""
    packed = payload.pack(CARRIED, CARRIED.size + 5, zeros=True)
    end = CARRIED.size
    made = {
        "cut": ("ends within the claims", packed[:100]),
        "no-claims": ("claims of no length", packed[:16] + bytes(3) + packed[19:83] + bytes(60)),
        "long-claims": ("claims pass the end", packed[:16] + b"\0\1\0" + packed[19:]),
        "long-recovery": ("recovery data pass the end", packed[: end - 3] + b"\0\0\6" + bytes(5)),
        "padding": ("padding is not zero", packed[:-1] + b"\1"),
        "other-seed": ("padding is another seed's", packed[:-2] + payload.padding(bytes(16), 2)),
        "long-checks": ("check bytes pass the end", packed[:-5] + b"\0\0\3" + bytes(2)),
    }
    return {name: ("MalformedPayload", *case) for name, case in made.items()}


def documents() -> dict[str, str]:
    """Return the text of every vector file, by its path below this folder."""
    refused = {
        "envelope": refused_envelopes(),
        "certificate": refused_certificates(),
        "statement": refused_statements(),
        "disclosures": refused_disclosures(),
        "payload": refused_payloads(),
        "amendment": amendments.refused(),
        "restoration": bodies.refused_restorations(),
        "envelopes": bodies.refused_envelope_lists(),
        "cells": bodies.refused_cells(),
    }
    taken = accepted() | amendments.accepted() | bodies.accepted()
    cases = {f"accept/{name}": case for name, case in taken.items()}
    for kind, vectors in refused.items():
        cases |= {f"reject/{kind}-{name}": case for name, case in vectors.items()}
    return {f"{name}.json": document(name, case) for name, case in cases.items()}


def document(name: str, case: Any) -> Any:
    """Return one vector file."""
    expect, comment, data = case
    kind = name.split("/")[1].partition("-")[0]
    fields = {"_comment": comment, "format": kind, "expect": expect}
    if kind == "envelope":
        fields["key"] = SIGNER.public_key.hex()
    return json.dumps(fields | {"hex": data.hex()}, indent=1) + "\n"


if __name__ == "__main__":
    for path, text in documents().items():
        (FOLDER / path).write_text(text)
