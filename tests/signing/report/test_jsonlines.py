import io
import json
from dataclasses import replace
from typing import Any

import pytest

from signing.report import Answer, jsonlines
from signing.verdict import Report, TimeEvidence, Verdict
from tests.signing.report.samples import (
    ALTERED,
    AUTHENTIC,
    CHAINED,
    EVERY,
    EXEMPT,
    MERGED,
    PARTIAL,
    UNDECIDED,
    answers,
)


def written(*reports: Report) -> list[dict[str, Any]]:
    out = io.StringIO()
    jsonlines.write(answers(*reports), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_authentic_line_holds_the_contract() -> None:
    assert written(AUTHENTIC) == [
        {
            "schema": 1,
            "path": "a.dcm",
            "verdict": "authentic",
            "findings": [{"code": "pixels.match", "outcome": "pass", "where": "frame 0"}],
            "aspects": {"pixels": "pass", "identity": "pass"},
            "seal_id": "00" * 16,
            "sealed_at": "2026-11-23T04:00:00Z",
            "signer": {
                "key_id": "ab" * 16,
                "name": "scanner",
                "role": "acquisition",
                "trusted": True,
            },
            "pixels": {
                "evidence": "tags",
                "altered_fraction": 0.0,
                "recoverable": False,
                "frames": [],
            },
            "attributes": {
                "changed": [],
                "added": [],
                "removed": [],
                "redacted": [],
                "replaced": [],
                "amended": [],
            },
            "geometry": "as sealed",
        }
    ]


def test_a_line_says_what_the_time_is_worth() -> None:
    assert "time" not in written(AUTHENTIC)[0]
    claimed = TimeEvidence("2026-11-23T04:00:00Z")
    (line,) = written(replace(AUTHENTIC, time=claimed))
    assert line["time"] == {"claimed": "2026-11-23T04:00:00Z"}
    proved = TimeEvidence("", "2026-11-23T04:00:02Z", "clinic")
    (line,) = written(replace(AUTHENTIC, time=proved))
    assert line["time"] == {"proved": "2026-11-23T04:00:02Z", "authority": "clinic"}


def test_a_chain_and_an_exemption_are_fields_of_their_own() -> None:
    (chained,), (exempt,) = written(CHAINED), written(EXEMPT)
    assert chained.pop("custody") == [
        {"key_id": "ab" * 16, "name": "scanner", "role": "acquisition", "trusted": True,
         "earlier": 0},
        {"key_id": "ef" * 16, "name": "pacs", "role": "archive", "trusted": True, "earlier": 1},
        {"key_id": "cd" * 16, "trusted": False, "earlier": 2},
    ]  # fmt: skip
    assert [chained] == written(AUTHENTIC)
    assert (exempt["verdict"], exempt["exempt"]) == ("unsealed", "before 2026")


def test_amendments_are_a_field_of_their_own() -> None:
    (line,) = written(MERGED)
    assert line["verdict"] == "authentic"
    assert line["attributes"]["amended"] == ["00100020"]
    assert line["amendments"] == [
        {"key_id": "ef" * 16, "name": "pacs", "role": "archive", "trusted": True, "counts": True,
         "attributes": ["00100020"], "reason": "patient merge <b>",
         "claimed": "2026-11-24T10:00:00Z"},
        {"key_id": "cd" * 16, "trusted": False, "counts": False, "attributes": ["00200060"]},
    ]  # fmt: skip


def test_an_altered_line_says_where() -> None:
    (line,) = written(ALTERED)
    assert line["verdict"] == "altered"
    assert line["pixels"] == {
        "evidence": "both",
        "altered_fraction": 0.012346,
        "recoverable": True,
        "frames": [{"frame": 2, "boxes": [[32, 64, 32, 96]], "redacted": [[0, 0, 8, 8]]}],
    }
    assert line["attributes"]["removed"] == ["00080060", "00080070"]
    assert line["findings"][0] == {
        "code": "pixels.match",
        "outcome": "fail",
        "where": "frame 0",
        "detail": "3 tiles differ",
    }


@pytest.mark.parametrize("verdict", EVERY)
def test_the_line_has_the_report_s_verdict(verdict: Verdict) -> None:
    assert written(EVERY[verdict])[0]["verdict"] == verdict.value


def test_the_scope_stands_where_the_proof_is_partial_only() -> None:
    lines = written(*EVERY.values())
    assert [line.get("scope") for line in lines if "scope" in line] == ["pixels"]
    assert written(PARTIAL)[0]["scope"] == "pixels"


def test_what_does_not_apply_is_absent() -> None:
    assert written(UNDECIDED) == [
        {"schema": 1, "path": "a.dcm", "verdict": "undecided", "findings": []}
    ]


def test_one_answer_is_one_line_however_its_file_is_named() -> None:
    out = io.StringIO()
    names = ["new\nline.dcm", "Gr\u00f6\u00dfe.dcm", "\udce9.dcm"]
    jsonlines.write([Answer(name, UNDECIDED) for name in names], out)
    lines = out.getvalue().splitlines()
    assert out.getvalue().isascii()
    assert [json.loads(line)["path"] for line in lines] == names


def test_lines_are_written_as_they_come() -> None:
    out = io.StringIO()

    def coming() -> Any:
        for answer in answers(AUTHENTIC, PARTIAL):
            yield answer
            assert answer.path in out.getvalue()

    jsonlines.write(coming(), out)
