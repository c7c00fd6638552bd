"""What the Basic Profile may not touch, and what stays because somebody says so."""

from collections.abc import Callable

import pytest
from pydicom.dataset import Dataset

from signing.dicom import part10
from signing.errors import NotRedactable
from signing.redaction.profile import BasicProfile
from signing.redaction.release import redact
from signing.verdict import Aspect, Verdict
from signing.verification import verify
from tests.signing import images
from tests.signing.redaction.test_profile import copy_of, person, sealed
from tests.signing.seals import TRUST, seal_it
from tests.signing.test_survival import CREATOR, item


def overlaid() -> Dataset:
    """An image with an overlay plane, and a comment on it."""
    dataset = person()
    size = dataset.Rows * dataset.Columns
    dataset.add_new(0x60000010, "US", dataset.Rows)
    dataset.add_new(0x60000011, "US", dataset.Columns)
    dataset.add_new(0x60000040, "CS", "G")
    dataset.add_new(0x60000050, "SS", [1, 1])
    dataset.add_new(0x60000100, "US", 1)
    dataset.add_new(0x60000102, "US", 0)
    dataset.add_new(0x60003000, "OW", bytes([255]) * 2 * (size // 16 + 1))
    dataset.add_new(0x60004000, "LT", "of Jane Doe")
    return dataset


def lookup() -> Dataset:
    """An image whose display table has the date of its maker's vocabulary, and a person's name."""
    dataset = person()
    named = item(ContentCreatorName="Doe^Jane", LUTExplanation="x", ModalityLUTType="HU")
    dataset.RealWorldValueMappingSequence = [named]
    return dataset


@pytest.mark.parametrize(
    ("make", "named"), [(overlaid, "60003000"), (lookup, "00700084")], ids=["overlay", "table"]
)
def test_what_must_go_and_must_stay_is_refused_by_name(
    make: Callable[[], Dataset], named: str
) -> None:
    whole = images.reread(seal_it(make()).dataset)
    with pytest.raises(NotRedactable, match=named):
        redact(whole, basic_profile=True)
    copy = copy_of(whole, BasicProfile(keep=frozenset({named})))
    assert verify(copy, TRUST).verdict is Verdict.PARTIAL
    assert "PatientIdentityRemoved" not in copy
    codes = {one.CodeValue for one in copy.DeidentificationMethodCodeSequence}
    assert "113100" not in codes
    assert f"({named[:4]},{named[4:]})" in copy.DeidentificationMethod
    assert 0x60004000 not in copy


def test_the_version_of_a_vocabulary_stays_where_samples_get_their_meaning() -> None:
    dataset = person()
    code = item(CodeValue="1", ContextGroupVersion="20020904")
    dataset.RealWorldValueMappingSequence = [item(MeasurementUnitsCodeSequence=[code])]
    copy = copy_of(images.reread(seal_it(dataset).dataset))
    kept = copy.RealWorldValueMappingSequence[0].MeasurementUnitsCodeSequence[0]
    assert str(kept.ContextGroupVersion) == "20020904"
    assert copy.PatientIdentityRemoved == "YES"


def test_what_is_kept_by_name_is_proved_and_told() -> None:
    path = f"0029{{{CREATOR}}}01"
    profile = BasicProfile(keep=frozenset({"PatientSex", path, "KVP"}))
    copy = copy_of(sealed(), profile)
    assert (copy.PatientSex, copy[0x00291101].value) == ("F", 2.5)
    changes = verify(copy, TRUST).attributes
    assert changes is not None
    assert not {"00100040", path} & {*changes.redacted, *changes.replaced}
    assert list(copy.DeidentificationMethod)[1:] == ["(0010,0040)", "a private attribute"]
    with pytest.raises(NotRedactable):
        copy_of(sealed(), BasicProfile(keep=frozenset({"NoSuchName"})))


def test_private_attributes_in_a_display_table_go_and_the_table_is_proved() -> None:
    dataset = person()
    table = item(LUTExplanation="x", ModalityLUTType="HU")
    table.private_block(0x0041, CREATOR, create=True).add_new(0x01, "LO", "hidden")
    dataset.RealWorldValueMappingSequence = [table]
    copy = copy_of(images.reread(seal_it(dataset).dataset))
    report = verify(copy, TRUST)
    assert (report.verdict, report.aspects.display) == (Verdict.PARTIAL, Aspect.PASS)
    assert b"hidden" not in part10.encode(copy)
