"""Errors cross process pools: pickling keeps the class, the fields and the words."""

import inspect
import pickle

import pytest

from watermark import errors
from watermark.errors import WatermarkError

RAISED = [
    errors.UnsupportedSamples("shape (3,) does not fit GREY"),
    errors.UnknownName("profile", "huge", ("light", "standard", "full")),
    errors.DoesNotFit("flat", "no tile of 32x32 samples may change throughout"),
    errors.PayloadTooLarge(900, 800),
    errors.MalformedDescription("signed colour"),
    errors.MalformedRecord("shorter than its header"),
    errors.MalformedPicture("shorter than its header"),
    errors.MalformedSalts("not as many nodes as the redacted cells leave"),
]


def test_every_class_is_tried_and_named_at_the_top() -> None:
    public = {
        value
        for name, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, WatermarkError) and not name.startswith("_")
    }
    assert {type(error) for error in RAISED} == public - {WatermarkError}
    listed = (errors.__doc__ or "").split()
    assert not {cause.__name__ for cause in public} - set(listed)


@pytest.mark.parametrize("error", RAISED, ids=lambda e: type(e).__name__)
def test_errors_pickle(error: WatermarkError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert again.args == error.args
    assert vars(again) == vars(error)
    assert str(again) == str(error) != ""
