"""What DCMTK, GDCM and pydicom make of sealed files is what was sealed."""

from pathlib import Path

import pytest
from pydicom import dcmread

from benchmarks.interop.programs import ROUTES, MissingProgram, locate
from signing.trust import load_trust
from signing.verdict import Outcome, Verdict
from signing.verification import verify_path
from tests.interop.conftest import Sealed
from tests.interop.subjects import COMPRESSED, CT, MR, NATIVE, SUBJECTS

INVENTS = [name for name in ROUTES if name.startswith("ImageWriter")]
"""GDCM's image writer writes geometry that the file does not have."""
ANY = [name for name in ROUTES if name.startswith(("dcmconv", "save_as"))]
"""Routes that objects without an image take too."""


SCRAMBLES = ["compress, RLE", "compress, JPEG 2000", "compress, JPEG 2000, then decompress"]
"""Routes on which pydicom 3.0.2 takes planes of colours, one after the other, for pixels."""


def takers(name: str) -> list[str]:
    """Which subjects a route is for."""
    if name in INVENTS:
        return [CT]
    if name in SCRAMBLES:
        return [subject for subject in NATIVE if subject != "rgb-planar"]
    if name in ANY:
        return [*NATIVE, "no-pixels"]
    return NATIVE if ROUTES[name].native else [*NATIVE, *sorted(COMPRESSED)]


@pytest.mark.parametrize("name", ROUTES)
def test_a_seal_outlives_a_route(name: str, sealed: Sealed, tmp_path: Path) -> None:
    for subject in takers(name):
        ROUTES[name].take(sealed.files[subject], tmp_path / f"{subject}.dcm")
    taken = sorted(tmp_path.glob("*.dcm"))
    assert len(taken) == len(takers(name)) > 0
    assert sealed.verify(*taken) == 0


@pytest.mark.parametrize("name", INVENTS)
def test_geometry_that_a_writer_invents_is_altered_by_name(
    name: str, sealed: Sealed, tmp_path: Path
) -> None:
    target = tmp_path / "invented.dcm"
    ROUTES[name].take(sealed.files[MR], target)
    report = verify_path(target, load_trust(sealed.trust))
    assert report.verdict is Verdict.ALTERED
    failed = [f.where for f in report.findings if f.outcome is Outcome.FAIL]
    assert failed == ["(0018,0088) SpacingBetweenSlices"]
    assert "SpacingBetweenSlices" not in dcmread(sealed.files[MR])


def test_a_missing_program_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.interop.programs.shutil.which", lambda *_, **__: None)
    with pytest.raises(MissingProgram) as caught:
        locate("dcmconv")
    assert str(caught.value) == "dcmconv is not installed: apt-get install dcmtk"


def test_every_route_has_subjects() -> None:
    assert {subject for name in ROUTES for subject in takers(name)} == set(SUBJECTS)
