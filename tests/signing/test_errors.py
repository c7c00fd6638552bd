"""Laws of the named causes."""

import inspect
import pickle
from typing import Any

import pytest

from signing import errors

CLASSES = [
    value
    for name, value in inspect.getmembers(errors, inspect.isclass)
    if not name.startswith("_")
    and issubclass(value, errors.SigningError)
    and value.__module__ == errors.__name__
]


def example(cause: Any) -> Any:
    """Build one error of the class, each argument made from its annotation."""
    made = {str: "word", int: 7, object: ("report",), tuple[int, ...]: (1, 2)}
    names = [
        made[p.annotation]
        for p in list(inspect.signature(cause.__init__).parameters.values())[1:]
        if p.kind is p.POSITIONAL_OR_KEYWORD
    ]
    return cause(*names)


def test_every_error_is_named_at_the_top() -> None:
    listed = (errors.__doc__ or "").split()
    assert not {cause.__name__ for cause in CLASSES} - set(listed)


@pytest.mark.parametrize("cause", CLASSES, ids=lambda c: c.__name__)
def test_every_error_survives_a_process_pool(cause: Any) -> None:
    error = example(cause)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(copy) is cause
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)


@pytest.mark.parametrize("cause", CLASSES, ids=lambda c: c.__name__)
def test_every_error_is_one_line(cause: Any) -> None:
    assert "\n" not in str(example(cause))


def test_the_drawn_tree_names_every_class() -> None:
    drawn = errors.__doc__.split("All arguments")[0]
    for cause in CLASSES:
        assert cause.__name__ in drawn


def test_an_offset_of_zero_is_not_printed() -> None:
    assert str(errors.MalformedEnvelope("no array")) == "malformed envelope: no array"
    assert str(errors.MalformedEnvelope("no array", 3)) == "malformed envelope at byte 3: no array"
