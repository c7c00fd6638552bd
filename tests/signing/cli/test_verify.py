"""`verify` with a page and overlays: written whole, beside the lines, never over anything."""

import json
import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pydicom.data import get_testdata_file

from signing.cli import checks, run
from signing.cli.checks import CHANGED, Checks, Wishes, write_page
from signing.dicom import codecs, part10
from signing.dicom.writing import replace_frames
from signing.keys import (
    generate_keys,
    generate_recovery_keys,
    load_recovery_public_key,
    load_signer,
)
from signing.pictures.drawing import BOX_COLOUR
from signing.report.html import Page
from signing.sealing import SealOptions, seal_file
from signing.trust import Trust, load_trust
from signing.verdict import Report, Verdict
from signing.verification import verify_path
from tests.signing.cli.shell import ROOT, scanseal


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key; `in` with a sealed CT, an altered copy in a folder below, and an unsealed one."""
    folder = tmp_path_factory.mktemp("made")
    source = get_testdata_file("CT_small.dcm")
    assert isinstance(source, str)
    (folder / "in/deep").mkdir(parents=True)
    shutil.copyfile(source, folder / "in/plain.dcm")
    generate_keys("k", folder)
    signer = load_signer(folder / "k.key")
    seal_file(Path(source), folder / "in/sealed.dcm", signer, SealOptions())
    forged = part10.read(folder / "in/sealed.dcm").dataset
    values: NDArray[Any] = next(iter(codecs.frames(forged))).copy()
    values[40:48, 70:78] += np.array(1, values.dtype)
    replace_frames(forged, [values])
    part10.write(forged, folder / "in/deep/forged.dcm")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A fresh copy of `made`."""
    return Path(shutil.copytree(made, tmp_path / "here"))


def trust_of(folder: Path) -> Trust:
    return load_trust(folder / "k.pub")


def test_a_page_has_every_file_and_the_lines_stay_as_they_are(folder: Path) -> None:
    plain = scanseal("verify", "in", "--trust", "k.pub", "--json", folder=folder)
    paged = scanseal(
        "verify", "in", "--trust", "k.pub", "--json", "--report", "new/r.html", folder=folder
    )
    assert (paged.code, paged.out, paged.err) == (plain.code, plain.out, plain.err)
    page = (folder / "new/r.html").read_text(encoding="utf-8")
    verdicts = [json.loads(line)["verdict"] for line in paged.out.splitlines()]
    assert re.findall(r'class="verdict (\w+)"', page) == verdicts
    assert page.count("<img") == 1 + 3 + 1  # received, map and enlargement of the altered one
    assert page.endswith("</html>\n")
    assert [path.name for path in (folder / "new").iterdir()] == ["r.html"]


def test_a_page_holds_no_value_of_the_files(folder: Path) -> None:
    scanseal("verify", "in", "--trust", "k.pub", "--report", "r.html", folder=folder)
    page = re.sub(r'src="[^"]*"', "", (folder / "r.html").read_text(encoding="utf-8"))
    dataset = part10.read(folder / "in/plain.dcm").dataset
    texts = [str(e.value) for e in dataset if e.VR in ("PN", "LO", "SH", "UI", "DA", "TM", "ST")]
    assert len(texts) > 10
    assert not [text for text in texts if len(text) > 4 and text in page]


def test_nothing_is_overwritten_without_force(folder: Path) -> None:
    (folder / "r.html").write_text("kept")
    arguments = ("verify", "in", "--trust", "k.pub", "--report", "r.html")
    refused = scanseal(*arguments, folder=folder)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("scanseal: verify: r.html exists;")
    assert (folder / "r.html").read_text() == "kept"
    assert scanseal(*arguments, "--force", folder=folder).code == 1
    assert (folder / "r.html").read_text().startswith("<!DOCTYPE html>")


def test_a_source_is_never_overwritten(folder: Path) -> None:
    before = (folder / "in/sealed.dcm").read_bytes()
    arguments = ("verify", "in", "--trust", "k.pub", "--force")
    done = scanseal(*arguments, "--report", "in/sealed.dcm", folder=folder)
    assert done.code == 2
    assert (folder / "in/sealed.dcm").read_bytes() == before
    assert scanseal(*arguments, "--overlay", "in/maps", folder=folder).code == 2
    assert not (folder / "in/maps").exists()


def test_overlays_are_mirrored_and_only_for_frames_with_areas(folder: Path) -> None:
    arguments = ("verify", "in", "--trust", "k.pub", "--overlay", "maps")
    assert scanseal(*arguments, folder=folder).code == 1
    found = [p.relative_to(folder / "maps") for p in (folder / "maps").rglob("*") if p.is_file()]
    assert found == [Path("deep/forged.dcm.frame-0000.png")]
    report = verify_path(folder / "in/deep/forged.dcm", trust_of(folder))
    assert report.pixels is not None
    ((top, left, height, width),) = report.pixels.frames[0].boxes
    data = (folder / "maps" / found[0]).read_bytes()
    with Image.open(BytesIO(data)) as image:
        orange = (np.asarray(image) == BOX_COLOUR).all(axis=2)
    rows, columns = np.nonzero(orange)
    assert (rows.min(), rows.max()) == (top, top + height - 1)
    assert (columns.min(), columns.max()) == (left, left + width - 1)

    again = scanseal(*arguments, folder=folder)
    assert again.code == 1  # altered outweighs the overlay that was there
    assert "exists" in again.err
    assert scanseal(*arguments, "--force", folder=folder).err == ""


