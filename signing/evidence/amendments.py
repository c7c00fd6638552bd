"""Amendments: which later signatures over changed attributes count, and what is then in force.

One counts where a trusted key signed it, the policy lets that key amend, and it is of the seal
that the report is about. All others are reported, contradict nothing, and excuse nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from signing import envelope
from signing.amendment import Amendment
from signing.chains import Standing
from signing.commitments import SEAL_REASON, SEAL_TIME, Commitment
from signing.commitments import root as root_of
from signing.dicom import policy as attributes
from signing.dicom.table import AMENDABLES
from signing.digests import key_id
from signing.envelope import Envelope
from signing.evidence.attributecheck import Amended, InForce, name_path
from signing.evidence.standing import Signers
from signing.requirements import AmendRule, Requirements
from signing.sealparts import SealParts
from signing.timestamps.proof import prove_time
from signing.trust import describe_signer
from signing.verdict import Amender, Code, Finding, Outcome

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED


@dataclass(frozen=True, slots=True)
class Signed:
    """One amendment and its signer, whatever it is of."""

    claims: Amendment
    digest: bytes
    """SHA-256 of its envelope."""
    standing: Standing
    """What the trust store says of its key; nothing where the signature is not that key's."""
    refused: Finding | None
    """Why it counts nowhere, if so."""
    where: str
    proved: str = ""
    """RFC 3339 time at which a trusted authority saw it; "" where none did."""


