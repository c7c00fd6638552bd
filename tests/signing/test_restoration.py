"""Restoring: the source element for element, and never anything that was not signed."""

from collections.abc import Iterator

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from signing.dicom import block, codecs, original, part10
from signing.dicom.block import SealBlock
from signing.dicom.copies import fork
from signing.dicom.geometry import measure
from signing.dicom.limits import IMPLICIT_LITTLE
from signing.dicom.original import Restoration
from signing.errors import NotAuthentic, NotRestorable, NotSealed
from signing.restoration import restore
from signing.statement import DigestKind
from signing.verdict import Verdict
from tests.signing import images
from tests.signing.images import KINDS, MARKED
from tests.signing.seals import (
    ELEMENT_01,
    ELEMENT_02,
    ELEMENT_03,
    STRANGERS,
    TRUST,
    frames_of,
    one_changed,
    seal_it,
    sealed,
    sealed_picture,
    stripped,
    verdict,
    with_block,
    without,
)


def contents(dataset: Dataset) -> list[object]:
    """Return the samples of all frames, or their codestreams, to be compared."""
    kind = codecs.pixel_kind(dataset)
    if kind is DigestKind.NONE:
        return []
    if kind is DigestKind.CODESTREAM:
        return list(codecs.codestreams(dataset))
    return [(frame.dtype, frame.tobytes()) for frame in codecs.frames(dataset)]


@pytest.mark.parametrize("name", KINDS)
def test_what_was_sealed_comes_back_element_for_element(name: str) -> None:
    source, whole = images.make(name), sealed(name)
    before = part10.encode(whole)
    for trust in (None, TRUST):
        restored = restore(whole, trust)
        assert contents(restored) == contents(source)
        assert restored == source
        assert restored.file_meta == source.file_meta
        assert part10.encode(restored) == images.file_of(name)
        assert verdict(restored) is Verdict.UNSEALED
    assert part10.encode(whole) == before


@pytest.mark.parametrize("name", ["implicit", "jpeg-ls", "rgb-planar", "lossy", "no-pixels"])
def test_elements_that_sealing_extends_come_back(name: str) -> None:
    source = images.make(name)
    item, purpose = Dataset(), Dataset()
    item.Manufacturer, purpose.CodeValue = "Somebody", "1"
    item.PurposeOfReferenceCodeSequence = [purpose]
    source.ContributingEquipmentSequence = [item]
    source.DerivationDescription = "Ä" * 1000
    source = images.reread(source)
    made = images.reread(seal_it(source).dataset)
    assert len(made.ContributingEquipmentSequence) == 2
    assert part10.encode(restore(made, TRUST)) == part10.encode(source)


def _odd_sources() -> Iterator[tuple[str, Dataset]]:
    lost = images.plain()
    del lost.SOPInstanceUID
    yield "no instance", lost
    apart = images.plain()
    apart.file_meta.MediaStorageSOPInstanceUID = UID("1.2.3")
    yield "meta of another", apart
    nameless = images.plain()
    del nameless.file_meta.MediaStorageSOPInstanceUID
    yield "meta of none", nameless
    bare = images.plain()
    bare.file_meta.TransferSyntaxUID = UID(IMPLICIT_LITTLE)
    bare.preamble = b"\1" * 128
    yield "preamble", bare
    empty = images.plain()
    empty.DerivationDescription = ""
    empty.ContributingEquipmentSequence = []
    yield "empty elements", empty
    plain = images.plain()
    plain.SpecificCharacterSet = "ISO_IR 100"
    plain.DerivationDescription = "Gr\xf6\xdfe"
    yield "Latin text", plain


@pytest.mark.parametrize(
    "name",
    ["no instance", "meta of another", "meta of none", "preamble", "empty elements", "Latin text"],
)
def test_odd_sources_come_back_as_they_were(name: str) -> None:
    source = images.reread(dict(_odd_sources())[name])
    made = images.reread(seal_it(source).dataset)
    assert part10.encode(restore(made, TRUST)) == part10.encode(source)


