"""All generators trained, each with its own count of steps, and their weights kept.

    python -m benchmarks.generators.training --reader MODULE:FUNCTION --corpus FOLDER --out FOLDER

The reader is a function that takes the folder and returns the pictures and the volumes of the
training patients; nothing else may be given to it, or the contest is lost by the split.

A budget is counted in steps, never in seconds, and each generator runs on one thread, so that the
weights do not hang on the machine's load. With two workers two of them train at a time.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch

from benchmarks.contest.pictures import Picture
from benchmarks.generators.cyclegan import CycleGAN
from benchmarks.generators.dcgan import DCGAN
from benchmarks.generators.diffusion import Diffusion
from benchmarks.generators.generator import (
    CubeGenerator,
    Generator,
    PatchGenerator,
    PictureGenerator,
)
from benchmarks.generators.pix2pix import Pix2Pix
from benchmarks.generators.pix2pix3d import Pix2Pix3d
from benchmarks.generators.vae import VAE
from benchmarks.generators.volumes import Volume
from benchmarks.generators.whole import WholeVAE
from benchmarks.threads import use_one_thread

CLASSES: tuple[type[Generator], ...] = (
    Diffusion,
    Pix2Pix3d,
    CycleGAN,
    Pix2Pix,
    DCGAN,
    VAE,
    WholeVAE,
)
"""The longest first, so that two workers end at about the same time."""

FULL = {
    "VAE": 1600,
    "pix2pix": 1500,
    "pix2pix 3-D": 1000,
    "DCGAN": 1000,
    "diffusion": 1800,
    "CycleGAN": 2000,
    "whole VAE": 1200,
}
QUICK = {
    "VAE": 40,
    "pix2pix": 12,
    "pix2pix 3-D": 8,
    "DCGAN": 15,
    "diffusion": 12,
    "CycleGAN": 6,
    "whole VAE": 30,
}
BUDGETS: dict[str, dict[str, int]] = {"full": FULL, "quick": QUICK}
"""Steps of each generator, by its name."""

Corpus = Callable[[Path], tuple[Sequence[Picture], Sequence[Volume]]]
"""Returns the pictures and the volumes of the training patients of a corpus."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of the training of a generator."""

    name: str
    steps: int
    seconds: float
    """Of one processor: others on the machine do not count."""
    first: float
    """Mean loss of the first tenth of the steps."""
    last: float
    """Mean loss of the last tenth of the steps."""
    size: int
    """Bytes of the file of weights."""


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """A generator to train."""

    generator: type[Generator]
    pictures: Sequence[Picture]
    volumes: Sequence[Volume]
    steps: int
    seed: int
    out: Path


def weights_file(folder: Path, generator: type[Generator]) -> Path:
    """Return where the weights of a generator lie."""
    return folder / (generator.name.lower().replace(" ", "-") + ".npz")


def load_all(folder: Path) -> dict[str, Generator]:
    """Return the trained generators of a folder by name. Raises weights.WrongWeights, OSError."""
    made = {}
    for kind in CLASSES:
        made[kind.name] = kind()
        made[kind.name].load(weights_file(folder, kind))
    return made


def train_all(
    pictures: Sequence[Picture],
    volumes: Sequence[Volume],
    out: Path,
    budget: Mapping[str, int],
    seed: int = 1,
    workers: int = 2,
) -> list[Trained]:
    """Train every generator on the training patients' pictures and volumes, and write weights.

    budget: steps by name. Without volumes no generator of volumes is trained. Progress goes to
    stderr. Where there is one worker, all happens in this process.
    """
    out.mkdir(parents=True, exist_ok=True)
    tasks = [
        _Task(
            kind,
            () if issubclass(kind, CubeGenerator) else pictures,
            volumes if issubclass(kind, CubeGenerator) else (),
            budget[kind.name],
            seed,
            weights_file(out, kind),
        )
        for kind in CLASSES
        if volumes or not issubclass(kind, CubeGenerator)
    ]
    if workers == 1:
        return [_train(task) for task in tasks]
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=use_one_thread) as pool:
        return list(pool.map(_train, tasks))


def main(arguments: Sequence[str] | None = None) -> int:
    """Train the generators on a corpus and print a line for each; 0."""
    parser = argparse.ArgumentParser(prog="benchmarks.generators.training")
    parser.add_argument("--reader", required=True, help="MODULE:FUNCTION that reads a corpus")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of training pictures")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--budget", choices=sorted(BUDGETS), default="full")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    pictures, volumes = _reader(options.reader)(options.corpus)
    budget = BUDGETS[options.budget]
    for done in train_all(pictures, volumes, options.out, budget, options.seed, options.workers):
        print(
            f"{done.name}: {done.steps} steps in {done.seconds:.0f} s, "
            f"loss {done.first:.4f} to {done.last:.4f}, {done.size} bytes"
        )
    return 0


def _reader(name: str) -> Corpus:
    """Return the function that is named MODULE:FUNCTION."""
    module, _, function = name.partition(":")
    found: Corpus = getattr(importlib.import_module(module), function)
    return found


def _train(task: _Task) -> Trained:
    """Train one generator on one thread and write its weights."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    begun = time.process_time()
    generator = task.generator()
    losses = _learn(generator, task)
    generator.save(task.out)
    torch.set_num_threads(threads)
    tenth = max(1, len(losses) // 10)
    return Trained(
        generator.name,
        task.steps,
        time.process_time() - begun,
        sum(losses[:tenth]) / tenth,
        sum(losses[-tenth:]) / tenth,
        task.out.stat().st_size,
    )


def _learn(generator: Generator, task: _Task) -> list[float]:
    """Train a generator on what it learns from, and return its losses."""

    def watch(step: int, loss: float) -> None:
        if step % max(1, task.steps // 10) == 0:
            print(f"{generator.name} {step}/{task.steps} {loss:.4f}", file=sys.stderr, flush=True)

    if isinstance(generator, CubeGenerator):
        return generator.train(task.volumes, task.seed, task.steps, watch)
    assert isinstance(generator, PatchGenerator | PictureGenerator)
    return generator.train(task.pictures, task.seed, task.steps, watch)


if __name__ == "__main__":
    raise SystemExit(main())
