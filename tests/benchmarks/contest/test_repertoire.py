"""Forgeries are put where they belong, and trials follow from the seed alone."""

from collections import Counter

import numpy as np
import pytest

from benchmarks.attacks.forgery import Forgery, area
from benchmarks.attacks.shading import shift
from benchmarks.contest.pictures import Picture
from benchmarks.contest.repertoire import trials
from benchmarks.contest.repertoire.attack import Attack, Stage
from benchmarks.contest.repertoire.local import BIHARMONIC, COPY_MOVE, LOCAL, NODULE, SHIFT, SPLICE
from benchmarks.contest.repertoire.places import survey
from benchmarks.contest.repertoire.training import training_forgery
from benchmarks.contest.repertoire.whole import JPEG, NOISE, WHOLE
from tests.benchmarks.attacks.stages import lung, lungs_of
from watermark.tiles import Box

FEW = (COPY_MOVE, SPLICE, BIHARMONIC, NODULE)


@pytest.fixture(scope="module")
def stage() -> Stage:
    """A lung, and the lung of another."""
    return Stage.set(lung(3), lung(4), 11)


def learned(stage: Stage, box: Box, strength: float) -> Forgery:
    """What a learned forger looks like from here."""
    return shift(stage.values, box, round(strength))


def test_in_a_chest_the_place_is_the_lung() -> None:
    seen = survey(lung())
    lungs = lungs_of()
    assert (seen.inside & lungs).sum() > 0.95 * lungs.sum()
    assert (seen.inside & ~lungs).sum() < 0.2 * lungs.sum()
    random = np.random.default_rng(1)
    assert all(seen.inside[area(seen.draw(1, random))].all() for _ in range(20))
    for size in (12, 32):
        assert all(lungs[area(seen.draw(size, random))].mean() > 0.6 for _ in range(20))


@pytest.mark.parametrize(("kind", "low"), [("CT lung", -1350), ("CT head", -160), ("MR", -160)])
def test_without_a_lung_the_place_is_the_body(kind: str, low: int) -> None:
    bare = lung()
    values = bare.values.copy()
    values[lungs_of()] = 1064
    values += np.random.default_rng(1).integers(0, 9, values.shape).astype(np.uint16)
    y, x = np.indices(values.shape) / 192 - 0.5
    body = (y / 0.4) ** 2 + (x / 0.47) ** 2 < 1
    seen = survey(Picture(values, 12, kind, 1024 + low, 1024 + 240))
    random = np.random.default_rng(1)
    assert all(body[area(seen.draw(24, random))].mean() > 0.7 for _ in range(20))


def test_all_of_a_part_of_a_lung_is_lung() -> None:
    part = lung().like(lung().values[70:120, 20:90])
    assert survey(part).inside.mean() > 0.9


@pytest.mark.parametrize("kind", ["other", "CT lung"])
def test_a_flat_picture_has_places_too(kind: str) -> None:
    flat = Picture(np.full((40, 64, 3), 7, dtype=np.uint8), 8, kind, 0, 255)
    box = survey(flat).draw(64, np.random.default_rng(1))
    assert box == (0, 0, 40, 64)


def test_findings_are_found_and_avoided() -> None:
    picture = lung()
    values = picture.values.copy()
    spots = [(80, 50), (100, 140), (110, 60), (75, 130)]
    for y, x in spots:
        values[y - 7 : y + 7, x - 7 : x + 7] = 1100
    seen = survey(picture.like(values))
    random = np.random.default_rng(2)

    def hits(finding: bool) -> int:
        boxes = [seen.draw(20, random, finding) for _ in range(20)]
        return sum((values[area(box)] == 1100).any() for box in boxes)

    assert hits(True) >= 14 and hits(False) <= 5


def test_what_is_flat_is_outside_however_bright() -> None:
    values = np.full((64, 64), 60001, dtype=np.uint16)
    values[16:48, 16:48] += np.random.default_rng(1).integers(0, 2, (32, 32)).astype(np.uint16)
    inside = survey(Picture(values, 16, "X-ray", 0, 65535)).inside
    assert inside[18:46, 18:46].mean() > 0.99 and inside.sum() <= 36 * 36


