"""Seals by certified keys: what travels, what is believed, and what time and revocation do."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset

from signing.credentials import Credential
from signing.dicom import part10
from signing.errors import MalformedKey, NotAuthentic
from signing.evidence.standing import assess_signers
from signing.keys import PublicKey, Role
from signing.requirements import Requirements
from signing.restoration import restore
from signing.revocations import ALWAYS, Revocation, Revocations, parse_list
from signing.sealing import SealOptions, seal_dataset
from signing.sealparts import read_seal
from signing.signerchain import load_chain
from signing.trust import Trust
from signing.verdict import Code, Outcome, Report, Verdict
from signing.verification import verify
from tests.signing import images, seals
from tests.signing.authorities import (
    DAY,
    NOW,
    PURPOSE,
    Issued,
    authority,
    leaf,
    private,
    put,
    revocation_list,
)
from tests.signing.seals import ELEMENT_02, failed, stripped, without
from tests.signing.test_revocations import der

WIDE: dict[str, Any] = {
    "start": datetime(2000, 1, 1, tzinfo=UTC),
    "end": datetime(2500, 1, 1, tzinfo=UTC),
}
"""Valid whenever the tests run: sealing refuses certificates that are not."""
ROOT = authority("root", **WIDE)
MIDDLE = authority("middle", "root", **WIDE)
SCANNER = leaf("ct", "middle", **WIDE)
LATER = datetime(2501, 1, 1, tzinfo=UTC)


@cache
def _file(chain: tuple[bytes, ...]) -> bytes:
    dataset = images.make("monochrome2-12")
    options = SealOptions(certificates=chain)
    return part10.encode(seal_dataset(dataset, SCANNER.signer, options).dataset)


def sealed(*chain: Issued) -> Dataset:
    """Return an instance sealed with the scanner's key, with certificates."""
    return part10.parse(_file(tuple(link.der for link in chain))).dataset


def lists(**changes: Any) -> tuple[Any, ...]:
    """Return the lists of both authorities, current from `NOW` on."""
    changes = {"end": LATER + DAY} | changes
    return tuple(parse_list(der(revocation_list(name, **changes))) for name in ("root", "middle"))


def trusting(
    anchor: Issued = ROOT,
    pool: tuple[Credential, ...] = (),
    moment: datetime = NOW,
    revocations: Revocations | None = None,
) -> Trust:
    """Return a store of one authority that looks at a moment."""
    given = revocations if revocations is not None else Revocations(lists())
    return Trust((), 0, (anchor.credential,), pool, given).as_of(moment)


def check(report: Report, verdict: Verdict, *codes: Code) -> None:
    """Check the verdict, and that these are the codes of trust that failed."""
    assert report.verdict is verdict
    assert {c for c in failed(report) if c.value.startswith("signer.")} == set(codes)


def test_a_seal_with_its_chain_is_authentic_under_the_authority() -> None:
    report = verify(sealed(SCANNER, MIDDLE), trusting(), deep=True)
    check(report, Verdict.AUTHENTIC)
    signer = report.signer
    assert signer is not None
    assert (signer.name, signer.role, signer.trusted) == ("ct", "acquisition", True)


def test_a_seal_without_its_chain_needs_the_links_in_the_folder() -> None:
    check(verify(sealed(), trusting()), Verdict.UNTRUSTED, Code.SIGNER_TRUSTED)
    links = (SCANNER.credential, MIDDLE.credential)
    check(verify(sealed(), trusting(pool=links)), Verdict.AUTHENTIC)


def test_a_chain_to_another_authority_is_worth_nothing() -> None:
    other = authority("root", signing=private("other"), key=private("other"), **WIDE)
    report = verify(sealed(SCANNER, MIDDLE), trusting(other))
    check(report, Verdict.UNTRUSTED, Code.SIGNER_TRUSTED, Code.SIGNER_CERTIFICATE)
    assert Code.SEAL_CONSISTENT not in failed(report)


