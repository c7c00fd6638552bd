"""Moments as text: RFC 3339, UTC, whole seconds. So a seal claims its time, so reports tell one."""

from datetime import UTC, datetime


def spell(moment: datetime) -> str:
    """Return an aware moment as "2026-03-01T00:00:00Z"; what is below a second is cut off."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def parse(text: str) -> datetime:
    """Return the moment, UTC, that `spell` gives `text` for. Raises ValueError for other texts."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if spell(moment) != text:
        raise ValueError("not the one spelling of a moment")
    return moment
