"""P5: what a payload costs in picture quality."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

import numpy as np

from benchmarks.plots.drawing import add_legend, new_figure, say_nothing, styles


@dataclass(frozen=True, slots=True)
class Cost:
    """One scheme at one payload."""

    scheme: str
    payload: float
    """Bits a sample."""
    psnr: float
    """dB, at the peak of the plot."""
    published: bool = False
    """Whether the figure is its authors', on an image of theirs, and was not measured here."""


def ceiling(payload: float, peak: int) -> float:
    """Return the greatest PSNR of changes by 1 that carry so many bits a sample, dB.

    A share d of samples that change up or down carries at most H(d) + d bits each: the entropy of
    a ternary symbol. Source: Fridrich, Steganography in Digital Media, 2009, chapter 8.
    """
    low, high = 1e-9, 2 / 3
    for _ in range(60):
        share = (low + high) / 2
        bits = -share * np.log2(share) - (1 - share) * np.log2(1 - share) + share
        low, high = (share, high) if bits < payload else (low, share)
    return 10 * log10(peak * peak / low)


def draw_payload(costs: Sequence[Cost], peak: int, title: str) -> Any:
    """Return the figure of PSNR against payload, schemes as lines, the ceiling above them.

    peak: of the PSNR, as 255 or 4095.
    """
    figure, axes = new_figure(5.6)
    names = list(dict.fromkeys(cost.scheme for cost in costs))
    for name, style in zip(names, styles(), strict=False):
        mine = sorted((c for c in costs if c.scheme == name), key=lambda cost: cost.payload)
        shape = style | ({"fillstyle": "none"} if mine[0].published else {})
        label = f"{name} (published, not run)" if mine[0].published else name
        points = [cost.payload for cost in mine], [cost.psnr for cost in mine]
        axes.plot(*points, label=label, markersize=7, **shape)
    if costs:
        span = np.geomspace(min(c.payload for c in costs) / 2, 1.5, 100)
        bound = [ceiling(float(one), peak) for one in span]
        axes.plot(span, bound, color="#777777", linewidth=1, label="no change by 1 can be better")
    else:
        say_nothing(axes)
    axes.set_xscale("log")
    axes.set_xlabel("payload, bits a sample (log scale)")
    axes.set_ylabel(f"PSNR, dB, peak {peak}")
    axes.set_title(title)
    add_legend(axes, len(names) + 1)
    return figure