@dataclass(slots=True)
class _Weighed:
    """One amendment and what became of it."""

    signed: Signed
    findings: list[Finding] = field(default_factory=list)
    counts: bool = False
    rows: tuple[Commitment, ...] | None = None
    """What it commits to; None where that is not there."""
    granted: frozenset[str] = frozenset()
    """Paths of its rows that the policy lets its signer amend."""

    def text(self, path: str) -> str:
        """Return what it says of itself at a path; "" where it does not count or that is gone."""
        held = (row for row in self.rows or () if row.path == path and row.consistent())
        value = next((row.value for row in held), None)
        return value.decode("utf-8", "replace") if self.counts and value else ""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What the amendments of an instance say of one of its statements."""

    amended: Amended
    findings: tuple[Finding, ...]
    listed: tuple[Amender, ...]
    """All of them, oldest first."""


def read_amendments(parts: SealParts, signers: Signers) -> tuple[Signed, ...]:
    """Return all amendments, oldest first, with what is to be said of their signers."""
    ordered = sorted(parts.amendments, key=lambda found: len(found[1].earlier))
    return tuple(
        _read_signer(parts, sealed, claims, signers, f"amendment {number}")
        for number, (sealed, claims) in enumerate(ordered, 1)
    )


def _read_signer(
    parts: SealParts, sealed: Envelope, claims: Amendment, signers: Signers, where: str
) -> Signed:
    """Return one amendment with whether a trusted key signed it."""
    digest = envelope.digest_of(sealed)
    proved = prove_time(sealed, parts.disclosures, signers.trust.witnesses)
    standing = signers.trust.assess(claims.public_key, proved.latest if proved else None)
    if standing.key is None or not standing.trusted:
        why = ", ".join(dict.fromkeys(str(f.code) for f in standing.findings if f.outcome is FAIL))
        detail = f"its key is not trusted: {why}" if why else "its key is not trusted"
        refused = Finding(Code.AMENDMENT_GRANTED, FAIL, where, detail)
        return Signed(claims, digest, standing, refused, where)
    if not envelope.verify(sealed, standing.key.raw):
        detail = "it names a trusted key that did not sign it"  # anybody can name a key
        refused = Finding(Code.AMENDMENT_SIGNATURE, FAIL, where, detail)
        return Signed(claims, digest, Standing(), refused, where)
    return Signed(claims, digest, standing, None, where, proved.text if proved else "")


def weigh_amendments(
    parts: SealParts, place: int, found: Sequence[Signed], policy: Requirements
) -> Weighing:
    """Return which amendments count for statement number `place`, and what they say."""
    weighed = [_weigh(parts, place, signed, policy) for signed in found]
    counted = [one for one in weighed if one.counts]
    hidden = sum(_count_hidden(one) for one in counted)
    return Weighing(
        Amended(_in_force(counted), hidden),
        tuple(finding for one in weighed for finding in one.findings),
        tuple(_describe(one) for one in weighed),
    )


def _weigh(parts: SealParts, place: int, signed: Signed, policy: Requirements) -> _Weighed:
    """Return what becomes of one amendment: the first reason against it ends the check."""
    one, key = _Weighed(signed), signed.standing.key
    if signed.refused is not None or key is None:
        one.findings += [] if signed.refused is None else [signed.refused]
        return one

    def add(code: Code, outcome: Outcome, detail: str = "") -> None:
        one.findings.append(Finding(code, outcome, signed.where, detail))

    add(Code.AMENDMENT_SIGNATURE, PASS)
    if not _is_of(signed.claims, parts, place):
        add(Code.AMENDMENT_BOUND, FAIL, "it is of another seal")
        return one
    add(Code.AMENDMENT_BOUND, PASS)
    rules = [rule for rule in policy.amenders if rule.grants(key, signed.standing.authority)]
    if not rules:
        add(Code.AMENDMENT_GRANTED, FAIL, f"no policy lets {key.name}, {key.role}, amend")
        return one
    one.counts = True
    # What could not be checked of the amender is asked as of the signer: it excuses a change.
    one.findings += [*signed.standing.findings, *_read(one, parts, rules)]
    return one


def _is_of(claims: Amendment, parts: SealParts, place: int) -> bool:
    """Tell whether an amendment is of a statement, or of one that this one confirms."""
    sealed, statement = parts.statements[place]
    named = (envelope.digest_of(sealed), *statement.earlier)
    return claims.seal_id == statement.seal_id and claims.statement in named


def _read(one: _Weighed, parts: SealParts, rules: Sequence[AmendRule]) -> Iterator[Finding]:
    """Find the values of an amendment that counts, and yield what is wrong with them."""
    claims, where = one.signed.claims, one.signed.where
    there = {envelope.digest_of(sealed) for sealed, _ in parts.amendments}
    if claims.earlier:
        gone = sum(digest not in there for digest in claims.earlier)
        detail = f"{gone} of {len(claims.earlier)} earlier amendments are gone, or others"
        yield Finding(Code.AMENDMENT_EARLIER, *((FAIL, where, detail) if gone else (PASS, where)))
    listed = [
        a.rows for d in parts.disclosures for a in d.amended if a.amendment == one.signed.digest
    ]
    one.rows = next((rows for rows in listed if _is_listed(rows, claims)), None)
    if one.rows is None:
        code = Code.AMENDMENT_ROOT if listed else Code.ATTRIBUTES_DISCLOSED
        detail = "the values listed are others" if listed else "what it says is gone"
        yield Finding(code, FAIL if listed else SKIPPED, where, detail)
        return
    wrong = [row.path for row in one.rows if not row.consistent()]
    for path in wrong:
        yield Finding(Code.AMENDMENT_ROOT, FAIL, f"{where} {path}", "not what was committed to")
    if not wrong:
        yield Finding(Code.AMENDMENT_ROOT, PASS, where)
    one.granted = frozenset(path for path in _paths(one) if _is_granted(path, rules))
    for path in _paths(one):
        if path not in one.granted:
            may = attributes.classify(path) in AMENDABLES
            detail = "the policy lets others amend it" if may else "nobody may amend it"
            yield Finding(Code.AMENDMENT_GRANTED, FAIL, name_path(path), detail)
    if set(_paths(one)) == one.granted:
        yield Finding(Code.AMENDMENT_GRANTED, PASS, where)


def _is_listed(rows: tuple[Commitment, ...], claims: Amendment) -> bool:
    """Tell whether these are the commitments that an amendment signs, root and number."""
    return len(rows) == claims.leaf_count and root_of(rows) == claims.root


def _paths(one: _Weighed) -> list[str]:
    """Return the paths of the attributes that an amendment lists."""
    return [row.path for row in one.rows or () if not row.path.startswith("seal/")]


def _is_granted(path: str, rules: Sequence[AmendRule]) -> bool:
    """Tell whether one of the rules for a signer is for the attribute at a path."""
    return attributes.classify(path) in AMENDABLES and any(rule.covers(path) for rule in rules)


def _in_force(counted: Sequence[_Weighed]) -> dict[str, tuple[InForce, ...]]:
    """Return by path what is said last: what no later amendment, naming it, says anew.

    What an amendment names is part of what it signs, so nobody can put it into another order.
    """
    found: dict[str, tuple[InForce, ...]] = {}
    for one in counted:
        later = [other for other in counted if one.signed.digest in other.signed.claims.earlier]
        for row in one.rows or ():
            superseded = any(row.path in other.granted for other in later)
            if row.path in one.granted and not superseded:
                found[row.path] = (*found.get(row.path, ()), InForce(row, _name(one)))
    return found


def _name(one: _Weighed) -> str:
    """Return an amender for people."""
    key = one.signed.standing.key
    return f"{key.name}, {key.role}" if key is not None else ""


def _count_hidden(one: _Weighed) -> int:
    """Return how much of an amendment that counts cannot be compared."""
    if one.rows is None:
        return 1
    return sum(not row.disclosed for row in one.rows)


def _describe(one: _Weighed) -> Amender:
    """Return what a report says of an amendment: only one that counts is quoted."""
    return Amender(
        describe_signer(key_id(one.signed.claims.public_key), one.signed.standing),
        one.counts,
        tuple(_paths(one)),
        one.text(SEAL_REASON),
        one.text(SEAL_TIME),
        one.signed.proved if one.counts else "",
    )
