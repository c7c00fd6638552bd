"""Fragile, reversible watermarks in integer frames: arrays and bytes in, arrays and bytes out.

    description = watermark.describe(samples, seal_id, frame=0, seed=seed)
    marked, record = watermark.embed(samples, description, payload, close=sign)
    reading = watermark.extract(marked)
    tamper_map = watermark.localise(marked, description, seed, reading)
    original = watermark.restore(marked, record)

`signing` builds and signs what rides in the payload; nothing here knows keys or DICOM.
Importing this package loads neither NumPy nor Numba; the first use of a name does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from watermark.closing_tile import Closing, closing
    from watermark.comparison import Comparison, compare
    from watermark.compression import Shape, compress, expand
    from watermark.description import Description
    from watermark.embedding import embed
    from watermark.errors import WatermarkError
    from watermark.extraction import Reading, extract, reread
    from watermark.geometry.placement import Canvas, Placement, lay, placed_whole
    from watermark.geometry.sighting import Sighting, read_placed, search
    from watermark.localisation import TamperMap, list_cells, localise
    from watermark.quality import psnr, ssim
    from watermark.recovery import recover
    from watermark.restoration import redraw, restore
    from watermark.samples import Colour, Samples
    from watermark.survey import describe
    from watermark.warming import warmup

_HOMES = {
    "Canvas": "watermark.geometry.placement",
    "Closing": "watermark.closing_tile",
    "Comparison": "watermark.comparison",
    "Colour": "watermark.samples",
    "Description": "watermark.description",
    "Placement": "watermark.geometry.placement",
    "Reading": "watermark.extraction",
    "Samples": "watermark.samples",
    "Shape": "watermark.compression",
    "Sighting": "watermark.geometry.sighting",
    "TamperMap": "watermark.localisation",
    "WatermarkError": "watermark.errors",
    "closing": "watermark.closing_tile",
    "compare": "watermark.comparison",
    "compress": "watermark.compression",
    "describe": "watermark.survey",
    "embed": "watermark.embedding",
    "expand": "watermark.compression",
    "extract": "watermark.extraction",
    "lay": "watermark.geometry.placement",
    "list_cells": "watermark.localisation",
    "localise": "watermark.localisation",
    "placed_whole": "watermark.geometry.placement",
    "psnr": "watermark.quality",
    "read_placed": "watermark.geometry.sighting",
    "recover": "watermark.recovery",
    "redraw": "watermark.restoration",
    "reread": "watermark.extraction",
    "restore": "watermark.restoration",
    "search": "watermark.geometry.sighting",
    "ssim": "watermark.quality",
    "warmup": "watermark.warming",
}

__all__ = [
    "Canvas",
    "Closing",
    "Colour",
    "Comparison",
    "Description",
    "Placement",
    "Reading",
    "Samples",
    "Shape",
    "Sighting",
    "TamperMap",
    "WatermarkError",
    "closing",
    "compare",
    "compress",
    "describe",
    "embed",
    "expand",
    "extract",
    "lay",
    "list_cells",
    "localise",
    "placed_whole",
    "psnr",
    "read_placed",
    "recover",
    "redraw",
    "reread",
    "restore",
    "search",
    "ssim",
    "warmup",
]


def __getattr__(name: str) -> Any:
    """Load the module that holds `name` on its first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'watermark' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
