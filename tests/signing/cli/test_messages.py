import pytest

from signing.cli.inspect import outline
from signing.cli.messages import complain, printable


def test_a_message_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    complain("seal", "a\nb.dcm", "not a DICOM file")
    assert capsys.readouterr().err == "scanseal: seal: a\\nb.dcm: not a DICOM file\n"


def test_empty_parts_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    complain("", "no such command")
    assert capsys.readouterr().err == "scanseal: no such command\n"


def test_printable_text_stays_as_it_is() -> None:
    assert printable("Größe 3.dcm") == "Größe 3.dcm"


def test_escape_sequences_are_shown_and_not_obeyed() -> None:
    assert printable("\x1b[2J\u202e") == "\\x1b[2J\\u202e"


def test_facts_are_an_indented_outline() -> None:
    facts = {"seal": {"id": "ab", "trusted": None}, "frames": [{"frame": 0, "ok": True}, 7]}
    assert outline(facts) == [
        "seal:",
        "  id: ab",
        "  trusted: -",
        "frames:",
        "  - frame: 0",
        "    ok: yes",
        "  - 7",
    ]
    assert outline({"empty": [], "none": {}}) == ["empty: -", "none: -"]
