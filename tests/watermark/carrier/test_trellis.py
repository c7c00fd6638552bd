"""The matrix of a coding tile: searched sub-columns, and widths that edge tiles need."""

import pytest

from tests.reference import trellises
from watermark.carrier.order import order_of
from watermark.carrier.trellis import sub_columns, trellis_of
from watermark.parameters import PROFILES, Profile


@pytest.mark.parametrize("width", range(1, 129))
def test_sub_columns_equal_the_twins_and_meet_their_own_bit(width: int) -> None:
    columns = list(sub_columns(width))
    assert columns == trellises.sub_columns(width)
    assert len(set(columns)) == len(columns) == width
    assert all(column & 1 and column >> 8 == 1 for column in columns)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.name)
@pytest.mark.parametrize("shape", [(32, 32), (32, 63), (63, 63), (45, 40)])
def test_the_matrix_of_a_tile_equals_the_twins(profile: Profile, shape: tuple[int, int]) -> None:
    count = len(order_of(*shape).positions)
    trellis = trellis_of(count, profile.tile_bits)
    pairs = trellises.columns(count, profile.tile_bits)
    assert trellis.bits == profile.tile_bits
    assert trellis.columns.tolist() == [column for _, column in pairs]
    owners = [b for b in range(trellis.bits) for _ in range(*trellis.starts[b : b + 2].tolist())]
    assert owners == [owner for owner, _ in pairs]


def test_a_regular_tile_uses_only_searched_widths() -> None:
    widths = {
        p.name: {(b + 1) * 960 // p.tile_bits - b * 960 // p.tile_bits for b in range(p.tile_bits)}
        for p in PROFILES
    }
    assert widths == {"light": {7, 8}, "standard": {2, 3}, "full": {1, 2}}
