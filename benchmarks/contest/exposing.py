"""From an image to all that is put before the judges: untouched, sealed, forged, sealed and forged.

The forgeries of the sealed picture are the same as those of the other: same places, same draws.
Verdicts of seals are taken here; passive detectors come later, to the same pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

import numpy as np

from benchmarks.active.contestant import Protected, Unfit
from benchmarks.active.seals import PROFILES, Sealing, both_ways, name_of
from benchmarks.attacks.forgery import Flags
from benchmarks.contest.collection import Image
from benchmarks.contest.pictures import Picture
from benchmarks.contest.repertoire.attack import Attack, Stage
from benchmarks.contest.repertoire.local import LOCAL
from benchmarks.contest.repertoire.trials import (
    Trial,
    local_trials,
    minimal_trials,
    processing_sweep,
    size_sweep,
    strength_sweep,
    whole_trials,
)
from benchmarks.contest.repertoire.whole import WASHES
from benchmarks.contest.rows import Row, digest_flags
from benchmarks.measures.location import judge_heat

BOTH = "AB"
"""Groups whose forgeries of sealed pictures are put before passive detectors too."""
MOST_LOCAL = 0.25
"""Share of changed samples up to which a forgery is one of a place."""
_PASSIVE_SEAL = "standard"
"""Profile of the sealed pictures that passive detectors see."""


@dataclass(frozen=True, eq=False)
class Exposure:
    """One picture, and the row that is written of it."""

    row: Row
    picture: Picture
    aimed: Flags
    """(rows, columns) what a detector should point at."""
    changed: Flags
    """(rows, columns) what was changed: more than that where the whole frame was processed."""
    passive: bool = True
    """Whether passive detectors see it."""

    @property
    def local(self) -> bool:
        """Whether it makes sense to ask where."""
        return 0 < float(self.aimed.mean()) <= MOST_LOCAL


@dataclass(frozen=True)
class Plan:
    """Which trials are made of an image."""

    learned: Sequence[Attack] = field(default_factory=tuple)
    sweeps: bool = False
    thorough: bool = True
    """Whether the whole frame, and what cannot be seen, are attacked too."""
    forged: bool = True
    """Whether there is more than the picture itself, untouched and sealed."""
    profiles: tuple[str, ...] = PROFILES
    """In which it is sealed."""
    sealed_seen: bool = True
    """Whether passive detectors see forgeries of the sealed picture."""


def expose(image: Image, donor: Picture, plan: Plan) -> Iterator[Exposure]:
    """Yield all exposures of a test image, plain ones first.

    donor: another picture of equal rows and columns: of another patient, or the same one turned.
    """
    seals = protect(image, plan.profiles)
    yield from untouched(image, seals)
    if not plan.forged:
        return
    seed = int.from_bytes(sha256(image.name.encode()).digest()[:4], "big")
    stage = Stage.set(image.picture, donor, seed)
    for trial, sweep in _trials(stage, plan):
        yield _plain(image, trial, sweep)
    for profile, pair in seals.items():
        sealed = stage.seen_as(pair[0].picture.values)
        usual = profile == _PASSIVE_SEAL
        mine = plan if usual else replace(plan, sweeps=False, thorough=False)
        for trial, sweep in _trials(sealed, mine):
            seen = usual and plan.sealed_seen and trial.group[:1] in BOTH and not sweep
            yield _judged(image, trial, sweep, (profile, pair), seen)


def protect(
    image: Image, profiles: Sequence[str] = PROFILES
) -> dict[str, tuple[Protected, Protected]]:
    """Return the image sealed in every profile that fits: as judged from tags, and from samples."""
    found = {profile: protect_in(image, profile) for profile in profiles}
    return {profile: pair for profile, pair in found.items() if pair is not None}


def protect_in(image: Image, profile: str) -> tuple[Protected, Protected] | None:
    """Return the image sealed in one profile, judged in both ways; None where it does not fit."""
    try:
        return both_ways(Sealing(profile, False).protect(image.picture, image.name))
    except Unfit:
        return None


def untouched(image: Image, seals: dict[str, tuple[Protected, Protected]]) -> Iterator[Exposure]:
    """Yield an image as it is, and sealed in each profile."""
    nothing = np.zeros(image.picture.values.shape[:2], dtype=bool)
    yield Exposure(_row(image, "", ""), image.picture, nothing, nothing)
    for profile, pair in seals.items():
        row = _row(image, "", "")
        row.marked = True
        picture = pair[0].picture
        ask_seals(row, pair, profile, picture, nothing)
        yield Exposure(row, picture, nothing, nothing, profile == _PASSIVE_SEAL)


def _trials(stage: Stage, plan: Plan) -> Iterator[tuple[Trial, str]]:
    """Yield trials, and the sweep that each is a step of."""
    usual = [local_trials(stage, (*LOCAL, *(a for a in plan.learned if a.least_size)))]
    usual.append(whole_trials(stage, [a for a in plan.learned if not a.least_size]))
    if plan.thorough:
        usual += [whole_trials(stage), minimal_trials(stage)]
    for trials in usual:
        yield from ((trial, "") for trial in trials)
    if plan.sweeps:
        yield from ((trial, "sizes") for trial in size_sweep(stage))
        yield from ((trial, "strengths") for trial in strength_sweep(stage))
        yield from ((trial, "processing") for trial in processing_sweep(stage))


def _plain(image: Image, trial: Trial, sweep: str) -> Exposure:
    """Return a forgery of a picture that was never sealed."""
    row = _row(image, trial.group, _title(image, trial, sweep))
    _describe(row, trial, sweep)
    picture = image.picture.like(trial.forgery.values)
    return Exposure(row, picture, trial.aimed, trial.forgery.changed)


def _judged(
    image: Image,
    trial: Trial,
    sweep: str,
    seal: tuple[str, tuple[Protected, Protected]],
    seen: bool,
) -> Exposure:
    """Return a forgery of a sealed picture, judged by its seal."""
    profile, pair = seal
    row = _row(image, trial.group, _title(image, trial, sweep))
    _describe(row, trial, sweep)
    row.marked = True
    picture = pair[0].picture.like(trial.forgery.values)
    ask_seals(row, pair, profile, picture, trial.aimed)
    return Exposure(row, picture, trial.aimed, trial.forgery.changed, seen)


def ask_seals(
    row: Row,
    pair: tuple[Protected, Protected],
    profile: str,
    picture: Picture,
    aimed: Flags,
) -> None:
    """Write down what the seal says, with its tags and without."""
    for stripped, judge in enumerate(pair):
        name = name_of(profile, bool(stripped))
        said = judge.judge(picture)
        row.verdicts[name] = said.verdict
        if said.named is not None and 0 < aimed.mean() <= MOST_LOCAL:
            row.placed[name] = judge_heat(said.named.astype(np.float32), 0.5, aimed)


def _row(image: Image, group: str, attack: str) -> Row:
    """Return the head of a row."""
    role = image.role
    return Row(image.name, role.patient, role.kind, role.part, group, attack)


def _describe(row: Row, trial: Trial, sweep: str) -> None:
    """Write down the forgery."""
    row.size, row.strength, row.sweep = trial.size, trial.strength, sweep
    row.level = trial.level
    row.changed = int(trial.forgery.changed.sum())
    row.mask = digest_flags(trial.forgery.changed)


def _title(image: Image, trial: Trial, sweep: str) -> str:
    """Return the attack's name, and what it went through with how much of that."""
    washes = {wash.name: wash for wash, _ in WASHES}
    process = trial.washed or trial.attack
    if sweep != "processing" or process not in washes:
        return trial.attack
    amount = abs(trial.strength) / washes[process].unit(image.picture)
    return f"{trial.attack if trial.washed else 'nothing'} after {process} {amount:.4g}"
