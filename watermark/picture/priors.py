"""What the coder knows before the first bit: the logistic function and learned beginnings.

The chances and weights were averaged over the streams of 64 CT, MR and X-ray frames other than
those of the benchmark. They are part of the format: docs/spec/picture.md prints none of them,
tests/vectors/picture.json holds all.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_KNOTS = (
    *(22, 36, 60, 98, 162, 267, 439, 720, 1179, 1921, 3108, 4971, 7812, 11955, 17625, 24743),
    *(32768, 40793, 47911, 53581, 57724, 60565, 62428, 63615, 64357, 64816, 65097, 65269),
    *(65374, 65438, 65476, 65500, 65514),
)
"""65536 / (1 + exp(-x / 2)) for x = -16 to 16, rounded."""

SURE = 12
"""How many sights a learned chance is worth."""

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""Quarters of log-odds of a one, -32 to 31."""

CHANCES = (
    ".j...d...d..fec.YdW.YeW.e.Z.beZ.bgb.ejg.dia.bgY.gldhdhbbcgaacfcdehcbdhdc..o.h.h.d.b.e.khf.gf"
    "e.dce..mf.eef.eejih.chZ.bgY.fkefbgZZbfbZehbbbhcYdhdbe.hdejccdjaZg.hiekcddkbcimehglffekded..."
    "g.eff.ddj...g.ggf.edh.qnh.ihf.ffZ.m.f.d.d.c.c.m.d.dce.dcb.Zad.dcf.edj...f.ede.ddg..cg.fef.ee"
    "h.okg.ggg.fe....g..ee..e....f..ff..fg..mg..hg..f.dddcd.ddddc.edddc.eedde.YZaaa.Zaaaa.aabbb.a"
    "bbaa.aaaab.bbbbb.bbbbc.bccbc.bbbbd.bbcbc.ccccc.cccbc.ddccd.ddddd.ddddc.deddd.dddde.dddde.eed"
    "dd.deddd.ceeee.eeeee.feeee.feeee.effef.fffee.gffff.gffff.hggff.hggff.gggff.ihgfg.ggggg.gggfg"
    ".hggff.ihggg.fffhg.hgggg.fgggg.gggggadXabdYZbeabceccafZdcfZdbfbdcfcedgbaegbbegddfgdebeYbbfZb"
    "cfbcdfbdefbecfbfcgcedhdefiegfieefieefiefceabcfaadfbcegcdefchegcdegcdegdegmijgjgfgiffgifffihe"
    "gigefhfegigffidcfgfdfhgefgfffifffidgfjhfghghffddfgcfffdegigfdefbeggffgfcggfdfheceidffiegghgg"
    "eheifgfbfhfeghfffieefhegfhegghegfheefhefgighgigf.d..fe..de..af..YdX.VeY.VdY.YdZ.bfa.Zga.Zha."
    "YhZ.djb.cjc.dkd.ene.dhdbbiecbifdcjfedgedcigecjgeakfdj.j.l.l.k.m.p.n.i.ihj.jjk.kkn.nlh.hhi.jj"
    "i.kji.nnchZ.cib.bjb.dje.agaZZhdbZidbbiecageZZhfbahfbZjfZfjdcemefgmghhlgheldeemfgemgifnhjflfg"
    "flghemhhenihj.ggk.hjk.jjl.klj.hhl.kjl.jjm.mok.jik.lkk.nmk.poh.e.h.h.h.j.l.m.g.feh.hgi.ijk.lj"
    "e.eef.hhg.jjg.klj.fej.igk.jjk.jhi.hgj.jjk.jlk.kmi.hhi.kjk.klk.nol..gg..gl..i...nl..hk..jl..k"
    "l..ok..jl..ln..no..qbaZXfggfijkljlmnYXVTdeedhhhghjkjZXWWdeffgijkiklmaYXVdfgfhijkjlllbZZYefgh"
    "hklmkmnocZXVefghhklmknnocZXTefgghjllknnpdZWTefgehjkjjmnofbYTffgfhilljlpphbWUhffeijkjkmnnjeXW"
    "jhhhkklnlnnoYVaZWVZYaWcbZYZZbZeecccdeehhfgfgcWffbbdebafgbddebaffcdehcZfeecfefbhgdegafeghcegg"
    "gfhhdeghhgihggggbfegacdfccfgbddgdfghdgfifihifhhkfdghdeffgghjfgfgfghheggiggiigggiijinfkimikjm"
    "glikhkjlgjhjikkkhjjlccficfdhdcfgceegeehhdffhgiijfihkihhjehhihkimfkgkhkhlgkhkijjjhjikjlkpfijn"
    "jlkmhlinilkniljnkmlnjmjnkqopmol.kklolojpklkljkjnlompmqkpn.h.o.n.q.l.l.h.k.g.k.h.gio.k.j.kbi."
    "h...klmljml.lkolkjehmlolmnklhgimj.l.lljojpjlkqinkrqsjlnijkkpk.j.j.i.nriqjlipoukpoqlqlgloj.m."
    "i.k.l.h.lmjolkk.mnmlimlolnoqlomlkfjjeffkjjjkigikklkmjkiqlnmkinhkh.k.j.m.mrlmilkilqmljjkpmplo"
    "kllqjkinihk.jkklinjmkllnklmmnqoomomkomeohbibWcbaigenlkcimbglafkefhegifhinjekidgeZffgfghghhfg"
    "gfghghhfgggggggg.........dfgfghhgkdfhfgighkdfhegighkefgfgighidfhfgiggiaabccdefgggggccdddeeef"
    "fggggeeffeffffggg...ceebeecefdffefg.aaabc.aZbbc.cbbcc.ddeef"
)
"""A digit for each context, a dot where nothing was learned."""

