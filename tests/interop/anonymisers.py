"""Anonymisers of others, each with the settings that docs/guide/anonymisers.md shows."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydicom import Dataset, dcmread

from benchmarks.interop.orthanc import Orthanc
from benchmarks.interop.programs import MissingProgram

SEAL = [(0x0077, 0x0010), (0x0077, 0x1001), (0x0077, 0x1002), (0x0077, 0x1005)]
BIRTH = (0x0010, 0x0030)
KEPT = [f"{group:04X}-{element:04X}" for group, element in SEAL]
RECIPE = (
    "FORMAT dicom\n\n%header\n\n"
    "REPLACE PatientID STUDY-01-0042\n"
    "REPLACE PatientName STUDY-01-0042\n"
    "ADD ClinicalTrialSubjectID 0042\n"
)

Tool = Callable[[Path, Path, Orthanc], object]


class MissingPackage(MissingProgram):
    """A Python package is not installed."""

    def __str__(self) -> str:
        return f"{self.program} is not installed: pip install 'scanseal[anonymisers]'"


@contextmanager
def at_hand(package: str) -> Iterator[None]:
    """Run the block where a package is there, with its warnings off. Raises MissingPackage."""
    if find_spec(package) is None:
        raise MissingPackage(package, package)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def orthanc(**settings: Any) -> Tool:
    def anonymise(source: Path, target: Path, archive: Orthanc) -> None:
        archive.clear()
        target.write_bytes(archive.anonymize(archive.store(source), **settings))

    return anonymise


def dicognito(*left: str) -> Tool:
    def anonymise(source: Path, target: Path, _: Orthanc) -> None:
        with at_hand("dicognito"):
            from dicognito.anonymizer import Anonymizer
            from dicognito.value_keeper import ValueKeeper

            anonymizer = Anonymizer()
            for keyword in left:
                anonymizer.add_element_handler(ValueKeeper(keyword))
            dataset = dcmread(source)
            anonymizer.anonymize(dataset)
            dataset.save_as(target)

    return anonymise


def _clear(dataset: Dataset, tag: tuple[int, int]) -> None:
    if tag in dataset:
        dataset[tag].value = ""


def dicom_anonymizer(*kept: tuple[int, int], clears: bool = False) -> Tool:
    def anonymise(source: Path, target: Path, _: Orthanc) -> None:
        with at_hand("dicomanonymizer"):
            from dicomanonymizer import simpledicomanonymizer as tool

            tool.anonymize_dicom_file(
                str(source),
                str(target),
                {**dict.fromkeys(kept, tool.keep), **({BIRTH: _clear} if clears else {})},
                base_rules_gen=lambda: tool.initialize_actions("dicomfields_2026c"),
            )

    return anonymise


def deid(recipe: str = "", *, remove_private: bool = False) -> Tool:
    def anonymise(source: Path, target: Path, _: Orthanc) -> None:
        with at_hand("deid"):
            from deid.config import DeidRecipe
            from deid.dicom import replace_identifiers

            file = target.with_suffix(".recipe")
            file.write_text(recipe)
            chosen = DeidRecipe(str(file)) if recipe else DeidRecipe()
            (dataset,) = replace_identifiers(
                [str(source)], deid=chosen, save=False, remove_private=remove_private
            )
            dataset.save_as(target)

    return anonymise


TOOLS: dict[str, Tool] = {
    "Orthanc": orthanc(),
    "Orthanc, `Keep` 01": orthanc(Keep=KEPT[:2]),
    "Orthanc, `Keep` 01 02 05": orthanc(Keep=KEPT),
    "Orthanc, `KeepPrivateTags`": orthanc(KeepPrivateTags=True),
    "dicognito": dicognito(),
    "dicognito, accession number left alone": dicognito("AccessionNumber"),
    "dicom-anonymizer": dicom_anonymizer(),
    "dicom-anonymizer, rules as above": dicom_anonymizer(*SEAL, clears=True),
    "deid, its default recipe": deid(),
    "deid, its default recipe, `remove_private`": deid(remove_private=True),
    "deid, recipe as above": deid(RECIPE),
}
"""By the first cell of the page's table."""
