"""Areas in the disclosures: one encoding each, ceilings, and what opens all the rest."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import cbor
from signing.areas import MAX_AREA_CELLS, MAX_RUNS, Area, Areas, list_areas, read_areas
from signing.commitments import Disclosures
from signing.digests import MAX_FRAMES
from signing.errors import MalformedDisclosures
from tests.reference import redactions, seals
from tests.vectors.areas import AREAS, CELLS, EDGE, ROW, SEEDS, SIZE, TAKEN_OUT, refused_areas
from tests.vectors.subjects import SEED

blocks = st.integers(0, 4).flatmap(lambda n: st.binary(min_size=16 * n, max_size=16 * n))


@st.composite
def areas(draw: st.DrawFn) -> Areas:
    """Areas of some frames."""
    count = draw(st.integers(1, 6))
    frames = sorted(draw(st.sets(st.integers(0, count - 1), min_size=1)))
    listed = []
    for frame in frames:
        end, runs = 0, list[tuple[int, int]]()
        for gap, size in draw(
            st.lists(st.tuples(st.integers(1, 99), st.integers(1, 9)), min_size=1)
        ):
            runs.append((end + gap - (not runs), size))
            end = runs[-1][0] + size
        listed.append(Area(frame, tuple(runs), draw(blocks), draw(blocks)))
    size = 16 * (count - len(frames))
    return Areas(draw(st.binary(min_size=size, max_size=size)), tuple(listed))


@settings(max_examples=80)
@given(areas())
def test_areas_are_decoded_as_they_were_encoded(made: Areas) -> None:
    assert Disclosures.decode(Disclosures(None, (), areas=made).encoded).areas == made
    seeds = made.seeds_by_frame()
    assert b"".join(seeds[frame] for frame in sorted(seeds)) == made.seeds
    assert sorted({*seeds, *made.by_frame()}) == list(range(made.frames))


def test_the_vector_is_what_the_page_says() -> None:
    assert Disclosures.decode(TAKEN_OUT.encoded) == TAKEN_OUT
    value = cbor.decode(TAKEN_OUT.encoded, 10**6)
    assert isinstance(value, dict)
    assert value[6] == [SEEDS, ROW]
    assert AREAS.seeds_by_frame() == {1: seals.frame_seed(SEED, 1)}
    units, cells = redactions.opened((ROW[2], ROW[3]), SIZE, EDGE, CELLS)
    whole = seals.unit_salts(seals.frame_seed(SEED, 0), 4)
    assert units == [b"", *whole[1:]]
    assert {index for index, salt in enumerate(cells) if not salt} == CELLS


@pytest.mark.parametrize("name", refused_areas())
def test_what_breaks_a_rule_is_refused(name: str) -> None:
    _, value = refused_areas()[name]
    if isinstance(value, list):
        with pytest.raises(MalformedDisclosures):
            read_areas(value)
    else:
        with pytest.raises(MalformedDisclosures):
            Disclosures.decode(cbor.encode({1: None, 2: [], 6: value}))


def test_more_areas_than_frames_are_refused_before_they_are_read() -> None:
    with pytest.raises(MalformedDisclosures, match="more areas than frames"):
        read_areas([b"", *[None] * (MAX_FRAMES + 1)])


def test_runs_of_all_frames_together_have_a_ceiling() -> None:
    packed = struct.pack(">2I", 1, 1) * MAX_RUNS
    rows: list[cbor.Value] = [[frame, packed, b"", b""] for frame in range(17)]
    with pytest.raises(MalformedDisclosures, match="more runs"):
        read_areas([b"", *rows])
    area = Area(0, tuple((2 * place, 1) for place in range(MAX_RUNS)), b"", b"")
    with pytest.raises(MalformedDisclosures, match="more runs"):
        Areas(b"", tuple(replace(area, frame=frame) for frame in range(17)))


def test_ceilings_hold_on_construction_too() -> None:
    for runs in ((), ((0, 1),) * (MAX_RUNS + 1), ((MAX_AREA_CELLS, 1),), ((-1, 2),)):
        with pytest.raises(MalformedDisclosures):
            Area(0, runs, b"", b"")
    with pytest.raises(MalformedDisclosures):
        read_areas([b"", [0, bytes(8 * (MAX_RUNS + 1)), b"", b""]])
    whole = Area(0, ((0, MAX_AREA_CELLS),), b"", b"")
    assert (whole.cells, read_areas(list(_listed(whole))).areas) == (MAX_AREA_CELLS, (whole,))


def _listed(area: Area) -> list[cbor.Value]:
    """Return the decoded array of one area."""
    value = cbor.decode(cbor.encode(list_areas(Areas(b"", (area,)))), 10**6)
    assert isinstance(value, list)
    return value
