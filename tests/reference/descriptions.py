"""Description, from docs/spec/description.md: field by field."""

from dataclasses import dataclass, field

from tests.reference.codes import best_level
from tests.reference.frames import SMALLEST, UNIT_EDGE, Box, Frame, coding_edge, squares
from tests.reference.seals import canonical_digest, frame_salt, unit_digest, unit_salts
from tests.reference.transforms import canonical
from tests.reference.trellises import to_bits, to_bytes

LAYOUT = [
    *[(name, 1) for name in ("version", "codes", "damage", "level", "bits", "flags")],
    *[("rows", 2), ("columns", 2), ("seal id", 16), ("frame", 4), ("closing", 4)],
    ("canonical", 32),
]
"""Fields of fixed size, in order."""


@dataclass
class Fields:
    """The fields of a description; maps are lists of 0 and 1, row by row."""

    numbers: dict[str, int]
    seal_id: bytes
    canonical: bytes
    carrying: list[int]
    constant: list[int]
    values: list[list[int]] = field(default_factory=list)
    """Of each constant unit, 16 bits of each plane, the carrying one first."""
    digests: list[bytes] = field(default_factory=list)

    @property
    def profile(self) -> int:
        return self.numbers["codes"] & 15

    @property
    def transform(self) -> int:
        return self.numbers["codes"] >> 4

    @property
    def size(self) -> tuple[int, int]:
        return self.numbers["rows"], self.numbers["columns"]

    @property
    def planes(self) -> int:
        return 1 if self.numbers["flags"] >> 1 & 3 == 0 else 3

    @property
    def tiles(self) -> list[Box]:
        return squares(*self.size, coding_edge(*self.size))

    @property
    def units(self) -> list[Box]:
        return squares(*self.size, UNIT_EDGE[self.profile])

    @property
    def closing_tile(self) -> Box:
        return squares(*self.size, 32)[self.numbers["closing"]]

    @property
    def cleared(self) -> list[Box]:
        """The boxes whose parities the canonical frame does not have."""
        kept = zip(self.tiles, self.carrying, strict=True)
        return [box for box, flag in kept if flag] + [self.closing_tile]


def encode(fields: Fields) -> bytes:
    """The bytes of a description."""
    out = b""
    for name, size in LAYOUT:
        if name == "seal id":
            out += fields.seal_id
        elif name == "canonical":
            out += fields.canonical
        else:
            out += fields.numbers[name].to_bytes(size, "big")
    out += to_bytes(fields.carrying) + to_bytes(fields.constant)
    out += b"".join(value.to_bytes(2, "big") for values in fields.values for value in values)
    return out + b"".join(fields.digests)


def decode(octets: bytes) -> Fields | None:
    """The fields of a description, None where a reader must refuse it."""
    if len(octets) < 66:
        return None
    numbers, raw, offset = {}, {}, 0
    for name, size in LAYOUT:
        raw[name] = octets[offset : offset + size]
        numbers[name] = int.from_bytes(raw[name], "big")
        offset += size
    fields = Fields(numbers, raw["seal id"], raw["canonical"], [], [])
    if not head_is_lawful(fields) or not read_rest(fields, octets[66:]):
        return None
    return fields if encode(fields) == octets and body_is_lawful(fields) else None


def head_is_lawful(fields: Fields) -> bool:
    """The rules for the fixed fields, one at a time."""
    n = fields.numbers
    if n["version"] != 1 or fields.profile > 2 or fields.transform > 1:
        return False
    colour, signed = n["flags"] >> 1 & 3, n["flags"] & 1
    return (
        1 <= n["damage"] <= 49
        and n["level"] <= 23
        and 8 <= n["bits"] <= 16
        and n["flags"] < 16
        and colour <= 2
        and not (colour and signed)
        and SMALLEST[fields.profile] <= min(fields.size) <= max(fields.size) <= 16384
    )


def read_rest(fields: Fields, rest: bytes) -> bool:
    """Read maps, values and digests; whether the length follows from the geometry."""
    tiles, units = len(fields.tiles), len(fields.units)
    first, second = (tiles + 7) // 8, (units + 7) // 8
    maps = to_bits(rest[:first]), to_bits(rest[first : first + second])
    if len(rest) < first + second:
        return False
    fields.carrying, fields.constant = maps[0][:tiles], maps[1][:units]
    rest = rest[first + second :]
    values = 2 * fields.planes * sum(fields.constant)
    if len(rest) != values + 8 * (units - sum(fields.constant)):
        return False
    numbers = [int.from_bytes(rest[i : i + 2], "big") for i in range(0, values, 2)]
    p = fields.planes
    fields.values = [numbers[i : i + p] for i in range(0, len(numbers), p)]
    fields.digests = [rest[i : i + 8] for i in range(values, len(rest), 8)]
    return True


def body_is_lawful(fields: Fields) -> bool:
    """The rules for what follows the fixed fields."""
    n, squares32 = fields.numbers, squares(*fields.size, 32)
    if n["closing"] >= len(squares32) or fields.closing_tile[2:] != (32, 32):
        return False
    carrying = [box for box, flag in zip(fields.tiles, fields.carrying, strict=True) if flag]
    if any(overlap(box, fields.closing_tile) for box in carrying):
        return False
    around = [box for box in fields.tiles if overlap(box, fields.closing_tile)]
    constant = [box for box, flag in zip(fields.units, fields.constant, strict=True) if flag]
    if any(overlap(unit, box) for unit in constant for box in [*carrying, *around]):
        return False
    least, most = sample_range(fields)
    numbers = [
        v - (1 << 16) if n["flags"] & 1 and v >> 15 else v for vs in fields.values for v in vs
    ]
    if any(not least <= value <= most for value in numbers):
        return False
    return best_level(len(fields.tiles), len(carrying), n["damage"]) == n["level"]


def sample_range(fields: Fields) -> tuple[int, int]:
    """Least and greatest sample of the depth."""
    bits = fields.numbers["bits"]
    return (
        (-(1 << bits - 1), (1 << bits - 1) - 1)
        if fields.numbers["flags"] & 1
        else (0, (1 << bits) - 1)
    )


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share a sample."""
    rows = a[0] < b[0] + b[2] and b[0] < a[0] + a[2]
    return rows and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def constant_values(frame: Frame, box: Box) -> list[int] | None:
    """The one value of each plane in a box as 16 bits, None where there are several."""
    top, left, height, width = box
    found = []
    for plane in frame.planes():
        values = {v for row in plane[top : top + height] for v in row[left : left + width]}
        if len(values) > 1:
            return None
        found.append(values.pop() % (1 << 16))
    return found


def claim(frame: Frame, seed: bytes, fields: Fields) -> Fields:
    """What a description with these numbers and this carrying map must say of a frame."""
    head = (fields.seal_id, fields.numbers["frame"])
    planes = canonical(frame, fields.transform, fields.cleared)
    around = [box for box in fields.tiles if overlap(box, fields.closing_tile)]
    across = max(1, fields.size[1] // UNIT_EDGE[fields.profile])
    out = Fields(fields.numbers, head[0], b"", fields.carrying, [])
    out.canonical = canonical_digest(head, frame_salt(seed, "canonical"), planes)
    salts = unit_salts(seed, len(fields.units))
    for index, (box, salt) in enumerate(zip(fields.units, salts, strict=True)):
        values = constant_values(frame, box)
        touched = any(overlap(box, other) for other in [*fields.cleared, *around])
        out.constant.append(int(values is not None and not touched))
        if values is not None and not touched:
            out.values.append(values)
        else:
            out.digests.append(unit_digest(head, divmod(index, across), salt, planes, box))
    return out
