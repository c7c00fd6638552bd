"""Any 49 % of the carrying tiles may be lost, in any pattern; more is a broken mark."""

import numpy as np
import pytest

from benchmarks.attacks import chunks, damage, edits
from benchmarks.attacks.forgery import Forgery, compare
from signing.verdict import Code, Verdict
from signing.verification import verify
from tests.attacks.subjects import (
    PROFILES,
    Subject,
    assert_altered,
    assert_located,
    boxes_of,
    profiled,
    touched,
)
from tests.signing.seals import STRANGERS, TRUST, failed, stripped, with_frames

every_profile = pytest.mark.parametrize("profile", PROFILES)
every_pattern = pytest.mark.parametrize("pattern", damage.PATTERNS)


def hurt(target: Subject, pattern: str, share: float) -> Forgery:
    """Noise over a share of the carrying tiles, in a pattern."""
    claims = target.description
    tiles = damage.choose_tiles(pattern, claims.layout.coding, claims.carrying, share, seed=4)
    boxes = [claims.layout.coding.box(index) for index in tiles]
    return damage.destroy(target.values, boxes, np.random.default_rng(5))


@every_profile
@every_pattern
@pytest.mark.parametrize("share", [0.1, 0.3, 0.49])
def test_damage_up_to_the_signed_share_is_placed(profile: str, pattern: str, share: float) -> None:
    target = profiled(profile)
    assert_located(target, hurt(target, pattern, share))


@every_profile
@every_pattern
@pytest.mark.parametrize("share", [0.6, 0.8])
def test_damage_beyond_the_signed_share_is_a_broken_mark(
    profile: str, pattern: str, share: float
) -> None:
    target = profiled(profile)
    forgery = hurt(target, pattern, share)
    bare = with_frames(stripped(target.dataset), [forgery.values])
    for trust in (TRUST, STRANGERS):
        report = verify(bare, trust)
        assert report.verdict is Verdict.ALTERED
        assert failed(report) == {Code.PIXELS_MARK_BROKEN}
    assert Code.PIXELS_MATCH in failed(target.tagged(forgery))


@every_profile
def test_a_picture_painted_over_has_no_mark_and_the_tags_say_altered(profile: str) -> None:
    target = profiled(profile)
    rows, columns = target.values.shape
    forgery = edits.fill(target.values, (0, 0, rows, columns), 7)
    assert target.alone(forgery).verdict is Verdict.UNSEALED
    assert failed(target.tagged(forgery)) >= {Code.PIXELS_MATCH, Code.PIXELS_MARK}


def forge(target: Subject, share: float) -> Forgery:
    """Random data under the true checks in a share of the carrying tiles."""
    claims = target.description
    tiles = damage.choose_tiles("random", claims.layout.coding, claims.carrying, share, seed=2)
    random = np.random.default_rng(6)
    return chunks.forge_checks(target.samples, claims, tiles, random)


@every_profile
@pytest.mark.parametrize("share", [0.05, 0.15, 0.23])
def test_forged_checks_up_to_24_percent_are_placed(profile: str, share: float) -> None:
    target = profiled(profile)
    forgery = forge(target, share)
    assert np.abs(forgery.values.astype(int) - target.values.astype(int)).max() == 1
    report, _ = assert_altered(target, forgery)
    units = target.description.layout.units
    assert touched(units, boxes_of(report)) == touched(units, forgery.changed)


@every_profile
@pytest.mark.parametrize("share", [0.3, 0.45, 0.7, 1.0])
def test_more_forged_checks_break_the_mark_and_prove_nothing(profile: str, share: float) -> None:
    target = profiled(profile)
    report = target.alone(forge(target, share))
    assert report.verdict is Verdict.ALTERED
    assert failed(report) == {Code.PIXELS_MARK_BROKEN}


@every_profile
def test_forged_checks_and_damage_share_the_tolerance(profile: str) -> None:
    """Two times the errors and the erasures together must not pass what is signed."""
    target = profiled(profile)
    claims = target.description
    spare = claims.carriers - claims.dimension
    order = np.random.default_rng(8).permutation(np.flatnonzero(claims.carrying)).tolist()
    wrong, lost = order[: spare // 4], order[spare // 4 : spare // 4 + spare // 3]
    forged = chunks.forge_checks(target.samples, claims, wrong, np.random.default_rng(1))
    boxes = [claims.layout.coding.box(index) for index in lost]
    broken = damage.destroy(forged.values, boxes, np.random.default_rng(2))
    assert_located(target, compare(target.values, broken.values))
