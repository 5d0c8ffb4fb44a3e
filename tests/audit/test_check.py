"""A whole network is checked: every stop against every rule, once, with what follows from its facts."""

from collections.abc import Collection
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


SIGNS_AND_GROUND = ("FR-06", "FR-07", "FR-08", "FR-10", "FR-14", "FR-16", "FR-17", "FR-19", "FR-22")


@pytest.mark.parametrize(
    ("stop", "kept", "missed"),
    [
        ("E5-E", SIGNS_AND_GROUND, ()),
        ("E5-W", set(SIGNS_AND_GROUND) - {"FR-14", "FR-19"}, ()),
        ("H5-E", (), ("FR-06", "FR-07", "FR-08", "FR-10")),
        ("H5-W", (), ("FR-22",)),
        ("G5-W", (), ("FR-14", "FR-16")),
        ("G8-S", (), ("FR-17", "FR-19")),
        ("G8-N", ("FR-19",), ()),
        ("B5-E", (), ()),  # nothing was written of it
        ("C5-W", ("FR-L1112-4",), ()),
        ("D5-W", ("FR-L1112-4",), ()),
        ("K1-E", (), ("FR-L1112-4",)),
    ],
)
def test_what_the_survey_says_of_signs_ground_and_impossible_stops_is_judged(
    checked: list[Checked], stop: str, kept: Collection[str], missed: Collection[str]
) -> None:
    told = {one.rule.id: one.result.state for one in checked if one.subject_id == f"fictiville:{stop}"}
    asked = (*SIGNS_AND_GROUND, "FR-L1112-4")
    assert {id_ for id_ in asked if told[id_] is State.FAIL} == set(missed)
    passed = {id_ for id_ in SIGNS_AND_GROUND if told[id_] is State.PASS}
    assert passed | ({"FR-L1112-4"} & set(kept)) == set(kept)
    assert told["FR-L1112-4"] is State.PASS or "FR-L1112-4" not in kept


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
