from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from benchmarks.generators import weights
from benchmarks.generators.weights import WrongWeights


def test_weights_come_back(tmp_path: Path) -> None:
    torch.manual_seed(1)
    before, after = (nn.Sequential(nn.Linear(5, 3), nn.BatchNorm1d(3)) for _ in range(2))
    weights.shorten(before)
    weights.write(before, tmp_path / "w.npz")
    weights.read(after, tmp_path / "w.npz")
    assert all(map(torch.equal, before.parameters(), after.parameters()))
    assert torch.equal(before[1].running_var, after[1].running_var)


@pytest.mark.parametrize(
    "other",
    [nn.Linear(5, 4), nn.Linear(5, 3, bias=False), nn.Sequential(nn.Linear(5, 3))],
    ids=["shape", "missing", "names"],
)
def test_weights_of_another_network_are_refused(tmp_path: Path, other: nn.Module) -> None:
    weights.write(other, tmp_path / "w.npz")
    with pytest.raises(WrongWeights):
        weights.read(nn.Linear(5, 3), tmp_path / "w.npz")


def test_other_types_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, weight=np.zeros((3, 5)), bias=np.zeros(3))
    with pytest.raises(WrongWeights):
        weights.read(nn.Linear(5, 3), path)


def test_pickled_arrays_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, weight=np.array([{}], dtype=object), bias=np.zeros(3, dtype=np.float16))
    with pytest.raises(WrongWeights):
        weights.read(nn.Linear(5, 3), path)


def test_large_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(bytes(weights.LARGEST + 1))
    with pytest.raises(WrongWeights):
        weights.read(nn.Linear(5, 3), path)


@pytest.mark.parametrize("size", [0, 3, 200, -1], ids=str)
def test_broken_files_are_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "w.npz"
    weights.write(nn.Linear(5, 3), path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(WrongWeights):
        weights.read(nn.Linear(5, 3), path)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    weights.write(nn.Linear(50, 30), path)
    stored = bytearray(path.read_bytes())
    stored[400] ^= 255
    path.write_bytes(stored)
    with pytest.raises(WrongWeights):
        weights.read(nn.Linear(50, 30), path)
