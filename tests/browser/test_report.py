"""The page of `verify --report` as a browser shows it, on a CT that pydicom ships."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.data import get_testdata_file

from signing.cli import run
from signing.dicom import codecs, part10
from signing.dicom.writing import replace_frames
from signing.keys import generate_keys, load_signer
from signing.pictures.drawing import BOX_COLOUR, GAP_COLOUR
from signing.pictures.illustration import Album
from signing.report import Answer, html
from signing.sealing import SealOptions, seal_file
from signing.trust import load_trust
from signing.verdict import Evidence, FrameMap, PixelEvidence, Verdict
from signing.verification import verify_path
from tests.browser.chromium import Chromium, start
from tests.signing.report.samples import ALTERED
from tests.signing.report.test_html import ALL, hostile

WIDTHS = (360, 768, 1280)
TOUCHED = (slice(40, 48), slice(70, 78))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed CT and an altered copy, and `report.html` on both."""
    folder = tmp_path_factory.mktemp("browser")
    source = get_testdata_file("CT_small.dcm")
    assert isinstance(source, str)
    shutil.copyfile(source, folder / "plain.dcm")
    generate_keys("scanner", folder)
    signer = load_signer(folder / "scanner.key")
    seal_file(folder / "plain.dcm", folder / "sealed.dcm", signer, SealOptions())
    forged = part10.read(folder / "sealed.dcm").dataset
    values: NDArray[Any] = next(iter(codecs.frames(forged))).copy()
    values[TOUCHED] += 200
    replace_frames(forged, [values])
    part10.write(forged, folder / "forged.dcm")
    files = [str(folder / name) for name in ("forged.dcm", "sealed.dcm", "plain.dcm")]
    trust, report = str(folder / "scanner.pub"), str(folder / "report.html")
    assert run(["verify", *files, "--trust", trust, "--report", report]) == 1
    return folder


@pytest.fixture(scope="module")
def words(folder: Path) -> Path:
    """A page of every verdict, with hostile words and long names that offer no break."""
    path = folder / "words.html"
    made = [Answer("x" * 300 + answer.value, report) for answer, report in ALL.items()]
    with path.open("w", encoding="utf-8") as out:
        html.write([*made, hostile()], out)
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with start(tmp_path_factory.mktemp("profile")) as running:
        yield running


def pictures(browser: Chromium) -> list[dict[str, float]]:
    """Place, size and natural size of every picture."""
    found: list[dict[str, float]] = browser.evaluate(
        "[...document.images].map(i => { const r = i.getBoundingClientRect(); return {"
        "left: r.left + scrollX, top: r.top + scrollY, width: r.width, height: r.height, "
        "columns: i.naturalWidth, rows: i.naturalHeight, done: i.complete}; })"
    )
    return found


def test_the_page_is_shown_without_a_complaint(folder: Path, browser: Chromium) -> None:
    browser.open(folder / "report.html")
    assert browser.complaints() == []
    assert browser.evaluate("document.compatMode") == "CSS1Compat"
    assert browser.evaluate("document.querySelectorAll('article').length") == 3
    assert browser.evaluate("document.querySelector('.verdict strong').innerText") == "✗ Altered"


def test_the_style_is_in_force(folder: Path, browser: Chromium) -> None:
    browser.open(folder / "report.html")
    weight = "getComputedStyle(document.querySelector('.verdict')).borderLeftWidth"
    assert browser.evaluate(weight) == "8px"


def test_nothing_is_asked_for_but_the_page_and_what_is_in_it(
    folder: Path, words: Path, browser: Chromium
) -> None:
    for path in (folder / "report.html", words):
        browser.open(path)
        asked = browser.requests()
        assert path.resolve().as_uri() in asked
        outside = [u for u in asked if u != path.resolve().as_uri() and u[:5] != "data:"]
        assert outside == []


def test_the_policy_would_stop_a_script_and_a_request(folder: Path, browser: Chromium) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    evil = "<script>document.title = 'run'</script><img src='https://example.org/a.png'>"
    broken = folder / "broken.html"
    broken.write_text(page.replace("<main>", f"<main>{evil}"), encoding="utf-8")
    browser.open(broken)
    assert browser.evaluate("document.title") == "scanseal: report"
    blocked = [line for line in browser.complaints() if "Content Security Policy" in line]
    for directive in ("img-src data:", "default-src 'none'"):  # the picture's and the script's
        assert any(directive in line and "violates" in line for line in blocked), blocked


def test_every_picture_is_decoded(folder: Path, browser: Chromium) -> None:
    browser.open(folder / "report.html")
    found = pictures(browser)
    assert len(found) == 5
    assert all(p["done"] and p["rows"] > 0 < p["columns"] for p in found)
    whole = [p for p in found if (p["rows"], p["columns"]) == (128, 128)]
    assert len(whole) == 4  # the fifth is the enlargement of the altered area


def test_two_shares_on_a_page_say_what_each_of_them_counts(folder: Path, browser: Chromium) -> None:
    browser.open(folder / "report.html")
    report = verify_path(folder / "forged.dcm", load_trust(folder / "scanner.pub"))
    assert report.pixels is not None
    tiles = f"{100 * report.pixels.altered_fraction:.1f} % of the signed tiles differ."
    samples = sum(tall * wide for _, _, tall, wide in report.pixels.frames[0].boxes) / 128**2
    assert samples < report.pixels.altered_fraction
    article = browser.evaluate("document.querySelector('article').innerText")
    assert tiles in article
    assert f"Map: {100 * samples:.1f} % of the samples altered (orange)" in article


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_is_where_the_samples_differ(folder: Path, browser: Chromium, width: int) -> None:
    browser.open(folder / "report.html", width)
    shot = browser.screenshot()
    received, mapped = pictures(browser)[:2]
    report = verify_path(folder / "forged.dcm", load_trust(folder / "scanner.pub"))
    assert report.pixels is not None
    boxes = report.pixels.frames[0].boxes
    scale = mapped["width"] / mapped["columns"]
    expected = np.zeros((128, 128), np.bool_)
    for row, column, tall, wide in boxes:
        expected[row : row + tall, column : column + wide] = True
    assert expected[TOUCHED].all()
    orange = warm(shot, mapped, scale)
    assert np.array_equal(orange, expected)
    assert not warm(shot, received, scale).any()


