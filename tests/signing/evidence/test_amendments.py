"""Which amendments count, and what no amendment can do."""

from dataclasses import replace

import pytest

from signing import envelope
from signing.amending import AmendOptions, amend
from signing.amendment import Amendment
from signing.commitments import SEAL, SEAL_REASON, AmendedRows, Commitment, Leaf, commit
from signing.commitments import root as root_of
from signing.digests import SALT_SIZE
from signing.envelope import Kind
from signing.keys import Role
from signing.requirements import ANYBODY, DEFAULT, AmendRule, Requirements, SignerRule
from signing.revocations import ALWAYS, Revocation, Revocations, parse_list
from signing.sealparts import read_seal
from signing.trust import Trust
from signing.verdict import Aspect, Code, Outcome, Report, Scope, Verdict
from tests.signing import seals
from tests.signing.amendments import (
    AI,
    ALL,
    ARCHIVE,
    GRANTED,
    KEYS,
    PATIENT,
    REASON,
    SIDE,
    again,
    changed,
    envelopes_of,
    held_by,
    judged,
    merged,
    transplanted,
    with_amended,
    with_block,
    with_envelopes,
)
from tests.signing.authorities import DAY, NOW, authority, leaf, revocation_list
from tests.signing.seals import STRANGERS, TRUST, failed, sealed, sealed_picture
from tests.signing.strategies import OTHER, noise
from tests.signing.test_certified import WIDE
from tests.signing.test_revocations import der


def outcome(report: Report, code: Code) -> list[tuple[Outcome, str]]:
    """Return outcome and detail of every finding of a code."""
    return [(f.outcome, f.detail) for f in report.findings if f.code is code]


def refused(report: Report) -> None:
    """Check that the change is nobody's: altered, by the attribute's name."""
    assert report.verdict is Verdict.ALTERED
    assert report.attributes is not None
    assert PATIENT in report.attributes.changed
    assert PATIENT not in report.attributes.amended
    assert report.aspects.identity is Aspect.CHANGED
    assert Code.ATTRIBUTES_IDENTITY in failed(report)


def signed_by(signer: object, dataset: object, **claims: object) -> bytes:
    """Return the amendment of `dataset` with other claims, signed anew."""
    (_, found) = read_seal(dataset).amendments[0]  # type: ignore[arg-type]
    other = replace(found, **claims)  # type: ignore[arg-type]
    return envelope.sign(Kind.AMENDMENT, other.encoded, signer)  # type: ignore[arg-type]


def test_without_a_policy_nobody_may_amend() -> None:
    report = judged(merged(), ALL, DEFAULT)
    refused(report)
    ((result, detail),) = outcome(report, Code.AMENDMENT_GRANTED)
    assert (result, detail) == (Outcome.FAIL, "no policy lets archive, archive, amend")
    (amender,) = report.amendments
    assert (amender.counts, amender.reason, amender.claimed) == (False, "", "")
    assert amender.signer.trusted


def test_a_policy_grants_by_role_key_and_attribute() -> None:
    key = KEYS[1].key_id.hex()
    for rule, counts in [
        (AmendRule(roles=(Role.ARCHIVE,)), True),
        (AmendRule(roles=(Role.GATEWAY, Role.ARCHIVE)), True),
        (AmendRule(keys=(key,)), True),
        (AmendRule(keys=(key,), attributes=(PATIENT,)), True),
        (AmendRule(roles=(Role.AI,)), False),
        (AmendRule(keys=(KEYS[2].key_id.hex(),)), False),
        (AmendRule(keys=(key,), roles=(Role.AI,)), False),
        (AmendRule(authorities=("00" * 32,)), False),
    ]:
        report = judged(merged(), ALL, Requirements(amenders=(rule,)))
        assert (report.verdict is Verdict.AUTHENTIC) is counts
        assert report.amendments[0].counts is counts
        if not counts:
            refused(report)


def test_a_grant_for_another_attribute_excuses_nothing() -> None:
    side = Requirements(amenders=(AmendRule(roles=(Role.ARCHIVE,), attributes=(SIDE,)),))
    report = judged(merged(), ALL, side)
    refused(report)
    assert (Outcome.FAIL, "the policy lets others amend it") in outcome(
        report, Code.AMENDMENT_GRANTED
    )
    both = amend(changed(PatientID="X-1", Laterality="L"), ARCHIVE, REASON)
    part = judged(both, ALL, side)
    assert part.verdict is Verdict.ALTERED
    assert part.attributes is not None
    assert (part.attributes.amended, part.attributes.changed) == ((SIDE,), (PATIENT,))


