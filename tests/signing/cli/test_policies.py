"""Each rule of a policy file, met and broken, on the command line; and who tries to escape it."""

import io
import json
import shutil
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.data import get_testdata_file

from signing.cli import run
from signing.keys import load_public_key
from tests.signing.cli.shell import Done

KEYS = {"ct-1": "acquisition", "ct-2": "acquisition", "pacs": "archive", "vendor": "ai"}
REFUSED = {"authentic": 0, "altered": 1, "unsealed": 3, "untrusted": 4, "undecided": 5}


def scanseal(*arguments: str, folder: Path) -> Done:
    """Run a command line in this process, for there are many of them here."""
    out, err = io.StringIO(), io.StringIO()
    with chdir(folder), redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
    return Done(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class House:
    """A folder with keys, a trust folder, and files by name without ending."""

    folder: Path

    def run(self, *arguments: str) -> Done:
        """Run a command that must succeed."""
        done = scanseal(*arguments, folder=self.folder)
        assert done.code == 0, done.err
        return done

    def key_id(self, name: str) -> str:
        return load_public_key(self.folder / f"{name}.pub").key_id.hex()

    def edit(self, source: str, target: str, change: Callable[[Any], None]) -> None:
        """Write a file that somebody changed without any tool of ours."""
        dataset = pydicom.dcmread(self.folder / f"{source}.dcm")
        change(dataset)
        dataset.save_as(self.folder / f"{target}.dcm")

    def judge(self, policy: str, *files: str, sender: str = "") -> dict[str, tuple[str, set[str]]]:
        """Return for each file its verdict, and the codes that did not pass."""
        (self.folder / "policy.toml").write_text(f"version = 1\n{policy}")
        done = scanseal(
            "verify", *(f"{name}.dcm" for name in files), "--trust", "trusted", "--policy",
            "policy.toml", "--source-ae", sender, "--json", folder=self.folder,
        )  # fmt: skip
        lines = [json.loads(line) for line in done.out.splitlines()]
        assert len(lines) == len(files), done.err
        found = {}
        for name, line in zip(files, lines, strict=True):
            bad = {f["code"] for f in line["findings"] if f["outcome"] != "pass"}
            found[name] = (line["verdict"], bad)
        worst = {0 if line.get("exempt") else REFUSED.get(line["verdict"], 6) for line in lines}
        assert done.code in worst and (done.code == 0) is (worst == {0})
        return found

    def verdicts(self, policy: str, *files: str, sender: str = "") -> dict[str, str]:
        """Return for each file its verdict alone."""
        judged = self.judge(policy, *files, sender=sender)
        return {name: verdict for name, (verdict, _) in judged.items()}


def station(name: str | None) -> Callable[[Any], None]:
    """Return what gives a data set another station name, or takes it out."""

    def change(dataset: Any) -> None:
        if name is None:
            del dataset.StationName
        else:
            dataset.StationName = name

    return change


def modality(name: str) -> Callable[[Any], None]:
    """Return what gives a data set another modality."""

    def change(dataset: Any) -> None:
        dataset.Modality = name

    return change


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Two scanners with a key each, an archive and a vendor; what they sealed, and forgeries."""
    made = House(tmp_path_factory.mktemp("house"))
    (made.folder / "trusted").mkdir()
    for name, role in KEYS.items():
        made.run("keygen", name, "--role", role)
        shutil.copy(made.folder / f"{name}.pub", made.folder / "trusted")
    source = get_testdata_file("CT_small.dcm")
    assert isinstance(source, str)
    shutil.copy(source, made.folder / "scan.dcm")
    for name in ("ct-1", "ct-2"):
        made.edit("scan", f"{name}-scan", station(name.upper()))
    made.edit("scan", "bare-scan", station(None))
    sealed = {"ct-1": "ct-1", "ct-2": "ct-2", "ct-1-by-2": "ct-2", "bare": "ct-1"}
    for name, key in sealed.items():
        plain = "ct-1-scan" if name == "ct-1-by-2" else f"{name}-scan"
        made.run("seal", f"{plain}.dcm", f"{name}.dcm", "--key", f"{key}.key", "--profile",
                 "detached")  # fmt: skip
    made.run("seal", "ct-1-scan.dcm", "marked.dcm", "--key", "ct-1.key", "--profile", "standard")
    made.run("redact", "ct-1.dcm", "hidden.dcm", "--remove", "StationName")
    made.run("redact", "ct-1.dcm", "shown.dcm", "--remove", "PatientName")
    made.run("redact", "ct-1-by-2.dcm", "hidden-by-2.dcm", "--remove", "StationName")
    made.edit("ct-1-by-2", "renamed", station("CT-2"))
    made.edit("ct-1-by-2", "nameless", station(None))
    made.edit("hidden-by-2", "replaced", station("CT-2"))
    made.edit("bare", "named", station("CT-1"))
    made.edit("ct-1-by-2", "other-modality", modality("CR"))
    return made


def rule(house: House, *names: str, **asked: str) -> str:
    """Return a [[signer]] for keys."""
    lines = [f'{entry} = ["{value}"]' for entry, value in asked.items()]
    listed = ", ".join(f'"{house.key_id(name)}"' for name in names)
    return "\n".join(["[[signer]]", *lines, f"keys = [{listed}]", ""])


def stations(house: House) -> str:
    """Return the policy that each scanner seals its own images."""
    return rule(house, "ct-1", station="CT-1") + rule(house, "ct-2", station="CT-2")


def test_a_scanner_seals_for_its_own_station_alone(house: House) -> None:
    judged = house.judge(stations(house), "ct-1", "ct-2", "ct-1-by-2")
    assert judged["ct-1"] == judged["ct-2"] == ("authentic", set())
    assert judged["ct-1-by-2"] == ("untrusted", {"policy.signer"})
    unruled = house.verdicts("", "ct-1", "ct-2", "ct-1-by-2")
    assert set(unruled.values()) == {"authentic"}


def test_nobody_escapes_a_station_rule_by_what_stands_in_the_file(house: House) -> None:
    """Without a rule another station name is a note; under one it shows nothing."""
    forged = ("renamed", "nameless", "replaced", "hidden-by-2")
    judged = house.judge(stations(house), *forged)
    for name in forged:
        assert judged[name][0] == "undecided", name
        assert "policy.signer" in judged[name][1], name
    last = stations(house) + rule(house, "ct-1", "ct-2")  # for all that is left
    assert set(house.verdicts(last, *forged).values()) == {"undecided"}
    assert house.verdicts("", "renamed", "nameless")["renamed"] == "authentic"


def test_a_redacted_station_name_is_shown_by_nothing(house: House) -> None:
    """The genuine copy fares no better: its station cannot be told from another."""
    judged = house.judge(stations(house), "hidden", "shown")
    assert judged["hidden"] == ("undecided", {"policy.signer", "attributes.disclosed"})
    assert judged["shown"] == ("partial", {"attributes.disclosed"})
    keys_only = rule(house, "ct-1")
    assert house.verdicts(keys_only, "hidden") == {"hidden": "partial"}


def test_a_station_that_was_not_sealed_is_none_and_cannot_be_added(house: House) -> None:
    judged = house.judge(stations(house), "bare", "named")
    assert judged["bare"] == ("untrusted", {"policy.signer"})
    assert judged["named"][0] == "undecided"
    last = stations(house) + rule(house, "ct-1")
    assert house.verdicts(last, "bare", "named") == {"bare": "authentic", "named": "undecided"}


def test_a_rule_for_a_modality_binds_who_seals_it(house: House) -> None:
    for policy, verdict in [
        (rule(house, "ct-1", modality="CT"), "authentic"),
        (rule(house, "ct-2", modality="CT"), "untrusted"),
        (rule(house, "ct-1", modality="CR"), "untrusted"),
        (rule(house, "ct-2", modality="CR") + rule(house, "ct-1"), "authentic"),
        ('[[signer]]\nmodality = ["CT"]\nroles = ["acquisition"]\n', "authentic"),
        ('[[signer]]\nmodality = ["CT"]\nroles = ["gateway", "ai"]\n', "untrusted"),
    ]:
        assert house.verdicts(policy, "ct-1") == {"ct-1": verdict}


def test_another_modality_in_the_file_is_altered_whatever_the_rules(house: House) -> None:
    policy = rule(house, "ct-1", modality="CT") + rule(house, "ct-2", modality="CR")
    assert house.verdicts(policy, "other-modality") == {"other-modality": "altered"}
    assert house.verdicts("", "other-modality") == {"other-modality": "altered"}


def test_nobody_escapes_a_rule_by_taking_the_tags_of_the_seal_off(house: House) -> None:
    house.edit("marked", "saltless", lambda dataset: delete_block(dataset, 0x02))
    house.edit("marked", "stripped", delete_block)
    house.edit("ct-1", "nothing", delete_block)
    judged = house.verdicts(stations(house), "marked", "saltless", "stripped", "nothing")
    assert judged == {
        "marked": "authentic",
        "saltless": "undecided",
        "stripped": "undecided",
        "nothing": "unsealed",
    }
    assert house.verdicts("", "saltless", "stripped") == {
        "saltless": "partial",
        "stripped": "partial",
    }


def delete_block(dataset: Any, last: int | None = None) -> None:
    """Take an element of the seal's block out, or for None the whole block."""
    for tag in [tag for tag in dataset.keys() if tag.group == 0x0077]:
        if last is None or (tag.element & 0xFF == last and tag.element > 0xFF):
            del dataset[tag]


EXEMPT = """
[[exempt]]
path = "old/*"
reason = "old"
[[exempt]]
ae_title = "US 1"
reason = "us"
"""


def test_everything_must_be_sealed_but_for_where_it_comes_from(house: House) -> None:
    assert house.verdicts("", "scan") == {"scan": "unsealed"}
    assert scanseal("verify", "scan.dcm", "--trust", "trusted", folder=house.folder).code == 3
    for sender in ("", "US1", "us 1", "US 1X", "US"):
        house.judge(EXEMPT, "scan", sender=sender)
        assert exempted(house, "scan.dcm", sender) == (3, None)
    for sender in ("US 1", " US 1 "):  # outer spaces are no part of an AE title
        assert exempted(house, "scan.dcm", sender) == (0, "us")
    inbox = house.folder / "inbox" / "old"
    inbox.mkdir(parents=True)
    shutil.copy(house.folder / "scan.dcm", inbox)
    assert exempted(house, "inbox") == (0, "old")
    assert exempted(house, "inbox/old") == (3, None)


def exempted(house: House, path: str, sender: str = "") -> tuple[int, str | None]:
    """Return the exit code for one file, and why it is exempt."""
    (house.folder / "policy.toml").write_text(f"version = 1\n{EXEMPT}")
    done = scanseal(
        "verify", path, "--trust", "trusted", "--policy", "policy.toml", "--source-ae", sender,
        "--json", folder=house.folder,
    )  # fmt: skip
    (line,) = map(json.loads, done.out.splitlines())
    return done.code, line.get("exempt") or None


def test_an_unsealed_file_that_says_where_it_comes_from_is_not_believed(house: House) -> None:
    def claim(dataset: Any) -> None:
        dataset.StationName = "US 1"
        dataset.file_meta.SourceApplicationEntityTitle = "US 1"
        dataset.file_meta.SendingApplicationEntityTitle = "US 1"
        dataset.RetrieveAETitle = dataset.ScheduledStationAETitle = "US 1"
        dataset.InstitutionName, dataset.StorageMediaFileSetID = "old/scan.dcm", "OLD"

    house.edit("scan", "claiming", claim)
    assert exempted(house, "claiming.dcm") == (3, None)


def test_a_seal_from_an_exempt_place_is_judged_as_any_other(house: House) -> None:
    asked = EXEMPT + stations(house)
    judged = house.verdicts(asked, "ct-1", "ct-1-by-2", "renamed", sender="US 1")
    assert judged == {"ct-1": "authentic", "ct-1-by-2": "untrusted", "renamed": "undecided"}

    def forget(dataset: Any) -> None:
        dataset.PatientID = "other"

    house.edit("ct-1", "forged", forget)
    house.edit("ct-1", "remains", lambda dataset: delete_block(dataset, 0x01))
    judged = house.verdicts(EXEMPT, "forged", "remains", sender="US 1")
    assert judged == {"forged": "altered", "remains": "undecided"}


def test_what_must_be_disclosed_may_not_be_redacted(house: House) -> None:
    asked = '[seal]\ndisclosed = ["PatientName", "Modality"]\n'
    judged = house.judge(asked, "ct-1", "hidden", "shown")
    assert judged["ct-1"] == ("authentic", set())
    assert judged["hidden"] == ("partial", {"attributes.disclosed"})
    assert judged["shown"] == ("undecided", {"policy.disclosed", "attributes.disclosed"})


def test_a_mark_must_be_as_strong_as_the_house_asks(house: House) -> None:
    for least, verdict in [
        ("detached", "authentic"),
        ("light", "authentic"),
        ("standard", "authentic"),
        ("full", "undecided"),
    ]:
        asked = f'[seal]\nleast_profile = "{least}"\n'
        bare = "authentic" if least == "detached" else "undecided"
        assert house.verdicts(asked, "marked", "ct-1") == {"marked": verdict, "ct-1": bare}
    loose = '[seal]\nleast_profile = "full"\ndetached = ["requested"]\n'
    assert house.verdicts(loose, "ct-1", "marked") == {"ct-1": "authentic", "marked": "undecided"}


def test_only_the_roles_of_the_house_prove_origin(house: House) -> None:
    for name, key in (("kept", "pacs"), ("read", "vendor")):
        house.run("seal", "ct-1.dcm", f"{name}.dcm", "--key", f"{key}.key", "--chain", "--trust",
                  "trusted")  # fmt: skip
    house.run("seal", "scan.dcm", "made.dcm", "--key", "vendor.key", "--profile", "detached")
    asked = '[signers]\norigin = ["acquisition", "gateway"]\n'
    judged = house.judge(asked, "ct-1", "kept", "read", "made")
    assert [judged[name][0] for name in ("ct-1", "kept", "read")] == ["authentic"] * 3
    assert judged["made"] == ("untrusted", {"policy.role"})
    assert house.verdicts("", "made") == {"made": "authentic"}


def test_a_later_signer_does_not_lift_a_rule_for_the_first(house: House) -> None:
    """What the vendor may seal is nothing that it signed once more."""
    house.run("seal", "ct-1-by-2.dcm", "vouched.dcm", "--key", "pacs.key", "--chain", "--trust",
              "trusted")  # fmt: skip
    asked = rule(house, "ct-1", station="CT-1") + rule(house, "pacs")
    assert house.verdicts(asked, "vouched") == {"vouched": "untrusted"}
    asked = '[signers]\norigin = ["archive"]\n' + rule(house, "pacs", station="CT-1")
    assert house.verdicts(asked, "vouched") == {"vouched": "authentic"}
