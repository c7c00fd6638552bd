"""A stamping desk for command lines: `python -m tests.programs.desk FILE COMMAND`.

Writes the root of a fresh authority to FILE, serves at the address in $STAMP while COMMAND runs in
a shell, and ends with its exit code.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.programs.clerk import clinic, serving


def main(file: str, command: str) -> int:
    Path(file).write_bytes(clinic()[0].pem)
    with serving() as url:
        environment = {**os.environ, "STAMP": url}
        return subprocess.run(["/bin/bash", "-c", command], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
