"""Laws of the policy file: what is taken, what is refused, whom a rule is for."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing import settings
from signing.errors import MalformedSettings
from signing.keys import PublicKey, Role
from signing.reasons import Reason
from signing.requirements import (
    DEFAULT,
    AmendRule,
    Exemption,
    Requirements,
    SignerRule,
    Source,
    load_requirements,
)
from tests.house.repository import ROOT
from tests.signing.strategies import OTHER, SIGNER

VECTORS = ROOT / "tests" / "vectors"
ACCEPTED = sorted((VECTORS / "accept").glob("policy-*.toml"))
REFUSED = sorted((VECTORS / "reject").glob("policy-*.toml"))
PAGE = (ROOT / "docs" / "spec" / "policy-file.md").read_text(encoding="utf-8")
KEY = PublicKey(SIGNER.public_key, "ct", Role.ACQUISITION)


def test_the_examples_on_the_page_are_their_vectors() -> None:
    examples = re.findall(r"```toml\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)
    assert [name for name, _ in examples] == ["accept/policy-hospital", "accept/policy-amend"]
    for name, body in examples:
        assert (VECTORS / f"{name}.toml").read_text() == body


def test_rules_for_amenders_are_read_whole() -> None:
    found = load_requirements(VECTORS / "accept" / "policy-amend.toml")
    archive, key = found.amenders
    assert archive == AmendRule(roles=(Role.ARCHIVE,))
    assert key.attributes == ("00200060", "00200020")
    assert [rule.grants(KEY, "") for rule in found.amenders] == [False, True]
    assert [rule.covers("00100020") for rule in found.amenders] == [True, False]
    assert DEFAULT.amenders == ()


def test_the_example_is_read_whole() -> None:
    found = load_requirements(VECTORS / "accept" / "policy-hospital.toml")
    assert found == Requirements(
        least_profile="standard",
        detached=(Reason.LOSSY, Reason.PALETTE, Reason.SMALL),
        disclosed=("00100020", "0020000D", "00080060"),
        origin=(Role.ACQUISITION, Role.GATEWAY),
        signers=(
            SignerRule(("CT", "PT"), ("CT-1", "CT-2"), ("41f6b1a143fc948c6ef0a5b7a4562ef3",)),
            SignerRule(
                ("CR", "DX"), authorities=("0f1e2d3c4b5a69788796a5b4c3d2e1f0" * 2,),
                roles=(Role.ACQUISITION,),
            ),
        ),
        exemptions=(
            Exemption("referrals/**", "", "brought by patients"),
            Exemption("", "OLD_ULTRASOUND", "cannot seal; replaced in 2027"),
        ),
    )  # fmt: skip


def test_a_file_that_asks_for_nothing_is_the_default() -> None:
    assert load_requirements(VECTORS / "accept" / "policy-least.toml") == DEFAULT
    assert set(DEFAULT.origin) == set(Role)


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_accepted_vectors_are_taken(path: Path) -> None:
    assert isinstance(load_requirements(path), Requirements)


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_refused_vectors_are_refused_for_the_reason_that_they_name(path: Path) -> None:
    reason = path.read_text().splitlines()[0].removeprefix("# ")
    with pytest.raises(MalformedSettings) as caught:
        load_requirements(path)
    assert str(caught.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(caught.value)


def test_there_are_vectors_of_both_kinds() -> None:
    assert len(ACCEPTED) >= 3
    assert len(REFUSED) >= 30


def test_every_entry_of_the_page_is_one_that_is_read() -> None:
    named = set(re.findall(r"^\| `\[(?:seal|signers)\]` `(\w+)` \|", PAGE, re.MULTILINE))
    assert named == {
        "least_profile", "detached", "unmarked_frames", "disclosed", "origin", "outdated_lists",
        "missing_lists",
    }  # fmt: skip


@given(st.binary(max_size=200))
def test_no_bytes_are_an_unforeseen_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "policy.toml"
    path.write_bytes(data)
    with pytest.raises(MalformedSettings):
        load_requirements(path)


def test_a_file_has_ceilings(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"#" * (settings.MAX_SETTINGS + 1))
    with pytest.raises(MalformedSettings, match="more than"):
        load_requirements(path)
    many = ", ".join(f'"{n}"' for n in range(settings.MAX_LISTED + 1))
    path.write_text(f"version = 1\n[[signer]]\nstation = [{many}]\n")
    with pytest.raises(MalformedSettings, match="1 to 4096"):
        load_requirements(path)


@pytest.mark.parametrize(
    ("rule", "modality", "station", "expected"),
    [
        (SignerRule(), None, None, True),
        (SignerRule(("CT",)), "CT", None, True),
        (SignerRule(("CT",)), "MR", None, False),
        (SignerRule(("CT",)), None, "A", None),
        (SignerRule(("CT",)), "", None, False),
        (SignerRule(("CT",), ("A",)), "CT", "A", True),
        (SignerRule(("CT",), ("A",)), "CT", None, None),
        (SignerRule(("CT",), ("A",)), "MR", None, False),
        (SignerRule(("CT",), ("A",)), None, "B", False),
    ],
)
def test_a_rule_is_for_what_it_names_and_unsure_of_what_is_hidden(
    rule: SignerRule, modality: str | None, station: str | None, expected: bool | None
) -> None:
    assert rule.matches(modality, station) is expected


def test_a_rule_permits_who_meets_all_that_it_asks() -> None:
    mine, other, root = KEY.key_id.hex(), OTHER.key_id.hex(), "ab" * 32
    assert SignerRule().permits(KEY, "")
    assert SignerRule(keys=(other, mine)).permits(KEY, "")
    assert not SignerRule(keys=(other,)).permits(KEY, "")
    assert SignerRule(authorities=(root,)).permits(KEY, root)
    assert not SignerRule(authorities=(root,)).permits(KEY, "")
    assert SignerRule(roles=(Role.ACQUISITION,)).permits(KEY, "")
    assert not SignerRule(keys=(mine,), roles=(Role.AI,)).permits(KEY, "")


PATHS = [
    ("a", "a", True),
    ("a", "a/b", False),
    ("a", "b/a", False),
    ("a/*", "a/b", True),
    ("a/*", "a/b/c", False),
    ("a/*.dcm", "a/x.dcm", True),
    ("a/*.dcm", "a/xdcm", False),
    ("a/??", "a/xy", True),
    ("a/??", "a/x", False),
    ("a/**", "a/b/c", True),
    ("a/**", "a", False),
    ("a/**", "ab/c", False),
    ("**/b/*", "b/c", True),
    ("**/b/*", "x/y/b/c", True),
    ("**/b/*", "x/yb/c", False),
    ("**", "any/thing", True),
    ("A/*", "a/b", False),
    ("a.b", "axb", False),
    ("a[b]", "ab", False),
    ("a[b]", "a[b]", True),
    ("a/*", "a/new\nline", True),
]


@pytest.mark.parametrize(("pattern", "path", "expected"), PATHS)
def test_a_path_pattern_covers_what_it_says(pattern: str, path: str, expected: bool) -> None:
    assert Exemption(pattern, "", "x").covers(Source(path)) is expected
    assert not Exemption(pattern, "", "x").covers(Source("", pattern))


def test_an_ae_title_covers_its_own_files_only() -> None:
    rule = Exemption("", "OLD", "x")
    assert rule.covers(Source("a", "OLD"))
    assert rule.covers(Source(ae_title="OLD  "))
    for other in ("", "old", "OLDER", "OLD/"):
        assert not rule.covers(Source("OLD", other))
    assert not Exemption("**", "", "x").covers(Source())
