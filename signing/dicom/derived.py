"""What a recovered image says of itself: a new instance, derived, lossy in part, marked so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset

from signing.dicom import block, declaration
from signing.dicom.geometry import Geometry
from signing.dicom.instances import give_new_uid
from signing.dicom.overlays import add_overlay
from signing.dicom.quiet import silenced

METHOD: Final = "SCANSEAL_1"
"""Lossy Image Compression Method (0028,2114): the picture codec of recovery data. A defined term
of our own; PS3.3 C.7.6.1.1.5.1 leaves the list open."""
LABEL: Final = "SCANSEAL RECOVERED"
"""Overlay Label of the plane that marks recovered samples."""
TEXT: Final = "Recovered samples, lossy, not for primary diagnosis"
"""Its Overlay Description."""
CLAUSE: Final = "Samples recovered by scanseal"
"""How our clause of the Derivation Description begins."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was recovered of one image."""

    version: str
    """Version of this software."""
    masks: Mapping[int, bytes]
    """By frame: which samples, packed as `overlays` packs them."""
    share: float
    """Share of all samples, 0 to 1."""
    ratio: float
    """Bytes of the recovered frames by bytes of their recovery data."""


def declare_recovered(
    dataset: Dataset, source: Dataset, geometry: Geometry, recovery: Recovery
) -> None:
    """Make `dataset`, in place, an instance derived from `source` that says what was recovered.

    Seal blocks go: they do not hold any more. Raises UnsupportedImage where the source does not
    say which instance it is, LimitExceeded where every overlay group is taken.
    """
    block.remove_blocks(dataset)
    declaration.withdraw_block(dataset)
    give_new_uid(dataset, source)
    _describe(dataset, geometry, recovery)
    _declare_lossy(dataset, recovery.ratio)
    add_overlay(dataset, geometry, recovery.masks, LABEL, TEXT)


def _describe(dataset: Dataset, geometry: Geometry, recovery: Recovery) -> None:
    """Add our clause to the Derivation Description; what was there is cut rather than ours."""
    where = f" in {len(recovery.masks)} of {geometry.frames} frames" if geometry.frames > 1 else ""
    clause = (
        f"{CLAUSE} {recovery.version}: {100 * recovery.share:.2f} %{where}, from lossy recovery"
        " data; not for primary diagnosis"
    )
    with silenced():
        before = str(dataset.get("DerivationDescription") or "")
    room = declaration.LONGEST_DERIVATION - len(clause) - len(declaration.CLAUSE_END)
    kept = f"{before[:room]}{declaration.CLAUSE_END}" if before else ""
    dataset.DerivationDescription = kept + clause


def _declare_lossy(dataset: Dataset, ratio: float) -> None:
    """Say that samples are lossy (PS3.3 C.7.6.1.1.5), behind what was said of earlier losses."""
    with silenced():
        ratios = _values(dataset.get("LossyImageCompressionRatio"))
        methods = _values(dataset.get("LossyImageCompressionMethod"))
    dataset.LossyImageCompression = "01"
    dataset.LossyImageCompressionRatio = [*ratios, f"{ratio:.1f}"]
    dataset.LossyImageCompressionMethod = [*methods, METHOD]


def _values(value: object) -> list[str]:
    """Return a value of any multiplicity as texts."""
    if value is None or value == "":
        return []
    items = [value] if isinstance(value, str | int | float) else value
    return [str(item) for item in items] if hasattr(items, "__iter__") else []
