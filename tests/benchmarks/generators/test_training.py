from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.generators.cyclegan import SEEN, CycleGAN, plant
from benchmarks.generators.generator import CubeGenerator, Generator
from benchmarks.generators.training import (
    BUDGETS,
    CLASSES,
    load_all,
    main,
    train_all,
    weights_file,
)
from benchmarks.generators.volumes import Volume
from benchmarks.generators.weights import LARGEST
from tests.benchmarks.generators.material import halves, picture, volume

each_generator = pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.name)
STEPS = {"pix2pix 3-D": 30, "CycleGAN": 60, "DCGAN": 50}
"""Quick steps in which the loss falls, where these are not 40."""


def planted(kind: type[Generator]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A simple distribution of what a generator learns from."""
    if issubclass(kind, CubeGenerator):
        return halves(12, (32, 32, 32)) - np.float32(0.5)
    return halves(40, (64, 64))


def read_phantoms(folder: Path) -> tuple[list[object], list[Volume]]:
    """A reader of a corpus that is not there."""
    assert folder.name == "corpus"
    return [picture(1), picture(2)], [volume()]


@each_generator
def test_the_loss_falls(kind: type[Generator]) -> None:
    losses = kind().study(planted(kind), 1, STEPS.get(kind.name, 40))
    assert np.isfinite(losses).all()
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


@each_generator
def test_the_same_seed_gives_the_same_weights_and_they_come_back(
    kind: type[Generator], tmp_path: Path
) -> None:
    first, second, third, other = kind(), kind(), kind(), kind()
    heard: list[int] = []
    first.study(planted(kind), 5, 3, lambda step, loss: heard.append(step))
    second.study(planted(kind), 5, 3)
    other.study(planted(kind), 6, 3)
    first.save(tmp_path / "w.npz")
    third.load(tmp_path / "w.npz")
    assert heard == [1, 2, 3]
    assert same(first, second)
    assert same(first, third)
    assert not same(first, other)


def test_patches_that_were_not_learned_from_are_healed() -> None:
    generator = CycleGAN()
    generator.study(planted(CycleGAN), 1, 100)
    torch.manual_seed(2)
    before = torch.from_numpy(halves(40, (64, 64), 2))[:, None]
    sick = plant(before)
    with torch.no_grad():
        healed = generator.network["heal"](sick)
    about = sick - before > SEEN
    apart = [float((one - before).abs()[about].mean()) for one in (sick, healed)]
    assert apart[1] < 0.8 * apart[0]


def test_a_few_steps_move_both_translators_away_from_doing_nothing() -> None:
    generator = CycleGAN()
    assert np.isfinite(generator.study(planted(CycleGAN), 1, 3)).all()
    window = torch.from_numpy(planted(CycleGAN)[:1])[None]
    with torch.no_grad():
        assert all(not torch.equal(one(window), window) for one in generator.network.values())


def test_training_leaves_the_state_of_chance_alone() -> None:
    torch.manual_seed(9)
    before = torch.random.get_rng_state()
    CLASSES[-1]().study(planted(CLASSES[-1]), 1, 2)
    assert torch.equal(before, torch.random.get_rng_state())


def test_every_generator_has_a_budget() -> None:
    names = {kind.name for kind in CLASSES}
    assert len(names) == len(CLASSES)
    assert all(set(budget) == names for budget in BUDGETS.values())


def test_all_are_trained_written_and_loaded(tmp_path: Path) -> None:
    steps = dict.fromkeys(BUDGETS["quick"], 1)
    done = train_all([picture()], [volume()], tmp_path, steps, workers=1)
    assert [one.name for one in done] == [kind.name for kind in CLASSES]
    assert all(0 < one.size <= LARGEST for one in done)
    assert set(load_all(tmp_path)) == {kind.name for kind in CLASSES}


def test_without_volumes_none_is_trained_for_them(tmp_path: Path) -> None:
    steps = dict.fromkeys(BUDGETS["quick"], 1)
    done = train_all([picture()], [], tmp_path, steps, workers=1)
    assert "pix2pix 3-D" not in [one.name for one in done]


def test_the_command_trains_what_its_reader_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(BUDGETS, "quick", dict.fromkeys(BUDGETS["quick"], 1))
    reader = "tests.benchmarks.generators.test_training:read_phantoms"
    places = ["--corpus", str(tmp_path / "corpus"), "--out", str(tmp_path / "out")]
    assert main(["--reader", reader, *places, "--budget", "quick", "--workers", "1"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CLASSES)
    assert all(weights_file(tmp_path / "out", kind).is_file() for kind in CLASSES)


def same(first: Generator, second: Generator) -> bool:
    """Whether two generators have the same weights."""
    pairs = zip(
        first.network.state_dict().values(), second.network.state_dict().values(), strict=True
    )
    return all(torch.equal(*pair) for pair in pairs if pair[0].is_floating_point())
