"""Requirements: the policy file of a house, which seals it accepts and where it asks for none.

What is exempt is told by where a file comes from, never by what it says of itself: whoever takes
a seal off can write anything into the rest. Format and rules: docs/spec/policy-file.md.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from signing.keyfile import Role
from signing.keys import PublicKey
from signing.reasons import Reason
from signing.settings import Section, read_settings
from signing.wildcards import FOLDERS, matches

VERSION: Final = 1
"""The only version of a policy file."""

PROFILES: Final = ("detached", "light", "standard", "full")
"""How strong a mark is, weakest first."""

MAX_PARTS: Final = 32
"""Parts of a path pattern, between slashes."""

_Word = TypeVar("_Word", Role, Reason)
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
_KEY_ID: Final = re.compile(r"[0-9a-f]{32}")
_ANSWERS: Final = ("refuse", "accept")
_AE_TITLE: Final = re.compile(r"[ -\[\]-~]{1,16}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where an instance comes from, as the caller knows it; nothing of it is read from the file."""

    path: str = ""
    """Below the folder that is verified, with slashes; "" where it has none."""
    ae_title: str = ""
    """Application entity that sent it; "" where none did."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """One place from which unsealed instances are let through."""

    path: str
    """Pattern of paths; "" where the exemption is by AE title."""
    ae_title: str
    reason: str
    """For reports."""

    def covers(self, source: Source) -> bool:
        """Return whether an instance from this source is exempt."""
        if self.path:
            return bool(source.path) and matches(self.path, source.path)
        return source.ae_title.strip(" ") == self.ae_title


@dataclass(frozen=True, slots=True)
class SignerRule:
    """Which signers may seal what; an empty tuple asks for nothing."""

    modality: tuple[str, ...] = ()
    station: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    """Key ids, hex."""
    authorities: tuple[str, ...] = ()
    """SHA-256 of the trusted authority's certificate, hex."""
    roles: tuple[Role, ...] = ()

    def matches(self, modality: str | None, station: str | None) -> bool | None:
        """Return whether an instance is one that the rule is for.

        modality, station: as sealed, None where that is not known; then None, unless the other
        tells already that the rule is not for it.
        """
        asked = [(self.modality, modality), (self.station, station)]
        answers = [None if got is None else got in listed for listed, got in asked if listed]
        if False in answers:
            return False
        return None if None in answers else True

    def permits(self, key: PublicKey, authority: str) -> bool:
        """Return whether a signer may seal what the rule is for."""
        return _names(self, key, authority)


@dataclass(frozen=True, slots=True)
class AmendRule:
    """Who may amend which attributes of a sealed instance; an empty tuple asks for nothing."""

    keys: tuple[str, ...] = ()
    """Key ids, hex."""
    authorities: tuple[str, ...] = ()
    """SHA-256 of the trusted authority's certificate, hex."""
    roles: tuple[Role, ...] = ()
    attributes: tuple[str, ...] = ()
    """Tags, eight upper-case hex digits."""

    def grants(self, key: PublicKey, authority: str) -> bool:
        """Return whether the rule is for a signer."""
        return _names(self, key, authority)

    def covers(self, path: str) -> bool:
        """Return whether the rule is for the attribute at a path."""
        return not self.attributes or path in self.attributes


def _names(rule: SignerRule | AmendRule, key: PublicKey, authority: str) -> bool:
    """Tell whether a signer is one of those whom a rule names."""
    return (
        (not rule.keys or key.key_id.hex() in rule.keys)
        and (not rule.authorities or authority in rule.authorities)
        and (not rule.roles or key.role in rule.roles)
    )


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a house asks of a seal. The default asks for nothing beyond a seal that verifies."""

    least_profile: str = PROFILES[0]
    """Weakest mark that is accepted."""
    detached: tuple[Reason, ...] = ()
    """Reasons for which none is accepted all the same."""
    unmarked_frames: bool = False
    """Whether frames without a mark are accepted beside marked ones."""
    disclosed: tuple[str, ...] = ()
    """Tags, eight upper-case hex digits, that must not be redacted."""
    origin: tuple[Role, ...] = tuple(Role)
    """Roles that prove where an image comes from."""
    outdated_lists: bool = False
    """Whether a revocation list that is out of date is accepted."""
    missing_lists: bool = True
    """Whether an authority without a revocation list is accepted."""
    signers: tuple[SignerRule, ...] = ()
    """The first that is for an instance decides; where there are some, one must be."""
    exemptions: tuple[Exemption, ...] = ()
    amenders: tuple[AmendRule, ...] = ()
    """Whose amendments count; nobody's where there are none."""


DEFAULT: Final = Requirements()
"""What holds without a policy file."""

ANYBODY: Final = Requirements(amenders=(AmendRule(roles=tuple(Role)),))
"""Every trusted key may amend: for those who ask what holds together, not whom to believe."""

NOWHERE: Final = Source()
"""No path and no sender: nothing is exempt."""


