"""A real archive, Orthanc, on loopback: what it takes in, and what it gives back.

Its own configuration, storage in a folder that the caller removes, ports that are free. GDCM's
plug-in is not loaded: Debian's crashes within a few requests.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import pydicom

from benchmarks.interop.programs import PATIENCE, MissingProgram, ProgramFailed, locate, run

AET: Final = "ORTHANC"
OURS: Final = "DEST"
DICOM_WEB: Final = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


@dataclass
class Orthanc:
    """A running archive."""

    http: int
    """Port of its web service."""
    dicom: int
    """Port of its DICOM service."""
    destination: int
    """Port to which it sends what `OURS` asks to be moved there."""
    folder: Path = field(repr=False)
    """Where to put what is fetched."""

    def call(
        self, method: str, path: str, body: bytes | dict[str, Any] = b"", **headers: str
    ) -> bytes:
        """Return the body of an answer. Raises ProgramFailed for one that is no success."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = HTTPConnection("127.0.0.1", self.http, timeout=PATIENCE)
        try:
            connection.request(method, path, data, named)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status not in (200, 202):
            raise ProgramFailed("Orthanc", answer.status, f"{method} {path}")
        return said

    def clear(self) -> None:
        """Delete everything."""
        for patient in json.loads(self.call("GET", "/patients")):
            self.call("DELETE", f"/patients/{patient}")

    def store(self, path: Path) -> str:
        """Put a file in by REST; returns Orthanc's name of the instance."""
        return str(json.loads(self.call("POST", "/instances", path.read_bytes()))["ID"])

    def only(self) -> str:
        """Return Orthanc's name of the only instance."""
        (name,) = json.loads(self.call("GET", "/instances"))
        return str(name)

    def fetch(self, name: str) -> bytes:
        """Return the file of an instance by REST."""
        return self.call("GET", f"/instances/{name}/file")

    def modify(self, name: str, **request: Any) -> bytes:
        """Return what Orthanc makes of an instance."""
        return self.call("POST", f"/instances/{name}/modify", request)

    def anonymize(self, name: str, **request: Any) -> bytes:
        """Return an instance without its patient, as Orthanc understands it."""
        return self.call("POST", f"/instances/{name}/anonymize", request)

    def stow(self, path: Path) -> None:
        """Put a file in by STOW-RS."""
        head = b"--part\r\nContent-Type: application/dicom\r\n\r\n"
        body = head + path.read_bytes() + b"\r\n--part--\r\n"
        kind = 'multipart/related; type="application/dicom"; boundary=part'
        self.call(
            "POST", "/dicom-web/studies", body, Content_Type=kind, Accept="application/dicom+json"
        )

    def wado(self, path: Path) -> bytes:
        """Return the instance of a file by WADO-RS, in the transfer syntax it is kept in."""
        known = pydicom.dcmread(path, stop_before_pixels=True)
        place = f"/dicom-web/studies/{known.StudyInstanceUID}/series/{known.SeriesInstanceUID}"
        kind = 'multipart/related; type="application/dicom"; transfer-syntax=*'
        said = self.call("GET", f"{place}/instances/{known.SOPInstanceUID}", Accept=kind)
        boundary = said[: said.index(b"\r\n")]
        return said[said.index(b"\r\n\r\n") + 4 : said.rindex(b"\r\n" + boundary)]

    def send(self, path: Path, *options: str) -> None:
        """Put a file in by C-STORE."""
        run("storescu", *options, "-aec", AET, "127.0.0.1", str(self.dicom), path)

    def get(self, path: Path) -> bytes:
        """Return the study of a file, of one instance, by C-GET."""
        return self._received(["getscu", "-aet", OURS, "-aec", AET], path)

    def move(self, path: Path, option: str = "+xa") -> bytes:
        """Return the study of a file, of one instance, by C-MOVE.

        option: by which movescu says which transfer syntaxes it accepts, all by default.
        """
        port = str(self.destination)
        words = ["movescu", "-aet", OURS, "-aem", OURS, "-aec", AET, "+P", port, option]
        return self._received(words, path)

    def _received(self, words: list[str], path: Path) -> bytes:
        """Return the only file that a query brought."""
        study = str(pydicom.dcmread(path, stop_before_pixels=True).StudyInstanceUID)
        inbox = self.folder / "inbox"
        shutil.rmtree(inbox, ignore_errors=True)
        inbox.mkdir()
        keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}"]
        run(*words, "-S", *keys, "-od", inbox, "127.0.0.1", str(self.dicom))
        (received,) = inbox.iterdir()
        return received.read_bytes()


def _free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()


def _settings(archive: Orthanc) -> dict[str, Any]:
    """Return a configuration that nobody but this machine can reach."""
    return {
        "Name": "interop",
        "StorageDirectory": str(archive.folder / "storage"),
        "IndexDirectory": str(archive.folder / "index"),
        "Plugins": [str(DICOM_WEB)],
        "HttpServerEnabled": True,
        "HttpPort": archive.http,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": True,
        "DicomAet": AET,
        "DicomPort": archive.dicom,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "DicomCheckCalledAet": False,
        "DicomCheckModalityHost": False,
        "UnknownSopClassAccepted": True,
        "OverwriteInstances": True,
        "TcpNoDelay": True,
        "DicomModalities": {OURS: {"AET": OURS, "Host": "127.0.0.1", "Port": archive.destination}},
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }


@contextmanager
def start(folder: Path) -> Iterator[Orthanc]:
    """Run an archive whose storage is in `folder`; it ends with the block.

    Raises MissingProgram, also where DICOMweb is missing; ProgramFailed where it does not answer.
    """
    program = locate("Orthanc")
    if not DICOM_WEB.exists():
        raise MissingProgram(DICOM_WEB.name, "orthanc-dicomweb")
    http, dicom, destination = _free_ports(3)
    archive = Orthanc(http, dicom, destination, folder)
    settings = folder / "orthanc.json"
    settings.write_text(json.dumps(_settings(archive)), encoding="utf-8")
    log = (folder / "orthanc.log").open("wb")
    running = subprocess.Popen([program, str(settings)], stdout=log, stderr=log)
    try:
        _await(archive, running)
        yield archive
    finally:
        running.terminate()
        try:
            running.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        log.close()


def _await(archive: Orthanc, running: subprocess.Popen[bytes]) -> None:
    """Wait until the archive answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        try:
            archive.call("GET", "/system")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise ProgramFailed("Orthanc", running.poll() or 0, "does not answer")
