"""A seal that was just made, checked as its first reader would before it is handed out."""

from pydicom.dataset import Dataset

from signing.errors import SelfCheckFailed
from signing.requirements import DEFAULT, Requirements
from signing.trust import Trust
from signing.verdict import Outcome, Verdict
from signing.verification import verify


def check_seal(dataset: Dataset, trust: Trust, policy: Requirements = DEFAULT) -> None:
    """Raise SelfCheckFailed, naming what fails first, unless `dataset` is authentic."""
    report = verify(dataset, trust, policy=policy)
    if report.verdict is not Verdict.AUTHENTIC:
        failed = next((f.code for f in report.findings if f.outcome is not Outcome.PASS), "empty")
        raise SelfCheckFailed(f"the seal does not verify ({failed})")
