"""What the coder knows before the first bit: the logistic function and learned beginnings.

The chances and weights were learned by `benchmarks.beginnings`. They are part of the format:
docs/spec/picture.md prints none of them, tests/vectors/picture.json holds all.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from watermark.kernels.rangecoder import SIGHTS

_KNOTS = (
    *(22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743),
    *(32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269),
    *(65374, 65438, 65476, 65500, 65514),
)
"""65536 / (1 + exp(-x / 2)) for x = -16 to 16, rounded."""

SURE = 12
"""How many sights a learned chance is worth."""

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""Quarters of log-odds of a one, -32 to 31."""

CHANCES = (
    ".k...d...d..hab.YdV.YeW...a.bfY.bgb.fjd.dia.agY.in.jdhcbbfaae..eehccdhdb..n.i.h.d.d.g.c.g.gf"
    "e.eca...f.eef.fejcd.bhZ.agY.fkiebgZYbfbZh..abhcXdhdcg...ekccclaYe.hedkcdclbdhmfgglfeelde...."
    "f.ggf.hfi...g.ghf.ddi...h.ihf.fgZ.q.f.d.d.b.Z.f.c.dbc.dce.kcd.ddg.fe....e.gff.fcd...g.gff.ef"
    "f..eg.gfg.ge....g...i.......f..gg..ch...g..ig..f.dddcc.dddcc.ddddc.eeddf.YZaaY.ZaaZb.abaaa.Z"
    "bbba.Zabaa.abbba.abbba.bcbad.abbbd.abcbc.ccccc.bccab.bdccd.ceddc.dddcc.dedcd.ceddd.dddde.dde"
    "dd.dedcd.bedee.eeede.eeeee.eeeed.fffff.fffee.hfffe.fffff.iggff.hggfe.hghgf.hhggg.ehggg.iggfg"
    ".jggff.khggg..hggh..iggf..hhgf.ghgggadXaadYZbeaabfccYeahcfZgafcgbfceegdZehbbfhddfheebeYbbfZb"
    "bfaacfbddfdidgajZgcgchegflc.gjhigjfhfiffceabbfaadfabegcdefeldgdgfgdcegddgnjnhkhhhjfggjgfghg."
    "hkfhgighgigg.k..lki.ggj.ehddeji.hjc.gmhihggiifd.hmg.gkd.gkif......j.fgf.gjdcfhbdZkZ.eihmgjgm"
    "fifjfgebfjfhghgfijf.egd.egg.ghhefledfhefghgkgjhf.d..ee..ce..ag..XdW.VeX.VdY.ZdY.beZ.Zga.ZfZ."
    "YeY.djb.djc.dld.ioe.dhdbaiebaifcdihecgedbggcbgebYgebj.k.j.l.m.o.r.p.i.jkj.kmk.llo.nmh.hhh.lj"
    "h.iif.libhZ.cia.cjb.hhd.agaYYhdZYidacheaageYYheYYgfaZigXfkcadmeegnhghmfhdmdddmegdngiflgielff"
    "emfgdlgeclgdj.hgi.hij.mkj...j.iij.kkj.iik.loj.kjj.okj.plh.pkg.d.i.i.k.k.n.n.g.feg.igh.jlm.mi"
    "e.ede.gff.fig.ghi.fhj.khk.kkg..gi.hfi.kkj.jkk..ki.hhi.jjj.jjk.ill..mg......i....j..jj..il..."
    "k...l..il..mm..mn..obaZXfhhgjkmnklnnXWUTdfffhijiijliZWWXdeefgjkljlnoZXVVdghehkkljmlmbZYYefhi"
    "hkmnknnpbXWWeeghhklnloopcWUTdefehkkkknopcWTRdefdgjkijnooeZVTeefdhikjkkrpgZUThedbijkikmomjcaZ"
    "jgfdjjmllmrsXVaYVUYWZUcbYWYXaYeeccbcedhifgfgZVfgacdaaZfhZfchbaggbedjbZgfedfegahgeeiefdiicdfh"
    "gfhhddffhgjiggfgZeefZabcbbfgadbfceghdgeiehhifhhjbbghcjdcfdhjggfgdfhifffhfgihhfhhilhoeniphlln"
    "inkphlklhkhkilmkjkklbcgicgcldcfhcfdgedhgcfdggiiighhjjhilcjiifmioglhphkikfmikikkjhigjjmkphhml"
    "jkkmhlhoikkohnjpkmlnjmjnk.......jjm.n.h.jjf.o.m.lmj.k.n.................o.......f.......i..."
    "m...ikpnj...lhqomh..nlllmnklb.........l.....e.......ig........h.....................i......."
    "c........ejmolm.limpj...loopn..mjflkfd..iljied..ikkhjhd.kmlhhk..g.l.l.....p.g...jjo.j...lol."
    "i...jlimhhm.ikjjhg.kilklik.knponojoigjflicaYZcbbhgfmlkbimagmaflefhegifhifcdjhehcbggggggghgff"
    "gfghgihfgggggggh.........dfgfghihjdfgegigikcfgegigikdfhegigijdfhfgighiaacddeefggggfddddeeeef"
    "fhggifffeefgfffff...cdebeedefdffeff.abbbd.ZZbcd.dbccd.cdeef"
)
"""A digit for each context, a dot where nothing was learned."""

