"""The whole writer and reader from the specification make and read the same frames."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.reference import marks
from tests.reference.descriptions import Fields, decode
from tests.watermark.marking import Marked, mark, sign
from tests.watermark.phantoms import KINDS, noise, resonance
from tests.watermark.twins import frame_of
from watermark.parameters import PROFILES, Profile
from watermark.samples import Colour, Samples


def tinted(rows: int, columns: int) -> Samples:
    """RGB noise, grey but for some columns."""
    values = np.repeat(noise(rows, columns, 8).values[:, :, np.newaxis].astype(np.uint8), 3, axis=2)
    values[:, 36:50, 2] = values[:, 36:50, 0][::-1]
    return Samples(values, 8, colour=Colour.RGB)


def fields_of(done: Marked) -> Fields:
    """The description as the twin reads it."""
    fields = decode(done.description.encoded)
    assert fields is not None
    return fields


@pytest.mark.parametrize("step", ["dwt", "dct"])
@pytest.mark.parametrize("make", [resonance, tinted], ids=["grey", "colour"])
def test_the_twins_writer_makes_the_same_frame(
    step: str, make: Callable[[int, int], Samples]
) -> None:
    done = mark(make(97, 102), "full", transform=step, damage=0.1)
    frame = frame_of(done.original)
    again = marks.embed(frame, fields_of(done), done.payload, sign)
    assert again == frame_of(done.samples)


@pytest.mark.parametrize(
    ("kind", "profile"),
    [
        *((kind, PROFILES[1]) for kind in KINDS),
        ("computed", PROFILES[0]),
        ("coloured", PROFILES[2]),
    ],
)
def test_the_twins_reader_reads_the_same_payload(kind: str, profile: Profile) -> None:
    size = [288, 160, 160][profile.code]
    done = mark(KINDS[kind](size, size + 9), profile.name, damage=0.1)
    frame = frame_of(done.samples)
    assert marks.extract(frame, profile.code, int(done.description.transform)) == done.payload


def test_the_twins_reader_finds_each_chunk_where_the_codeword_has_it() -> None:
    done = mark(resonance(160, 200), transform="dct")
    fields = fields_of(done)
    received = marks.receive(frame_of(done.samples), 1, 1)
    for home, chunk in marks.codeword(fields, done.payload).items():
        assert received[home] == chunk
    assert np.flatnonzero(done.description.carrying).size == len(marks.carried(fields))
