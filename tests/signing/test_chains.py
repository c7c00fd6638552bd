"""Laws of chains: which keys are certified, and what time and revocation make of them."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.chains import MAX_PATH, MAX_STEPS, Search, Standing, Times, judge_key
from signing.digests import key_id
from signing.keys import Role
from signing.revocations import ALWAYS, Revocation, Revocations, parse_list
from signing.verdict import Code, Outcome
from tests.signing.authorities import (
    DAY,
    MIDDLE,
    NOW,
    PURPOSE,
    ROOT,
    SCANNER,
    Issued,
    authority,
    leaf,
    private,
    revocation_list,
    usage,
)
from tests.signing.test_revocations import der

LISTS = Revocations(
    tuple(
        parse_list(der(revocation_list(name, start=NOW - 20 * DAY))) for name in ("root", "middle")
    )
)
"""Current, and empty."""


def stand(
    made: Issued,
    pool: Sequence[Issued] = (MIDDLE,),
    anchors: Sequence[Issued] = (ROOT,),
    revocations: Revocations = LISTS,
    **times: Any,
) -> Standing:
    """Return the standing of the key of one certificate."""
    search = Search([a.credential for a in anchors], [c.credential for c in pool])
    when = Times(times.get("now", NOW), times.get("proved"))
    return judge_key([made.credential], search, revocations, when)


def codes(standing: Standing) -> list[Code]:
    """Return the codes that speak against a key."""
    return [finding.code for finding in standing.findings]


def details(standing: Standing) -> str:
    """Return the reasons."""
    return "; ".join(f"{finding.where}: {finding.detail}" for finding in standing.findings)


def test_a_chain_gives_name_role_and_authority() -> None:
    standing = stand(SCANNER)
    assert standing.trusted and not standing.findings
    assert standing.key is not None
    assert (standing.key.name, standing.key.role) == ("ct", Role.ACQUISITION)
    assert standing.key.raw == SCANNER.raw
    assert standing.authority == ROOT.credential.fingerprint


def test_an_authority_may_certify_at_once() -> None:
    assert stand(leaf("ct", "root"), pool=()).trusted


def test_a_certificate_may_be_trusted_by_itself() -> None:
    own = leaf("ct")
    assert stand(own, pool=(), anchors=(own,)).trusted
    assert not stand(own, pool=(own,)).trusted


BROKEN: dict[str, tuple[Issued, tuple[Issued, ...]]] = {
    "lead to no authority": (SCANNER, ()),
    "is not signed by the issuer": (leaf("ct", "middle", signing=private("other")), (MIDDLE,)),
    "is no authority's": (leaf("ct", "middle"), (leaf("middle", "root"),)),
    "is an authority's": (MIDDLE, ()),
    "is not for signing": (leaf("ct", "root", usage=usage(key_agreement=True)), ()),
    "names not exactly one role": (leaf("ct", "root", purposes=None), ()),
    "not for keys of this role": (
        SCANNER,
        (authority("middle", "root", purposes=[PURPOSE[Role.AI]]),),
    ),
    "longer than an authority in it allows": (
        leaf("ct", "lower"),
        (authority("lower", "middle"), MIDDLE),
    ),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_chain_certifies_nobody_and_says_why(reason: str) -> None:
    standing = stand(*BROKEN[reason])
    assert not standing.trusted and standing.key is None
    assert codes(standing) == [Code.SIGNER_CERTIFICATE]
    assert reason in details(standing)


def test_an_authority_that_is_not_pinned_certifies_nobody() -> None:
    other = authority("other root")
    standing = stand(leaf("ct", "other root"), pool=(other,))
    assert codes(standing) == [Code.SIGNER_CERTIFICATE]


def tower(height: int) -> tuple[Issued, list[Issued]]:
    """Return a signer under so many authorities below the root, and these."""
    names = ["root", *(f"level {n}" for n in range(height))]
    middle = [authority(name, above) for above, name in itertools.pairwise(names)]
    return leaf("ct", names[-1]), middle


def test_a_chain_has_a_longest_length() -> None:
    assert stand(*tower(MAX_PATH - 2)).trusted
    standing = stand(*tower(MAX_PATH - 1))
    assert "too long a chain" in details(standing)


def test_strangers_cannot_make_the_search_long() -> None:
    ring = [authority("a", "b", serial=n) for n in range(1, 60)]
    ring += [authority("b", "a", serial=n) for n in range(100, 160)]
    search = Search([ROOT.credential], [c.credential for c in ring])
    made = leaf("ct", "a").credential
    standing = judge_key([made], search, LISTS, Times(NOW))
    assert not standing.trusted
    assert search.steps <= MAX_STEPS + MAX_PATH


def test_a_renewed_certificate_of_the_same_key_suffices() -> None:
    old = leaf("ct", "root", end=NOW - DAY, serial=5)
    new = leaf("ct", "root", serial=6)
    search = Search([ROOT.credential], [])
    standing = judge_key([old.credential, new.credential], search, LISTS, Times(NOW))
    assert standing.trusted


OLD = leaf("ct", "middle", end=NOW - 10 * DAY)


def test_an_expired_certificate_is_not_trusted() -> None:
    standing = stand(OLD)
    assert codes(standing) == [Code.SIGNER_EXPIRED]
    assert standing.key is not None and not standing.trusted
    assert "certificate of ct: expired 2026-05-22T12:00:00Z, and no time is proved" in details(
        standing
    )


def test_a_proved_time_saves_what_is_older_than_the_expiry() -> None:
    assert stand(OLD, proved=NOW - 11 * DAY).trusted
    assert codes(stand(OLD, proved=NOW - 9 * DAY)) == [Code.SIGNER_EXPIRED]
    assert codes(stand(OLD, proved=NOW - 101 * DAY)) == [Code.SIGNER_EXPIRED]


def test_a_certificate_counts_from_its_first_to_its_last_second() -> None:
    first, last = NOW - 100 * DAY, NOW + 100 * DAY
    second = DAY / 86400
    current = Revocations()
    moments = [first - second, first, last, last + second]
    found = [stand(SCANNER, revocations=current, now=moment).trusted for moment in moments]
    assert found == [False, True, True, False]


def test_an_expired_authority_takes_its_keys_along() -> None:
    for anchors, pool in [
        ([authority("root", end=NOW - DAY)], [MIDDLE]),
        ([ROOT], [authority("middle", "root", end=NOW - DAY)]),
    ]:
        assert codes(stand(SCANNER, pool, anchors)) == [Code.SIGNER_EXPIRED]
        assert stand(SCANNER, pool, anchors, proved=NOW - 2 * DAY).trusted


def test_all_of_a_chain_must_be_valid_at_one_moment() -> None:
    late = authority("middle", "root", start=NOW - 5 * DAY)
    assert codes(stand(OLD, [late], proved=NOW - 11 * DAY)) == [Code.SIGNER_EXPIRED]


def revoking(issuer: str, made: Issued, since: datetime, **changes: Any) -> Revocations:
    """Return the lists with one certificate revoked."""
    listed = revocation_list(issuer, {made.credential.serial: since}, **changes)
    others = tuple(found for found in LISTS.lists if found.issuer != listed.issuer.public_bytes())
    return Revocations((*others, parse_list(der(listed))))


@pytest.mark.parametrize(("issuer", "made"), [("middle", SCANNER), ("root", MIDDLE)])
def test_what_its_authority_revokes_is_not_trusted(issuer: str, made: Issued) -> None:
    revoked = revoking(issuer, made, NOW - 3 * DAY)
    standing = stand(SCANNER, revocations=revoked)
    assert codes(standing) == [Code.SIGNER_REVOKED]
    assert "revoked since 2026-05-29T12:00:00Z, and no time is proved" in details(standing)


def test_a_proved_time_saves_what_is_older_than_the_revocation() -> None:
    revoked = revoking("middle", SCANNER, NOW - 3 * DAY)
    assert stand(SCANNER, revocations=revoked, proved=NOW - 4 * DAY).trusted
    for late in (NOW - 3 * DAY, NOW - DAY):
        standing = stand(SCANNER, revocations=revoked, proved=late)
        assert codes(standing) == [Code.SIGNER_REVOKED]


def test_a_revocation_does_not_end_when_the_list_or_the_certificate_does() -> None:
    revoked = revoking("middle", SCANNER, NOW - 3 * DAY, end=NOW - 2 * DAY, start=NOW - 3 * DAY)
    assert Code.SIGNER_REVOKED in codes(stand(SCANNER, revocations=revoked))
    then = revoking("middle", OLD, NOW - 30 * DAY, start=NOW - 20 * DAY)
    gone = stand(OLD, revocations=then, proved=NOW - 20 * DAY)
    assert codes(gone) == [Code.SIGNER_REVOKED]


def test_a_list_from_after_a_certificates_end_does_not_tell_of_it() -> None:
    """Authorities leave out what has ended: a thief would only have to wait for it."""
    late = tuple(parse_list(der(revocation_list(name))) for name in ("root", "middle"))
    standing = stand(OLD, revocations=Revocations(late), proved=NOW - 20 * DAY)
    assert [(f.code, f.outcome) for f in standing.findings] == [(Code.SIGNER_LISTS, Outcome.FAIL)]
    assert "from after the certificate's end" in details(standing)
    kept = Revocations((*late, *LISTS.lists))
    assert not stand(OLD, revocations=kept, proved=NOW - 20 * DAY).findings


def test_the_list_of_another_authority_revokes_nothing() -> None:
    revoked = {SCANNER.credential.serial: NOW}
    for listed in (
        revocation_list("root", revoked),
        revocation_list("middle", revoked, signing=private("other")),
    ):
        standing = stand(SCANNER, revocations=Revocations((*LISTS.lists, parse_list(der(listed)))))
        assert standing.trusted and not standing.findings


def test_a_list_out_of_date_is_found_and_refuses_nobody() -> None:
    lists = tuple(
        parse_list(der(revocation_list(name, start=NOW - 9 * DAY, end=NOW - DAY)))
        for name in ("root", "middle")
    )
    standing = stand(SCANNER, revocations=Revocations(lists))
    assert standing.trusted
    assert [(f.code, f.outcome) for f in standing.findings] == [
        (Code.SIGNER_LISTS, Outcome.FAIL)
    ] * 2
    newer = Revocations((*lists, *LISTS.lists))
    assert not stand(SCANNER, revocations=newer).findings


def test_an_authority_without_a_list_is_told() -> None:
    standing = stand(SCANNER, revocations=Revocations(LISTS.lists[:1]))
    assert standing.trusted
    assert [(f.code, f.outcome) for f in standing.findings] == [
        (Code.SIGNER_LISTS, Outcome.SKIPPED)
    ]
    assert "no revocation list of middle" in details(standing)


@pytest.mark.parametrize("made", [SCANNER, MIDDLE, ROOT])
def test_the_folder_revokes_any_key_of_a_chain(made: Issued) -> None:
    revoked = {key_id(made.raw): Revocation(NOW - 3 * DAY, "stolen")}
    revocations = Revocations(LISTS.lists, revoked)
    standing = stand(SCANNER, revocations=revocations)
    assert codes(standing) == [Code.SIGNER_REVOKED]
    assert f"certificate of {made.name}: stolen; revoked since" in details(standing)
    assert stand(SCANNER, revocations=revocations, proved=NOW - 4 * DAY).trusted


def test_nothing_saves_a_key_that_was_never_to_be_believed() -> None:
    revoked = {key_id(SCANNER.raw): Revocation(ALWAYS, "copied")}
    standing = stand(SCANNER, revocations=Revocations(LISTS.lists, revoked), proved=NOW - 50 * DAY)
    assert codes(standing) == [Code.SIGNER_REVOKED]


def test_any_purpose_does_not_make_a_signer() -> None:
    anything = [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]
    assert not stand(leaf("ct", "root", purposes=anything), pool=()).trusted
    assert stand(SCANNER, [authority("middle", "root", purposes=anything)]).trusted


def test_another_certificate_of_an_authority_is_no_way_round_its_list() -> None:
    """Of the same name and key, but not for lists: the list is as good as before."""
    blind = authority("middle", "root", usage=usage(key_cert_sign=True), serial=77)
    revoked = revoking("middle", SCANNER, NOW - 3 * DAY)
    for pool in ((blind,), (blind, MIDDLE), (MIDDLE, blind)):
        standing = stand(SCANNER, pool, revocations=revoked)
        assert not standing.trusted
        assert Code.SIGNER_REVOKED in codes(standing)
    alone = stand(SCANNER, (blind,))
    assert [(f.code, f.outcome) for f in alone.findings] == [(Code.SIGNER_LISTS, Outcome.FAIL)]
    assert not stand(SCANNER, (blind, MIDDLE)).findings
