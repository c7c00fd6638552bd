import pytest

from signing import errors
from signing.cli.exits import describe, exit_code
from signing.cli.inputs import UsageProblem
from signing.codes import Code
from signing.verdict import Finding, Outcome, Report
from watermark.errors import DoesNotFit, UnknownName, UnsupportedSamples

FOUND_ALTERED = Report((Finding(Code.PIXELS_MATCH, Outcome.FAIL),), frozenset({Code.PIXELS_MATCH}))
NOT_DECIDED = Report((), frozenset())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageProblem("a", "no such file"), 2),
        (errors.OutputExists("a"), 2),
        (errors.MalformedKey("a", "not a key"), 2),
        (errors.WrongPassphrase("a", "wrong"), 2),
        (errors.EmptyTrust("a", "nothing"), 2),
        (errors.UnsuitableName("a/b", "separator"), 2),
        (errors.AlreadySealed("envelope"), 2),
        (UnknownName("profile", "x", ("light",)), 2),
        (errors.WrongRecoveryKey("clinic"), 2),
        (errors.UnsuitableAddress("pkcs11 URI", "twice"), 2),
        (errors.StampFailed("stamp.example", "late"), 5),
        (errors.MissingExtra("hsm", "keys in tokens"), 5),
        (errors.SignerFailed("scanner"), 5),
        (errors.NotSealed(), 3),
        (errors.NotAuthentic(FOUND_ALTERED), 1),
        (errors.NotAuthentic(NOT_DECIDED), 5),
        (errors.Unreadable("structure.order", "twice"), 5),
        (errors.UnsupportedImage("video"), 5),
        (errors.NotRestorable("no record"), 5),
        (errors.NotRecoverable("no recovery data"), 5),
        (errors.MalformedRecovery("not version 1"), 5),
        (errors.CodecUnavailable("1.2"), 5),
        (errors.SelfCheckFailed("samples"), 5),
        (UnsupportedSamples("float"), 5),
        (DoesNotFit("flat", "too flat"), 5),
        (FileNotFoundError(2, "No such file", "a"), 5),
        (ZeroDivisionError(), 5),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_error_has_its_exit_code(error: BaseException, code: int) -> None:
    assert exit_code(error) == code


def test_no_error_of_ours_is_taken_for_altered() -> None:
    todo = [errors.SigningError]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind is not errors.NotAuthentic:  # it has the code of its verdict
            assert exit_code(kind.__new__(kind)) in {2, 3, 5}, kind


def test_descriptions_say_what_to_do() -> None:
    assert "--force" in describe(errors.OutputExists("a.dcm"))
    assert "--reseal" in describe(errors.AlreadySealed("private block"))
    assert "scrub" in describe(errors.AlreadySealed("mark in the samples"))
    assert describe(FileNotFoundError(2, "No such file", "a")) == "a: no such file"


def test_a_missing_library_is_named() -> None:
    assert "cannot import gdcm" in describe(ImportError("No module", name="gdcm"))


def test_descriptions_are_one_line() -> None:
    assert "\n" not in describe(errors.UnsupportedImage("two\nlines"))
