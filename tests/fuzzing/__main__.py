"""Hostile bytes for a while: `python -m tests.fuzzing --seconds 60`.

Every reader gets an equal share of the time, from seeded dice. A defect is an exception that is not
foreseen, more than 5 seconds for one sample, more than 1 GiB of memory in all, or something
authentic that was changed: its sample is written down and the run ends with 1.
"""

import argparse
import sys
import warnings
from pathlib import Path
from random import Random
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from tests.fuzzing.mutations import spoil
from tests.fuzzing.targets import FORESEEN, TARGETS, Target

SLOW = 5.0
"""Seconds that no sample may take."""
LARGEST = 1 << 20
"""KiB of memory that the process may reach."""


def main() -> int:
    """Run all targets; returns 1 for a defect."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="targets whose name has this in it")
    parser.add_argument("--keep", type=Path, default=Path("fuzzing-defects"))
    options = parser.parse_args()
    warnings.simplefilter("error")  # pydicom's quote values
    chosen = [target for target in TARGETS if options.only in target.name]
    for target in chosen:
        for sample in target.samples():
            target.read(sample)  # warm, and as it was made it must be read
    defects = [
        run(target, options.seconds / len(chosen), options.seed, options.keep) for target in chosen
    ]
    peak = getrusage(RUSAGE_SELF).ru_maxrss
    print(f"at most {peak >> 10} MiB of memory")
    return int(any(defects) or peak > LARGEST)


def run(target: Target, seconds: float, seed: int, keep: Path) -> bool:
    """Feed one target; returns whether there was a defect."""
    samples, dice = target.samples(), Random(f"{seed} {target.name}")
    end, count, slowest = perf_counter() + seconds, 0, 0.0
    refused = 0
    while perf_counter() < end:
        data = spoil(dice.choice(samples), dice.choice(samples), dice)
        begin = perf_counter()
        reason = feed(target, data)
        took = perf_counter() - begin
        refused += reason == ""
        if reason is None or reason == "":
            reason = f"{took:.1f} s" if took > SLOW else None
        if reason is not None:
            keep.mkdir(exist_ok=True)
            place = keep / f"{target.name.replace(' ', '-')}-{count}.bin"
            place.write_bytes(data)
            print(f"{target.name}: {reason}: {place}")
            return True
        count, slowest = count + 1, max(slowest, took)
    print(f"{target.name}: {count} samples, {refused} refused, slowest {1000 * slowest:.0f} ms")
    return False


def feed(target: Target, data: bytes) -> str | None:
    """Return None where a sample was read, "" where it was refused, else what went wrong."""
    try:
        target.read(data)
    except FORESEEN:
        return ""
    except Exception as error:  # any: that is what is looked for
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main())
