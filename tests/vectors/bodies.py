"""Bodies of the private block for the vectors: envelopes, restoration, cells."""

from typing import Any

import cbor2

from signing.celllists import encode_lists
from signing.dicom.original import MAX_TAGS, Restoration, encode_envelopes
from tests.signing.strategies import noise
from tests.vectors.subjects import CERTIFIED, STATED

RECORD = noise("restoration record", 11)
ELEMENT = bytes.fromhex("0800112153540400") + b"seal"
ADDED = (0x00080300, 0x0018A001)

BODY = Restoration((RECORD, b""), ELEMENT, ADDED).encoded
NOTHING = Restoration((), b"", ()).encoded
ENVELOPES = encode_envelopes([STATED, CERTIFIED])
CELLS = encode_lists([noise("cells of one tile", 64), b""])

Case = tuple[str, str, bytes]


def accepted() -> dict[str, Case]:
    """Return bodies that every reader must take."""
    return {
        "restoration-two-frames": ("accept", "two frames, the second unmarked", BODY),
        "restoration-nothing": ("accept", "no frame, nothing replaced or added", NOTHING),
        "envelopes-two": ("accept", "a statement, then a certificate", ENVELOPES),
        "cells-two-frames": ("accept", "two frames, the second not decoded", CELLS),
    }


def refused_restorations() -> dict[str, Case]:
    """Return bodies of element 03 that break one rule each."""
    good = {1: [RECORD, b""], 2: ELEMENT, 3: list(ADDED)}

    def changed(**change: Any) -> bytes:
        return _encode(good | {int(key[1:]): value for key, value in change.items()})

    made = {
        "text-record": ("a record is text", changed(_1=["record"])),
        "no-array": ("records are one byte string", changed(_1=RECORD)),
        "text-elements": ("elements are text", changed(_2="elements")),
        "unsorted-tags": ("tags descending", changed(_3=list(ADDED[::-1]))),
        "repeated-tag": ("a tag twice", changed(_3=[ADDED[0], ADDED[0]])),
        "tag-0": ("tag 0", changed(_3=[0])),
        "long-tag": ("a tag of 33 bits", changed(_3=[1 << 32])),
        "text-tag": ("a tag is text", changed(_3=["0018A001"])),
        "many-tags": ("4097 tags", changed(_3=list(range(1, MAX_TAGS + 2)))),
        "unknown-key": ("key 4", changed(_4=0)),
        "no-tags": ("key 3 is missing", _encode({1: [RECORD, b""], 2: ELEMENT})),
        "cut": ("the last byte is missing", BODY[:-1]),
        "trailing": ("a byte after the end", BODY + b"\0"),
    }
    return {name: ("MalformedBlock", *case) for name, case in made.items()}


def refused_envelope_lists() -> dict[str, Case]:
    """Return bodies of element 01 that break one rule each."""
    made = {
        "none": ("an array of none", _encode([])),
        "text": ("an envelope is text", _encode([STATED, "certificate"])),
        "map": ("a map, no array", _encode({0: STATED})),
        "bare": ("an envelope outside of an array", _encode(STATED)),
        "cut": ("the last byte is missing", ENVELOPES[:-1]),
        "trailing": ("a byte after the end", ENVELOPES + b"\0"),
        "indefinite": ("an indefinite array", b"\x9f" + ENVELOPES[1:] + b"\xff"),
    }
    return {name: ("MalformedBlock", *case) for name, case in made.items()}


def refused_cells() -> dict[str, Case]:
    """Return bodies of element 05 that break one rule each."""
    made = {
        "text": ("a list is text", _encode(["cells"])),
        "map": ("a map, no array", _encode({0: bytes(4)})),
        "cut": ("the last byte is missing", CELLS[:-1]),
        "trailing": ("a byte after the end", CELLS + b"\0"),
    }
    return {name: ("MalformedBlock", *case) for name, case in made.items()}


def _encode(value: Any) -> bytes:
    return cbor2.dumps(value, canonical=True)
