"""No path and no address that stands in a file is followed."""

import subprocess
import sys
from pathlib import Path

from signing.dicom import part10
from signing.keys import generate_keys
from tests.signing import images
from tests.signing.seals import seal_it

FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "os.system", "urllib.Request")

WATCH = f"""
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append((event, str(args[0]) if args else "")))
from signing.cli import run
codes = [
    run(words.split())
    for words in (
        "verify plain.dcm --trust trust --deep --json --report page.html",
        "verify sealed.dcm --trust trust --deep",
        "inspect sealed.dcm",
        "restore sealed.dcm restored.dcm",
        "redact sealed.dcm redacted.dcm --remove PatientName",
        "redact sealed.dcm blank.dcm --box 0:0,0,16,16",
        "scrub sealed.dcm scrubbed.dcm",
    )
]
assert codes == [3, 4, 0, 0, 0, 0, 0], codes
assert any(event == "open" and name.endswith("sealed.dcm") for event, name in seen)
print([(event, name) for event, name in seen if "bait" in name.lower() or event in {FORBIDDEN}])
"""


def test_no_path_or_address_in_a_file_is_followed(tmp_path: Path) -> None:
    bait = tmp_path / "BAIT"
    bait.write_bytes(b"bait")
    dataset = images.plain()
    dataset.ReferencedFileID = "BAIT"
    dataset.StorageMediaFileSetID = "BAIT"
    dataset.RetrieveURL = bait.as_uri()
    dataset.RetrieveURI = "http://127.0.0.1:9/bait"
    dataset.PixelDataProviderURL = bait.as_uri()
    (tmp_path / "plain.dcm").write_bytes(part10.encode(dataset))
    (tmp_path / "sealed.dcm").write_bytes(part10.encode(seal_it(dataset).dataset))
    (tmp_path / "trust").mkdir()
    generate_keys("other", tmp_path / "trust")
    command = [sys.executable, "-c", WATCH]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "[]"
