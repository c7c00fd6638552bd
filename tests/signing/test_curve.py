"""Laws of the strict Ed25519 rule."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from signing import curve
from signing.errors import UnsafeKey
from tests.reference import edwards

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "tests/vectors/ed25519.json").read_text())
SMALL = [bytes.fromhex(text) for text in VECTORS["small_order"]]
NON_CANONICAL = [bytes.fromhex(text) for text in VECTORS["non_canonical"]]
SHARED = ROOT.parent / "shared" / "vectors"
KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"curve test").digest())
PUBLIC = KEY.public_key().public_bytes_raw()

REFUSED_FLAGS = {
    "low_order_A",
    "low_order_R",
    "non_canonical_A",
    "non_canonical_R",
    # What is left after both sides are compared: the cofactorless equation does not hold.
    "low_order_residue",
}


@pytest.mark.parametrize("case", VECTORS["rfc8032"], ids=lambda case: case["name"])
def test_the_vectors_of_rfc_8032_pass_and_no_changed_bit_does(case: Any) -> None:
    key, signature = bytes.fromhex(case["public"]), bytes.fromhex(case["signature"])
    message = bytes.fromhex(case["message"])
    curve.check_public_key(key)
    assert curve.verify(key, signature, message)
    assert not curve.verify(key, signature, message + b"\0")
    for bit in range(0, 512, 7):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not curve.verify(key, bytes(changed), message)


def test_the_small_order_list_is_the_whole_torsion_group() -> None:
    assert sorted(edwards.encode(p) for p in edwards.small_order_points()) == sorted(SMALL)
    assert len(set(SMALL)) == 8


def test_the_non_canonical_list_is_every_unreduced_y_and_every_negative_zero() -> None:
    sign = 1 << 255
    unreduced = [y | s for y in range(edwards.P, 2**255) for s in (0, sign)]
    negative_zero = [1 | sign, edwards.P - 1 | sign]
    wanted = {n.to_bytes(32, "little") for n in unreduced + negative_zero}
    assert set(NON_CANONICAL) == wanted
    assert len(NON_CANONICAL) == 40


@pytest.mark.parametrize("raw", SMALL + NON_CANONICAL, ids=bytes.hex)
def test_an_unsafe_key_is_refused_and_verifies_nothing(raw: Any) -> None:
    with pytest.raises(UnsafeKey):
        curve.check_public_key(raw)
    for r in (*SMALL, PUBLIC):
        for n in range(16):
            assert not curve.verify(raw, r + bytes(32), b"message %d" % n)


@pytest.mark.parametrize("raw", SMALL, ids=bytes.hex)
def test_the_checks_do_what_the_library_does_not(raw: Any) -> None:
    forged = [
        Ed25519PublicKey.from_public_bytes(raw)
        for n in range(64)
        if accepted(raw, SMALL[3] + bytes(32), b"%d" % n)
        or accepted(raw, bytes([1]) + bytes(63), b"%d" % n)
    ]
    assert forged


def accepted(raw: Any, signature: Any, message: Any) -> Any:
    """Return what cryptography alone says."""
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except Exception:
        return False
    return True


def test_s_plus_order_is_refused() -> None:
    signature = KEY.sign(b"m")
    s = int.from_bytes(signature[32:], "little") + curve.ORDER
    assert s < 1 << 256
    assert curve.verify(PUBLIC, signature, b"m")
    assert not curve.verify(PUBLIC, signature[:32] + s.to_bytes(32, "little"), b"m")
    assert not curve.verify(PUBLIC, signature[:32] + curve.ORDER.to_bytes(32, "little"), b"m")


def test_a_small_order_or_non_canonical_r_is_refused() -> None:
    for r in SMALL + NON_CANONICAL:
        assert not curve.verify(PUBLIC, r + bytes(32), b"m")


def test_a_signature_with_small_order_r_that_the_equation_accepts_is_refused() -> None:
    # S = k a, R = identity: every verifier without the check accepts it for its own key.
    scalar = hashlib.sha512(hashlib.sha256(b"curve test").digest()).digest()[:32]
    a = int.from_bytes(scalar, "little") & (2**254 - 8) | 2**254
    r = (1).to_bytes(32, "little")
    k = int.from_bytes(hashlib.sha512(r + PUBLIC + b"m").digest(), "little")
    signature = r + (k * a % curve.ORDER).to_bytes(32, "little")
    assert accepted(PUBLIC, signature, b"m")
    assert not curve.verify(PUBLIC, signature, b"m")


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_of_another_length_is_refused(size: Any) -> None:
    with pytest.raises(UnsafeKey, match="bytes instead of 32"):
        curve.check_public_key(bytes(size))
    assert not curve.verify(bytes(size), KEY.sign(b"m"), b"m")


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_length_verifies_nothing(size: Any) -> None:
    assert not curve.verify(PUBLIC, (KEY.sign(b"m") + b"\0")[:size], b"m")


def test_a_key_that_is_no_point_is_refused() -> None:
    on, off = 0, 0
    for y in range(2, 60):
        raw = y.to_bytes(32, "little")
        if edwards.roots(y):
            curve.check_public_key(raw)
            on += 1
        else:
            off += 1
            with pytest.raises(UnsafeKey, match="not a point"):
                curve.check_public_key(raw)
            assert not curve.verify(raw, KEY.sign(b"m"), b"m")
    assert on > 10
    assert off > 10


def rfc8032(document: Any) -> Any:
    """Return the rows of our own vectors: key, signature, message in hex, expected answer."""
    return [(c["public"], c["signature"], c["message"], True) for c in document["rfc8032"]]


def cctv(document: Any) -> Any:
    """Return rows of CCTV: refused where one of the flags is refused."""
    return [
        (c["key"], c["sig"], c["msg"].encode().hex(), not REFUSED_FLAGS & set(c["flags"] or []))
        for c in document
    ]


def speccheck(document: Any) -> Any:
    """Return rows of ed25519-speccheck: only number 3 passes the strictest cofactorless rule."""
    return [
        (c["pub_key"], c["signature"], c["message"], number == 3)
        for number, c in enumerate(document)
    ]


def wycheproof(document: Any) -> Any:
    """Return rows of Wycheproof, with the results that it states."""
    return [
        (group["publicKey"]["pk"], c["sig"], c["msg"], c["result"] == "valid")
        for group in document["testGroups"]
        for c in group["tests"]
    ]


FILES = [
    (ROOT / "tests/vectors/ed25519.json", rfc8032, 4),
    (SHARED / "cctv_ed25519vectors.json", cctv, 914),
    (SHARED / "speccheck_cases.json", speccheck, 12),
    (SHARED / "wycheproof_ed25519_test.json", wycheproof, 151),
]
THERE = [pytest.param(*entry, id=entry[0].stem) for entry in FILES if entry[0].exists()]


@pytest.mark.parametrize(("path", "rows", "count"), THERE)
def test_every_vector_of_a_file_is_answered_as_its_flags_say(
    path: Any, rows: Any, count: Any
) -> None:
    cases = rows(json.loads(path.read_text()))
    assert len(cases) == count
    for number, (key, signature, message, expected) in enumerate(cases):
        answer = curve.verify(*map(bytes.fromhex, (key, signature, message)))
        assert answer == expected, number
