"""Laws that an adversary looked for and did not find at first."""

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.uid import UID

from signing.commitments import SEAL, SEAL_RESTORATION, Disclosures, commit
from signing.dicom import block, codecs, original
from signing.dicom.block import SealBlock
from signing.dicom.copies import fork
from signing.dicom.original import Restoration
from signing.digests import Stage
from signing.envelope import Kind
from signing.envelope import sign as sign_envelope
from signing.errors import MalformedBlock, NotAuthentic, NotRestorable, UnsupportedImage
from signing.framedigests import digest_frame, place_of
from signing.keys import PublicKey
from signing.reasons import Reason
from signing.restoration import restore
from signing.scrubbing import scrub
from signing.sealing import seal
from signing.sealparts import read_seal
from signing.statement import DigestKind, Statement
from signing.trust import Trust
from signing.verdict import Code, Outcome, Verdict
from signing.verification import verify, verify_path
from tests.signing import images
from tests.signing.seals import failed
from tests.signing.strategies import OTHER, SIGNER

TRUST = Trust.of(PublicKey(SIGNER.public_key, SIGNER.name, SIGNER.role))


def greedy_block(dataset: Dataset) -> Dataset:
    """Return an unsealed image under a stranger's seal whose record would rename the patient."""
    elements = Dataset()
    elements.PatientName = "Somebody^Else"
    body = Restoration((b"",), original._encode_elements(elements_of(elements), [0x00100010]), ())
    seal_id, master = bytes(16), bytes(range(16))
    bound = [(SEAL_RESTORATION, SEAL, original.digest_body(body.encoded))]
    disclosures = Disclosures(master, commit(bound, bytes))
    frame = next(codecs.frames(dataset))

    def digest(stage: Stage) -> bytes:
        return digest_frame(frame, place_of(seal_id, master, 0, stage), stage)

    statement = Statement(
        seal_id,
        OTHER.public_key,
        1,
        DigestKind.SAMPLES,
        digest(Stage.MARKED),
        digest(Stage.ORIGINAL),
        b"",
        (0,),
        disclosures.root,
        1,
        Reason.REQUESTED,
    )
    envelope = sign_envelope(Kind.STATEMENT, statement.encoded, OTHER)
    forged = fork(dataset)
    bodies = (original.encode_envelopes([envelope]), disclosures.encoded, body.encoded)
    block.write_block(forged, SealBlock(*bodies))
    return forged


def elements_of(elements: Dataset) -> Dataset:
    """Return the elements as a data set that knows its encoding."""
    elements.set_original_encoding(False, True)
    return elements


def test_a_record_can_put_back_only_what_sealing_touches() -> None:
    forged = greedy_block(images.plain())
    with pytest.raises(MalformedBlock):
        restore(forged)
    assert scrub(forged).PatientName == images.plain().PatientName


def test_what_was_altered_is_not_sealed_anew() -> None:
    sealed = seal(images.plain(), SIGNER)
    sealed.PatientID = "another"
    with pytest.raises(NotAuthentic):
        seal(sealed, SIGNER, reseal=True)


@pytest.mark.parametrize("stored", [8, 10, 15])
def test_another_depth_in_the_header_is_no_proof_of_the_samples(stored: int) -> None:
    sealed = seal(images.plain(), SIGNER)
    block.remove_blocks(sealed)
    assert verify(sealed, TRUST).verdict is Verdict.PARTIAL
    sealed.BitsStored, sealed.HighBit = stored, stored - 1
    assert verify(sealed, TRUST).verdict is Verdict.ALTERED


def test_samples_moved_by_half_the_range_are_altered(tmp_path: Path) -> None:
    sealed = seal(images.plain(), SIGNER)
    values = next(codecs.frames(sealed)).astype(np.uint16)
    for name, array, verdict in (
        ("same.npy", values, Verdict.PARTIAL),
        ("moved.npy", values + np.uint16(1 << 15), Verdict.ALTERED),
    ):
        np.save(tmp_path / name, array)
        assert verify_path(tmp_path / name, TRUST).verdict is verdict


def test_a_codestream_means_what_its_transfer_syntax_says() -> None:
    sealed = seal(images.make("lossy"), SIGNER)
    assert codecs.pixel_kind(sealed) is DigestKind.CODESTREAM
    assert verify(sealed, TRUST).verdict is Verdict.AUTHENTIC
    sealed.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.51")
    assert verify(sealed, TRUST).verdict is Verdict.ALTERED


def test_a_strangers_seal_says_whether_all_agrees_with_it() -> None:
    sealed = seal(images.plain(), OTHER)
    block_only = fork(sealed)
    found = {f.code: f.outcome for f in verify(block_only, TRUST).findings}
    assert found[Code.SEAL_CONSISTENT] is Outcome.PASS
    sealed.PatientID = "another"
    found = {f.code: f.outcome for f in verify(sealed, TRUST).findings}
    assert found[Code.SEAL_CONSISTENT] is Outcome.FAIL


def test_an_object_without_frames_is_what_its_attributes_say() -> None:
    source = images.without_pixels()
    source.SeriesDescription = "as it was"
    sealed = seal(source, SIGNER)
    assert verify(sealed, TRUST).verdict is Verdict.AUTHENTIC
    sealed.SeriesDescription = "changed after sealing"
    assert verify(sealed, TRUST).verdict is Verdict.AUTHENTIC
    sealed.ContentSequence[0].TextValue = "a nodule"
    report = verify(sealed, TRUST)
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.ATTRIBUTES_REST}


@pytest.mark.parametrize(
    ("keyword", "vr", "value"),
    [("WaveformData", "OW", bytes(100_000)), ("EncapsulatedDocument", "OB", b"%PDF" * 30_000)],
)
def test_bulk_values_are_bound_by_their_digest(keyword: str, vr: str, value: bytes) -> None:
    source = images.without_pixels()
    source.add(DataElement(keyword, vr, value))
    sealed = seal(source, SIGNER)
    rows = {row.path: row for row in read_seal(sealed).disclosures[0].rows}
    assert rows[f"{int(source[keyword].tag):08X}"].type == "OB-sha256"
    assert verify(images.reread(sealed), TRUST).verdict is Verdict.AUTHENTIC
    sealed[keyword].value = value[:-2] + b"\1\1"
    assert verify(images.reread(sealed), TRUST).verdict is Verdict.ALTERED


def test_an_export_of_signed_samples_without_a_negative_one_is_proved(tmp_path: Path) -> None:
    dataset = images.make("16-signed")
    values = next(codecs.frames(images.plain()))
    dataset.Rows, dataset.Columns = values.shape
    dataset.PixelData = values.astype("<i2").tobytes()
    sealed = seal(dataset, SIGNER)
    unsigned = next(codecs.frames(sealed)).view(np.uint16)
    np.save(tmp_path / "unsigned.npy", unsigned)
    assert verify_path(tmp_path / "unsigned.npy", TRUST).verdict is Verdict.PARTIAL


def test_a_mark_that_cannot_be_reached_is_not_called_scrubbed() -> None:
    sealed = seal(images.plain(), SIGNER)
    sealed.PhotometricInterpretation = "PALETTE COLOR"
    with pytest.raises(NotRestorable):
        restore(sealed)
    with pytest.raises(UnsupportedImage):
        scrub(sealed)


def test_a_detached_seal_is_scrubbed_whatever_the_samples_are() -> None:
    sealed = seal(images.plain(), SIGNER, profile="detached")
    sealed.PatientID = "another"
    sealed.PhotometricInterpretation = "PALETTE COLOR"
    assert not list(block.find_blocks(scrub(sealed)))
