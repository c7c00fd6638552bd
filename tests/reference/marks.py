"""A whole writer and reader, from docs/spec/mark.md, put together from the twins."""

from collections.abc import Callable

from tests.reference import chunks, codes, seals
from tests.reference.descriptions import Fields
from tests.reference.frames import STANDARD, TILE_BITS, Box, Frame, coding_edge, spans, squares
from tests.reference.parities import bound_bits, tile_order
from tests.reference.transforms import flip
from tests.reference.trellises import embed as search
from tests.reference.trellises import rank, syndrome, to_bits, to_bytes
from tests.reference.wetness import wet

Place = tuple[int, int]
Received = dict[tuple[int, int], bytes]


def grid(rows: int, columns: int) -> dict[Place, Box]:
    """The coding tiles by grid row and column."""
    edge = coding_edge(rows, columns)
    across = len(spans(columns, edge))
    return {divmod(i, across): box for i, box in enumerate(squares(rows, columns, edge))}


def message_bits(rows: int, columns: int, profile: int = STANDARD) -> int:
    """Bits that a coding tile holds."""
    return TILE_BITS[profile] * (coding_edge(rows, columns) // 32) ** 2


def carried(fields: Fields) -> list[Place]:
    """Grid places of the carrying coding tiles."""
    places = grid(*fields.size)
    return [place for place, flag in zip(places, fields.carrying, strict=True) if flag]


def codeword(fields: Fields, payload: bytes) -> Received:
    """The chunk of each carrying coding tile."""
    places = grid(*fields.size)
    size = message_bits(*fields.size, fields.profile) // 8 - 4
    k = codes.dimension(len(places), fields.numbers["level"])
    padded = payload + bytes(k * size - len(payload))
    rows = [padded[i : i + size] for i in range(0, len(padded), size)]
    field = codes.field_of(max(y for y, _ in places) + 1, max(x for _, x in places) + 1)
    homes = carried(fields)
    data = codes.encode(field, rows, [codes.point(field, *home) for home in homes])
    mark = chunks.tag(fields.seal_id, fields.numbers["frame"], fields.numbers["level"])
    bound = (fields.profile, fields.transform)
    return {
        home: chunks.chunk(bound, octets, mark, home)
        for home, octets in zip(homes, data, strict=True)
    }


def released(frame: Frame, fields: Fields) -> list[Box]:
    """The carrying coding tiles that could not hold any message without their flat samples."""
    still = wet(frame, fields.transform, [])
    bits = message_bits(*fields.size, fields.profile)
    tiles = [grid(*fields.size)[home] for home in carried(fields)]
    dry = [[int(place not in still) for place in tile_order(tile)] for tile in tiles]
    return [tile for tile, flags in zip(tiles, dry, strict=True) if rank(flags, bits) < bits]


def embed(frame: Frame, fields: Fields, payload: bytes, close: Callable[[bytes], bytes]) -> Frame:
    """The marked frame: fewest flips in each coding tile, then the closing tile."""
    places = grid(*fields.size)
    wanted = codeword(fields, payload)
    tiles = [places[home] for home in wanted]
    still = wet(frame, fields.transform, released(frame, fields))
    flips: set[Place] = set()
    found = bound_bits(frame, fields.transform, tiles)
    for tile, bits, octets in zip(tiles, found, wanted.values(), strict=True):
        order = tile_order(tile)
        dry = [int(place not in still) for place in order]
        after = search(bits, dry, to_bits(octets))
        assert after is not None
        flips |= {p for p, a, b in zip(order, bits, after, strict=True) if a != b}
    marked = flip(frame, fields.transform, flips)
    signature = close(seals.closing_digest(marked, fields.transform, fields.closing_tile))
    order = tile_order(fields.closing_tile)
    now = seals.closing_parities(marked, fields.transform, fields.closing_tile)
    after = to_bits(seals.closing_octets(signature))
    odd = {p for p, a, b in zip(order, now, after, strict=True) if a != b}
    return flip(marked, fields.transform, odd)


def receive(frame: Frame, profile: int, transform: int) -> Received:
    """The chunks that a frame's coding tiles hold under a profile and a transform."""
    places = grid(frame.rows, frame.columns)
    bits = message_bits(frame.rows, frame.columns, profile)
    found = bound_bits(frame, transform, list(places.values()))
    return {
        place: to_bytes(syndrome(carriers, bits))
        for place, carriers in zip(places, found, strict=True)
    }


def extract(frame: Frame, profile: int, transform: int) -> bytes | None:
    """The payload under the tag with most votes, all other tiles erased; no errors corrected."""
    received = receive(frame, profile, transform)
    counted = chunks.votes((profile, transform), received)
    if not counted:
        return None
    mark, homes = next(iter(counted.items()))
    k = codes.dimension(len(received), mark & 31)
    down, across = max(y for y, _ in received) + 1, max(x for _, x in received) + 1
    field = codes.field_of(down, across)
    if not 1 <= k <= len(homes):
        return None
    values = {codes.point(field, *home): received[home][:-4] for home in homes}
    return b"".join(codes.decode(field, values, k))
