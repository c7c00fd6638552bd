"""The table of attributes that version 1 commits to, by class.

From facts on who changes what, legitimately (docs/spec/attributes.md has the reasons). A tag stands
in one class; tests resolve every row against pydicom's dictionary.
"""

from enum import StrEnum
from typing import Final


class AttributeClass(StrEnum):
    """What kind of statement about the image an attribute makes."""

    INSTANCE = "instance"
    """Which instance: only a new instance has another."""
    PATIENT = "patient"
    """Who: merged, reconciled, corrected."""
    STUDY = "study"
    """Which study and series: merged, split."""
    VIEW = "view"
    """Side, view and modality: corrected, and the place of the wrong-side attack."""
    GEOMETRY = "geometry"
    """Where and how large."""
    PIXELS = "pixel-description"
    """What the samples are."""
    DISPLAY = "display"
    """How the samples become light."""


INSTANCE_TAGS: Final = (0x00080016, 0x00080018, 0x00200052, 0x00209161)

PATIENT_TAGS: Final = (0x00100010, 0x00100020, 0x00100030, 0x00100040)

STUDY_TAGS: Final = (0x0020000D, 0x0020000E, 0x00080050, 0x00080020, 0x00080030)

VIEW_TAGS: Final = (
    0x00080060,
    0x00185100,
    0x00185101,
    0x00200020,
    0x00200060,
    0x00200062,
    0x00540220,
    0x00540222,
)

GEOMETRY_TAGS: Final = (
    *(0x00180050, 0x00180088, 0x00181114, 0x00181164, 0x00182010, 0x00186011),
    *(0x00200032, 0x00200037, 0x00201041),
    *(0x00280030, 0x00280034, 0x00280A02, 0x00280A04),
    *(0x00480001, 0x00480002, 0x00480003, 0x00480006, 0x00480007, 0x00480008),
    *(0x00480102, 0x00480200, 0x00480201, 0x00480202, 0x00480301, 0x00480303),
)

PIXEL_TAGS: Final = (
    *(0x00280002, 0x00280004, 0x00280008, 0x00280009, 0x00280010, 0x00280011),
    *(0x00280100, 0x00280101, 0x00280102, 0x00280103),
)

DISPLAY_TAGS: Final = (
    *(0x00089205, 0x00181600, 0x00181602, 0x00181604, 0x00181606, 0x00181608),
    *(0x00181610, 0x00181612, 0x00181620, 0x00181622, 0x00181623, 0x00181624),
    *(0x00280120, 0x00280121, 0x00281040, 0x00281041),
    *(0x00281050, 0x00281051, 0x00281052, 0x00281053, 0x00281054, 0x00281055, 0x00281056),
    *(0x00281100, 0x00281101, 0x00281102, 0x00281103, 0x00281104, 0x00281199, 0x00281200),
    *(0x00281201, 0x00281202, 0x00281203, 0x00281204, 0x00281221, 0x00281222, 0x00281223),
    *(0x00281224, 0x00281401, 0x00281402, 0x00281403, 0x00281404, 0x00281405, 0x00281406),
    *(0x00281230, 0x0028140B, 0x0028140C, 0x0028140D, 0x0028140F, 0x00281410, 0x00480120),
    *(0x00281407, 0x00281408, 0x00282000, 0x00282002, 0x00283000, 0x00283010),
    *(0x00286100, 0x00286101, 0x00286102, 0x00286110, 0x00286112, 0x00286114, 0x00286120),
    *(0x00286190, 0x00409096, 0x20500010, 0x20500020),
    *(0x00700001, 0x00700041, 0x00700042, 0x0070005A, 0x00700060, 0x00700066),
)

CLASS_TAGS: Final = {
    AttributeClass.INSTANCE: INSTANCE_TAGS,
    AttributeClass.PATIENT: PATIENT_TAGS,
    AttributeClass.STUDY: STUDY_TAGS,
    AttributeClass.VIEW: VIEW_TAGS,
    AttributeClass.GEOMETRY: GEOMETRY_TAGS,
    AttributeClass.PIXELS: PIXEL_TAGS,
    AttributeClass.DISPLAY: DISPLAY_TAGS,
}
"""Attributes of the data set's top level, by class."""

OVERLAY_ELEMENTS: Final = (
    *(0x0010, 0x0011, 0x0015, 0x0022, 0x0040, 0x0045, 0x0050, 0x0051, 0x0100, 0x0102),
    *(0x1001, 0x1100, 0x1101, 0x1102, 0x1103, 0x1200, 0x1201, 0x1202, 0x1203, 0x1500, 0x3000),
)
"""Elements of each overlay group 60xx that are committed (PS3.3 C.9)."""

CURVE_ELEMENTS: Final = (0x0005, 0x0010, 0x0020, 0x0030, 0x0103, 0x0110, 0x0112, 0x0114, 0x3000)
"""Elements of each retired curve group 50xx that are committed."""

REPEATING: Final = {0x6000: OVERLAY_ELEMENTS, 0x5000: CURVE_ELEMENTS}
"""First group of each repeating family; all its even groups count, also those beyond the sixteen
of PS3.5 7.6, which viewers draw as well."""

REPEATS: Final = 128
"""Groups of a repeating family: 6000 to 60FE."""

FUNCTIONAL_GROUPS: Final = (0x52009229, 0x52009230)
"""Shared and per-frame functional groups of enhanced objects."""

MACROS: Final = frozenset(
    {
        *(0x00209071, 0x00209113, 0x00209116, 0x00209310, 0x00209450),
        *(0x0020930E, 0x0020930F, 0x00289110, 0x00289132, 0x00289145, 0x00289415, 0x00289422),
        *(0x00409096, 0x0048021A, 0x00220031),
    }
)
"""Macros inside a functional group item that are committed: anatomy (side), frame content's
geometry, plane and volume position and orientation, pixel measures, frame VOI LUT, pixel value
transformation, pixel shift, real world values, slide position, ophthalmic frame location."""
