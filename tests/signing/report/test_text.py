import io
from dataclasses import replace

from signing.report import Answer, text
from signing.verdict import Code, Finding, Outcome, Report, TimeEvidence
from tests.signing.report.samples import (
    ALTERED,
    AUTHENTIC,
    CHAINED,
    DETACHED,
    EVERY,
    EXEMPT,
    MERGED,
    PARTIAL,
    UNDECIDED,
    UNTRUSTED,
    answers,
)


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def written(*reports: Report) -> list[str]:
    out = io.StringIO()
    text.write(answers(*reports), out)
    return out.getvalue().splitlines()


def test_a_good_file_is_one_line() -> None:
    assert written(AUTHENTIC) == [
        "authentic   a.dcm  (scanner, acquisition; sealed 2026-11-23T04:00:00Z, claimed)"
    ]


def test_a_time_is_said_to_be_claimed_or_proved_and_by_whom() -> None:
    time = TimeEvidence(AUTHENTIC.sealed_at, "2026-11-23T04:00:02Z", "clinic")
    assert written(replace(AUTHENTIC, time=time)) == [
        "authentic   a.dcm  (scanner, acquisition; sealed 2026-11-23T04:00:00Z, "
        "proved 2026-11-23T04:00:02Z by clinic)"
    ]
    hidden = replace(AUTHENTIC, sealed_at="", time=replace(time, claimed=""))
    assert written(hidden) == [
        "authentic   a.dcm  (scanner, acquisition; proved 2026-11-23T04:00:02Z by clinic)"
    ]
    claimed = replace(AUTHENTIC, time=TimeEvidence(AUTHENTIC.sealed_at))
    assert written(claimed) == written(AUTHENTIC)


def test_a_partial_proof_says_what_it_covers() -> None:
    assert written(PARTIAL) == ["partial     a.dcm  (pixels only; scanner, acquisition)"]


def test_a_detached_seal_says_why() -> None:
    assert written(DETACHED) == [
        "authentic   a.dcm  (detached: the frame is too small; scanner, acquisition)"
    ]


def test_a_chain_of_custody_is_listed() -> None:
    assert written(CHAINED) == [
        *written(AUTHENTIC),
        "  signature 1 of 3: scanner, acquisition",
        "  signature 2 of 3: pacs, archive",
        f"  signature 3 of 3: key {'cd' * 16}, not trusted",
    ]


def test_amendments_are_listed_with_their_reasons() -> None:
    assert written(MERGED) == [
        *written(AUTHENTIC),
        "  amendment 1 of 2: pacs, archive, claimed 2026-11-24T10:00:00Z: "
        "\u201cpatient merge <b>\u201d; 00100020",
        f"  amendment 2 of 2: key {'cd' * 16}: does not count",
        "  attributes amended: 00100020",
    ]


def test_an_exempt_file_says_so() -> None:
    assert written(EXEMPT) == [
        "unsealed    a.dcm  (exempt: before 2026)",
        "  seal.present  fail  no trace of a seal",
    ]


def test_an_altered_file_says_what_and_where() -> None:
    assert written(ALTERED) == [
        "altered     a.dcm  (scanner, acquisition)",
        "  pixels.match  fail  frame 0  3 tiles differ",
        "  attributes.identity  fail  (0010,0020)",
        "  1.2 % of the signed tiles differ",
        "  frame 2 altered: (32, 64) 32x96",
        "  frame 2 redacted: (0, 0) 8x8",
        "  attributes changed: 00100020",
        "  attributes removed: 00080060, 00080070",
        "  geometry: mirrored",
    ]


def test_recovery_is_offered_where_it_would_do_something() -> None:
    offer = "  recovery data are there: 'scanseal recover' brings back, nearly, what was there"
    assert offer not in written(ALTERED)  # it lies mirrored
    upright = replace(ALTERED, geometry="as sealed")
    assert offer in written(upright)
    compressed = Finding(Code.PIXELS_LOSSY_COPY, Outcome.PASS, "frame 0", "nothing else")
    copied = written(replace(upright, findings=(*upright.findings, compressed)))
    assert offer not in copied
    assert "  pixels.lossy-copy  pass  frame 0  nothing else" in copied


def test_an_untrusted_signer_is_called_so() -> None:
    assert written(UNTRUSTED)[0] == f"untrusted   a.dcm  (key {'cd' * 16}, not trusted)"


def test_paths_stand_below_each_other() -> None:
    heads = [line for line in written(*EVERY.values()) if not line.startswith(" ")]
    assert len(heads) == len(EVERY)
    assert {line.index(".dcm") for line in heads} == {13}


def test_a_terminal_gets_the_same_words_in_colour() -> None:
    out = Terminal()
    text.write(answers(AUTHENTIC, ALTERED), out)
    assert "\x1b[" in out.getvalue()
    assert "scanner, acquisition" in out.getvalue()


def test_a_file_name_cannot_steer_the_terminal() -> None:
    for stream in (io.StringIO(), Terminal()):
        text.write([Answer("\x1b[2Jgone\r.dcm", UNDECIDED)], stream)
        assert "\x1b[2J" not in stream.getvalue()
        assert "\r" not in stream.getvalue()


def test_square_brackets_are_no_markup() -> None:
    out = Terminal()
    text.write([Answer("[red]x[/red].dcm", UNDECIDED)], out)
    assert "[red]x[/red].dcm" in out.getvalue()


def test_long_lists_are_cut_and_counted() -> None:
    assert text._shorten([str(i) for i in range(10)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"
