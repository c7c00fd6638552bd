"""Laws of the domain-separated digests."""

import hashlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import digests
from signing.digests import FramePlace, FrameShape, Stage
from signing.errors import LimitExceeded
from tests.reference import trees

PLACE = FramePlace(bytes(range(16)), 3, bytes(range(16, 32)))
SHAPE = FrameShape(rows=2, columns=3, samples=1, width=2, sign=1)
SAMPLES = bytes(range(12))


def by_hand(stage: Any, kind: Any, rest: Any) -> Any:
    """Build what is hashed from the layout table alone."""
    return hashlib.sha256(
        b"scanseal/1/"
        + kind
        + b"/"
        + stage
        + b"\0"
        + PLACE.seal_id
        + b"\0\0\0\3"
        + PLACE.salt
        + rest
    ).digest()


@pytest.mark.parametrize("stage", Stage)
def test_a_frame_digest_is_its_layout_table(stage: Any) -> None:
    rest = b"\0\0\0\2\0\0\0\3\1\2\1" + SAMPLES
    expected = by_hand(str(stage).encode(), b"frame", rest)
    assert digests.frame_digest(stage, PLACE, SHAPE, SAMPLES) == expected


@pytest.mark.parametrize("stage", Stage)
def test_a_codestream_digest_is_its_layout_table_however_it_is_cut(stage: Any) -> None:
    expected = by_hand(str(stage).encode(), b"codestream", b"abcdef")
    for cut in range(7):
        fragments = (b"abcdef"[:cut], memoryview(b"abcdef")[cut:])
        assert digests.codestream_digest(stage, PLACE, iter(fragments)) == expected


def test_every_field_of_a_frame_counts() -> None:
    def digest(
        stage: Any = Stage.MARKED, place: Any = PLACE, shape: Any = SHAPE, samples: Any = SAMPLES
    ) -> Any:
        return digests.frame_digest(stage, place, shape, samples)

    variants = [
        digest(),
        digest(stage=Stage.ORIGINAL),
        digest(place=FramePlace(bytes(16), 3, PLACE.salt)),
        digest(place=FramePlace(PLACE.seal_id, 4, PLACE.salt)),
        digest(place=FramePlace(PLACE.seal_id, 3, bytes(16))),
        digest(shape=FrameShape(3, 2, 1, 2, 1)),
        digest(shape=FrameShape(2, 1, 3, 2, 1)),
        digest(shape=FrameShape(2, 3, 2, 1, 1)),
        digest(shape=FrameShape(2, 3, 1, 2, 0)),
        digest(samples=SAMPLES[::-1]),
        digests.codestream_digest(Stage.MARKED, PLACE, [SAMPLES]),
    ]
    assert len(set(variants)) == len(variants)


def test_samples_of_any_format_are_read_where_they_lie() -> None:
    grid = memoryview(bytearray(SAMPLES)).cast("h", (2, 3))
    assert digests.frame_digest(Stage.MARKED, PLACE, SHAPE, grid) == digests.frame_digest(
        Stage.MARKED, PLACE, SHAPE, SAMPLES
    )


@pytest.mark.parametrize("size", [0, 11, 13])
def test_samples_that_do_not_fill_the_shape_are_misuse(size: Any) -> None:
    with pytest.raises(ValueError, match="instead of 12"):
        digests.frame_digest(Stage.MARKED, PLACE, SHAPE, bytes(size))


def test_a_place_has_fixed_sizes_and_a_ceiling() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        FramePlace(bytes(15), 0, bytes(16))
    with pytest.raises(ValueError, match="16 bytes"):
        FramePlace(bytes(16), 0, bytes(17))
    FramePlace(bytes(16), digests.MAX_FRAMES - 1, bytes(16))
    for frame in (-1, digests.MAX_FRAMES):
        with pytest.raises(LimitExceeded):
            FramePlace(bytes(16), frame, bytes(16))


@given(st.lists(st.binary(max_size=40), max_size=70))
@settings(derandomize=True)
def test_the_root_equals_the_recursive_definition(leaves: Any) -> None:
    assert digests.merkle_root(leaves) == trees.root(leaves)


def test_the_root_equals_the_recursive_definition_at_every_size_to_130() -> None:
    leaves = [bytes([n]) * 32 for n in range(130)]
    for size in range(131):
        assert digests.merkle_root(leaves[:size]) == trees.root(leaves[:size])


def test_key_ids_and_plain_digests_are_sha_256() -> None:
    sha = hashlib.sha256(b"x").digest()
    assert digests.key_id(b"x") == sha[:16]
    assert digests.certificate_digest(b"x") == digests.recovery_digest(b"x") == sha
    assert digests.domain("leaf") == b"scanseal/1/leaf\0"
