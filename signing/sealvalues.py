"""What a seal commits to besides attributes, by what its frame digests are of."""

from pydicom.dataset import Dataset

from signing.commitments import SEAL_SYNTAX
from signing.dicom import part10
from signing.dicom.limits import EXPLICIT_BIG, NATIVE_SYNTAXES
from signing.statement import DigestKind


def seal_values(dataset: Dataset, kind: DigestKind) -> list[tuple[str, bytes]]:
    """Return path and value of the pseudo leaves that depend on what the frame digests are of.

    A codestream means nothing without its transfer syntax.
    """
    if kind is DigestKind.CODESTREAM:
        syntax = part10.transfer_syntax(dataset)
        # The native syntaxes hold the same bytes; big endian does not.
        native = syntax in NATIVE_SYNTAXES and syntax != EXPLICIT_BIG
        return [(SEAL_SYNTAX, b"native" if native else syntax.encode("ascii", "replace"))]
    return []
