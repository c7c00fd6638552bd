"""Laws of time stamps that outlive their authorities: what ended, what was revoked, what covers."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.revocations import Revocation, RevocationList, Revocations, parse_list
from signing.stamps import Stamp
from signing.timestamps.backing import find_backing
from signing.timestamps.judging import Judgement, Seen, Witnesses
from signing.timestamps.tokens import ProvedTime
from tests.signing.authorities import (
    DAY,
    NOW,
    Issued,
    certify,
    root,
    stamp_list,
    usage,
)

STATEMENT = bytes(32)
YEAR = 365 * DAY
ROOT = root("Root")
KEPT = (
    x509.ReasonFlags.unspecified,
    x509.ReasonFlags.affiliation_changed,
    x509.ReasonFlags.superseded,
    x509.ReasonFlags.cessation_of_operation,
)
LOST = (
    x509.ReasonFlags.key_compromise,
    x509.ReasonFlags.ca_compromise,
    x509.ReasonFlags.certificate_hold,
    x509.ReasonFlags.privilege_withdrawn,
    None,
)


def clerk(start: datetime = NOW - 9 * YEAR, end: datetime = NOW + YEAR, **more: Any) -> Issued:
    """Return who stamps, valid between two times."""
    return certify("Clerk", more.pop("issuer", ROOT), valid=(start, end), **more)


def seen(by: Issued, at: datetime, *covered: Seen, others: Iterable[Issued] = ()) -> Seen:
    """Return a sound stamp of a time, over others; what its token says is told beside it."""
    names = tuple(sorted(one.stamp.token_digest for one in covered))
    token = sha256(by.der + str(at).encode() + b"".join(names)).digest()
    links = tuple(one.der for one in others)
    time = ProvedTime(at, timedelta(seconds=1), "clinic", find_backing(by.der, links, (ROOT.der,)))
    return Seen(Stamp(STATEMENT, token, names), time)


def reasons(stamps: list[Seen], *lists: Any, now: datetime = NOW, **revoked: Any) -> list[str]:
    """Return why each stamp proves nothing."""
    held = Revocations(tuple(map(listed, lists)), {}, revoked.get("certificates", {}))
    judgement = Judgement(stamps, Witnesses((), held, now))
    return [judgement.reason(place) for place in range(len(stamps))]


def listed(made: x509.CertificateRevocationList) -> RevocationList:
    return parse_list(made.public_bytes(Encoding.DER), of_stamps=True)


def revoking(who: Issued, since: datetime, reason: Any, by: Issued = ROOT, **more: Any) -> Any:
    """Return a list that revokes one certificate."""
    entries = [] if reason is None else [(x509.CRLReason(reason), False)]
    return stamp_list(by, {who.certificate.serial_number: since}, entries=entries, **more)


def test_a_stamp_holds_while_its_authority_is_valid() -> None:
    stamp = seen(clerk(end=NOW), NOW - YEAR)
    assert reasons([stamp]) == [""]
    (late,) = reasons([stamp], now=NOW + timedelta(seconds=1))
    assert late == f"its authority's certificate ended {NOW:%Y-%m-%dT%H:%M:%SZ}, uncovered"


def test_a_later_stamp_carries_an_earlier_one_past_its_end() -> None:
    first = seen(clerk(end=NOW - 2 * YEAR), NOW - 5 * YEAR)
    for when, held in [(-3, True), (-1, False)]:
        second = seen(clerk(), NOW + when * YEAR, first)
        assert [bool(reason) for reason in reasons([first, second])] == [not held, False]
        assert [bool(reason) for reason in reasons([second, first])] == [False, not held]


def test_a_chain_of_renewals_is_as_long_as_its_links_meet() -> None:
    ends = [NOW - 6 * YEAR, NOW - 4 * YEAR, NOW - 2 * YEAR, NOW + YEAR]
    stamps: list[Seen] = []
    for end in ends:
        stamps.append(seen(clerk(end=end), end - 3 * YEAR - DAY, *stamps))
    assert reasons(stamps) == [""] * 4
    assert [bool(reason) for reason in reasons(stamps[:-1])] == [True] * 3
    without = [stamps[0], stamps[1], stamps[3]]  # the last covers the second too late
    assert [bool(reason) for reason in reasons(without)] == [True, True, False]


def test_a_stamp_that_covers_nothing_that_is_there_stands_for_itself() -> None:
    first = seen(clerk(end=NOW - 2 * YEAR), NOW - 5 * YEAR)
    second = seen(clerk(), NOW - 3 * YEAR, first)
    assert reasons([second]) == [""]
    uncovering = seen(clerk(), NOW - 3 * YEAR)
    assert [bool(r) for r in reasons([first, uncovering])] == [True, False]


@pytest.mark.parametrize("reason", KEPT)
def test_a_retired_authoritys_older_stamps_hold(reason: Any) -> None:
    who = clerk()
    made = revoking(who, NOW - YEAR, reason)
    at = [NOW - YEAR - DAY, NOW - YEAR, NOW - YEAR + DAY]
    assert [bool(r) for r in reasons([seen(who, t) for t in at], made)] == [False, True, True]


def test_the_accuracy_counts_against_a_stamp() -> None:
    who = clerk()
    made = revoking(who, NOW - YEAR, KEPT[0])
    close = NOW - YEAR - timedelta(seconds=1)
    assert reasons([seen(who, close - timedelta(seconds=1)), seen(who, close)], made)[0] == ""
    assert "is revoked since" in reasons([seen(who, close)], made)[0]


@pytest.mark.parametrize("reason", LOST)
def test_no_stamp_of_a_lost_key_holds_by_itself(reason: Any) -> None:
    who = clerk()
    old, new = seen(who, NOW - 5 * YEAR), seen(who, NOW)
    assert all("is revoked since" in r for r in reasons([old, new], revoking(who, NOW, reason)))


@pytest.mark.parametrize("reason", LOST)
def test_what_another_authority_saw_before_the_loss_holds(reason: Any) -> None:
    """Whoever has the key can write any time into a token, but not into another's."""
    who, other = clerk(), clerk()
    made = revoking(who, NOW - YEAR, reason)
    for when, held in [(-2, True), (0, False)]:
        first = seen(who, NOW - 5 * YEAR)
        cover = seen(other, NOW + when * YEAR, first)
        assert [bool(r) for r in reasons([first, cover], made)] == [not held, False]
    own = seen(who, NOW - 2 * YEAR, first)
    assert all(reasons([first, own], made))


