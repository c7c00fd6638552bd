"""Laws of time stamp tokens, on tokens that OpenSSL made once; with OpenSSL: tests/programs."""

import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from signing.errors import MissingExtra, RefusedToken
from signing.stamps import MAX_TOKEN
from signing.timestamps import tokens
from signing.timestamps.authorities import Authority
from tests.signing.authorities import root, trusting

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "tokens.json").read_text())
DIGEST = hashlib.sha256(b"scanseal test statement").digest()
GOOD = bytes.fromhex(VECTORS[0]["token"])
TRUSTED = (Authority("vector", tuple(map(bytes.fromhex, VECTORS[0]["roots"]))),)


def test_no_two_requests_have_the_same_nonce() -> None:
    nonces = {tokens.make_request(DIGEST).nonce for _ in range(100)}
    assert len(nonces) == 100
    assert all(1 <= nonce >> 56 <= 127 for nonce in nonces)
    with pytest.raises(ValueError, match="31 bytes"):
        tokens.make_request(DIGEST[1:])


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(MissingExtra, match=r"pip install 'scanseal\[timestamps\]'"):
        tokens.prove(bytes(300), DIGEST, (trusting(root()),))
    with pytest.raises(MissingExtra):
        tokens.require_client()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["_comment"])
def test_every_vector_is_answered_as_it_says(vector: Any) -> None:
    token, digest = bytes.fromhex(vector["token"]), bytes.fromhex(vector["digest"])
    authority = Authority("vector", tuple(map(bytes.fromhex, vector["roots"])))
    if vector["expect"] != "RefusedToken":
        assert tokens.prove(token, digest, (authority,)).text == vector["expect"]
        return
    with pytest.raises(RefusedToken):
        tokens.prove(token, digest, (authority,))


def test_the_vectors_differ_and_the_digest_is_theirs() -> None:
    assert len({(v["token"], *v["roots"]) for v in VECTORS}) == len(VECTORS) == 16
    assert {v["digest"] for v in VECTORS} == {
        hashlib.sha256(b"scanseal test statement").hexdigest()
    }


def test_no_changed_bit_moves_the_time() -> None:
    dice, refused = random.Random(5), 0
    time = tokens.prove(GOOD, DIGEST, TRUSTED)
    for _ in range(400):
        changed = bytearray(GOOD)
        changed[dice.randrange(len(GOOD))] ^= 1 << dice.randrange(8)
        try:
            assert tokens.prove(bytes(changed), DIGEST, TRUSTED) == time
        except RefusedToken:
            refused += 1
    assert refused > 380


def test_garbage_is_refused_and_nothing_else_happens() -> None:
    cases = [b"", b"\x30", b"\0" * 300, b"\xff" * 300, GOOD[:-1], GOOD + b"\0", GOOD * 2]
    cases += [b"\x30" * 5000, b"\x30\x80" * 5000, bytes(MAX_TOKEN + 1), GOOD[4:]]
    for case in cases:
        with pytest.raises(RefusedToken):
            tokens.prove(case, DIGEST, TRUSTED)
        with pytest.raises(RefusedToken):
            tokens.read_reply(case, tokens.make_request(DIGEST))


def test_a_store_of_many_authorities_names_the_one() -> None:
    strangers = [trusting(root(f"Root {n}"), name=str(n)) for n in range(3)]
    assert tokens.prove(GOOD, DIGEST, (*strangers, *TRUSTED)).authority == "vector"
    with pytest.raises(RefusedToken, match="no trusted authority"):
        tokens.prove(GOOD, DIGEST, strangers)


def test_a_certificate_that_a_library_warns_of_warns_nobody(
    recwarn: pytest.WarningsRecorder,
) -> None:
    number = GOOD.index(b"\xa0\x03\x02\x01\x02\x02") + 6  # behind version 3: the serial number
    size = GOOD[number]
    zero = GOOD[: number + 1] + b"\x80" + bytes(size - 1) + GOOD[number + 1 + size :]
    with pytest.raises(RefusedToken):
        tokens.prove(zero, DIGEST, TRUSTED)
    assert not recwarn.list
