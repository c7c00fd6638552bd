"""Speed of sealing and verifying one frame of 512x512 and of 2048x2048 samples, one core, warm.

`make benchmarks` prints the groups; docs/results/speed.md holds a run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from signing.digests import Stage
from signing.envelope import verify as verify_envelope
from signing.keys import FileSigner, PublicKey, Role
from signing.marking import Marking, make_mark
from signing.proving import prove_frame
from signing.sealing import seal
from signing.sealparts import read_seal
from signing.tagcheck import frame_digests
from signing.trust import Trust
from signing.verification import verify
from watermark.samples import Samples

EDGES = (512, 2048)
SIGNER = FileSigner(Ed25519PrivateKey.from_private_bytes(bytes(32)), "bench", Role.ACQUISITION)
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
