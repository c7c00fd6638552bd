"""The vectors of the mark are fresh, the implementation makes them, and so do the twins."""

import hashlib
import json
from typing import Any

import pytest

import watermark
from tests.reference import (
    checks,
    chunks,
    codes,
    marks,
    parities,
    records,
    seals,
    transforms,
    trellises,
)
from tests.reference import descriptions as twin
from tests.reference.frames import GREY, RGB, UNIT_EDGE, Frame
from tests.vectors import generate_mark, refusals
from tests.watermark.twins import digests_by_cell, told_of
from watermark import Description
from watermark.cellchecks import pick_checks

VECTORS: dict[str, Any] = json.loads(generate_mark.FILE.read_text(encoding="utf-8"))
TABLES: dict[str, Any] = VECTORS["tables"]
FRAMES: list[dict[str, Any]] = VECTORS["frames"]
SMALL = [entry for entry in FRAMES if entry["rows"] * entry["columns"] < 16_500]


def name(entry: dict[str, Any]) -> str:
    """An entry's name in test ids."""
    return "-".join(str(entry[key]) for key in ("profile", "transform", "rule", "rows", "columns"))


every_frame = pytest.mark.parametrize("entry", FRAMES, ids=name)


def frame_of(entry: dict[str, Any]) -> Frame:
    """The frame of an entry by the rules of the comment, on integers."""
    base, span, rgb = entry["base"], entry["span"], entry["rule"] == "rgb"
    rows = []
    for r in range(entry["rows"]):
        row = []
        for c in range(entry["columns"]):
            t = (r * 7919 + c * 104729 + r * c * 31) % 65521
            flat = r < 32 and c < 32
            grey = base if flat else base + (r * 3 + c * 2 + t % 41) % span
            pixel = [grey, grey, grey] if rgb else [grey]
            if rgb and 40 <= c < 56:
                pixel = [(grey + t % 7) % 256, grey, (grey + 255 - t % 5) % 256]
            row.append(pixel)
        rows.append(row)
    return Frame(rows, entry["bits"], entry["signed"], RGB if rgb else GREY)


def fields_of(entry: dict[str, Any]) -> twin.Fields:
    """The description of an entry as the twin reads it."""
    fields = twin.decode(bytes.fromhex(entry["description"]))
    assert fields is not None
    return fields


def test_the_file_is_what_its_generator_makes() -> None:
    assert generate_mark.FILE.read_text(encoding="utf-8") == generate_mark.document()


def test_every_profile_and_transform_has_grey_or_colour_frames() -> None:
    pairs = {(entry["profile"], entry["transform"]) for entry in FRAMES}
    assert pairs == {(p, t) for p in VECTORS["profiles"] for t in ("dwt", "dct")}
    assert {entry["rule"] for entry in FRAMES} == {"grey", "rgb"}


@every_frame
def test_frames_are_read_by_the_implementation(entry: dict[str, Any]) -> None:
    samples = generate_mark.picture(entry)
    assert hashlib.sha256(samples.octets().tobytes()).hexdigest() == entry["original"]
    claims = Description.decode(bytes.fromhex(entry["description"]))
    payload = hashlib.shake_256(b"payload").digest(entry["capacity"])
    marked, record = watermark.embed(samples, claims, payload, generate_mark.sign)
    assert hashlib.sha256(marked.octets().tobytes()).hexdigest() == entry["marked"]
    assert hashlib.sha256(record).hexdigest() == entry["record"]
    assert record.hex().startswith(entry["record_start"])
    reading = watermark.extract(marked)
    assert reading.payload == payload
    cells = watermark.list_cells(marked, claims, bytes.fromhex(entry["seed"]))
    assert hashlib.sha256(cells).hexdigest() == entry["cells"]
    assert cells.hex().startswith(entry["cells_start"])
    known = digests_by_cell(cells, claims.columns)
    for room, made in entry["checks"].items():
        assert pick_checks(cells, claims, int(room)).hex() == made
        assert checks.pick(told_of(claims), known, int(room)).hex() == made
    found = watermark.localise(marked, claims, bytes.fromhex(entry["seed"]), reading, cells)
    assert found.intact
    closing = watermark.closing(marked, claims)
    assert closing.digest.hex() == entry["closing_digest"]
    assert closing.signature == generate_mark.sign(closing.digest)


