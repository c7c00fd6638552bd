import io
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from signing.codes import Code
from signing.report import Answer, Figure, Picture, html
from signing.report.stylesheet import POLICY, STYLE
from signing.report.words import AMENDED, JUDGEMENTS, judge
from signing.verdict import (
    Amender,
    AttributeChanges,
    Evidence,
    Finding,
    FrameMap,
    Outcome,
    PixelEvidence,
    Report,
    Scope,
    SignerInfo,
    TimeEvidence,
    Verdict,
)
from tests.signing.report.samples import (
    ALTERED,
    AUTHENTIC,
    CHAINED,
    EVERY,
    EXEMPT,
    MERGED,
    PARTIAL,
    answers,
)

UNSEALED = Report((Finding(Code.SEAL_PRESENT, Outcome.FAIL),), frozenset())
UNREADABLE = Report((Finding(Code.STRUCTURE_ORDER, Outcome.FAIL),), frozenset())
ALL = {**EVERY, Verdict.UNSEALED: UNSEALED, Verdict.UNREADABLE: UNREADABLE}

HOSTILE = "</title><script>alert(1)</script><img src=http://evil onerror='x'>\"&\x1b[2J\u202e"
PICTURE = Picture("as received", "the picture", b"\x89PNG not really", 64, 32)
VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """What a page holds: its elements in order, their attributes, and whether all are closed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text of the page, spaces joined."""
        return " ".join(" ".join(self.words).split())

    def count(self, tag: str) -> int:
        """How many elements have this name."""
        return [name for name, _ in self.elements].count(tag)


def written(*made: Answer) -> str:
    out = io.StringIO()
    html.write(made, out, "2026-11-25 13:00 UTC")
    return out.getvalue()


def hostile() -> Answer:
    """An answer in which everything that can come from strangers is hostile."""
    report = Report(
        (Finding(Code.ATTRIBUTES_REST, Outcome.FAIL, HOSTILE, HOSTILE),),
        frozenset(),
        seal_id=HOSTILE,
        sealed_at=HOSTILE,
        signer=SignerInfo(HOSTILE, HOSTILE, HOSTILE, False),
        attributes=AttributeChanges(changed=(HOSTILE,), added=(HOSTILE,)),
        geometry=HOSTILE,
        amendments=(
            Amender(
                SignerInfo(HOSTILE, HOSTILE, HOSTILE, True), True, (HOSTILE,), HOSTILE, HOSTILE
            ),
        ),
    )
    picture = Picture(HOSTILE, HOSTILE, b"png", 1, 1)
    return Answer(HOSTILE, report, (Figure(HOSTILE, (picture,), (HOSTILE,)),), (HOSTILE,))


def full() -> str:
    """A page with every verdict, pictures, and hostile words."""
    shown = [
        Answer(answer.path, answer.report, (Figure("Frame 2", (PICTURE, PICTURE)),))
        for answer in answers(*ALL.values())
    ]
    return written(*shown, hostile())


def test_a_page_says_what_the_time_is_worth() -> None:
    claimed = Reader(written(*answers(AUTHENTIC))).text
    assert "2026-11-23T04:00:00Z (claimed by the signer, not proved)" in claimed
    time = TimeEvidence(AUTHENTIC.sealed_at, "2026-11-23T04:00:02Z", HOSTILE)
    page = written(*answers(replace(AUTHENTIC, time=time)))
    assert "<script" not in page
    assert "not proved" not in Reader(page).text
    assert "2026-11-23T04:00:02Z (proved by the authority </title>" in Reader(page).text


def test_every_verdict_is_covered_here() -> None:
    assert {report.verdict for report in ALL.values()} == set(Verdict)