WEIGHTS = (
    (25, 25, 25),
    (25, 25, 25),
    (41, 21, 23),
    (46, 8, 18),
    (30, 12, 21),
    (36, 1, 24),
    (29, 16, 24),
    (32, 10, 23),
    (25, 19, 23),
    (29, 18, 22),
    (21, 19, 20),
    (24, 22, 19),
    (19, 41, 20),
    (24, 32, 25),
    (22, 43, 28),
    (20, 37, 29),
    (23, 38, 33),
    (16, 36, 34),
    (18, 39, 32),
    (18, 33, 31),
    (24, 23, 24),
    (48, 13, 19),
    (56, 13, 5),
    (22, 17, 21),
    (29, 18, 19),
    (17, 18, 22),
    (15, 20, 20),
)
"""The sets of mixing weights, in 64ths."""


@lru_cache(maxsize=1)
def mixing_tables() -> tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.int64]]:
    """Return squash (4096,), stretch (4096,) and rates (64,).

    squash: log-odds -2048 to 2047 in 256ths to a chance in 65536ths. stretch: sixteenths of
    chances to log-odds. rates: how far a chance moves, in 65536ths, by the times it was seen.
    """
    squash = [
        (_KNOTS[i >> 7] * (128 - (i & 127)) + _KNOTS[(i >> 7) + 1] * (i & 127) + 64) >> 7
        for i in range(4096)
    ]
    middle = np.arange(4096) * 16 + 8
    stretch = np.clip(np.searchsorted(np.array(squash), middle) - 2048, -2047, 2047)
    rates = [65536 * 2 // (2 * seen + 3) for seen in range(1 << SIGHTS)]
    tables = np.array(squash, dtype=np.int32), stretch.astype(np.int16), np.array(rates)
    for table in tables:
        table.flags.writeable = False
    return tables


@lru_cache(maxsize=1)
def _learned() -> NDArray[np.int64]:
    """Return the entries (contexts,) with which every stream begins."""
    squash = mixing_tables()[0]
    start = np.zeros(len(CHANCES), dtype=np.int64)
    for context, digit in enumerate(CHANCES):
        known = digit != "."
        chance = squash[64 * (DIGITS.index(digit) - 32) + 2048] if known else 32768
        start[context] = (int(chance) << SIGHTS) | (SURE if known else 0)
    return start


def chances() -> NDArray[np.int64]:
    """Return a fresh (contexts,) array: the entry of each context, see `Coder`."""
    return _learned().copy()


def weights() -> NDArray[np.int64]:
    """Return a fresh (3 * sets,) array of mixing weights in 65536ths."""
    return np.array(WEIGHTS, dtype=np.int64).reshape(-1) * 1024
