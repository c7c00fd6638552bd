"""Recovering: damaged areas are filled, nothing else changes, and the result says so."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from signing import recoverydata
from signing.dicom import block, part10
from signing.errors import NotAuthentic, NotRecoverable, NotSealed, WrongRecoveryKey
from signing.recovery import recover, recover_dataset
from signing.verdict import Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.recoveries import (
    BOX,
    ELEMENT_04,
    FILLED,
    KEY,
    LARGE,
    NAMES,
    PUBLIC,
    SECOND,
    STRANGER,
    WITHOUT_ROOM,
    damaged,
    filled,
    recoverable,
    source,
)
from tests.signing.seals import (
    ELEMENT_02,
    STRANGERS,
    TRUST,
    frames_of,
    seal_it,
    sealed,
    stripped,
    verdict,
    with_frames,
    without,
)

Damages = Callable[[Dataset], Dataset]

EVIDENCE: dict[str, Damages] = {
    "tags": lambda d: d,
    "stripped": stripped,
    "no element 04": lambda d: without(d, ELEMENT_04),
    "no disclosures": lambda d: without(d, ELEMENT_02),
}
"""What is left of the seal beside the samples."""


@pytest.mark.parametrize("evidence", EVIDENCE)
@pytest.mark.parametrize("name", NAMES)
def test_damage_is_filled_and_nothing_else_changes(name: str, evidence: str) -> None:
    received = EVIDENCE[evidence](damaged(recoverable(name)))
    untouched = part10.encode(received)
    done = recover_dataset(received, TRUST, KEY)
    assert part10.encode(received) == untouched
    truth, given, result = (frames_of(d) for d in (source(name), received, done.dataset))
    mask = filled(given[0].shape)
    assert (result[0][~mask] == given[0][~mask]).all()
    assert all((r == g).all() for r, g in zip(result[1:], given[1:], strict=True))
    before = truth[0][FILLED].astype(float)
    assert rms(result[0][FILLED] - before) <= 1.02 * before.std()
    assert done.share == pytest.approx(mask.mean() / len(given))
    assert (done.dataset.overlay_array(0x6000).reshape(mask.shape) == mask).all()


def rms(values: NDArray[Any]) -> float:
    """Return the root of the mean square."""
    return float(np.sqrt(np.mean(np.square(values))))


@pytest.mark.parametrize("name", ["monochrome2-12", "15-bits", *LARGE])
def test_a_picture_with_content_comes_back_with_it(name: str) -> None:
    """Beside the law above, which noise satisfies with its mean."""
    done = recover(damaged(recoverable(name)), TRUST, KEY)
    before = frames_of(source(name))[0][FILLED].astype(float)
    assert rms(frames_of(done)[0][FILLED] - before) < 0.5 * before.std()


@pytest.mark.parametrize("name", sorted(WITHOUT_ROOM))
def test_where_there_is_no_room_none_are_made_and_it_is_said(name: str) -> None:
    done = seal_it(images.make(name), profile="full", recovery_for=(PUBLIC,))
    assert done.recoverable == 0
    assert done.notices == ("no room for recovery data in 1 of 1 marked frames",)
    assert verdict(done.dataset) is Verdict.AUTHENTIC
    with pytest.raises(NotRecoverable, match="has no recovery data"):
        recover(damaged(done.dataset), TRUST, KEY)


def test_flat_units_come_back_exactly() -> None:
    whole, truth = recoverable("large-air"), frames_of(source("large-air"))[0]
    corners = [(r, c) for r in range(0, 288, 32) for c in range(0, 288, 32)]
    flat = [(r, c) for r, c in corners if np.ptp(truth[r : r + 32, c : c + 32]) == 0]
    assert len(flat) > 3
    for row, column in flat:
        received = damaged(whole, box=(row + 3, column + 4, 5, 6))
        result = frames_of(recover(received, TRUST, KEY))[0]
        area = np.s_[row : row + 32, column : column + 32]
        assert (result[area] == truth[area]).all()
        assert (result == frames_of(whole)[0]).all()


@pytest.mark.parametrize("name", ["monochrome2-12", "multi-frame", "large-rgb", "jpeg2000"])
@pytest.mark.parametrize("left", EVIDENCE.values(), ids=EVIDENCE)
def test_what_is_intact_is_returned_as_it_is(name: str, left: Damages) -> None:
    whole = left(recoverable(name))
    done = recover_dataset(whole, TRUST, KEY)
    assert not done.masks
    assert part10.encode(done.dataset) == part10.encode(whole)


@pytest.mark.parametrize("evidence", ["tags", "stripped"])
def test_of_several_frames_only_the_damaged_are_filled(evidence: str) -> None:
    received = EVIDENCE[evidence](damaged(recoverable("multi-frame"), 1, 2))
    done = recover_dataset(received, TRUST, KEY)
    given, result = frames_of(received), frames_of(done.dataset)
    mask = filled(given[0].shape)
    assert sorted(done.masks) == [1, 2]
    assert (result[0] == given[0]).all()
    for frame in (1, 2):
        assert (result[frame][~mask] == given[frame][~mask]).all()
        assert (result[frame][mask] != given[frame][mask]).any()
    overlay = done.dataset.overlay_array(0x6000)
    assert overlay.shape == (2, *mask.shape)
    assert (overlay == mask).all()
    assert done.dataset[0x60000051].value == 2
    assert "in 2 of 3 frames" in done.dataset.DerivationDescription


def test_every_recipient_recovers_the_same_and_nobody_else_anything() -> None:
    received = damaged(recoverable(several=True))
    first, second = (frames_of(recover(received, TRUST, key))[0] for key in (KEY, SECOND))
    assert (first == second).all()
    with pytest.raises(WrongRecoveryKey):
        recover(received, TRUST, STRANGER)
    with pytest.raises(WrongRecoveryKey):
        recover(stripped(received), TRUST, STRANGER)


def test_the_result_is_an_instance_of_its_own_that_says_what_it_is() -> None:
    received = damaged(recoverable())
    done = recover(received, TRUST, KEY)
    assert done.SOPInstanceUID != received.SOPInstanceUID
    assert done.file_meta.MediaStorageSOPInstanceUID == done.SOPInstanceUID
    reference = done.SourceImageSequence[-1]
    assert reference.ReferencedSOPInstanceUID == received.SOPInstanceUID
    assert done.ImageType[0] == "DERIVED"
    assert done.DerivationDescription.endswith(
        "14.97 %, from lossy recovery data; not for primary diagnosis"
    )
    assert done.LossyImageCompression == "01"
    assert done.LossyImageCompressionMethod == "SCANSEAL_1"
    assert float(done.LossyImageCompressionRatio) > 1
    assert not any(block.find_blocks(done))
    assert 0x00080300 not in done
    assert done[0x60000040].value == "R"
    assert done[0x60001500].value == "SCANSEAL RECOVERED"
    assert images.reread(done) == done


def test_what_was_said_of_earlier_losses_stays() -> None:
    source = images.plain(
        LossyImageCompression="01",
        LossyImageCompressionRatio=["10", "4.5"],
        LossyImageCompressionMethod=["ISO_10918_1", "ISO_15444_1"],
        DerivationDescription="x" * 990,
    )
    whole = seal_it(source, recovery_for=(PUBLIC,), profile="full").dataset
    done = recover(damaged(whole), TRUST, KEY)
    methods = ["ISO_10918_1", "ISO_15444_1", "SCANSEAL_1"]
    assert list(done.LossyImageCompressionMethod) == methods
    assert [float(r) for r in done.LossyImageCompressionRatio][:2] == [10, 4.5]
    assert len(done.DerivationDescription) <= 1024
    assert done.DerivationDescription.startswith("xxx")
    assert done.DerivationDescription.endswith("not for primary diagnosis")


@pytest.mark.parametrize("evidence", ["tags", "stripped"])
def test_recovered_samples_do_not_pass_for_sealed_ones(evidence: str) -> None:
    done = recover(EVIDENCE[evidence](damaged(recoverable())), TRUST, KEY)
    report = verify(done, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert report.pixels is not None
    tiles = {(r, c) for r, c, _, _ in report.pixels.frames[0].boxes}
    assert tiles <= {(r, c) for r in (32, 64) for c in (32, 64)}


@pytest.mark.parametrize("name", ["monochrome2-12", "multi-frame", "ybr-full"])
def test_a_report_says_whether_it_can_be_recovered(name: str) -> None:
    whole, plain = recoverable(name), sealed(name, profile="full")
    for dataset, expected in (
        (whole, True),
        (damaged(whole), True),
        (stripped(whole), True),
        (stripped(damaged(whole)), True),
        (without(damaged(whole), ELEMENT_04), False),
        (plain, False),
        (damaged(plain), False),
        (stripped(damaged(plain)), False),
    ):
        pixels = verify(dataset, TRUST).pixels
        assert pixels is not None
        assert pixels.recoverable is expected


def deeper(dataset: Dataset) -> Dataset:
    """Return a copy that says it has 14 bits."""
    bare = stripped(damaged(dataset))
    bare.BitsStored, bare.HighBit = 14, 13
    return bare


def unlike(dataset: Dataset) -> Dataset:
    """Return a copy of which too little is left."""
    return damaged(dataset, box=(0, 0, 150, 150))


REFUSED: dict[str, tuple[Callable[[], Dataset], type[Exception], str]] = {
    "no seal": (lambda: images.make("monochrome2-12"), NotSealed, "not sealed"),
    "no recovery data": (
        lambda: damaged(sealed("monochrome2-12", profile="full")),
        NotRecoverable,
        "has no recovery data",
    ),
    "none in the samples": (
        lambda: stripped(damaged(sealed("monochrome2-12", profile="full"))),
        NotRecoverable,
        "has no recovery data",
    ),
    "too little left": (
        lambda: stripped(damaged(recoverable(), box=(0, 0, 112, 120))),
        NotRecoverable,
        "too little of the mark is left",
    ),
    "another depth": (lambda: deeper(recoverable()), NotRecoverable, "frame 0: .*depth"),
    "unmarked frame": (
        lambda: damaged(recoverable("half-marked"), 1),
        NotRecoverable,
        "frame 1 was sealed without a mark",
    ),
    "detached": (
        lambda: damaged(sealed("monochrome2-12", profile="detached")),
        NotRecoverable,
        "frame 0 was sealed without a mark",
    ),
    "lost frame": (
        lambda: with_frames(recoverable("multi-frame"), frames_of(recoverable("multi-frame"))[:2]),
        NotRecoverable,
        "frames are missing",
    ),
    "swapped frames": (
        lambda: stripped(
            with_frames(recoverable("multi-frame"), frames_of(recoverable("multi-frame"))[::-1])
        ),
        NotRecoverable,
        "moved",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_recovered_is_refused_by_its_cause(case: str) -> None:
    make, cause, words = REFUSED[case]
    with pytest.raises(cause, match=words):
        recover(make(), TRUST, KEY)


def test_where_most_is_damaged_the_tags_bring_it_back() -> None:
    received = unlike(recoverable())
    done = recover(received, TRUST, KEY)
    truth = frames_of(source("monochrome2-12"))[0].astype(float)
    assert rms(frames_of(done)[0] - truth) < 0.5 * truth.std()


@pytest.mark.parametrize("left", [lambda d: d, stripped])
def test_without_a_trusted_key_nothing_is_decrypted(
    left: Damages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recoverydata, "decrypt", lambda *_: pytest.fail("decrypted"))
    with pytest.raises(NotAuthentic) as caught:
        recover(left(damaged(recoverable())), STRANGERS, KEY)
    assert verdict(left(damaged(recoverable())), STRANGERS) is Verdict.UNTRUSTED
    assert "untrusted" in str(caught.value)


def test_a_flat_frame_between_marked_ones_is_kept() -> None:
    received = damaged(recoverable("half-marked"), 2)
    for dataset, notices in (
        (received, ()),
        (
            stripped(received),
            (
                "1 of 3 frames carry no mark; they are kept as they are",
                "the samples are proved, the attributes are not",
            ),
        ),
    ):
        done = recover_dataset(dataset, TRUST, KEY)
        assert sorted(done.masks) == [2]
        assert done.notices == notices
        assert (frames_of(done.dataset)[1] == frames_of(received)[1]).all()


def test_attributes_that_are_not_as_sealed_are_named() -> None:
    received = damaged(recoverable())
    received.PatientID = "other"
    done = recover_dataset(received, TRUST, KEY)
    assert done.notices == ("attributes that are not as sealed: 00100020",)


def test_the_damage_lies_in_the_units_that_are_said_to_be_filled() -> None:
    assert filled((160, 171))[BOX[0] : BOX[0] + BOX[2], BOX[1] : BOX[1] + BOX[3]].all()
