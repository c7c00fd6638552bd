"""`scanseal keygen`: a new pair of keys."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.inputs import UsageProblem
from signing.cli.options import Force
from signing.cli.passphrases import read_passphrase
from signing.cli.signers import read_address, read_pin
from signing.keyfile import Role

if TYPE_CHECKING:
    from signing.hsm.address import TokenAddress


def command(
    name: Annotated[
        str, Argument(metavar="NAME", help="The key's name: its files are NAME.key and NAME.pub.")
    ],
    out: Annotated[Path, Option(help="Folder to write to; it is made if missing.")] = Path(),
    role: Annotated[
        Role | None, Option(help="What the key stands for; acquisition where it is not said.")
    ] = None,
    recovery: Annotated[
        bool, Option("--recovery", help="Make a recovery pair instead: NAME.rkey and NAME.rpub.")
    ] = False,
    token: Annotated[
        str | None,
        Option(
            metavar="URI",
            help="Make the key in this token (a pkcs11 URI), or with object or id in it write the "
            "public half of a key that is there.",
        ),
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        Option(help="Encrypt the private key with the first line of this file; or it is the PIN."),
    ] = None,
    force: Force = False,
) -> int:
    """Make a key pair: the private key stays with the signer, the public key goes to everyone."""
    from signing.keys import (
        generate_keys,
        generate_recovery_keys,
        load_public_key,
        load_recovery_public_key,
    )

    if token is not None:
        if recovery:
            raise UsageProblem("--token, --recovery", "exclude each other; choose one")
        return _use_token(name, out, _address(token, role), passphrase_file, force)
    passphrase = read_passphrase(passphrase_file)
    out.mkdir(parents=True, exist_ok=True)
    if recovery:
        files = generate_recovery_keys(name, out, passphrase=passphrase, force=force)
        made, user = load_recovery_public_key(files.public).key_id, "seals"
    else:
        files = generate_keys(
            name, out, role=role or Role.ACQUISITION, passphrase=passphrase, force=force
        )
        made, user = load_public_key(files.public).key_id, "verifies"
    print(f"{files.private}: private key, keep it to yourself")
    print(f"{files.public}: public key, give it to whoever {user}; key id {made.hex()}")
    return exits.OK


def _address(token: str, role: Role | None) -> "TokenAddress":
    """Return which token, with the role that the command line gives the key."""
    address = read_address(token)
    return address if role is None else replace(address, role=role)


def _use_token(
    name: str, out: Path, address: "TokenAddress", passphrase_file: Path | None, force: bool
) -> int:
    """Make a key in a token, or ask one that is there for its public half."""
    from signing.keys import generate_token_key

    pin = read_pin(address, passphrase_file)
    out.mkdir(parents=True, exist_ok=True)
    target, public = generate_token_key(name, address, out, pin=pin, force=force)
    if not address.names_key:
        print(f"{name}: private key, stays in the token")
    print(f"{target}: public key, give it to whoever verifies; key id {public.key_id.hex()}")
    return exits.OK
