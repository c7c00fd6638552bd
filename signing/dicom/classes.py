"""SOP classes: which images may carry a mark, and why others may not (PS3.4 table B.5-1)."""

from typing import Final

from signing.reasons import Reason

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1."

MARKED_CLASSES: Final = frozenset(
    _STORAGE + tail
    for tail in (
        # CR, DX, MG, IO
        *("1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1"),
        # CT; US (6, 3: retired); MR; NM; SC
        *("2", "2.1", "2.2", "6.1", "6", "6.2", "3.1", "3", "4", "4.1", "4.3", "4.4"),
        *("20", "5", "7", "7.2", "7.3", "7.4"),
        # XA, RF, 3D, breast, IV OCT
        *("12.1", "12.1.1", "12.2", "12.2.1", "12.3", "13.1.1", "13.1.2", "13.1.3"),
        *("13.1.4", "13.1.5", "14.1", "14.2"),
        # VL, microscopy, photography, ophthalmology
        *("77.1.1", "77.1.2", "77.1.3", "77.1.4", "77.1.5.1", "77.1.5.2", "77.1.5.4"),
        *("77.1.5.5", "77.1.5.6", "77.1.5.7", "77.1.6", "77.1.7"),
        # PET, RT image
        *("128", "128.1", "130", "481.1"),
    )
)
"""Images whose samples may carry a mark, by SOP Class UID."""

REFUSED_CLASSES: Final = {
    _STORAGE + "481.2": Reason.DOSE,
    _STORAGE + "66.4": Reason.SEGMENTATION,
    _STORAGE + "66.7": Reason.SEGMENTATION,  # label map segmentation
    _STORAGE + "30": Reason.MAP,
    _STORAGE + "77.1.5.8": Reason.MAP,  # ophthalmic OCT B-scan volume analysis
    _STORAGE + "78.7": Reason.MAP,
    _STORAGE + "79.1": Reason.MAP,
    _STORAGE + "80.1": Reason.MAP,
    _STORAGE + "81.1": Reason.MAP,
    _STORAGE + "82.1": Reason.MAP,
}
"""Objects whose samples are not a picture, with the reason."""

NAMED_ONLY: Final = {
    _STORAGE + "1.2": Reason.MAMMOGRAPHY,
    _STORAGE + "1.2.1": Reason.MAMMOGRAPHY,
    _STORAGE + "13.1.3": Reason.MAMMOGRAPHY,
    _STORAGE + "13.1.4": Reason.MAMMOGRAPHY,
    _STORAGE + "13.1.5": Reason.MAMMOGRAPHY,
    _STORAGE + "128": Reason.PET,
    _STORAGE + "128.1": Reason.PET,
    _STORAGE + "130": Reason.PET,
    _STORAGE + "20": Reason.NM,
    _STORAGE + "5": Reason.NM,
}
"""Images that are marked only when a profile is asked for by name."""

NAMED_ONLY_MODALITIES: Final = {"MG": Reason.MAMMOGRAPHY, "PT": Reason.PET, "NM": Reason.NM}
"""The same by Modality, for images in the classes of others."""

QUANTITIES: Final = frozenset(
    {"ADC", "FA", "T1 MAP", "T2 MAP", "T2_STAR MAP", "CBF", "CBV", "RCBF", "RCBV", "MTT", "TTP"}
    | {"PERFUSION", "VELOCITY", "PHASE MAP", "B0 MAP", "MTR", "R2", "R2_STAR", "PROTON_DENSITY"}
)
"""Values 3 and later of Image Type that name a computed quantity (PS3.3 C.8.13.3.1.1, C.7.6.16)."""

LOSSY_SYNTAXES: Final = frozenset(
    "1.2.840.10008.1.2.4." + tail for tail in ("50", "51", "81", "91", "111", "112", "203", "93")
)
"""JPEG, JPEG extended, JPEG-LS near lossless, JPEG 2000, JPEG XL, HTJ2K."""

VIDEO_SYNTAXES: Final = frozenset(
    f"1.2.840.10008.1.2.4.{number}{tail}" for number in range(100, 109) for tail in ("", ".1")
)
"""MPEG-2, H.264, HEVC, and their fragmentable forms."""
