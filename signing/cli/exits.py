"""Exit codes of the contract, for errors; verdicts have theirs in `signing.verdict`."""

from signing.cli.inputs import UsageProblem
from signing.errors import (
    AlreadySealed,
    BadKey,
    MalformedSettings,
    NotAmendable,
    NotAuthentic,
    NotRedactable,
    NotSealed,
    OutputExists,
    SigningError,
    UnsafeKey,
    UnsuitableAddress,
    UnsuitableMask,
    UnsuitableName,
    WrongRecoveryKey,
)
from signing.verdict import INTERRUPTED, USAGE, Report
from signing.verdict import exit_code as code_of

OK = 0
"""Authentic, or done."""

UNSEALED = 3
"""What needs a seal has none."""

BROKEN = 5
"""Unreadable, undecided, input or output failed, or an error of our own."""

_MISUSE = (
    UsageProblem,
    BadKey,
    MalformedSettings,
    UnsafeKey,
    UnsuitableName,
    UnsuitableMask,
    UnsuitableAddress,
    OutputExists,
    AlreadySealed,
    NotAmendable,
    NotRedactable,
    WrongRecoveryKey,
)

BLOCK = "private block"
"""What `AlreadySealed` names where the seal's tags are there."""

_HINTS: dict[type[Exception], str] = {
    AlreadySealed: "--reseal restores it first, --chain signs it once more",
    OutputExists: "choose another, or --force",
    NotSealed: "nothing was written",
}


def exit_code(error: BaseException) -> int:
    """Return the exit code of an error that ended a command or the work on one file."""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, NotAuthentic):
        return _verdict_code(error)
    if isinstance(error, _MISUSE) or _is_unknown_name(error):
        return USAGE
    return UNSEALED if isinstance(error, NotSealed) else BROKEN


def describe(error: BaseException) -> str:
    """Return one line: what is wrong and, where there is one thing to do, what to do.

    An error that nobody foresaw is named by its kind and its place only: its own message may
    quote what it choked on, and that may be a patient's data.
    """
    if isinstance(error, OSError):
        return _describe_os(error)
    if isinstance(error, SigningError | UsageProblem) or _is_watermark(error):
        hints = [hint for kind, hint in _HINTS.items() if isinstance(error, kind)]
        if isinstance(error, AlreadySealed) and error.remains != BLOCK:
            hints = ["its tags are gone, so that it cannot be restored; scrub takes the mark off"]
        return "; ".join([" ".join(str(error).split()), *hints])
    if isinstance(error, ImportError):
        return f"cannot import {error.name or 'a library'}; 'scanseal doctor' says what is missing"
    return f"internal error ({_place(error)}); SCANSEAL_DEBUG=1 shows where it comes from"


def _describe_os(error: OSError) -> str:
    reason = (error.strerror or type(error).__name__).lower()
    name = error.filename
    return f"{name}: {reason}" if isinstance(name, str) else reason


def _place(error: BaseException) -> str:
    """The kind of the error and the innermost line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    module = trace.tb_frame.f_globals.get("__name__", "?")
    return f"{type(error).__name__} in {module}, line {trace.tb_lineno}"


def _verdict_code(error: NotAuthentic) -> int:
    return code_of(error.report.verdict) if isinstance(error.report, Report) else BROKEN


def _is_watermark(error: BaseException) -> bool:
    from watermark.errors import WatermarkError

    return isinstance(error, WatermarkError)


def _is_unknown_name(error: BaseException) -> bool:
    from watermark.errors import UnknownName

    return isinstance(error, UnknownName)
