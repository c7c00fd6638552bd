"""What was in a region that was taken out cannot be guessed from anything that is left.

The dictionary attack: whoever knows font, size and place of a burned-in text, and every sample
around it, tries each text against every digest with every salt that can be had. It must succeed
before the redaction, or it would prove nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import md5, sha1, sha256, shake_256

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from pydicom.dataset import Dataset

import watermark
from signing.celllists import decode_lists
from signing.certificate import Certificate
from signing.commitments import REDACTED, SEAL_RESTORATION
from signing.dicom import block, part10
from signing.digests import FramePlace, Stage
from signing.envelope import parse
from signing.evidence.pixelcheck import read_frames
from signing.framedigests import digest_frame
from signing.redaction.release import redact
from signing.sealparts import SealParts, read_seal
from tests.reference.seals import child
from tests.signing import images
from tests.signing.recoveries import PUBLIC
from tests.signing.seals import Array, frames_of, seal_it, stripped, with_frames
from tests.watermark import phantoms
from watermark.carrier.coefficients import analyse, canonical
from watermark.description import DIGEST_BYTES, Description
from watermark.digests import CELL_BYTES
from watermark.parameters import CELL, TILE
from watermark.samples import Samples
from watermark.survey import marked_boxes
from watermark.tiles import Grid

ROWS = COLUMNS = 160
LABEL = (41, 33, 14, 62)
"""Where the text is burned in; it lies in several tiles, and on no edge of a cell."""
REGION = (0, *LABEL)
BORN = "1961-04-12"
DICTIONARY = [f"19{year}-04-{day}" for year in (60, 61) for day in (11, 12, 13)]

PICTURE = phantoms.resonance(ROWS, COLUMNS).values
"""All but the text: the attacker knows it to the bit."""
HASHES = (md5, sha1, sha256)


def burned(picture: Array, text: str) -> Array:
    """Return a picture with a text burned in, as scanners do: white on black, one known font."""
    top, left, height, width = LABEL
    plate = Image.new("L", (width, height))
    ImageDraw.Draw(plate).text((2, 1), text, fill=255, font=ImageFont.load_default_imagefont())
    shown = picture.copy()
    shown[top : top + height, left : left + width] = np.asarray(plate).astype(picture.dtype) * 16
    return shown


@cache
def _file(profile: str | None, restoration: bool, modality: str) -> bytes:
    dataset = images.instance([burned(PICTURE, BORN)], 12, Modality=modality)
    options = {"profile": profile, "restoration": restoration, "recovery_for": (PUBLIC,)}
    return part10.encode(seal_it(dataset, recover_burned_in=True, **options).dataset)


def sealed(profile: str | None, restoration: bool = True, modality: str = "CT") -> Dataset:
    """Return a sealed picture with a birth date in it."""
    return part10.parse(_file(profile, restoration, modality)).dataset


def guess(dataset: Dataset, parts: SealParts | None = None) -> set[str]:
    """Return the texts of the dictionary that a file confirms best; none where it confirms nothing.

    parts: envelopes and lists that the attacker has from elsewhere, where the file has none. Texts
    share most of their cells: the true one has the most digests confirmed.
    """
    listed = parts or read_seal(dataset)
    nodes, salts = known_salts(dataset)
    everything = part10.encode(dataset)
    confirmed = {}
    for text in DICTIONARY:
        tried = burned(PICTURE, text)
        unsalted = (tried.tobytes(), *(octets for octets, _, _ in pieces(tried, None)))
        plain = (hash(data).digest() in everything for data in unsalted for hash in HASHES)
        confirmed[text] = sum(
            (
                sum(tests)
                for tests in (
                    plain,
                    whole_frames(tried, nodes, listed),
                    in_pieces(tried, salts, listed),
                )
            ),
            0,
        )
    best = max(confirmed.values())
    return {text for text, count in confirmed.items() if count == best > 0}


def known_salts(dataset: Dataset) -> tuple[set[bytes], set[bytes]]:
    """Return every 16 bytes of the seal and of the samples that may be a salt, seed or node.

    With all that hashing makes of seeds and nodes; then the same with the salts of cells that come
    of each, taken as that of a unit.
    """
    roots, direct = {bytes(16)}, set[bytes]()
    for found in read_seal(dataset).disclosures:
        direct |= {row.salt for row in found.rows if row.salt}
        joined, own = found.seed or b"", b""
        for area in found.areas.areas if found.areas else ():
            joined, own = joined + area.nodes, own + area.salts
        joined += found.areas.seeds if found.areas else b""
        roots |= {joined[at : at + 16] for at in range(0, len(joined), 16)}
        direct |= {own[at : at + 16] for at in range(0, len(own), 16)}
    for candidates in read_frames(dataset):
        payload = watermark.extract(candidates[0]).payload
        roots |= {payload[:16]} if payload else set()
    roots |= {
        sha256(b"scanseal/1/frame-seed\0" + root + bytes(4)).digest()[:16] for root in set(roots)
    }
    level, nodes = roots, roots | direct
    for _ in range(6):  # a frame of 25 units has a tree of this depth
        level = {child(node, bit) for node in level for bit in (0, 1)}
        nodes |= level
    streams = [shake_256(b"scanseal/1/cell-salts\0" + s).digest(16 * 16) for s in nodes]
    return nodes, nodes | {stream[at : at + 16] for stream in streams for at in range(0, 256, 16)}


def whole_frames(tried: Array, salts: set[bytes], listed: SealParts) -> Iterator[bool]:
    """Tell, for each salt, whether a digest of the whole frame is confirmed."""
    (_, statement) = listed.statements[0]
    for stage, signed in (
        (Stage.MARKED, statement.marked_digest(0)),
        (Stage.ORIGINAL, statement.original_digest(0)),
    ):
        for salt in salts:
            place = FramePlace(statement.seal_id, 0, salt)
            yield digest_frame(tried, place, stage) == signed


def in_pieces(tried: Array, salts: set[bytes], listed: SealParts) -> Iterator[bool]:
    """Tell, for each cell and unit of the region and each salt, whether its digest is confirmed."""
    (_, statement) = listed.statements[0]
    head = statement.seal_id + bytes(4)
    description = describe(listed)
    (cells,) = decode_lists(listed.cells[0])
    form = b"samples" if description is None else b"canonical"
    signed = units_of(description, cells)
    for octets, kind, index in pieces(tried, description):
        if kind == CELL:
            digest = cells[CELL_BYTES * index : CELL_BYTES * (index + 1)]
            start = b"scanseal/1/cell/" + form
        else:
            digest = signed.get(index, bytes(1))
            start = b"scanseal/1/unit" + (b"/samples" if description is None else b"")
        row, column = divmod(index, COLUMNS // kind)
        start += b"\0" + head + row.to_bytes(2, "big") + column.to_bytes(2, "big")
        for salt in salts:
            yield sha256(start + salt + octets).digest()[: len(digest)] == digest


def describe(listed: SealParts) -> Description | None:
    """Return what the certificate says, None without one."""
    if not listed.certificates:
        return None
    return Description.decode(Certificate.decode(parse(listed.certificates[0]).payload).description)


def units_of(description: Description | None, cells: bytes) -> dict[int, bytes]:
    """Return the signed digest of each unit that has one."""
    if description is None:
        at, count = CELL_BYTES * (ROWS // CELL) * (COLUMNS // CELL), (ROWS // TILE) ** 2
        numbers, joined = list(range(count)), cells[at:]
    else:
        numbers = np.flatnonzero(~description.constant).tolist()
        joined = description.digests
    split = [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]
    return dict(zip(numbers, split, strict=True))


def pieces(tried: Array, description: Description | None) -> Iterator[tuple[bytes, int, int]]:
    """Yield what is digested of each cell and unit of the region, its edge, its number."""
    planes = tried[np.newaxis]
    if description is not None:
        boxes = marked_boxes(description.layout, description.carrying, description.closing)
        planes = canonical(analyse(Samples(tried, 12), description.transform), boxes)
    wire = planes.astype("<u2" if description is None else "<i4")
    top, left, height, width = LABEL
    for edge in (CELL, TILE):
        for index, box in enumerate(Grid(ROWS, COLUMNS, edge).boxes):
            y, x, tall, wide = box
            if y < top + height and top < y + tall and x < left + width and left < x + wide:
                yield wire[0, y : y + tall, x : x + wide].tobytes(), edge, index


CASES = [
    pytest.param("standard", True, "CT", id="marked"),
    pytest.param("standard", False, "CT", id="without record"),
    pytest.param("detached", True, "CT", id="detached"),
    pytest.param(None, True, "MG", id="mammogram"),
]
cases = pytest.mark.parametrize(("profile", "restoration", "modality"), CASES)


@cases
def test_no_text_is_confirmed_once_it_is_taken_out(
    profile: str | None, restoration: bool, modality: str
) -> None:
    copy = redact(sealed(profile, restoration, modality), boxes=[REGION])
    assert guess(images.reread(copy)) == set()


@cases
def test_the_attack_finds_the_text_before(
    profile: str | None, restoration: bool, modality: str
) -> None:
    assert guess(sealed(profile, restoration, modality)) == {BORN}


@pytest.mark.parametrize("profile", ["standard", "detached"])
def test_the_attack_finds_what_others_blacked_out(profile: str) -> None:
    """Blacking out alone is no de-identification: the seed is still in the tags."""
    whole = sealed(profile)
    frame = frames_of(whole)[0]
    top, left, height, width = LABEL
    frame[top : top + height, left : left + width] = 0
    assert guess(with_frames(whole, [frame])) == {BORN}


def test_the_attack_finds_what_was_blacked_out_though_all_tags_are_stripped() -> None:
    """The seed is in the mark too; the list of cells may come from another copy."""
    whole = sealed("standard")
    frame = frames_of(whole)[0]
    top, left, height, width = LABEL
    frame[top : top + height, left : left + width] = 0
    assert guess(stripped(with_frames(whole, [frame])), read_seal(whole)) == {BORN}


def test_after_a_redaction_lists_from_another_copy_do_not_help() -> None:
    whole = sealed("standard")
    copy = redact(whole, boxes=[REGION])
    assert guess(stripped(copy), read_seal(whole)) == set()


def test_a_seed_that_was_kept_would_have_let_it_be_guessed() -> None:
    """So the attack looks at all that a redacted copy holds."""
    whole = sealed("standard")
    copy = redact(whole, boxes=[REGION])
    (held,), (kept,) = read_seal(copy).disclosures, read_seal(whole).disclosures
    body = replace(held, seed=kept.seed, areas=None).encoded
    block.write_block(copy, replace(block.read_blocks(copy)[0], disclosures=body))
    assert guess(copy) == {BORN}


def test_no_digest_of_the_record_stays() -> None:
    """The record says which samples were flipped, in the region too, and its digest is unsalted."""
    (held,) = read_seal(redact(sealed("standard"), boxes=[REGION])).disclosures
    row = held.by_path()[SEAL_RESTORATION]
    assert (row.type, row.salt, row.value) == (REDACTED, None, None)
