"""Marks carried over, written over, rolled back: a seal proves its own picture and no other."""

import numpy as np
import pytest
from pydicom.dataset import Dataset

import watermark
from benchmarks.attacks import chunks, collage, edits, remarking, transplant
from benchmarks.attacks.forgery import Forgery
from signing import payload
from signing.evidence.proving import prove_frame
from signing.marking import Marking, mark_frame
from signing.restoration import restore
from signing.sealing import SealOptions, seal_dataset
from signing.verdict import Code, Verdict
from signing.verification import verify
from tests.attacks.subjects import PROFILES, Subject, description_of, profiled, samples_of, subject
from tests.signing import images
from tests.signing.seals import (
    STRANGERS,
    TRUST,
    failed,
    frames_of,
    seal_it,
    stripped,
    with_block,
    with_frames,
)
from tests.signing.strategies import OTHER, SIGNER
from tests.watermark import phantoms

every_profile = pytest.mark.parametrize("profile", PROFILES)


def on_donor(target: Subject, forgery: Forgery) -> tuple[Dataset, Dataset]:
    """The donor's picture as forged: bare, and under the tags of the first image."""
    bare = with_frames(stripped(target.donor), [forgery.values])
    return bare, with_block(bare, target.dataset)


@every_profile
def test_bits_copied_with_their_hash_read_well_and_prove_nothing(profile: str) -> None:
    target = profiled(profile)
    host = samples_of(target.donor)
    forgery = transplant.copy_bits(target.samples, host, target.description)
    bare, tagged = on_donor(target, forgery)
    assert watermark.extract(samples_of(bare)).payload is not None
    assert verify(bare, TRUST).verdict is Verdict.ALTERED
    assert failed(verify(bare, TRUST)) == {Code.PIXELS_MARK, Code.PIXELS_CLOSING}
    assert verify(tagged, TRUST).verdict is Verdict.ALTERED
    assert Code.PIXELS_MATCH in failed(verify(tagged, TRUST))


@every_profile
def test_bare_parities_copied_are_no_mark(profile: str) -> None:
    target = profiled(profile)
    host = samples_of(target.donor)
    forgery = transplant.copy_parities(target.samples, host, target.description)
    bare, tagged = on_donor(target, forgery)
    assert verify(bare, TRUST).verdict in (Verdict.UNSEALED, Verdict.ALTERED)
    assert verify(tagged, TRUST).verdict is Verdict.ALTERED


@every_profile
def test_tags_of_one_image_do_not_prove_another(profile: str) -> None:
    target = profiled(profile)
    swapped = with_block(target.donor, target.dataset)
    report = verify(swapped, TRUST, deep=True)
    assert report.verdict is Verdict.ALTERED
    assert {Code.PIXELS_MATCH, Code.CERTIFICATE_BOUND} <= failed(report)


@every_profile
def test_a_closing_tile_of_another_image_closes_nothing(profile: str) -> None:
    target = profiled(profile)
    forgery = transplant.copy_closing(target.samples, samples_of(target.donor), target.description)
    bare, tagged = on_donor(target, forgery)
    assert verify(bare, TRUST).verdict is Verdict.ALTERED
    assert Code.PIXELS_CLOSING in failed(verify(bare, TRUST))
    assert verify(tagged, TRUST).verdict is Verdict.ALTERED


@every_profile
def test_a_mark_over_a_mark_hides_it_and_is_not_trusted(profile: str) -> None:
    target = profiled(profile)
    theirs = Marking(OTHER, bytes(16), bytes(16), 1, profile)
    forgery = remarking.mark_over(target.samples, theirs)
    alone = target.alone(forgery)
    assert alone.verdict is Verdict.UNTRUSTED
    assert failed(alone) == {Code.SIGNER_TRUSTED}
    assert target.tagged(forgery).verdict is Verdict.ALTERED


@every_profile
def test_strip_and_mark_again_is_the_strangers_word_only(profile: str) -> None:
    size = 288 if profile == "light" else 160
    original = phantoms.resonance(size, size)
    ours = mark_frame(original, 0, Marking(SIGNER, bytes(16), bytes(16), 1, profile))
    theirs = Marking(OTHER, b"x" * 16, bytes(16), 1, profile)
    forged = mark_frame(watermark.restore(ours.samples, ours.record), 0, theirs).samples
    proof = prove_frame([forged], "frame 0", TRUST)
    assert [f.code for f in proof.findings] == [Code.SIGNER_TRUSTED]
    assert prove_frame([forged], "frame 0", STRANGERS).key is not None


def test_a_restored_image_sealed_with_another_key_is_untrusted() -> None:
    target = subject()
    original = restore(target.dataset, TRUST)
    frame = edits.blacken(frames_of(original)[0], (40, 40, 20, 20)).values
    forged = seal_dataset(with_frames(original, [frame]), OTHER, SealOptions()).dataset
    for dataset in (forged, stripped(forged)):
        assert verify(dataset, TRUST).verdict is Verdict.UNTRUSTED
    assert verify(forged, STRANGERS).verdict is Verdict.AUTHENTIC
    mixed = with_block(forged, target.dataset)
    assert verify(mixed, TRUST).verdict is Verdict.ALTERED


def test_an_older_sealed_version_is_authentic() -> None:
    """A rollback proves by nature: each version was sealed. A manifest or ledger tells the latest.

    A mixture of two versions is none of them.
    """
    older = seal_it(images.plain()).dataset
    corrected = images.plain()
    corrected.PatientName = "Corrected^Name"
    newer = seal_it(corrected).dataset
    for version in (older, newer):
        assert verify(version, TRUST, deep=True).verdict is Verdict.AUTHENTIC
    mixed = with_frames(newer, frames_of(older))
    assert verify(mixed, TRUST).verdict is Verdict.ALTERED


def test_a_whole_other_sealed_image_proves_itself_and_names_its_seal() -> None:
    """Whole images are exchanged, not forged: without tags nothing says which was expected."""
    target = profiled("standard")
    forgery = collage.paste(target.values, target.theirs, (0, 0, *target.values.shape))
    report = target.alone(forgery)
    assert report.verdict is Verdict.PARTIAL
    assert report.seal_id == description_of(target.donor).seal_id.hex()
    assert target.tagged(forgery).verdict is Verdict.ALTERED


@every_profile
def test_recovery_data_that_nobody_signed_are_refused(profile: str) -> None:
    """Poisoned recovery data would put a false lesion into what `recover` makes."""
    target = profiled(profile)
    reading = watermark.extract(target.samples)
    assert reading.payload is not None
    parts = payload.unpack(reading.payload)
    room = target.description.capacity - parts.size - len(parts.recovery)
    poison = np.random.default_rng(3).bytes(room)
    poisoned = payload.Payload(parts.seed, parts.signature, parts.claims, poison)
    packed = payload.pack(poisoned, target.description.capacity)
    forgery = chunks.rewrite_payload(target.samples, target.description, packed)
    report = target.alone(forgery)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.PIXELS_MARK_BROKEN}
    assert target.tagged(forgery).verdict is Verdict.ALTERED
