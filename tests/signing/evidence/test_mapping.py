"""Maps by the certificate in the tags: exactly the areas in which a sample differs."""

from dataclasses import replace

import numpy as np
import pytest

from signing import payload
from signing.commitments import Disclosures
from signing.dicom import block
from signing.dicom.copies import fork
from signing.envelope import Envelope, Kind
from signing.evidence.differences import MAX_MAPPED
from signing.evidence.mapping import Witness, map_frame
from signing.evidence.tagcheck import check_statement
from signing.sealparts import read_seal
from signing.verdict import Code, Outcome, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.evidence.test_proving import boxes_of, description_of, subject, touched, units_of
from tests.signing.images import MARKED
from tests.signing.seals import (
    TRUST,
    failed,
    frames_of,
    one_changed,
    seal_it,
    sealed,
    with_frames,
)
from watermark.samples import Colour, Samples


@pytest.mark.parametrize("profile", ["light", "standard", "full"])
@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 1.0])
def test_the_areas_named_are_those_that_differ(profile: str, share: float) -> None:
    whole = subject(profile)
    claims, frame = description_of(whole), frames_of(whole)[0]
    before, random = frame.copy(), np.random.default_rng(3)
    units = claims.layout.units
    chosen = random.permutation(units.count)[: max(1, int(units.count * share))]
    for top, left, height, width in (units.box(int(index)) for index in chosen):
        row, column = top + random.integers(height), left + random.integers(width)
        frame[row, column] ^= 1 << int(random.integers(1, 11))
    report = verify(with_frames(whole, [frame]), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert units_of(report, claims) == touched(claims, before, frame)
    cells = {(row // 8, column // 8) for row, column in np.argwhere(frame != before).tolist()}
    assert sum(height * width for _, _, height, width in boxes_of(report)) == 64 * len(cells)
    assert report.pixels is not None
    assert report.pixels.altered_fraction == pytest.approx(len(chosen) / units.count)


@pytest.mark.parametrize("name", MARKED)
def test_a_sample_moved_by_one_lies_in_the_only_area_named(name: str) -> None:
    whole = sealed(name)
    marked = [i for i in range(len(frames_of(whole))) if name != "half-marked" or i != 1]
    for altered in one_changed(whole, 4):
        pairs = list(zip(frames_of(whole), frames_of(altered), strict=True))
        (index,) = (i for i, (before, after) in enumerate(pairs) if (before != after).any())
        report = verify(altered, TRUST)
        assert report.pixels is not None
        if index not in marked or Code.PIXELS_GEOMETRY in failed(report):
            continue
        place = np.argwhere(pairs[index][0] != pairs[index][1])[0]
        (found,) = report.pixels.frames
        assert found.frame == index
        (box,) = found.boxes
        assert box[0] <= place[0] < box[0] + box[2]
        assert box[1] <= place[1] < box[1] + box[3]


def test_only_the_frames_that_differ_are_mapped() -> None:
    whole = sealed("multi-frame")
    frames = frames_of(whole)
    frames[0][5, 5] ^= 1
    frames[2][100, 100] ^= 1
    report = verify(with_frames(whole, frames), TRUST)
    assert report.pixels is not None
    assert [found.frame for found in report.pixels.frames] == [0, 2]
    assert {f.where for f in report.findings if f.code is Code.PIXELS_MATCH} == {
        "frame 0",
        "frame 2",
    }


def test_of_very_many_small_frames_the_further_ones_are_reported_whole() -> None:
    random = np.random.default_rng(6)
    count = MAX_MAPPED + 3
    frames = list(random.integers(0, 256, (count, 16, 16)).astype(np.uint8))
    whole = seal_it(images.instance(frames, 8), profile="detached").dataset
    changed = [frame.copy() for frame in frames]
    for frame in changed:
        frame[9, 3] ^= 1
    report = verify(with_frames(whole, changed), TRUST)
    assert report.verdict is Verdict.ALTERED
    assert report.pixels is not None
    boxes = [one.boxes for one in report.pixels.frames]
    assert boxes == [((8, 0, 8, 8),)] * MAX_MAPPED + [((0, 0, 16, 16),)] * 3


def _evidence() -> tuple[Envelope, Witness]:
    parts = read_seal(sealed())
    evidence = check_statement(sealed(), parts, 0, TRUST.keys[0])
    assert evidence.master is not None
    statement = evidence.statement
    witness = Witness(statement.seal_id, evidence.master, evidence.cells, evidence.recovery)
    return evidence.certificates[0], witness


def test_an_untouched_frame_has_no_area() -> None:
    certificate, witness = _evidence()
    samples = Samples(frames_of(sealed())[0], 12)
    mapped = map_frame(samples, certificate, witness, 0)
    assert [f.outcome for f in mapped.findings] == [Outcome.PASS]
    assert (mapped.boxes, mapped.fraction) == ((), 0.0)


@pytest.mark.parametrize("change", ["size", "depth", "colour"])
def test_samples_of_another_kind_are_of_another_geometry(change: str) -> None:
    certificate, witness = _evidence()
    frame = frames_of(sealed())[0]
    samples = {
        "size": Samples(np.ascontiguousarray(frame[:-3]), 12),
        "depth": Samples(frame | np.uint16(1 << 13), 16),
        "colour": Samples(
            np.zeros((images.ROWS, images.COLUMNS, 3), np.uint8), 8, colour=Colour.RGB
        ),
    }[change]
    mapped = map_frame(samples, certificate, witness, 0)
    assert [f.code for f in mapped.findings] == [Code.PIXELS_GEOMETRY]
    assert (mapped.boxes, mapped.fraction) == ((), 1.0)


@pytest.mark.parametrize("claims", [b"", b"\xa0", b"\xff" * 40])
def test_a_certificate_that_cannot_be_read_is_an_incomplete_check(claims: bytes) -> None:
    certificate, witness = _evidence()
    broken = Envelope(Kind.CERTIFICATE, claims, certificate.signature)
    samples = Samples(frames_of(sealed())[0], 12)
    mapped = map_frame(samples, broken, witness, 0)
    assert [f.code for f in mapped.findings] == [Code.CHECK_INCOMPLETE]
    assert mapped.boxes == ()


def test_a_seal_padded_with_zeros_is_mapped_as_well() -> None:
    picture = images.plain(5)
    with pytest.MonkeyPatch.context() as patch:
        # As the first writers sealed: everything else is the same.
        patch.setattr(payload, "padding", lambda _seed, size: bytes(size))
        older = seal_it(picture).dataset
    frame = frames_of(older)[0]
    frame[40:48, 40:48] ^= 4
    for dataset in (older, with_frames(older, [frame])):
        report = verify(dataset, TRUST, deep=True)
        assert report.pixels is not None
        places = [box for found in report.pixels.frames for box in found.boxes]
        expected = [] if dataset is older else [(40, 40, 8, 8)]
        assert (report.verdict is Verdict.AUTHENTIC) is (dataset is older)
        assert places == expected


def test_another_seed_in_the_tags_does_not_hide_where_samples_differ() -> None:
    """The seed is under no signature of the tags; the one in the samples is the certificate's."""
    whole = subject("standard")
    frame = frames_of(whole)[0]
    frame[40, 40] ^= 4
    received = fork(with_frames(whole, [frame]))
    (held,) = block.read_blocks(received)
    rows = Disclosures.decode(held.disclosures or b"").rows
    block.remove_blocks(received)
    forged = Disclosures(bytes(16), rows).encoded
    block.write_block(received, replace(held, disclosures=forged))
    report = verify(received, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert report.pixels is not None
    (found,) = report.pixels.frames
    assert sum(height * width for _, _, height, width in found.boxes) <= 32 * 32
    assert "the seed in the tags is not the one" in " ".join(f.detail for f in report.findings)
