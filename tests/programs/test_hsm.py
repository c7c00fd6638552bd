"""Laws of keys in tokens, on a real token of SoftHSM."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11 import Attribute, KeyType, ObjectClass

import signing
from signing import curve, digests, envelope, keys
from signing.envelope import Kind
from signing.errors import (
    MalformedKey,
    OutputExists,
    SignerFailed,
    UnsuitableName,
    WrongPassphrase,
)
from signing.hsm.signer import TokenSigner
from signing.keys import Role
from signing.trust import Trust
from signing.verdict import Verdict
from tests.programs.softhsm import OTHER_PIN, PIN, find_library, prepare
from tests.signing import images
from tests.signing.test_curve import SMALL

ROOT = Path(__file__).parents[2]
EDWARDS = bytes.fromhex("06032b6570")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Tokens `hospital`, and two named `twin`: the library reads where they are only once."""
    made = prepare(tmp_path_factory.mktemp("softhsm"), "hospital", "twin", "twin")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.items():
            patch.setenv(name, value)
        yield made
    pkcs11.unload(str(find_library()))


def address(query: str = "", **parts: str) -> str:
    named = ";".join(f"{name}={value}" for name, value in {"token": "hospital", **parts}.items())
    return f"pkcs11:{named}?module-path={find_library()}{query}"


@pytest.fixture
def scanner(environment: dict[str, str], tmp_path: Path) -> Iterator[TokenSigner]:
    """A fresh key in the token, labelled as the test's own folder."""
    name = tmp_path.name
    keys.generate_token_key(name, address(), tmp_path, pin=PIN.encode())
    signer = keys.load_signer(address(object=name), PIN.encode())
    assert isinstance(signer, TokenSigner)
    yield signer
    signer.close()


def session_of(signer: TokenSigner) -> Any:
    """Return a session that may write, beside that of the signer."""
    return signer._private.session.token.open(rw=True)


def test_a_key_in_a_token_signs_by_the_strict_rule(scanner: TokenSigner, tmp_path: Path) -> None:
    public = keys.load_public_key(tmp_path / f"{tmp_path.name}.pub")
    assert public.raw == scanner.public_key
    assert (public.name, public.role) == (scanner.name, scanner.role)
    assert public.key_id == scanner.key_id == digests.key_id(public.raw)
    for size in (0, 1, 300, 1 << 20):
        assert curve.verify(public.raw, scanner.sign(bytes(size)), bytes(size))


def test_the_private_key_does_not_leave_its_token(scanner: TokenSigner) -> None:
    private = scanner._private
    assert private[Attribute.SENSITIVE]
    assert not private[Attribute.EXTRACTABLE]
    with pytest.raises(pkcs11.PKCS11Error):
        private[Attribute.VALUE]
    with pytest.raises(TypeError):
        pickle.dumps(scanner)
    assert PIN not in repr(scanner)


def test_an_image_sealed_by_a_token_is_authentic(scanner: TokenSigner) -> None:
    sealed = signing.seal(images.make("monochrome2-12"), scanner)
    public = keys.PublicKey(scanner.public_key, "scanner")
    assert signing.verify(sealed, Trust.of(public), deep=True).verdict is Verdict.AUTHENTIC


def test_a_key_is_found_by_label_by_id_and_by_its_pins_file(
    scanner: TokenSigner, tmp_path: Path
) -> None:
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    identity = "".join(f"%{byte:02x}" for byte in scanner._private.id)
    for uri in (
        address(object=scanner.name),
        address(id=identity),
        address(id=identity, object=scanner.name, type="private"),
        address(f"&pin-source=file:{pin}", object=scanner.name),
    ):
        found = keys.load_signer(uri, None if "pin-source" in uri else PIN.encode())
        assert found.public_key == scanner.public_key


def test_the_address_gives_the_role(scanner: TokenSigner) -> None:
    assert scanner.role is Role.ACQUISITION
    uri = address("&x-scanseal-role=archive", object=scanner.name)
    assert keys.load_signer(uri, PIN.encode()).role is Role.ARCHIVE


def test_a_library_may_be_given_beside_the_address(scanner: TokenSigner) -> None:
    uri = f"pkcs11:token=hospital;object={scanner.name}"
    found = keys.load_signer(uri, PIN.encode(), module=find_library())
    assert found.public_key == scanner.public_key


