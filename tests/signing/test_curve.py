"""Laws of the strict Ed25519 rule."""

import hashlib
import json
from pathlib import Path

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


def present(name):
    """Return the cases of a shared file, as one parameter each file that is there."""
    path = SHARED / name
    return [pytest.param(json.loads(path.read_text()), id=name)] if path.exists() else []


@pytest.mark.parametrize("case", VECTORS["rfc8032"], ids=lambda case: case["name"])
def test_the_vectors_of_rfc_8032_pass_and_no_changed_bit_does(case):
    key, signature = bytes.fromhex(case["public"]), bytes.fromhex(case["signature"])
    message = bytes.fromhex(case["message"])
    curve.check_public_key(key)
    assert curve.verify(key, signature, message)
    assert not curve.verify(key, signature, message + b"\0")
    for bit in range(0, 512, 7):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not curve.verify(key, bytes(changed), message)


def test_the_small_order_list_is_the_whole_torsion_group():
    assert sorted(edwards.encode(p) for p in edwards.small_order_points()) == sorted(SMALL)
    assert len(set(SMALL)) == 8


def test_the_non_canonical_list_is_every_unreduced_y_and_every_negative_zero():
    sign = 1 << 255
    unreduced = [y | s for y in range(edwards.P, 2**255) for s in (0, sign)]
    negative_zero = [1 | sign, edwards.P - 1 | sign]
    wanted = {n.to_bytes(32, "little") for n in unreduced + negative_zero}
    assert set(NON_CANONICAL) == wanted
    assert len(NON_CANONICAL) == 40


@pytest.mark.parametrize("raw", SMALL + NON_CANONICAL, ids=bytes.hex)
def test_an_unsafe_key_is_refused_and_verifies_nothing(raw):
    with pytest.raises(UnsafeKey):
        curve.check_public_key(raw)
    for r in (*SMALL, PUBLIC):
        for n in range(16):
            assert not curve.verify(raw, r + bytes(32), b"message %d" % n)


@pytest.mark.parametrize("raw", SMALL, ids=bytes.hex)
def test_the_checks_do_what_the_library_does_not(raw):
    forged = [
        Ed25519PublicKey.from_public_bytes(raw)
        for n in range(64)
        if accepted(raw, SMALL[3] + bytes(32), b"%d" % n)
        or accepted(raw, bytes([1]) + bytes(63), b"%d" % n)
    ]
    assert forged


def accepted(raw, signature, message):
    """Return what cryptography alone says."""
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except Exception:
        return False
    return True


def test_s_plus_order_is_refused():
    signature = KEY.sign(b"m")
    s = int.from_bytes(signature[32:], "little") + curve.ORDER
    assert s < 1 << 256
    assert curve.verify(PUBLIC, signature, b"m")
    assert not curve.verify(PUBLIC, signature[:32] + s.to_bytes(32, "little"), b"m")
    assert not curve.verify(PUBLIC, signature[:32] + curve.ORDER.to_bytes(32, "little"), b"m")


def test_a_small_order_or_non_canonical_r_is_refused():
    for r in SMALL + NON_CANONICAL:
        assert not curve.verify(PUBLIC, r + bytes(32), b"m")


def test_a_signature_with_small_order_r_that_the_equation_accepts_is_refused():
    # S = k a, R = identity: every verifier without the check accepts it for its own key.
    scalar = hashlib.sha512(hashlib.sha256(b"curve test").digest()).digest()[:32]
    a = int.from_bytes(scalar, "little") & (2**254 - 8) | 2**254
    r = (1).to_bytes(32, "little")
    k = int.from_bytes(hashlib.sha512(r + PUBLIC + b"m").digest(), "little")
    signature = r + (k * a % curve.ORDER).to_bytes(32, "little")
    assert accepted(PUBLIC, signature, b"m")
    assert not curve.verify(PUBLIC, signature, b"m")


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_of_another_length_is_refused(size):
    with pytest.raises(UnsafeKey, match="bytes instead of 32"):
        curve.check_public_key(bytes(size))
    assert not curve.verify(bytes(size), KEY.sign(b"m"), b"m")


@pytest.mark.parametrize("size", [0, 63, 65])
def test_a_signature_of_another_length_verifies_nothing(size):
    assert not curve.verify(PUBLIC, (KEY.sign(b"m") + b"\0")[:size], b"m")


def test_a_key_that_is_no_point_is_refused():
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


@pytest.mark.parametrize("cases", present("cctv_ed25519vectors.json"))
def test_cctv_vectors_are_accepted_exactly_where_no_refused_flag_is_set(cases):
    for case in cases:
        answer = curve.verify(
            bytes.fromhex(case["key"]), bytes.fromhex(case["sig"]), case["msg"].encode()
        )
        expected = not REFUSED_FLAGS & set(case["flags"] or [])
        assert answer == expected, case["number"]
    assert len(cases) == 914


@pytest.mark.parametrize("cases", present("speccheck_cases.json"))
def test_speccheck_rows_are_those_of_the_strictest_cofactorless_rule(cases):
    answers = "".join(
        str(
            int(
                curve.verify(
                    *(bytes.fromhex(case[name]) for name in ("pub_key", "signature", "message"))
                )
            )
        )
        for case in cases
    )
    assert answers == "000100000000"


@pytest.mark.parametrize("cases", present("wycheproof_ed25519_test.json"))
def test_wycheproof_vectors_give_their_stated_results(cases):
    count = 0
    for group in cases["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            answer = curve.verify(key, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert answer == (case["result"] == "valid"), case["tcId"]
            count += 1
    assert count == cases["numberOfTests"]
