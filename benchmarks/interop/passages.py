"""Passages through an archive: what goes in, by which door it leaves, and what is proved then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.interop.orthanc import Orthanc
from benchmarks.interop.programs import run
from signing.verdict import Scope, Verdict


@dataclass(frozen=True)
class Passage:
    """A passage, and what a verifier must say of what comes out."""

    take: Callable[[Orthanc, Path], bytes]
    """The archive, which is empty, and a sealed file that is not compressed; what comes out."""
    verdict: Verdict = Verdict.AUTHENTIC
    scope: Scope | None = None


def _stored(archive: Orthanc, path: Path) -> bytes:
    return archive.fetch(archive.store(path))


def _web(archive: Orthanc, path: Path) -> bytes:
    archive.stow(path)
    return archive.wado(path)


def _sent(archive: Orthanc, path: Path) -> bytes:
    archive.send(path)
    return archive.fetch(archive.only())


def _moved(option: str) -> Callable[[Orthanc, Path], bytes]:
    def take(archive: Orthanc, path: Path) -> bytes:
        archive.send(path)
        return archive.move(path, option)

    return take


def _got(archive: Orthanc, path: Path) -> bytes:
    archive.send(path)
    return archive.get(path)


def _compressed(program: str, proposed: str, taken: str) -> Callable[[Orthanc, Path], bytes]:
    """Return what sends a file compressed, and has it moved.

    proposed, taken: options by which storescu proposes and movescu accepts transfer syntaxes.
    """

    def take(archive: Orthanc, path: Path) -> bytes:
        made = archive.folder / "compressed.dcm"
        run(program, path, made)
        archive.send(made, proposed)
        return archive.move(path, taken)

    return take


def _transcoded(syntax: str) -> Callable[[Orthanc, Path], bytes]:
    return _modified(Transcode=syntax, Keep=["SOPInstanceUID"], Force=True)


def _modified(**request: Any) -> Callable[[Orthanc, Path], bytes]:
    return lambda archive, path: archive.modify(archive.store(path), **request)


def _anonymized(**request: Any) -> Callable[[Orthanc, Path], bytes]:
    return lambda archive, path: archive.anonymize(archive.store(path), **request)


def _study(archive: Orthanc, path: Path) -> bytes:
    """Correct the description of a whole study: Orthanc gives it new identifiers."""
    archive.store(path)
    (study,) = json.loads(archive.call("GET", "/studies"))
    request = {"Replace": {"StudyDescription": "CHEST"}, "KeepSource": False}
    archive.call("POST", f"/studies/{study}/modify", request)
    return archive.fetch(archive.only())


_JPEG: Final = "1.2.840.10008.1.2.4"
_NOTES: Final = {
    "StudyDescription": "CHEST",
    "InstitutionName": "GENERAL HOSPITAL",
    "IssuerOfPatientID": "GENERAL",
    "RequestedProcedureDescription": "CT CHEST",
}
_SEAL: Final = ["0077-0010", "0077-1001"]

PASSAGES: Final[dict[str, Passage]] = {
    "REST in, REST out": Passage(_stored),
    "STOW-RS in, WADO-RS out": Passage(_web),
    "C-STORE in, REST out": Passage(_sent),
    "C-STORE in, C-GET out": Passage(_got),
    "C-STORE in, C-MOVE out": Passage(_moved("+xa")),
    "C-STORE in, C-MOVE out as implicit": Passage(_moved("+xi")),
    "C-STORE in as JPEG-LS, C-MOVE out": Passage(_compressed("dcmcjpls", "-xt", "+xa")),
    "C-STORE in as JPEG-LS, C-MOVE out decoded": Passage(_compressed("dcmcjpls", "-xt", "+xe")),
    "C-STORE in as RLE, C-MOVE out": Passage(_compressed("dcmcrle", "-xr", "+xa")),
    "C-STORE in as RLE, C-MOVE out decoded": Passage(_compressed("dcmcrle", "-xr", "+xe")),
    "transcoded to implicit": Passage(_transcoded("1.2.840.10008.1.2")),
    "transcoded to big endian": Passage(_transcoded("1.2.840.10008.1.2.2")),
    "transcoded to deflated": Passage(_transcoded("1.2.840.10008.1.2.1.99")),
    "transcoded to JPEG-LS": Passage(_transcoded(_JPEG + ".80")),
    "transcoded to JPEG lossless": Passage(_transcoded(_JPEG + ".70")),
    "modify of notes, SOP Instance UID kept": Passage(
        _modified(Replace=_NOTES, Keep=["SOPInstanceUID"], Force=True)
    ),
    "modify of a study": Passage(_study, Verdict.ALTERED),
    "modify that removes private attributes": Passage(
        _modified(RemovePrivateTags=True, Keep=["SOPInstanceUID"], Force=True),
        Verdict.PARTIAL,
        Scope.PIXELS,
    ),
    "anonymize": Passage(_anonymized(), Verdict.PARTIAL, Scope.PIXELS),
    "anonymize, seal kept without its salts": Passage(
        _anonymized(Keep=_SEAL), Verdict.PARTIAL, Scope.REDACTED
    ),
    "anonymize, private attributes kept": Passage(
        _anonymized(KeepPrivateTags=True), Verdict.ALTERED
    ),
}
"""By name."""
