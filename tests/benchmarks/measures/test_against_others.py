"""Our measures against independent ones: scikit-image, sewar, piq, numpyradiomics."""

import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from skimage import metrics

from benchmarks.measures.features import describe_region
from benchmarks.measures.gradients import gmsd
from benchmarks.measures.information import vifp
from benchmarks.measures.structure import ms_ssim
from benchmarks.measures.windows import compare
from tests.benchmarks.measures.pictures import Plane, changed, structured

DAMAGES = ((0.05, 1), (0.5, 1), (1.0, 20))
SIZES = ((192, 256), (176, 208))
oracle: Any = metrics
"""Untyped, as its functions take many kinds of arrays."""
damaged = pytest.mark.parametrize("damage", DAMAGES, ids=str)
sized = pytest.mark.parametrize("size", SIZES, ids=str)
FEATURES = {
    "mean": "Mean",
    "variance": "Variance",
    "skewness": "Skewness",
    "kurtosis": "Kurtosis",
    "10th percentile": "10Percentile",
    "90th percentile": "90Percentile",
    "entropy": "Entropy",
    "uniformity": "Uniformity",
    "contrast": "Contrast",
    "difference": "DifferenceAverage",
    "inverse difference moment": "Idm",
    "correlation": "Correlation",
    "joint energy": "JointEnergy",
    "joint entropy": "JointEntropy",
}


@pytest.fixture
def piq() -> Iterator[Any]:
    """The modules of piq that we need: the package as a whole asks for torchvision at import."""
    spec = find_spec("piq")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = ModuleType("piq")
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules["piq"] = package
    yield lambda name: import_module(f"piq.{name}")
    for name in [one for one in sys.modules if one.split(".")[0] == "piq"]:
        del sys.modules[name]


def tensor(plane: Plane) -> Any:
    """A picture as piq takes it, in double precision."""
    import torch

    torch.set_num_threads(1)
    return torch.from_numpy(plane[np.newaxis, np.newaxis])


def pair(size: tuple[int, int], damage: tuple[float, int]) -> tuple[Plane, Plane]:
    """A picture and a damaged version."""
    plane = structured(*size)
    return plane, changed(plane, *damage)


@sized
@damaged
def test_psnr_and_ssim_are_those_of_scikit_image(
    size: tuple[int, int], damage: tuple[float, int]
) -> None:
    a, b = (plane.astype(np.uint16) for plane in pair(size, damage))
    for peak in (255, 4095, 65535):
        ours = compare(a, b, peak)
        assert ours.psnr == pytest.approx(oracle.peak_signal_noise_ratio(a, b, data_range=peak))
        theirs = oracle.structural_similarity(a.astype(float), b.astype(float), data_range=peak)
        assert ours.unlike == pytest.approx(1 - theirs, rel=1e-6, abs=1e-12)


@sized
@damaged
def test_ms_ssim_is_that_of_piq(piq: Any, size: tuple[int, int], damage: tuple[float, int]) -> None:
    a, b = pair(size, damage)
    theirs = piq("ms_ssim").multi_scale_ssim(tensor(a), tensor(b), data_range=255)
    assert 1 - ms_ssim(a, b, 255) == pytest.approx(1 - float(theirs), rel=1e-5)


@damaged
def test_ms_ssim_is_near_that_of_sewar(damage: tuple[float, int]) -> None:
    from sewar.full_ref import msssim

    # Its samples of the coarser scales lie half a sample elsewhere.
    a, b = pair((192, 256), damage)
    assert 1 - ms_ssim(a, b, 255) == pytest.approx(1 - msssim(a, b, MAX=255), rel=0.15)


@sized
@damaged
def test_gmsd_is_that_of_piq(piq: Any, size: tuple[int, int], damage: tuple[float, int]) -> None:
    a, b = pair(size, damage)
    theirs = piq("gmsd").gmsd(tensor(a), tensor(b), data_range=255)
    assert gmsd(a, b) == pytest.approx(float(theirs), rel=1e-6)


@sized
@damaged
def test_vifp_is_that_of_sewar(size: tuple[int, int], damage: tuple[float, int]) -> None:
    from sewar.full_ref import vifp as theirs

    a, b = pair(size, damage)
    assert vifp(a, b) == pytest.approx(theirs(a, b), rel=1e-9)


@pytest.mark.parametrize("width", [25.0, 8.0, 3.5])
def test_features_are_those_of_numpyradiomics(width: float) -> None:
    from numpyradiomics import firstorder, glcm

    plane = structured(40, 52) * 3 - 300
    everywhere = np.ones(plane.shape, dtype=np.uint8)
    theirs = firstorder(plane, everywhere, binWidth=width)
    theirs |= glcm(plane, everywhere, binWidth=width)
    ours = describe_region(plane, width)
    assert set(ours) == set(FEATURES)
    for name, value in ours.items():
        assert value == pytest.approx(theirs[FEATURES[name]], rel=1e-6), name
