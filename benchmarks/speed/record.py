"""Run the speed groups and record them: `python -m benchmarks.speed.record`.

Writes benchmarks/results/speed.json: minima and medians of bench_signing.py, and the cold start
of the command line. Run it on an idle machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from pydicom.data import get_testdata_file

from benchmarks.provenance import note

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "benchmarks" / "results" / "speed.json"
ROUNDS = 5


def run_groups(folder: Path) -> list[dict[str, Any]]:
    """Return minimum and median of each benchmark, in milliseconds."""
    report = folder / "report.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--benchmark-enable"]
    command += ["--benchmark-only", f"--benchmark-json={report}"]
    command += ["benchmarks/speed/bench_signing.py"]
    subprocess.run(command, cwd=ROOT, check=True)
    found = json.loads(report.read_text(encoding="utf-8"))["benchmarks"]
    return [
        {
            "group": run["group"],
            "name": run["name"],
            "min": run["stats"]["min"] * 1000,
            "median": run["stats"]["median"] * 1000,
            "rounds": run["stats"]["rounds"],
        }
        for run in found
    ]


def cold_starts(folder: Path) -> dict[str, float]:
    """Return the least wall time of fresh processes, in seconds."""
    source = str(get_testdata_file("CT_small.dcm", download=False))
    run(["keygen", "k", "--out", str(folder)])
    key, trust = str(folder / "k.key"), str(folder / "k.pub")
    sealed, stripped = str(folder / "sealed.dcm"), str(folder / "stripped.dcm")
    run(["seal", source, sealed, "--key", key])
    strip(sealed, stripped)
    return {
        "tags suffice": least(["verify", sealed, "--trust", trust], 0),
        "tags and pixels (--deep)": least(["verify", sealed, "--trust", trust, "--deep"], 0),
        "pixels alone": least(["verify", stripped, "--trust", trust], 6),
    }


def strip(source: str, target: str) -> None:
    """Write a copy without private tags."""
    import pydicom

    dataset = pydicom.dcmread(source)
    dataset.remove_private_tags()
    dataset.save_as(target)


def run(words: list[str], expected: int = 0) -> float:
    """Run the command line in a fresh process; return the seconds it took."""
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "signing", *words],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == expected, (words, done.returncode)
    return perf_counter() - start


def least(words: list[str], expected: int) -> float:
    """Return the least of several runs, the first left out."""
    run(words, expected)
    return min(run(words, expected) for _ in range(ROUNDS))


def main() -> int:
    """Record everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = {
            "cold_start": cold_starts(folder),
            "runs": run_groups(folder),
        }
    OUT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    note(OUT.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
