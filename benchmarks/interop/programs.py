"""Real programs that rewrite DICOM files without a change of meaning, as command lines.

Each route goes from a file to a file, in one program or several, one after the other.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

PATIENCE: Final = 60
"""Seconds after which a program hangs."""

PACKAGES: Final = {
    **dict.fromkeys(
        ("dcmconv", "dcmcrle", "dcmdrle", "dcmcjpls", "dcmdjpls", "dcmcjpeg", "dcmdjpeg"), "dcmtk"
    ),
    **dict.fromkeys(("dcmdump", "dcm2pnm", "dcmsign", "storescu", "getscu", "movescu"), "dcmtk"),
    **dict.fromkeys(("gdcmconv", "gdcmraw", "gdcmdump"), "libgdcm-tools"),
    "dciodvfy": "dicom3tools",
    "dcm2niix": "dcm2niix",
    "Orthanc": "orthanc",
    "curl": "curl",
}
"""Debian's package of each program."""

Words = tuple[str, ...]


class MissingProgram(Exception):
    """A program is not installed."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(program, package)
        self.program, self.package = program, package

    def __str__(self) -> str:
        return f"{self.program} is not installed: apt-get install {self.package}"


class ProgramFailed(Exception):
    """A program ended with an error; the words are its own last ones."""

    def __init__(self, program: str, code: int, words: str) -> None:
        super().__init__(program, code, words)
        self.program, self.code, self.words = program, code, words


def locate(program: str) -> str:
    """Return where a program is. Raises MissingProgram."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise MissingProgram(program, PACKAGES.get(program, program))
    return found


def run(*words: str | Path, expect: bool = True) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end and return what it said.

    expect: whether it must end without an error. Raises MissingProgram, ProgramFailed.
    """
    program = locate(str(words[0]))
    done = subprocess.run(
        [program, *map(str, words[1:])], capture_output=True, timeout=PATIENCE, check=False
    )
    if expect and done.returncode:
        said = (done.stderr + done.stdout).decode(errors="replace").strip().splitlines()
        raise ProgramFailed(str(words[0]), done.returncode, said[-1] if said else "")
    return done


@dataclass(frozen=True)
class Route:
    """A way from a file to a file that means the same."""

    tool: str
    """Whose programs these are."""
    steps: tuple[Words | Callable[[Path, Path], None], ...]
    """Program and options, to which source and target are added; or what our process does."""
    native: bool = False
    """Whether the source must not be compressed."""

    def take(self, source: Path, target: Path) -> None:
        """Write what the programs make of `source` to `target`. Raises as `run` does."""
        for number, step in enumerate(self.steps):
            last = number == len(self.steps) - 1
            made = target if last else target.with_suffix(f".{number}")
            if callable(step):
                step(source, made)
            else:
                run(*step, source, made)
            source = made


def _resave(source: Path, target: Path) -> None:
    """Read every value and write the file again."""
    dataset = pydicom.dcmread(source)
    for _ in dataset.iterall():
        pass
    dataset.save_as(target)


def _implicit(source: Path, target: Path) -> None:
    """Write in implicit VR."""
    dataset = pydicom.dcmread(source)
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.save_as(target, implicit_vr=True, little_endian=True)


def _explicit(source: Path, target: Path) -> None:
    """Write in explicit VR: what the dictionary does not know is UN."""
    dataset = pydicom.dcmread(source)
    for _ in dataset.iterall():
        pass
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(target, implicit_vr=False, little_endian=True)


def _deflated(source: Path, target: Path) -> None:
    """Write what is deflated as a whole."""
    dataset = pydicom.dcmread(source)
    if dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian:
        raise ValueError("big endian words")
    for _ in dataset.iterall():
        pass
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    dataset.save_as(target, implicit_vr=False, little_endian=True)


def _compressor(syntax: str) -> Callable[[Path, Path], None]:
    """Return what compresses without loss and keeps the instance."""

    def compress(source: Path, target: Path) -> None:
        dataset = pydicom.dcmread(source)
        dataset.compress(syntax, generate_instance_uid=False)
        dataset.save_as(target)

    return compress


def _decompress(source: Path, target: Path) -> None:
    """Write the samples as they are."""
    dataset = pydicom.dcmread(source)
    dataset.decompress(generate_instance_uid=False)
    dataset.save_as(target)


def _high_throughput(source: Path, target: Path) -> None:
    """Do what an archive does that keeps everything as lossless HTJ2K."""
    dataset = pydicom.dcmread(source)
    frames = dataset.pixel_array
    frames = frames if int(dataset.get("NumberOfFrames", 1)) > 1 else frames[np.newaxis]
    frames = frames.astype(frames.dtype.newbyteorder("="))
    streams = [
        bytes(imagecodecs.htj2k_encode(frame, reversible=True, rgb=False)) for frame in frames
    ]
    dataset.PixelData = encapsulate([stream + b"\0" * (len(stream) % 2) for stream in streams])
    dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    if dataset.SamplesPerPixel > 1:
        dataset.PlanarConfiguration = 0
    dataset.file_meta.TransferSyntaxUID = HTJ2KLossless
    dataset.save_as(target, implicit_vr=False, little_endian=True)


def _changed(change: Callable[[pydicom.Dataset], object]) -> Route:
    """Return what a hospital's own systems do to a file."""

    def take(source: Path, target: Path) -> None:
        dataset = pydicom.dcmread(source)
        change(dataset)
        dataset.save_as(target)

    return Route("edit by pydicom", (take,))


