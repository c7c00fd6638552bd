"""A mark of one's own in somebody else's image: anybody has a key, nobody has the trusted one.

Source: the invertibility and signer-swap attacks of Craver, Memon, Yeo, Yeung, Resolving rightful
ownerships with invisible watermarking techniques, IEEE JSAC 16(4), 1998.
"""

from __future__ import annotations

from benchmarks.attacks.forgery import Forgery, compare
from signing.marking import Marking, make_mark
from watermark.samples import Samples


def mark_over(samples: Samples, marking: Marking) -> Forgery:
    """Mark a marked frame again, with another key."""
    made, _ = make_mark(samples, 0, marking)
    return compare(samples.values, made.samples.values)
