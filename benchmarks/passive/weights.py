"""Weights of a network in a file: float16 arrays by name (NumPy's .npz), no pickle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

MOST_BYTES = 1 << 20
"""A file of weights is not larger."""


def settle(network: Any) -> None:
    """Round every weight and statistic of a network to float16, in place.

    What is judged after training is then the same as what is judged after reading the file.
    """
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.clamp(-65504, 65504).half())


def write(network: Any, path: Path) -> None:
    """Write the weights and statistics of a settled network."""
    arrays = {
        name: tensor.half().numpy()
        for name, tensor in network.state_dict().items()
        if tensor.is_floating_point()
    }
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    assert path.stat().st_size <= MOST_BYTES, "the weights are larger than they may be"


def read(network: Any, path: Path) -> None:
    """Set the weights and statistics of a network; raise ValueError if they are another's."""
    state = {n: t for n, t in network.state_dict().items() if t.is_floating_point()}
    with np.load(path, allow_pickle=False) as arrays:
        if set(arrays.files) != set(state):
            raise ValueError("the weights are those of another network")
        for name, tensor in state.items():
            if arrays[name].shape != tuple(tensor.shape):
                raise ValueError("the weights are those of another network")
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(arrays[name]))
