"""Writes the vectors of recovery data: `python -m tests.vectors.generate_recovery`.

Made by the slow twin from secrets that follow from labels. Fields of a file: `_comment`; `expect`
"accept" or the class that is raised; `hex` the bytes; for recovery data `secret` a recipient's raw
private key, `seal_id`, `frame`, and where they are accepted `picture`.
"""

import json
from pathlib import Path
from typing import Any

import cbor2

from tests.reference import recoveries
from tests.reference.recoveries import Secrets
from tests.signing.strategies import noise

FOLDER = Path(__file__).parent
PLACE = (noise("seal id", 16), 1)
PICTURE = noise("picture", 9)
SECRETS = [noise(f"recovery key {number}", 32) for number in range(16)]
PUBLICS = [recoveries.x25519(secret) for secret in SECRETS]
STRANGER = noise("another recovery key", 32)
DRAWN = Secrets(
    [noise(f"ephemeral {number}", 32) for number in range(16)], noise("content key", 16)
)

Case = tuple[str, str, bytes, bytes]
"""expect, comment, bytes, secret of the reader."""


def made(count: int, plain: bytes = b"\1" + PICTURE) -> bytes:
    """Return recovery data for so many recipients."""
    drawn = Secrets(DRAWN.ephemerals[:count], DRAWN.content)
    return recoveries.encrypt(plain, PUBLICS[:count], PLACE, drawn)


def accepted() -> dict[str, Case]:
    """Return recovery data that every reader must take."""
    return {
        "one": ("accept", "one recipient", made(1), SECRETS[0]),
        "first-of-two": ("accept", "two recipients, read by the first", made(2), SECRETS[0]),
        "second-of-two": ("accept", "two recipients, read by the second", made(2), SECRETS[1]),
        "last-of-sixteen": ("accept", "as many as there can be", made(16), SECRETS[15]),
    }


def refused() -> dict[str, Case]:
    """Return recovery data that break one rule each."""
    one, two = made(1), made(2)
    malformed = {
        "empty": ("no bytes", b""),
        "version-2": ("another version", b"\x20" + one[1:]),
        "no-picture": ("one recipient, a codec byte and no picture", made(1, b"\1")),
        "cut-keys": ("ends within the wrapped keys", two[:100]),
        "codec-2": ("a picture of another codec", made(1, b"\2" + PICTURE)),
    }
    elsewhere = recoveries.encrypt(b"\1" + PICTURE, PUBLICS[:1], (PLACE[0], 2), DRAWN)
    other_seal = recoveries.encrypt(b"\1" + PICTURE, PUBLICS[:1], (noise("x", 16), 1), DRAWN)
    strange = {
        "other-frame": ("made for frame 2", elsewhere, SECRETS[0]),
        "other-seal": ("made for another seal", other_seal, SECRETS[0]),
        "other-key": ("read with a key that is no recipient's", one, STRANGER),
        "other-key-of-two": ("two recipients, the reader is neither", two, STRANGER),
        "flipped-picture": ("one bit of the last byte", flip(one, -1), SECRETS[0]),
        "flipped-picture-of-two": ("the same, of two recipients", flip(two, -1), SECRETS[0]),
        "flipped-encapsulation": ("one bit of the encapsulated key", flip(one, 1), SECRETS[0]),
        "high-bit": ("the bit that X25519 ignores", flip(one, 32, 128), SECRETS[0]),
        "small-order": ("an encapsulated key of zeros", one[:1] + bytes(32) + one[33:], SECRETS[0]),
        "wrong-count": ("two recipients said, three there", b"\x11" + made(3)[1:], SECRETS[0]),
        "cut": ("the last byte is missing", one[:-1], SECRETS[0]),
        "trailing": ("a byte after the end", one + b"\0", SECRETS[0]),
    }
    cases = {name: ("MalformedRecovery", *case, SECRETS[0]) for name, case in malformed.items()}
    return cases | {name: ("WrongRecoveryKey", *case) for name, case in strange.items()}


def flip(data: bytes, at: int, bit: int = 1) -> bytes:
    """Return bytes with one bit changed."""
    changed = bytearray(data)
    changed[at] ^= bit
    return bytes(changed)


def lists() -> dict[str, tuple[str, str, bytes]]:
    """Return bodies of element 04."""
    one = made(1)
    return {
        "accept/recoveries-two-frames": (
            "accept",
            "the first frame has none",
            cbor2.dumps([b"", one]),
        ),
        **{
            f"reject/recoveries-{name}": ("MalformedRecovery", comment, body)
            for name, comment, body in (
                ("all-empty", "no frame has any", cbor2.dumps([b"", b""])),
                ("no-frames", "an empty array", cbor2.dumps([])),
                ("map", "a map, no array", cbor2.dumps({0: one})),
                ("text", "an entry is text", cbor2.dumps([b"", "recovery"])),
                ("null", "an entry is null", cbor2.dumps([None, one])),
                ("long-length", "a length in two bytes where one does", b"\x81\x59\x00\x01\x10"),
                ("trailing", "a byte after the end", cbor2.dumps([one]) + b"\0"),
                ("cut", "the last byte is missing", cbor2.dumps([one])[:-1]),
            )
        },
    }


def documents() -> dict[str, str]:
    """Return the text of every vector file, by its path below this folder."""
    cases = {f"accept/recovery-{name}": case for name, case in accepted().items()}
    cases |= {f"reject/recovery-{name}": case for name, case in refused().items()}
    made = {name: _document(*case) for name, case in cases.items()}
    for name, (expect, comment, body) in lists().items():
        made[name] = {"_comment": comment, "expect": expect, "hex": body.hex()}
    return {f"{name}.json": json.dumps(fields, indent=1) + "\n" for name, fields in made.items()}


def _document(expect: str, comment: str, data: bytes, secret: bytes) -> dict[str, Any]:
    """Return the fields of a vector of recovery data."""
    fields: dict[str, Any] = {"_comment": comment, "expect": expect, "secret": secret.hex()}
    fields |= {"seal_id": PLACE[0].hex(), "frame": PLACE[1]}
    if expect == "accept":
        fields["picture"] = PICTURE.hex()
    return fields | {"hex": data.hex()}


if __name__ == "__main__":
    for path, text in documents().items():
        (FOLDER / path).write_text(text)
