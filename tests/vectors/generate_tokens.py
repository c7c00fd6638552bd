"""Writes tokens.json: `python -m tests.vectors.generate_tokens`, once.

Time stamp tokens that OpenSSL made, each with the digest that it is held against, the roots that
are trusted, and `expect`: the proved time, or "RefusedToken". Keys and times are the day's, so
making them again gives other bytes: what lies there stays.
"""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.timestamps import tokens
from tests.programs.clerk import CONFIG, Clerk, content_of, dated
from tests.signing.authorities import STAMPING, Issued, certify, root, trusting

PATH = Path(__file__).with_name("tokens.json")
DIGEST = hashlib.sha256(b"scanseal test statement").digest()
TIME = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


def case(comment: str, token: bytes, roots: list[Issued], expect: str = "RefusedToken") -> Any:
    return {
        "_comment": comment,
        "expect": expect,
        "digest": DIGEST.hex(),
        "roots": [data.hex() for one in roots for data in trusting(one).certificates],
        "token": token.hex(),
    }


def cases() -> list[Any]:
    own = root("Vector Root")
    clerk = Clerk(certify("Vector Clerk", own))
    content = dated(content_of(clerk.token(DIGEST)), TIME)
    good = clerk.sign(content)
    between = certify("Between", own, usages=())
    long = Clerk(certify("Clerk", between)).sign(content)
    year = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC))
    web = (ExtendedKeyUsageOID.SERVER_AUTH,)
    other = dated(content_of(clerk.token(hashlib.sha256(b"other").digest())), TIME)
    weak = Clerk(clerk.own, CONFIG.replace("signer_digest = sha256", "signer_digest = sha1"))
    time = "2026-11-23T10:00:00Z"

    def by(**changes: Any) -> bytes:
        return Clerk(certify("Clerk", own, **changes)).sign(content)

    return [
        case("one certificate below a trusted root", good, [own], time),
        case("the certificate between comes with the root", long, [own, between], time),
        case("the certificate between is missing", long, [own]),
        case("another root of the same name", good, [root("Vector Root")]),
        case("another message imprint", clerk.sign(other), [own]),
        case("the certificate ended before the token's time", by(valid=year), [own]),
        case("a certificate for servers", by(usages=web), [own]),
        case("a certificate for servers too", by(usages=(*STAMPING, *web)), [own]),
        case("a purpose that is not critical", by(critical=False), [own]),
        case("signed over SHA-1", reply_of(weak), [own]),
        case("another last byte", good[:-1] + bytes([good[-1] ^ 1]), [own]),
        case("another time than was signed", dated(good, TIME.replace(day=24)), [own]),
        case("a byte after the end", good + b"\0", [own]),
        case("the last byte is missing", good[:-1], [own]),
        case("zeros", bytes(1000), [own]),
        case("a signature that names no certificate", clerk.sign(content, named=False), [own]),
    ]


def reply_of(clerk: Clerk) -> bytes:
    """Return a token as it came, which `read_reply` would refuse."""
    reply = clerk.reply(tokens.make_request(DIGEST).encoded)
    return reply[9:] if reply[1] == 0x82 else reply[8:]


if __name__ == "__main__":
    PATH.write_text(json.dumps(cases(), indent=1) + "\n")
