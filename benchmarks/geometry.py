"""How often a crop is found: `python -m benchmarks.geometry FOLDER`.

Frames of a folder of DICOM files are marked, damaged, cropped and laid in a random orientation,
never beyond the signed tolerance: as many carrying tiles stay whole as the payload needs. Prints
for each kind of damage how many were found (payload, orientation and place all as they were),
and the processor time of one search. The default folder is the shared lung CT.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

import watermark
from benchmarks.corpus import SHARED, files_below
from signing.dicom import codecs, part10
from signing.dicom.frames import can_be_marked, to_samples
from signing.dicom.geometry import measure
from signing.errors import SigningError
from watermark.errors import DoesNotFit, UnsupportedSamples
from watermark.geometry.orientation import ORIENTATIONS
from watermark.samples import Samples

LUNG = SHARED / "ct_lung_Lung_Dx-A0001_5mm"
KINDS = ("crop", "crop, scattered tiles", "crop, a block of tiles")
_SEAL, _SEED = bytes(range(16)), bytes(range(16, 32))
_CUT = {"crop": 0.33}
"""Share of an axis that is cut off a side, at most; with damage besides, 0.12."""
_DRAWS = 1000


@dataclass(frozen=True, eq=False)
class Subject:
    """A marked frame, and another picture to damage it with."""

    marked: Samples
    other: Samples
    description: watermark.Description
    payload: bytes


@dataclass(frozen=True)
class Trial:
    """One search."""

    found: bool
    seconds: float


def frames_of(folder: Path, count: int) -> list[Samples]:
    """Return the first frame of `count` files, spread over the folder."""
    paths = list(files_below(folder, with_malformed=False))
    found: list[Samples] = []
    for path in paths[len(paths) // 4 :: max(1, len(paths) // (2 * count))]:
        try:
            dataset = part10.read(path).dataset
            geometry = measure(dataset)
            if geometry is not None and can_be_marked(geometry):
                found.append(to_samples(next(codecs.frames(dataset)), geometry, None))
        except (SigningError, UnsupportedSamples):
            continue  # the corpus has broken files, and some that no codec here reads
    return found[:count]


def subjects(frames: list[Samples], profile: str) -> list[Subject]:
    """Mark each frame under one transform or the other."""
    made = []
    for index, samples in enumerate(frames):
        step = ("dwt", "dct")[index % 2]
        try:
            description = watermark.describe(
                samples, _SEAL, seed=_SEED, profile=profile, transform=step
            )
        except DoesNotFit:
            continue
        payload = np.random.default_rng(index).bytes(description.capacity)
        marked, _ = watermark.embed(samples, description, payload, lambda digest: digest * 2)
        other = next(
            (f for f in frames if f is not samples and f.values.shape == samples.values.shape),
            samples,
        )
        made.append(Subject(marked, other, description, payload))
    return made


def attempt(subject: Subject, kind: str, random: np.random.Generator) -> Trial | None:
    """Damage, crop and turn a marked frame within the tolerance, and search it.

    None where no cut was drawn that stays within it, as in small frames.
    """
    drawn = _damage(subject, kind, random)
    if drawn is None:
        return None
    values, (top, left, bottom, right) = drawn
    way = ORIENTATIONS[int(random.integers(8))]
    cut = np.ascontiguousarray(way.apply(values[top:bottom, left:right]))
    samples = replace(subject.marked, values=cut)
    start = process_time()
    sighting = watermark.search(samples)
    seconds = process_time() - start
    if sighting is None or sighting.reading.payload != subject.payload:
        return Trial(False, seconds)
    place = sighting.placement
    return Trial((place.orientation, place.row, place.column) == (way, top, left), seconds)


def _damage(
    subject: Subject, kind: str, random: np.random.Generator
) -> tuple[NDArray[np.generic], tuple[int, int, int, int]] | None:
    """Return damaged values and a crop, top, left, bottom, right, that leave enough."""
    description = subject.description
    grid, rows, columns = description.layout.coding, description.rows, description.columns
    boxes = np.array(grid.boxes)
    for _ in range(_DRAWS):
        shares = random.uniform(0, _CUT.get(kind, 0.12), 4).tolist()
        top, bottom = int(shares[0] * rows), rows - int(shares[1] * rows)
        left, right = int(shares[2] * columns), columns - int(shares[3] * columns)
        lost = _lost(kind, (grid.down, grid.across), random).reshape(-1)
        ends = boxes[:, :2] + boxes[:, 2:]
        whole = (boxes[:, :2] >= (top, left)).all(axis=1) & (ends <= (bottom, right)).all(axis=1)
        if (description.carrying & whole & ~lost).sum() < description.dimension:
            continue
        values = subject.marked.values.copy()
        for y, x, height, width in boxes[lost].tolist():
            box = slice(y, y + height), slice(x, x + width)
            values[box] = subject.other.values[box]
        return values, (top, left, bottom, right)
    return None


def _lost(kind: str, shape: tuple[int, int], random: np.random.Generator) -> NDArray[np.bool_]:
    """Return (down, across) bool: tiles that are replaced, 20 to 32 % of them."""
    lost = np.zeros(shape, dtype=bool)
    share = random.uniform(0.2, 0.32)
    if kind == KINDS[1]:
        return random.random(shape) < share
    if kind == KINDS[2]:
        tall = int(random.integers(shape[0] // 4, shape[0] - 1))
        wide = min(shape[1], max(1, round(share * lost.size / tall)))
        top, left = random.integers(shape[0] - tall + 1), random.integers(shape[1] - wide + 1)
        lost[top : top + tall, left : left + wide] = True
    return lost


def main() -> None:
    """Run the trials and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=LUNG)
    parser.add_argument("--profile", default="standard")
    parser.add_argument("--trials", type=int, default=300)
    parser.add_argument("--frames", type=int, default=6)
    asked = parser.parse_args()
    watermark.warmup()
    made = subjects(frames_of(asked.folder, asked.frames), asked.profile)
    random = np.random.default_rng(1)
    trials: dict[str, list[Trial]] = defaultdict(list)
    for turn in range(asked.trials):
        kind = KINDS[turn % len(KINDS)]
        trial = attempt(made[turn // len(KINDS) % len(made)], kind, random)
        if trial is not None:
            trials[kind].append(trial)
    for kind, done in trials.items():
        found = sum(trial.found for trial in done)
        seconds = [trial.seconds for trial in done]
        median, most = np.median(seconds), max(seconds)
        print(
            f"{asked.profile}: {kind}: {found} of {len(done)}, {median:.3f} s, at most {most:.3f}"
        )


if __name__ == "__main__":
    main()
