"""DICOM's own signatures as DCMTK's dcmsign makes and checks them, to stand beside ours.

RSA of 2048 bits, SHA-256, the Creator RSA profile (PS3.15, C.2), over all attributes it may cover.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from benchmarks.interop.programs import run

_REASON = re.compile(r"Signature Verification\s*: (.*)|^[EF]: (.*)", re.MULTILINE)


@dataclass(frozen=True)
class Authority:
    """A key and its own certificate."""

    key: Path
    certificate: Path

    @classmethod
    def make(cls, folder: Path) -> Authority:
        """Write a new key and a certificate that began a day ago to `folder`."""
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "scanner")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=9))
            .sign(key, hashes.SHA256())
        )
        made = cls(folder / "dcmsign.key", folder / "dcmsign.crt")
        made.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )
        made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return made

    def sign(self, source: Path, target: Path) -> None:
        """Write the file at `source`, signed, to `target`. Raises as `run` does."""
        run("dcmsign", "+s", self.key, self.certificate, "+pc", "+m2", source, target)

    def check(self, path: Path) -> str:
        """Return "passes", or "fails: " and what dcmsign gives as its reason.

        A signature by the creator is required, and the certificate is trusted.
        """
        done = run("dcmsign", "+cf", self.certificate, "+rc", path, expect=False)
        if done.returncode == 0:
            return "passes"
        if done.returncode < 0:
            return f"crashes (signal {-done.returncode})"
        said = _REASON.findall((done.stdout + done.stderr).decode(errors="replace"))
        reasons = [first or second for first, second in said if "OK" not in first]
        return "fails: " + (reasons[0].split(": ")[-1].strip() if reasons else "no reason given")
