"""Clock times and dates, on ordinary days and on the two nights when the clocks change."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import ask, poster

from planner.network.clock import clock_of, day_shift_s, day_start, moment_of
from planner.routing.plan import find_itineraries

PARIS = "Europe/Paris"
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # 23 and 25 hours long
HOUR = 3600


def wall(day: date, clock: str) -> str:
    hours, minutes = clock.split(":")
    return f"{moment_of(int(hours) * HOUR + int(minutes) * 60, day, PARIS):%Y-%m-%d %H:%M %z}"


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 3, 28), "2026-03-28 00:00 +0100"),
        (SPRING, "2026-03-28 23:00 +0100"),
        (date(2026, 3, 30), "2026-03-30 00:00 +0200"),
        (AUTUMN, "2026-10-25 01:00 +0200"),
        (date(2026, 10, 26), "2026-10-26 00:00 +0100"),
    ],
)
def test_a_service_day_starts_twelve_hours_before_its_noon(day: date, start: str) -> None:
    assert wall(day, "0:00") == start
    assert day_start(day, PARIS).tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "clock", "told"),
    [
        (SPRING, "2:59", "2026-03-29 01:59 +0100"),
        (SPRING, "3:00", "2026-03-29 03:00 +0200"),
        (SPRING, "12:00", "2026-03-29 12:00 +0200"),
        (AUTUMN, "1:59", "2026-10-25 02:59 +0200"),
        (AUTUMN, "2:00", "2026-10-25 02:00 +0100"),
        (AUTUMN, "12:00", "2026-10-25 12:00 +0100"),
        (date(2026, 3, 28), "25:30", "2026-03-29 01:30 +0100"),
        (date(2026, 3, 28), "26:30", "2026-03-29 03:30 +0200"),
        (date(2026, 10, 24), "25:30", "2026-10-25 01:30 +0200"),
        (date(2026, 10, 24), "27:30", "2026-10-25 02:30 +0100"),
    ],
)
def test_noon_stays_noon_and_the_lost_or_doubled_hour_is_in_the_night(day: date, clock: str, told: str) -> None:
    assert wall(day, clock) == told


@given(
    st.dates(date(2026, 3, 27), date(2026, 3, 31)) | st.dates(date(2026, 10, 23), date(2026, 10, 27)),
    st.integers(-6 * HOUR, 40 * HOUR),
    st.sampled_from([PARIS, "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_a_clock_time_survives_the_way_to_a_moment_and_back(day: date, clock_s: int, zone: str) -> None:
    moment = moment_of(clock_s, day, zone)
    assert clock_of(moment, day, zone) == clock_s
    assert clock_of(moment.astimezone(UTC), day, zone) == clock_s, "an instant has no zone of its own"
    there = moment.astimezone(ZoneInfo(zone))
    assert (moment.isoformat(), moment.tzinfo) == (there.isoformat(), timezone(there.utcoffset())), "a fixed offset"


def test_both_half_past_two_of_the_long_night_are_told_apart() -> None:
    first = datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=ZoneInfo(PARIS))
    again = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo(PARIS))
    assert clock_of(again, AUTUMN, PARIS) - clock_of(first, AUTUMN, PARIS) == HOUR


def test_a_moment_before_the_service_day_is_negative() -> None:
    assert clock_of(datetime(2026, 3, 1, 23, 59, tzinfo=ZoneInfo(PARIS)), date(2026, 3, 2), PARIS) == -60


@pytest.mark.parametrize(
    ("day", "other", "hours"),
    [
        (date(2026, 3, 2), date(2026, 3, 3), 24),
        (date(2026, 3, 2), date(2026, 3, 1), -24),
        (date(2026, 3, 28), SPRING, 23),
        (SPRING, date(2026, 3, 28), -23),
        (SPRING, date(2026, 3, 30), 24 + 1 - 1),
        (date(2026, 10, 24), AUTUMN, 25),
        (AUTUMN, date(2026, 10, 24), -25),
    ],
)
def test_the_shift_between_two_days_is_that_of_their_noons(day: date, other: date, hours: int) -> None:
    assert day_shift_s(day, other, PARIS) == hours * HOUR
    noons = [datetime(d.year, d.month, d.day, 12, tzinfo=ZoneInfo(PARIS)).astimezone(UTC) for d in (day, other)]
    assert timedelta(seconds=day_shift_s(day, other, PARIS)) == noons[1] - noons[0]


@pytest.mark.parametrize(
    ("eve", "asked", "departure", "arrival"),
    [
        # 24:50 and 25:30 of the eve; asked on the night itself, before and after the change of clocks
        (date(2026, 3, 28), "0:30", "2026-03-29T00:50:00+01:00", "2026-03-29T01:30:00+01:00"),
        (date(2026, 10, 24), "0:30", "2026-10-25T00:50:00+02:00", "2026-10-25T01:30:00+02:00"),
    ],
)
def test_a_night_trip_of_the_eve_arrives_at_the_right_wall_time(
    eve: date, asked: str, departure: str, arrival: str
) -> None:
    network = poster(
        """
              Market Dock
        N     24:50  25:30
        """,
        first_day=eve,
        days=1,
    ).network()
    (found,) = find_itineraries(network, ask(network, "Market", "Dock", asked, day=eve + timedelta(days=1))).itineraries
    assert (found.departure.isoformat(), found.arrival.isoformat()) == (departure, arrival)


@pytest.mark.parametrize(
    ("eve", "arrival"),
    [
        (date(2026, 3, 28), "2026-03-29T03:30:00+02:00"),
        (date(2026, 10, 24), "2026-10-25T02:30:00+02:00"),
    ],
)
def test_a_ride_through_the_change_of_clocks_takes_as_long_as_it_takes(eve: date, arrival: str) -> None:
    network = poster(
        """
              Market Dock
        N     24:30  26:30
        """,
        first_day=eve,
        days=1,
    ).network()
    (found,) = find_itineraries(network, ask(network, "Market", "Dock", "23:50", day=eve)).itineraries
    assert found.arrival.timestamp() - found.departure.timestamp() == 2 * HOUR
    assert found.arrival.isoformat() == arrival
