"""What every attack of the repertoire keeps to, on every type of frame."""

import numpy as np
import pytest

from benchmarks.attacks.brushes import grow
from benchmarks.attacks.forgery import Forgery, area, span
from benchmarks.contest.repertoire.attack import Attack, Stage
from benchmarks.contest.repertoire.local import LOCAL
from benchmarks.contest.repertoire.minimal import MINIMAL
from benchmarks.contest.repertoire.whole import WHOLE
from tests.benchmarks.attacks.stages import EDGE, MAKERS, stage
from watermark.tiles import Box

BOX = (48, 40, 24, 24)
ALL_SHOWN = {"8 bits", "signed, 8 bits", "colour", "colour, 16 bits"}
"""What eight bits hold without a loss."""
every_frame = pytest.mark.parametrize("name", MAKERS)
every_attack = pytest.mark.parametrize("attack", [*LOCAL, *WHOLE, *MINIMAL], ids=lambda a: a.name)
every_local = pytest.mark.parametrize("attack", LOCAL, ids=lambda a: a.name)


def made(attack: Attack, scene: Stage, box: Box = BOX, *, strength: int = 0) -> Forgery:
    """The forgery of an attack with one of its usual strengths."""
    amount = attack.usual(scene.picture)[strength]
    place = box if attack.least_size else scene.whole
    return attack.apply(scene.branch("law"), place, amount)


@every_frame
@every_attack
def test_an_attack_says_exactly_what_it_changed(attack: Attack, name: str) -> None:
    scene = stage(name)
    before = scene.values.copy()
    forgery = made(attack, scene)
    assert (scene.values == before).all(), "the frame itself was written to"
    assert forgery.values.dtype == before.dtype and forgery.values.shape == before.shape
    differs = forgery.values != before
    assert (forgery.changed == (differs if differs.ndim == 2 else differs.any(axis=2))).all()


@every_frame
@every_attack
def test_an_attack_stays_in_the_range_of_the_frame(attack: Attack, name: str) -> None:
    scene = stage(name)
    for strength in range(len(attack.strengths)):
        low, high = span(scene.values)
        after = span(made(attack, scene, strength=strength).values)
        assert low <= after[0] and after[1] <= high


@every_frame
@every_attack
def test_an_attack_is_the_same_again(attack: Attack, name: str) -> None:
    scene = stage(name)
    first, second = made(attack, scene), made(attack, scene)
    assert (first.values == second.values).all()


@every_frame
@every_local
def test_a_local_attack_changes_its_box_and_nothing_else(attack: Attack, name: str) -> None:
    forgery = made(attack, stage(name))
    outside = forgery.changed.copy()
    outside[area(BOX)] = False
    assert forgery.changed.any() and not outside.any()


@every_local
def test_a_local_attack_can_be_made_at_corners_and_in_its_least_size(attack: Attack) -> None:
    scene = stage("12 bits")
    for size in (attack.least_size, 12):
        last = EDGE - size
        for box in ((0, 0, size, size), (last, last, size, size), (0, last, size, size)):
            forgery = made(attack, scene, box)
            reach = np.zeros((EDGE, EDGE), dtype=bool)
            reach[area(grow(box, 0, reach.shape))] = True
            assert forgery.changed.any() and not (forgery.changed & ~reach).any()


@every_frame
@pytest.mark.parametrize("attack", WHOLE, ids=lambda a: a.name)
def test_an_attack_on_the_whole_frame_reaches_far(attack: Attack, name: str) -> None:
    forgery = made(attack, stage(name))
    eight_bits_already = attack.group == "C9" and name in ALL_SHOWN
    assert forgery.changed.any() != eight_bits_already
    if not eight_bits_already:
        rows, columns = np.nonzero(forgery.changed)
        assert np.ptp(rows) > EDGE / 2 and np.ptp(columns) > EDGE / 2


def test_names_are_unique_and_groups_complete() -> None:
    everyone = [*LOCAL, *WHOLE, *MINIMAL]
    assert len({attack.name for attack in everyone}) == len(everyone)
    expected = {f"A{n}" for n in range(1, 14)} | {f"C{n}" for n in range(1, 13)}
    assert {a.group for a in everyone} == expected | {f"D{n}" for n in range(1, 5)}
