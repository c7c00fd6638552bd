"""The cascade: a small network makes a heat map, a classical learner judges the map.

Source: Zhang et al., PLOS ONE 2024, e0290303 ("99.80 %"): (1) a network says of windows of 32x32
raw samples whether they are forged, and slides over the picture; (2) the map of probabilities,
times 99 as whole numbers, becomes a grey-level co-occurrence matrix (100 levels, distance 1, four
directions), this vector of 40 000 goes through whitened principal components (256 at most) into a
support vector machine with radial kernel, balanced classes, C and gamma from a grid. The second
stage learns from maps of pictures that the first one has not seen.

Compact: theirs is a small Xception with attention and a stride of 4, ours four plain 3x3
convolutions of 16, 32, 64 and 128 channels whose field is 38 samples, and a stride of 8: convolved
over the whole picture it gives exactly what it gives on each window. Their raw samples are of CT
alone; ours lose the mean of their neighbours, and are divided by how much they differ from it
round about, for the kinds differ in brightness, contrast and noise. Their maps are of 11 500
windows, ours of 1000 or fewer: as many to an entry of the matrix makes 32 levels. The matrix is
divided by its sum, for our pictures differ in size, and its roots are taken, lest the one entry of
all that is not suspect outweigh the others. The components are at most a quarter of the maps, where
theirs are a 25th of thousands. Heat is the map of the network; the score is the machine's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, ClassVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold, StratifiedKFold
from sklearn.svm import SVC
from torch import nn

from benchmarks.contest.pictures import Example, Picture, Plane
from benchmarks.passive.detector import Detector, Opinion
from benchmarks.passive.sizing import enlarge, reduce, spread

MOST = 512
"""Longest edge that is examined as it is; larger pictures as means of squares."""
FIELD = 38
"""Samples that one value of the map sees, in rows and in columns."""
STRIDE = 8
LEVELS = 32
FLAT = 0.002
"""What is added to local deviations, as a share of the shown range."""
WINDOWS = 25
"""Windows of each picture, as in the paper: of a forged one all, of an original 10 and 15."""
JITTER = 4
"""Samples by which windows of forgery are off its middle."""
STEPS = 1000
BATCH = 64
RATE = 2e-3
MOST_COMPONENTS = 256
GRID = {"C": (1e0, 1e1, 1e2, 1e3), "gamma": (1e-4, 1e-3, 1e-2)}
"""Smaller C and larger gammas than theirs (1e2 to 1e4, 1e-6 to 1e-4): we have fewer components."""

Fold = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Places of what is learned from, and of what is tested."""


