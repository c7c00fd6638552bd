"""The whole demo: both stories in one folder, and the page that tells them."""

from pathlib import Path

from signing.demonstration import chest, scan
from signing.demonstration.page import Say, render
from signing.keys import generate_keys, generate_recovery_keys
from signing.trust import load_trust


def run(folder: Path, say: Say) -> None:
    """Run the demo in `folder`, overwriting what an earlier run left; `say` gets its lines.

    Leaves keys, DICOM files, PNG pictures, report.html and index.html. Raises OSError,
    SigningError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    generate_keys("scanner", folder, force=True)
    generate_recovery_keys("clinic", folder, force=True)
    trust = load_trust(folder / "scanner.pub")
    steps = [*scan.play(folder, trust, say), *chest.play(folder, trust, say)]
    (folder / "index.html").write_text(render(folder, steps), encoding="utf-8")
    say(f"the whole story with pictures: {folder / 'index.html'}")
