"""The vectors of the approximation are fresh, and the twins make them from the file alone."""

import hashlib
import json
from typing import Any

import pytest

from tests.reference import pictures
from tests.reference.frames import Frame
from tests.vectors import generate_picture
from watermark import Shape, expand
from watermark.errors import MalformedPicture

VECTORS: dict[str, Any] = json.loads(generate_picture.FILE.read_text(encoding="utf-8"))
FRAMES: list[dict[str, Any]] = VECTORS["frames"]
START = ("".join(VECTORS["chances"]), VECTORS["weights"])


def name(entry: dict[str, Any]) -> str:
    """An entry's name in test ids."""
    return "-".join(str(entry[key]) for key in ("rows", "columns", "bits", "signed", "colour"))


every_frame = pytest.mark.parametrize("entry", FRAMES, ids=name)


def frame_of(entry: dict[str, Any]) -> Frame:
    """The frame of an entry by the rule of the comment, on integers."""
    bits, signed = entry["bits"], entry["signed"]
    low = -(1 << (bits - 1)) if signed else 0
    pixels: list[list[list[int]]] = []
    for r in range(entry["rows"]):
        pixels.append([])
        for c in range(entry["columns"]):
            pixels[-1].append([])
            for k in range(3 if entry["colour"] else 1):
                t = (r * 7919 + c * 104729 + r * c * 31 + k * 977) % 65521
                slope = (r * r * 5 + c * 7 + k * 11) * entry["span"] // 4096
                value = (entry["base"] + slope + t % 23) % (1 << bits)
                pixels[-1][-1].append(low + value)
    return Frame(pixels, bits, signed, entry["colour"])


def digest(frame: Frame) -> str:
    """SHA-256 of a frame's octets."""
    return hashlib.sha256(frame.octets()).hexdigest()


def test_the_file_is_what_its_generator_makes() -> None:
    assert generate_picture.FILE.read_text(encoding="utf-8") == generate_picture.document()


@every_frame
def test_the_twins_make_every_vector(entry: dict[str, Any]) -> None:
    frame = frame_of(entry)
    assert digest(frame) == entry["original"]
    data = pictures.compress(frame, entry["budget"], START)
    assert data.hex() == entry["data"]
    for cut, expected in entry["expanded"].items():
        found = pictures.expand(data[: int(cut)], frame, START)
        assert found is not None
        assert digest(found) == expected


@pytest.mark.parametrize("reason", sorted(VECTORS["refused"]))
def test_refused_vectors_are_refused(reason: str) -> None:
    with pytest.raises(MalformedPicture):
        expand(bytes.fromhex(VECTORS["refused"][reason]), Shape(96, 96, 12))
