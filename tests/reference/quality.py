"""PSNR and SSIM by definition, on lists (Wang et al., IEEE TIP 13(4), 2004; scikit-image)."""

import math

from tests.reference.frames import Plane


def psnr(a: Plane, b: Plane, peak: float) -> float:
    """Peak signal-to-noise ratio in decibels."""
    errors = [(p - q) ** 2 for r, s in zip(a, b, strict=True) for p, q in zip(r, s, strict=True)]
    mean = sum(errors) / len(errors)
    return math.inf if mean == 0 else 10 * math.log10(peak * peak / mean)


def ssim(a: Plane, b: Plane, data_range: float) -> float:
    """Mean of the local similarity in all 7x7 windows, sample covariance, K1 0.01, K2 0.03."""
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    found = []
    for y in range(len(a) - 6):
        for x in range(len(a[0]) - 6):
            p = [v for row in a[y : y + 7] for v in row[x : x + 7]]
            q = [v for row in b[y : y + 7] for v in row[x : x + 7]]
            mp, mq = sum(p) / 49, sum(q) / 49
            vp = sum((v - mp) ** 2 for v in p) / 48
            vq = sum((v - mq) ** 2 for v in q) / 48
            both = sum((v - mp) * (w - mq) for v, w in zip(p, q, strict=True)) / 48
            above = (2 * mp * mq + c1) * (2 * both + c2)
            found.append(above / ((mp * mp + mq * mq + c1) * (vp + vq + c2)))
    return sum(found) / len(found)
