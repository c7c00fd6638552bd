"""The table of attributes: every tag's class, and what a change of each class means.

From facts on who changes what, legitimately (docs/spec/attributes.md has the reasons). A tag stands
in one class; tests resolve every row against pydicom's dictionary.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Effect(StrEnum):
    """What a difference means for the verdict."""

    FREE = "free"
    """Nothing; not reported."""
    NOTE = "note"
    """Reported; the verdict stays."""
    AMENDABLE = "amendable"
    """Altered, unless a trusted later envelope signs the change."""
    UNPROVED = "unproved"
    """Nothing contradicts, and nothing is proved."""
    ALTERED = "altered"
    """Altered."""


class AttributeClass(StrEnum):
    """What kind of statement an attribute makes."""

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
    RANGE = "value-range"
    """Least and greatest sample: recomputed by archives, and what viewers take a window from."""
    CONTENT = "content"
    """What an object without an image says."""
    QUANTITY = "quantity"
    """What numbers are computed from: dose, activity, contrast, diffusion."""
    ACQUISITION = "acquisition"
    """How the image was made."""
    TIME = "time"
    """When it was made."""
    ZONE = "time-zone"
    """In which time zone: added by archives."""
    DERIVATION = "derivation"
    """What kind of image: values 3 and on of Image Type."""
    LOSSY = "lossy-flags"
    """Whether it was compressed with loss: the codestream decides."""
    PRIVATE = "private"
    """Of a manufacturer."""
    NOTES = "notes"
    """What hospitals correct, add and remove all the time: order, workflow, numbering, description,
    qualifiers of identity, references, de-identification, thumbnail."""
    APPENDED = "append-only"
    """Sequences that grow at every hop."""
    STORAGE = "storage"
    """Where and how it is kept."""
    PADDING = "padding"
    """Bytes behind the data set that are not zero: where a payload hides. Archives drop them."""
    REST = "rest"
    """What stands in no row."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a difference of one class means."""

    changed: Effect
    added: Effect
    removed: Effect


FREE, NOTE, AMENDABLE, ALTERED = Effect.FREE, Effect.NOTE, Effect.AMENDABLE, Effect.ALTERED

RULES: Final = {
    AttributeClass.INSTANCE: Rule(ALTERED, ALTERED, ALTERED),
    AttributeClass.PATIENT: Rule(AMENDABLE, AMENDABLE, AMENDABLE),
    AttributeClass.STUDY: Rule(AMENDABLE, AMENDABLE, AMENDABLE),
    AttributeClass.VIEW: Rule(AMENDABLE, AMENDABLE, AMENDABLE),
    AttributeClass.GEOMETRY: Rule(ALTERED, ALTERED, ALTERED),
    AttributeClass.PIXELS: Rule(ALTERED, ALTERED, ALTERED),
    AttributeClass.DISPLAY: Rule(ALTERED, ALTERED, ALTERED),
    AttributeClass.RANGE: Rule(ALTERED, ALTERED, NOTE),
    AttributeClass.CONTENT: Rule(ALTERED, ALTERED, ALTERED),
    AttributeClass.QUANTITY: Rule(ALTERED, NOTE, ALTERED),
    AttributeClass.ACQUISITION: Rule(ALTERED, NOTE, NOTE),
    AttributeClass.TIME: Rule(AMENDABLE, NOTE, NOTE),
    AttributeClass.ZONE: Rule(ALTERED, NOTE, NOTE),
    AttributeClass.DERIVATION: Rule(ALTERED, NOTE, ALTERED),
    AttributeClass.LOSSY: Rule(NOTE, NOTE, ALTERED),
    AttributeClass.PRIVATE: Rule(ALTERED, NOTE, NOTE),
    AttributeClass.NOTES: Rule(NOTE, NOTE, NOTE),
    AttributeClass.APPENDED: Rule(ALTERED, FREE, NOTE),
    AttributeClass.STORAGE: Rule(FREE, FREE, FREE),
    AttributeClass.PADDING: Rule(ALTERED, ALTERED, NOTE),
    AttributeClass.REST: Rule(ALTERED, NOTE, NOTE),
}
"""What a change, an addition and a removal of each class mean."""

KEPT: Final = frozenset(
    {
        AttributeClass.GEOMETRY,
        AttributeClass.PIXELS,
        AttributeClass.DISPLAY,
        AttributeClass.RANGE,
    }
)
"""Classes that cannot be redacted: without them the samples mean something else."""

AMENDABLES: Final = frozenset(kind for kind, rule in RULES.items() if rule.changed is AMENDABLE)
"""Classes whose changes a later signature may answer for: identity, side and view, times."""

TRAILING_PADDING: Final = 0xFFFCFFFC
"""Not there where it is zero, at any level."""

ORIGINALS: Final = 0x04000561
"""Original Attributes Sequence: what archives changed, and why."""

ICON: Final = 0x00880200
"""Icon Image Sequence: a picture of its own."""

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

FIXED_TAGS: Final = {
    AttributeClass.INSTANCE: INSTANCE_TAGS,
    AttributeClass.PATIENT: PATIENT_TAGS,
    AttributeClass.STUDY: STUDY_TAGS,
    AttributeClass.VIEW: VIEW_TAGS,
    AttributeClass.GEOMETRY: GEOMETRY_TAGS,
    AttributeClass.PIXELS: PIXEL_TAGS,
    AttributeClass.DISPLAY: DISPLAY_TAGS,
}
"""Attributes of the data set's top level that say what an image is of, by class."""

