"""Patterns of paths: ** for any folders, * and ? within one name.

A name is a stranger's, so that no pattern may take longer than pattern times path: expressions of
`re` would take time beyond all bounds for a few stars.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, TypeVar

FOLDERS: Final = "**"
"""Any folders; at the end of a pattern anything below."""

_Item = TypeVar("_Item")


@lru_cache(maxsize=1024)
def matches(pattern: str, path: str) -> bool:
    """Return whether a path with slashes is one that a pattern is for."""
    parts = pattern.split("/")
    if parts[-1] == FOLDERS:
        parts.append("*")  # there must be something below
    return _match(parts, path.split("/"), FOLDERS, _match_name)


def _match_name(pattern: str, name: str) -> bool:
    """Return whether one name of a path is one that one part of a pattern is for."""
    return _match(pattern, name, "*", lambda wanted, found: wanted in ("?", found))


def _match(
    pattern: Sequence[_Item],
    items: Sequence[_Item],
    star: _Item,
    fits: Callable[[_Item, _Item], bool],
) -> bool:
    """Return whether all items fit a pattern in which `star` stands for any number of them.

    Where an item does not fit, only the last star can take one more: what stood before it has
    matched as early as it can.
    """
    at = place = 0
    last, taken = -1, 0
    while at < len(items):
        if place < len(pattern) and pattern[place] == star:
            last, taken = place, at
            place += 1
        elif place < len(pattern) and fits(pattern[place], items[at]):
            place, at = place + 1, at + 1
        elif last >= 0:
            taken += 1
            place, at = last + 1, taken
        else:
            return False
    return all(left == star for left in pattern[place:])
