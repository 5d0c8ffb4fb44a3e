"""A whole network is checked: every stop against every rule, once, with what follows from its facts."""

from datetime import date

import pytest
from network.towns import fictiville_in

from planner.audit.check import Checked, check_network
from planner.audit.rules import About, State, rules_of
from planner.audit.subjects import busiest_day, departures_of, stops_of
from planner.errors import QueryError
from planner.network.tables import Network

DAY = date(2026, 5, 12)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def checked(town: Network) -> list[Checked]:
    return list(check_network(town, DAY))


def test_every_stop_that_is_served_meets_every_rule_once(town: Network, checked: list[Checked]) -> None:
    of_stops = [one for one in checked if one.rule.about is About.STOP]
    rules = [rule for rule in rules_of("fr") if rule.about is About.STOP]
    assert len(of_stops) == len(rules) * len(list(stops_of(town, DAY))) > 0
    assert len({one.id for one in checked}) == len(checked)


def test_a_surveyed_town_has_all_three_states_and_a_failure_says_what_was_found(checked: list[Checked]) -> None:
    assert {one.result.state for one in checked} == set(State)
    assert all(one.result.found or one.result.note for one in checked if one.result.state is State.FAIL)


def test_the_vehicles_of_a_stop_share_out_its_departures(town: Network) -> None:
    total = sum(one.departures for stop in stops_of(town, DAY) for one in stop.serving)
    assert total == pytest.approx(sum(departures_of(town, DAY).values()))


def test_the_busiest_day_has_trips_and_a_day_without_trips_has_no_stops(town: Network) -> None:
    day = busiest_day(town)
    assert day is not None
    assert list(stops_of(town, day))
    assert not list(stops_of(town, date(1999, 1, 1)))


def test_a_country_without_rules_is_refused_by_name(town: Network) -> None:
    with pytest.raises(QueryError, match="atlantis"):
        list(check_network(town, DAY, "atlantis"))
