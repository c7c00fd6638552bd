"""A process that decodes and encodes JPEG lossless frames with GDCM, and nothing else.

GDCM is C++ and reads a stranger's bytes here; it has been seen to abort. Run by path, never
imported by the rest: it knows only the standard library and `gdcm`. Protocol on stdin and stdout,
see `gdcmclient`: request = header (`REQUEST`) and data, answer = `ANSWER` and data.
"""

import os
import resource
import struct
import sys
from typing import Any, BinaryIO, Final

REQUEST: Final = struct.Struct(">BBHHBBBBIQ")
"""Operation (1 decode, 2 encode), syntax (57, 70), rows, columns, channels, bits allocated, bits
stored, signed, reserved 0, length of the data."""

ANSWER: Final = struct.Struct(">BQ")
"""Status (0 done, 1 refused), length of the data."""

Header = tuple[int, ...]
"""The fields of `REQUEST`."""

DECODE: Final = 1
ENCODE: Final = 2
MEMORY: Final = 8 << 30
"""Address space of this process, bytes."""


def _image(gdcm: Any, header: Header, syntax_type: int) -> Any:
    """Return a gdcm.Image of the header's format."""
    _, _, rows, columns, channels, allocated, stored, signed, _, _ = header
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((columns, rows, 1))
    image.SetPixelFormat(gdcm.PixelFormat(channels, allocated, stored, stored - 1, signed))
    kind = gdcm.PhotometricInterpretation
    colour = kind.MONOCHROME2 if channels == 1 else kind.RGB
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(colour))
    if channels > 1:
        image.SetPlanarConfiguration(0)
    image.SetTransferSyntax(gdcm.TransferSyntax(syntax_type))
    return image


def _syntax(gdcm: Any, number: int) -> int:
    """Return GDCM's type of transfer syntax 1.2.840.10008.1.2.4.`number`."""
    return int(gdcm.TransferSyntax.GetTSType(f"1.2.840.10008.1.2.4.{number}"))


def _octets(text: str) -> bytes:
    """Return the bytes that SWIG gave as text."""
    return text.encode("utf-8", "surrogateescape")


def decode(gdcm: Any, header: Header, data: bytes) -> bytes:
    """Return the words of a compressed frame, little endian, colour by pixel; b"" if refused."""
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(data)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = _image(gdcm, header, _syntax(gdcm, header[1]))
    image.SetDataElement(element)
    return _octets(image.GetBuffer())


def encode(gdcm: Any, header: Header, data: bytes) -> bytes:
    """Return the compressed frame of the words `data`; b"" if refused."""
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetByteStringValue(data)
    image = _image(gdcm, header, gdcm.TransferSyntax.ExplicitVRLittleEndian)
    image.SetDataElement(element)
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(_syntax(gdcm, header[1])))
    change.SetInput(image)
    # `change` counts references and deletes the image with itself: Python must not do it again.
    image.thisown = False
    if not change.Change():
        return b""
    sequence = change.GetOutput().GetDataElement().GetSequenceOfFragments()
    return b"".join(
        _octets(sequence.GetFragment(number).GetByteValue().GetBuffer())
        for number in range(sequence.GetNumberOfFragments())
    )


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    import gdcm

    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        header = REQUEST.unpack(head)
        data = requests.read(header[-1])
        try:
            result = (decode if header[0] == DECODE else encode)(gdcm, header, data)
        except Exception:  # any: SWIG raises what it likes; refused is the answer
            result = b""
        answers.write(ANSWER.pack(0 if result else 1, len(result)) + result)
        answers.flush()


def main() -> None:
    """Limit this process and serve; what GDCM prints does not reach the answers."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