def test_a_data_set_without_file_meta_comes_back() -> None:
    source = images.make("implicit")
    del source.file_meta
    made = seal_it(source).dataset
    assert verdict(made) is Verdict.AUTHENTIC
    restored = restore(made, TRUST)
    assert part10.transfer_syntax(restored) == IMPLICIT_LITTLE
    assert restored == source


@pytest.mark.parametrize("name", MARKED)
def test_altered_samples_are_not_restored(name: str) -> None:
    for altered in one_changed(sealed(name), 2):
        with pytest.raises(NotRestorable):
            restore(altered)
        with pytest.raises(NotAuthentic):
            restore(altered, TRUST)


@pytest.mark.parametrize("name", ["lossy", "palette", "float", "1-bit", "small"])
def test_altered_samples_without_mark_are_not_restored(name: str) -> None:
    whole = sealed(name)
    geometry = measure(whole)
    assert geometry is not None
    octets = bytearray(whole[geometry.keyword].value)
    octets[len(octets) // 2] ^= 1
    whole[geometry.keyword].value = bytes(octets)
    with pytest.raises(NotRestorable):
        restore(whole)


def test_altered_attributes_are_restored_only_without_trust() -> None:
    whole = sealed()
    whole.PatientName = "Other"
    with pytest.raises(NotAuthentic):
        restore(whole, TRUST)
    assert restore(whole).PatientName == "Other"


def test_a_seal_by_no_trusted_key_is_not_restored_under_trust() -> None:
    with pytest.raises(NotAuthentic) as caught:
        restore(sealed(), STRANGERS)
    assert caught.value.report.verdict is Verdict.UNTRUSTED  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels"])
def test_without_a_seal_there_is_nothing_to_restore(name: str) -> None:
    with pytest.raises(NotSealed):
        restore(images.make(name))
    with pytest.raises(NotSealed):
        restore(stripped(sealed(name)))


@pytest.mark.parametrize("name", ["monochrome2-12", "lossy", "no-pixels"])
@pytest.mark.parametrize("gone", [ELEMENT_01, ELEMENT_02, ELEMENT_03])
def test_without_a_part_of_the_seal_nothing_is_restored(name: str, gone: int) -> None:
    with pytest.raises(NotRestorable):
        restore(without(sealed(name), gone))


def test_what_was_sealed_without_restoration_is_not_restored() -> None:
    for name in ("monochrome2-12", "lossy", "no-pixels"):
        made = seal_it(images.make(name), restoration=False).dataset
        with pytest.raises(NotRestorable):
            restore(made)


def test_a_seal_of_another_image_restores_nothing() -> None:
    whole, other = sealed_picture(2), sealed_picture(3)
    with pytest.raises(NotRestorable):
        restore(with_block(whole, other))


def with_record(dataset: Dataset, record: Restoration) -> Dataset:
    """Return a copy with another element 03."""
    changed, whole = fork(dataset), block.read_blocks(dataset)[0]
    parts = SealBlock(whole.envelopes, whole.disclosures, record.encoded)
    block.write_block(changed, parts)
    return changed


def test_a_record_that_was_not_signed_restores_nothing() -> None:
    whole = sealed()
    body = block.read_blocks(whole)[0].restoration
    assert body is not None
    record = Restoration.decode(body)
    for forged in (
        Restoration((b"",), record.replaced, record.added),
        Restoration(record.records, b"", record.added),
        Restoration(record.records, record.replaced, (0x00100010, *record.added[1:])),
        Restoration((*record.records, b""), record.replaced, record.added),
    ):
        with pytest.raises(NotRestorable):
            restore(with_record(whole, forged))


def test_the_record_holds_no_more_than_sealing_changed() -> None:
    source = images.plain()
    body = block.read_blocks(seal_it(source).dataset)[0].restoration
    assert body is not None
    record = Restoration.decode(body)
    assert record.added == (0x00080300, 0x0018A001)
    held = original._decode_elements(record.replaced)
    assert [str(e.keyword) for e in held] == ["SpecificCharacterSet", "DerivationDescription"]
    moved = np.count_nonzero(frames_of(source)[0] != frames_of(sealed())[0])
    assert 0 < len(record.records[0]) < moved
