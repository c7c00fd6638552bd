from pathlib import Path

import pytest

from signing.cli import doctor, run


def test_a_sound_installation_is_reported_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("ok ") for line in lines)
    for word in ("python", "packages", "numba", "JPEG-LS", "JPEG lossless", "compiler cache"):
        assert any(f"  {word}: " in line for line in lines), word


def test_a_missing_codec_is_reported_with_its_cure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "CODECS", (("JPEG X", "some-codec", "no_such_module"),))
    assert run(["doctor"]) == 5
    assert "BAD  JPEG X: no codec; pip install some-codec\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("extra", "start"),
    [
        (("x", "y", "no-such-distribution", "sys"), "ok   x: not installed, and optional; pip"),
        (("x", "y", "pytest", "no_such_module"), "BAD  x: does not load; pip install --force"),
        (("x", "y", "pytest", "pytest"), "ok   x: pytest "),
    ],
)
def test_an_extra_may_be_missing_but_not_broken(
    extra: tuple[str, ...],
    start: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor, "EXTRAS", (extra,))
    assert run(["doctor"]) == (5 if start.startswith("BAD") else 0)
    assert any(line.startswith(start) for line in capsys.readouterr().out.splitlines())


def test_a_cache_without_a_place_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert run(["doctor"]) == 5
    assert "BAD  compiler cache: no writable place" in capsys.readouterr().out


def test_a_clash_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "signing-3.dist-info").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert run(["doctor"]) == 5
    assert "BAD  packages: the distribution 'signing'" in capsys.readouterr().out
