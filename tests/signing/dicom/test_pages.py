"""What docs/spec says of attributes and of the private block is what the code does."""

import importlib
import re
from io import BytesIO
from pathlib import Path

import pytest
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from signing.commitments import Disclosures
from signing.dicom import block, decimals, original
from signing.dicom.block import SealBlock
from signing.dicom.canonical import read_value
from signing.dicom.original import Restoration
from signing.dicom.table import (
    FIXED_TAGS,
    MACROS,
    OTHER_TAGS,
    REPEATING,
    RULES,
    TRANSPORT,
    AttributeClass,
)

SPEC = Path(__file__).parents[3] / "docs" / "spec"
ATTRIBUTES = (SPEC / "attributes.md").read_text(encoding="utf-8")
BLOCK = (SPEC / "private-block.md").read_text(encoding="utf-8")
LIMIT = re.compile(r"^\| `signing\.dicom\.(\w+)\.(\w+)` \| (\d+) \|", re.MULTILINE)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading of the page on attributes."""
    section = ATTRIBUTES.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("limit", LIMIT.findall(ATTRIBUTES + BLOCK), ids=str)
def test_a_limit_is_the_constant_in_the_code(limit: tuple[str, str, str]) -> None:
    module, name, value = limit
    constant = getattr(importlib.import_module(f"signing.dicom.{module}"), name)
    assert constant == int(value)


def test_the_rules_are_those_in_the_code() -> None:
    shown = {row[0].strip("`"): row[1:4] for row in rows("Classes")}
    expected = {str(n): [r.changed, r.added, r.removed] for n, r in RULES.items()}
    assert shown == expected


def test_the_table_is_the_one_in_the_code() -> None:
    shown = {row[0].strip("`"): row[1].split() for row in rows("Table")}
    assert shown == {str(kind): list(map(spell, row_list)) for kind, row_list in table().items()}
    assert rows("Not committed")[0][0].split() == [f"{tag:08X}" for tag in sorted(TRANSPORT)]


def table() -> dict[AttributeClass, list[int | tuple[int, int]]]:
    """The rows of each class, tags before ranges."""
    every = {kind: [*FIXED_TAGS.get(kind, ()), *OTHER_TAGS.get(kind, ())] for kind in RULES}
    ordered = {
        kind: sorted(listed, key=lambda row: (isinstance(row, tuple), row))
        for kind, listed in every.items()
    }
    return {kind: listed for kind, listed in ordered.items() if listed}


def spell(row: int | tuple[int, int]) -> str:
    """A row as the page has it."""
    return f"{row:08X}" if isinstance(row, int) else f"{row[0]:08X}-{row[1]:08X}"


def test_the_repeating_elements_are_those_in_the_code() -> None:
    shown = {int(row[0][:2] + "00", 16): row[1].split() for row in rows("Repeating groups")}
    expected = {first: [f"{e:04X}" for e in every] for first, every in REPEATING.items()}
    assert shown == expected


def test_the_macros_are_those_in_the_code() -> None:
    shown = [(int(row[0], 16), row[1]) for row in rows("Functional groups")]
    assert shown == [(tag, keyword_for_tag(tag)) for tag in sorted(MACROS)]


def test_the_examples_of_decimals_are_what_the_code_reads() -> None:
    for written, canonical, also in rows("Decimal strings"):
        value = decimals.read_decimal(written)
        assert value is not None
        assert decimals.readings(value) == (canonical, *([also] if also else []))


def test_the_examples_of_values_are_what_the_code_reads() -> None:
    dataset = Dataset()
    dataset.PatientName = "Doe^Jane^^"
    dataset.PixelSpacing = ["0.661468", "1.000"]
    dataset.InstanceNumber = " 007"
    dataset.add_new(0x00280120, "SS", -2000)
    lines = re.findall(r"-> ([0-9A-F]{8}) (\w+)(?: ([0-9a-f]+))?$", ATTRIBUTES, re.MULTILINE)
    assert len(lines) == 4
    for path, kind, data in lines:
        value = read_value(dataset, int(path, 16))
        assert (value.type, value.data.hex()) == (kind, data)


def test_the_example_block_is_written_and_read() -> None:
    example = BLOCK.split("```text\n")[1].split("```")[0]
    shown = bytes.fromhex("".join(line.split("#")[0] for line in example.splitlines()))
    bodies = SealBlock(
        original.encode_envelopes([b"a", b"b"]),
        Disclosures(None, ()).encoded,
        Restoration((b"\0",), b"", ()).encoded,
    )
    dataset = Dataset()
    block.write_block(dataset, bodies)
    written = original._encode_elements(dataset, sorted(dataset.keys()))
    assert written == shown
    assert block.read_blocks(read_dataset(BytesIO(shown), False, True)) == (bodies,)