class Cascade(Detector):
    """Score: distance from the second stage's border. Heat: the first stage's probabilities."""

    name: ClassVar[str] = "CNN + GLCM + PCA + SVM"

    def __init__(self, steps: int = STEPS) -> None:
        self.steps = steps
        self._network: Any = None
        self._reduction: Any = None
        self._judge: Any = None

    def fit(self, examples: Sequence[Example], seed: int) -> None:
        """Learn the network from half of the patients, the judge from maps of the other half.

        With one patient alone, of every two pictures one goes to each stage.
        """
        random = np.random.default_rng(seed)
        names = [example.patient for example in examples]
        if len(set(names)) < 2:
            names = [str(number) for number in range(len(examples))]
        first = set(random.permutation(sorted(set(names)))[::2].tolist())
        self.fit_stages(
            [one for one, name in zip(examples, names, strict=True) if name in first],
            [one for one, name in zip(examples, names, strict=True) if name not in first],
            seed,
        )

    def fit_stages(
        self,
        first: Sequence[Example],
        second: Sequence[Example],
        seed: int,
        *,
        by_patient: bool = True,
    ) -> None:
        """Learn each stage from its own examples; a stage with one class alone learns nothing.

        by_patient: whether the machine's constants are chosen on patients it did not learn from.
        """
        windows, labels = _cut_windows(first, np.random.default_rng(seed))
        self._network = self._judge = None
        if len(np.unique(labels)) < 2:
            return
        self._network = _train(windows, labels, self.steps, seed)
        guilty = np.array([example.forged for example in second], dtype=np.int64)
        least = int(min(guilty.sum(), (1 - guilty).sum())) if len(guilty) else 0
        if least < 2:
            return
        rows = np.array([_count_pairs(self._map(one.picture)[0]) for one in second])
        count = max(1, min(MOST_COMPONENTS, len(rows) // 4))
        self._reduction = PCA(count, whiten=True, svd_solver="randomized", random_state=seed)
        parts = self._reduction.fit_transform(rows)
        shuffled = StratifiedKFold(min(3, least), shuffle=True, random_state=seed)
        patients = [one.patient for one in second] if by_patient else []
        folds = _by_patient(guilty, patients) or list(shuffled.split(parts, guilty))
        machine = SVC(class_weight="balanced")
        self._judge = GridSearchCV(machine, GRID, cv=folds, scoring="roc_auc").fit(parts, guilty)

    def examine(self, picture: Picture) -> Opinion:
        """Return score and heat; the greatest heat is the score where no judge was learned."""
        heat, factor, shape = self._map(picture)
        score = float(heat.max())
        if self._judge is not None:
            parts = self._reduction.transform(_count_pairs(heat)[np.newaxis])
            score = float(self._judge.decision_function(parts)[0])
        full = spread(heat, STRIDE, STRIDE, shape)
        return Opinion(score, enlarge(full, factor, picture.values.shape), 0.5)

    def _map(self, picture: Picture) -> tuple[Plane, int, tuple[int, ...]]:
        """Return the map of the network, the factor of reduction, and the examined shape."""
        plane, factor = _prepare(picture)
        edge = (FIELD - STRIDE) // 2
        size = tuple(-(-one // STRIDE) for one in plane.shape)
        if self._network is None:
            return np.zeros(size, dtype=np.float32), factor, plane.shape
        more = [
            (edge, edge + full * STRIDE - one) for full, one in zip(size, plane.shape, strict=True)
        ]
        padded = torch.from_numpy(np.pad(plane, more, mode="reflect"))
        with torch.inference_mode():
            heat = torch.sigmoid(self._network(padded[None, None]))[0, 0]
        return np.asarray(heat.numpy(), dtype=np.float32), factor, plane.shape


def _by_patient(guilty: NDArray[np.int64], patients: Sequence[str]) -> list[Fold]:
    """Return folds of whole patients in which both sorts are learned from and tested; none where
    there are none."""
    count = min(3, len(set(patients)))
    if count < 2:
        return []
    split = StratifiedGroupKFold(count).split(guilty[:, np.newaxis], guilty, patients)
    return [fold for fold in split if all(len(np.unique(guilty[part])) == 2 for part in fold)]


def _prepare(picture: Picture) -> tuple[Plane, int]:
    """Return the samples that the network sees, and the factor of reduction.

    They are differences to the mean of 3x3, over their own deviation in a field.
    """
    plane, factor = reduce(picture.shown(), MOST)
    rest = plane - cv2.blur(plane, (3, 3))
    power = np.maximum(cv2.blur(rest * rest, (FIELD, FIELD)), 0)
    return np.asarray(rest / (np.sqrt(power) + FLAT), dtype=np.float32), factor


def _cut_windows(
    examples: Sequence[Example], random: np.random.Generator
) -> tuple[Plane, NDArray[np.float32]]:
    """Return (n, FIELD, FIELD) float32 windows and (n,) labels.

    Of a forged picture 25 windows around places that were changed; of an original, 10 at the place
    of the forged picture before it in the list or at any, and 15 anywhere.
    """
    windows, labels = [], []
    middle: tuple[int, ...] = ()
    for example in examples:
        plane, factor = _prepare(example.picture)
        padded = np.pad(plane, FIELD // 2, mode="reflect")
        corners = random.integers(0, plane.shape, (WINDOWS, 2))
        if example.forged:
            middle = tuple(int(np.median(axis)) // factor for axis in np.nonzero(example.changed))
        if example.forged or (middle and (np.array(middle) < plane.shape).all()):
            count = WINDOWS if example.forged else 10
            corners[:count] = middle + random.integers(-JITTER, JITTER + 1, (count, 2))
        for down, right in np.clip(corners, 0, np.array(plane.shape) - 1):
            windows.append(padded[down : down + FIELD, right : right + FIELD])
        labels += [float(example.forged)] * WINDOWS
    return np.array(windows, dtype=np.float32), np.array(labels, dtype=np.float32)


def _build() -> nn.Sequential:
    """Return the network: (n, 1, a, b) to (n, 1, (a - 30) // 8, (b - 30) // 8) logits."""
    layers: list[nn.Module] = []
    channels = (1, 16, 32, 64, 128)
    for depth, (before, after) in enumerate(pairwise(channels)):
        layers += [nn.Conv2d(before, after, 3), nn.BatchNorm2d(after), nn.ReLU()]
        if depth < 3:
            layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Conv2d(128, 1, 1))


def _train(windows: Plane, labels: NDArray[np.float32], steps: int, seed: int) -> nn.Sequential:
    """Return the network after `steps` of Adam; each batch has as many windows of both labels."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = _build().train()
    adam = torch.optim.Adam(network.parameters(), lr=RATE, weight_decay=1e-4)
    plan = torch.optim.lr_scheduler.OneCycleLR(adam, RATE, total_steps=steps)
    sorts = [np.flatnonzero(labels == label) for label in (0, 1)]
    for _ in range(steps):
        chosen = np.concatenate([random.choice(sort, BATCH // 2) for sort in sorts])
        batch = windows[chosen]
        batch = batch[:, :: random.choice((1, -1)), :: random.choice((1, -1))]
        output = network(torch.from_numpy(batch[:, np.newaxis].copy())).flatten()
        loss = nn.functional.binary_cross_entropy_with_logits(
            output, torch.from_numpy(labels[chosen])
        )
        adam.zero_grad()
        loss.backward()
        adam.step()
        plan.step()
    return network.eval()


def _count_pairs(heat: Plane) -> Plane:
    """Return roots of the co-occurrence matrices of a map, (4 * LEVELS ** 2,) float32.

    Before the roots, each matrix has a sum of 1.
    """
    level = (heat * (LEVELS - 1)).astype(np.int64)
    parts = []
    for down, right in ((0, 1), (1, 1), (1, 0), (1, -1)):
        rows, columns = level.shape[0] - down, level.shape[1] - abs(right)
        one = level[:rows, max(0, -right) : max(0, -right) + columns]
        other = level[down:, max(0, right) : max(0, right) + columns]
        found = np.bincount((one * LEVELS + other).ravel(), minlength=LEVELS**2)
        parts.append(found / max(1, one.size))
    return np.sqrt(np.concatenate(parts)).astype(np.float32)
