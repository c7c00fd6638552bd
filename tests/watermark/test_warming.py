"""Warming up compiles every kernel: no verb compiles one afterwards."""

import subprocess
import sys

CHECK = """
import watermark
from watermark.kernels import cells, filling, galois, lifting, partitioning, planting, rangecoder
from watermark.kernels import rice, trellis, wetness

def compiled():
    found = {}
    coders = partitioning, planting, rangecoder
    for module in (cells, filling, galois, lifting, *coders, rice, trellis, wetness):
        for name, value in vars(module).items():
            if hasattr(value, "signatures"):
                found[module.__name__, name] = len(value.signatures)
    return found

assert watermark.warmup() > 0
before = compiled()
assert len(before) > 10
# Called by other kernels only, and compiled with them.
inner = {"fill_multiples", "lift_high", "lift_low", "split_row", "merge_row", "add_rows"}
inner |= {"lift_high_row", "lift_low_row", "scale", "scale_here", "code_symbol", "code_mixed"}
inner |= {"learn", "adjust", "hold", "mark_at", "sign_of", "place_near", "trend", "append"}
inner |= {"bit_length", "pool", "grow_older"}
inner |= {"code_square", "code_sign", "code_waiting", "open_square", "code_closed", "code_details"}
assert all(count or name in inner for (_, name), count in before.items()), before

import sys
sys.path.insert(0, ".")
from tests.watermark.marking import SEED, mark, sign
from tests.watermark.phantoms import KINDS
from watermark import Shape, compress, embed, expand, extract, list_cells, localise, redraw, restore
from watermark.cellchecks import pick_checks
for make in KINDS.values():
    done = mark(make(288, 288), transform="dct")
    values = done.values()
    values[:40, :40] = 3
    hurt = done.damaged(values)
    checks = pick_checks(list_cells(done.samples, done.description, SEED), done.description, 30)
    localise(hurt, done.description, SEED, extract(hurt), checks=checks)
    restore(done.samples, done.record)
    redraw(done.samples, bytes(16))
    s = done.samples
    few = compress(s, 2000, s.values.reshape(s.rows, s.columns, -1)[:, :, 0] != 0)
    expand(few, Shape(s.rows, s.columns, s.bits, s.signed, s.colour))
    compress(type(s)(s.values * 0, s.bits, s.signed, s.colour), 1000)
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
