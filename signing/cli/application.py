"""The application: collects the subcommands and turns every way to end into an exit code."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from signing.cli import exits
from signing.cli.messages import PROGRAM, complain
from signing.verdict import INTERRUPTED, USAGE

COMMANDS = (
    "keygen",
    "seal",
    "stamp",
    "verify",
    "restore",
    "recover",
    "redact",
    "amend",
    "scrub",
    "inspect",
    "demo",
    "warmup",
    "doctor",
)
"""Subcommands in the order of the help; each is a module of that name with a `command`."""

SUMMARY = "Seal medical scans, verify them with a public key, and get the scanner's own bits back."


def build() -> typer.Typer:
    """Return a fresh application with every subcommand."""
    app = typer.Typer(
        name=PROGRAM,
        help=SUMMARY,
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        # A fixed width: the help is part of the documentation and must not follow the terminal.
        context_settings={"terminal_width": 100, "max_content_width": 100},
    )
    app.callback()(_options)
    for name in COMMANDS:
        app.command(name)(import_module(f"signing.cli.{name}").command)
    return app


def execute(arguments: Sequence[str]) -> int:
    """Run one command line; return its exit code."""
    command = _command_of(arguments)
    try:
        code = int(build()(list(arguments), prog_name=PROGRAM, standalone_mode=False) or 0)
    except typer.TyperException as problem:
        return _refuse(command, problem)
    except (BrokenPipeError, SystemExit):  # click turns a closed pipe into an exit
        return _close_quietly()
    except (Exception, KeyboardInterrupt) as error:
        return _fail(command, error)
    if code == INTERRUPTED:  # typer turns the interrupt into this code
        complain(command, "interrupted")
    return code


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"{PROGRAM} {_version()}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Options of the program itself; each acts in its callback."""


def _version() -> str:
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed_version

    try:
        return installed_version(PROGRAM)
    except PackageNotFoundError:
        return "(not installed)"


def _command_of(arguments: Sequence[str]) -> str:
    return next((word for word in arguments if word in COMMANDS), "")


def _refuse(command: str, problem: typer.TyperException) -> int:
    """A command line that typer cannot read: one line, and where help is."""
    message = " ".join(problem.format_message().split()).rstrip(".")
    if not message:  # no arguments at all: typer has printed the help
        return USAGE
    helper = " ".join([PROGRAM, command, "--help"] if command else [PROGRAM, "--help"])
    complain(command, f"{message[:1].lower()}{message[1:]}; see '{helper}'")
    return USAGE


def _fail(command: str, error: BaseException) -> int:
    if os.environ.get("SCANSEAL_DEBUG") == "1":
        import traceback

        traceback.print_exception(error)
    complain(command, "interrupted" if _stopped(error) else exits.describe(error))
    return INTERRUPTED if _stopped(error) else exits.exit_code(error)


def _stopped(error: BaseException) -> bool:
    return isinstance(error, KeyboardInterrupt | typer.Abort)


def _close_quietly() -> int:
    """Nobody reads our output any more: say nothing, also when the interpreter flushes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return exits.BROKEN
