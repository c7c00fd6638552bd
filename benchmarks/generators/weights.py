"""Weights on disk: named half-precision arrays in an .npz file, nothing pickled."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import BadZipFile, is_zipfile

import numpy as np
import torch

from benchmarks.attacks.forgery import Array

LARGEST = 1_000_000
"""Bytes of a file at most."""


class WrongWeights(ValueError):
    """A file does not hold the weights of this network."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason


def shorten(network: Any) -> None:
    """Round all floating weights to half precision, so that what is saved is what is used."""
    with torch.no_grad():
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(tensor.half().float())


def write(network: Any, path: Path) -> None:
    """Write the floating weights as float16 .npz; the file has at most `LARGEST` bytes."""
    arrays = {name: tensor.half().numpy() for name, tensor in _floating(network).items()}
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    assert path.stat().st_size <= LARGEST, "weights larger than promised"


def read(network: Any, path: Path) -> None:
    """Read what `write` wrote into a network of the same build.

    Raises WrongWeights where names, shapes or types are others, or the file is too large or none of
    plain arrays; OSError where it cannot be opened.
    """
    if path.stat().st_size > LARGEST:
        raise WrongWeights(path, "too large")
    wanted = _floating(network)
    arrays = _arrays(path)
    if set(arrays) != set(wanted):
        raise WrongWeights(path, "other names")
    for name, tensor in wanted.items():
        array = arrays[name]
        if array.dtype != np.float16 or array.shape != tuple(tensor.shape):
            raise WrongWeights(path, "another shape or type")
    with torch.no_grad():
        for name, tensor in wanted.items():
            tensor.copy_(torch.from_numpy(arrays[name]).float())


def _arrays(path: Path) -> dict[str, Array]:
    """Return the arrays of a file; what is pickled is not read."""
    if not is_zipfile(path):  # a single .npy would be read too
        raise WrongWeights(path, "no plain arrays")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (ValueError, EOFError, BadZipFile) as broken:
        raise WrongWeights(path, "no plain arrays") from broken


def _floating(network: Any) -> dict[str, Any]:
    """Return the weights that are floating numbers (counters are left out)."""
    return {
        name: tensor for name, tensor in network.state_dict().items() if tensor.is_floating_point()
    }
