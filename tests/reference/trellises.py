"""The syndrome-trellis code, from docs/spec/mark.md: dictionaries of paths, plain elimination."""

COLUMNS = {
    1: [399],
    2: [435, 345],
    3: [371, 477, 313],
    7: [495, 373, 363, 423, 371, 377, 477],
    8: [421, 387, 381, 411, 455, 341, 291, 361],
}


def sub_columns(width: int) -> list[int]:
    """Sub-columns of a message bit with `width` carriers of its own."""
    if width in COLUMNS:
        return COLUMNS[width]
    found = list(COLUMNS[8])
    value = 257
    while len(found) < width:
        if value not in found:
            found.append(value)
        value = 256 + (value + 74) % 256
    return found[:width]


def columns(carriers: int, bits: int) -> list[tuple[int, int]]:
    """For each carrier the message bit that owns it and its sub-column."""
    out = []
    for j in range(bits):
        width = (j + 1) * carriers // bits - j * carriers // bits
        out += [(j, column) for column in sub_columns(width)]
    return out


def takes_part(owner: int, column: int, bits: int) -> list[int]:
    """The message bits in which a carrier takes part."""
    return [owner + i for i in range(9) if column >> i & 1 and owner + i < bits]


def syndrome(carriers: list[int], bits: int) -> list[int]:
    """The message that carrier bits hold."""
    message = [0] * bits
    for value, (owner, column) in zip(carriers, columns(len(carriers), bits), strict=True):
        for j in takes_part(owner, column, bits):
            message[j] ^= value
    return message


def rank(dry: list[int], bits: int) -> int:
    """Rank over GF(2) of what the dry carriers can change in a message."""
    basis: dict[int, int] = {}
    for flag, (owner, column) in zip(dry, columns(len(dry), bits), strict=True):
        row = sum(1 << j for j in takes_part(owner, column, bits)) if flag else 0
        while row and row.bit_length() in basis:
            row ^= basis[row.bit_length()]
        if row:
            basis[row.bit_length()] = row
    return len(basis)


Paths = dict[int, tuple[int, tuple[int, object] | None]]
"""Cost of each state and the carrier values that led there, last first."""


def join(paths: Paths, column: int, prices: tuple[int | None, int | None]) -> Paths:
    """Let one carrier take the value 0 or 1 on every path; 1 only where it is cheaper."""
    out: Paths = {}
    for value in (0, 1):
        price = prices[value]
        if price is None:
            continue
        for state, (cost, taken) in paths.items():
            target = state ^ (column if value else 0)
            if target not in out or cost + price < out[target][0]:
                out[target] = (cost + price, (value, taken))
    return out


def embed(carriers: list[int], dry: list[int], message: list[int]) -> list[int] | None:
    """Carrier bits of the least number of flips that hold `message`; None if there are none."""
    bits = len(message)
    paths: Paths = {0: (0, None)}
    position = 0
    layout = columns(len(carriers), bits)
    for j, wanted in enumerate(message):
        while position < len(layout) and layout[position][0] == j:
            kept = sum(1 << i for i in range(9) if j + i < bits)
            stay, bit = (0, 1 if dry[position] else None), carriers[position]
            prices = (stay[bit], stay[1 - bit])
            paths = join(paths, layout[position][1] & kept, prices)
            position += 1
        paths = {state >> 1: path for state, path in paths.items() if state & 1 == wanted}
    if 0 not in paths:
        return None
    return unwind(paths[0][1])


def unwind(taken: object) -> list[int]:
    """Carrier values of a path, first to last."""
    values = []
    while isinstance(taken, tuple):
        value, taken = taken
        values.append(value)
    return values[::-1]


def to_bytes(bits: list[int]) -> bytes:
    """Bits as bytes, most significant first."""
    return bytes(
        sum(bit << 7 - i for i, bit in enumerate(bits[j : j + 8])) for j in range(0, len(bits), 8)
    )


def to_bits(octets: bytes) -> list[int]:
    """Bytes as bits, most significant first."""
    return [octet >> 7 - i & 1 for octet in octets for i in range(8)]