@every_frame
def test_descriptions_equal_the_twins(entry: dict[str, Any]) -> None:
    frame, fields = frame_of(entry), fields_of(entry)
    assert hashlib.sha256(frame.octets()).hexdigest() == entry["original"]
    master = bytes.fromhex(VECTORS["master_seed"])
    assert seals.frame_seed(master, entry["frame"]).hex() == entry["seed"]
    again = twin.encode(twin.claim(frame, bytes.fromhex(entry["seed"]), fields))
    assert again.hex() == entry["description"]
    assert fields.seal_id.hex() == VECTORS["seal_id"]
    assert fields.numbers["frame"] == entry["frame"]


@pytest.mark.parametrize("entry", SMALL, ids=name)
def test_cell_lists_of_small_frames_are_the_twins(entry: dict[str, Any]) -> None:
    fields = fields_of(entry)
    planes = transforms.canonical(frame_of(entry), fields.transform, fields.cleared)
    head = (fields.seal_id, fields.numbers["frame"])
    edge = UNIT_EDGE[fields.profile]
    cells = seals.cell_list(head, bytes.fromhex(entry["seed"]), planes, edge)
    assert hashlib.sha256(cells).hexdigest() == entry["cells"]


@pytest.mark.parametrize("entry", SMALL, ids=name)
def test_small_frames_are_marked_by_the_twins(entry: dict[str, Any]) -> None:
    frame, fields = frame_of(entry), fields_of(entry)
    payload = hashlib.shake_256(b"payload").digest(entry["capacity"])
    marked = marks.embed(frame, fields, payload, generate_mark.sign)
    assert hashlib.sha256(marked.octets()).hexdigest() == entry["marked"]
    changed = [
        row * frame.columns + column
        for row, (before, after) in enumerate(
            zip(frame.planes()[0], marked.planes()[0], strict=True)
        )
        for column, (a, b) in enumerate(zip(before, after, strict=True))
        if a != b
    ]
    record = records.encode(changed, fields.transform)
    assert hashlib.sha256(record).hexdigest() == entry["record"]
    assert records.restore(marked, record) == frame


def test_weights_equal_the_twins() -> None:
    for anchors, rows in TABLES["dct_weights"].items():
        assert rows == [transforms.dct_weights(int(anchors), y) for y in range(len(rows))]


def test_sub_columns_equal_the_twins() -> None:
    for width, columns in TABLES["sub_columns"].items():
        assert columns == trellises.sub_columns(int(width))


def test_carrier_orders_equal_the_twins() -> None:
    for size, order in TABLES["order"].items():
        height, width = map(int, size.split("x"))
        assert [tuple(place) for place in order] == parities.cell_order(height, width)


def test_fields_and_generators_equal_the_twins() -> None:
    for entry in TABLES["fields"]:
        down, across = entry["rows_of_tiles"], entry["columns_of_tiles"]
        field = codes.field_of(down, across)
        assert field.polynomial == entry["polynomial"]
        places = [divmod(i, across) for i in (0, 7, down * across - 1)]
        points = [codes.point(field, *place) for place in places]
        rows = [codes.lagrange(field, list(range(5)), point) for point in points]
        assert entry["generator"] == rows


def test_the_seed_tree_equals_the_twins() -> None:
    tree = TABLES["seed_tree"]
    seed = bytes.fromhex(tree["seed"])
    assert tree["children"] == [seals.child(seed, bit).hex() for bit in (0, 1)]
    assert tree["salts"] == {n: seals.frame_salt(seed, n).hex() for n in seals.NAMES}
    assert tree["five_units"] == [salt.hex() for salt in seals.unit_salts(seed, 5)]
    assert tree["frames"] == [seals.frame_seed(seed, f).hex() for f in (0, 1, 256)]


def test_the_check_equals_the_twins() -> None:
    entry = TABLES["check"]
    tag = chunks.tag(bytes.fromhex(entry["seal_id"]), entry["frame"], entry["level"])
    assert tag == entry["tag"]
    place = entry["row"], entry["column"]
    assert entry["profile"] == "standard"
    assert entry["transform"] == "dct"
    data = bytes.fromhex(entry["data"])
    assert chunks.chunk((1, 1), data, tag, place).hex() == entry["chunk"]


def test_refusals_are_fresh() -> None:
    assert json.loads(refusals.FILE.read_text(encoding="utf-8")) == refusals.make()