@pytest.mark.parametrize("trust", [TRUST, STRANGERS])
def test_an_amender_who_is_not_trusted_excuses_nothing(trust: Trust) -> None:
    report = judged(merged(), trust, ANYBODY)
    if trust is TRUST:
        refused(report)
        assert outcome(report, Code.AMENDMENT_GRANTED)[0][1] == "its key is not trusted"
        assert not report.amendments[0].signer.trusted
        assert report.amendments[0].reason == ""
    else:
        assert report.verdict is Verdict.UNTRUSTED


def test_a_strangers_amendment_excuses_nothing_and_contradicts_nothing() -> None:
    refused(judged(amend(changed(), OTHER, REASON), ALL, ANYBODY))
    lie = amend(changed(), OTHER, REASON)
    report = judged(changed(lie, PatientID=str(sealed().PatientID)), ALL, ANYBODY)
    assert report.verdict is Verdict.AUTHENTIC
    assert outcome(report, Code.AMENDMENT_GRANTED)[0][0] is Outcome.FAIL


def test_a_revoked_amender_excuses_nothing() -> None:
    gone = Revocations(keys={KEYS[1].key_id: Revocation(ALWAYS, "stolen")})
    report = judged(merged(), Trust(KEYS, revocations=gone))
    refused(report)
    assert "signer.revoked" in outcome(report, Code.AMENDMENT_GRANTED)[0][1]
    assert Code.SIGNER_REVOKED not in failed(report)


def test_an_expired_amender_excuses_nothing_whatever_time_is_claimed() -> None:
    made = leaf("archive", "root", Role.ARCHIVE, start=NOW - DAY, end=NOW + 3650 * DAY)
    dataset = amend(changed(), ARCHIVE, REASON, options=AmendOptions(certificates=(made.der,)))
    root = authority("root", start=NOW - DAY, end=NOW + 7300 * DAY).credential
    store = Trust(TRUST.keys, anchors=(root,))
    assert judged(dataset, store.as_of(NOW + DAY)).verdict is Verdict.AUTHENTIC
    late = judged(dataset, store.as_of(NOW + 4000 * DAY))
    refused(late)
    assert "signer.expired" in outcome(late, Code.AMENDMENT_GRANTED)[0][1]


def test_an_amender_whose_lists_are_out_of_date_is_no_proof() -> None:
    made = leaf("archive", "root", Role.ARCHIVE, **WIDE)
    dataset = amend(changed(), ARCHIVE, REASON, options=AmendOptions(certificates=(made.der,)))
    old = parse_list(der(revocation_list("root", start=NOW - 9 * DAY, end=NOW - DAY)))
    roots = (authority("root", **WIDE).credential,)
    store = Trust(TRUST.keys, anchors=roots, revocations=Revocations((old,))).as_of(NOW)
    assert judged(dataset, store).verdict is Verdict.UNDECIDED
    lax = replace(GRANTED, outdated_lists=True)
    assert judged(dataset, store, lax).verdict is Verdict.AUTHENTIC
    assert judged(dataset, store, DEFAULT).verdict is Verdict.ALTERED


def test_a_name_without_its_signature_contradicts() -> None:
    data = signed_by(OTHER, merged())
    report = judged(with_envelopes(merged(), [*envelopes_of(merged())[:1], data]))
    assert report.verdict is Verdict.ALTERED
    assert Code.AMENDMENT_SIGNATURE in failed(report)
    assert not report.amendments[0].signer.trusted


def test_an_amendment_that_is_taken_off_leaves_the_change_unexcused() -> None:
    kept = [data for data in envelopes_of(merged()) if b"/amendment" not in data]
    refused(judged(with_envelopes(merged(), kept)))


def test_an_amendment_of_another_file_excuses_nothing() -> None:
    other = sealed_picture(9)
    other.PatientID = "MERGED-7"
    report = judged(transplanted(other, merged()))
    refused(report)
    assert outcome(report, Code.AMENDMENT_BOUND) == [(Outcome.FAIL, "it is of another seal")]
    whole = judged(transplanted(sealed_picture(9), merged()))
    assert whole.verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize("claim", ["seal_id", "statement"])
def test_an_amendment_must_name_both_seal_and_statement(claim: str) -> None:
    size = len(getattr(read_seal(merged()).amendments[0][1], claim))
    data = signed_by(ARCHIVE, merged(), **{claim: noise("other", size)})
    envelopes = [e for e in envelopes_of(merged()) if b"/amendment" not in e]
    rows = held_by(merged()).amended[0].rows
    moved = with_envelopes(merged(), [*envelopes, data])
    moved = with_amended(moved, (AmendedRows(digest_of(data), rows),))
    report = judged(moved)
    refused(report)
    assert outcome(report, Code.AMENDMENT_BOUND)[0][0] is Outcome.FAIL


