"""The command line: one module a subcommand; the only code that prints, reads the environment
or decides an exit code.

Rules. Data goes to stdout, talk to stderr. A message is one line: `scanseal: COMMAND: WHERE:
what; what to do`, lower case, no full stop, never a patient's data. Every error has an exit code
of the contract (docs/guide/command-line.md); an error nobody foresaw has 5. Modules are imported
by the command that needs them: `verify` must start fast and without a compiler.
"""

from collections.abc import Sequence


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name); return the exit code, never raise."""
    from signing.cli.application import execute

    return execute(arguments)
