"""From what a user calls a key to its signer: a file, or a pkcs11 URI of a key in a token."""

import os
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from signing.cli.inputs import require
from signing.cli.passphrases import read_passphrase

if TYPE_CHECKING:
    from signing.hsm.address import TokenAddress
    from signing.keys import Signer

MODULE = "PKCS11_MODULE_PATH"
"""Environment variable with the token's library, where the URI has no module-path."""

CERTIFICATE_HELP = "Certificates of the key (PEM), its own first; NAME.crt beside the key is taken."


def check_key(key: str) -> None:
    """Raise UsageProblem for a file that is not there, UnsuitableAddress for a URI that is none."""
    from signing.hsm.address import is_address

    if is_address(key):
        read_address(key)
    else:
        require(Path(key), "key file")


def find_certificate(key: str, certificate: Path | None) -> Path | None:
    """Return the file of a key's certificates: the given one, or what lies beside the key file.

    None where there is neither. Raises UsageProblem for a given file that is not there.
    """
    from signing.hsm.address import is_address

    if certificate is not None:
        require(certificate, "certificate file")
        return certificate
    beside = None if is_address(key) else Path(key).with_suffix(".crt")
    return beside if beside is not None and beside.is_file() else None


def open_signer(key: str, passphrase_file: Path | None) -> "Signer":
    """Return the signer; the secret is that of the file, of pin-source, or asked at a terminal."""
    from signing.hsm.address import is_address
    from signing.hsm.signer import open_signer as open_token
    from signing.keys import load_signer

    if not is_address(key):
        return load_signer(key, read_passphrase(passphrase_file))
    address = read_address(key)
    return open_token(address, read_pin(address, passphrase_file))


def read_address(key: str) -> "TokenAddress":
    """Return the parts of a pkcs11 URI, with the library that the environment names."""
    from signing.hsm.address import parse_address

    module = os.environ.get(MODULE)
    return parse_address(key, Path(module) if module else None)


def read_pin(address: "TokenAddress", passphrase_file: Path | None) -> bytes | None:
    """Return the PIN from the file, or from a person at a terminal; None where neither is there."""
    if passphrase_file is not None or address.pin_source is not None or not sys.stdin.isatty():
        return read_passphrase(passphrase_file)
    try:
        return getpass(f"PIN of {address.shown}: ").encode() or None
    except EOFError:
        return None