def test_a_pinned_key_needs_no_certificates() -> None:
    store = Trust.of(PublicKey(SCANNER.raw, "pinned"))
    report = verify(sealed(SCANNER), store)
    assert report.verdict is Verdict.AUTHENTIC
    assert report.signer is not None and report.signer.name == "pinned"


def test_the_pixels_alone_need_the_links_in_the_folder() -> None:
    bare = stripped(sealed(SCANNER, MIDDLE))
    assert verify(bare, trusting()).verdict is Verdict.UNTRUSTED
    links = (SCANNER.credential, MIDDLE.credential)
    report = verify(bare, trusting(pool=links))
    assert (report.verdict, str(report.scope)) == (Verdict.PARTIAL, "pixels")
    late = verify(bare, trusting(pool=links, moment=LATER))
    check(late, Verdict.UNTRUSTED, Code.SIGNER_TRUSTED, Code.SIGNER_EXPIRED)


def test_without_the_disclosures_the_links_are_gone_too() -> None:
    bare = without(sealed(SCANNER, MIDDLE), ELEMENT_02)
    assert verify(bare, trusting()).verdict is Verdict.UNTRUSTED
    links = (SCANNER.credential, MIDDLE.credential)
    assert verify(bare, trusting(pool=links)).verdict is Verdict.PARTIAL


def test_a_claimed_time_does_not_save_an_expired_key() -> None:
    report = verify(sealed(SCANNER, MIDDLE), trusting(moment=LATER))
    check(report, Verdict.UNTRUSTED, Code.SIGNER_TRUSTED, Code.SIGNER_EXPIRED)
    assert report.signer is not None
    assert (report.signer.name, report.signer.trusted) == ("ct", False)


def test_a_revoked_key_contradicts_nothing() -> None:
    revoked = parse_list(der(revocation_list("middle", {SCANNER.credential.serial: NOW - 3 * DAY})))
    store = trusting(revocations=Revocations((*lists(), revoked)))
    whole = sealed(SCANNER, MIDDLE)
    forged = seals.with_frames(whole, [f ^ 1 for f in seals.frames_of(whole)])
    for dataset in (whole, forged):
        report = verify(dataset, store)
        check(report, Verdict.UNTRUSTED, Code.SIGNER_TRUSTED, Code.SIGNER_REVOKED)
        consistent = {f.outcome for f in report.findings if f.code is Code.SEAL_CONSISTENT}
        assert consistent == {Outcome.PASS if dataset is whole else Outcome.FAIL}


def test_a_revoked_pinned_key_is_untrusted_from_tags_and_from_pixels() -> None:
    key = PublicKey(SCANNER.raw, "pinned")
    revoked = Revocations((), {key.key_id: Revocation(ALWAYS, "stolen")})
    store = Trust((key,), revocations=revoked)
    for dataset in (sealed(), stripped(sealed())):
        report = verify(dataset, store, deep=True)
        check(report, Verdict.UNTRUSTED, Code.SIGNER_TRUSTED, Code.SIGNER_REVOKED)


def test_a_list_out_of_date_leaves_it_undecided_from_tags_and_from_pixels() -> None:
    old = Revocations(lists(start=NOW - 9 * DAY, end=NOW - DAY))
    links = (SCANNER.credential, MIDDLE.credential)
    lenient = Requirements(outdated_lists=True)
    for dataset, known in [
        (sealed(SCANNER, MIDDLE), Verdict.AUTHENTIC),
        (stripped(sealed(SCANNER, MIDDLE)), Verdict.PARTIAL),
    ]:
        store = trusting(pool=links, revocations=old)
        check(verify(dataset, store), Verdict.UNDECIDED, Code.SIGNER_LISTS)
        check(verify(dataset, store, policy=lenient), known, Code.SIGNER_LISTS)
        strict = Requirements(missing_lists=False)
        bare = trusting(pool=links, revocations=Revocations())
        check(verify(dataset, bare), known)
        check(verify(dataset, bare, policy=strict), Verdict.UNDECIDED)