def test_a_known_theft_counts_before_its_report() -> None:
    who, other = clerk(), clerk()
    first = seen(who, NOW - 5 * YEAR)
    cover = seen(other, NOW - 2 * YEAR, first)
    stolen = x509.InvalidityDate((NOW - 3 * YEAR).replace(tzinfo=None))
    entries = [(x509.CRLReason(x509.ReasonFlags.key_compromise), False), (stolen, False)]
    number = {who.certificate.serial_number: NOW - YEAR}
    told = reasons([first, cover], stamp_list(ROOT, number, entries=entries))
    assert [bool(r) for r in told] == [True, False]


def test_an_authority_in_between_can_be_revoked() -> None:
    between = certify("Between", ROOT, usages=())
    who = clerk(issuer=between)
    stamp = seen(who, NOW - 5 * YEAR, others=[between])
    assert reasons([stamp]) == [""]
    assert reasons([stamp], revoking(between, NOW - YEAR, KEPT[1])) == [""]
    assert "is revoked since" in reasons([stamp], revoking(between, NOW - YEAR, LOST[0]))[0]


def test_a_list_counts_for_the_authority_that_signed_it() -> None:
    who = clerk()
    stamp = seen(who, NOW - 5 * YEAR)
    serial = {who.certificate.serial_number: NOW}
    impostor = root("Root")
    for foreign in (stamp_list(impostor, serial), stamp_list(root("Other"), serial)):
        assert reasons([stamp], foreign) == [""]
    unsigned = certify("Root", usages=(), key=ROOT.key, more=[(usage(key_cert_sign=True), True)])
    below = certify("Clerk", unsigned, serial=who.certificate.serial_number)
    backing = find_backing(below.der, (), (unsigned.der,))
    one = Seen(stamp.stamp, replace(stamp.time, backing=backing))
    assert reasons([one], stamp_list(unsigned, serial)) == [""]  # its usage is not to sign lists


def test_a_list_that_is_out_of_date_proves_no_stamp() -> None:
    who = clerk()
    stamp = seen(who, NOW - 5 * YEAR)
    old = stamp_list(ROOT, start=NOW - 2 * YEAR, end=NOW - YEAR)
    assert reasons([stamp], old) == ["the revocation list of its authority is out of date"]
    assert reasons([stamp], old, stamp_list(ROOT)) == [""]
    assert reasons([seen(who, NOW - YEAR)], stamp_list(ROOT, start=NOW + DAY)) != [""]