def digest_of(data: bytes) -> bytes:
    """Return the digest by which an envelope is named."""
    return envelope.digest_of(envelope.parse(data))


def test_a_value_changed_after_the_amendment_is_altered_even_back_to_the_sealed_one() -> None:
    for value in ("ANOTHER", str(sealed().PatientID), "MERGED-8"):
        report = judged(changed(merged(), PatientID=value))
        refused(report)
        assert outcome(report, Code.ATTRIBUTES_IDENTITY) == [
            (Outcome.FAIL, "changed since it was amended")
        ]
    gone = judged(changed(merged(), PatientID=None))
    assert gone.verdict is Verdict.ALTERED
    assert gone.attributes is not None and gone.attributes.removed == (PATIENT,)


def test_an_amended_absence_is_altered_where_a_value_comes_back() -> None:
    dataset = amend(changed(PatientID=None), ARCHIVE, "anonymous donor")
    assert judged(dataset).verdict is Verdict.AUTHENTIC
    refused(judged(changed(dataset, PatientID=str(sealed().PatientID))))


def test_other_commitments_of_the_seal_still_hold() -> None:
    frames = seals.frames_of(merged())
    frames[0][3, 4] ^= 1
    for forged in (
        seals.with_frames(merged(), frames),
        changed(merged(), PatientName="Other"),
        changed(merged(), PixelSpacing=["9", "9"]),
        changed(merged(), WindowCenter="1"),
    ):
        report = judged(forged)
        assert report.verdict is Verdict.ALTERED
        assert report.attributes is not None and report.attributes.amended == (PATIENT,)


def test_an_edited_reason_contradicts() -> None:
    (found,) = held_by(merged()).amended
    rows = tuple(
        replace(row, value=b"by order") if row.path == SEAL_REASON else row for row in found.rows
    )
    report = judged(with_amended(merged(), (replace(found, rows=rows),)))
    assert report.verdict is Verdict.ALTERED
    assert Code.AMENDMENT_ROOT in failed(report)
    assert report.amendments[0].reason == ""


def test_other_rows_than_the_signed_ones_contradict() -> None:
    (found,) = held_by(merged()).amended
    value = Leaf(PATIENT, "LO", bytes(SALT_SIZE), b"ANOTHER")
    forged = Commitment(PATIENT, "LO", value.salt, value.commitment)
    for rows in (
        tuple(forged if row.path == PATIENT else row for row in found.rows),
        found.rows[1:],
        (*found.rows, *commit([("seal/zz", SEAL, b"1")], bytes)),
    ):
        dataset = with_amended(changed(merged(), PatientID="ANOTHER"), (replace(found, rows=rows),))
        report = judged(dataset)
        refused(report)
        assert Code.AMENDMENT_ROOT in failed(report)


def test_dropped_salts_prove_less_and_dropped_rows_excuse_nothing() -> None:
    (found,) = held_by(merged()).amended
    hidden = with_amended(merged(), (found.redacted({PATIENT}),))
    report = judged(hidden)
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None
    assert (report.attributes.replaced, report.attributes.amended) == ((PATIENT,), ())
    assert report.aspects.identity is Aspect.REDACTED
    refused(judged(with_amended(merged(), ())))
    back = changed(with_amended(merged(), ()), PatientID=str(sealed().PatientID))
    assert judged(back).verdict is Verdict.PARTIAL  # something was said, and is not shown
    stripped = judged(with_block(merged(), disclosures=None))
    assert stripped.verdict is Verdict.PARTIAL


def test_a_dropped_reason_is_partial() -> None:
    (found,) = held_by(merged()).amended
    report = judged(with_amended(merged(), (found.redacted({SEAL_REASON}),)))
    assert (report.verdict, report.scope) == (Verdict.PARTIAL, Scope.REDACTED)
    assert report.attributes is not None and report.attributes.amended == (PATIENT,)
    assert report.amendments[0].reason == ""
    assert report.amendments[0].claimed != ""


def test_the_later_amendment_of_one_attribute_is_in_force() -> None:
    twice = again(merged(), PatientID="MERGED-8")
    report = judged(twice)
    assert report.verdict is Verdict.AUTHENTIC
    assert [a.reason for a in report.amendments] == [REASON, "again"]
    refused(judged(changed(twice, PatientID="MERGED-7")))
    other = again(merged(), Laterality="L")
    both = judged(other)
    assert both.verdict is Verdict.AUTHENTIC
    assert both.attributes is not None and both.attributes.amended == (PATIENT, SIDE)