def test_one_signer_serves_several_threads(scanner: TokenSigner) -> None:
    messages = [bytes([n]) * 100 for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(scanner.sign, messages))
    assert all(
        curve.verify(scanner.public_key, signature, message)
        for signature, message in zip(made, messages, strict=True)
    )


def test_no_key_is_made_over_another(scanner: TokenSigner, tmp_path: Path) -> None:
    target = tmp_path / f"{scanner.name}.pub"
    before = target.read_bytes()
    with pytest.raises(OutputExists, match=r"\.pub"):
        keys.generate_token_key(scanner.name, address(), tmp_path, pin=PIN.encode())
    with pytest.raises(OutputExists, match="pkcs11:token=hospital;object="):
        keys.generate_token_key(scanner.name, address(), tmp_path, pin=PIN.encode(), force=True)
    with pytest.raises(UnsuitableName):
        keys.generate_token_key("a/b", address(), tmp_path, pin=PIN.encode())
    assert target.read_bytes() == before


def test_a_key_that_is_there_is_asked_for_its_public_half(
    scanner: TokenSigner, tmp_path: Path
) -> None:
    uri = address("&x-scanseal-role=gateway", object=scanner.name)
    target, public = keys.generate_token_key("router", uri, tmp_path, pin=PIN.encode())
    assert target == tmp_path / "router.pub"
    assert keys.load_public_key(target) == public
    assert (public.name, public.role, public.raw) == ("router", Role.GATEWAY, scanner.public_key)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"object": "nobody"}, "no Ed25519 private key"),
        ({"token": "clinic", "object": "x"}, "no such token"),
        ({"token": "twin", "object": "x"}, "more than one token"),
        ({"serial": "1", "object": "x"}, "no such token"),
        ({"model": "other", "object": "x"}, "no such token"),
        ({"slot-id": "0", "object": "x"}, "no such token"),
    ],
)
def test_what_is_not_there_once_is_refused(
    scanner: TokenSigner, parts: dict[str, str], words: str
) -> None:
    with pytest.raises(MalformedKey, match=words):
        keys.load_signer(address(**parts), PIN.encode())


def test_of_two_keys_of_one_label_none_is_taken(scanner: TokenSigner) -> None:
    second = make_pair(scanner, scanner.name, b"other")
    with pytest.raises(MalformedKey, match="more than one Ed25519 private key"):
        keys.load_signer(address(object=scanner.name), PIN.encode())
    for made in second:
        made.destroy()


def make_pair(signer: TokenSigner, label: str, identity: bytes, **more: Any) -> Any:
    """Make another pair in the signer's token."""
    parameters = {Attribute.EC_PARAMS: EDWARDS}
    domain = session_of(signer).create_domain_parameters(KeyType.EC_EDWARDS, parameters, local=True)
    public, private = domain.generate_keypair(
        mechanism=pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
        store=True,
        label=label,
        id=identity,
        **more,
    )
    return public, private


def put_public(signer: TokenSigner, label: str, identity: bytes, point: bytes) -> None:
    """Put a public key object of our own making into the signer's token."""
    session_of(signer).create_object(
        {
            Attribute.CLASS: ObjectClass.PUBLIC_KEY,
            Attribute.KEY_TYPE: KeyType.EC_EDWARDS,
            Attribute.EC_PARAMS: EDWARDS,
            Attribute.EC_POINT: point,
            Attribute.LABEL: label,
            Attribute.ID: identity,
            Attribute.TOKEN: True,
            Attribute.VERIFY: True,
        }
    )


def liar(signer: TokenSigner, label: str, *points: bytes) -> str:
    """Make a key whose public half in the token is not its own; return its address."""
    public, _ = make_pair(signer, label, label.encode())
    public.destroy()
    for point in points:
        put_public(signer, label, label.encode(), point)
    return address(object=label)


def test_a_signature_that_is_not_of_the_public_key_is_the_signers_failure(
    scanner: TokenSigner,
) -> None:
    uri = liar(scanner, "mismatch", b"\x04\x20" + scanner.public_key)
    found = keys.load_signer(uri, PIN.encode())
    assert found.public_key == scanner.public_key
    with pytest.raises(SignerFailed, match="mismatch"):
        envelope.sign(Kind.STATEMENT, b"claims", found)
    with pytest.raises(SignerFailed):
        signing.seal(images.make("monochrome2-12"), found)