WEIGHTS = (
    (25, 25, 25),
    (25, 25, 25),
    (38, 20, 23),
    (47, 7, 18),
    (33, 15, 20),
    (40, -2, 24),
    (29, 15, 25),
    (34, 8, 26),
    (25, 20, 25),
    (31, 17, 23),
    (22, 20, 20),
    (24, 22, 18),
    (21, 44, 25),
    (27, 32, 26),
    (22, 44, 28),
    (22, 41, 27),
    (21, 40, 34),
    (17, 39, 34),
    (19, 41, 33),
    (18, 35, 32),
    (23, 22, 24),
    (51, 13, 13),
    (55, 8, 8),
    (26, 13, 19),
    (34, 15, 17),
    (20, 14, 20),
    (16, 18, 16),
)
"""The sets of mixing weights, in 64ths."""


@lru_cache(maxsize=1)
def mixing_tables() -> NDArray[np.int32]:
    """Return squash (4096,), stretch (4096,) and rates (256,) in one int32 array.

    squash: log-odds -2048 to 2047 in 256ths to a chance in 65536ths. stretch: sixteenths of
    chances to log-odds. rates: how far a chance moves, in 65536ths, by the times it was seen.
    """
    squash = [
        (_KNOTS[i >> 7] * (128 - (i & 127)) + _KNOTS[(i >> 7) + 1] * (i & 127) + 64) >> 7
        for i in range(4096)
    ]
    middle = np.arange(4096) * 16 + 8
    stretch = np.clip(np.searchsorted(np.array(squash), middle) - 2048, -2047, 2047)
    rates = [65536 * 2 // (2 * seen + 3) for seen in range(256)]
    table = np.concatenate([squash, stretch, rates]).astype(np.int32)
    table.flags.writeable = False
    return table


@lru_cache(maxsize=1)
def _learned() -> NDArray[np.int32]:
    """Return the chances (contexts, 2) with which every stream begins."""
    squash = mixing_tables()[:4096]
    start = np.zeros((len(CHANCES), 2), dtype=np.int32)
    for context, digit in enumerate(CHANCES):
        known = digit != "."
        start[context, 0] = squash[64 * (_DIGITS.index(digit) - 32) + 2048] if known else 32768
        start[context, 1] = SURE if known else 0
    return start


def chances() -> NDArray[np.int32]:
    """Return a fresh (contexts, 2) array: the chance of each context, and its weight in sights."""
    return _learned().copy()


def weights() -> NDArray[np.int32]:
    """Return a fresh (sets, 3) array of mixing weights in 65536ths."""
    return np.array(WEIGHTS, dtype=np.int32) * 1024
