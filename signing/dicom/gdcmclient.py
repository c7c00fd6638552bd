"""The parent of `gdcmchild`: JPEG without letting GDCM near this process.

One child serves many frames. It is started on first use, killed when it takes too long, and
started again after it dies; a frame on which it dies is a frame that cannot be decoded.
"""

import atexit
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Final

from signing.dicom.gdcmchild import ANSWER, DECODE, ENCODE, REQUEST
from signing.dicom.geometry import LARGEST_FRAME, Geometry

SECONDS: Final = 30.0
"""Time for one frame, and `SECONDS_PER_MEGABYTE` on top."""

SECONDS_PER_MEGABYTE: Final = 2.0

SYNTAXES: Final = {"1.2.840.10008.1.2.4.57": 57, "1.2.840.10008.1.2.4.70": 70}
"""JPEG lossless, process 14, any predictor and first-order prediction."""

_NUMBERS: Final = {**SYNTAXES, "1.2.840.10008.1.2.4.51": 51}
"""The child knows 12-bit JPEG as well, which loses samples: for comparisons only."""


class _Child:
    """One running child and the lock that keeps its requests apart."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0
        self.lock = threading.Lock()

    def exchange(self, header: bytes, data: bytes, seconds: float) -> bytes:
        """Return the answer to one request; b"" when it is refused, late or the child dies."""
        with self.lock:
            process = self._running()
            watch = threading.Timer(seconds, process.kill)
            watch.start()
            try:
                assert process.stdin is not None and process.stdout is not None  # noqa: S101
                process.stdin.write(header)
                process.stdin.write(data)
                process.stdin.flush()
                return _answer(process.stdout)
            except (OSError, EOFError, ValueError):
                self._stop()
                return b""
            finally:
                watch.cancel()

    def _running(self) -> "subprocess.Popen[bytes]":
        """Return a live child of this process, started now if there is none."""
        if self.process is not None and self.owner == os.getpid() and self.process.poll() is None:
            return self.process
        self._stop()
        script = Path(__file__).with_name("gdcmchild.py")
        # -P: neither the working folder nor ours may shadow a module of the child.
        self.process = subprocess.Popen(  # noqa: S603  (our own interpreter and our own file)
            [sys.executable, "-P", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.owner = os.getpid()
        return self.process

    def _stop(self) -> None:
        """End the child and forget it."""
        process, self.process = self.process, None
        if process is None:
            return
        ours = self.owner == os.getpid()  # after a fork the child is still the parent's
        if ours:
            process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # the reader is gone; the pipe is closed all the same
        if ours:
            process.wait()

    def close(self) -> None:
        """End the child, if it is ours."""
        with self.lock:
            self._stop()


def _answer(pipe: IO[bytes]) -> bytes:
    """Return the data of one answer, b"" if it was refused. Raises EOFError, ValueError."""
    head = pipe.read(ANSWER.size)
    if len(head) != ANSWER.size:
        raise EOFError
    status, length = ANSWER.unpack(head)
    if length > 2 * LARGEST_FRAME:
        raise ValueError
    data = pipe.read(length)
    if len(data) != length:
        raise EOFError
    return data if status == 0 else b""


_child = _Child()
atexit.register(_child.close)


def decode(stream: bytes, geometry: Geometry, syntax: str) -> bytes:
    """Return the words of a compressed frame, little endian, colour by pixel; b"" if it fails."""
    return _exchange(DECODE, stream, geometry, syntax)


def encode(words: bytes, geometry: Geometry, syntax: str) -> bytes:
    """Return the compressed frame of little endian words, colour by pixel; b"" if it fails."""
    return _exchange(ENCODE, words, geometry, syntax)


def _exchange(operation: int, data: bytes, geometry: Geometry, syntax: str) -> bytes:
    """Ask the child."""
    header = REQUEST.pack(
        operation,
        _NUMBERS[syntax],
        geometry.rows,
        geometry.columns,
        geometry.channels,
        geometry.allocated,
        geometry.stored,
        int(geometry.signed),
        0,
        len(data),
    )
    megabytes = geometry.frame_bits / (8 << 20)
    return _child.exchange(header, data, SECONDS + SECONDS_PER_MEGABYTE * megabytes)
