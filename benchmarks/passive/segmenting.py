"""Networks that say of each sample whether it was changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from benchmarks.contest.pictures import Picture
from benchmarks.passive.detector import Opinion
from benchmarks.passive.learned import Learned
from benchmarks.passive.patches import Patches
from benchmarks.passive.sweeping import sweep_samples, top_mean
from benchmarks.passive.traces import trace
from benchmarks.passive.training import descend, pick, quick_order, turn

_DECIDING = 64
"""Samples that decide on a picture."""


class Segmenter(Learned):
    """Trained on the masks of windows; a picture's score is the mean logit of its top samples."""

    def train(self, patches: Patches) -> None:
        """Minimise cross entropy and the Dice loss, half of each batch from forged windows.

        Source of the sum: Isensee et al., nnU-Net, Nature Methods 18, 2021.
        """
        forged = patches.forged.nonzero()[:, 0]
        others = (~patches.forged).nonzero()[:, 0]
        if not len(forged) or not len(others):
            raise ValueError("there must be forged and untouched windows to learn from")
        half = self.budget.batch // 2

        def loss() -> Any:
            index = torch.cat([forged[pick(len(forged), half)], others[pick(len(others), half)]])
            masks = patches.masks[index][:, None].float()
            planes, truth = turn(quick_order(patches.planes[index]), masks)
            return _distance(self.network(planes), truth)

        descend(self.network, loss, self.steps)

    def examine(self, picture: Picture) -> Opinion:
        """Return score, and heat that is the probability of each sample."""
        logits = sweep_samples(trace(picture), self._fitted())
        heat = np.ascontiguousarray(torch.sigmoid(logits).numpy(), dtype=np.float32)
        return Opinion(top_mean(logits, _DECIDING), heat)


def _distance(logits: Any, truth: Any) -> Any:
    """Return cross entropy and one less the Dice coefficient of a whole batch."""
    entropy = functional.binary_cross_entropy_with_logits(logits, truth)
    guess = torch.sigmoid(logits)
    shared = 2 * (guess * truth).sum() + 1
    return entropy + 1 - shared / (guess.sum() + truth.sum() + 1)
