"""Hypothesis strategies and fixed keys for the tests of signing's core."""

import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from signing import commitments
from signing.certificate import Certificate
from signing.digests import merkle_root
from signing.keys import FileSigner, Role
from signing.reasons import Reason
from signing.statement import DigestKind, Statement


def signer(name: str, role: Any = Role.ACQUISITION) -> Any:
    """Return the signer whose secret is the SHA-256 of its name: for tests and vectors only."""
    secret = hashlib.sha256(b"scanseal test key " + name.encode()).digest()
    return FileSigner(Ed25519PrivateKey.from_private_bytes(secret), name, role)


def noise(label: Any, size: Any) -> Any:
    """Return `size` bytes that follow from a label, and look random."""
    return hashlib.shake_256(label.encode()).digest(size)


SIGNER = signer("scanner")
OTHER = signer("other")

CERTIFICATES = st.builds(
    Certificate,
    st.binary(min_size=1, max_size=600),
    st.integers(1, 2**17),
    st.binary(min_size=16, max_size=16),
    st.none() | st.binary(min_size=32, max_size=32),
)


@st.composite
def statements(draw: Any) -> Any:
    """Draw any statement that keeps the rules between its fields."""
    frames = draw(st.integers(0, 6))
    unmarked = draw(st.sets(st.integers(0, frames - 1))) if frames else set()
    detached = frames > 0 and len(unmarked) == frames
    kinds = [DigestKind.SAMPLES, DigestKind.CODESTREAM] if detached else [DigestKind.SAMPLES]
    leaves = draw(st.integers(0, 2**17))
    digest = st.binary(min_size=32, max_size=32)
    reason = draw(st.sampled_from(Reason)) if detached else None
    least = int(reason is Reason.CUSTODY)
    follows = least or (frames == 0 and draw(st.booleans()))
    earlier = draw(st.lists(digest, min_size=least, max_size=15, unique=True)) if follows else []
    return Statement(
        seal_id=draw(st.binary(min_size=16, max_size=16)),
        public_key=draw(st.sampled_from([SIGNER, OTHER])).public_key,
        frames=frames,
        kind=draw(st.sampled_from(kinds)) if frames else DigestKind.NONE,
        marked=noise("marked", 32 * frames),
        original=noise("original", 32 * frames),
        certificates=noise("certificates", 32 * (frames - len(unmarked))),
        unmarked=tuple(sorted(unmarked)),
        attribute_root=draw(digest) if leaves else merkle_root([]),
        leaf_count=leaves,
        reason=reason,
        earlier=tuple(earlier),
        cells=draw(st.none() | digest),
    )


ELEMENTS = st.builds(commitments.tag_path, st.integers(0, 2**32 - 1)) | st.builds(
    commitments.private_path,
    st.integers(0, 2**16 - 1),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=64),
    st.integers(0, 255),
)
PATHS = ELEMENTS | st.builds(commitments.item_path, ELEMENTS, st.integers(0, 999), ELEMENTS)
SEAL_VALUES = st.tuples(
    st.sampled_from([commitments.SEAL_TIME, commitments.SEAL_STATION]),
    st.just(commitments.SEAL),
    st.binary(max_size=40),
)
VALUES = (
    st.tuples(PATHS, st.sampled_from(["DS", "PN", "UN", "SQ"]), st.binary(max_size=40))
    | st.tuples(PATHS, st.just(commitments.ABSENT), st.just(b""))
    | SEAL_VALUES
)
"""(path, type, value) triples as `commit` takes them."""

VALUE_LISTS = st.lists(VALUES, max_size=12, unique_by=lambda triple: triple[0])
