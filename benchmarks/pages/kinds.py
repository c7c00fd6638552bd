"""Kinds of images and profiles in the order of the tables, and rows grouped by them."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.clusters import Row

KINDS = ("CT lung", "CT head", "CT body", "MR", "PET", "X-ray", "ultrasound", "fundus", "other")
PROFILES = ("light", "standard", "full")
TRANSFORMS = ("dwt", "dct")


def groups(rows: list[Row], with_transform: bool) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    """Yield rows by kind, profile and, if asked, transform, with their head cells."""
    for kind in KINDS:
        for profile in PROFILES:
            mine = [r for r in rows if r["kind"] == kind and r["profile"] == profile]
            for transform in TRANSFORMS if with_transform else ("",):
                some = [r for r in mine if transform in r["transform"]]
                if some:
                    cells = (kind, f"`{profile}`", f"`{transform}`")
                    yield cells if with_transform else cells[:2], some


def size_of(rows: list[Row]) -> str:
    """Return frames and patients."""
    return f"{len({r['image'] for r in rows})} / {len({r['patient'] for r in rows})}"
