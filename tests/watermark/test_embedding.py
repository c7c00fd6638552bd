"""Embedding: what it may change, what it must not, and that it depends on nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import watermark
from tests.reference import wetness as twin
from tests.watermark.marking import SEAL_ID, SEED, Marked, filler, mark, sign
from tests.watermark.phantoms import KINDS, coloured, noise, resonance
from tests.watermark.twins import frame_of, places
from watermark.carrier.coefficients import analyse, canonical
from watermark.errors import MalformedDescription, PayloadTooLarge, UnsupportedSamples
from watermark.parameters import PROFILES, Transform
from watermark.samples import Colour, Samples
from watermark.survey import marked_boxes

STEPS = ("dwt", "dct")
every_kind = pytest.mark.parametrize("kind", KINDS)
every_step = pytest.mark.parametrize("step", STEPS)
every_profile = pytest.mark.parametrize("profile", [p.name for p in PROFILES])


@pytest.fixture(scope="module")
def sealed() -> dict[tuple[str, str], Marked]:
    """Each kind of picture, marked under each transform."""
    return {
        (kind, step): mark(make(170, 203), transform=step)
        for kind, make in KINDS.items()
        for step in STEPS
    }


Sealed = dict[tuple[str, str], Marked]


@every_kind
@every_step
def test_every_changed_sample_changes_by_one(sealed: Sealed, kind: str, step: str) -> None:
    done = sealed[kind, step]
    change = done.samples.planes() - done.original.planes()
    assert done.changed.any()
    assert set(np.unique(change).tolist()) <= {-1, 0, 1}
    # Companions move with the carrier or not at all.
    assert ((change[1:] == 0) | (change[1:] == change[:1])).all()


@every_kind
@every_step
def test_the_canonical_frame_is_the_same_before_and_after(
    sealed: Sealed, kind: str, step: str
) -> None:
    done, transform = sealed[kind, step], Transform[step.upper()]
    claims = done.description
    boxes = marked_boxes(claims.layout, claims.carrying, claims.closing)
    before, after = (
        canonical(analyse(samples, transform), boxes) for samples in (done.original, done.samples)
    )
    assert (before == after).all()
    # A frame that differs by one flip inside the boxes has it as well; one more anchor has not.
    values = done.values()
    values[0, 0] ^= 1
    assert (canonical(analyse(done.damaged(values), transform), boxes) != before).any()


@every_kind
@every_step
def test_wet_samples_never_change(sealed: Sealed, kind: str, step: str) -> None:
    done = sealed[kind, step]
    wet = twin.forbidden(frame_of(done.original), Transform[step.upper()])
    assert wet
    assert not places(done.changed) & wet
    assert not done.changed[::4, ::4].any()


@every_kind
def test_flat_samples_outside_released_tiles_never_change(sealed: Sealed, kind: str) -> None:
    done = sealed[kind, "dwt"]
    flat = places(done.changed) & twin.flat(frame_of(done.original))
    tiles = {done.description.layout.coding.index_at(*place) for place in flat}
    able = set(done.carrying()) | {done.description.closing_coding_tile}
    assert tiles <= able
    assert not tiles or kind in {"sonogram", "airy", "saturated", "coloured"}


@every_kind
@every_step
def test_extremes_stay_where_they_are(sealed: Sealed, kind: str, step: str) -> None:
    done = sealed[kind, step]
    for before, after in zip(done.original.planes(), done.samples.planes(), strict=True):
        assert (after.min(), after.max()) == (before.min(), before.max())
        assert after.reshape(-1)[before.argmin()] == before.min()
        assert after.reshape(-1)[before.argmax()] == before.max()


@every_step
def test_padding_is_never_created_nor_changed(sealed: Sealed, step: str) -> None:
    done = sealed["computed", step]
    before, after = done.original.values == -2000, done.samples.values == -2000
    assert before.any()
    assert (before == after).all()


@every_step
def test_a_padding_range_inside_the_values_keeps_its_samples(step: str) -> None:
    picture = resonance(320, 320)
    padded = Samples(picture.values, 12, padding=(0, 180))
    done = mark(padded, transform=step)
    before, after = (s.planes()[0] <= 180 for s in (done.original, done.samples))
    assert before.sum() > 1000
    assert (before == after).all()
    assert not done.changed[before].any()
    # Without the range the same samples would have changed.
    assert mark(picture, transform=step).changed[before].any()


@every_profile
@every_step
def test_protected_samples_never_change(profile: str, step: str) -> None:
    picture = noise(300, 290, 12)
    protect = np.zeros((300, 290), dtype=bool)
    protect[40:150, 70:200] = True
    done = mark(picture, profile, transform=step, protect=protect)
    assert done.changed.any()
    assert not done.changed[protect].any()
    assert mark(picture, profile, transform=step).changed[protect].any()


def test_a_mask_that_was_not_described_is_refused_or_honoured() -> None:
    picture = noise(160, 160, 12)
    claims = watermark.describe(picture, SEAL_ID, seed=SEED)
    index = int(np.flatnonzero(claims.carrying)[0])
    top, left, height, width = claims.layout.coding.boxes[index]
    protect = np.zeros((160, 160), dtype=bool)
    protect[top : top + height, left : left + width] = True
    with pytest.raises(MalformedDescription):
        watermark.embed(picture, claims, b"", sign, protect)
    with pytest.raises(UnsupportedSamples):
        watermark.embed(picture, claims, b"", sign, protect[:-1])


@every_step
def test_grey_stays_grey_and_colour_never_becomes_grey(sealed: Sealed, step: str) -> None:
    done = sealed["coloured", step]
    before, after = (analyse(s, Transform[step.upper()]) for s in (done.original, done.samples))
    assert 0 < before.grey.sum() < before.grey.size
    assert (before.grey == after.grey).all()
    cells = np.kron(before.grey, np.ones((8, 8), dtype=np.int8)).astype(bool)
    height, width = cells.shape
    values = done.samples.values[:height, :width]
    assert done.changed[:height, :width][cells].any()
    assert (values[cells] == values[cells][:, :1]).all()


def test_ybr_carries_in_luma_only(sealed: Sealed) -> None:
    done = sealed["chromatic", "dwt"]
    assert (done.samples.values[:, :, 1:] == done.original.values[:, :, 1:]).all()
    assert done.changed.any()


def test_cells_that_are_grey_but_for_one_sample_stay_coloured() -> None:
    picture = coloured(160, 160)
    values = picture.values.astype(np.uint8)
    values[:, :, 0] = values[:, :, 2] = values[:, :, 1]
    half = values[:, :80]
    half[3::8, 5::8, 1] ^= 1  # the flip of this very sample would make its cell grey
    done = mark(Samples(values, 8, colour=Colour.RGB))
    before, after = (analyse(s, Transform.DWT).grey for s in (done.original, done.samples))
    assert before[:, 10:].all()
    assert not before[:, :10].any()
    assert (before == after).all()
    assert not done.changed[3::8, 5:80:8].any()


@every_step
def test_the_same_input_gives_the_same_bytes(step: str) -> None:
    first, second = (mark(KINDS["airy"](150, 141), transform=step) for _ in range(2))
    assert first.description.encoded == second.description.encoded
    assert first.samples.octets().tobytes() == second.samples.octets().tobytes()
    assert first.record == second.record


def test_input_is_not_changed() -> None:
    picture = resonance(140, 150)
    before = picture.values.copy()
    done = mark(picture)
    assert (picture.values == before).all()
    assert done.samples.values is not picture.values
    assert done.samples.values.dtype == picture.values.dtype
    assert done.samples.values.flags.c_contiguous


@settings(max_examples=12)
@given(data=st.data())
def test_payloads_of_every_size_are_read_back_with_zeros_behind(data: st.DataObject) -> None:
    picture = resonance(128, 128)
    claims = watermark.describe(picture, SEAL_ID, seed=SEED)
    ends = st.sampled_from([0, 1, claims.capacity - 1, claims.capacity])
    size = data.draw(st.one_of(ends, st.integers(0, claims.capacity)))
    payload = filler(size)
    marked, _ = watermark.embed(picture, claims, payload, sign)
    reading = watermark.extract(marked)
    assert reading.marked
    assert reading.payload == payload.ljust(claims.capacity, b"\0")


def test_a_payload_above_the_capacity_is_refused() -> None:
    picture = resonance(128, 128)
    claims = watermark.describe(picture, SEAL_ID, seed=SEED)
    with pytest.raises(PayloadTooLarge) as caught:
        watermark.embed(picture, claims, bytes(claims.capacity + 1), sign)
    assert (caught.value.size, caught.value.capacity) == (claims.capacity + 1, claims.capacity)


def test_other_samples_than_those_described_are_refused() -> None:
    claims = watermark.describe(resonance(128, 128), SEAL_ID, seed=SEED)
    for other in (resonance(128, 129), resonance(128, 128, bits=11), coloured(128, 128)):
        with pytest.raises(UnsupportedSamples):
            watermark.embed(other, claims, b"", sign)


def test_quality_keeps_the_promised_share_of_changes() -> None:
    most = {"light": 0.022, "standard": 0.086, "full": 0.155}
    for profile, share in most.items():
        done = mark(noise(512, 512, 12), profile, spread=True)
        claims = done.description
        changed = done.changed
        top, left, height, width = claims.layout.tiles.box(claims.closing)
        changed[top : top + height, left : left + width] = False
        assert share / 2 < changed.mean() <= share
