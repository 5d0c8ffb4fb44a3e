"""Clock times and dates: GTFS counts seconds from noon minus 12 h, which is midnight except on DST nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_start(day: date, timezone: str) -> datetime:
    """Give the instant (UTC) from which the clock times of a service day count: local noon minus 12 h."""
    noon = datetime.combine(day, time(12), ZoneInfo(timezone))
    return noon.astimezone(UTC) - timedelta(hours=12)


def clock_of(moment: datetime, day: date, timezone: str) -> int:
    """Give the clock time of an instant on a service day; negative before it starts."""
    return round((moment.astimezone(UTC) - day_start(day, timezone)).total_seconds())


def moment_of(clock_s: int, day: date, timezone: str) -> datetime:
    """Give the local date and time, with offset, of a clock time on a service day."""
    return (day_start(day, timezone) + timedelta(seconds=int(clock_s))).astimezone(ZoneInfo(timezone))


def day_shift_s(day: date, other: date, timezone: str) -> int:
    """Seconds to add to a clock time of ``other`` to count it from the start of ``day``."""
    return round((day_start(other, timezone) - day_start(day, timezone)).total_seconds())
