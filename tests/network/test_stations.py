"""Stations as pathways.txt draws them, with and without a map around them."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from network.towns import town
from street_worlds import FOOT, Node, World, world

from planner.build import FactInputs, add_facts
from planner.feeds.gtfs import read_gtfs
from planner.feeds.osm_facts import StreetMap
from planner.network.annotate import build_network
from planner.network.street_building import add_streets
from planner.network.streets import LinkKind, Provenance

STOPS = """
    stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,stop_access,level_id
    central,Central,49.9000,2.3000,1,,,
    door,Door,49.9000,2.3000,2,central,,street
    hall,,,,3,central,,hall
    market,Market,49.9003,2.3000,0,central,,deep
    dock,Dock,49.9006,2.3000,0,central,1,street
    hospital,Hospital,49.93,2.30,0,,,
    """
PATHWAYS = """
    pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,length,traversal_time,stair_count,max_slope,min_width,signposted_as
    walk,door,hall,1,1,25,30,,0.06,1.2,Trains
    stairs,hall,market,2,1,,,-24,,,
    lift,hall,market,5,1,,45,,,,
    up,market,hall,4,0,,,,,,
    gate,door,hall,6,0,,,,,0.9,
    out,hall,door,7,0,,,,,,
    belt,door,hall,3,0,60,,,0,,
    lost,hall,nowhere,1,1,,,,,,
    odd,hall,door,9,1,,,,,,
    """
LEVELS = """
    level_id,level_index,level_name
    street,0,Street
    hall,-1,Hall
    deep,-2.5,Platforms
    """


def station(folder: Path, **changes: str) -> World:
    tables = {"stops": STOPS, "pathways": PATHWAYS, "levels": LEVELS, **changes}
    return World(add_streets(town(folder, **tables), []), StreetMap())


def node_of(built: World, stop_id: str) -> list[int]:
    return [int(built.streets.stop_node[built.network.stops.id.row_of[f"town:{stop_id}"]])]


def link_of(built: World, kind: LinkKind) -> int:
    return built.only(kind)


def test_every_mode_becomes_its_link_without_any_map(tmp_path: Path) -> None:
    built = station(tmp_path)
    expected = ["ESCALATOR", "FARE_GATE", "FARE_GATE", "LIFT", "MOVING_WALKWAY", "PATHWAY", "STEPS"]
    assert built.kinds() == expected
    assert built.network.report["streets"]["pathways that lead nowhere or have no known mode"] == 2


def test_a_walkway_keeps_length_time_slope_width_and_sign(tmp_path: Path) -> None:
    built = station(tmp_path)
    links, link = built.streets.links, link_of(built, LinkKind.PATHWAY)
    assert (links.length_m[link], links.duration_s[link]) == (25, 30)
    assert built.interval("incline", link) == (pytest.approx(0.055), pytest.approx(0.065))
    assert links.incline_from[link] == Provenance.DECLARED
    assert built.interval("width", link, "_mm") == (1180, 1220)
    assert built.streets.words[links.name[link]] == "Trains"


def test_a_slope_of_zero_says_nothing(tmp_path: Path) -> None:
    built = station(tmp_path)
    assert math.isnan(built.interval("incline", link_of(built, LinkKind.MOVING_WALKWAY))[0])


def test_steps_are_counted_without_their_sign(tmp_path: Path) -> None:
    built = station(tmp_path)
    steps = link_of(built, LinkKind.STEPS)
    assert built.streets.links.steps[steps] == 24
    assert built.interval("incline", steps) == (-math.inf, 0.0)


def test_a_lift_has_an_identity_levels_and_its_own_time(tmp_path: Path) -> None:
    built = station(tmp_path)
    lift = link_of(built, LinkKind.LIFT)
    links = built.streets.links
    assert built.streets.equipment.id[links.equipment[lift]] == "town:lift"
    assert built.interval("level", lift) == (-2.5, -1.0)
    assert (links.duration_s[lift], links.length_m[lift]) == (45, 0)


def test_one_way_gates_and_escalators_lead_one_way(tmp_path: Path) -> None:
    built = station(tmp_path)
    links = built.streets.links
    for link in (*built.of(LinkKind.FARE_GATE), *built.of(LinkKind.ESCALATOR)):
        assert (bool(links.forward[link]), bool(links.backward[link])) == (True, False)


def test_a_platform_is_entered_only_through_its_station(tmp_path: Path) -> None:
    nodes: dict[int, Node] = {1: (-200, 0), 2: (0, 0), 3: (200, 0), 4: (0, 33.4), 5: (-200, 33.4), 6: (0, 70)}
    built = world(
        tmp_path, nodes, {1: ([1, 2, 3], FOOT), 2: ([4, 5], FOOT), 3: ([1, 5], FOOT), 4: ([4, 6], FOOT)},
        stops=STOPS, pathways=PATHWAYS, levels=LEVELS,
    )  # fmt: skip
    joined = {int(built.streets.links.tail[link]) for link in built.of(LinkKind.JOIN)}
    assert node_of(built, "door")[0] in joined
    assert node_of(built, "market")[0] not in joined  # a way passes right over it
    assert node_of(built, "dock")[0] in joined  # stop_access=1: directly from the street
    way = built.crossed(built.node_near(-200, 0), node_of(built, "market"))
    assert way is not None
    assert way[:2] == ["WAY", "JOIN"]
    assert way[-1] in ("STEPS", "LIFT")


def test_a_platform_with_boarding_areas_is_entered_through_them(tmp_path: Path) -> None:
    stops = STOPS + "    front,,49.9003,2.3001,4,market,,\n"
    built = station(tmp_path, stops=stops, pathways=PATHWAYS.replace("lift,hall,market", "lift,hall,front"))
    path = built.crossed(node_of(built, "hall"), node_of(built, "market"))
    assert path is not None
    assert "JOIN" in (built.crossed(node_of(built, "front"), node_of(built, "market")) or [])


SURVEY = """
    equipment_id,kind,location,cabin_width_m,cabin_length_m,door_width_m,max_load_kg,travel_time_s
    lift A,lift,lift,1.1,1.4,0.9,630,60
    lift Z,lift,way/99,1.1,1.4,0.9,630,60
    """
STATUS = """
    equipment_id,status,from,until
    lift A,out_of_service,2024-01-10,2024-01-12
    town:up,out_of_service,2024-01-10T08:30,
    lift Q,out_of_service,,
    """


def test_a_survey_gives_lifts_their_measures_and_closes_them(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    for name, text in (("equipment", SURVEY), ("equipment_status", STATUS)):
        lines = (line.strip() for line in text.strip().splitlines())
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    network = town(tmp_path / "feed", stops=STOPS, pathways=PATHWAYS, levels=LEVELS)
    built = World(add_facts(network, FactInputs(survey=folder)), StreetMap())
    equipment = built.streets.equipment
    row = equipment.id.row_of["lift A"]
    assert built.streets.links.equipment[link_of(built, LinkKind.LIFT)] == row
    assert built.streets.links.duration_s[link_of(built, LinkKind.LIFT)] == 60
    measures = [equipment.width_mm[row], equipment.length_mm[row], equipment.door_mm[row], equipment.load_kg[row]]
    assert measures == [1100, 1400, 900, 630]
    closed = dict(zip(equipment.closed_equipment.tolist(), range(2), strict=True))
    day = 86_400
    begin = 1_704_841_200  # 2024-01-10 in Paris, UTC+1
    assert (equipment.closed_from_s[closed[row]], equipment.closed_until_s[closed[row]]) == (begin, begin + 3 * day)
    other = closed[equipment.id.row_of["town:up"]]
    assert equipment.closed_from_s[other] == begin + 8 * 3600 + 1800
    assert equipment.closed_until_s[other] == np.iinfo(np.int64).max
    nowhere = [
        finding.subject_id for finding in built.network.knowledge.findings if finding.code == "EQUIPMENT_NOWHERE"
    ]
    assert nowhere == ["lift Z", "lift Q"]


def test_hostile_pathways_are_read_as_far_as_they_mean_something(tmp_path: Path) -> None:
    rows = ["bad,door,hall,1,7,-5,nan,1e99,inf,-2,", "worse,door,door,1,1,,,,,,", 'ugly,door,market,5,"1",1_0,,,,,']
    head = PATHWAYS.strip().splitlines()[0]
    built = station(tmp_path, pathways="\n".join([head, *rows]) + "\n")
    links = built.streets.links
    pathway = link_of(built, LinkKind.PATHWAY)
    assert math.isnan(links.duration_s[pathway])
    assert all(math.isnan(end) for end in built.interval("width", pathway, "_mm"))
    assert links.steps[pathway] == 0
    assert not links.backward[pathway]


def test_boston_is_one_link_for_each_pathway_and_a_closed_lift_closes_what_a_plain_search_says(
    testdata: Callable[[str], Path],
) -> None:
    network = build_network([read_gtfs(testdata("mbta/stations.zip"), "mbta")], "boston", "Boston")
    built = World(add_streets(network, []), StreetMap())
    links = built.streets.links
    assert len(links.kind) == 8759
    assert len(built.of(LinkKind.LIFT)) == 476
    assert (links.equipment[built.of(LinkKind.LIFT)] >= 0).all()
    rows = network.pathways.rows()
    banned = {"2", "4"}

    def plain(without: str) -> set[str]:
        """Stops within reach of an entrance, by the rows as they are written."""
        ways: dict[str, list[str]] = {}
        for row in rows:
            if row["pathway_mode"] not in banned and f"mbta:{row['facility_id']}" != without:
                ways.setdefault(row["from_stop_id"], []).append(row["to_stop_id"])
                if row["is_bidirectional"] == "1":
                    ways.setdefault(row["to_stop_id"], []).append(row["from_stop_id"])
        entrances = network.stops.location_type == 2
        todo = [network.stops.id[int(row)] for row in np.flatnonzero(entrances)]
        seen = set(todo)
        while todo:
            for other in ways.get(todo.pop(), []):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    def built_reach(without: str) -> set[str]:
        lost = built.streets.equipment.id.row_of.get(without, -2)
        usable = ~np.isin(links.kind, (LinkKind.STEPS, LinkKind.ESCALATOR)) & (links.equipment != lost)
        entrances = np.flatnonzero(network.stops.location_type == 2)
        reached = np.zeros(len(built.streets.node_lon), np.bool_)
        nodes = built.streets.stop_node[entrances]
        reached[nodes[nodes >= 0]] = True
        while True:
            before = reached.sum()
            reached[links.head[usable & links.forward & reached[links.tail]]] = True
            reached[links.tail[usable & links.backward & reached[links.head]]] = True
            if reached.sum() == before:
                break
        node = built.streets.stop_node
        here = np.flatnonzero((node >= 0) & reached[node])
        return {network.stops.id[int(row)] for row in here} | {network.stops.id[int(row)] for row in entrances}

    assert plain("") == built_reach("")
    lifts = sorted({built.streets.equipment.id[row] for row in links.equipment[built.of(LinkKind.LIFT)].tolist()})
    cut_off = {lift: len(plain("") - plain(lift)) for lift in lifts[::8]}
    assert all(plain(lift) == built_reach(lift) for lift in cut_off)
    assert max(cut_off.values()) > 0
