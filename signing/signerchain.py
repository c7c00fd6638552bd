"""A signer's own certificates: what goes along with its seals, checked before anything is sealed.

A seal whose chain is broken would be found out by its readers only, when nothing can be mended.
"""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from signing.chains import Search
from signing.credentials import MAX_CHAIN, Credential, is_issued, parse_credential, read_credentials
from signing.errors import MalformedCredential, MalformedKey
from signing.keys import Signer


def load_chain(path: Path, signer: Signer) -> tuple[bytes, ...]:
    """Return the certificates of a file, DER, as they go along with a seal by `signer`.

    The first is the signer's own, each next one is of its issuer; the last may be self-signed.
    Raises MalformedKey naming the file where they are not, or the first is not valid now; OSError.
    """
    chain = tuple(credential.der for credential in read_credentials(path))
    check_chain(chain, signer, str(path))
    return chain


def check_chain(chain: Sequence[bytes], signer: Signer, where: str = "certificates") -> None:
    """Raise MalformedKey unless a chain (DER) is the signer's; an empty one is."""
    if len(chain) > MAX_CHAIN:
        raise MalformedKey(where, f"more than {MAX_CHAIN} certificates")
    try:
        found = [parse_credential(der) for der in chain]
    except MalformedCredential as error:
        raise MalformedKey(where, error.reason) from None
    if not found:
        return
    if found[0].raw != signer.public_key:
        raise MalformedKey(where, f"the first certificate is not of the key of {signer.name}")
    if found[0].role is None:
        raise MalformedKey(where, "the first certificate names not exactly one role")
    if not found[0].valid_from <= datetime.now(UTC) <= found[0].valid_until:
        raise MalformedKey(where, "the first certificate is not valid now")
    _check_links(found, where)


def _check_links(found: Sequence[Credential], where: str) -> None:
    """Raise MalformedKey where no reader would take the chain, whomever it trusts."""
    if not all(is_issued(one, issuer) for one, issuer in itertools.pairwise(found)):
        raise MalformedKey(where, "a certificate is not followed by that of its issuer")
    search = Search(found[-1:], found[1:-1])
    if not any(search.chains(found[0])):
        raise MalformedKey(where, search.problem or "it has more certificates than a chain")
