"""Reversible hiding by histogram shifting, as stegano has it: a program of its own.

Stegano 3.0.0 (Cedric Bonhomme) is under GPL-3.0-or-later. That licence gives leave to run it
without a condition; it binds who hands out the program or what is built of it. It is therefore
never imported here and never a dependency: pictures go to its process as PNG files, and back.
Method: Ni, Shi, Ansari, Su, Reversible data hiding, IEEE TCSVT 16(3), 2006.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.active.contestant import Contestant, Judgement, Protected, Unfit
from benchmarks.active.watermarks import MESSAGE, MissingPackage, judge_bits
from benchmarks.attacks.forgery import Array
from benchmarks.contest.pictures import Picture

PATIENCE = 120
"""Seconds after which its process hangs."""

PROGRAM = """
import json, sys, time
from PIL import Image
from stegano import rdh

def timed(work, rounds):
    took = []
    for _ in range(rounds):
        begin = time.process_time()
        result = work()
        took.append(time.process_time() - begin)
    return result, min(took) * 1000

way, source, target, message, rounds = sys.argv[1:]
picture = Image.open(source)
picture.load()
try:
    if way == "hide":
        made, took = timed(lambda: rdh.hide(picture.copy(), message), int(rounds))
        made.save(target)
        said = ""
    elif way == "reveal":
        said, took = timed(lambda: rdh.reveal(picture.copy()), int(rounds))
    else:
        rdh.recover(picture).save(target)
        said, took = "", 0.0
    print(json.dumps({"took": took, "said": said, "refused": ""}))
except Exception as error:
    print(json.dumps({"took": 0.0, "said": "", "refused": type(error).__name__}))
"""
"""What its process runs: source, target and message come as words, the answer goes out as JSON."""


def call(way: str, picture: Picture, rounds: int = 1) -> tuple[dict[str, Any], Picture]:
    """Return the answer of its process, and the picture that it wrote, else the one it got.

    way: "hide", "reveal" or "recover"; rounds: how often it is done, the least time counts.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.png", Path(folder) / "target.png"
        _image(picture.values).save(source)
        words = [sys.executable, "-W", "ignore", "-c", PROGRAM, way]
        words += [str(source), str(target), MESSAGE.decode(), str(rounds)]
        done = subprocess.run(words, capture_output=True, timeout=PATIENCE, check=True)
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if not target.exists():
            return answer, picture
        with Image.open(target) as written:
            return answer, picture.like(np.asarray(written))


def _image(values: Array) -> Image.Image:
    """Return a picture as Pillow writes it to PNG, which knows no signed samples."""
    signed = values.dtype.kind == "i"
    return Image.fromarray(
        (values.astype(np.int64) + 0x8000).astype(np.uint16) if signed else values
    )


@dataclass(frozen=True, eq=False)
class Hidden(Protected):
    """A picture in which the message lies."""

    picture: Picture
    took: float
    """Milliseconds of hiding inside its process."""

    def judge(self, received: Picture) -> Judgement:
        """Return whether the message is read back."""
        answer, _ = call("reveal", received)
        return self.read(answer)

    def read(self, answer: dict[str, Any]) -> Judgement:
        """Return what an answer of its process says."""
        said = answer["said"].encode("latin-1", "replace")
        if answer["refused"] or len(said) != len(MESSAGE):
            return judge_bits(None)
        bits = np.unpackbits(np.frombuffer(said, dtype=np.uint8))
        return judge_bits([int(bit) for bit in bits])

    def restore(self) -> Picture | None:
        """Return the picture as it was."""
        answer, picture = call("recover", self.picture)
        return None if answer["refused"] else picture


class Hiding(Contestant):
    """stegano's reversible hiding, in a process of its own."""

    name = "stegano rdh"

    def __init__(self) -> None:
        if find_spec("stegano") is None:
            raise MissingPackage("stegano")

    def protect(self, picture: Picture, label: str, rounds: int = 1) -> Hidden:
        """Return the picture with the message. Raises Unfit."""
        answer, made = call("hide", picture, rounds)
        if answer["refused"]:
            raise Unfit(self.name, answer["refused"])
        return Hidden(made, answer["took"])
