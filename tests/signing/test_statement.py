"""Laws of statements."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import cbor
from signing.errors import MalformedStatement
from signing.reasons import MEANINGS, Reason
from signing.statement import MAX_STATEMENT, DigestKind, Statement
from tests.signing.strategies import SIGNER, noise, statements
from tests.signing.test_curve import SMALL

GOOD = Statement(
    seal_id=bytes(range(16)),
    public_key=SIGNER.public_key,
    frames=4,
    kind=DigestKind.SAMPLES,
    marked=noise("marked", 128),
    original=noise("original", 128),
    certificates=noise("certificates", 64),
    unmarked=(1, 3),
    attribute_root=noise("root", 32),
    leaf_count=7,
)
DETACHED = dataclasses.replace(
    GOOD,
    certificates=b"",
    unmarked=(0, 1, 2, 3),
    kind=DigestKind.CODESTREAM,
    reason=Reason.LOSSY,
)
EMPTY = dataclasses.replace(
    GOOD, frames=0, kind=DigestKind.NONE, marked=b"", original=b"", certificates=b"", unmarked=()
)
BROKEN: dict[str, Any] = {
    "short seal id": (GOOD, {"seal_id": bytes(15)}),
    "short key": (GOOD, {"public_key": bytes(31)}),
    "small-order key": (GOOD, {"public_key": SMALL[0]}),
    "too many frames": (EMPTY, {"frames": 2**17 + 1}),
    "no kind": (GOOD, {"kind": DigestKind.NONE}),
    "kind without frames": (EMPTY, {"kind": DigestKind.SAMPLES}),
    "marked codestream": (GOOD, {"kind": DigestKind.CODESTREAM}),
    "short marked digests": (GOOD, {"marked": bytes(127)}),
    "long original digests": (GOOD, {"original": bytes(160)}),
    "one certificate too many": (GOOD, {"certificates": bytes(96)}),
    "one unmarked frame too many": (GOOD, {"unmarked": (1, 2, 3)}),
    "unmarked descending": (GOOD, {"unmarked": (3, 1)}),
    "unmarked twice": (GOOD, {"unmarked": (1, 1)}),
    "unmarked out of range": (GOOD, {"unmarked": (1, 4)}),
    "unmarked negative": (GOOD, {"unmarked": (-1, 3)}),
    "unmarked without frames": (EMPTY, {"unmarked": (0,)}),
    "short root": (GOOD, {"attribute_root": bytes(31)}),
    "too many leaves": (GOOD, {"leaf_count": 2**17 + 1}),
    "root of leaves that are not there": (GOOD, {"leaf_count": 0}),
    "detached without reason": (DETACHED, {"reason": None}),
    "reason though marked": (GOOD, {"reason": Reason.FLAT}),
    "reason without frames": (EMPTY, {"reason": Reason.REQUESTED}),
    "empty digest of cells": (GOOD, {"cells": b""}),
    "custody without earlier": (DETACHED, {"reason": Reason.CUSTODY}),
    "earlier without custody": (DETACHED, {"earlier": (bytes(32),)}),
    "earlier though marked": (GOOD, {"earlier": (bytes(32),)}),
    "short earlier": (EMPTY, {"earlier": (bytes(31),)}),
    "earlier twice": (EMPTY, {"earlier": (bytes(32),) * 2}),
    "sixteen earlier": (EMPTY, {"earlier": tuple(bytes([n]) * 32 for n in range(16))}),
}
KEYS = [field.name for field in dataclasses.fields(Statement)]


def claims_of(statement: Any, change: Any) -> Any:
    """Return the claims with some fields changed, encoded without any check."""
    claims = dict(cbor.Fields.read(statement.encoded, MAX_STATEMENT, frozenset(), ALL).entries)
    for name, value in change.items():
        key = KEYS.index(name) + 2
        claims[key] = list(value) if isinstance(value, tuple) else value
        if value is None:
            del claims[key]
        elif isinstance(value, Reason | DigestKind):
            claims[key] = value.value
    return cbor.encode(dict(sorted(claims.items())))


ALL = frozenset(range(1, 15))


@given(statements())
@settings(derandomize=True)
def test_decode_undoes_encode(made: Any) -> None:
    assert Statement.decode(made.encoded) == made


@given(statements(), st.data())
@settings(derandomize=True)
def test_no_changed_byte_gives_the_same_statement(made: Any, data: Any) -> None:
    changed = bytearray(made.encoded)
    place = data.draw(st.integers(0, len(changed) - 1))
    changed[place] ^= data.draw(st.integers(1, 255))
    try:
        assert Statement.decode(bytes(changed)) != made
    except MalformedStatement:
        return


@pytest.mark.parametrize("good", [GOOD, DETACHED, EMPTY], ids=["marked", "detached", "empty"])
def test_the_examples_that_are_broken_below_are_good(good: Any) -> None:
    assert Statement.decode(claims_of(good, {})) == good


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_cannot_be_made_or_read(case: Any) -> None:
    good, change = BROKEN[case]
    with pytest.raises(MalformedStatement):
        dataclasses.replace(good, **change)
    with pytest.raises(MalformedStatement):
        Statement.decode(claims_of(good, change))


@pytest.mark.parametrize(
    ("key", "value"),
    [(1, 2), (5, 3), (9, ["a"]), (9, [None]), (12, "weather"), (12, ""), (13, None), (14, 0)],
)
def test_a_word_that_version_1_does_not_have_is_refused(key: Any, value: Any) -> None:
    claims = dict(cbor.Fields.read(DETACHED.encoded, MAX_STATEMENT, frozenset(), ALL).entries)
    claims[key] = value
    with pytest.raises(MalformedStatement):
        Statement.decode(cbor.encode(claims))


@given(st.binary(max_size=60))
@settings(derandomize=True, max_examples=300)
def test_strange_bytes_raise_only_the_named_cause(data: Any) -> None:
    with pytest.raises(MalformedStatement):
        Statement.decode(data)


def test_frames_and_digests_belong_together() -> None:
    assert GOOD.marked_frames() == (0, 2)
    assert GOOD.certificate_digests() == {0: GOOD.certificates[:32], 2: GOOD.certificates[32:]}
    assert GOOD.marked_digest(3) == GOOD.marked[96:]
    assert GOOD.original_digest(0) == GOOD.original[:32]
    for frame in (-1, 4):
        with pytest.raises(IndexError):
            GOOD.marked_digest(frame)
    assert (GOOD.detached, DETACHED.detached, EMPTY.detached) == (False, True, False)
    assert DETACHED.certificate_digests() == EMPTY.certificate_digests() == {}


def test_the_largest_statements_fit_the_ceiling() -> None:
    frames = 2**17
    full = dataclasses.replace(
        GOOD,
        frames=frames,
        marked=bytes(32 * frames),
        original=bytes(32 * frames),
        certificates=bytes(32 * frames),
        unmarked=(),
    )
    bare = dataclasses.replace(
        full, certificates=b"", unmarked=tuple(range(frames)), reason=Reason.FLAT
    )
    for made in (full, bare):
        assert len(made.encoded) <= MAX_STATEMENT
        assert Statement.decode(made.encoded) == made


def test_every_reason_has_a_meaning_of_one_line() -> None:
    assert list(MEANINGS) == list(Reason)
    for reason in Reason:
        assert "\n" not in reason.meaning
