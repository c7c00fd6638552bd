"""Many frames need no more memory than a few: seen in a fresh process, by its peak of memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from signing.dicom import part10, stored
from signing.keys import generate_keys, generate_recovery_keys
from signing.restoration import restore
from tests.signing import images
from tests.watermark import phantoms

FRAMES, SIDE = 120, 512
FRAME_BYTES = 2 * SIDE * SIDE

ROOT = Path(__file__).parents[2]

CEILING = 24 * FRAME_BYTES + (12 << 20)
"""Growth of the peak that is allowed, bytes: 24 frames, and 12 MiB for the allocator, the seal's
own 2 MiB and its copies. The samples alone are 60 MiB."""

MEASURED = """
import json, re, shutil, sys
from pathlib import Path
from signing import load_recovery_key, load_recovery_public_key, load_signer, load_trust
from signing.recovery import recover_file
from signing.restoration import restore_file
from signing.scrubbing import scrub_file
from signing.sealing import SealOptions, seal_file
from signing.verification import verify_path

folder = Path(sys.argv[1])
signer, trust = load_signer(folder / "k.key"), load_trust(folder / "k.pub")
public, private = load_recovery_public_key(folder / "k.rpub"), load_recovery_key(folder / "k.rkey")

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) << 10

def run(name, verb):
    before = peak()
    result = verb(folder / f"{name}.dcm", folder / f"{name}-sealed.dcm", folder / f"{name}-out.dcm")
    return peak() - before, result

def seal(plain, sealed, _):
    options = SealOptions(recovery_for=(public,))
    return seal_file(plain, sealed, signer, options).recoverable_frames

def check(_, sealed, __):
    return [str(verify_path(sealed, trust, deep=deep).verdict) for deep in (False, True)]

def restore(_, sealed, out):
    restore_file(sealed, out, trust)

def scrub(_, sealed, out):
    scrub_file(sealed, out, force=True)

def recover(_, sealed, out):
    damaged, frame, size = out.with_suffix(".bad.dcm"), 2 << 18, sealed.stat().st_size
    shutil.copyfile(sealed, damaged)
    with damaged.open("r+b") as file:  # pixel data are the last element
        for back in (frame, 2 * frame):
            file.seek(size - back)
            file.write(bytes(frame // 4))
    target = out.with_suffix(".mended.dcm")
    return recover_file(damaged, target, trust, private, force=True).recovered_frames

verbs = {"seal": seal, "verify": check, "restore": restore, "scrub": scrub, "recover": recover}
for verb in verbs.values():
    run("short", verb)  # kernels are compiled, codecs and tables are loaded
print(json.dumps({name: run("long", verb) for name, verb in verbs.items()}))
"""


def long_instance(frames: int) -> Dataset:
    """Return an instance of 12-bit frames, explicit little endian."""
    return images.instance([phantoms.resonance(SIDE, SIDE).values] * frames, 12)


@pytest.mark.parametrize("big", [False, True], ids=["little", "big"])
def test_long_files_are_handled_frame_by_frame(big: bool, tmp_path: Path) -> None:
    generate_keys("k", tmp_path)
    generate_recovery_keys("k", tmp_path)
    for name, frames in (("short", 2), ("long", FRAMES)):
        dataset = long_instance(frames)
        part10.write(images.big_endian(dataset) if big else dataset, tmp_path / f"{name}.dcm")
    source = (tmp_path / "long.dcm").read_bytes()
    assert len(source) > max(stored.IN_MEMORY, CEILING)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["seal"][1] == FRAMES
    assert found["verify"][1] == ["authentic", "authentic"]
    assert found["recover"][1] == 2
    growth = {name: grown for name, (grown, _) in found.items()}
    assert not {name: grown for name, grown in growth.items() if grown > CEILING}
    sealed = (tmp_path / "long-sealed.dcm").read_bytes()
    assert (tmp_path / "long-out.dcm").read_bytes() == source
    assert part10.encode(restore(part10.parse(sealed).dataset)) == source
