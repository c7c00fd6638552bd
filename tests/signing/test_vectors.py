"""The vectors in tests/vectors are fresh, and every reader answers as they say."""

import hashlib
import json
from typing import Any

import pytest

from signing import envelope, errors, payload
from signing.amendment import Amendment
from signing.celllists import decode_lists, encode_lists
from signing.certificate import Certificate
from signing.commitments import Disclosures
from signing.dicom.original import Restoration, decode_envelopes, encode_envelopes
from signing.statement import Statement
from tests.vectors import generate, subjects

DOCUMENTS = generate.documents()
READERS: dict[str, Any] = {
    "envelope": envelope.parse,
    "certificate": Certificate.decode,
    "statement": Statement.decode,
    "disclosures": Disclosures.decode,
    "amendment": Amendment.decode,
    "payload": payload.unpack,
    "restoration": Restoration.decode,
    "envelopes": decode_envelopes,
    "cells": decode_lists,
}
WRITERS: dict[str, Any] = {"envelopes": encode_envelopes, "cells": encode_lists}
FORMATS = tuple(READERS)


def load(name: str) -> Any:
    """Return a vector file as it lies there."""
    return json.loads((generate.FOLDER / name).read_text())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_generating_again_gives_the_same_bytes(name: str) -> None:
    assert (generate.FOLDER / name).read_text() == DOCUMENTS[name]


def test_no_vector_of_these_formats_is_forgotten() -> None:
    there = {
        f"{folder}/{path.name}"
        for folder in ("accept", "reject")
        for path in (generate.FOLDER / folder).glob("*.json")
        if path.name.startswith(tuple(f"{kind}-" for kind in FORMATS))
    }
    assert there == set(DOCUMENTS)


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.startswith("accept/")])
def test_accepted_vectors_are_read_and_written_again(name: str) -> None:
    vector = load(name)
    data = bytes.fromhex(vector["hex"])
    assert vector["expect"] == "accept"
    made = READERS[vector["format"]](data)
    if vector["format"] == "envelope":
        assert envelope.verify(made, bytes.fromhex(vector["key"]))
        assert envelope.wrap(made.kind, made.payload, made.signature) == data
    elif vector["format"] == "payload":
        assert data in [payload.pack(made, len(data), zeros=zeros) for zeros in (False, True)]
    elif vector["format"] in WRITERS:
        assert WRITERS[vector["format"]](made) == data
    else:
        assert made.encoded == data


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name.startswith("reject/")])
def test_rejected_vectors_are_rejected_with_their_class(name: str) -> None:
    vector = load(name)
    reader, data = READERS[vector["format"]], bytes.fromhex(vector["hex"])
    if vector["expect"] == "unverified":
        assert not envelope.verify(reader(data), bytes.fromhex(vector["key"]))
        return
    cause = getattr(errors, vector["expect"])
    with pytest.raises(cause) as caught:
        reader(data)
    assert type(caught.value) is cause


def test_no_two_vectors_are_the_same_bytes() -> None:
    seen = [hashlib.sha256(load(name)["hex"].encode()).digest() for name in DOCUMENTS]
    assert len(set(seen)) == len(seen)


def test_what_vectors_are_made_from_is_good_before_it_is_broken() -> None:
    assert generate.sign1() == subjects.CERTIFIED
    for good in (subjects.RECOVERABLE, subjects.STATEMENT, subjects.DETACHED):
        assert generate.pairs(*generate.claims(good.encoded)) == good.encoded
