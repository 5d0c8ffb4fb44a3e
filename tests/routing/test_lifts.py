"""The lifts of the fictional town: who fits into one, when another is closed, and what the search makes of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from network.towns import fictiville_in

from planner.access import walking_formula as formula
from planner.access.profiles import PRESETS
from planner.model import Itinerary, Place
from planner.network.streets import LinkKind
from planner.network.tables import Network
from planner.places import find_place
from planner.routing.plan import Query, find_itineraries
from planner.routing.reach import ReachQuery, reach_all
from planner.routing.street_view import SHUT, street_view

OF_THE_STATION, OF_THE_BRIDGE = "fictiville:E1-lift", "ascenseur-du-pont-leve"
AT_THE_NORTHERN_ENTRANCE = Place("Gare de Nulle-Part", 46.987490, -19.999815)


@pytest.fixture(scope="module")
def paved(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return fictiville_in(tmp_path_factory.getbasetemp(), streets=True)


def at(network: Network, moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(network.timezone))


def closed(network: Network, lift: str, profile: str, moment: str) -> int:
    """Why the lift is closed to this traveller at this moment: the same for all its links, up and down."""
    links = network.streets.links
    lifts = (links.kind == LinkKind.LIFT) & (links.equipment == network.streets.equipment.id.row_of[lift])
    found = street_view(network, PRESETS[profile], int(at(network, moment).timestamp())).closed
    (reason,) = set(found[np.concatenate([lifts, lifts])].tolist())
    return int(reason)


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        ("manual-wheelchair", formula.OPEN),
        ("walking-frame", formula.OPEN),
        ("powered-wheelchair", formula.LIFT_TOO_SMALL),
        ("mobility-scooter", formula.LIFT_TOO_SMALL),
    ],
)
def test_a_chair_that_a_lift_cannot_take_is_refused(paved: Network, profile: str, reason: int) -> None:
    """The cabin is 1.25 m long and bears 225 kg.

    A manual wheelchair is 1.20 m and 110 kg; a powered one fits but has 230 kg; a scooter has 1.30 m and 250 kg.
    The map says 1.40 m and no load: what was surveyed stands before it.
    """
    assert closed(paved, OF_THE_BRIDGE, profile, "2026-05-12T08:00") == reason


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        ("2026-09-07T07:59", formula.OPEN),
        ("2026-09-07T08:00", SHUT),
        ("2026-09-09T17:59", SHUT),
        ("2026-09-09T18:00", formula.OPEN),
    ],
)
def test_a_lift_is_closed_from_its_first_moment_to_its_last(paved: Network, moment: str, reason: int) -> None:
    assert closed(paved, OF_THE_STATION, "on-foot", moment) == reason
    assert closed(paved, OF_THE_BRIDGE, "on-foot", moment) == formula.OPEN


def trips(network: Network, moment: str, **asked: Any) -> list[Itinerary]:
    query = Query(
        AT_THE_NORTHERN_ENTRANCE, find_place(network, "E8", "to"), at(network, moment), PRESETS["manual-wheelchair"],
        max_roll_m=600, **asked,
    )  # fmt: skip
    return list(find_itineraries(network, query).itineraries)


def takes_the_lift(one: Itinerary) -> bool:
    return OF_THE_STATION in {need.id for need in one.depends_on}


OUT_FROM, OUT_UNTIL = "2026-09-07T08:00", "2026-09-09T18:00"


@pytest.mark.parametrize("arrive_by", [False, True])
def test_a_lift_that_breaks_down_or_runs_again_meanwhile_is_taken_only_while_it_runs(
    paved: Network, arrive_by: bool
) -> None:
    """Questions that lie before or after a change, and reach over it: neither moment alone tells the truth."""
    begin, end = at(paved, OUT_FROM), at(paved, OUT_UNTIL)
    asked = {"window_s": 3 * 3600, "arrive_by": arrive_by}
    for moment in ("T06:30", "T09:30") if arrive_by else ("T06:30",):
        found = trips(paved, f"2026-09-07{moment}", **asked)
        assert any(takes_the_lift(one) for one in found), "while it runs it is taken"
        assert_runs(found, begin, end)
    for moment in ("T19:30",) if arrive_by else ("T16:30",):
        found = trips(paved, f"2026-09-09{moment}", **asked)
        assert any(takes_the_lift(one) for one in found), "it runs again"
        assert_runs(found, begin, end)


def assert_runs(found: list[Itinerary], begin: datetime, end: datetime) -> None:
    """No walk past the lift lasts into the time in which it is out of service."""
    walks = [leg for one in found for leg in one.legs if leg.way is not None and OF_THE_STATION in leg.way.equipment]
    assert all(leg.arrival < begin or leg.departure >= end for leg in walks)


def test_just_before_a_lift_breaks_down_it_is_not_counted_on(paved: Network) -> None:
    """Asked at 7:59, when the lift still runs, for a way that would pass it after 8:00."""
    found = trips(paved, "2026-09-07T07:59")
    assert found
    assert not any(takes_the_lift(one) for one in found)
    assert any(takes_the_lift(one) for one in trips(paved, "2026-09-09T18:00"))
    days_before = trips(paved, "2026-08-31T07:59")
    assert any(takes_the_lift(one) for one in days_before), "the same Monday a week before"


def test_who_avoids_lifts_is_led_past_none(paved: Network) -> None:
    moment = "2026-09-01T08:00"
    assert any(one.depends_on for one in trips(paved, moment, window_s=3600))
    led = trips(paved, moment, window_s=3600, avoid_lifts=True)
    assert not any(leg.way.equipment for one in led for leg in one.legs if leg.way is not None)


def test_reach_without_lifts_is_no_more_and_somewhere_later(paved: Network) -> None:
    query = ReachQuery(AT_THE_NORTHERN_ENTRANCE, at(paved, "2026-09-01T08:00"), PRESETS["manual-wheelchair"])
    anyhow, avoiding = (reach_all(paved, replace(query, avoid_lifts=avoid)).best_s for avoid in (False, True))
    assert (avoiding >= anyhow).all()
    assert (avoiding > anyhow).any()


@pytest.mark.parametrize(("day", "works"), [("2026-09-01", True), ("2026-09-08", False), ("2026-09-15", True)])
def test_no_trip_uses_a_lift_on_the_day_it_is_closed(paved: Network, day: str, works: bool) -> None:
    """Three Tuesdays with the same timetable; on the second the lift of the station is out of service."""
    query = Query(
        AT_THE_NORTHERN_ENTRANCE,
        find_place(paved, "E8", "to"),
        at(paved, f"{day}T08:00"),
        PRESETS["manual-wheelchair"],
        window_s=3600,
        max_roll_m=600,
    )
    found = find_itineraries(paved, query).itineraries
    assert found
    assert (OF_THE_STATION in {need.id for one in found for need in one.depends_on}) is works
