"""Arguments and options that several commands have: one wording, one meaning."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

Source = Annotated[Path, Argument(metavar="SRC", help="DICOM file, or a folder of them.")]
SealedSource = Annotated[
    Path, Argument(metavar="SRC", help="Sealed DICOM file, or a folder of them.")
]
Destination = Annotated[
    Path, Argument(metavar="DST", help="File or folder to write; a folder is mirrored.")
]
Force = Annotated[bool, Option("--force", help="Overwrite existing files.")]
SigningKey = Annotated[
    str,
    Option(
        metavar="KEY",
        help="Private key that signs: NAME.key, or the pkcs11 URI of a key in a token.",
    ),
]
SigningPassphrase = Annotated[
    Path | None, Option(help="File whose first line is the pass phrase of the key, or the PIN.")
]
RecoveryPassphrase = Annotated[
    Path | None, Option(help="File whose first line is the pass phrase of the recovery key.")
]
