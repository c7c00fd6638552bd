"""Work side by side in processes, each on one thread."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def use_one_thread() -> None:
    """Let the libraries of this process compute on one thread.

    Where there are as many processes as cores, more threads only wait for each other; and waiting
    counts as processor time.
    """
    # Only what is loaded already can be told, SciPy's own algebra among it.
    import cv2
    import scipy.linalg  # noqa: F401
    import torch

    threadpool_limits(1)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
