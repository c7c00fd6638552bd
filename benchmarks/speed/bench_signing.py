"""Speed of sealing and verifying one frame of 512x512 and of 2048x2048 samples, one core, warm.

`make benchmarks` prints the groups; docs/results/speed.md holds a run.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from secrets import token_bytes
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

import watermark
from benchmarks.crops import nudge_windows
from signing.commitments import Disclosures, commit
from signing.dicom import policy
from signing.dicom.canonical import Value
from signing.dicom.part10 import parse
from signing.digests import Stage
from signing.envelope import verify as verify_envelope
from signing.evidence.proving import prove_frame
from signing.evidence.tagcheck import frame_digests
from signing.keys import FileSigner, PublicKey, RecoveryKey, RecoveryPublicKey, Role
from signing.marking import Marking, make_mark
from signing.recoverydata import decrypt
from signing.sealing import seal
from signing.sealparts import read_seal
from signing.trust import Trust
from signing.verification import verify
from watermark.compression import Shape
from watermark.geometry.orientation import Orientation
from watermark.samples import Samples
from watermark.tiles import Grid

EDGES = (512, 2048)
SIGNER = FileSigner(Ed25519PrivateKey.from_private_bytes(bytes(32)), "bench", Role.ACQUISITION)
CLINIC = RecoveryKey(X25519PrivateKey.from_private_bytes(bytes([7]) * 32), "clinic")
FOR_CLINIC = RecoveryPublicKey(CLINIC.private.public_key(), "clinic")
TRUST = Trust.of(PublicKey(SIGNER.public_key, "bench", Role.ACQUISITION))


def phantom(edge: int) -> Samples:
    """Return a seeded 12-bit picture with smooth shading and noise."""
    random = np.random.default_rng(1)
    y, x = np.mgrid[:edge, :edge]
    values = 1000 + 600 * np.sin(x / 97) * np.cos(y / 133) + random.normal(0, 8, (edge, edge))
    return Samples(values.astype(np.uint16), 12)


def marking(profile: str = "standard") -> Marking:
    """Return fixed ids, so that every round does the same work."""
    return Marking(SIGNER, bytes(16), bytes(16), 1, profile)


CT_SMALL = Path(str(get_testdata_file("CT_small.dcm", download=False))).read_bytes()


@pytest.mark.benchmark(group="describe + sign + embed")
@pytest.mark.parametrize("profile", ["light", "standard", "full"])
@pytest.mark.parametrize("edge", EDGES)
def test_mark(benchmark: Any, edge: int, profile: str) -> None:
    """Describe, sign the certificate, embed, sign the closing tile."""
    samples = phantom(edge)
    made, _ = benchmark(make_mark, samples, 0, marking(profile))
    assert not np.array_equal(made.samples.values, samples.values)


@pytest.mark.benchmark(group="verify from the pixels alone")
@pytest.mark.parametrize("edge", EDGES)
def test_prove(benchmark: Any, edge: int) -> None:
    """Read blindly, verify both signatures, compare the frame's digest."""
    made, _ = make_mark(phantom(edge), 0, marking())
    proof = benchmark(prove_frame, [made.samples], "frame 0", TRUST)
    assert all(finding.outcome == "pass" for finding in proof.findings)


@pytest.mark.benchmark(group="verify from the pixels alone, 30 % of the tiles damaged")
@pytest.mark.parametrize("edge", EDGES)
def test_prove_damaged(benchmark: Any, edge: int) -> None:
    """Read blindly past the damage, verify, hold every tile and cell against the certificate."""
    received = damaged(make_mark(phantom(edge), 0, marking())[0].samples)
    proof = benchmark(prove_frame, [received], "frame 0", TRUST)
    assert proof.boxes
    assert 0.25 < proof.fraction < 0.35


@pytest.mark.benchmark(group="recover, 30 % of the tiles damaged")
@pytest.mark.parametrize("profile", ["standard", "full"])
@pytest.mark.parametrize("edge", EDGES[:1])
def test_recover(benchmark: Any, edge: int, profile: str) -> None:
    """Prove and map from the samples alone, decrypt, decompress, fill; in memory."""
    made, _ = make_mark(phantom(edge), 0, replace(marking(profile), recovery_for=(FOR_CLINIC,)))
    received = damaged(made.samples)

    def recover() -> Samples:
        proof = prove_frame([received], "frame 0", TRUST)
        assert proof.description is not None
        signed = proof.description
        picture = decrypt(proof.recovery, CLINIC, signed.seal_id, signed.frame)
        shape = Shape(signed.rows, signed.columns, signed.bits, signed.signed, signed.colour)
        return watermark.recover(received, signed, proof.boxes, watermark.expand(picture, shape))[0]

    mended = benchmark(recover)
    assert not np.array_equal(mended.values, received.values)


