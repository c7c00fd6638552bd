"""How near recovered areas come to what was there: `python -m benchmarks.repair`.

Slices of a lung CT are sealed with a recovery key. Every 64x64 region inside the body is made
black: alone (1.6 % of the frame), and with other tiles up to the damage that the certificate
tolerates. Each is recovered from the samples alone and compared with the original: root mean
square error, and whether anything changed outside the tiles that were damaged. Then the time that
`recover` takes in memory with 30 % of the tiles damaged. Prints figures against the targets,
writes JSON lines; `python -m benchmarks.render` makes docs/results/repair.md of them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, Final

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from numpy.typing import NDArray
from pydicom.dataset import Dataset

import watermark
from benchmarks.corpus import SHARED
from benchmarks.runs import save
from signing import payload
from signing.certificate import Certificate
from signing.dicom import codecs, part10
from signing.dicom.copies import fork
from signing.dicom.limits import EXPLICIT_LITTLE
from signing.dicom.writing import replace_frames
from signing.evidence.pixelcheck import read_frames
from signing.keys import FileSigner, PublicKey, RecoveryKey, RecoveryPublicKey, Role
from signing.recovery import recover_dataset
from signing.sealing import SealOptions, seal_dataset
from signing.trust import Trust
from watermark.description import Description

SERIES: Final = "ct_lung_Lung_Dx-A0001_5mm"
SLICES: Final = (8, 17, 26, 35, 44)
"""Places of the slices, of the files by name."""
EDGE: Final = 64
"""Rows and columns of a region."""
BODY: Final = 80
"""Least mean of the stored values of a region that counts as inside the body."""
BLACK: Final = 0.30
"""Share of the tiles that are damaged where time is taken."""
ROUNDS: Final = 40

TARGETS: Final = {
    ("standard", 0.49): (42, 52),
    ("full", 0.49): (27, 32),
    ("standard", 0.25): (26, 32),
}
"""Median and 90th percentile of the error, HU, with flat areas released."""
FASTEST: Final = 40.0
"""Milliseconds that recovering may take at most, by the least of all rounds."""

Frame = NDArray[Any]
Region = tuple[int, int]


@dataclass
class Row:
    """One region of one slice under one way of sealing."""

    slice: str
    profile: str
    damage: float
    spread: bool
    region: Region
    picture_bytes: int
    tolerance: float
    alone: float
    """Root mean square error where this region alone is damaged."""
    most: float
    """The same where so much is damaged as is tolerated."""
    most_share: float
    """Share of the carrying tiles that was."""
    strays: int
    """Samples outside the damaged tiles that changed."""


@dataclass
class Time:
    """Processor time that recovering took: it has one thread, and waits for nothing."""

    profile: str
    evidence: str
    rounds: int
    least_ms: float
    median_ms: float


@cache
def keys() -> tuple[FileSigner, Trust, RecoveryKey, RecoveryPublicKey]:
    """Return keys for this run."""
    signer = FileSigner(Ed25519PrivateKey.generate(), "benchmark", Role.ACQUISITION)
    trust = Trust.of(PublicKey(signer.public_key, signer.name, signer.role))
    private = X25519PrivateKey.generate()
    return (
        signer,
        trust,
        RecoveryKey(private, "benchmark"),
        RecoveryPublicKey(private.public_key(), "benchmark"),
    )


def seal(dataset: Dataset, profile: str, damage: float, spread: bool) -> Dataset:
    """Return the data set sealed with recovery data."""
    signer, _, _, public = keys()
    options = SealOptions(
        profile=profile, damage=damage, spread=spread, recovery_for=(public,), restoration=False
    )
    return seal_dataset(dataset, signer, options).dataset


def bare(sealed: Dataset, frame: Frame) -> Dataset:
    """Return the data set with other samples and without its private tags."""
    changed = fork(sealed)
    changed.remove_private_tags()
    replace_frames(changed, [frame], EXPLICIT_LITTLE)
    return changed


def regions(frame: Frame) -> list[Region]:
    """Return the corners of the regions inside the body."""
    corners = [(r, c) for r in range(96, 416, EDGE) for c in range(32, 480, EDGE)]
    return [(r, c) for r, c in corners if frame[r : r + EDGE, c : c + EDGE].mean() > BODY]


def area(region: Region) -> tuple[slice, slice]:
    """Return the samples of a region."""
    row, column = region
    return slice(row, row + EDGE), slice(column, column + EDGE)


def examine(path: Path, profile: str, damage: float, spread: bool) -> Iterator[Row]:
    """Yield the rows of one slice."""
    source = part10.read(path).dataset
    original = next(iter(codecs.frames(source)))
    sealed = seal(source, profile, damage, spread)
    marked = next(iter(codecs.frames(sealed)))
    description, carried = read_mark(sealed)
    chosen = regions(original)
    alone = {}
    strays = 0
    for region in chosen:
        errors, changed = damage_and_recover(sealed, marked, original, [region], [])
        alone[region] = errors[region]
        strays += changed
    for part in range(3):
        group = chosen[part::3]
        more = further_tiles(description, group, part)
        errors, changed = damage_and_recover(sealed, marked, original, group, more)
        carriers = set(np.flatnonzero(description.carrying).tolist())
        hit = len(carriers & {*touched(description, group), *more})
        for region in group:
            yield Row(
                path.name,
                profile,
                damage,
                spread,
                region,
                carried,
                description.tolerance,
                alone[region],
                errors[region],
                hit / len(carriers),
                strays + changed,
            )


def read_mark(sealed: Dataset) -> tuple[Description, int]:
    """Return the description in the samples, and the bytes of recovery data beside it."""
    packed = watermark.extract(next(read_frames(sealed))[0]).payload
    assert packed is not None
    parts = payload.unpack(packed)
    encoded = Certificate.decode(parts.claims).description
    return Description.decode(encoded), len(parts.recovery)


def touched(description: Description, group: list[Region]) -> list[int]:
    """Return the tiles that regions lie on."""
    grid = description.layout.coding
    return [
        grid.index_at(row + down, column + right)
        for row, column in group
        for down in range(0, EDGE, 32)
        for right in range(0, EDGE, 32)
    ]


def further_tiles(description: Description, group: list[Region], seed: int) -> list[int]:
    """Return carrying tiles that fill the damage up to what is tolerated."""
    taken = set(touched(description, group))
    carriers = np.flatnonzero(description.carrying).tolist()
    bearable = description.carriers - description.dimension
    spare = [tile for tile in carriers if tile not in taken]
    room = bearable - sum(tile in taken for tile in carriers)
    assert room >= 0
    return [int(t) for t in np.random.default_rng(seed).permutation(spare)[:room]]


def damage_and_recover(
    sealed: Dataset, marked: Frame, original: Frame, group: list[Region], more: list[int]
) -> tuple[dict[Region, float], int]:
    """Make regions and tiles black and recover; return errors and strays."""
    _, trust, key, _ = keys()
    frame, hit = marked.copy(), np.zeros(marked.shape, bool)
    for region in group:
        hit[area(region)] = True
    for tile in more:
        row, column = divmod(tile, marked.shape[1] // 32)
        hit[32 * row : 32 * row + 32, 32 * column : 32 * column + 32] = True
    frame[hit] = 0
    done = recover_dataset(bare(sealed, frame), trust, key)
    result = next(iter(codecs.frames(done.dataset)))
    errors = {
        region: float(
            np.sqrt(np.mean((result[area(region)].astype(float) - original[area(region)]) ** 2))
        )
        for region in group
    }
    return errors, int((result != frame)[~hit].sum())


def take_time(path: Path, profile: str) -> Iterator[Time]:
    """Yield how long recovering takes in memory, from the tags and from the samples alone."""
    source = part10.read(path).dataset
    sealed = seal(source, profile, 0.49, True)
    frame = next(iter(codecs.frames(sealed))).copy()
    tiles = (frame.shape[0] // 32) * (frame.shape[1] // 32)
    for tile in np.random.default_rng(1).permutation(tiles)[: int(BLACK * tiles)].tolist():
        row, column = divmod(tile, frame.shape[1] // 32)
        frame[32 * row : 32 * row + 32, 32 * column : 32 * column + 32] = 0
    whole = fork(sealed)
    replace_frames(whole, [frame], EXPLICIT_LITTLE)
    _, trust, key, _ = keys()
    for evidence, dataset in (("tags", whole), ("samples alone", bare(sealed, frame))):
        taken = []
        for _ in range(ROUNDS):
            start = time.process_time()
            recover_dataset(dataset, trust, key)
            taken.append(1000 * (time.process_time() - start))
        yield Time(profile, evidence, ROUNDS, min(taken), median(taken))


def report(rows: list[Row], times: list[Time]) -> bool:
    """Print figures against targets; return whether a target is missed."""
    missed = any(row.strays for row in rows)
    for (profile, damage), targets in TARGETS.items():
        for spread in (True, False):
            mine = [r for r in rows if (r.profile, r.damage, r.spread) == (profile, damage, spread)]
            if not mine:
                continue
            alone, most = ([getattr(r, name) for r in mine] for name in ("alone", "most"))
            figures = [(float(np.median(v)), float(np.percentile(v, 90))) for v in (alone, most)]
            missed |= spread and any(
                f > t for pair in figures for f, t in zip(pair, targets, strict=True)
            )
            words = "released" if spread else "wet"
            print(
                f"{profile} {damage} {words}: n {len(mine)}, median / p90 HU alone "
                f"{figures[0][0]:.1f} / {figures[0][1]:.1f}, most damaged {figures[1][0]:.1f} / "
                f"{figures[1][1]:.1f} (targets {targets[0]} / {targets[1]} released), "
                f"{min(r.picture_bytes for r in mine)} bytes at least"
            )
    for taken in times:
        missed |= taken.least_ms > FASTEST
        print(
            f"{taken.profile}, {taken.evidence}: least {taken.least_ms:.1f} ms, "
            f"median {taken.median_ms:.1f}"
        )
    return missed


def main() -> int:
    """Measure; returns 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=SHARED)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--slices", type=int, default=len(SLICES))
    options = parser.parse_args()
    files = sorted((options.corpus / SERIES).glob("*.dcm"))
    paths = [files[place] for place in SLICES[: options.slices]]
    rows = [
        row
        for profile, damage in TARGETS
        for spread in (True, False)
        for path in paths
        for row in examine(path, profile, damage, spread)
    ]
    times = [taken for profile in ("standard", "full") for taken in take_time(paths[0], profile)]
    save(options.out, [*rows, *times])
    return int(report(rows, times))


if __name__ == "__main__":
    sys.exit(main())
