"""Clock times and dates: GTFS counts seconds from noon minus 12 h, which is midnight except on DST nights."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from datetime import timezone as fixed_offset
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
    return local(day_start(day, timezone) + timedelta(seconds=int(clock_s)), timezone)


def later(moment: datetime, seconds: float, timezone: str) -> datetime:
    """Give the local date and time so many seconds after a moment (before it, if negative)."""
    return local(moment.astimezone(UTC) + timedelta(seconds=seconds), timezone)


def local(moment: datetime, timezone: str) -> datetime:
    """Give a moment as local time with a fixed offset.

    Not with the zone itself: Python subtracts two times of one zone by their clocks, which is an hour off
    across a change of clocks.
    """
    there = moment.astimezone(ZoneInfo(timezone))
    return there.replace(tzinfo=fixed_offset(there.utcoffset() or timedelta()))


def day_shift_s(day: date, other: date, timezone: str) -> int:
    """Seconds to add to a clock time of ``other`` to count it from the start of ``day``."""
    return round((day_start(other, timezone) - day_start(day, timezone)).total_seconds())
