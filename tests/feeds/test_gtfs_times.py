"""Laws of filled-in times and of service days, against slow plain twins."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from gtfs_world import feed_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.errors import FeedError
from planner.feeds import gtfs_calendar
from planner.feeds.gtfs import Feed, read_gtfs
from planner.feeds.gtfs_times import BLANK, UNREADABLE, distance_along, interpolate, parse_clock, parse_date

DAYS = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
CALENDAR = f"service_id,{DAYS},start_date,end_date\n"
DATES = "service_id,date,exception_type\n"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("8:05:09", 29109),
        ("08:05:09", 29109),
        ("08: 05: 09", 29109),
        ("00:00:00", 0),
        ("27:00:00", 97200),
        ("", BLANK),
        ("-1:00:00", UNREADABLE),
        ("8:05", UNREADABLE),
        ("8:60:00", UNREADABLE),
        ("8:00:60", UNREADABLE),
        ("999:00:00", UNREADABLE),
        ("٨:٠٠:٠٠", UNREADABLE),
        ("8:00:00 AM", UNREADABLE),
    ],
)
def test_a_clock_time_is_read_or_refused(text: str, seconds: int) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize("text", ["20240230", "2024-01-01", "00000101", "240101", "x", "٢٠٢٤٠١٠١"])
def test_what_is_no_date_is_unreadable(text: str) -> None:
    assert parse_date(text) == UNREADABLE


# --- Filling in ---------------------------------------------------------------------------------------


@st.composite
def timed_trips(draw: st.DrawFn) -> list[list[tuple[int, int, float]]]:
    """Trips as (arrival, departure, distance), some times BLANK, never the first or last."""
    trips = []
    for _ in range(draw(st.integers(1, 4))):
        now, at, trip = draw(st.integers(0, 90_000)), draw(st.floats(0, 9)), []
        length = draw(st.integers(2, 7))
        for i in range(length):
            arrival = now + draw(st.integers(0, 600))
            now = arrival + draw(st.integers(0, 60))
            at += draw(st.sampled_from([0.0, 0.0, 1.0, 2.5, 40.0]))
            blank = 0 < i < length - 1 and draw(st.booleans())
            trip.append((BLANK, BLANK, at) if blank else (arrival, now, at))
        trips.append(trip)
    return trips


def fill_one_by_one(trip: list[tuple[int, int, float]]) -> list[int]:
    filled = []
    for i, (arrival, _, at) in enumerate(trip):
        if arrival != BLANK:
            filled.append(arrival)
            continue
        before = max(j for j in range(i) if trip[j][0] != BLANK)
        after = min(j for j in range(i + 1, len(trip)) if trip[j][0] != BLANK)
        length = trip[after][2] - trip[before][2]
        share = (at - trip[before][2]) / length if length > 0 else (i - before) / (after - before)
        filled.append(trip[before][1] + int(np.rint(share * (trip[after][0] - trip[before][1]))))
    return filled


@given(timed_trips())
def test_filled_times_agree_with_filling_one_by_one_and_never_decrease(
    trips: list[list[tuple[int, int, float]]],
) -> None:
    trip = np.repeat(np.arange(len(trips), dtype=np.int32), [len(t) for t in trips])
    rows = [row for t in trips for row in t]
    given_arrival, given_departure = (np.array([row[i] for row in rows], np.int32) for i in (0, 1))
    arrival, departure = interpolate(trip, given_arrival, given_departure, np.array([row[2] for row in rows]))
    assert arrival.tolist() == [time for t in trips for time in fill_one_by_one(t)]
    timed = given_arrival != BLANK
    assert (departure[timed] == given_departure[timed]).all()
    assert (departure[~timed] == arrival[~timed]).all()
    assert (departure >= arrival).all()
    same_trip = trip[1:] == trip[:-1]
    assert (arrival[1:] >= departure[:-1])[same_trip].all()


def test_distances_are_declared_or_straight_trip_by_trip() -> None:
    trip = np.array([0, 0, 0, 1, 1, 2, 2], np.int32)
    lat = np.array([49.0, 50.0, 49.0, 49.0, 49.0, 10.0, 10.0])
    declared = np.array([5.0, 5.0, 9.0, 3.0, 3.0, np.nan, 1.0])
    along = distance_along(trip, declared, lat, np.array([2.0, 2, 2, 0, 1, 0, 0]))
    assert along[:3].tolist() == [5, 5, 9]
    assert along[3:].tolist() == pytest.approx([0, 72_950, 0, 0], rel=1e-3)  # a degree of longitude at 49 N


# --- Service days -------------------------------------------------------------------------------------


def runs(feed: Feed, service: str) -> list[str]:
    days = np.flatnonzero(feed.service_days[feed.service_ids.index(f"town:{service}")])
    return [date.fromordinal(feed.first_day + int(day)).isoformat() for day in days]


def read(folder: Path, calendar: str | None, dates: str | None) -> Feed:
    return read_gtfs(feed_of(folder, calendar=calendar, calendar_dates=dates), "town")


def test_a_week_pattern_with_exceptions(tmp_path: Path) -> None:
    dates = f"{DATES}week,20240101,2\nweek,20240203,1\nmarket day,20231224,1\nnever,20240102,2\n"
    feed = read(tmp_path, f"{CALENDAR}week,1,1,0,0,0,0,1,20240101,20240108\n", dates)
    assert runs(feed, "week") == ["2024-01-02", "2024-01-07", "2024-01-08", "2024-02-03"]
    assert runs(feed, "market day") == ["2023-12-24"]
    assert runs(feed, "never") == []


def test_dates_alone_make_a_calendar(tmp_path: Path) -> None:
    assert runs(read(tmp_path, None, f"{DATES}week,20240229,1\n"), "week") == ["2024-02-29"]


def test_dates_that_are_none_are_dropped_and_counted(tmp_path: Path) -> None:
    calendar = f"{CALENDAR}week,1,1,1,1,1,1,x,20240101,20240108\nbad,1,1,1,1,1,1,1,20240101,2024-02-01\n"
    calendar += "back,1,1,1,1,1,1,1,20240108,20240101\n"
    feed = read(tmp_path, calendar, f"{DATES}week,20240199,2\nweek,20240102,3\n,20240102,1\n")
    assert len(runs(feed, "week")) == 7  # 2024-01-07 is a Sunday
    table = feed.report.tables["calendar.txt"]
    assert {reason: tally.lines for reason, tally in table.dropped.items()} == {
        "start_date or end_date is no date": [3]
    }
    assert {remark: tally.lines for remark, tally in table.noted.items()} == {
        "a weekday is neither 0 nor 1: read as 0": [2],
        "end_date before start_date: no day": [4],
    }
    assert {reason: tally.lines for reason, tally in feed.report.tables["calendar_dates.txt"].dropped.items()} == {
        "no service_id": [4],
        "date is no date": [2],
        "exception_type is neither 1 nor 2": [3],
    }


@pytest.mark.parametrize(
    ("info", "dates"), [("feed_start_date\n20240101\n", None), (None, f"{DATES}week,20240106,1\nold,19000101,2\n")]
)
def test_a_calendar_for_ever_is_cut_around_the_days_it_is_meant_for(
    tmp_path: Path, info: str | None, dates: str | None
) -> None:
    calendar = f"{CALENDAR}week,1,1,1,1,1,0,0,19000101,21001231\nlast,1,1,1,1,1,1,1,19000101,19001231\n"
    calendar += "now,1,1,1,1,1,1,1,20240101,20240103\n"
    feed = read_gtfs(feed_of(tmp_path, calendar=calendar, calendar_dates=dates, feed_info=info), "town")
    assert feed.service_days.shape[1] == gtfs_calendar.MAX_DAYS
    days = set(runs(feed, "week"))
    assert {"2020-01-06", "2024-01-01", "2030-01-01"} <= days
    assert ("2024-01-06" in days) == (dates is not None)
    assert "2024-01-07" not in days
    assert runs(feed, "last") == []
    assert runs(feed, "now") == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert any("more than 20 years" in sentence for sentence in feed.report.assumed)


def test_too_many_services_for_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gtfs_calendar, "MAX_CELLS", 10)
    with pytest.raises(FeedError, match="1 services over 14 days are too many"):
        read_gtfs(feed_of(tmp_path), "town")


ORDINALS = st.integers(date(2024, 1, 1).toordinal(), date(2024, 3, 1).toordinal())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.lists(st.booleans(), min_size=7, max_size=7), ORDINALS, ORDINALS), max_size=4),
    st.lists(st.tuples(st.integers(0, 4), ORDINALS, st.integers(1, 2)), max_size=8, unique_by=lambda row: row[:2]),
)
def test_service_days_agree_with_asking_every_day(
    tmp_path: Path, weeks: list[tuple[list[bool], int, int]], marks: list[tuple[int, int, int]]
) -> None:
    def written(day: int) -> str:
        return date.fromordinal(day).strftime("%Y%m%d")

    calendar, dates = CALENDAR + "week,1,1,1,1,1,1,1,20240101,20240101\n", DATES
    for service, (week, start, end) in enumerate(weeks):
        calendar += f"s{service},{','.join(str(int(day)) for day in week)},{written(start)},{written(end)}\n"
    for service, day, kind in marks:
        dates += f"s{service},{written(day)},{kind}\n"
    feed = read(tmp_path, calendar, dates)
    for number in {*range(len(weeks)), *(service for service, _, _ in marks)}:
        expected = [day.isoformat() for day in EVERY_DAY if runs_on(day, number, weeks, marks)]
        assert runs(feed, f"s{number}") == expected


EVERY_DAY = [date(2023, 12, 15) + timedelta(offset) for offset in range(120)]


def runs_on(
    day: date, number: int, weeks: list[tuple[list[bool], int, int]], marks: list[tuple[int, int, int]]
) -> bool:
    for service, ordinal, kind in marks:
        if (service, ordinal) == (number, day.toordinal()):
            return kind == 1
    if number >= len(weeks):
        return False
    week, start, end = weeks[number]
    return start <= day.toordinal() <= end and week[day.weekday()]
