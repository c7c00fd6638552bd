import numpy as np

from benchmarks.generators.forging import forge_volume
from benchmarks.generators.pix2pix3d import Pix2Pix3d
from benchmarks.generators.volumes import Equaliser, Volume, cut_cube, draw_cubes
from tests.benchmarks.generators.material import volume


def test_equalised_cubes_are_flat_in_histogram_and_come_back() -> None:
    cube = np.random.default_rng(1).gamma(2, 100, (32, 32, 32)).astype(np.float32)
    equaliser = Equaliser.fit(cube)
    equal = equaliser.equalise(cube)
    counts, _ = np.histogram(equal, 8, (-0.5, 0.5))
    assert np.abs(counts / equal.size - 1 / 8).max() < 0.001
    assert np.abs(equaliser.restore(equal) - cube).max() < 0.1


def test_a_cube_of_one_value_comes_back() -> None:
    cube = np.full((32, 32, 32), 7.0, dtype=np.float32)
    equaliser = Equaliser.fit(cube)
    assert (equaliser.restore(equaliser.equalise(cube)) == 7).all()


def test_cubes_are_one_millimetre_apart_whatever_the_spacing() -> None:
    z, y, x = np.mgrid[0:20, 0:40, 0:50]
    slope = Volume(40 * z + 5 * y + 8 * x, (4.0, 0.5, 0.8), 0.0, 2000.0)
    cube = cut_cube(slope, (10, 20, 25))
    middle = cube[14:18, 16, 16]
    assert np.allclose(np.diff(middle), 10, atol=1e-3)
    assert np.allclose(np.diff(cube[16, 14:18, 16]), 10, atol=1e-3)
    assert np.allclose(np.diff(cube[16, 16, 14:18]), 10, atol=1e-3)
    assert abs(cube[15:17, 15:17, 15:17].mean() - (400 + 100 + 200)) < 1e-3


def test_cubes_at_a_corner_repeat_the_edge() -> None:
    cube = cut_cube(volume(), (0, 0, 0))
    assert cube.shape == (32, 32, 32)
    assert cube[0, 0, 0] == volume().values[0, 0, 0]


def test_cubes_are_equalised_and_the_same_from_the_same_seed() -> None:
    cubes = draw_cubes([volume()], 6, 1)
    assert cubes.shape == (6, 32, 32, 32)
    assert cubes.min() >= -0.5
    assert cubes.max() <= 0.5
    assert (cubes == draw_cubes([volume()], 6, 1)).all()


def test_a_forged_volume_differs_inside_the_touched_cube_alone() -> None:
    before, generator = volume(), Pix2Pix3d()
    after = forge_volume(generator, before, (12, 36, 40), np.random.default_rng(1))
    again = forge_volume(generator, before, (12, 36, 40), np.random.default_rng(1))
    assert after.dtype == before.values.dtype
    assert (after == again).all()
    differs = np.stack(np.nonzero(after != before.values), axis=1)
    reach = np.abs(differs - (12, 36, 40)) * before.spacing
    assert len(differs) > 2000
    assert reach.max() <= 1.3 * 16
    assert after.min() >= before.values.min()
    assert after.max() <= before.values.max()


def test_air_gets_less_noise_than_tissue() -> None:
    values = np.random.default_rng(1).normal(0, 20, (24, 80, 80))
    values[:, :, 40:] -= 1000
    half = Volume(np.round(values).astype(np.int16), (2.0, 1.0, 1.0), -1000.0, 400.0, -700.0)
    after = forge_volume(Pix2Pix3d(), half, (12, 40, 40), np.random.default_rng(1))
    # Beyond the made-up middle, 10 mm to each side, only the noise has changed anything.
    apart = np.abs(after.astype(int) - half.values)[:, 52:60]
    assert apart[:, :, 30:38].mean() > 20 * apart[:, :, 42:50].mean()
    everywhere = Volume(half.values, half.spacing, half.low, half.high)
    after = forge_volume(Pix2Pix3d(), everywhere, (12, 40, 40), np.random.default_rng(1))
    assert np.abs(after.astype(int) - half.values)[:, 52:60, 42:50].mean() > 1


def test_a_volume_can_be_forged_at_its_corner() -> None:
    before = volume()
    after = forge_volume(Pix2Pix3d(), before, (0, 0, 0), np.random.default_rng(1))
    assert after.shape == before.values.shape
