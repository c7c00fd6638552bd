"""Certificates, policies and exemptions on the command line."""

import itertools
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydicom.data import get_testdata_file

from signing import keyfile
from signing.keys import Role
from tests.signing.authorities import DAY, authority, leaf, private, put, revocation_list
from tests.signing.cli.shell import Done, scanseal

WIDE: dict[str, Any] = {
    "start": datetime(2000, 1, 1, tzinfo=UTC),
    "end": datetime(2500, 1, 1, tzinfo=UTC),
}
POLICY = """version = 1

[[exempt]]
path = "old/*"
reason = "before the seal"

[[exempt]]
ae_title = "REFERRER"
reason = "brought along"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An authority that is trusted, a key with its chain beside it, a scan to seal, a policy."""
    root, ct = authority("root", **WIDE), leaf("ct", "root", **WIDE)
    (tmp_path / "trusted").mkdir()
    put(tmp_path / "trusted", "root.crt", root)
    secret = private("ct").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "ct.key").write_bytes(keyfile.render("ct", Role.ACQUISITION, secret))
    put(tmp_path, "chain.pem", ct, root)
    source = get_testdata_file("CT_small.dcm")
    assert isinstance(source, str)
    shutil.copyfile(source, tmp_path / "scan.dcm")
    (tmp_path / "policy.toml").write_text(POLICY)
    return tmp_path


def seal(folder: Path, *options: str) -> Done:
    """Seal the scan, detached, for that is quick."""
    return scanseal(
        "seal", "scan.dcm", "sealed.dcm", "--key", "ct.key", "--profile", "detached", *options,
        folder=folder,
    )  # fmt: skip


def verify(folder: Path, *arguments: str) -> Done:
    """Verify under the trusted authority."""
    return scanseal("verify", *arguments, "--trust", "trusted", folder=folder)


@pytest.mark.parametrize("beside", [False, True])
def test_certificates_go_along_by_option_or_beside_the_key(folder: Path, beside: bool) -> None:
    if beside:
        (folder / "chain.pem").rename(folder / "ct.crt")
    assert seal(folder, *([] if beside else ["--certificate", "chain.pem"])).code == 0
    done = verify(folder, "sealed.dcm")
    assert (done.code, done.err) == (0, "")
    assert "authentic" in done.out and "ct, acquisition" in done.out


def test_without_certificates_the_key_is_a_stranger(folder: Path) -> None:
    assert seal(folder).code == 0
    assert verify(folder, "sealed.dcm").code == 4


def test_another_keys_certificates_are_misuse(folder: Path) -> None:
    put(folder, "chain.pem", authority("root", **WIDE))
    done = seal(folder, "--certificate", "chain.pem")
    assert done.code == 2
    assert done.err.startswith("scanseal: seal: chain.pem: ")
    assert not (folder / "sealed.dcm").exists()


def test_what_is_exempt_is_named_and_no_failure(folder: Path) -> None:
    (folder / "in/old").mkdir(parents=True)
    shutil.copy(folder / "scan.dcm", folder / "in/old/scan.dcm")
    done = verify(folder, "in", "--policy", "policy.toml")
    assert done.code == 0
    assert done.out.startswith("unsealed ") and "exempt: before the seal" in done.out
    assert verify(folder, "in").code == 3
    # The path counts from what was named: below it, or as a name alone.
    for named in ("in/old", "in/old/scan.dcm"):
        assert verify(folder, named, "--policy", "policy.toml").code == 3
    line = json.loads(verify(folder, "in", "--policy", "policy.toml", "--json").out)
    assert (line["verdict"], line["exempt"]) == ("unsealed", "before the seal")


def test_a_sender_is_exempt_by_the_callers_word(folder: Path) -> None:
    asked = ("scan.dcm", "--policy", "policy.toml")
    assert verify(folder, *asked).code == 3
    assert verify(folder, *asked, "--source-ae", "REFERRER").code == 0
    assert verify(folder, *asked, "--source-ae", "OTHER").code == 3


def test_a_fault_in_a_policy_is_one_line_before_any_work(folder: Path) -> None:
    (folder / "policy.toml").write_text("version = 1\nsealed = false\n")
    done = verify(folder, "scan.dcm", "--policy", "policy.toml")
    assert (done.code, done.out) == (2, "")
    assert done.err == "scanseal: verify: policy.toml: sealed: is not known here\n"
    missing = verify(folder, "scan.dcm", "--policy", "none.toml")
    assert missing.code == 2
    assert "no such policy file" in missing.err


