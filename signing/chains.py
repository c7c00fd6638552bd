"""Chains: from the certificate of a signer's key to an authority that is trusted.

What a store says of a key is a `Standing`: name and role, and the findings that speak against it.
The rules are those of RFC 5280, 6.1, narrowed: docs/spec/trust.md.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from signing import digests
from signing.credentials import Credential, is_issued
from signing.keys import PublicKey
from signing.moments import spell
from signing.revocations import ALWAYS, Revocation, RevocationList, Revocations
from signing.verdict import Code, CodeKind, Finding, Outcome

FAIL, SKIPPED = Outcome.FAIL, Outcome.SKIPPED

MAX_PATH: Final = 6
"""Certificates from the signer's to the trusted authority's, both counted."""

MAX_STEPS: Final = 256
"""Issuers that are tried for one key: certificates in a seal are strangers', and may be many."""

Chain = tuple[Credential, ...]
"""From the signer's certificate to the trusted authority's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a store says of one key."""

    key: PublicKey | None = None
    """The key under the name and role that the store has for it; None for a stranger's."""
    findings: tuple[Finding, ...] = ()
    """What speaks against it, or could not be checked."""
    authority: str = ""
    """SHA-256 of the trusted authority's certificate, hex; "" where the key is pinned."""

    @property
    def trusted(self) -> bool:
        """Whether the key is known and nothing refuses it."""
        return self.key is not None and not any(map(_refuses, self.findings))


@dataclass(frozen=True, slots=True)
class Times:
    """The moments at which a key may be judged. There is no third one: a claim is no moment."""

    now: datetime
    """When the check is made."""
    proved: datetime | None = None
    """When the signature was there at the latest, as a trusted timestamp proves; None for none."""

    def saves(self, since: datetime) -> bool:
        """Return whether the signature is proved to be older than `since`.

        What lies before us now is older than all that is to come: a key may be trusted until a
        day.
        """
        return self.now < since or (self.proved is not None and self.proved < since)


@dataclass(slots=True)
class Search:
    """A search for chains, with what it met on the way."""

    anchors: Sequence[Credential]
    pool: Sequence[Credential]
    steps: int = 0
    problem: str = ""
    """Why the first branch ended that had got anywhere; "" where none did."""

    def chains(self, leaf: Credential) -> Iterator[Chain]:
        """Yield every chain from a signer's certificate to an anchor."""
        reason = _unfit_leaf(leaf)
        if reason:
            self._note(reason)
        elif leaf in self.anchors:
            yield (leaf,)
        else:
            yield from self._extend((leaf,))

    def _extend(self, chain: Chain) -> Iterator[Chain]:
        """Yield the chains that start like this one."""
        last = chain[-1]
        for issuer in (*self.anchors, *self.pool):
            if issuer.subject != last.issuer or issuer in chain:
                continue
            self.steps += 1
            if self.steps > MAX_STEPS or len(chain) == MAX_PATH:
                self._note("its certificates are too many, or too long a chain")
                return
            reason = _unfit_issuer(issuer, chain)
            if reason:
                self._note(reason)
            elif issuer in self.anchors:
                yield (*chain, issuer)
            else:
                yield from self._extend((*chain, issuer))

    def _note(self, reason: str) -> None:
        self.problem = self.problem or reason


def _unfit_leaf(leaf: Credential) -> str:
    """Return why a certificate cannot be a signer's; "" where it can."""
    if leaf.authority:
        return "its certificate is an authority's"
    if not leaf.signs_data:
        return "its certificate is not for signing (key usage digitalSignature)"
    if leaf.role is None:
        return "its certificate names not exactly one role (extended key usage)"
    return ""


def _unfit_issuer(issuer: Credential, chain: Chain) -> str:
    """Return why an authority's certificate cannot continue a chain; "" where it can."""
    role = chain[0].role
    if not issuer.authority:
        return "a certificate of its chain is no authority's"
    if issuer.path_length is not None and len(chain) - 1 > issuer.path_length:
        return "its chain is longer than an authority in it allows"
    if role is None or not issuer.permits(role):
        return "an authority of its chain is not for keys of this role"
    if not is_issued(chain[-1], issuer):
        return "a certificate of its chain is not signed by the issuer that it names"
    return ""


def judge_key(
    leaves: Iterable[Credential], search: Search, revocations: Revocations, times: Times
) -> Standing:
    """Return the standing of a key by the best chain of any of its certificates."""
    best: Standing | None = None
    for leaf in leaves:
        for chain in search.chains(leaf):
            standing = _stand(chain, revocations, times)
            if not standing.findings:
                return standing
            if best is None or _weight(standing) < _weight(best):
                best = standing
    if best is not None:
        return best
    detail = search.problem or "its certificates lead to no authority that is trusted"
    return Standing(None, (Finding(Code.SIGNER_CERTIFICATE, FAIL, "", detail),))


