"""Hold the lists of cell digests in the tags against the statement that signs them."""

from collections.abc import Sequence

from signing.celllists import decode_lists, lists_digest
from signing.errors import MalformedBlock
from signing.statement import Statement
from signing.verdict import Code, Finding, Outcome

PASS, FAIL, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.SKIPPED


def judge_cells(
    statement: Statement, bodies: Sequence[bytes]
) -> tuple[tuple[bytes, ...], list[Finding]]:
    """Return the signed list of each frame, none where they are not there, and what was found.

    bodies: those of element 05 of every block; it is enough that one is the signed one.
    """
    if statement.cells is None:
        return (), []
    for body in bodies:
        if lists_digest(statement.seal_id, body) == statement.cells:
            found = [Finding(Code.CELLS_BOUND, PASS)]
            try:
                return decode_lists(body), found
            except MalformedBlock as error:
                unread = Finding(Code.CHECK_INCOMPLETE, FAIL, "element 05", str(error))
                return (), [*found, unread]
    outcome, detail = (FAIL, "") if bodies else (SKIPPED, "the lists were removed")
    return (), [Finding(Code.CELLS_BOUND, outcome, "", detail)]
