"""A whole mark carried from one image into another.

Sources: Lu, Hsu, Near-optimal watermark estimation and its countermeasure: the copy attack, IEEE
TCSVT 17(4), 2007; Barreto, Kim, Rijmen, IEE Proc. VISP 149(2), 2002 (transplantation).
"""

from __future__ import annotations

import numpy as np

from benchmarks.attacks.carriers import Carriers
from benchmarks.attacks.collage import paste
from benchmarks.attacks.forgery import Forgery
from watermark.description import Description
from watermark.samples import Samples


def copy_parities(donor: Samples, host: Samples, description: Description) -> Forgery:
    """Give every carrier of `host` the bare parity of `donor`'s: who does not know the hash.

    description: of the donor's mark; both frames have its size.
    """
    return _copy(donor, host, description, bound=False)


def copy_bits(donor: Samples, host: Samples, description: Description) -> Forgery:
    """Give every carrier of `host` the cell-bound bit of `donor`'s: all chunks read as there."""
    return _copy(donor, host, description, bound=True)


def copy_closing(donor: Samples, host: Samples, description: Description) -> Forgery:
    """Put the donor's closing tile over the host's samples."""
    box = description.layout.tiles.box(description.closing)
    return paste(host.values, donor.values, box)


def _copy(donor: Samples, host: Samples, description: Description, *, bound: bool) -> Forgery:
    """Flip the host's carriers, where its range allows, until they are as the donor's."""
    theirs = Carriers.read(donor, description)
    ours = Carriers.read(host, description)
    for group in ours.groups(list(range(description.layout.coding.count))):
        if bound:
            differing = theirs.bits(group) ^ ours.bits(group)
        else:
            rows, columns = ours.places(group)
            planes = (carriers.seen.bound[0][rows, columns] for carriers in (theirs, ours))
            first, second = planes
            differing = ((first ^ second) & 1).astype(np.int8)
        ours.flip(group, np.ascontiguousarray(differing & ours.dry(group)))
    return ours.forgery()