def _stand(chain: Chain, revocations: Revocations, times: Times) -> Standing:
    """Return the standing that one whole chain gives."""
    leaf, anchor = chain[0], chain[-1]
    if leaf.role is None:
        return Standing()
    findings = [
        *_judge_validity(chain, times),
        *_judge_keys(chain, revocations, times),
        *_judge_lists(chain, revocations, times),
    ]
    key = PublicKey(leaf.raw, leaf.name, leaf.role)
    return Standing(key, tuple(findings), anchor.fingerprint)


def _judge_validity(chain: Chain, times: Times) -> Iterator[Finding]:
    """Yield a finding unless the whole chain is valid at one moment that counts."""
    moments = [moment for moment in (times.now, times.proved) if moment is not None]
    if any(all(c.valid_from <= moment <= c.valid_until for c in chain) for moment in moments):
        return
    for certificate in chain:
        if times.now > certificate.valid_until:
            detail = f"expired {spell(certificate.valid_until)}"
        elif times.now < certificate.valid_from:
            detail = f"not valid before {spell(certificate.valid_from)}"
        else:
            continue
        proof = "and no time is proved" if times.proved is None else "also at the proved time"
        where = f"certificate of {certificate.name}"
        yield Finding(Code.SIGNER_EXPIRED, FAIL, where, f"{detail}, {proof}")


def _judge_keys(chain: Chain, revocations: Revocations, times: Times) -> Iterator[Finding]:
    """Yield a finding for each key or certificate of a chain that the folder itself revokes."""
    for certificate in chain:
        found = (
            revocations.keys.get(digests.key_id(certificate.raw)),
            revocations.certificates.get(bytes.fromhex(certificate.fingerprint)),
        )
        for revocation in found:
            if revocation is not None:
                yield from judge_revocation(revocation, times, f"certificate of {certificate.name}")


def judge_revocation(revocation: Revocation, times: Times, where: str = "") -> Iterator[Finding]:
    """Yield a finding unless the signature is proved to be older than the revocation."""
    if not times.saves(revocation.since):
        detail = f"{revocation.reason}; {_describe_since(revocation.since, times)}"
        yield Finding(Code.SIGNER_REVOKED, FAIL, where, detail)


def _judge_lists(chain: Chain, revocations: Revocations, times: Times) -> Iterator[Finding]:
    """Yield what the lists say of each certificate below the anchor, and whether they are new."""
    for certificate, issuer in itertools.pairwise(chain):
        where, serial = f"certificate of {certificate.name}", certificate.serial
        # An authority may have another certificate, that is not for lists: whoever sends it along
        # must not escape what its key has revoked.
        own = [found for found in revocations.lists if found.is_by(issuer)]
        since = min((found.since[serial] for found in own if serial in found.since), default=None)
        if since is not None and not times.saves(since):
            yield Finding(Code.SIGNER_REVOKED, FAIL, where, _describe_since(since, times))
        if not own:
            detail = f"there is no revocation list of {issuer.name}"
            yield Finding(Code.SIGNER_LISTS, SKIPPED, where, detail)
        # Authorities leave certificates out that have ended (RFC 5280, 3.3): what was revoked is
        # told by the list that was in force when this one ended.
        elif not (issuer.signs_lists and _any_in_force(own, certificate, times)):
            ended = times.now > certificate.valid_until
            state = "from after the certificate's end" if ended else "out of date"
            detail = f"the revocation list of {issuer.name} is {state}"
            yield Finding(Code.SIGNER_LISTS, FAIL, where, detail)


def _any_in_force(lists: Iterable[RevocationList], certificate: Credential, times: Times) -> bool:
    """Return whether a list is in force: now, or where a certificate has ended, at its end."""
    moment = min(times.now, certificate.valid_until)
    return any(found.is_current(moment) for found in lists)


def _describe_since(since: datetime, times: Times) -> str:
    """Return the words for a revocation that no proved time precedes."""
    if since == ALWAYS:
        return "revoked whenever it signed"
    proof = "no time is proved" if times.proved is None else "the proved time is not before that"
    return f"revoked since {spell(since)}, and {proof}"


def _refuses(finding: Finding) -> bool:
    """Tell whether a finding ends all trust in a key."""
    return finding.outcome is FAIL and finding.code.kind is CodeKind.TRUST


def _weight(standing: Standing) -> tuple[int, int]:
    """Order standings: first by what refuses them, then by what was not checked."""
    refusing = sum(map(_refuses, standing.findings))
    return refusing, len(standing.findings) - refusing
