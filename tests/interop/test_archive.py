"""A real archive: what comes out of it is what went in, and what is not says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from benchmarks.interop.orthanc import Orthanc, start
from benchmarks.interop.passages import PASSAGES
from signing.trust import load_trust
from signing.verdict import Code, Outcome, Verdict, exit_code
from signing.verification import verify_path
from tests.interop.conftest import Sealed
from tests.interop.subjects import CT


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with start(tmp_path_factory.mktemp("archive")) as running:
        yield running


@pytest.mark.parametrize("subject", [CT, "classes", "enhanced", "rgb"])
@pytest.mark.parametrize("name", PASSAGES)
def test_what_comes_out_of_an_archive_is_told(
    name: str, subject: str, archive: Orthanc, sealed: Sealed, tmp_path: Path
) -> None:
    passage, target = PASSAGES[name], tmp_path / "passed.dcm"
    archive.clear()
    target.write_bytes(passage.take(archive, sealed.files[subject]))
    assert sealed.verify(target) == exit_code(passage.verdict)
    report = verify_path(target, load_trust(sealed.trust))
    assert (report.verdict, report.scope) == (passage.verdict, passage.scope)


@pytest.mark.parametrize("name", ["REST in, REST out", "STOW-RS in, WADO-RS out"])
def test_the_web_gives_back_the_same_bytes(name: str, archive: Orthanc, sealed: Sealed) -> None:
    for path in sealed.files.values():
        archive.clear()
        assert PASSAGES[name].take(archive, path) == path.read_bytes()


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("transcoded to JPEG-LS", "1.2.840.10008.1.2.4.80"),
        ("transcoded to JPEG lossless", "1.2.840.10008.1.2.4.70"),
        ("transcoded to big endian", "1.2.840.10008.1.2.2"),
        ("transcoded to deflated", "1.2.840.10008.1.2.1.99"),
        ("C-STORE in, C-MOVE out as implicit", "1.2.840.10008.1.2"),
        ("C-STORE in as JPEG-LS, C-MOVE out", "1.2.840.10008.1.2.4.80"),
        ("C-STORE in as JPEG-LS, C-MOVE out decoded", "1.2.840.10008.1.2.1"),
        ("C-STORE in as RLE, C-MOVE out", "1.2.840.10008.1.2.5"),
        ("C-STORE in as RLE, C-MOVE out decoded", "1.2.840.10008.1.2.1"),
    ],
)
def test_a_passage_really_transcodes(
    name: str, syntax: str, archive: Orthanc, sealed: Sealed, tmp_path: Path
) -> None:
    archive.clear()
    (tmp_path / "passed.dcm").write_bytes(PASSAGES[name].take(archive, sealed.files[CT]))
    assert dcmread(tmp_path / "passed.dcm").file_meta.TransferSyntaxUID == syntax


def test_notes_were_really_modified(archive: Orthanc, sealed: Sealed, tmp_path: Path) -> None:
    archive.clear()
    passage = PASSAGES["modify of notes, SOP Instance UID kept"]
    (tmp_path / "passed.dcm").write_bytes(passage.take(archive, sealed.files[CT]))
    report = verify_path(tmp_path / "passed.dcm", load_trust(sealed.trust))
    assert report.attributes is not None
    assert {"00080080", "00081030"} <= set(report.attributes.changed)
    assert {"00100021", "00321060"} <= set(report.attributes.added)


def test_a_sample_that_changed_on_the_archives_disk_is_served_and_altered(
    sealed: Sealed, tmp_path: Path
) -> None:
    """The archive keeps an MD5 of each file and does not look at it when it gives one away."""
    whole = sealed.files[CT].read_bytes()
    with start(tmp_path) as running:
        name = running.store(sealed.files[CT])
    (kept,) = (p for p in (tmp_path / "storage").rglob("*") if p.is_file() and p.stat().st_size > 9)
    assert kept.read_bytes() == whole
    at = whole.index(dcmread(sealed.files[CT]).PixelData) + 4000
    kept.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with start(tmp_path) as running:
        (tmp_path / "served.dcm").write_bytes(running.fetch(name))
    report = verify_path(tmp_path / "served.dcm", load_trust(sealed.trust))
    assert report.verdict is Verdict.ALTERED
    assert Code.PIXELS_MATCH in {f.code for f in report.findings if f.outcome is Outcome.FAIL}
