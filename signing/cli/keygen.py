"""`scanseal keygen`: a new pair of keys."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from signing.cli import exits
from signing.cli.passphrases import read_passphrase
from signing.keyfile import Role


def command(
    name: Annotated[
        str, Argument(metavar="NAME", help="The key's name: its files are NAME.key and NAME.pub.")
    ],
    out: Annotated[Path, Option(help="Folder to write to; it is made if missing.")] = Path(),
    role: Annotated[Role, Option(help="What the key stands for.")] = Role.ACQUISITION,
    recovery: Annotated[
        bool, Option("--recovery", help="Make a recovery pair instead: NAME.rkey and NAME.rpub.")
    ] = False,
    passphrase_file: Annotated[
        Path | None, Option(help="Encrypt the private key with the first line of this file.")
    ] = None,
    force: Annotated[bool, Option("--force", help="Overwrite existing files.")] = False,
) -> int:
    """Make a key pair: the private key stays with the signer, the public key goes to everyone."""
    from signing.keys import (
        generate_keys,
        generate_recovery_keys,
        load_public_key,
        load_recovery_public_key,
    )

    passphrase = read_passphrase(passphrase_file)
    out.mkdir(parents=True, exist_ok=True)
    if recovery:
        files = generate_recovery_keys(name, out, passphrase=passphrase, force=force)
        made, user = load_recovery_public_key(files.public).key_id, "seals"
    else:
        files = generate_keys(name, out, role=role, passphrase=passphrase, force=force)
        made, user = load_public_key(files.public).key_id, "verifies"
    print(f"{files.private}: private key, keep it to yourself")
    print(f"{files.public}: public key, give it to whoever {user}; key id {made.hex()}")
    return exits.OK
