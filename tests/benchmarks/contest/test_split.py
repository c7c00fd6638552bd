"""Whose an image is stands in one file, and nobody is on two sides."""

from pathlib import Path

import pytest

from benchmarks.contest.split import FOLDER, KINDS, PARTS, MalformedSplit, read_split

HEAD = "pattern,patient,kind,split\n"


def split_of(folder: Path, text: str) -> Path:
    """Write a split file."""
    path = folder / "split.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_first_pattern_that_matches_counts(tmp_path: Path) -> None:
    text = HEAD + "a/1.dcm,one,MR,test\na/*,two,CT lung,train\nb/*/*.png,@folder,fundus,test\n"
    split = read_split(split_of(tmp_path, text))
    first, other = split.role_of("a/1.dcm"), split.role_of("a/b/2.dcm")
    assert first is not None and (first.patient, first.part) == ("one", "test")
    assert other is not None and (other.patient, other.kind) == ("two", "CT lung")
    named = split.role_of("b/eye 7/left.png")
    assert named is not None and named.patient == "eye 7"
    assert split.role_of("c.dcm") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("pattern,patient\n", "line 1: the first line must be"),
        (HEAD + "a,b,MR\n", "line 2: 4 fields"),
        (HEAD + "a,,MR,test\n", "line 2: 4 fields"),
        (HEAD + "a,b,MR,later\n", "line 2: split must be one of train, validation, test"),
        (HEAD + "a,b,photograph,test\n", "line 2: kind must be one of CT lung"),
        (HEAD + "a,b,MR,test\nc,b,MR,train\n", "line 3: b is on two sides"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(MalformedSplit) as caught:
        read_split(split_of(tmp_path, text))
    assert reason in str(caught.value)


@pytest.mark.parametrize("name", ["development.csv", "shipped.csv"])
def test_the_splits_that_come_with_the_project_have_all_three_sides(name: str) -> None:
    split = read_split(FOLDER / name)
    assert {role.part for role in split.roles} == set(PARTS)
    assert {role.kind for role in split.roles} <= set(KINDS)