def test_large_frames_are_surveyed_coarsely_and_drawn_from_everywhere() -> None:
    values = np.random.default_rng(1).integers(0, 255, (700, 1300)).astype(np.uint8)
    seen = survey(Picture(values, 8, "X-ray", 0, 255))
    assert seen.stride == 3 and seen.inside.shape == (234, 434)
    random = np.random.default_rng(1)
    boxes = [seen.draw(31, random, finding) for finding in (True, False, None) for _ in range(40)]
    for top, left, height, width in boxes:
        assert 0 <= top <= 700 - height and 0 <= left <= 1300 - width
    assert {box[0] % 3 for box in boxes} == {0, 1, 2}
    assert max(box[1] for box in boxes) > 900


def test_a_donor_is_seen_in_the_hosts_units() -> None:
    host, other = lung(3), lung(4)
    signed = Picture((other.values.astype(np.int16) - 1024), 16, "CT lung", -1350, 150)
    assert (Stage.set(host, signed, 1).foreign == other.values).all()
    colour = Picture(np.zeros((192, 192, 3), dtype=np.uint8), 8, "fundus", 0, 255)
    stage = Stage.set(colour, other, 1)
    assert stage.foreign.shape == colour.values.shape and stage.foreign.dtype == np.uint8
    assert Stage.set(other, colour, 1).foreign.shape == other.values.shape


def test_every_local_attack_has_its_trial(stage: Stage) -> None:
    made = list(trials.local_trials(stage))
    assert [trial.attack for trial in made] == [attack.name for attack in LOCAL]
    for trial, attack in zip(made, LOCAL, strict=True):
        assert attack.fits(trial.size) and trial.size in trials.USUAL
        assert trial.strength in attack.usual(stage.picture)
        assert (trial.aimed == trial.forgery.changed).all() and trial.aimed.any()


def test_trials_follow_from_the_seed_and_not_from_their_company(stage: Stage) -> None:
    alone = list(trials.local_trials(stage, (NODULE,)))
    among = [t for t in trials.local_trials(stage) if t.attack == NODULE.name]
    assert (alone[0].forgery.values == among[0].forgery.values).all()
    other = Stage.set(stage.picture, stage.donor, 12)
    (differs,) = trials.local_trials(other, (NODULE,))
    assert (differs.forgery.values != among[0].forgery.values).any()


def test_a_sealed_picture_is_forged_at_the_same_places(stage: Stage) -> None:
    sealed = stage.values + np.random.default_rng(1).integers(0, 2, (192, 192)).astype(np.uint16)
    for before, after in zip(
        trials.local_trials(stage, FEW),
        trials.local_trials(stage.seen_as(sealed), FEW),
        strict=True,
    ):
        assert (before.size, before.strength) == (after.size, after.strength)
        both = before.aimed | after.aimed
        assert (before.aimed & after.aimed).sum() > 0.9 * both.sum()


def test_the_whole_frame_has_a_trial_for_each_strength(stage: Stage) -> None:
    made = list(trials.whole_trials(stage))
    assert len(made) == sum(len(attack.strengths) for attack in WHOLE)
    assert {trial.size for trial in made} == {0}
    assert [t.strength for t in made if t.attack == "JPEG"] == [95, 75, 50]


def test_minimal_trials_are_minimal(stage: Stage) -> None:
    made = list(trials.minimal_trials(stage))
    counts = [(t.group, int(t.forgery.changed.sum())) for t in made]
    expected = [("D1", 1), ("D2", 4), ("D2", 64), ("D2", 1024), ("D3", 256), ("D3", 256)]
    assert counts == [*expected, ("D3", 256), ("D4", 1)]
    for trial in made[:-1]:
        change = trial.forgery.values.astype(int) - stage.values
        assert np.abs(change).max() == 1


