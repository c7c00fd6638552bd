import sys
from collections.abc import Iterator

import pytest
import typer

from signing.cli import application, run
from signing.cli.application import COMMANDS, SUMMARY, execute
from signing.errors import NotSealed, Unreadable


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"Usage: scanseal {name} ")
    assert "--help" in printed


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    printed = capsys.readouterr().out
    assert SUMMARY in printed
    assert [line.split()[0] for line in printed.splitlines()[-len(COMMANDS) :]] == list(COMMANDS)


def test_help_does_not_follow_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["seal", "--help"])
    wide = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERMINAL_WIDTH", "40")
    run(["seal", "--help"])
    assert capsys.readouterr().out == wide


def test_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("scanseal ")


def test_no_arguments_show_the_help_and_are_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    captured = capsys.readouterr()
    assert SUMMARY in captured.out + captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["fly"], "scanseal: no such command 'fly'; see 'scanseal --help'"),
        (["verify"], "scanseal: verify: missing argument 'PATH'; see 'scanseal verify --help'"),
        (["keygen", "k", "--fast"], "scanseal: keygen: no such option: --fast"),
        (["seal", "a", "b"], "scanseal: seal: missing option '--key'"),
        (["keygen", "k", "--role", "x"], "scanseal: keygen: invalid value for '--role'"),
    ],
)
def test_misuse_is_one_line_and_2(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(message)
    assert captured.err.count("\n") == 1


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """An application whose only command raises what the test puts into the list."""
    to_raise: list[BaseException] = []

    def command() -> int:
        raise to_raise[0]

    def build() -> typer.Typer:
        app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
        app.callback()(lambda: None)
        app.command("seal")(command)
        return app

    monkeypatch.setattr(application, "build", build)
    yield to_raise


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ValueError("Doe^John"), 5, "scanseal: seal: internal error (ValueError in "),
        (KeyboardInterrupt(), 130, "scanseal: seal: interrupted\n"),
        (typer.Abort(), 130, "scanseal: seal: interrupted\n"),
        (NotSealed(), 3, "scanseal: seal: not sealed"),
        (Unreadable("structure.order", "second pixels", "(7FE0,0010)"), 5, "scanseal: seal: unre"),
        (PermissionError(13, "Permission denied", "x"), 5, "scanseal: seal: x: permission denied"),
        (RecursionError(), 5, "scanseal: seal: internal error (RecursionError"),
        (MemoryError(), 5, "scanseal: seal: internal error (MemoryError"),
    ],
)
def test_an_error_is_one_line_and_has_its_code(
    failing: list[BaseException],
    error: BaseException,
    code: int,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing.append(error)
    assert execute(["seal"]) == code
    err = capsys.readouterr().err
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_an_unforeseen_error_keeps_its_message_to_itself(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(ValueError("invalid value for PatientName: Doe^John"))
    execute(["seal"])
    assert "Doe" not in capsys.readouterr().err


def test_debugging_shows_the_traceback(
    failing: list[BaseException],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing.append(ValueError("told"))
    monkeypatch.setenv("SCANSEAL_DEBUG", "1")
    assert execute(["seal"]) == 5
    assert "Traceback" in capsys.readouterr().err


def test_building_the_application_leaves_no_trace() -> None:
    before = set(sys.modules)
    application.build()
    assert not {"numba", "pydicom"} & (set(sys.modules) - before)
