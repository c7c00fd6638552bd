"""Byte budgets: what a frame holds and what its certificate takes: `python -m benchmarks.capacity`.

Counts, no images: every tile carries but the closing one, no unit is constant. Prints the Markdown
table of docs/decisions/0002-byte-budgets.md.
"""

from __future__ import annotations

from signing import payload
from watermark.description import encoded_size
from watermark.parameters import PROFILES, Profile, dimension, level_for
from watermark.tiles import layout_of

SIZES = ((96, 96), (128, 128), (256, 256), (512, 512), (1024, 1024), (2048, 2048), (4096, 3328))
CASES = (("light", 49), ("standard", 49), ("standard", 25), ("full", 49), ("full", 25))


def room(rows: int, columns: int, profile: Profile, percent: int) -> tuple[int, int]:
    """Return the dimension of the code, and the bytes left for recovery data (may be negative)."""
    layout = layout_of(rows, columns, profile)
    level = level_for(layout.coding.count, layout.coding.count - 1, percent)
    if level is None:
        return 0, 0
    size = dimension(layout.coding.count, level)
    taken = encoded_size(layout, 1, 0) + payload.OVERHEAD
    return size, size * layout.data_bytes - taken


def cell(rows: int, columns: int, name: str, percent: int) -> str:
    """Return one cell of the table: room in bytes, or why there is none."""
    profile = next(p for p in PROFILES if p.name == name)
    if min(rows, columns) < profile.smallest:
        return "-"
    size, left = room(rows, columns, profile, percent)
    return f"{left} (k {size})" if left >= 0 else "does not fit"


def main() -> None:
    """Print the table."""
    head = ["frame", *(f"`{name}`, {percent} %" for name, percent in CASES)]
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for rows, columns in SIZES:
        cells = [cell(rows, columns, name, percent) for name, percent in CASES]
        print(f"| {rows}x{columns} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