def load_requirements(path: Path | str) -> Requirements:
    """Return the requirements of a policy file (TOML).

    Raises MalformedSettings with the first fault: an entry that is not known, of another type, or
    that could never be met. OSError.
    """
    settings = read_settings(Path(path))
    settings.version(VERSION)
    seal, signers = settings.section("seal"), settings.section("signers")
    found = Requirements(
        least_profile=_one_of(seal, "least_profile", PROFILES, PROFILES[0]),
        detached=_several(seal, "detached", Reason),
        unmarked_frames=_answer(seal, "unmarked_frames", "refuse"),
        disclosed=_tags(seal, "disclosed"),
        origin=_several(signers, "origin", Role, tuple(Role)),
        outdated_lists=_answer(signers, "outdated_lists", "refuse"),
        missing_lists=_answer(signers, "missing_lists", "accept"),
        signers=tuple(_signer_rule(entry) for entry in settings.sections("signer")),
        exemptions=tuple(_exemption(entry) for entry in settings.sections("exempt")),
        amenders=tuple(_amend_rule(entry) for entry in settings.sections("amend")),
    )
    for section in (seal, signers, settings):
        section.close()
    return found


def _signer_rule(entry: Section) -> SignerRule:
    """Return one [[signer]]."""
    rule = SignerRule(
        modality=entry.texts("modality"),
        station=entry.texts("station"),
        keys=_key_ids(entry),
        authorities=_fingerprints(entry),
        roles=_several(entry, "roles", Role),
    )
    entry.close()
    return rule


def _amend_rule(entry: Section) -> AmendRule:
    """Return one [[amend]]."""
    rule = AmendRule(
        keys=_key_ids(entry),
        authorities=_fingerprints(entry),
        roles=_several(entry, "roles", Role),
        attributes=_tags(entry, "attributes"),
    )
    if not (rule.keys or rule.authorities or rule.roles):
        raise entry.fault("roles", "this, keys or authorities must be there: not everybody amends")
    entry.close()
    return rule


def _exemption(entry: Section) -> Exemption:
    """Return one [[exempt]]."""
    if entry.has("path") == entry.has("ae_title"):
        raise entry.fault("path", "either this or ae_title must be there, not both")
    path, ae_title = entry.text("path", ""), entry.text("ae_title", "")
    if path:
        _check_pattern(entry, path)
    elif not _AE_TITLE.fullmatch(ae_title) or ae_title != ae_title.strip(" "):
        raise entry.fault("ae_title", "must be 1 to 16 characters without outer spaces")
    exemption = Exemption(path, ae_title, entry.text("reason"))
    entry.close()
    return exemption


def _one_of(section: Section, key: str, words: tuple[str, ...], default: str) -> str:
    """Return an entry that is one of a few words."""
    word = section.text(key, default)
    if word not in words:
        raise section.fault(key, f"must be one of {', '.join(words)}")
    return word


def _answer(section: Section, key: str, default: str) -> bool:
    """Return whether an entry says accept rather than refuse."""
    return _one_of(section, key, _ANSWERS, default) == "accept"


def _several(
    section: Section, key: str, kind: type[_Word], default: tuple[_Word, ...] = ()
) -> tuple[_Word, ...]:
    """Return an array of words of one closed list."""
    try:
        return tuple(kind(word) for word in section.texts(key, default))
    except ValueError:
        raise section.fault(key, f"must list some of {', '.join(kind)}") from None


def _key_ids(entry: Section) -> tuple[str, ...]:
    """Return the key ids that a rule names."""
    return _shaped(entry, "keys", _KEY_ID, "key ids of 32 hex digits, lower case")


def _fingerprints(entry: Section) -> tuple[str, ...]:
    """Return the fingerprints of authorities that a rule names."""
    words = "SHA-256 of 64 hex digits, lower case"
    return _shaped(entry, "authorities", _FINGERPRINT, words)


def _shaped(section: Section, key: str, shape: re.Pattern[str], words: str) -> tuple[str, ...]:
    """Return an array of texts of one shape."""
    found = section.texts(key)
    if not all(shape.fullmatch(text) for text in found):
        raise section.fault(key, f"must list {words}")
    return found


def _tags(section: Section, key: str) -> tuple[str, ...]:
    """Return the tags of an array of keywords of the standard."""
    return tuple(_tag(section, key, keyword) for keyword in section.texts(key))


def _tag(section: Section, key: str, keyword: str) -> str:
    """Return the tag of a keyword of the standard."""
    from pydicom.datadict import tag_for_keyword  # loads pydicom's dictionary

    tag = tag_for_keyword(keyword)
    if tag is None:
        raise section.fault(key, f"{keyword} is no keyword of the standard")
    return f"{tag:08X}"


def _check_pattern(entry: Section, pattern: str) -> None:
    """Refuse a pattern that could never match a path, or more than it says."""
    parts = pattern.split("/")
    if len(parts) > MAX_PARTS or not all(parts) or {".", ".."} & set(parts):
        raise entry.fault("path", f"must be 1 to {MAX_PARTS} parts with slashes, none empty or ..")
    if any(FOLDERS in part and part != FOLDERS for part in parts):
        raise entry.fault("path", "** must stand alone between slashes")
