"""scanseal's DICOM side: seal, stamp, verify, restore, recover, redact, amend, scrub with Ed25519.

Public names load on first use: importing this package loads none of numpy, numba and pydicom.

    signer = signing.load_signer("scanner.key")
    trust = signing.load_trust("trusted/")
    sealed = signing.seal(dataset, signer)
    report = signing.verify(sealed, trust)
    original = signing.restore(sealed)
    repaired = signing.recover(damaged, trust, recovery_key)
    shared = signing.redact(sealed, ["PatientName", "PatientBirthDate"])
    merged = signing.amend(changed, archive, "patient merge")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from signing.amending import AmendOptions, amend, amend_file
    from signing.countersigning import countersign
    from signing.errors import NotAuthentic, SigningError
    from signing.keys import (
        FileSigner,
        PublicKey,
        Role,
        Signer,
        TokenSigner,
        generate_keys,
        generate_recovery_keys,
        generate_token_key,
        load_public_key,
        load_recovery_key,
        load_recovery_public_key,
        load_signer,
    )
    from signing.recovery import recover, recover_file
    from signing.redaction.profile import BasicProfile
    from signing.redaction.pseudonyms import Pseudonyms, load_pseudonyms
    from signing.renewal import stamp
    from signing.requirements import Requirements, Source, load_requirements
    from signing.signerchain import load_chain
    from signing.trust import Trust, load_trust
    from signing.verdict import Code, Finding, Outcome, Report, Scope, Verdict

__all__ = [
    "AmendOptions",
    "BasicProfile",
    "Code",
    "FileSigner",
    "Finding",
    "NotAuthentic",
    "Outcome",
    "Pseudonyms",
    "PublicKey",
    "Report",
    "Requirements",
    "Role",
    "Scope",
    "Signer",
    "SigningError",
    "Source",
    "TokenSigner",
    "Trust",
    "Verdict",
    "amend",
    "amend_file",
    "countersign",
    "generate_keys",
    "generate_recovery_keys",
    "generate_token_key",
    "load_chain",
    "load_pseudonyms",
    "load_public_key",
    "load_recovery_key",
    "load_recovery_public_key",
    "load_requirements",
    "load_signer",
    "load_trust",
    "recover",
    "recover_file",
    "redact",
    "restore",
    "scrub",
    "seal",
    "stamp",
    "verify",
]

# No module here has the name of a function (style: modules are nouns), so the first use of a
# name cannot be replaced by the import of a module.
_HOMES = {
    "errors": ("NotAuthentic", "SigningError"),
    "keys": (
        "FileSigner",
        "PublicKey",
        "Role",
        "Signer",
        "TokenSigner",
        "generate_keys",
        "generate_recovery_keys",
        "generate_token_key",
        "load_public_key",
        "load_recovery_key",
        "load_recovery_public_key",
        "load_signer",
    ),
    "requirements": ("Requirements", "Source", "load_requirements"),
    "signerchain": ("load_chain",),
    "trust": ("Trust", "load_trust"),
    "verdict": ("Code", "Finding", "Outcome", "Report", "Scope", "Verdict"),
    "recovery": ("recover", "recover_file"),
    "redaction.profile": ("BasicProfile",),
    "redaction.pseudonyms": ("Pseudonyms", "load_pseudonyms"),
    "redaction.release": ("redact",),
    "countersigning": ("countersign",),
    "amending": ("AmendOptions", "amend", "amend_file"),
    "restoration": ("restore",),
    "scrubbing": ("scrub",),
    "sealing": ("seal",),
    "renewal": ("stamp",),
    "verification": ("verify",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Return a public name, loading its module on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