@pytest.mark.benchmark(group="find a frame that was mirrored and cropped")
@pytest.mark.parametrize("edge", EDGES[:1])
def test_search_found(benchmark: Any, edge: int) -> None:
    """Search, read, verify, lay back and map."""
    made, _ = make_mark(phantom(edge), 0, marking())
    cut = np.ascontiguousarray(made.samples.values[37:, ::-1][:, 11:-70])
    proof = benchmark(prove_frame, [Samples(cut, 12)], "frame 0", TRUST)
    assert proof.geometry.startswith("mirrored, cropped")


@pytest.mark.benchmark(group="find one in which all that is read first was damaged")
@pytest.mark.parametrize("edge", EDGES[:1])
def test_search_behind_damage(benchmark: Any, edge: int) -> None:
    """The same, after all of the picture was read."""
    made, _ = make_mark(phantom(edge), 0, marking())
    cut = np.ascontiguousarray(made.samples.values[37:, ::-1][:, 11:])
    received = nudge_windows(Samples(cut, 12), Orientation(mirrored=True), (27, 0))
    proof = benchmark(prove_frame, [received], "frame 0", TRUST)
    assert proof.geometry.startswith("mirrored, cropped")


@pytest.mark.benchmark(group="give up a frame without a mark")
@pytest.mark.parametrize("edge", EDGES[:1])
def test_search_given_up(benchmark: Any, edge: int) -> None:
    """All profiles, both transforms, eight orientations."""
    proof = benchmark(prove_frame, [phantom(edge)], "frame 0", TRUST)
    assert not proof.marked


def damaged(samples: Samples) -> Samples:
    """Return a frame with 30 % of its coding tiles black: 32x32, in the larger frame 64x64."""
    values, edge = samples.values.copy(), 32 if samples.rows < 2048 else 64
    grid = Grid(samples.rows, samples.columns, edge)
    for tile in np.random.default_rng(3).permutation(grid.count)[: grid.count * 3 // 10].tolist():
        top, left, height, width = grid.box(tile)
        values[top : top + height, left : left + width] = 0
    return Samples(values, samples.bits, samples.signed, samples.colour)


@pytest.mark.benchmark(group="verify the samples from the tags")
@pytest.mark.parametrize("edge", EDGES)
def test_tags(benchmark: Any, edge: int) -> None:
    """Verify the statement's signature, decode the samples, compare their salted digest."""
    sealed = sealed_dataset(edge)
    parts = read_seal(sealed)
    envelope, statement = parts.statements[0]
    ids = (statement.seal_id, parts.disclosures[0].seed or b"")

    def check() -> bool:
        found = frame_digests(sealed, statement.kind, ids, Stage.MARKED)
        same = b"".join(digest for (digest,) in found) == statement.marked
        return same and verify_envelope(envelope, SIGNER.public_key)

    assert benchmark(check)


@pytest.mark.benchmark(group="verify a data set, attributes and all")
@pytest.mark.parametrize("edge", EDGES)
def test_whole(benchmark: Any, edge: int) -> None:
    """Everything that `verify` does where the tags suffice."""
    report = benchmark(verify, sealed_dataset(edge), TRUST)
    assert report.verdict == "authentic"


def sealed_dataset(edge: int) -> Dataset:
    """Return a sealed CT of the phantom's samples under the header of a real one."""
    dataset = dcmread(str(get_testdata_file("CT_small.dcm", download=False)))
    dataset.Rows = dataset.Columns = edge
    dataset.PixelData = phantom(edge).values.tobytes()
    return seal(dataset, SIGNER)


@pytest.mark.benchmark(group="attributes of a data set of 258 elements")
def test_pydicom_reads(benchmark: Any) -> None:
    """What pydicom takes to read all values: part of both of the next."""
    benchmark.pedantic(lambda dataset: [one.value for one in dataset], setup=unread, rounds=200)


@pytest.mark.benchmark(group="attributes of a data set of 258 elements")
def test_attributes_commit(benchmark: Any) -> None:
    """Read, commit with fresh salts, encode the disclosures."""

    def seal_attributes(dataset: Dataset) -> bytes:
        values = [(path, v.type, v.data) for path, v in policy.select(dataset).items()]
        return Disclosures(bytes(16), commit(values, token_bytes)).encoded

    assert benchmark.pedantic(seal_attributes, setup=unread, rounds=200)


@pytest.mark.benchmark(group="attributes of a data set of 258 elements")
def test_attributes_compare(benchmark: Any) -> None:
    """Decode the disclosures, compute the root, read, compare every attribute."""
    (dataset,), _ = unread()
    values = [(path, v.type, v.data) for path, v in policy.select(dataset).items()]
    made = Disclosures(bytes(16), commit(values, token_bytes))
    body, root = made.encoded, made.root

    def compare(dataset: Dataset) -> bool:
        held = Disclosures.decode(body)
        rows = held.by_path()

        def matches(path: str, value: Value) -> bool:
            return rows[path].matches(value.type, value.data)

        return held.root == root and not policy.differences(dataset, set(rows), matches)

    assert benchmark.pedantic(compare, setup=unread, rounds=200)


def unread() -> tuple[tuple[Dataset], dict[str, Any]]:
    """Return a data set of which no value was read yet."""
    return (parse(CT_SMALL).dataset,), {}
