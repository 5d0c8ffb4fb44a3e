"""The table of stops and vehicle types says what is said of each boarding by itself, as often as it happens."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from network.towns import fictiville_in

from planner.access.profiles import PRESETS
from planner.audit.table import Cell, Judged, calls_on, kinds_of, stop_table, summarise, week_of
from planner.model import Boarding, Profile
from planner.network.tables import Network
from planner.routing.judge import judge_call

DAY = date(2026, 5, 12)
PROFILES = list(PRESETS.values())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


def judged(told: Boarding) -> Judged:
    return Judged(told.verdict, told.best, told.worst, told.certainty, told.steep)


@pytest.mark.parametrize("profile", PROFILES, ids=[profile.id for profile in PROFILES])
def test_every_cell_says_what_the_one_boarding_says(town: Network, profile: Profile) -> None:
    cells = stop_table(town, [DAY], [profile])
    assert Counter(end_rows(cells)) == Counter(one_by_one(town, profile))


def end_rows(cells: list[Cell]) -> Iterator[tuple[object, ...]]:
    for cell in cells:
        yield (
            cell.stop, cell.vehicle_type_id, cell.boarding, cell.alighting,
            round(cell.departures, 6), round(cell.arrivals, 6),
        )  # fmt: skip


def one_by_one(town: Network, profile: Profile) -> Iterator[tuple[object, ...]]:
    calls = calls_on(town, [DAY])
    sums: dict[tuple[object, ...], list[float]] = {}
    for stop, number, on, off in zip(
        *(column.tolist() for column in (calls.stop, calls.boarding_class, calls.departures, calls.arrivals)),
        strict=True,
    ):
        kinds = kinds_of([calls.classes[number]])
        for one, type_id in kinds:
            ends = [
                judged(judge_call(town, one, stop, profile, alighting=alighting, vehicle_type=type_id)) if n else None
                for alighting, n in ((False, on), (True, off))
            ]
            weights = sums.setdefault((stop, type_id, *ends), [0.0, 0.0])
            weights[0] += on / len(kinds)
            weights[1] += off / len(kinds)
    for key, (departures, arrivals) in sums.items():
        yield (*key, round(departures, 6), round(arrivals, 6))


def test_the_summary_holds_every_boarding_once_and_nobody_boards_where_a_trip_ends(town: Network) -> None:
    calls = calls_on(town, [DAY])
    told = summarise(stop_table(town, [DAY], PROFILES[:2])).items()
    for profile in PROFILES[:2]:
        sums = [sum(both[n] for share, both in told if share.profile_id == profile.id) for n in (0, 1)]
        assert sums == pytest.approx([calls.departures.sum(), calls.arrivals.sum()])
    assert 0 < calls.departures.sum() == calls.arrivals.sum(), "who gets on gets off: no call is only one of them here"


def test_days_add_up(town: Network) -> None:
    week = week_of(DAY)
    assert (week[0].weekday(), week[1], len(week)) == (0, DAY, 7)
    whole = calls_on(town, week).departures.sum()
    assert whole == sum(calls_on(town, [day]).departures.sum() for day in week)
    assert not len(calls_on(town, [date(1999, 1, 1)]).stop)


def test_a_quay_says_who_owns_it_or_nothing(town: Network) -> None:
    owners = {cell.owner for cell in stop_table(town, [DAY], PROFILES[:1])}
    assert owners, "no cell"
    assert "" not in owners
