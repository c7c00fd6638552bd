"""Hostile payloads: any bytes under valid checks are read, judged, and never believed."""

from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

import watermark
from benchmarks.attacks import chunks
from signing import payload
from signing.verdict import Code, Verdict
from signing.verification import verify
from tests.attacks.subjects import profiled, samples_of
from tests.signing import images
from tests.signing.seals import TRUST, failed
from tests.signing.strategies import SIGNER
from tests.watermark import phantoms

BARE = phantoms.resonance(160, 160)
ROOM = watermark.describe(BARE, bytes(16), seed=bytes(16)).capacity
PROVED = {Verdict.AUTHENTIC, Verdict.PARTIAL}


def embedded(data: bytes) -> Dataset:
    """An instance that carries these bytes where a payload should be."""
    description = watermark.describe(BARE, bytes(16), seed=bytes(16))
    marked, _ = watermark.embed(BARE, description, data[:ROOM], lambda digest: bytes(64))
    return images.of(marked)


@cache
def true_payload() -> bytes:
    """What a seal of the trusted key carries."""
    reading = watermark.extract(profiled("standard").samples)
    assert reading.payload is not None
    return reading.payload


@settings(max_examples=30)
@given(data=st.binary(max_size=600))
def test_any_bytes_are_judged_without_an_error_and_prove_nothing(data: bytes) -> None:
    report = verify(embedded(data), TRUST)
    assert report.verdict not in PROVED
    assert failed(report) <= {Code.PIXELS_MARK_BROKEN, Code.SIGNER_TRUSTED}
    assert failed(report)


@settings(max_examples=30)
@given(
    seed=st.binary(min_size=16, max_size=16),
    claims=st.binary(min_size=1, max_size=400),
    recovery=st.binary(max_size=200),
    signature=st.binary(min_size=64, max_size=64),
    named=st.booleans(),
)
def test_well_formed_payloads_of_a_stranger_prove_nothing(
    seed: bytes, claims: bytes, recovery: bytes, signature: bytes, named: bool
) -> None:
    if named:  # the key that is trusted, in the place where its hint is read
        claims += b"\x04\x50" + SIGNER.key_id
    parts = payload.Payload(seed, signature, claims, recovery)
    report = verify(embedded(payload.pack(parts, ROOM)), TRUST)
    assert report.verdict in (Verdict.ALTERED, Verdict.UNTRUSTED)
    assert failed(report) == {Code.PIXELS_MARK_BROKEN if named else Code.SIGNER_TRUSTED}


@settings(max_examples=40)
@given(data=st.data())
def test_a_true_payload_with_changed_bytes_proves_nothing(data: st.DataObject) -> None:
    whole, claims = bytearray(true_payload()), profiled("standard").description
    count = data.draw(st.integers(1, 6))
    for _ in range(count):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    if bytes(whole) == true_payload():
        whole[20] ^= 1
    target = profiled("standard")
    forgery = chunks.rewrite_payload(target.samples, claims, bytes(whole))
    report = target.alone(forgery)
    assert report.verdict not in PROVED
    assert failed(report) & {Code.PIXELS_MARK_BROKEN, Code.PIXELS_CLOSING, Code.SIGNER_TRUSTED}


@settings(max_examples=20)
@given(
    length=st.one_of(st.integers(0, 400), st.integers(2**24 - 400, 2**24 - 1)),
    place=st.sampled_from([16, "recovery"]),
)
def test_lengths_that_lie_are_refused_before_anything_is_taken(
    length: int, place: int | str
) -> None:
    whole = bytearray(true_payload())
    parts = payload.unpack(bytes(whole))
    at = payload.HEADER + len(parts.claims) if place == "recovery" else 16
    before = bytes(whole)
    whole[at : at + 3] = length.to_bytes(3, "big")
    if bytes(whole) == before:
        return
    target = profiled("standard")
    forgery = chunks.rewrite_payload(target.samples, target.description, bytes(whole))
    report = target.alone(forgery)
    assert report.verdict not in PROVED
    assert failed(report) <= {Code.PIXELS_MARK_BROKEN, Code.SIGNER_TRUSTED}


def test_a_true_payload_in_another_picture_names_its_tiles() -> None:
    """A wrong seed, or a true payload in the wrong place, fails every digest."""
    target = profiled("standard")
    host = samples_of(target.donor)
    forgery = chunks.rewrite_payload(host, target.description, true_payload())
    report = verify(images.of(watermark.Samples(forgery.values, host.bits)), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert {Code.PIXELS_MARK, Code.PIXELS_CLOSING} <= failed(report)
    assert report.pixels is not None and report.pixels.altered_fraction == 1
    assert np.abs(forgery.values.astype(int) - host.values.astype(int)).max() == 1
