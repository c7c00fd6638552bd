"""To whom recovery data of an image are encrypted: nobody, where it may show burned-in names."""

from collections.abc import Sequence

from pydicom.dataset import Dataset

from signing.dicom.burnedin import may_show_names
from signing.errors import LimitExceeded
from signing.keys import RecoveryPublicKey
from signing.recoverydata import MAX_RECIPIENTS

WITHHELD = (
    "no recovery data, since names may be burned in (--recover-burned-in makes them all the same)"
)
DEMANDED = "recovery data made on demand, though names may be burned in"


def choose_recipients(
    dataset: Dataset, keys: Sequence[RecoveryPublicKey], demanded: bool
) -> tuple[tuple[RecoveryPublicKey, ...], tuple[str, ...]]:
    """Return the keys to encrypt to, each once, and what the user should know.

    demanded: even where names may be burned in. Raises LimitExceeded for more than 16 keys.
    """
    chosen = tuple({key.public.public_bytes_raw(): key for key in keys}.values())
    if len(chosen) > MAX_RECIPIENTS:
        raise LimitExceeded("recovery keys", len(chosen), MAX_RECIPIENTS)
    if not chosen or not may_show_names(dataset):
        return chosen, ()
    return (chosen, (DEMANDED,)) if demanded else ((), (WITHHELD,))


def judge_room(wanted: bool, marked: int, made: int) -> tuple[str, ...]:
    """Return what the user should know of marked frames without recovery data.

    wanted: whether any were to be made; marked, made: frames with a mark, and with recovery data.
    """
    if not wanted or (marked and marked == made):
        return ()
    if not marked:
        return ("no recovery data, since no sample is marked",)
    return (f"no room for recovery data in {marked - made} of {marked} marked frames",)