def warm(shot: NDArray[np.uint8], place: dict[str, float], scale: float) -> NDArray[np.bool_]:
    """Which samples of a picture are shown in more red than blue, seen at their middles."""
    rows = np.rint(place["top"] + (np.arange(128) + 0.5) * scale - 0.5).astype(int)
    columns = np.rint(place["left"] + (np.arange(128) + 0.5) * scale - 0.5).astype(int)
    seen = shot[np.ix_(rows, columns)].astype(int)
    tinted: NDArray[np.bool_] = seen[..., 0] - seen[..., 2] > 40
    return tinted


def test_the_outline_has_the_colour_of_the_legend(folder: Path, browser: Chromium) -> None:
    browser.open(folder / "report.html")
    shot = browser.screenshot()
    box = browser.evaluate(
        "(() => { const r = document.querySelector('.map-altered').getBoundingClientRect();"
        " return [r.left + scrollX, r.top + scrollY]; })()"
    )
    assert tuple(shot[round(box[1]) + 1, round(box[0]) + 1]) == BOX_COLOUR
    assert (shot == BOX_COLOUR).all(axis=2).sum() > 300


@pytest.mark.parametrize("width", WIDTHS)
def test_no_width_makes_the_page_scroll_sideways(
    folder: Path, words: Path, browser: Chromium, width: int
) -> None:
    for path in (folder / "report.html", words):
        browser.open(path, width)
        browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert browser.size()[0] <= width
        wide = browser.evaluate(
            "[...document.querySelectorAll('body *')].filter(e => "
            "e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.tagName)"
        )
        assert wide == []


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(r, g, b)` (WCAG 2.2)."""
    channels = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(words: Path, browser: Chromium, scheme: str) -> None:
    browser.prefer(scheme=scheme)
    browser.open(words)
    paper = "getComputedStyle(document.body).backgroundColor"
    panel = "getComputedStyle(document.querySelector('.verdict')).backgroundColor"
    backgrounds = [luminance(browser.evaluate(which)) for which in (paper, panel)]
    assert (backgrounds[0] > 0.5) == (scheme == "light")
    inks = browser.evaluate(
        "[...new Set([...document.querySelectorAll('p, strong, dt, dd, li, th, .faint, h2')]"
        ".map(e => getComputedStyle(e).color))]"
    )
    browser.prefer()
    assert len(inks) >= 4
    for ink in inks:
        for background in backgrounds:
            light, dark = sorted((luminance(ink), background), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, level AA


def test_a_printed_page_begins_each_file_on_its_own_sheet(folder: Path, browser: Chromium) -> None:
    browser.open(folder / "report.html")
    printed = browser.call("Page.printToPDF", preferCSSPageSize=False)["data"]
    browser.prefer(media="print")
    breaks = browser.evaluate(
        "[...document.querySelectorAll('article')].map(e => getComputedStyle(e).breakBefore)"
    )
    browser.prefer()
    assert breaks == ["auto", "page", "page"]
    assert len(printed) > 10_000


def test_redacted_areas_are_blue_and_altered_ones_orange(folder: Path, browser: Chromium) -> None:
    frames = (FrameMap(0, ((0, 0, 32, 32),), ((64, 64, 32, 32),)),)
    report = replace(ALTERED, pixels=PixelEvidence(Evidence.TAGS, 0.1, frames=frames))
    drawn = Album().illustrate(folder / "sealed.dcm", report)
    path = folder / "both.html"
    with path.open("w", encoding="utf-8") as out:
        html.write([Answer("a", report, drawn.figures)], out)
    browser.open(path)
    shot = browser.screenshot()
    mapped = pictures(browser)[1]
    scale = mapped["width"] / mapped["columns"]
    for place, colour in ((0, BOX_COLOUR), (64, GAP_COLOUR)):
        row = round(mapped["top"] + place * scale) + 1
        column = round(mapped["left"] + (place + 16) * scale)
        assert tuple(shot[row, column]) == colour


def test_recovered_stands_beside_received_and_below_it_on_a_phone(
    folder: Path, browser: Chromium
) -> None:
    values = next(iter(codecs.frames(part10.read(folder / "sealed.dcm").dataset)))
    report = verify_path(folder / "forged.dcm", load_trust(folder / "scanner.pub"))
    drawn = Album().illustrate(folder / "forged.dcm", report, lambda _: values)
    path = folder / "recovered.html"
    with path.open("w", encoding="utf-8") as out:
        html.write([Answer("a", report, drawn.figures)], out)
    browser.open(path)
    received, _, recovered = pictures(browser)[:3]
    assert received["top"] == recovered["top"]
    assert recovered["left"] >= received["left"] + received["width"]
    browser.open(path, 360)
    received, _, recovered = pictures(browser)[:3]
    assert received["left"] == recovered["left"]
    assert recovered["top"] >= received["top"] + received["height"]


def test_every_verdict_was_looked_at(words: Path, browser: Chromium) -> None:
    browser.open(words)
    seen = browser.evaluate("[...document.querySelectorAll('.verdict')].map(e => e.classList[1])")
    assert set(seen) == {verdict.value for verdict in Verdict}