def test_an_authority_without_lists_is_believed_and_told() -> None:
    report = verify(sealed(SCANNER, MIDDLE), trusting(revocations=Revocations()))
    check(report, Verdict.AUTHENTIC)
    skipped = [f.code for f in report.findings if f.outcome is Outcome.SKIPPED]
    assert skipped == [Code.SIGNER_LISTS] * 2


def test_a_proved_time_saves_the_statement_and_what_it_signs() -> None:
    parts = read_seal(sealed(SCANNER, MIDDLE))
    store = trusting(moment=LATER)
    signers = assess_signers(parts, store, [NOW])
    assert [s.trusted for s in signers.standings] == [True]
    assert signers.admitted.find(SCANNER.raw) is not None
    assert signers.trust.find(SCANNER.raw) is None
    unproved = assess_signers(parts, store)
    assert unproved.admitted.find(SCANNER.raw) is None


def test_restoring_believes_whom_verifying_believes() -> None:
    whole = sealed(SCANNER, MIDDLE)
    before = part10.encode(images.make("monochrome2-12"))
    # Verifying looks at the clock of the store, restoring at the same store.
    assert part10.encode(restore(whole, trusting())) == before
    with pytest.raises(NotAuthentic):
        restore(whole, trusting(moment=LATER))


BAD_CHAINS: dict[str, tuple[Issued, ...]] = {
    "not of the key of ct": (MIDDLE, ROOT),
    "not followed by that of its issuer": (SCANNER, ROOT),
    "not exactly one role": (leaf("ct", "root", purposes=None, **WIDE),),
    "not valid now": (leaf("ct", "root", start=WIDE["start"], end=datetime(2001, 1, 1)),),
    "more than 8": (SCANNER, *[MIDDLE] * 8),
}


@pytest.mark.parametrize("reason", BAD_CHAINS)
def test_nothing_is_sealed_with_certificates_that_are_not_its_signers(reason: str) -> None:
    chain = tuple(link.der for link in BAD_CHAINS[reason])
    with pytest.raises(MalformedKey, match=reason):
        seal_dataset(images.attributes(), SCANNER.signer, SealOptions(certificates=chain))


def test_a_chain_is_read_from_its_file(tmp_path: Path) -> None:
    path = put(tmp_path, "ct.crt", SCANNER, MIDDLE, ROOT)
    assert load_chain(path, SCANNER.signer) == (SCANNER.der, MIDDLE.der, ROOT.der)
    with pytest.raises(MalformedKey, match=r"ct\.crt: .*not of the key of root"):
        load_chain(path, ROOT.signer)


USELESS: dict[str, list[Issued]] = {
    "is no authority's": [SCANNER, leaf("middle", "root", **WIDE)],
    "not for keys of this role": [
        SCANNER,
        authority("middle", "root", purposes=[PURPOSE[Role.AI]], **WIDE),
    ],
    "longer than an authority in it allows": [
        leaf("ct", "lower", **WIDE),
        authority("lower", "middle", **WIDE),
        authority("middle", "root", length=0, **WIDE),
    ],
    "is an authority's": [authority("ct", "middle", purposes=[PURPOSE[Role.AI]], **WIDE), MIDDLE],
    "not followed by that of its issuer": [SCANNER, ROOT],
}


@pytest.mark.parametrize("reason", USELESS)
def test_a_chain_that_no_reader_takes_is_not_sent_along(tmp_path: Path, reason: str) -> None:
    path = put(tmp_path, "ct.crt", *USELESS[reason])
    with pytest.raises(MalformedKey, match=reason):
        load_chain(path, SCANNER.signer)


def test_certificates_outside_the_profile_are_evidence_not_errors() -> None:
    parts = read_seal(sealed(SCANNER, MIDDLE))
    assert parts.certificates_of_keys == (SCANNER.der, MIDDLE.der)
    turned = bytearray(part10.encode(sealed(SCANNER, MIDDLE)))
    at = bytes(turned).index(SCANNER.der)
    turned[at + 5] ^= 1
    report = verify(part10.parse(bytes(turned)).dataset, trusting())
    check(report, Verdict.UNTRUSTED, Code.SIGNER_TRUSTED, Code.SIGNER_CERTIFICATE)
