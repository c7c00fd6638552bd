from pathlib import Path

from signing.cli import run
from tests.signing.cli.shell import scanseal


def test_keygen_writes_a_pair(tmp_path: Path) -> None:
    done = scanseal("keygen", "scanner", "--out", "keys", folder=tmp_path)
    assert done.code == 0
    assert done.err == ""
    key = tmp_path / "keys" / "scanner.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys" / "scanner.pub").is_file()
    assert done.out.splitlines()[0].startswith("keys/scanner.key: private key")


def test_keygen_makes_recovery_pairs(tmp_path: Path) -> None:
    assert run(["keygen", "r", "--recovery", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"r.rkey", "r.rpub"}


def test_keygen_overwrites_only_with_force(tmp_path: Path) -> None:
    arguments = ["keygen", "k", "--out", str(tmp_path)]
    assert run(arguments) == 0
    before = (tmp_path / "k.key").read_bytes()
    assert run(arguments) == 2
    assert (tmp_path / "k.key").read_bytes() == before
    assert run([*arguments, "--force"]) == 0
    assert (tmp_path / "k.key").read_bytes() != before


def test_keygen_encrypts_with_a_passphrase(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse\nsecond line\n")
    arguments = ["keygen", "k", "--out", str(tmp_path), "--passphrase-file"]
    assert run([*arguments, str(secret)]) == 0
    assert b"ENCRYPTED" in (tmp_path / "k.key").read_bytes()


def test_keygen_refuses_a_bad_passphrase_file(tmp_path: Path) -> None:
    for name, content in (("empty", b"\n"), ("huge", b"x" * 5000)):
        (tmp_path / name).write_bytes(content)
    for name in ("absent", "empty", "huge"):
        arguments = ["keygen", "k", "--out", str(tmp_path), "--passphrase-file"]
        assert run([*arguments, str(tmp_path / name)]) == 2
    assert not list(tmp_path.glob("k.*"))


def test_keygen_refuses_names_that_are_paths(tmp_path: Path) -> None:
    done = scanseal("keygen", "../k", folder=tmp_path)
    assert done.code == 2
    assert done.err.startswith("scanseal: keygen: unsuitable key name")
