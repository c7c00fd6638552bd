"""Every depth, sign, colour and size makes the whole round: mark, read, locate, restore."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watermark
from tests.watermark.marking import SEED, Marked, mark
from tests.watermark.phantoms import KINDS, noise, resonance
from watermark.description import Description
from watermark.parameters import PROFILES
from watermark.samples import Samples

SMALLEST = {p.name: p.smallest for p in PROFILES}
STEPS = ("dwt", "dct")


def go_round(done: Marked) -> None:
    """Assert that a marked frame is read, found intact and restored."""
    reading = watermark.extract(done.samples)
    claims = Description.decode(done.description.encoded)
    assert reading.payload == done.payload
    assert reading.profile == claims.profile
    assert reading.transform == claims.transform
    found = watermark.localise(done.samples, claims, SEED, reading)
    assert found.intact
    assert found.boxes == ()
    assert watermark.closing(done.samples, claims).intact
    back = watermark.restore(done.samples, done.record)
    assert (back.values == done.original.values).all()
    assert back.values.dtype == done.original.values.dtype


@pytest.mark.parametrize("profile", SMALLEST)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_makes_the_round_under_every_profile(kind: str, profile: str) -> None:
    go_round(mark(KINDS[kind](288, 301), profile, transform="dct" if profile == "full" else "dwt"))


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("bits", range(8, 17))
def test_every_depth_makes_the_round(bits: int, signed: bool) -> None:
    done = mark(noise(130, 136, bits, signed=signed), transform=STEPS[bits % 2])
    low, high = done.original.limits
    assert (done.samples.values.min(), done.samples.values.max()) == (low, high)
    go_round(done)


@pytest.mark.parametrize("kind", [np.uint8, np.int8])
def test_eight_bits_in_bytes_make_the_round(kind: type[np.generic]) -> None:
    signed = kind is np.int8
    picture = noise(140, 133, 8, signed=signed)
    go_round(mark(Samples(picture.values.astype(kind), 8, signed=signed)))


@pytest.mark.parametrize(
    ("rows", "columns", "profile"),
    [
        (96, 96, "full"),
        (97, 140, "full"),
        (127, 103, "full"),
        (128, 128, "standard"),
        (129, 131, "standard"),
        (128, 777, "standard"),
        (257, 300, "standard"),
        (300, 257, "light"),
        (256, 256, "light"),
        (511, 513, "full"),
        (544, 560, "standard"),  # 17 coding tiles: the wider field
        (1100, 1300, "standard"),  # 34 x 40 tiles: coding tiles of 64
        (96, 8330, "full"),  # 260 tiles along a side: coding tiles of 64
    ],
)
def test_odd_sizes_make_the_round(rows: int, columns: int, profile: str) -> None:
    done = mark(resonance(rows, columns), profile)
    go_round(done)
    assert done.description.rows == rows
    assert done.description.columns == columns


def test_a_mammogram_sized_frame_makes_the_round() -> None:
    done = mark(resonance(4096, 3328))
    assert done.description.layout.coding.edge == 64
    go_round(done)


def test_the_largest_coding_tiles_make_the_round() -> None:
    # 65 x 65 tiles of 64 are more than 4096.
    done = mark(noise(4160, 4173, 8), "light")
    assert done.description.layout.coding.edge == 128
    go_round(done)


@settings(max_examples=12)
@given(data=st.data(), profile=st.sampled_from(sorted(SMALLEST)), step=st.sampled_from(STEPS))
def test_any_size_from_the_smallest_up_makes_the_round(
    data: st.DataObject, profile: str, step: str
) -> None:
    least = SMALLEST[profile]
    rows, columns = (data.draw(st.integers(least, least + 70)) for _ in range(2))
    go_round(mark(resonance(rows, columns), profile, transform=step))