def test_a_page_says_that_an_image_is_exempt(folder: Path) -> None:
    asked = ("--policy", "policy.toml", "--source-ae", "REFERRER", "--report", "page.html")
    assert verify(folder, "scan.dcm", *asked).code == 0
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert "Not sealed, and exempt" in page and "brought along" in page


@pytest.fixture
def sealed(folder: Path) -> Path:
    """A scan that a pinned scanner sealed, in the folder."""
    for name, role in (("scanner", "acquisition"), ("pacs", "archive")):
        assert scanseal("keygen", name, "--role", role, folder=folder).code == 0
    options = ("--key", "scanner.key", "--profile", "detached")
    assert scanseal("seal", "scan.dcm", "sealed.dcm", *options, folder=folder).code == 0
    return folder


def test_a_seal_is_signed_once_more(sealed: Path) -> None:
    options = ("--key", "pacs.key", "--chain", "--trust", "scanner.pub")
    done = scanseal("seal", "sealed.dcm", "kept.dcm", *options, folder=sealed)
    assert (done.code, done.out) == (0, "kept.dcm: signed once more, 2 signatures in all\n")
    for trust in ("scanner.pub", "pacs.pub"):
        line = scanseal("verify", "kept.dcm", "--trust", trust, "--json", folder=sealed)
        assert line.code == 0
        trusted = [custodian["trusted"] for custodian in json.loads(line.out)["custody"]]
        assert trusted == [trust == "scanner.pub", trust == "pacs.pub"]
    (sealed / "policy.toml").write_text('version = 1\n[signers]\norigin = ["acquisition"]\n')
    done = scanseal(
        "verify", "kept.dcm", "--trust", "pacs.pub", "--policy", "policy.toml", folder=sealed
    )
    assert done.code == 4
    assert "policy.role" in done.out


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--chain",), 2, "say with --trust whom you believe"),
        (("--trust", "scanner.pub"), 2, "goes with --chain"),
        (("--chain", "--trust", "scanner.pub", "--reseal"), 2, "exclude each other"),
        (("--chain", "--trust", "scanner.pub", "--profile", "full"), 2, "marks nothing"),
        (("--chain", "--trust", "pacs.pub"), 4, "not authentic: untrusted"),
        ((), 2, "--chain signs it once more"),
    ],
)
def test_a_signature_over_others_is_asked_for_rightly(
    sealed: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    done = scanseal("seal", "sealed.dcm", "x.dcm", "--key", "pacs.key", *options, folder=sealed)
    assert done.code == code
    assert words in done.err
    assert not (sealed / "x.dcm").exists()


def test_a_rule_names_the_authority_of_a_signer(folder: Path) -> None:
    assert seal(folder, "--certificate", "chain.pem").code == 0
    root = authority("root", **WIDE).credential.fingerprint
    for fingerprint, code in [(root, 0), ("ab" * 32, 4)]:
        rule = f'version = 1\n[[signer]]\nmodality = ["CT"]\nauthorities = ["{fingerprint}"]\n'
        (folder / "policy.toml").write_text(rule)
        assert verify(folder, "sealed.dcm", "--policy", "policy.toml").code == code


@pytest.mark.parametrize("state", ["missing", "outdated", "current"])
def test_a_policy_says_what_old_and_missing_lists_are_worth(folder: Path, state: str) -> None:
    assert seal(folder, "--certificate", "chain.pem").code == 0
    if state != "missing":
        end = WIDE["end"] if state == "current" else WIDE["start"] + DAY
        listed = revocation_list("root", start=WIDE["start"], end=end)
        put(folder / "trusted", "root.crl", listed)
    for entry, answer in itertools.product(("missing", "outdated"), ("accept", "refuse")):
        text = f'version = 1\n[signers]\n{entry}_lists = "{answer}"\n'
        (folder / "policy.toml").write_text(text)
        refused = {"missing": answer == "refuse" and entry == "missing", "current": False}
        refused["outdated"] = answer == "refuse" or entry != "outdated"  # the default
        done = verify(folder, "sealed.dcm", "--policy", "policy.toml")
        assert done.code == (5 if refused[state] else 0), (entry, answer)