def test_a_page_refers_to_nothing_outside_itself() -> None:
    page = Reader(full())
    for tag, attributes in page.elements:
        assert not set(attributes) & {"srcset", "background", "action", "data", "style"}
        assert attributes.get("src", "data:image/png;base64,").startswith("data:image/png;base64,")
        assert attributes.get("href", "#").startswith("#")
        assert tag not in {"script", "link", "iframe", "object", "embed", "form", "base", "svg"}
        assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_the_policy_forbids_all_but_the_style_and_inner_pictures() -> None:
    page = Reader(full())
    (meta,) = [a for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert meta["content"] == POLICY
    assert POLICY.startswith("default-src 'none'; img-src data:; ")
    assert "unsafe" not in POLICY
    assert page.count("style") == 1


def test_what_strangers_write_stays_text() -> None:
    page = full()
    assert "<script" not in page
    assert "<img src=http" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "alert(1)" in Reader(page).text


def test_a_page_is_whole_html() -> None:
    page = full()
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert page.endswith("</html>\n")
    reader = Reader(page)
    for tag in ("html", "head", "title", "body", "main", "h1"):
        assert reader.count(tag) == 1


def test_headings_descend_one_step_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in Reader(full()).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_picture_has_words_and_a_size() -> None:
    pictures = [attributes for tag, attributes in Reader(full()).elements if tag == "img"]
    assert len(pictures) == 2 * len(ALL) + 1
    for picture in pictures:
        assert picture["alt"]
        assert int(picture["width"]) > 0 < int(picture["height"])


def test_small_pictures_are_enlarged_by_a_whole_number() -> None:
    page = written(Answer("a", AUTHENTIC, (Figure("", (PICTURE,)),)))
    (picture,) = [attributes for tag, attributes in Reader(page).elements if tag == "img"]
    assert (picture["width"], picture["height"]) == ("384", "192")
    assert picture["class"] == "enlarged"


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_says_what_it_means_and_what_to_do(verdict: Verdict) -> None:
    text = Reader(written(Answer("a", ALL[verdict]))).text
    words = judge(ALL[verdict])
    for part in (words.headline, words.meaning, words.advice):
        assert part in text


def test_a_redacted_image_is_not_called_complete() -> None:
    report = Report(PARTIAL.findings, PARTIAL.required, Scope.REDACTED)
    assert "all that was not redacted" in Reader(written(Answer("a", report))).text


def test_the_signer_is_named_and_the_time_is_a_claim() -> None:
    text = Reader(written(Answer("a", AUTHENTIC))).text
    assert "scanner" in text
    assert "ab" * 16 in text
    assert "2026-11-23T04:00:00Z (claimed by the signer, not proved)" in text


def test_all_signers_are_listed_in_their_order() -> None:
    text = Reader(written(Answer("a", CHAINED))).text
    order = ["scanner, acquisition", "pacs, archive", f"key {'cd' * 16}: not trusted here"]
    places = [text.index(words, text.index("Signed in this order")) for words in order]
    assert places == sorted(places)


def test_an_amended_image_says_who_changed_what_and_why() -> None:
    page = written(*answers(MERGED))
    text = Reader(page).text
    assert AMENDED.headline in text and AMENDED.meaning in text
    assert "pacs, archive, claimed 2026-11-24T10:00:00Z" in text
    assert "patient merge <b>" in text and "merge <b>" not in page
    assert "does not count" in text
    assert JUDGEMENTS[Verdict.AUTHENTIC].meaning not in text


def test_an_exempt_image_is_not_called_suspicious() -> None:
    text = Reader(written(Answer("a", EXEMPT))).text
    assert "Not sealed, and exempt" in text
    assert "before 2026" in text
    assert "suspicion" not in text


def test_a_stranger_is_not_trusted() -> None:
    text = Reader(written(Answer("a", EVERY[Verdict.UNTRUSTED]))).text
    assert "Trusted no" in text
    assert "Name unknown" in text


def test_an_altered_image_says_what_and_where() -> None:
    text = Reader(written(Answer("a", ALTERED))).text
    assert "The picture is not the one that was sealed." in text
    assert (
        "1.2 % of the signed tiles differ. The picture is signed in square tiles, each as a whole;"
        in text
    )
    assert "Frame 2, altered: rows 32 to 63, columns 64 to 159." not in text  # nothing is shown
    assert "mirrored" in text
    assert "00080060, 00080070" in text


def test_the_map_is_there_in_numbers() -> None:
    text = Reader(written(Answer("a", ALTERED, (Figure("Frame 2", (PICTURE,)),)))).text
    assert "Frame 2, altered: rows 32 to 63, columns 64 to 159." in text
    assert "Frame 2, taken out: rows 0 to 7, columns 0 to 7." in text
    assert "Orange, outlined: altered." in text
    assert "Blue, hatched: taken out by redaction." in text


def test_passes_are_folded_away() -> None:
    page = written(Answer("a", AUTHENTIC))
    assert "<details><summary>Checked and in order: 1</summary>" in page
    assert "What was found" not in page


def test_a_page_stays_small_whatever_a_report_lists() -> None:
    boxes = tuple((8 * i, 0, 8, 8) for i in range(2000))
    report = Report(
        tuple(Finding(Code.PIXELS_MATCH, Outcome.FAIL, f"frame {i}", f"{i}") for i in range(9999)),
        frozenset(),
        pixels=PixelEvidence(
            Evidence.TAGS, 1.0, frames=tuple(FrameMap(i, boxes) for i in range(300))
        ),
        attributes=AttributeChanges(changed=tuple(f"{i:08x}" for i in range(9999))),
    )
    page = written(Answer("a", report, (Figure("", (PICTURE,)),)))
    assert len(page) < 40_000
    assert "and 9991 more" in page
    assert "And 268 more frames." in page


def test_answers_are_written_as_they_come() -> None:
    out = io.StringIO()
    page = html.Page(out)
    for answer in answers(AUTHENTIC, ALTERED):
        page.add(answer)
        assert f"<h2>{answer.path}</h2>" in out.getvalue()
        assert "</html>" not in out.getvalue()
    page.close()
    assert out.getvalue().endswith("</html>\n")


def test_the_summary_counts_every_file() -> None:
    text = Reader(written(*answers(AUTHENTIC, ALTERED, ALTERED))).text
    assert text.endswith("Summary Result Files Altered 2 Authentic 1")
    assert Reader(written()).text.endswith("No file was checked.")


def test_a_file_that_was_not_opened_is_not_passed_over() -> None:
    out = io.StringIO()
    page = html.Page(out)
    page.miss(HOSTILE, "permission denied")
    page.close(skipped=3)
    assert "<script" not in out.getvalue()
    text = Reader(out.getvalue()).text
    assert "Not checked The file could not be opened: permission denied." in text
    assert text.endswith("could not be opened 1 Left out: neither DICOM nor exported samples 3")
