"""A closer look at frames whose digest is not the signed one: where, how they lie, a copy or not.

Loads the watermark house only when it has something to look at: what is as sealed stays cheap.
"""

from typing import Final

from pydicom.dataset import Dataset

from signing.dicom import codecs
from signing.errors import Unreadable
from signing.evidence.pixelcheck import read_frames
from signing.evidence.tagcheck import Mapped, TagEvidence
from signing.keys import RecoveryKey
from signing.statement import DigestKind

MAX_MAPPED: Final = 8192
"""Frames without a mark that are mapped; of further ones that differ all is reported. Each costs
more than its digest, and frames of 8x8 come by the hundred thousand."""


def look_closer(dataset: Dataset, found: TagEvidence, recovery_key: RecoveryKey | None) -> str:
    """Say where the frames differ whose digest does, and whether that is a lossy copy.

    Returns how the first frame lies that lies otherwise than sealed, or "".
    """
    if not found.differing:
        return ""
    try:
        geometry = _map_marked(dataset, found)
    except Unreadable:  # far more samples than bytes: they are not mapped, and differ all the same
        return ""
    _map_unmarked(dataset, found)
    if recovery_key is not None:
        from signing.evidence.copycheck import compare_copies

        compare_copies(dataset, found, recovery_key)
    return geometry


def _map_marked(dataset: Dataset, found: TagEvidence) -> str:
    """Map the frames that bear a mark, by their certificates; returns how they lie, or ""."""
    wanted = set(found.differing) & set(found.certificates)
    if not wanted or found.master is None:
        return ""
    from signing.evidence.mapping import Witness, map_frame
    from signing.evidence.turning import Turner

    witness = Witness(found.statement.seal_id, found.master, found.cells, found.recovery)
    turner, geometry = Turner(), ""
    for index, candidates in enumerate(read_frames(dataset)):
        if index not in wanted or not candidates:
            continue
        sealed = found.certificates[index]
        laid = turner.lay_back(candidates[0], sealed, witness, index)
        if laid is None:
            found.take_map(index, map_frame(candidates[0], sealed, witness, index))
            continue
        geometry = geometry or laid.words
        judged = tuple(laid.findings(None, f"frame {index}"))
        found.take_map(index, Mapped(judged, laid.boxes, laid.fraction))
    return geometry


def _map_unmarked(dataset: Dataset, found: TagEvidence) -> None:
    """Map the frames that bear no mark, by the lists of their cells."""
    unmarked = set(found.differing) & set(found.statement.unmarked)
    if not unmarked or found.master is None or not found.cells:
        return
    if codecs.pixel_kind(dataset) is not DigestKind.SAMPLES:
        return
    from signing.evidence.mapping import Witness, map_unmarked

    witness = Witness(found.statement.seal_id, found.master, found.cells, found.recovery)
    mapped = set(sorted(unmarked)[:MAX_MAPPED])
    for index, frame in enumerate(codecs.frames(dataset)):
        if index in mapped:
            found.take_map(index, map_unmarked(frame, witness, index))
        elif index in unmarked:
            found.take_map(index, Mapped((), ((0, 0, *frame.shape[:2]),), 1.0))
