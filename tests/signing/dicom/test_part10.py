import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from signing.dicom import geometry, part10, policy
from signing.dicom.limits import ProblemKind
from signing.dicom.quiet import silenced
from signing.errors import OutputExists, SigningError, Unreadable
from tests.signing.dicom.images import in_order, label, shipped
from tests.signing.dicom.test_limits import MUTABLE, edits

EXACT = ["CT_small.dcm", "MR_small_implicit.dcm", "MR_small_RLE.dcm", "rtplan.dcm", "reportsi.dcm"]


def without_group_lengths(dataset: Dataset) -> Dataset:
    for tag in [tag for tag in dataset.keys() if tag.element == 0]:
        del dataset[tag]
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                without_group_lengths(item)
    return dataset


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("path", in_order(), ids=label)
def test_what_was_written_reads_the_same(path: Path) -> None:
    before = part10.read(path)
    after = part10.parse(part10.encode(before.dataset))
    assert after.problems == ()
    with silenced():
        assert without_group_lengths(after.dataset) == without_group_lengths(before.dataset)
    assert after.transfer_syntax == before.transfer_syntax


@pytest.mark.parametrize("name", EXACT)
def test_an_untouched_file_is_written_byte_for_byte(name: str) -> None:
    data = shipped(name).read_bytes()
    assert part10.encode(part10.parse(data).dataset) == data


def test_reading_every_value_does_not_change_what_is_written() -> None:
    data = shipped("CT_small.dcm").read_bytes()
    dataset = part10.parse(data).dataset
    policy.select(dataset)
    assert part10.encode(dataset) == data


def test_a_file_without_meta_is_read_by_its_encoding() -> None:
    instance = part10.read(shipped("ExplVR_BigEndNoMeta.dcm"))
    assert not instance.has_meta
    assert instance.transfer_syntax == part10.transfer_syntax(instance.dataset)
    assert instance.dataset.SOPClassUID


@pytest.mark.parametrize("name", ["README.txt", "zipMR.gz"])
def test_what_is_not_dicom_gives_one_plain_line(name: str) -> None:
    with pytest.raises(Unreadable, match=r"^unreadable: not a DICOM file$"):
        part10.read(shipped(name))


@pytest.mark.parametrize("name", ["MR_truncated.dcm", "rtplan_truncated.dcm", "SC_rgb_jpeg.dcm"])
def test_a_damaged_file_is_unreadable(name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        part10.read(shipped(name))
    assert caught.value.code == "structure.malformed"


def test_values_reach_neither_a_log_nor_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    dataset = part10.read(shipped("badVR.dcm")).dataset
    with caplog.at_level("DEBUG"), pytest.raises(Unreadable):
        geometry.measure(dataset)
    policy.select(dataset)
    assert caplog.text == ""


def test_a_duplicate_is_handed_on_with_the_instance() -> None:
    data = shipped("CT_small.dcm").read_bytes()
    at = data.index(b"\x10\x00\x20\x00LO")
    end = at + 8 + int.from_bytes(data[at + 6 : at + 8], "little")
    doubled = data[:end] + data[at:end] + data[end:]
    assert [p.kind for p in part10.parse(doubled).problems] == [ProblemKind.DUPLICATE]


@settings(max_examples=150)
@given(st.sampled_from(MUTABLE), edits)
def test_no_bytes_leak_a_foreign_exception(
    data: bytes, changes: list[tuple[int, bytes, bool]]
) -> None:
    mutated = bytearray(data)
    for position, new, insert in changes:
        at = position % len(mutated)
        mutated[at : at + (0 if insert else len(new))] = new
    with contextlib.suppress(SigningError):
        policy.select(part10.parse(bytes(mutated)).dataset)


def test_nothing_is_overwritten_without_force(tmp_path: Path) -> None:
    target = tmp_path / "out.dcm"
    target.write_bytes(b"mine")
    dataset = part10.read(shipped("CT_small.dcm")).dataset
    with pytest.raises(OutputExists):
        part10.write(dataset, target)
    with pytest.raises(OutputExists):
        part10.store(b"other", target)
    assert target.read_bytes() == b"mine"
    assert names(tmp_path) == ["out.dcm"]
    part10.write(dataset, target, force=True)
    assert target.read_bytes() == shipped("CT_small.dcm").read_bytes()
    assert names(tmp_path) == ["out.dcm"]


def test_a_link_to_nowhere_counts_as_existing(tmp_path: Path) -> None:
    target = tmp_path / "out.dcm"
    target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputExists):
        part10.store(b"data", target)
    assert names(tmp_path) == ["out.dcm"]


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    dataset = part10.read(shipped("CT_small.dcm")).dataset
    with silenced():
        dataset.add_new(0x00091001, "US", ["not a number"])
    with pytest.raises(Unreadable):
        part10.write(dataset, tmp_path / "out.dcm")
    assert names(tmp_path) == []


KILLED = """
import sys
from pathlib import Path
from signing.dicom import part10
data = bytes(range(256)) * 400_000
print("ready", flush=True)
for number in range(1000):
    part10.store(data, Path(sys.argv[1]) / f"{number}.dcm")
"""


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.11, 0.17])
def test_a_killed_writer_leaves_whole_files_or_none(tmp_path: Path, delay: float) -> None:
    root = Path(__file__).parents[3]
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=root, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(delay)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    sizes = {path.stat().st_size for path in tmp_path.iterdir() if path.suffix == ".dcm"}
    assert sizes <= {256 * 400_000}
    assert all(path.name.startswith(".") for path in tmp_path.iterdir() if path.suffix != ".dcm")
