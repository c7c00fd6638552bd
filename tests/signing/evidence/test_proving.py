"""The samples alone: proved with a public key, and no change of one of them goes unseen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import Dataset

import watermark
from signing import payload
from signing.certificate import Certificate
from signing.envelope import parse
from signing.evidence.pixelcheck import read_frames
from signing.evidence.proving import prove_frame
from signing.marking import Marking, make_mark
from signing.sealparts import read_seal
from signing.verdict import Code, Evidence, Outcome, Report, Scope, Verdict
from signing.verification import verify, verify_path
from tests.signing import images
from tests.signing.images import MARKED
from tests.signing.seals import (
    STRANGERS,
    TRUST,
    failed,
    frames_of,
    one_changed,
    seal_it,
    sealed,
    sealed_picture,
    stripped,
    verdict,
    with_frames,
)
from tests.signing.strategies import SIGNER
from tests.watermark import phantoms
from watermark.carrier.coefficients import analyse, carrier_bits, flip_carriers
from watermark.carrier.tiles import group_tiles
from watermark.carrier.trellis import search_flips, syndromes
from watermark.checkplan import silent_cells
from watermark.description import Description
from watermark.samples import Colour, Samples
from watermark.tiles import Grid

Array = NDArray[Any]
PROFILES = ["light", "standard", "full"]
SIZES = {"light": 288, "standard": 160, "full": 160}
WHOLE = [name for name in MARKED if name != "half-marked"]


def description_of(dataset: Dataset, frame: int = 0) -> Description:
    """Return what the certificate in the tags says of a frame."""
    data = read_seal(dataset).certificates[frame]
    return Description.decode(Certificate.decode(parse(data).payload).description)


def subject(profile: str, seed: int = 2) -> Dataset:
    """Return a sealed picture of the size that a profile needs."""
    size = SIZES[profile]
    return seal_it(images.of(phantoms.resonance(size, size, seed)), profile=profile).dataset


def boxes_of(report: Report) -> set[tuple[int, int, int, int]]:
    """Return the areas that a report names."""
    assert report.pixels is not None
    return {box for frame in report.pixels.frames for box in frame.boxes}


@pytest.mark.parametrize("name", WHOLE)
def test_without_private_tags_the_samples_are_proved(name: str) -> None:
    bare = stripped(sealed(name))
    report = verify(bare, TRUST)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.PIXELS)
    assert report.pixels is not None and report.pixels.evidence is Evidence.PIXELS
    assert report.seal_id == read_seal(sealed(name)).statements[0][1].seal_id.hex()
    assert report.signer is not None and report.signer.trusted
    assert verdict(bare, STRANGERS) is Verdict.UNTRUSTED


@pytest.mark.parametrize("name", WHOLE)
def test_a_sample_moved_by_one_is_seen_in_the_samples_alone(name: str) -> None:
    for altered in one_changed(stripped(sealed(name)), 6):
        report = verify(altered, TRUST)
        assert report.verdict is Verdict.ALTERED
        assert failed(report) & {Code.PIXELS_CLOSING, Code.PIXELS_GEOMETRY}


def test_a_frame_without_mark_is_not_said_to_be_proved() -> None:
    report = verify(stripped(sealed("half-marked")), TRUST)
    assert report.verdict is Verdict.UNDECIDED
    assert [f.where for f in report.findings if f.outcome is Outcome.SKIPPED] == ["frame 1"]
    for altered in one_changed(stripped(sealed("half-marked")), 6):
        assert verdict(altered) in (Verdict.ALTERED, Verdict.UNDECIDED)


def export(folder: Path, suffix: str, values: Array) -> Path:
    """Write samples as a tool would that knows nothing of DICOM."""
    path = folder / f"frame{suffix}"
    if suffix == ".npy":
        np.save(path, values)
    else:
        Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        (name, suffix)
        for name, suffixes in {
            "monochrome2-12": (".npy", ".png", ".tif"),
            "16-bits": (".npy", ".png", ".tif"),
            "12-signed": (".npy", ".png", ".tif"),
            "16-signed": (".npy", ".png", ".tif"),
            "8-signed": (".npy", ".png"),
            "padding": (".npy", ".png"),
            "monochrome1-8": (".npy", ".png", ".tif"),
            "8-in-16": (".npy", ".png"),
            "rgb": (".npy", ".png", ".tif"),
            "ybr-full": (".npy", ".png"),
            "multi-frame": (".npy", ".png"),
            "odd-size": (".npy", ".png"),
        }.items()
        for suffix in suffixes
    ],
)
def test_exports_prove_their_samples(name: str, suffix: str, tmp_path: Path) -> None:
    values = frames_of(sealed(name))[-1]
    signed, width = values.dtype.kind == "i", values.dtype.itemsize
    views = [values.view(f"u{width}")] if signed and suffix != ".npy" else [values]
    if signed:
        half = 1 << (8 * width - 1)
        views.append((values.astype(np.int32) + half).astype(f"u{width}"))
    if name == "8-in-16":
        views.append(values.astype(np.uint8))
    for view in views:
        path = export(tmp_path, suffix, view)
        report = verify_path(path, TRUST)
        assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.PIXELS)
        assert verify_path(path, STRANGERS).verdict is Verdict.UNTRUSTED
        middle = tuple(size // 2 for size in view.shape)
        changed = view.copy()
        changed[middle] ^= 1
        assert verify_path(export(tmp_path, suffix, changed), TRUST).verdict is Verdict.ALTERED


@pytest.mark.parametrize("suffix", [".npy", ".png", ".tif"])
def test_an_export_without_mark_is_unsealed(suffix: str, tmp_path: Path) -> None:
    path = export(tmp_path, suffix, frames_of(images.plain())[0])
    assert verify_path(path, TRUST).verdict is Verdict.UNSEALED


@pytest.mark.parametrize("profile", PROFILES)
def test_any_49_percent_of_the_carrying_tiles_are_named_exactly(profile: str) -> None:
    whole = subject(profile)
    claims = description_of(whole)
    carrying = np.flatnonzero(claims.carrying)
    for seed in range(3):
        random = np.random.default_rng(seed)
        lost = random.permutation(carrying)[: len(carrying) * 49 // 100]
        frame = frames_of(whole)[0]
        before = frame.copy()
        for index in lost.tolist():
            top, left, height, width = claims.layout.coding.boxes[index]
            area = frame[top : top + height, left : left + width]
            area[:] = random.integers(0, 4096, area.shape)
        report = verify(with_frames(stripped(whole), [frame]), TRUST)
        assert report.verdict is Verdict.ALTERED
        assert units_of(report, claims) == touched(claims, before, frame)


def units_of(report: Report, claims: Description) -> set[tuple[int, int, int, int]]:
    """Return the digest units in which an altered area was reported."""
    units = claims.layout.units
    found = np.zeros((claims.rows, claims.columns), dtype=bool)
    for top, left, height, width in boxes_of(report):
        found[top : top + height, left : left + width] = True
    return {
        (top, left, height, width)
        for top, left, height, width in units.boxes
        if found[top : top + height, left : left + width].any()
    }


def touched(claims: Description, before: Array, after: Array) -> set[tuple[int, int, int, int]]:
    """Return the digest units in which a sample differs."""
    units = claims.layout.units
    found = set()
    for box in map(units.box, range(units.count)):
        top, left, height, width = box
        area = slice(top, top + height), slice(left, left + width)
        if (before[area] != after[area]).any():
            found.add(box)
    return found


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.49, 0.6, 0.9])
def test_a_collage_of_two_images_under_one_key_is_altered(profile: str, share: float) -> None:
    ours, other = subject(profile), subject(profile, seed=3)
    claims = description_of(ours)
    frame, foreign = frames_of(ours)[0], frames_of(other)[0]
    carrying = np.flatnonzero(claims.carrying)
    taken = np.random.default_rng(5).permutation(carrying)[: int(len(carrying) * share)]
    before = frame.copy()
    for index in taken.tolist():
        top, left, height, width = claims.layout.coding.boxes[index]
        area = slice(top, top + height), slice(left, left + width)
        frame[area] = foreign[area]
    report = verify(with_frames(stripped(ours), [frame]), TRUST)
    assert report.verdict is Verdict.ALTERED
    if share <= 0.49:
        assert units_of(report, claims) == touched(claims, before, frame)


def crafted(dataset: Dataset) -> Dataset:
    """Return a copy with samples moved so that syndromes and canonical picture stay as they are."""
    claims, frame = description_of(dataset), frames_of(dataset)[0]
    samples = Samples(frame, claims.bits)
    seen = analyse(samples, claims.transform)
    tiles = [int(i) for i in np.flatnonzero(claims.carrying)[3:5]]
    group = group_tiles(claims.layout, tiles)[0]
    order = group.order
    bits = carrier_bits(seen, group.boxes, order.positions, order.cells)
    dry, moved = np.ones_like(bits), bits.copy()
    dry[:, 400] = 0  # this one is flipped by hand, the others make up for it
    moved[:, 400] ^= 1
    flips = search_flips(moved, dry, syndromes(bits, group.trellis), group.trellis)
    flips[:, 400] = 1
    flip_carriers(seen, group.boxes, order.positions, flips, np.zeros(frame.shape, np.int8))
    return with_frames(dataset, [np.asarray(samples.with_planes(seen.planes).values)])


@pytest.mark.parametrize("profile", PROFILES)
def test_changes_that_no_syndrome_shows_are_refused_by_the_closing_tile_alone(
    profile: str,
) -> None:
    whole = subject(profile)
    forged = crafted(whole)
    assert (frames_of(forged)[0] != frames_of(whole)[0]).any()
    report = verify(stripped(forged), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.PIXELS_CLOSING}
    assert boxes_of(report) == set()
    deep = verify(forged, TRUST, deep=True)
    assert deep.verdict is Verdict.ALTERED
    assert failed(deep) >= {Code.PIXELS_MATCH, Code.PIXELS_CLOSING}


@pytest.mark.parametrize("profile", PROFILES)
def test_without_its_closing_tile_a_picture_is_altered_there(profile: str) -> None:
    whole = subject(profile)
    claims, frame = description_of(whole), frames_of(whole)[0]
    top, left, height, width = claims.layout.tiles.box(claims.closing)
    area = frame[top : top + height, left : left + width]
    area[:] = np.random.default_rng(1).integers(0, 4096, area.shape)
    report = verify(with_frames(stripped(whole), [frame]), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.PIXELS_MARK, Code.PIXELS_CLOSING}
    named = np.zeros(frame.shape[:2], dtype=bool)
    for box in boxes_of(report):
        named[box[0] : box[0] + box[2], box[1] : box[1] + box[3]] = True
    inside = named[top : top + height, left : left + width]
    units = claims.layout.units
    row, column, tall, wide = units.box(units.index_at(top, left))
    assert named[row : row + tall, column : column + wide].sum() == named.sum()
    # Seal ids are random, and one changed cell in 256 passes a check byte of `light`.
    assert inside.all() if profile != "light" else inside.mean() >= 14 / 16


def test_a_closing_tile_of_another_image_is_no_closing_tile() -> None:
    ours, other = sealed_picture(2), sealed_picture(3)
    claims, frame = description_of(ours), frames_of(ours)[0]
    top, left, height, width = claims.layout.tiles.box(claims.closing)
    area = slice(top, top + height), slice(left, left + width)
    frame[area] = frames_of(other)[0][area]
    assert verdict(with_frames(stripped(ours), [frame])) is Verdict.ALTERED


def test_too_little_of_a_mark_is_a_broken_mark() -> None:
    bare = stripped(sealed())
    claims, frame = description_of(sealed()), frames_of(bare)[0]
    carrying = np.flatnonzero(claims.carrying)
    for index in carrying[: len(carrying) * 3 // 4].tolist():
        top, left, height, width = claims.layout.coding.boxes[index]
        frame[top : top + height, left : left + width] = 0
    for trust in (TRUST, STRANGERS):
        report = verify(with_frames(bare, [frame]), trust)
        assert report.verdict is Verdict.ALTERED
        assert failed(report) == {Code.PIXELS_MARK_BROKEN}


@pytest.mark.parametrize(
    "order",
    [[1, 0, 2], [0, 1], [1, 2], [2], [0, 0, 1], [0, 1, 2, 2], [2, 1, 0]],
    ids=str,
)
def test_frames_out_of_order_number_or_place_are_altered(order: list[int]) -> None:
    whole = sealed("multi-frame")
    frames = frames_of(whole)
    rearranged = with_frames(whole, [frames[index] for index in order])
    for dataset in (rearranged, stripped(rearranged)):
        report = verify(dataset, TRUST)
        assert report.verdict is Verdict.ALTERED
        assert Code.FRAMES_COUNT in failed(report) or Code.PIXELS_MATCH in failed(report)


def test_frames_of_two_seals_do_not_make_an_instance() -> None:
    whole = sealed("multi-frame")
    other = seal_it(images.make("multi-frame")).dataset
    frames = frames_of(whole)
    frames[1] = frames_of(other)[1]
    report = verify(with_frames(stripped(whole), frames), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.FRAMES_COUNT}


@pytest.mark.parametrize("change", ["transposed", "mirrored", "cut", "grown"])
def test_a_picture_of_another_shape_is_not_proved(change: str, tmp_path: Path) -> None:
    frame = frames_of(sealed())[0]
    made = {
        "transposed": frame.T,
        "mirrored": frame[:, ::-1],
        "cut": frame[:-8],
        "grown": np.vstack([frame, frame[:8]]),
    }[change]
    path = export(tmp_path, ".npy", np.ascontiguousarray(made))
    assert verify_path(path, TRUST).verdict in (Verdict.UNSEALED, Verdict.ALTERED)


def test_whoever_reads_the_payload_without_trust_decodes_nothing() -> None:
    report = verify(stripped(sealed()), STRANGERS)
    assert (report.seal_id, report.pixels, report.required) == ("", None, frozenset())
    assert report.signer is not None
    key = TRUST.keys[0]
    assert (report.signer.key_id, report.signer.trusted) == (key.key_id.hex(), False)


def test_a_mark_over_the_payload_of_another_seal_is_refused() -> None:
    """A stranger marks with our certificate: the closing tile and digests are not theirs to make.

    The payload of one image, embedded whole into another picture, reads perfectly.
    """
    reading = watermark.extract(Samples(frames_of(sealed())[0], 12))
    assert reading.payload is not None
    target = phantoms.resonance(images.ROWS, images.COLUMNS, seed=9)
    claims = description_of(sealed())
    theirs = watermark.describe(target, claims.seal_id, seed=bytes(16), overhead=120)
    size = min(theirs.capacity, len(reading.payload))
    marked, _ = watermark.embed(target, theirs, reading.payload[:size], lambda _: bytes(64))
    report = verify(images.of(replace(marked, padding=None)), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert {Code.PIXELS_MARK, Code.PIXELS_CLOSING} <= failed(report)
    assert marked.colour is Colour.GREY


def test_a_change_in_a_flat_area_is_narrowed_where_there_is_room() -> None:
    whole = seal_it(images.of(phantoms.computed(288, 288))).dataset
    claims, frame = description_of(whole), frames_of(whole)[0]
    cells = Grid(288, 288, 8)
    places = np.flatnonzero(silent_cells(claims))
    top, left, height, width = cells.box(int(places[len(places) // 2]))
    frame[top + 3, left + 3] += 5
    report = verify(with_frames(stripped(whole), [frame]), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert boxes_of(report) == {(top, left, height, width)}


def test_where_names_may_be_burned_in_flat_areas_are_not_narrowed() -> None:
    source = images.of(phantoms.computed(288, 288))
    source.BurnedInAnnotation = "YES"
    for dataset, checked in ((source, False), (images.of(phantoms.computed(288, 288)), True)):
        reading = watermark.extract(next(read_frames(seal_it(dataset).dataset))[0])
        assert reading.payload is not None
        assert bool(payload.unpack(reading.payload).checks) is checked


def test_check_bytes_that_no_writer_makes_break_the_mark() -> None:
    original = phantoms.resonance(288, 288)
    marking = Marking(SIGNER, bytes(16), bytes(16), 1)
    made, packed = make_mark(original, 0, marking)
    parts = payload.unpack(packed)
    claims = Certificate.decode(parts.claims).description
    description = Description.decode(claims)
    more = replace(parts, checks=b"\xff" + parts.checks[1:])
    forged, _ = watermark.embed(
        original,
        description,
        payload.pack(more, description.capacity),
        lambda _: bytes(64),
    )
    proof = prove_frame([forged], "frame 0", TRUST)
    assert {f.code for f in proof.findings} == {Code.PIXELS_MARK_BROKEN}
    assert made.samples.bits == forged.bits
