"""Search the sub-columns of the syndrome-trellis code: `python -m benchmarks.columns`.

Random carriers and messages, all dry, 128 regular tiles; prints for each profile the best
set found, the share of changed samples and the PSNR at an 8-bit peak. Deterministic.
"""

from __future__ import annotations

import sys

import numpy as np

from watermark.carrier import trellis as tr
from watermark.parameters import HEIGHT, PROFILES

CARRIERS = 960
SAMPLES = 1024


def changed_share(bits: int, table: dict[int, tuple[int, ...]], tiles: int) -> float:
    """Return the share of a tile's samples that change under the sub-columns of `table`."""
    random = np.random.default_rng(5)
    carriers = random.integers(0, 2, (tiles, CARRIERS)).astype(np.int8)
    messages = random.integers(0, 2, (tiles, bits)).astype(np.int8)
    starts = np.array([b * CARRIERS // bits for b in range(bits + 1)], dtype=np.int32)
    widths = np.diff(starts)
    columns = np.concatenate([table[int(w)] for w in widths]).astype(np.int32)
    shape = tr.Trellis(columns, starts)
    flips = tr.search_flips(carriers, np.ones_like(carriers), messages, shape)
    return float(flips.sum()) / (tiles * SAMPLES)


def draw(random: np.random.Generator, width: int) -> tuple[int, ...]:
    """Return `width` distinct sub-columns with their lowest and highest bit set."""
    inner = random.choice(1 << (HEIGHT - 2), width, replace=False)
    return tuple(int(1 | (v << 1) | (1 << (HEIGHT - 1))) for v in inner)


def main(tries: int) -> None:
    """Search `tries` random sets for each profile and print the best."""
    for profile in PROFILES:
        random = np.random.default_rng(profile.code)
        starts = [b * CARRIERS // profile.tile_bits for b in range(profile.tile_bits + 1)]
        widths = sorted(set(int(w) for w in np.diff(starts)))
        best, kept = 1.0, {w: tr.sub_columns(w) for w in widths}
        print(profile.name, "table", f"{changed_share(profile.tile_bits, kept, 512):.5f}")
        for _ in range(tries):
            table = {w: draw(random, w) for w in widths}
            share = changed_share(profile.tile_bits, table, 64)
            if share < best:
                best, kept = share, table
        share = changed_share(profile.tile_bits, kept, 512)
        psnr = 10 * np.log10(255**2 / share)
        print(profile.name, kept, f"{share:.5f} of the samples, {psnr:.2f} dB", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
