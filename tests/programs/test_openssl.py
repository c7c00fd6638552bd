"""OpenSSL as the outside oracle: it makes what we read, and judges chains as we do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from signing.digests import key_id
from signing.keys import Role
from signing.trust import load_trust
from signing.verdict import Code
from tests.signing.authorities import MIDDLE, NOW, ROOT, SCANNER, Issued, authority, leaf, put

ARC = "2.25.125095296910153082933224926024598904481"
CONFIGURATION = f"""
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[middle]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
authorityKeyIdentifier = keyid
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = {ARC}.3
authorityKeyIdentifier = keyid
[ca]
database = index.txt
crlnumber = number
default_md = null
default_crl_days = 30
"""


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run OpenSSL in a folder."""
    program = shutil.which("openssl")
    assert program is not None
    return subprocess.run(
        [program, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def make(folder: Path, *arguments: str) -> None:
    """Run OpenSSL, which must succeed."""
    done = openssl(folder, *arguments)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root, an authority below it and an archive's key, all made by OpenSSL."""
    folder = tmp_path_factory.mktemp("openssl")
    (folder / "ca.cnf").write_text(CONFIGURATION)
    for name in ("root", "middle", "archive"):
        make(folder, "genpkey", "-algorithm", "ed25519", "-out", f"{name}.key")
        make(folder, "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={name}", "-out",
             f"{name}.csr")  # fmt: skip
    common = ("x509", "-req", "-days", "30", "-extfile", "ca.cnf")
    make(folder, *common, "-in", "root.csr", "-extensions", "authority", "-signkey", "root.key",
         "-out", "root.crt")  # fmt: skip
    for name, section, issuer in [("middle", "middle", "root"), ("archive", "signer", "middle")]:
        make(folder, *common, "-in", f"{name}.csr", "-extensions", section, "-CA",
             f"{issuer}.crt", "-CAkey", f"{issuer}.key", "-CAcreateserial", "-out",
             f"{name}.crt")  # fmt: skip
    (folder / "index.txt").write_text("")
    (folder / "number").write_text("01\n")
    return folder


def revoke(made: Path, folder: Path, *names: str) -> None:
    """Put a list of the authority in the middle into a folder, with these revoked."""
    authority = ("ca", "-config", "ca.cnf", "-name", "ca", "-cert", "middle.crt", "-keyfile",
                 "middle.key")  # fmt: skip
    for name in names:
        make(made, *authority, "-revoke", f"{name}.crt", "-crl_reason", "keyCompromise")
    make(made, *authority, "-gencrl", "-out", "middle.crl")
    shutil.copy(made / "middle.crl", folder)


def test_what_openssl_makes_is_trusted_until_it_is_revoked(made: Path, tmp_path: Path) -> None:
    for name in ("root", "middle", "archive"):
        shutil.copy(made / f"{name}.crt", tmp_path)
    store = load_trust(tmp_path)
    raw = next(found.raw for found in store.pool if found.name == "archive")
    key = store.find(raw)
    assert key is not None
    assert (key.name, key.role, key.key_id) == ("archive", Role.ARCHIVE, key_id(raw))
    revoke(made, tmp_path)
    assert load_trust(tmp_path).find(raw) == key
    revoke(made, tmp_path, "archive")
    standing = load_trust(tmp_path).assess(raw)
    assert [f.code for f in standing.findings if f.outcome == "fail"] == [Code.SIGNER_REVOKED]


JUDGED: dict[str, tuple[Issued, Issued, bool]] = {
    "whole": (SCANNER, MIDDLE, True),
    "of another authority": (leaf("ct", "lower"), MIDDLE, False),
    "by an authority that is none": (SCANNER, leaf("middle", "root"), False),
    "by one that its root did not make": (SCANNER, authority("middle", "other"), False),
}


@pytest.mark.parametrize("name", JUDGED)
def test_openssl_judges_a_chain_as_we_do(name: str, tmp_path: Path) -> None:
    signer, middle, expected = JUDGED[name]
    for file, made in (("root.crt", ROOT), ("middle.crt", middle), ("leaf.crt", signer)):
        put(tmp_path, file, made)
    done = openssl(
        tmp_path, "verify", "-attime", str(int(NOW.timestamp())), "-CAfile", "root.crt",
        "-untrusted", "middle.crt", "leaf.crt",
    )  # fmt: skip
    store = load_trust(tmp_path).as_of(NOW)
    assert (done.returncode == 0) is (store.find(signer.raw) is not None) is expected
