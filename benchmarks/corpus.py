"""Seal, verify, alter and restore every instance of a folder: `python -m benchmarks.corpus`.

For each DICOM file: is it sealed (in the pixels, or detached with which reason); does it verify
`authentic`; does it verify `altered` after one sample, at seeded positions, the least, the
greatest and a padding value among them, changed by 1 - from the tags, and from the pixels alone
- or one byte of a codestream; and does it restore to the same samples. Prints a table, writes
JSON lines. Damaged files (in a folder
"malformed") may be refused; no other file may.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID

from benchmarks.provenance import note
from signing.cli.exits import exit_code
from signing.dicom import block, codecs
from signing.dicom.copies import fork
from signing.dicom.frames import padding_range
from signing.dicom.geometry import measure
from signing.dicom.limits import EXPLICIT_LITTLE
from signing.dicom.soundness import read_sound
from signing.dicom.writing import replace_frames
from signing.errors import Unreadable
from signing.keys import FileSigner, PublicKey
from signing.restoration import restore
from signing.sealing import SealOptions, seal_dataset
from signing.statement import DigestKind
from signing.trust import Trust
from signing.verdict import Verdict
from signing.verification import verify

POSITIONS = 64
"""Seeded positions of one changed sample, besides extremes and padding."""
SHARED = Path("../shared/data")


@dataclass
class Row:
    """What became of one file."""

    path: str
    outcome: str
    """Profile, "detached", "refused" or "failed"."""
    detail: str = ""
    verdict: str = ""
    tags_caught: int = 0
    tags_tried: int = 0
    pixels_caught: int = 0
    pixels_tried: int = 0
    restored: bool = False
    damaged: bool = False
    """Whether the file is one of the corpus's malformed ones."""

    @property
    def good(self) -> bool:
        """Whether everything is as it must be; only damaged files may be refused."""
        if self.outcome == "refused":
            return self.damaged
        return (
            self.verdict == "authentic"
            and self.restored
            and self.tags_caught == self.tags_tried
            and self.pixels_caught == self.pixels_tried
        )


