"""The one loop that all networks are trained by, with budgets in steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is spent on training a network; never a time, so that a seed repeats it."""

    steps: int
    """Of a network of ordinary cost; each detector takes its `share` of them."""
    batch: int
    """Windows for each step."""
    windows: int
    """Windows that are drawn from the examples, once."""


FULL = Budget(steps=1600, batch=16, windows=12000)
QUICK = Budget(steps=40, batch=16, windows=600)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let all chance within come from a seed, and leave that of others alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


def descend(network: Any, loss: Callable[[], Any], steps: int, rate: float = 3e-3) -> None:
    """Make `steps` steps of AdamW, the rate rising to `rate` and falling to 0.

    loss: draws a batch by itself and returns a scalar with a gradient.
    Sources: Loshchilov, Hutter, Decoupled weight decay, ICLR 2019; Smith, Topin, Super-convergence,
    2019 (the rise and fall).
    """
    network.train()
    rule = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    course = torch.optim.lr_scheduler.OneCycleLR(rule, rate, total_steps=steps + 1)
    for _ in range(steps):
        rule.zero_grad()
        loss().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        rule.step()
        course.step()
    network.eval()


def pick(count: int, size: int) -> Any:
    """Return (size,) indices below `count`, drawn with replacement."""
    return torch.randint(count, (size,))


def turn(*tensors: Any) -> list[Any]:
    """Return batches of planes or masks, all mirrored and turned alike by one draw."""
    draws = torch.randint(2, (3,)).tolist()
    for index, axis in enumerate((-1, -2)):
        if draws[index]:
            tensors = tuple(one.flip(axis) for one in tensors)
    if draws[2]:
        tensors = tuple(one.transpose(-1, -2) for one in tensors)
    return list(tensors)


def quick_order(planes: Any) -> Any:
    """Return planes as float32 in the memory order in which convolutions are fastest here."""
    return planes.float().contiguous(memory_format=torch.channels_last)
