"""Reversible schemes of others, as published: none of them was run here.

All put everything that the way back needs into the samples, which ours does not (its record rides
in the tags): their task is the harder one. All are for 8 bits and one channel. Figures are of
tables or data files that the authors published, or read off a published curve (within 0.1 dB).
"""

from __future__ import annotations

from dataclasses import dataclass

SIDE = 512
"""Rows and columns of the pictures that they were measured on."""


@dataclass(frozen=True, slots=True)
class Published:
    """One figure."""

    scheme: str
    picture: str
    bits: float
    """Payload, bits a sample."""
    psnr: float
    """dB at a peak of 255."""
    source: str


_PVO = "table of Ou et al. 2014 (PVO-K), their repository Ou_SPIC_PVO-k_2014"
_HYBRID = "table of Ou et al. 2019, IEEE TCSVT 29(7), their repository"
_ADAPTIVE = "data file of Zhang, Ou 2022, IEEE TCSVT 32(7), their repository"
_HIGH = "curve of Ou, Zhao, IEEE TCSVT 30(8)"
_TEN = 10_000 / SIDE**2

PUBLISHED = (
    Published("Zhang and Ou 2022", "Lena", _TEN / 2, 64.02, _ADAPTIVE),
    Published("Sachnev 2009", "Lena", _TEN, 58.18, _PVO),
    Published("Li 2013, PVO", "Lena", _TEN, 59.85, _PVO),
    Published("Ou 2014, PVO-K", "Lena", _TEN, 60.63, _PVO),
    Published("Ou 2019, hybrid pairwise", "Lena", _TEN, 60.77, _HYBRID),
    Published("Zhang and Ou 2022", "Lena", _TEN, 60.93, _ADAPTIVE),
    Published("Sachnev 2009", "Baboon", _TEN, 54.15, _PVO),
    Published("Ou 2014, PVO-K", "Baboon", _TEN, 54.58, _PVO),
    Published("Zhang and Ou 2022", "Baboon", _TEN, 56.16, _ADAPTIVE),
    Published("Sachnev 2009", "Airplane", _TEN, 60.37, _PVO),
    Published("Ou 2019, hybrid pairwise", "Airplane", _TEN, 65.08, _HYBRID),
    Published("Zhang and Ou 2022", "Airplane", _TEN, 63.89, _ADAPTIVE),
    Published("Zhang and Ou 2022", "Lena", 0.1, 55.97, _ADAPTIVE),
    Published("Zhang and Ou 2022", "Lena", 0.2, 51.66, _ADAPTIVE),
    Published("Zhang and Ou 2022", "Lena", 65_001 / SIDE**2, 49.71, _ADAPTIVE),
    Published("Ou and Zhao", "Lena", 0.3, 48.1, _HIGH),
    Published("Ou and Zhao", "Lena", 0.5, 43.5, _HIGH),
    Published("Ou and Zhao", "Lena", 0.8, 38.4, _HIGH),
)
"""By payload."""