Range = tuple[int, int]
OTHER_TAGS: Final[dict[AttributeClass, tuple[int | Range, ...]]] = {
    AttributeClass.GEOMETRY: ((0x00480000, 0x0048FFFF),),
    AttributeClass.DISPLAY: ((0x00286100, 0x0028611F), (0x00700000, 0x0070FFFF)),
    AttributeClass.RANGE: (0x00280106, 0x00280107, 0x00280108, 0x00280109),
    AttributeClass.CONTENT: (
        (0x0040A000, 0x0040AFFF),
        (0x00420000, 0x0042FFFF),
        (0x00620000, 0x0062FFFF),
        (0x00660000, 0x0066FFFF),
        (0x00680000, 0x0068FFFF),
        (0x30060000, 0x30060FFF),
        (0x30080000, 0x3008FFFF),
        (0x300A0000, 0x300AFFFF),
        (0x300C0000, 0x300CFFFF),
        (0x300E0000, 0x300EFFFF),
        (0x30100000, 0x3010FFFF),
        (0x54000000, 0x5400FFFF),
    ),
    AttributeClass.QUANTITY: (
        *(0x00180010, 0x00180060, 0x00189087, 0x00189345),
        (0x00181040, 0x00181049),
        (0x00181071, 0x00181079),
        (0x00181150, 0x00181153),
        (0x00540000, 0x0054FFFF),
        (0x30040000, 0x3004FFFF),
    ),
    AttributeClass.TIME: (
        *(0x00080012, 0x00080013),
        (0x00080021, 0x0008002A),
        (0x00080031, 0x00080035),
    ),
    AttributeClass.ZONE: (0x00080201,),
    AttributeClass.DERIVATION: (0x00080008,),
    AttributeClass.LOSSY: (0x00282110, 0x00282112, 0x00282114),
    AttributeClass.NOTES: (
        *(0x00100021, 0x00100022, 0x00100024, 0x00101000, 0x00101001, 0x00101002, 0x00101005),
        *(0x00101040, 0x00101060, 0x00102154, 0x00102155, 0x00102160, 0x00104000),
        *(0x00101010, 0x00101020, 0x00101030, 0x00102000, 0x00102110),
        (0x00102150, 0x001021FF),
        *(0x00200010, 0x00200011, 0x00200012, 0x00200013, 0x00080051, 0x00201002),
        (0x00080090, 0x0008009D),
        *(0x00081030, 0x00081032, 0x00081110, 0x00081111, 0x00081120),
        (0x00081048, 0x00081072),
        (0x00320000, 0x0032FFFF),
        (0x00380000, 0x0038FFFF),
        (0x00400241, 0x00400281),
        (0x00401001, 0x00401012),
        (0x00402001, 0x00402017),
        *(0x0008103E, 0x0008103F, 0x00180015, 0x00181030, 0x00204000),
        *(0x00082218, 0x00082228, 0x00082229, 0x00082230),
        *(0x00080080, 0x00080081, 0x00080082, 0x00081010, 0x00081040, 0x00081041),
        *(0x00082111, 0x00082112, 0x00089215, 0x00081140, 0x0008114A),
        (0x00120010, 0x00120072),
        *(0x00280301, 0x00280302, 0x00280303, 0x00880200),
    ),
    AttributeClass.APPENDED: (0x0018A001, 0x04000561, 0x00080300, 0x4FFE0001, 0xFFFAFFFA),
    AttributeClass.STORAGE: (
        *(0x00080015, 0x00080053, 0x00080054, 0x00080056, 0x00081190, 0x00083001),
        *(0x00880130, 0x00880140, 0x0040E010),
        (0x00201200, 0x00201209),
        (0x01000410, 0x01000426),
    ),
    AttributeClass.PADDING: (TRAILING_PADDING,),
    AttributeClass.ACQUISITION: (
        *(0x00080070, 0x00081090),
        (0x00180000, 0x0018FFFF),
        (0x00220000, 0x0022FFFF),
        (0x00240000, 0x0024FFFF),
        (0x00460000, 0x0046FFFF),
        (0x00520000, 0x0052FFFF),
    ),
}
"""The other classes: tags, and ranges, first and last included. A tag counts before a range, and a
range of an earlier class before one of a later."""

WEIGHTS: Final = (0x00101010, 0x00101020, 0x00101030)
"""Age, size and weight: of class `quantity` where Modality is one of `WEIGHED`."""
WEIGHED: Final = frozenset({"PT", "NM"})

WRITING: Final = frozenset({0x00080001, 0x00080005})
"""How a data set or an item is written down: not committed at any level."""

TRANSPORT: Final = WRITING | {0x00280006, 0x7FE00001, 0x7FE00002, 0x7FE00003}
"""How the data set is written down, not what it says: not committed, like groups 0002, group
lengths and creators of private blocks."""

PIXEL_DATA: Final = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
"""The samples, which have digests of their own."""

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
"""Macros inside a functional group item that are geometry: anatomy (side), frame content's
geometry, plane and volume position and orientation, pixel measures, frame VOI LUT, pixel value
transformation, pixel shift, real world values, slide position, ophthalmic frame location."""
