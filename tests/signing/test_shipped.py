"""Every image that pydicom ships is sealed, proved, altered by one and restored."""

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from signing.dicom import block, codecs, part10
from signing.dicom.geometry import measure
from signing.dicom.quiet import silenced
from signing.errors import SigningError
from signing.restoration import restore
from signing.sealing import SealOptions, seal_file
from signing.statement import DigestKind
from signing.verdict import Verdict
from signing.verification import verify, verify_path
from tests.signing.dicom.images import DAMAGED, SHIPPED_FOLDER, in_order, label, shipped
from tests.signing.images import reread
from tests.signing.seals import TRUST, one_changed, seal_it, stripped, verdict
from tests.signing.strategies import SIGNER

TRIED = 4
"""Seeded positions of one changed sample, besides extremes and padding."""


READABLE = [path for path in in_order() if path.name != "badVR.dcm"]
"""Files in order; one has no number in Number of Frames."""


def converted(dataset: Dataset) -> Dataset:
    """Return the data set with every value converted: UN of a known tag has its VR then."""
    with silenced():
        for _ in dataset.iterall():
            pass
    return dataset


@pytest.mark.parametrize("path", READABLE, ids=label)
def test_a_shipped_image_is_sealed_proved_and_restored(path: Path) -> None:
    # Written and read once: group lengths are not written again.
    source = converted(reread(converted(part10.read(path).dataset)))
    before = part10.encode(source)
    made = seal_it(source)
    sealed = part10.parse(part10.encode(made.dataset)).dataset
    report = verify(sealed, TRUST, deep=True)
    assert report.verdict is Verdict.AUTHENTIC, report.findings
    assert part10.encode(source) == before
    restored = converted(restore(sealed, TRUST))
    kind, geometry = codecs.pixel_kind(sealed), measure(sealed)
    if geometry is not None and kind is DigestKind.SAMPLES:
        pairs = zip(codecs.frames(restored), codecs.frames(source), strict=True)
        assert all(a.tobytes() == b.tobytes() for a, b in pairs)
        # A codestream is made anew: its samples come back, not every byte of another encoder.
        for dataset in (restored, source):
            del dataset[geometry.keyword]
    assert restored == source
    if geometry is None:
        return
    writable = geometry.allocated in (8, 16) and not geometry.is_float
    if kind is DigestKind.SAMPLES and writable and geometry.channels == geometry.stored_channels:
        for altered in one_changed(sealed, TRIED):
            assert verdict(altered) is Verdict.ALTERED
            if made.marked == made.frames:
                assert verdict(stripped(altered)) is Verdict.ALTERED
        return
    octets = bytearray(sealed[geometry.keyword].value)
    octets[len(octets) * 2 // 3] ^= 1
    sealed[geometry.keyword].value = bytes(octets)
    assert verdict(sealed) is not Verdict.AUTHENTIC


@pytest.mark.parametrize("name", sorted(DAMAGED))
def test_a_damaged_file_is_refused(name: str, tmp_path: Path) -> None:
    found = [p for p in SHIPPED_FOLDER.rglob(name) if p.is_file()]
    path = found[0] if found else shipped(name)
    assert verify_path(path, TRUST).verdict is Verdict.UNREADABLE
    with pytest.raises(SigningError):
        seal_file(path, tmp_path / "out.dcm", SIGNER, SealOptions())
    assert list(tmp_path.iterdir()) == []
    assert block.CREATOR.encode() not in path.read_bytes()