def signer_for_tests() -> FileSigner:
    """Return a signer with a key made for this run."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from signing.keys import Role

    return FileSigner(Ed25519PrivateKey.generate(), "corpus", Role.ACQUISITION)


def examine(path: Path, name: str, positions: int) -> Row:
    """Return the row of one file."""
    row = _examine_file(path, name, positions)
    row.damaged = "malformed" in path.parts
    return row


def _examine_file(path: Path, name: str, positions: int) -> Row:
    """Return the row of one file: refused where it cannot be read, as the command line would."""
    try:
        return _examine(read_sound(path), name, positions)
    except Unreadable as error:
        return Row(name, "refused", f"exit {exit_code(error)}: {error}")
    except Exception as error:  # any: the row says what went wrong, the others go on
        return Row(name, "failed", f"{type(error).__name__}: {error}")


def _examine(dataset: Dataset, name: str, positions: int) -> Row:
    """Return the row of a data set that could be read."""
    signer = signer_for_tests()
    trust = Trust.of(PublicKey(signer.public_key, signer.name, signer.role))
    made = seal_dataset(dataset, signer, SealOptions())
    row = Row(name, made.profile, made.reason.meaning if made.reason else "")
    row.verdict = verify(made.dataset, trust).verdict.value
    row.restored = _same(dataset, restore(made.dataset, trust))
    for altered in _altered(made.dataset, positions):
        row.tags_tried += 1
        row.tags_caught += verify(altered, trust).verdict is Verdict.ALTERED
        if made.marked:
            bare = fork(altered)
            block.remove_blocks(bare)
            row.pixels_tried += 1
            row.pixels_caught += verify(bare, trust).verdict is Verdict.ALTERED
    return row


def _same(source: Dataset, restored: Dataset) -> bool:
    """Tell whether two data sets hold the same samples, or the same codestream."""
    kind = codecs.pixel_kind(source)
    if kind is DigestKind.NONE:
        return True
    if kind is DigestKind.CODESTREAM:
        return list(codecs.codestreams(source)) == list(codecs.codestreams(restored))
    pairs = zip(codecs.frames(source), codecs.frames(restored), strict=True)
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)


def _altered(sealed: Dataset, positions: int) -> Iterator[Dataset]:
    """Yield copies with one sample changed by 1, or one byte of the codestream."""
    kind = codecs.pixel_kind(sealed)
    if kind is DigestKind.NONE:
        return
    random = np.random.default_rng(2026)
    geometry = measure(sealed)
    whole = (
        geometry is not None
        and geometry.allocated in (8, 16, 32)
        and not geometry.is_float
        and geometry.stored_channels == geometry.channels
    )
    if kind is DigestKind.CODESTREAM or not whole or geometry is None:
        for _ in range(min(8, positions)):
            yield _flip_byte(sealed, random)
        return
    frames = [frame.copy() for frame in codecs.frames(sealed)]
    for index, place in _places(frames, sealed, positions, random):
        frame = frames[index]
        before = frame[place]
        top = (1 << (8 * frame.dtype.itemsize - (frame.dtype.kind == "i"))) - 1
        frame[place] = before - 1 if before == top else before + 1
        altered = fork(sealed)
        if geometry.allocated == 32:
            _put_words(altered, frames)
        else:
            replace_frames(altered, iter(frames), EXPLICIT_LITTLE)
        frame[place] = before
        yield altered


def _put_words(altered: Dataset, frames: list[NDArray[Any]]) -> None:
    """Replace 32-bit pixel data, which sealing never writes, by uncompressed words."""
    little = [frame.astype(frame.dtype.newbyteorder("<")).tobytes() for frame in frames]
    altered.file_meta.TransferSyntaxUID = UID(EXPLICIT_LITTLE)
    altered.set_original_encoding(False, True)
    altered.add_new("PixelData", "OW", b"".join(little))


def _places(
    frames: list[NDArray[Any]], sealed: Dataset, positions: int, random: np.random.Generator
) -> Iterator[tuple[int, Any]]:
    """Yield frame and index of the samples to change."""
    geometry = measure(sealed)
    padding = padding_range(sealed, geometry) if geometry else None
    first = frames[0]
    yield 0, np.unravel_index(int(first.argmin()), first.shape)
    yield 0, np.unravel_index(int(first.argmax()), first.shape)
    if padding is not None:
        padded = np.argwhere((first >= padding[0]) & (first <= padding[1]))
        if len(padded):
            yield 0, tuple(padded[len(padded) // 2])
    for _ in range(positions):
        index = int(random.integers(len(frames)))
        yield index, tuple(int(random.integers(size)) for size in frames[index].shape)


def _flip_byte(sealed: Dataset, random: np.random.Generator) -> Dataset:
    """Return a copy with one bit of the pixel data's second half changed."""
    altered = fork(sealed)
    keyword = next(
        k for k in ("PixelData", "FloatPixelData", "DoubleFloatPixelData") if k in sealed
    )
    element = altered[keyword]
    value = bytearray(element.value)
    # Not the last bytes: they may be padding, which belongs to the file and not to the frame.
    value[int(random.integers(len(value) // 2, len(value) - 8))] ^= 1
    element.value = bytes(value)
    return altered


def files_below(corpus: Path, with_malformed: bool) -> list[Path]:
    """Return the files of the corpus that claim to be DICOM."""
    skipped = {".xml", ".csv", ".md", ".png", ".jpg", ".jpeg", ".nii", ".gz", ".tif", ".txt"}
    found = [p for p in sorted(corpus.rglob("*")) if p.is_file()]
    found = [p for p in found if p.suffix.lower() not in skipped]
    return [p for p in found if with_malformed or "malformed" not in p.parts]


def main() -> int:
    """Examine a corpus; returns 1 when any file is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=SHARED)
    parser.add_argument("--positions", type=int, default=POSITIONS)
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    paths = [p for p in files_below(options.corpus, True) if options.only in str(p)]
    rows: list[Row] = []
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [
            pool.submit(examine, p, str(p.relative_to(options.corpus)), options.positions)
            for p in paths
        ]
        for job in jobs:
            row = job.result()
            rows.append(row)
            mark = "" if row.good else "  <-- NOT AS IT MUST BE"
            print(
                f"{row.path}: {row.outcome} {row.detail} {row.verdict}, tags "
                f"{row.tags_caught}/{row.tags_tried}, pixels {row.pixels_caught}/"
                f"{row.pixels_tried}, restored {row.restored}{mark}",
                flush=True,
            )
    if options.out:
        options.out.write_text("".join(json.dumps(asdict(row)) + "\n" for row in rows))
        note(options.out.name)
    print(Counter(row.outcome for row in rows), "good:", sum(row.good for row in rows), len(rows))
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