def test_an_overlay_that_cannot_be_written_is_one_line(folder: Path) -> None:
    (folder / "maps").mkdir()
    (folder / "maps/deep").write_text("in the way")
    done = scanseal("verify", "in", "--trust", "k.pub", "--overlay", "maps", folder=folder)
    assert done.code == 1
    assert done.err.startswith("scanseal: verify: in/deep/forged.dcm: maps/deep: ")
    assert done.out.count("\n") > 3


def test_a_file_that_changes_meanwhile_is_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "in/sealed.dcm"

    def swap(path: Path, trust: Trust, **options: Any) -> Report:
        report = verify_path(path, trust, **options)
        shutil.copyfile(folder / "in/plain.dcm", path)
        return report

    monkeypatch.setattr(checks, "verify_path", swap)
    answer = Checks(Wishes(trust_of(folder), pictured=True)).check(path)
    assert answer.report.verdict is Verdict.AUTHENTIC
    assert (answer.figures, answer.remarks) == ((), (CHANGED,))


def test_a_file_that_vanishes_meanwhile_keeps_its_verdict(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "in/sealed.dcm"

    def remove(path: Path, trust: Trust, **options: Any) -> Report:
        report = verify_path(path, trust, **options)
        path.unlink()
        return report

    monkeypatch.setattr(checks, "verify_path", remove)
    made = Checks(Wishes(trust_of(folder), pictured=True))
    assert made.check(path).remarks == (CHANGED,)
    assert made.codes == [0]


def test_a_page_names_what_was_not_opened_and_counts_what_was_left_out(folder: Path) -> None:
    (folder / "in/dangling.dcm").symlink_to("nowhere")
    (folder / "in/notes.txt").write_text("no image")
    arguments = ("verify", "in", "--trust", "k.pub", "--report", "r.html")
    assert scanseal(*arguments, folder=folder).code == 1
    page = (folder / "r.html").read_text(encoding="utf-8")
    assert "neither DICOM nor exported samples</th><td>2</td>" in page


def test_a_file_that_cannot_be_opened_is_on_the_page(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, trust: Trust, **options: Any) -> Report:
        if path.name == "plain.dcm":
            raise PermissionError(13, "Permission denied", str(path))
        return verify_path(path, trust, **options)

    monkeypatch.setattr(checks, "verify_path", refuse)
    page = folder / "r.html"
    trust = str(folder / "k.pub")
    assert run(["verify", str(folder / "in"), "--trust", trust, "--report", str(page)]) == 1
    text = page.read_text(encoding="utf-8")
    assert "The file could not be opened: " in text
    assert "permission denied" in text


def test_a_run_that_fails_leaves_no_page(tmp_path: Path) -> None:
    def fail(page: Page) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_page(tmp_path / "r.html", False, fail)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_unicode_is_shown_escaped(folder: Path) -> None:
    name = b"in/\xff<b>.dcm"
    shutil.copyfile(folder / "in/plain.dcm", bytes(folder) + b"/" + name)
    done = scanseal("verify", "in", "--trust", "k.pub", "--report", "r.html", folder=folder)
    assert done.code == 1
    page = (folder / "r.html").read_text(encoding="utf-8")
    assert "<h2>in/\\udcff&lt;b&gt;.dcm</h2>" in page


def test_with_a_recovery_key_the_page_shows_what_was_there(folder: Path) -> None:
    files = generate_recovery_keys("clinic", folder)
    generate_recovery_keys("other", folder)
    source = Path(str(get_testdata_file("CT_small.dcm")))
    options = SealOptions(
        profile="full", recovery_for=(load_recovery_public_key(files.public),), spread=True
    )
    seal_file(source, folder / "sealed.dcm", load_signer(folder / "k.key"), options)
    forged = part10.read(folder / "sealed.dcm").dataset
    values: NDArray[Any] = next(iter(codecs.frames(forged))).copy()
    values[40:60, 70:90] = 0
    replace_frames(forged, [values])
    part10.write(forged, folder / "damaged.dcm")
    for key, shown in (("clinic.rkey", True), ("other.rkey", False)):
        page = folder / f"{key}.html"
        done = scanseal(
            *("verify", "damaged.dcm", "--trust", "k.pub", "--recovery-key", key),
            *("--report", page.name),
            folder=folder,
        )
        assert done.code == 1, done.err
        assert ("ecovered" in page.read_text(encoding="utf-8").split("<main")[-1]) is shown


def test_a_report_is_never_written_over_the_keys(folder: Path) -> None:
    before = (folder / "k.pub").read_bytes()
    for trust in ("k.pub", "."):
        arguments = ("verify", "in", "--trust", trust, "--report", "k.pub", "--force")
        done = scanseal(*arguments, folder=folder)
        assert done.code == 2
        assert "is one of the files that are read" in done.err
    assert (folder / "k.pub").read_bytes() == before


def test_a_reader_that_closed_the_pipe_is_no_verdict(folder: Path) -> None:
    command = f"{sys.executable} -m signing verify in --trust k.pub | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr.count(b"Traceback")) == (5, 0)