def test_a_token_without_a_public_key_or_with_two_is_refused(scanner: TokenSigner) -> None:
    with pytest.raises(MalformedKey, match="no public key"):
        keys.load_signer(liar(scanner, "none"), PIN.encode())
    two = (b"\x04\x20" + scanner.public_key, b"\x04\x20" + b"\x01" * 32)
    with pytest.raises(MalformedKey, match="more than one public key"):
        keys.load_signer(liar(scanner, "two", *two), PIN.encode())


@pytest.mark.parametrize("place", range(len(SMALL)))
def test_a_public_key_that_the_rule_refuses_is_refused(scanner: TokenSigner, place: int) -> None:
    uri = liar(scanner, f"small {place}".replace(" ", "-"), b"\x04\x20" + SMALL[place])
    with pytest.raises(MalformedKey, match="unsafe public key"):
        keys.load_signer(uri, PIN.encode())


def test_a_public_key_may_be_bare_but_not_of_another_size(scanner: TokenSigner) -> None:
    bare = keys.load_signer(liar(scanner, "bare", scanner.public_key), PIN.encode())
    assert bare.public_key == scanner.public_key
    with pytest.raises(MalformedKey, match="32 bytes"):
        keys.load_signer(liar(scanner, "long", scanner.public_key + b"\0"), PIN.encode())


def test_a_key_that_may_not_sign_is_refused(scanner: TokenSigner) -> None:
    silent = {Attribute.SIGN: False}
    make_pair(scanner, "silent", b"silent", private_template=silent)
    with pytest.raises(MalformedKey, match="does not let this key sign"):
        keys.load_signer(address(object="silent"), PIN.encode())


def test_a_key_without_a_label_is_named_by_its_key_id(scanner: TokenSigner) -> None:
    make_pair(scanner, "", b"nameless")
    identity = "".join(f"%{byte:02X}" for byte in b"nameless")
    found = keys.load_signer(address(id=identity), PIN.encode())
    assert found.name == found.key_id.hex()


def test_a_label_that_no_name_can_be_is_refused(scanner: TokenSigner) -> None:
    make_pair(scanner, "../scanner", b"climber")
    with pytest.raises(MalformedKey, match="its label"):
        keys.load_signer(address(object="..%2Fscanner"), PIN.encode())


def test_a_token_that_is_gone_is_the_signers_failure(scanner: TokenSigner) -> None:
    scanner.close()
    with pytest.raises(SignerFailed):
        scanner.sign(b"message")


def command(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Run the program in a process of its own, where nobody has logged in yet."""
    done = subprocess.run(
        [sys.executable, "-m", "signing", *arguments],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=120,
    )
    assert PIN not in done.stdout + done.stderr
    assert OTHER_PIN not in done.stdout + done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        (OTHER_PIN, "the token refuses the PIN"),
        ("1", "the token refuses the PIN"),
        (PIN + " ", "the token refuses the PIN"),
        (None, "the token wants a PIN, none was given"),
    ],
)
def test_a_pin_is_right_or_refused_and_never_shown(
    environment: dict[str, str], tmp_path: Path, pin: str | None, words: str
) -> None:
    arguments = ["keygen", "a", "--out", str(tmp_path), "--token", address()]
    if pin is not None:
        (tmp_path / "pin").write_text(f"{pin}\n")
        arguments += ["--passphrase-file", str(tmp_path / "pin")]
    code, told = command(environment, *arguments)
    assert (code, told) == (2, f"scanseal: keygen: pkcs11:token=hospital: {words}\n")
    assert not (tmp_path / "a.pub").exists()


def test_a_pin_that_is_no_text_is_refused(environment: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase, match="not UTF-8"):
        keys.load_signer(address(object="a"), b"\xff\xff\xff\xff")


def test_a_person_at_a_terminal_is_asked_for_the_pin(
    environment: dict[str, str], tmp_path: Path
) -> None:
    arguments = ["-m", "signing", "keygen", "asked", "--out", str(tmp_path), "--token", address()]
    code = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    with subprocess.Popen(
        [sys.executable, "-c", code, sys.executable, *arguments],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        asked = b""
        while not asked.endswith(b"PIN of pkcs11:token=hospital: "):
            byte = running.stdout.read(1)
            assert byte, asked
            asked += byte
        running.stdin.write(f"{PIN}\n".encode())
        running.stdin.flush()
        told = running.stdout.read()
    assert running.returncode == 0, told
    assert b"asked.pub: public key" in told
    assert PIN.encode() not in asked + told
    assert keys.load_public_key(tmp_path / "asked.pub").name == "asked"
