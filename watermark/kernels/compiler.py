"""The decorators that kernels wear; compiler options stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])

_UNCOUNTED: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}


def kernel(loop: Loop) -> Loop:
    """Compile `loop` for one thread, without the GIL, cached on disk where that is possible.

    Numba refuses to import a cached function when neither the package folder nor the home
    can be written (a read-only installation); then it is compiled anew in each process.
    """
    try:
        return cast(Loop, numba.njit(cache=True, nogil=True, error_model="numpy")(loop))
    except RuntimeError:
        return cast(Loop, numba.njit(nogil=True, error_model="numpy")(loop))


def tight(loop: Loop) -> Loop:
    """Compile `loop` like a kernel, but without counting references to its arrays.

    For loops that hand many arrays on at every step, where counting takes most of the time.
    Such a loop must not assign to a slice: that may need a copy, which is refused here.
    """
    try:
        return cast(Loop, numba.njit(cache=True, **_UNCOUNTED)(loop))
    except RuntimeError:
        return cast(Loop, numba.njit(**_UNCOUNTED)(loop))


def inner(loop: Loop) -> Loop:
    """Compile `loop` into each tight kernel that calls it: the body of an innermost loop."""
    return cast(Loop, numba.njit(forceinline=True, **_UNCOUNTED)(loop))


def compiles() -> bool:
    """Tell whether kernels are compiled; False under NUMBA_DISABLE_JIT=1."""
    return not getattr(numba.config, "DISABLE_JIT", False)
