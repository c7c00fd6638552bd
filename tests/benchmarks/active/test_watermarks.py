"""Watermarks of others: run as they are, and held to what they carry."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.active.contestant import Contestant, Unfit
from benchmarks.active.hiding import Hiding
from benchmarks.active.phases import PeerRow, forge, overlap, take
from benchmarks.active.seals import Sealing
from benchmarks.active.watermarks import BITS, Blind, Invisible, MissingPackage, judge_bits, load
from benchmarks.attacks.forgery import Array
from benchmarks.contest.pictures import Picture
from benchmarks.peers import CONTESTANTS, HIGH, LOW, ONE_THREAD, cut, main, run_one, scale
from tests.watermark import phantoms

PEERS = ["invisible-watermark dwtDct", "invisible-watermark dwtDctSvd", "blind-watermark"]
PEERS += ["stegano rdh"]

every_peer = pytest.mark.parametrize("name", PEERS)


def picture(bits: int = 12) -> Picture:
    return Picture(phantoms.resonance(288, 300, bits=bits).values, bits, "MR", 0, (1 << bits) - 1)


def peer(name: str) -> Contestant:
    return CONTESTANTS[name]()


@every_peer
def test_a_message_is_read_back(name: str) -> None:
    made = peer(name).protect(scale(cut(picture())), "one")
    said = made.judge(made.picture)
    assert (said.verdict, said.alarm, said.named) == ("read", False, None)


@every_peer
def test_noise_holds_no_message(name: str) -> None:
    made = peer(name).protect(scale(cut(picture())), "one")
    random = np.random.default_rng(4)
    noise = random.integers(0, 256, made.picture.values.shape).astype(np.uint8)
    assert made.judge(made.picture.like(noise)).alarm


def test_only_hiding_gives_the_picture_back() -> None:
    before = scale(cut(picture()))
    for name in PEERS:
        back = peer(name).protect(before, "one").restore()
        assert (back is not None) == (name == "stegano rdh")
    back = Hiding().protect(before, "one").restore()
    assert back is not None
    assert np.array_equal(back.values, before.values)


@pytest.mark.parametrize("kind", [np.uint16, np.int16])
def test_hiding_refuses_16_bits(kind: type) -> None:
    values: Array = picture().values.astype(kind)
    with pytest.raises(Unfit):
        Hiding().protect(Picture(values, 12, "MR", 0, 4095), "one")


def test_colour_channels_come_back_in_their_order() -> None:
    values = phantoms.coloured(288, 288).values
    for contestant in (Invisible("dwtDct"), Blind()):
        made = contestant.protect(Picture(values, 8, "other", 0, 255), "one")
        difference = np.abs(made.picture.values.astype(int) - values).mean(axis=(0, 1))
        assert (difference < 12).all()
        assert not made.judge(made.picture).alarm


def test_one_wrong_bit_is_an_alarm() -> None:
    assert not judge_bits(BITS).alarm
    assert judge_bits([1 - BITS[0], *BITS[1:]]).verdict == "garbled"
    assert judge_bits(None).verdict == "gone"


def test_a_package_that_is_not_there_is_named() -> None:
    with pytest.raises(MissingPackage, match="a-package is not installed: `make bench-tests`"):
        load("no_such_module_anywhere", "a-package")


def test_pictures_are_scaled_so_that_values_are_free() -> None:
    whole = cut(picture())
    low, high = float(whole.values.min()), float(whole.values.max())
    for shown in (replace(whole, low=low, high=high), replace(whole, low=low + 99, high=high / 2)):
        scaled = scale(shown)
        assert scaled.values.dtype == np.uint8
        assert (scaled.values.min(), scaled.values.max()) == (LOW, HIGH)
    assert scaled.values.shape == (288, 288)


def test_a_row_says_what_was_measured() -> None:
    one = scale(cut(picture()))
    row = PeerRow("standard, tags", "phantom", "P1", "MR", 288, 288, 1, 8)
    row = take(Sealing("standard", False), one, row)
    assert row.reversible
    assert not row.alarm
    assert row.alarms == dict.fromkeys(row.alarms, True)
    assert set(row.alarms) == {name for name, _ in forge(one.values, "phantom")}
    assert len(row.alarms) == 4
    assert row.largest == 1
    assert row.psnr > 55
    assert row.protect_ms > row.judge_ms > 0


def test_libraries_of_a_contestant_have_one_thread() -> None:
    asked = "import cv2, torch; print(cv2.getNumThreads(), torch.get_num_threads())"
    words = [sys.executable, "-c", asked]
    alone = os.environ | ONE_THREAD
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=alone)
    assert done.stdout.split() == ["1", "1"]


def test_overlap_is_one_for_equal_areas_and_nought_for_others() -> None:
    left = np.zeros((8, 8), dtype=bool)
    left[:, :4] = True
    assert (overlap(left, left), overlap(left, ~left)) == (1.0, 0.0)
    assert overlap(left, np.ones_like(left)) == 0.5


def test_rows_are_of_both_depths(tmp_path: Path) -> None:
    rows = list(run_one("standard, tags", tmp_path, "CT_small"))
    assert [row.bits for row in rows] == [8, 16]
    assert all(row.reversible and not row.alarm for row in rows)


def test_a_missing_package_ends_the_run_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CONTESTANTS, "stegano rdh", lambda: load("no_such_module", "stegano"))
    monkeypatch.setattr(sys, "argv", ["peers", "--contestant", "stegano rdh"])
    assert main() == 1
    said = "stegano is not installed: `make bench-tests` sets it up\n"
    assert capsys.readouterr().err == said
