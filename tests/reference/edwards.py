"""edwards25519 on Python integers, from RFC 8032, 5.1 and 6: slow, obvious, for tests only."""

Point = tuple[int, int]
"""x, y, both reduced."""

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(first: Point, second: Point) -> Point:
    """Return the sum of two affine points (complete formulas, RFC 8032, 5.1.4)."""
    (x1, y1), (x2, y2) = first, second
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P
    return x, y


def multiply(scalar: int, point: Point) -> Point:
    """Return scalar times point."""
    result: Point = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def roots(y: int) -> list[int]:
    """Return every x with (x, y) on the curve: x^2 = (y^2 - 1) / (d y^2 + 1)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    for root in (x, x * pow(2, (P - 1) // 4, P) % P):
        if root * root % P == square:
            return sorted({root, (P - root) % P})
    return []


def encode(point: Point) -> bytes:
    """Return the 32 bytes of a point (RFC 8032, 5.1.2)."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def small_order_points() -> set[Point]:
    """Return the eight points whose order divides 8: L times points until all are found."""
    found: set[Point] = set()
    y = 2
    while len(found) < 8:
        for x in roots(y):
            torsion = multiply(L, (x, y))
            for _ in range(8):
                found.add(torsion)
                torsion = add(torsion, multiply(L, (x, y)))
        y += 1
    return found