def test_the_order_is_what_is_signed_not_how_it_lies() -> None:
    twice = again(merged(), PatientID="MERGED-8")
    first, *rest = envelopes_of(twice)
    amendments = [data for data in rest if b"/amendment" in data]
    others = [data for data in rest if b"/amendment" not in data]
    turned = with_envelopes(twice, [*others, *amendments[::-1], first])
    assert judged(turned).verdict is Verdict.AUTHENTIC
    refused(judged(changed(turned, PatientID="MERGED-7")))


def test_of_two_that_do_not_know_each_other_neither_wins() -> None:
    """From two copies of one sealed file: nobody said which is right."""
    left = amend(changed(PatientID="LEFT"), ARCHIVE, "one copy")
    right = amend(changed(PatientID="RIGHT"), ARCHIVE, "another copy")
    joined = with_envelopes(
        left, [*envelopes_of(left), *(e for e in envelopes_of(right) if b"/amendment" in e)]
    )
    listed = sorted(
        (*held_by(left).amended, *held_by(right).amended), key=lambda found: found.amendment
    )
    joined = with_amended(joined, tuple(listed))
    for value in ("LEFT", "RIGHT", str(sealed().PatientID)):
        refused(judged(changed(joined, PatientID=value)))
    settled = amend(changed(joined, PatientID="RIGHT"), ARCHIVE, "settled")
    assert judged(settled).verdict is Verdict.AUTHENTIC


def test_an_earlier_amendment_that_was_taken_out_is_missed() -> None:
    twice = again(merged(), PatientID="MERGED-8")
    envelopes = envelopes_of(twice)
    first = next(n for n, data in enumerate(envelopes) if b"/amendment" in data)
    less = with_envelopes(twice, [data for n, data in enumerate(envelopes) if n != first])
    report = judged(less)
    assert report.verdict is Verdict.ALTERED
    assert Code.AMENDMENT_EARLIER in failed(report)


def test_the_last_amendment_can_be_taken_back_unseen() -> None:
    """With the value that was there before it: the page on amendments says so."""
    twice = again(merged(), PatientID="MERGED-8")
    envelopes = envelopes_of(twice)
    places = [n for n, data in enumerate(envelopes) if b"/amendment" in data]
    less = with_envelopes(twice, [data for n, data in enumerate(envelopes) if n != places[1]])
    report = judged(changed(less, PatientID="MERGED-7"))
    assert report.verdict is Verdict.AUTHENTIC
    refused(judged(less))


def test_what_may_not_be_amended_is_not_excused_by_anybody() -> None:
    """An amender with a grant, who writes the rows by hand."""
    whole = sealed()
    whole.PixelSpacing = ["9", "9"]
    whole.SOPInstanceUID = "1.2.3"
    rows = commit([("00280030", "DS", b"9E0\\9E0"), ("00080018", "UI", b"1.2.3")], bytes)
    sealed_by, statement = read_seal(whole).statements[0]
    claims = Amendment(
        statement.seal_id,
        ARCHIVE.public_key,
        envelope.digest_of(sealed_by),
        root_of(rows),
        len(rows),
    )
    data = envelope.sign(Kind.AMENDMENT, claims.encoded, ARCHIVE)
    forged = with_envelopes(whole, [*envelopes_of(whole), data])
    forged = with_amended(forged, (AmendedRows(digest_of(data), rows),))
    report = judged(forged)
    assert report.verdict is Verdict.ALTERED
    assert {Code.ATTRIBUTES_GEOMETRY, Code.ATTRIBUTES_IDENTITY} <= failed(report)
    details = [detail for _, detail in outcome(report, Code.AMENDMENT_GRANTED)]
    assert details.count("nobody may amend it") == 2


def test_an_amended_modality_is_not_known_to_the_rules_for_signers() -> None:
    """Else an archive could move an image under another scanner's rule."""
    dataset = amend(changed(Modality="MR"), ARCHIVE, "wrong modality")
    assert judged(dataset).verdict is Verdict.AUTHENTIC
    rules = replace(GRANTED, signers=(SignerRule(modality=("MR",)),))
    assert judged(dataset, ALL, rules).verdict is Verdict.UNDECIDED


def test_an_amended_attribute_is_a_disclosed_one() -> None:
    policy = replace(GRANTED, disclosed=(PATIENT,))
    assert judged(merged(), ALL, policy).verdict is Verdict.AUTHENTIC


def test_a_scanner_amends_only_where_it_is_granted() -> None:
    by_ai = amend(changed(), AI, REASON)
    refused(judged(by_ai))
    assert judged(by_ai, ALL, ANYBODY).verdict is Verdict.AUTHENTIC