def _order(dataset: pydicom.Dataset) -> None:
    """Merge a worklist's entry in."""
    dataset.RequestedProcedureDescription, dataset.AdmissionID = "CT CHEST", "A-1"
    dataset.ReferringPhysicianName = "Other^Physician"


def _equipment(dataset: pydicom.Dataset) -> None:
    """Append what passed it on."""
    item = pydicom.Dataset()
    item.Manufacturer, item.StationName = "ROUTER", "R1"
    held = dataset.get("ContributingEquipmentSequence", [])
    dataset.ContributingEquipmentSequence = [*held, item]


def _block(dataset: pydicom.Dataset) -> None:
    """Add an archive's own private attributes."""
    dataset.private_block(0x0099, "ARCHIVE", create=True).add_new(1, "LO", "kept")


def _padded(dataset: pydicom.Dataset) -> None:
    """Write text with spaces behind it, as some do and others trim."""
    for one in dataset:
        if one.VR in ("LO", "PN") and not one.tag.is_private and one.value:
            one.value = f"{one.value}   " if one.VM == 1 else one.value


def _moved(dataset: pydicom.Dataset) -> None:
    """Give the seal's block the next number but one."""
    block = dataset.private_block(0x0077, "SCANSEAL 1")
    held = {tag: dataset.pop(tag) for tag in list(dataset.group_dataset(0x0077).keys())}
    dataset.add_new(0x00770010, "LO", "ROUTER 1")
    dataset.add_new(0x00771001, "LO", "passed on")
    for tag, one in held.items():
        if tag.element > 0xFF:
            moved = 0x00770000 | 0x1200 | tag.element & 0xFF
            dataset.add_new(moved, "OB", one.value)
    dataset.add_new(0x00770012, "LO", block.private_creator)


def _meta(dataset: pydicom.Dataset) -> None:
    """Write the file meta group anew."""
    meta = dataset.file_meta
    meta.ImplementationClassUID = UID("1.2.3.4")
    meta.ImplementationVersionName = "ROUTER"
    meta.SourceApplicationEntityTitle = "ROUTER"


def _unnamed(dataset: pydicom.Dataset) -> None:
    """Take away private attributes of others."""
    for tag in [tag for tag in dataset.keys() if tag.is_private and tag.group != 0x0077]:
        del dataset[tag]


GDCM_REWRITE: Final = """
import sys, gdcm
reader = gdcm.ImageReader(); reader.SetFileName(sys.argv[2]); assert reader.Read()
change = gdcm.ImageChangeTransferSyntax()
change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, sys.argv[1])))
change.SetInput(reader.GetImage()); assert change.Change()
writer = gdcm.ImageWriter(); writer.SetFileName(sys.argv[3]); writer.SetFile(reader.GetFile())
writer.SetImage(change.GetOutput()); assert writer.Write()
"""
"""GDCM's image writer computes decimal strings anew. It runs apart, for it may take its process
with it."""


def _dcmtk(*steps: Words, native: bool = True) -> Route:
    return Route("DCMTK", steps, native)


def _gdcm(*options: str) -> Route:
    return Route("GDCM", (("gdcmconv", *options),))


