"""Laws of the addresses of keys in tokens (RFC 7512)."""

import sys
from pathlib import Path

import pytest

from signing import keys
from signing.errors import MalformedKey, MissingExtra, UnsuitableAddress
from signing.hsm.address import MAX_ADDRESS, TokenAddress, is_address, parse_address, read_pin
from signing.keyfile import Role

LIBRARY = "/usr/lib/token.so"


def test_an_address_is_taken_apart() -> None:
    uri = (
        "pkcs11:token=The%20Hospital;serial=00%2F7;manufacturer=a;model=b;slot-id=3;"
        "object=scanner;id=%01%fF;type=private"
        f"?module-path={LIBRARY}&pin-source=/run/pin&x-scanseal-role=archive"
    )
    assert parse_address(uri) == TokenAddress(
        token="The Hospital",  # noqa: S106 - a label
        serial="00/7",
        manufacturer="a",
        model="b",
        slot_id=3,
        object="scanner",
        id=b"\x01\xff",
        module=Path(LIBRARY),
        pin_source=Path("/run/pin"),
        role=Role.ARCHIVE,
    )


def test_the_empty_address_fits_everything() -> None:
    assert parse_address("pkcs11:") == TokenAddress()
    assert not parse_address("pkcs11:token=a").names_key
    assert parse_address("pkcs11:object=a").names_key
    assert parse_address("pkcs11:id=%01").names_key


def test_a_library_is_the_addresss_own_or_the_given_one() -> None:
    given = Path("/usr/lib/other.so")
    assert parse_address("pkcs11:", given).module == given
    assert parse_address(f"pkcs11:?module-path={LIBRARY}", given).module == Path(LIBRARY)


@pytest.mark.parametrize("source", ["/run/pin", "file:/run/pin", "file:///run/pin"])
def test_a_pin_source_is_a_path_or_a_file_uri(source: str) -> None:
    assert parse_address(f"pkcs11:?pin-source={source}").pin_source == Path("/run/pin")


def test_only_the_scheme_makes_an_address() -> None:
    assert is_address("pkcs11:token=a")
    assert is_address("PKCS11:token=a")
    assert not is_address("pkcs11.key")
    assert not is_address("./pkcs11:a")


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("scanner.key", "does not start"),
        ("pkcs11:token", "NAME=VALUE"),
        ("pkcs11:token=a;", "NAME=VALUE"),
        ("pkcs11:;token=a", "NAME=VALUE"),
        ("pkcs11:token=a/b", "NAME=VALUE"),
        ("pkcs11:token=a b", "NAME=VALUE"),
        ("pkcs11:token=%4", "NAME=VALUE"),
        ("pkcs11:token=%zz", "NAME=VALUE"),
        ("pkcs11:token=\u00e4", "NAME=VALUE"),
        ("pkcs11:token=a?", "NAME=VALUE"),
        ("pkcs11:token=a#b", "NAME=VALUE"),
        ("pkcs11:token=a;token=b", "token: comes twice"),
        ("pkcs11:?pin-source=/a&pin-source=/b", "pin-source: comes twice"),
        ("pkcs11:token=%FF", "token: not UTF-8"),
        ("pkcs11:token=%1B", "token: empty, or"),
        ("pkcs11:token=", "token: empty, or"),
        ("pkcs11:library-version=2", "library-version: not known here"),
        ("pkcs11:pin-source=a", "pin-source: not known here"),
        ("pkcs11:?object=a", "object: not known here"),
        ("pkcs11:?module-name=softhsm2", "module-name: not known here"),
        ("pkcs11:?x-other=1", "x-other: not known here"),
        ("pkcs11:type=public", "type: only a private key"),
        ("pkcs11:slot-id=x", "slot-id: not a number"),
        ("pkcs11:slot-id=" + "9" * 20, "slot-id: not a number"),
        ("pkcs11:?module-path=lib.so", "module-path: not an absolute path"),
        ("pkcs11:?pin-source=pin", "pin-source: not an absolute path"),
        ("pkcs11:?pin-source=|/bin/pin", "pin-source: not an absolute path"),
        ("pkcs11:?pin-source=https://a/", "pin-source: not an absolute path"),
        ("pkcs11:?x-scanseal-role=king", "x-scanseal-role: none of acquisition"),
        ("pkcs11:token=" + "a" * MAX_ADDRESS, "more than 4096 characters"),
    ],
)
def test_an_address_that_is_none_is_refused_with_the_part_that_is_wrong(
    uri: str, words: str
) -> None:
    with pytest.raises(UnsuitableAddress, match=words):
        parse_address(uri)


def test_a_pin_in_an_address_is_refused_and_never_shown() -> None:
    for uri in ("pkcs11:?pin-value=12secret34", "pkcs11:pin-value=12secret34"):
        with pytest.raises(UnsuitableAddress, match="every process") as caught:
            parse_address(uri)
        assert "secret" not in repr(caught.value)
    shown = parse_address("pkcs11:token=a%3Bb;id=%07?pin-source=/run/secret").shown
    assert shown == "pkcs11:token=a%3Bb;id=%07"


def test_a_pins_file_gives_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "pin"
    path.write_bytes(b"1234\r\nrest\n")
    assert read_pin(path) == b"1234"
    for content in (b"", b"\n1234", b"1" * 5000):
        path.write_bytes(content)
        with pytest.raises(UnsuitableAddress, match="first line"):
            read_pin(path)


def test_a_signer_is_asked_for_by_path_or_address(tmp_path: Path) -> None:
    files = keys.generate_keys("a", tmp_path)
    assert keys.load_signer(str(files.private)).name == "a"
    with pytest.raises(UnsuitableAddress, match="module-path=FILE or set PKCS11_MODULE_PATH"):
        keys.load_signer("pkcs11:token=a;object=b")
    with pytest.raises(MalformedKey, match="not a PKCS#11 library"):
        keys.load_signer("pkcs11:object=a", b"1", module=tmp_path / "missing.so")
    with pytest.raises(MalformedKey, match="not a PKCS#11 library"):
        keys.load_signer("pkcs11:object=a", b"1", module=files.public)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(MissingExtra, match=r"pip install 'scanseal\[hsm\]'"):
        keys.load_signer(f"pkcs11:object=a?module-path={LIBRARY}", b"1")


def test_a_pins_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_pin(tmp_path / "missing")