def test_a_list_that_was_new_when_the_stamp_was_covered_is_enough() -> None:
    other = root("Other Root")
    aside = certify("Aside", other)
    stamp = seen(clerk(), NOW - 5 * YEAR)
    cover = seen(aside, NOW - YEAR - DAY, stamp)
    backed = replace(cover.time, backing=find_backing(aside.der, (), (other.der,)))
    old = stamp_list(ROOT, start=NOW - 2 * YEAR, end=NOW - YEAR)
    assert reasons([stamp, Seen(cover.stamp, backed)], old) == ["", ""]


def test_old_lists_count_together_with_new_ones() -> None:
    who = clerk()
    made = revoking(who, NOW - YEAR, LOST[0], end=NOW - DAY)
    assert "is revoked" in reasons([seen(who, NOW - 5 * YEAR)], made, stamp_list(ROOT))[0]


@pytest.mark.parametrize(
    ("since", "compromised", "held"),
    [
        (None, True, [False, False]),
        (NOW - YEAR, True, [False, False]),
        (NOW - YEAR, False, [True, False]),
    ],
)
def test_the_house_revokes_a_certificate_itself(
    since: Any, compromised: bool, held: list[bool]
) -> None:
    for who in (stamping := clerk(), ROOT):
        entry = Revocation(since or datetime.min.replace(tzinfo=UTC), "lost", compromised)
        named = {sha256(who.der).digest(): entry}
        stamps = [seen(stamping, NOW - 2 * YEAR), seen(stamping, NOW)]
        assert [not r for r in reasons(stamps, certificates=named)] == held


def test_one_of_two_entries_for_a_number_is_enough_against_it() -> None:
    who = clerk()
    lists = [revoking(who, NOW - YEAR, KEPT[1]), revoking(who, NOW - YEAR, LOST[0])]
    assert all(reasons([seen(who, NOW - 5 * YEAR)], *lists))


def test_a_path_is_searched_with_a_bound() -> None:
    other = root("Other Root")
    crowd = [certify("Crowd", other if n else None, usages=(), key=ROOT.key) for n in range(40)]
    many = tuple(one.der for one in crowd)
    below = certify("Clerk", crowd[1])
    assert find_backing(below.der, many, (ROOT.der,)) is None
    own = certify("Clerk", ROOT)
    assert find_backing(own.der, many, (ROOT.der,)) is not None
    assert find_backing(root("Alone").der, (), (ROOT.der,)) is None


def test_the_longest_of_several_paths_counts() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    short = certify("Between", ROOT, usages=(), key=key, valid=(NOW - 9 * YEAR, NOW - YEAR))
    long = certify("Between", ROOT, usages=(), key=key)
    who = certify("Clerk", long, valid=(NOW - 9 * YEAR, NOW + YEAR))
    both = find_backing(who.der, (short.der, long.der), (ROOT.der,))
    assert both is not None and both.until == NOW + YEAR
    one = find_backing(who.der, (short.der,), (ROOT.der,))
    assert one is not None and one.until == NOW - YEAR


def test_a_list_from_after_a_certificates_end_does_not_tell_of_it() -> None:
    who = clerk(end=NOW - 2 * YEAR)
    first = seen(who, NOW - 5 * YEAR)
    other = root("Other Root")
    aside = certify("Aside", other)
    cover = seen(aside, NOW - 3 * YEAR, first)
    backed = replace(cover.time, backing=find_backing(aside.der, (), (other.der,)))
    both = [first, Seen(cover.stamp, backed)]
    late = stamp_list(ROOT)
    assert [bool(r) for r in reasons(both, late)] == [True, False]
    kept = stamp_list(ROOT, start=NOW - 3 * YEAR, end=NOW - 2 * YEAR)
    assert reasons(both, late, kept) == ["", ""]


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),  # noqa: S505 - weak on purpose
        ec.generate_private_key(ec.SECP192R1()),
        dsa.generate_private_key(2048),
    ],
    ids=["RSA 1024", "192-bit curve", "DSA"],
)
def test_a_weak_key_backs_no_stamp(key: Any) -> None:
    weak = certify("Root", usages=(), key=key)
    assert find_backing(certify("Clerk", weak).der, (), (weak.der,)) is None
    assert find_backing(certify("Clerk", ROOT, key=key).der, (), (ROOT.der,)) is None


def test_a_strong_key_of_each_kind_backs_a_stamp() -> None:
    for key in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP384R1())):
        own = certify("Root", usages=(), key=key)
        assert find_backing(certify("Clerk", own).der, (), (own.der,)) is not None
        stamp = replace(
            seen(clerk(), NOW).time,
            backing=find_backing((who := certify("Clerk", own)).der, (), (own.der,)),
        )
        one = Seen(seen(clerk(), NOW).stamp, stamp)
        assert "is revoked" in reasons([one], revoking(who, NOW, LOST[0], by=own))[0]
