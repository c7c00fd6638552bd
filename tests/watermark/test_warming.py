"""Warming up compiles every kernel: no verb compiles one afterwards."""

import subprocess
import sys

CHECK = """
import watermark
from watermark.kernels import cells, galois, rice, trellis, wetness

def compiled():
    found = {}
    for module in (cells, galois, rice, trellis, wetness):
        for name, value in vars(module).items():
            if hasattr(value, "signatures"):
                found[module.__name__, name] = len(value.signatures)
    return found

assert watermark.warmup() > 0
before = compiled()
assert len(before) > 10
inner = {"fill_multiples"}  # called by other kernels only, and compiled with them
assert all(count or name in inner for (_, name), count in before.items()), before

import sys
sys.path.insert(0, ".")
from tests.watermark.marking import SEED, mark, sign
from tests.watermark.phantoms import KINDS
from watermark import embed, extract, localise, redraw, restore
for make in KINDS.values():
    done = mark(make(288, 288), transform="dct")
    values = done.values()
    values[:40, :40] = 3
    hurt = done.damaged(values)
    localise(hurt, done.description, SEED, extract(hurt))
    restore(done.samples, done.record)
    redraw(done.samples, bytes(16))
    box = done.box(done.carrying()[0])
    values = done.values()
    values[box] = embed(done.original, done.description, b"", sign)[0].values[box]
    assert extract(done.damaged(values)).payload == done.payload
assert compiled() == before, (before, compiled())
"""


def test_no_kernel_is_compiled_after_warming_up() -> None:
    command = [sys.executable, "-c", CHECK]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
