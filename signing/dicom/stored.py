"""Values that stay in a file and are read where and when they are needed.

Frames by the hundred do not fit into memory twice. Reading is by position (pread), never through a
memory map: a file that is cut while it is read gives an error, not a signal.
"""

import os
import tempfile
import weakref
from collections.abc import Iterable
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedIOBase, BytesIO
from typing import Final, Protocol

from pydicom.dataset import Dataset

from signing.errors import Unreadable

IN_MEMORY: Final = 16 << 20
"""Longest file, and longest uncompressed pixel data made of one, that are held in memory, bytes."""

WINDOW: Final = 1 << 16
"""Bytes that are read at once when a few are wanted."""


class Run(Protocol):
    """A run of bytes that is read slice by slice; `bytes` is one."""

    def __len__(self) -> int:
        """Return the number of bytes."""

    def __getitem__(self, key: slice, /) -> bytes:
        """Return the bytes from `key.start` to before `key.stop`."""


class OpenFile:
    """A regular file, open for reading by position; any thread may read. A `Run`.

    Raises Unreadable when the file was changed or cut since it was opened.
    """

    def __init__(self, handle: int) -> None:
        """Take over an open descriptor; it is closed when the last user is gone."""
        self._handle = handle
        self._state = _state(handle)
        self._window = (0, b"")
        weakref.finalize(self, os.close, handle)

    def __len__(self) -> int:
        """Return the length of the file when it was opened."""
        return self._state[0]

    def __getitem__(self, key: slice, /) -> bytes:
        """Return the bytes of a slice of step 1."""
        first, last, _ = key.indices(len(self))
        begin, window = self._window
        if begin <= first and last <= begin + len(window):
            return window[first - begin : last - begin]
        if last - first > WINDOW // 2:
            return self._read(first, last)
        window = self._read(first, min(first + WINDOW, len(self)))
        self._window = first, window
        return window[: max(last - first, 0)]

    def _read(self, first: int, last: int) -> bytes:
        """Return the bytes from `first` to before `last`, which are inside the file."""
        if _state(self._handle) != self._state:
            raise Unreadable("structure.malformed", "the file was changed while it was read")
        pieces = []
        while first < last:
            piece = os.pread(self._handle, last - first, first)
            if not piece:
                raise Unreadable("structure.malformed", "the file was cut while it was read")
            pieces.append(piece)
            first += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _state(handle: int) -> tuple[int, int]:
    """Return length and time of the last change of an open file."""
    status = os.fstat(handle)
    return status.st_size, status.st_mtime_ns


class Stored(BufferedIOBase):
    """A run of bytes in a file: a value as pydicom takes it, and a `Run`.

    Slices do not touch the position, which pydicom puts back. Copies share the file.
    """

    def __init__(self, file: OpenFile, begin: int, length: int) -> None:
        """The `length` bytes from `begin` on, which must be inside `file`."""
        self._file = file
        self._begin = begin
        self._length = length
        self._position = 0

    def __len__(self) -> int:
        """Return the number of bytes."""
        return self._length

    def __getitem__(self, key: slice, /) -> bytes:
        """Return the bytes of a slice of step 1."""
        first, last, _ = key.indices(self._length)
        return self._file[self._begin + first : self._begin + max(first, last)]

    def __bytes__(self) -> bytes:
        """Return all bytes."""
        return self[:]

    def __deepcopy__(self, memo: dict[int, object]) -> "Stored":
        """Return the same bytes of the same file at position 0."""
        return Stored(self._file, self._begin, self._length)

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """Set and return the position; beyond the end there is nothing to read."""
        origin = {SEEK_SET: 0, SEEK_CUR: self._position, SEEK_END: self._length}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes from the position on; all that are left for None or below 0."""
        stop = self._length if size is None or size < 0 else self._position + size
        data = self[self._position : stop]
        self._position += len(data)
        return data


class Reader(Stored):
    """A whole file as a parser reads it, which is not handed one value.

    held: offset and length of the value; b"" is read in its place, and it is skipped.
    """

    def __init__(self, file: OpenFile, held: tuple[int, int] | None) -> None:
        super().__init__(file, 0, len(file))
        self._held = held

    def read(self, size: int | None = -1, /) -> bytes:
        """As `Stored.read`, but for the value that is held back."""
        if (self._position, size) == self._held:
            self.seek(self._held[1], SEEK_CUR)
            return b""
        return super().read(size)


class FileBytes(BytesIO):
    """A whole file in memory, as a parser reads it; by its type one knows where it is from."""


def is_from_file(dataset: Dataset) -> bool:
    """Tell whether `part10.read` has read a data set, or the one that it was forked from.

    Only what is made of such may stay in files: other data sets are the caller's, who expects
    bytes.
    """
    return isinstance(getattr(dataset, "buffer", None), Reader | FileBytes)


def keep(chunks: Iterable[bytes], in_file: bool) -> bytes | Stored:
    """Return the chunks joined: as bytes, or in a temporary file without a name.

    It lies in the folder for temporary files (TMPDIR) and is gone when the value is, or the
    process. Raises OSError when it cannot be written.
    """
    if not in_file:
        whole = BytesIO()
        whole.writelines(chunks)
        return whole.getvalue()
    with tempfile.TemporaryFile() as file:
        file.writelines(chunks)
        file.flush()
        kept = OpenFile(os.dup(file.fileno()))
    return Stored(kept, 0, len(kept))
