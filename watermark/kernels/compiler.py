"""The one decorator that every kernel wears; compiler options stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])


def kernel(loop: Loop) -> Loop:
    """Compile `loop` for one thread, without the GIL, cached on disk where that is possible.

    Numba refuses to import a cached function when neither the package folder nor the home
    can be written (a read-only installation); then it is compiled anew in each process.
    """
    try:
        return cast(Loop, numba.njit(cache=True, nogil=True, error_model="numpy")(loop))
    except RuntimeError:
        return cast(Loop, numba.njit(nogil=True, error_model="numpy")(loop))


def compiles() -> bool:
    """Tell whether kernels are compiled; False under NUMBA_DISABLE_JIT=1."""
    return not getattr(numba.config, "DISABLE_JIT", False)