def _written(syntax: str) -> Route:
    return Route("GDCM (Python)", ((sys.executable, "-c", GDCM_REWRITE, syntax),))


ROUTES: Final[dict[str, Route]] = {
    "dcmconv +te": _dcmtk(("dcmconv", "+te")),
    "dcmconv +ti": _dcmtk(("dcmconv", "+ti")),
    "dcmconv +ti, then +te": _dcmtk(("dcmconv", "+ti"), ("dcmconv", "+te")),
    "dcmconv +tb": _dcmtk(("dcmconv", "+tb")),
    "dcmconv +tb, then +te": _dcmtk(("dcmconv", "+tb"), ("dcmconv", "+te")),
    "dcmconv +td": _dcmtk(("dcmconv", "+td")),
    "dcmconv -e (undefined lengths)": _dcmtk(("dcmconv", "+te", "-e")),
    "dcmconv +e +g (group lengths)": _dcmtk(("dcmconv", "+te", "+e", "+g")),
    "dcmconv +p 2048 64 (padding)": _dcmtk(("dcmconv", "+te", "+p", "2048", "64")),
    "dcmcrle": _dcmtk(("dcmcrle",)),
    "dcmcrle, then dcmdrle": _dcmtk(("dcmcrle",), ("dcmdrle",)),
    "dcmcjpls": _dcmtk(("dcmcjpls", "+el")),
    "dcmcjpls, then dcmdjpls": _dcmtk(("dcmcjpls", "+el"), ("dcmdjpls",)),
    "dcmcjpeg +e1": _dcmtk(("dcmcjpeg", "+e1")),
    "dcmcjpeg +e1, then dcmdjpeg": _dcmtk(("dcmcjpeg", "+e1"), ("dcmdjpeg",)),
    "gdcmconv --raw": _gdcm("--raw"),
    "gdcmconv --implicit": Route("GDCM", (("gdcmconv", "--implicit"),), native=True),
    "gdcmconv --deflated": Route("GDCM", (("gdcmconv", "--deflated"),), native=True),
    "gdcmconv --rle": _gdcm("--rle"),
    "gdcmconv --jpeg": _gdcm("--jpeg"),
    "gdcmconv --jpegls": _gdcm("--jpegls"),
    "gdcmconv --j2k": _gdcm("--j2k"),
    "gdcmconv --jpegls, then dcmdjpls": Route(
        "GDCM", (("gdcmconv", "--jpegls"), ("dcmdjpls",)), native=True
    ),
    "ImageWriter, explicit": _written("ExplicitVRLittleEndian"),
    "ImageWriter, RLE": _written("RLELossless"),
    "ImageWriter, JPEG-LS": _written("JPEGLSLossless"),
    "ImageWriter, JPEG 2000": _written("JPEG2000Lossless"),
    "save_as": Route("pydicom", (_resave,)),
    "save_as, implicit": Route("pydicom", (_implicit,), native=True),
    "save_as, implicit, then explicit": Route("pydicom", (_implicit, _explicit), native=True),
    "save_as, deflated": Route("pydicom", (_deflated,), native=True),
    "compress, RLE": Route("pydicom", (_compressor(RLELossless),), native=True),
    "compress, JPEG-LS": Route("pydicom", (_compressor(JPEGLSLossless),), native=True),
    "compress, JPEG 2000": Route("pydicom", (_compressor(JPEG2000Lossless),), native=True),
    "compress, JPEG 2000, then decompress": Route(
        "pydicom", (_compressor(JPEG2000Lossless), _decompress), native=True
    ),
    "htj2k_encode": Route("imagecodecs", (_high_throughput,), native=True),
    "issuer of the patient's ID": _changed(lambda d: setattr(d, "IssuerOfPatientID", "GENERAL")),
    "order data": _changed(_order),
    "contributing equipment appended": _changed(_equipment),
    "archive's private block": _changed(_block),
    "private blocks of others removed": _changed(_unnamed),
    "the seal's block moved": _changed(_moved),
    "spaces behind text": _changed(_padded),
    "file meta written anew": _changed(_meta),
    "where it can be retrieved": _changed(lambda d: setattr(d, "RetrieveAETitle", "ARCHIVE")),
    "preamble of a TIFF": _changed(lambda d: setattr(d, "preamble", b"II*\0".ljust(128, b"\0"))),
}
"""What archives, routers and viewers do to files on their way, by name."""
