"""Learn what the picture's coder knows before the first bit: `python -m benchmarks.beginnings`.

Grey frames of the folders named in LEARNED (no other folder of the development images) are coded
from nothing at two rates; the chances at the end, weighted by how often each context was seen (a
folder counts by the root of its frames), and the mean weights are printed as the tables of
watermark/picture/priors.py. They are part of the format: new tables are a new version.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import SHARED
from benchmarks.recovery import LEARNED, frames
from watermark import Samples
from watermark.kernels.partitioning import CHOICES, CONTEXTS, code_planes
from watermark.kernels.rangecoder import RATE_LIMIT, SEEN, SIGHTS
from watermark.picture import colours, stream
from watermark.picture.bands import plan
from watermark.picture.priors import DIGITS
from watermark.picture.transform import split

RATES = (0.1, 0.3)
ENOUGH = 3
"""A context counts as learned from this weight on."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def blank() -> tuple[Ints, Ints]:
    """Return chances and weights of a coder that knows nothing."""
    return np.full(CONTEXTS, 32768 << SIGHTS), np.full(3 * CHOICES, 26000)


def learn(samples: Samples, rate: float) -> tuple[Ints, Ints]:
    """Return chances and weights after one frame at a rate in bit/sample."""
    plane = colours.analyse(samples)[0]
    plane -= int(plane.mean())
    layout = plan(1, samples.rows, samples.columns)
    forest, planes = stream.sow([split(plane, layout.levels)], layout, False)
    octets = np.zeros(int(rate * plane.size / 8), dtype=np.uint8)
    chances, weights = blank()
    coder = stream.begin(octets, decoding=False)._replace(chances=chances, weights=weights)
    code_planes(coder, forest, planes)
    return coder.chances, coder.weights


def average(corpus: Path) -> tuple[Floats, Floats, Floats]:
    """Return the mean chance and the weight of each context, and the mean mixing weights."""
    found = [(path.split("/")[0], samples) for samples, path, _ in frames(corpus, "")]
    chosen = [(folder, samples) for folder, samples in found if folder in LEARNED]
    counts = Counter(folder for folder, _ in chosen)
    total, seen, mixing = np.zeros(CONTEXTS), np.zeros(CONTEXTS), []
    for folder, samples in chosen:
        for rate in RATES:
            chances, weights = learn(samples, rate)
            heavy = np.minimum(chances & SEEN, RATE_LIMIT) / np.sqrt(counts[folder])
            total += heavy * (chances >> SIGHTS) / 65536
            seen += heavy
            mixing.append(weights.reshape(CHOICES, 3))
    print(f"{len(chosen)} frames: {dict(counts)}", file=sys.stderr)
    return np.where(seen > 0, total / np.maximum(seen, 1e-9), 0.5), seen, np.mean(mixing, axis=0)


def main() -> int:
    """Print the two tables as Python."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=SHARED)
    chance, seen, mixing = average(parser.parse_args().corpus)
    odds = np.clip(np.round(4 * np.log(chance / (1 - chance))), -32, 31).astype(int)
    digits = "".join(
        DIGITS[value + 32] if weight > ENOUGH else "."
        for value, weight in zip(odds, seen, strict=True)
    )
    print("CHANCES = (")
    for at in range(0, len(digits), 92):
        print(f'    "{digits[at : at + 92]}"')
    print(")\nWEIGHTS = (")
    for row in np.round(mixing / 1024).astype(int).tolist():
        print(f"    ({', '.join(map(str, row))}),")
    print(")")
    return 0


if __name__ == "__main__":
    sys.exit(main())