def test_sizes_are_swept(stage: Stage) -> None:
    made = list(trials.size_sweep(stage))
    swept = Counter(trial.attack for trial in made)
    assert swept["copy-move"] == swept["synthetic nodule"] == len(trials.SIZES)
    for trial in made:
        rows, columns = np.nonzero(trial.aimed)
        assert max(np.ptp(rows), np.ptp(columns)) < trial.size
        assert max(np.ptp(rows), np.ptp(columns)) >= 0.6 * trial.size - 1


def test_strengths_are_swept_at_one_place(stage: Stage) -> None:
    made = [t for t in trials.strength_sweep(stage) if t.attack == SHIFT.name]
    assert [t.strength for t in made[:4]] == [1, -1, 2, -2]
    for trial in made:
        before = stage.values[made[0].aimed].astype(int)
        moved = np.maximum(before + int(trial.strength), stage.values.min())
        assert (trial.forgery.values[made[0].aimed] == moved).all()
        assert not (trial.aimed & ~made[0].aimed).any()


def test_native_units_are_scaled_to_steps() -> None:
    coarse = Picture(lung().values, 12, "CT lung", 0, 2000, 4.0)
    stage = Stage.set(coarse, coarse, 1)
    assert [stage.steps(s) for s in (200, -200, 1, -1)] == [50, -50, 1, -1]
    assert NODULE.usual(coarse)[0] == 0.5 * 2000 * 4


def test_a_washed_forgery_is_compared_to_its_washed_original(stage: Stage) -> None:
    made = list(trials.processing_sweep(stage, (COPY_MOVE,), ((JPEG, (90, 50)), (NOISE, (0.01,)))))
    assert [(t.attack, t.washed) for t in made] == [
        ("JPEG", ""), ("copy-move", "JPEG"), ("JPEG", ""), ("copy-move", "JPEG"),
        ("added noise", ""), ("copy-move", "added noise"),
    ]  # fmt: skip
    assert [t.strength for t in made] == [90, 90, 50, 50, 15, 15]
    assert [t.title for t in made[:2]] == ["JPEG", "copy-move, then JPEG"]
    place = made[1].aimed
    for control, forged in zip(made[::2], made[1::2], strict=True):
        assert forged.forgery.changed.sum() > 10 * place.sum()
        assert (forged.aimed == place).all()
        far = np.ones_like(place)
        rows, columns = np.nonzero(place)
        far[
            max(0, rows.min() - 8) : rows.max() + 9, max(0, columns.min() - 8) : columns.max() + 9
        ] = 0
        assert (forged.forgery.values == control.forgery.values)[far].all()
        assert (forged.forgery.values != control.forgery.values)[place].mean() > 0.5


def test_a_learned_forger_is_an_entry_like_any_other(stage: Stage) -> None:
    entry = Attack("B1", "learned", "generator", learned, 32, 32, None, (25.0,))
    (made,) = trials.local_trials(stage, (entry,))
    assert (made.group, made.size, made.strength) == ("B1", 32, 25.0)
    for size, expected in ((40, [40]), (100, [])):
        odd = Attack("B2", "odd", "generator", learned, size, size, None, (25.0,))
        assert [trial.size for trial in trials.local_trials(stage, (odd,))] == expected
    random = np.random.default_rng(1)
    drawn = [training_forgery(lung(1), lung(2), random, attacks=(*LOCAL, entry)) for _ in range(40)]
    assert "generator" in {family for family, _ in drawn}


def test_training_draws_of_every_family_and_no_larger_than_half_the_picture() -> None:
    random = np.random.default_rng(3)
    seen = set()
    for _ in range(60):
        family, forgery = training_forgery(lung(1, 96), lung(2, 96), random)
        seen.add(family)
        rows, columns = np.nonzero(forgery.changed)
        assert max(np.ptp(rows), np.ptp(columns)) < 48
    assert seen == {attack.family for attack in LOCAL}


def test_training_is_the_same_from_the_same_seed() -> None:
    first, second = (
        training_forgery(lung(1, 96), lung(2, 96), np.random.default_rng(9)) for _ in range(2)
    )
    assert first[0] == second[0] and (first[1].values == second[1].values).all()
    with pytest.raises(ValueError, match="no attack"):
        training_forgery(lung(1, 96), lung(2, 96), np.random.default_rng(9), attacks=())
