"""Inspecting: what a file claims, in JSON, without trust and without the patient."""

import json
from pathlib import Path

import numpy as np
import pytest

from signing.dicom import part10
from signing.errors import Unreadable
from signing.inspection import inspect_path
from tests.signing import images, seals
from tests.signing.images import KINDS, MARKED
from tests.signing.seals import ELEMENT_01, TRUST, frames_of, sealed, stripped

SECRETS = ("Phänomen", "Test", "P-7", "20260102")


@pytest.mark.parametrize("name", KINDS)
def test_a_seal_is_told_in_json_without_the_patient(name: str, tmp_path: Path) -> None:
    path = tmp_path / "sealed.dcm"
    path.write_bytes(seals.file_of(name))
    facts = inspect_path(path)
    text = json.dumps(facts, ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in text]
    (statement,) = facts["statements"]
    assert statement["key_id"] == TRUST.keys[0].key_id.hex()
    reason = KINDS[name].reason
    assert statement["detached_because"] == (reason.meaning if reason else "")
    assert (facts["certificates"] > 0) == (name in MARKED)
    assert facts["certificates"] == statement["marked_frames"]
    assert facts["problems"] == facts["structure"] == []


@pytest.mark.parametrize("name", KINDS)
def test_without_a_seal_the_marks_are_told(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bare.dcm"
    path.write_bytes(images.file_of(name))
    facts = inspect_path(path)
    assert (facts["block"], facts["marks"]) == (False, [])
    path.write_bytes(part10.encode(stripped(sealed(name))))
    marks = inspect_path(path)["marks"]
    frames = [0, 2] if name == "half-marked" else list(range(len(marks)))
    assert [mark["frame"] for mark in marks] == frames
    assert bool(marks) == (name in MARKED)
    assert all(mark["profile"] == "standard" and mark["payload_bytes"] for mark in marks)


def test_an_export_tells_its_mark(tmp_path: Path) -> None:
    np.save(tmp_path / "frame.npy", frames_of(sealed("12-signed"))[0].view(np.uint16))
    facts = inspect_path(tmp_path / "frame.npy")
    assert facts["kind"] == "export"
    assert [mark["transform"] for mark in facts["marks"]] == ["dwt"]


def test_what_cannot_be_parsed_is_listed(tmp_path: Path) -> None:
    whole = sealed()
    whole[ELEMENT_01].value = b"\0\0\0\2\x81\x40\0\0"[:6]
    (tmp_path / "broken.dcm").write_bytes(part10.encode(whole))
    facts = inspect_path(tmp_path / "broken.dcm")
    assert facts["block"] and facts["problems"]
    assert facts["statements"] == []


@pytest.mark.parametrize("name", ["empty.dcm", "empty.npy", "empty.png"])
def test_what_is_no_image_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(Unreadable):
        inspect_path(tmp_path / name)
