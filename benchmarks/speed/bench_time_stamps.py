"""Speed of checking one time stamp, the token being one of tests/vectors, one core, warm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from signing.timestamps.authorities import Authority
from signing.timestamps.tokens import check_token, prove

VECTOR = json.loads(
    (Path(__file__).parents[2] / "tests" / "vectors" / "tokens.json").read_text(encoding="utf-8")
)[0]
TOKEN, DIGEST = bytes.fromhex(VECTOR["token"]), bytes.fromhex(VECTOR["digest"])
ROOTS = tuple(map(bytes.fromhex, VECTOR["roots"]))


@pytest.mark.benchmark(group="check a time stamp")
@pytest.mark.parametrize("authorities", [1, 8])
def test_prove(benchmark: Any, authorities: int) -> None:
    """Form, imprint, signature and chain, with so many authorities trusted."""
    trusted = [Authority(f"authority {n}", ROOTS) for n in range(authorities)]
    time = benchmark(prove, TOKEN, DIGEST, trusted)
    assert time.text == VECTOR["expect"]


@pytest.mark.benchmark(group="check a time stamp")
def test_form(benchmark: Any) -> None:
    """What sealing checks of a reply: form and imprint, without trust."""
    benchmark(check_token, TOKEN, DIGEST)
