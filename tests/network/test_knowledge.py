"""Between statements of several sources one is chosen, the losers are kept, and nothing is repaired."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.facts import Evidence, Finding, Interval, Method, Source, Subject
from planner.feeds.evidence import Reading, SurveyReading
from planner.model import NO_KNEELING, Assignment, Flag, Outcome, Override
from planner.network.knowledge import Knowledge, fact_of, knowledge_as_json, knowledge_from_json, learn

STOPS = ["bus:market", "bus:dock", "rail:dock", "rail:p1"]
ROUTES = ["bus:1", "rail:1", "bus:12"]
TRIPS = ["bus:early", "rail:early", "bus:late"]
MAY, JUNE = date(2026, 5, 12), date(2026, 6, 1)


def says(
    value: float | int | bool | str,
    method: Method = Method.SURVEY,
    *,
    attribute: str = "height_mm",
    of: str = "market",
    subject: Subject = Subject.QUAY,
    by: str = "",
    on: date | None = None,
    tolerance: float | None = None,
) -> Evidence:
    return Evidence(subject, of, attribute, value, by or method.value.lower(), method, tolerance, on, "line 2")


def known(*evidence: Evidence, survey: bool = False) -> Knowledge:
    reading = SurveyReading if survey else Reading
    return learn([reading(evidence=[one]) for one in evidence], STOPS, ROUTES, TRIPS)


def height(knowledge: Knowledge, stop: str = "bus:market") -> tuple[str, Interval]:
    fact = knowledge.quays[stop].height_mm
    assert fact is not None
    return fact.source_id, fact.value


BEST_FIRST = [
    says(200.0, Method.LIVE),
    says(190.0, Method.SURVEY, on=JUNE, by="june"),
    says(180.0, Method.LASER, on=MAY, by="may"),
    says(170.0, Method.SURVEY, by="undated"),
    says(160.0, Method.DECLARED, on=date(2026, 7, 1)),
    says(150.0, Method.OSM, on=date(2026, 8, 1)),
    says(140.0, Method.INFERRED, on=date(2026, 9, 1)),
]


@given(st.lists(st.sampled_from(range(len(BEST_FIRST))), min_size=1, unique=True))
def test_live_before_measured_newest_first_before_declared_before_osm_before_inferred(rows: list[int]) -> None:
    knowledge = known(*(BEST_FIRST[row] for row in rows))
    assert height(knowledge)[0] == BEST_FIRST[min(rows)].source_id
    assert len(knowledge.statements) == len(rows), "the losers are kept"
    assert sum(s.used for s in knowledge.statements) == 1


def test_of_two_equal_statements_the_finer_one_counts() -> None:
    knowledge = known(says(180.0, tolerance=10, by="coarse"), says(180.0, tolerance=5, by="fine"))
    assert height(knowledge) == ("fine", Interval(175, 185))


def test_nothing_is_averaged() -> None:
    assert height(known(says(100.0, by="a", on=MAY), says(200.0, by="b", on=JUNE)))[1] == Interval(190, 210)


def test_every_attribute_is_chosen_by_itself() -> None:
    knowledge = known(says(180.0, on=MAY, by="old"), says(50.0, attribute="gap_mm", on=JUNE, by="new"))
    quay = knowledge.quays["bus:market"]
    assert quay.height_mm is not None
    assert quay.gap_mm is not None
    assert (quay.height_mm.source_id, quay.gap_mm.source_id) == ("old", "new")
    assert quay.edge_type is None, "what nobody says stays unknown"


def test_a_disagreement_is_a_finding_with_both_numbers_and_sources() -> None:
    knowledge = known(says(180.0, on=MAY, by="city"), says(120.0, Method.OSM, by="map"))
    (finding,) = knowledge.findings
    assert (finding.code, finding.subject_id, finding.where) == ("CONFLICT", "bus:market", "line 2")
    assert "city says 180 on 2026-05-12, but map says 120; the former is used (survey before osm)" in finding.text


@pytest.mark.parametrize(
    ("first", "second", "findings"),
    [
        (says(180.0, tolerance=10), says(199.0, by="b", tolerance=10), 0),
        (says(180.0, tolerance=10), says(200.0, by="b", tolerance=10), 0),
        (says(180.0, tolerance=10), says(201.0, by="b", tolerance=10), 1),
        (says(True, attribute="shelter"), says(False, by="b", attribute="shelter"), 1),
        (says(True, attribute="shelter"), says(True, by="b", attribute="shelter"), 0),
        (says("asphalt", attribute="surface"), says("concrete", by="b", attribute="surface"), 0),
        (says("straight", attribute="approach"), says("bay", by="b", attribute="approach"), 1),
    ],
)
def test_values_conflict_only_where_their_tolerances_do_not_meet(
    first: Evidence, second: Evidence, findings: int
) -> None:
    assert len(known(first, second).findings) == findings


def test_public_ids_and_unique_bare_ids_are_found_and_all_others_are_findings() -> None:
    knowledge = known(
        says(100.0, of="bus:dock"), says(110.0, of="market"), says(120.0, of="dock"), says(130.0, of="nowhere"),
        says(140.0, of="bus:p1"), says(150.0, of=""),
    )  # fmt: skip
    assert {stop: height(knowledge, stop)[1].low for stop in knowledge.quays} == {"bus:dock": 90, "bus:market": 100}
    assert [(f.code, f.subject_id) for f in knowledge.findings] == [
        ("UNKNOWN_STOP", "dock"), ("UNKNOWN_STOP", "nowhere"), ("UNKNOWN_STOP", "bus:p1"), ("UNKNOWN_STOP", ""),
    ]  # fmt: skip
    assert "no stop “dock”, or several" in knowledge.findings[0].text


def test_a_compensating_stop_that_the_network_does_not_have_is_a_finding_with_row_and_field() -> None:
    named = says("dock rail:p1 dok market rail:dok", attribute="compensating_stops")
    assert [(one.code, one.subject_id, one.where) for one in known(named).findings] == [
        ("UNKNOWN_STOP", word, "line 2, compensating_stops") for word in ("dok", "market", "rail:dok")
    ]
    assert "bus:market" in known(named).findings[0].text
    assert known(says("dock", attribute="compensating_stops")).findings == ()
    assert known(says("dok", attribute="substitution")).findings == (), "a text is no list of stops"


def test_two_names_of_one_stop_are_one_subject() -> None:
    knowledge = known(says(180.0, of="market", on=MAY), says(100.0, of="bus:market", on=JUNE, by="b"))
    assert list(knowledge.quays) == ["bus:market"]
    assert height(knowledge)[0] == "b"
    assert [f.code for f in knowledge.findings] == ["CONFLICT"]


def test_a_netex_id_joins_the_facts_of_netex_to_the_stop_that_names_it() -> None:
    alias = says("FR:Quay:7", attribute="netex_id", by="city")
    knowledge = known(says(90.0, Method.DECLARED, of="FR:Quay:7", by="netex"), alias)
    assert height(knowledge) == ("netex", Interval(70, 110))
    assert knowledge.findings == ()


@pytest.mark.parametrize("method", [Method.DECLARED, Method.OSM, Method.SURVEY])
def test_a_no_of_netex_cnig_or_osm_warns_and_is_no_veto(method: Method) -> None:
    knowledge = known(says("no", method, attribute="declared_access"))
    assert knowledge.stop_declared == {}
    (statement,) = knowledge.statements
    assert statement.used, "the warning itself is kept and shown"


def test_a_no_of_the_survey_tables_is_a_refusal() -> None:
    knowledge = known(says("no", Method.DECLARED, attribute="declared_access"), survey=True)
    assert knowledge.stop_declared == {"bus:market": (Flag.NO, None)}


def test_a_yes_counts_from_everybody_but_volunteers() -> None:
    def declared(method: Method) -> dict[str, tuple[Flag, str | None]]:
        return known(says("yes", method, attribute="declared_access")).stop_declared

    assert declared(Method.DECLARED) == {"bus:market": (Flag.YES, None)}
    assert declared(Method.OSM) == {}


def test_partial_is_unknown_with_its_text() -> None:
    text = says("ring first", Method.DECLARED, attribute="declared_text")
    partial = says("partial", Method.DECLARED, attribute="declared_access")
    assert known(partial, text).stop_declared == {"bus:market": (Flag.UNKNOWN, "ring first")}
    assert known(partial).stop_declared == {"bus:market": (Flag.UNKNOWN, "")}


def test_a_declared_vehicle_is_its_types_flag() -> None:
    refused = says("no", Method.DECLARED, attribute="declared_access", of="old", subject=Subject.VEHICLE_TYPE)
    assert known(refused, survey=True).type_declared == {"old": (Flag.NO, None)}
    assert known(refused).type_declared == {}


@pytest.mark.parametrize(
    ("attribute", "value", "method", "tolerance", "interval"),
    [
        ("height_mm", 180.0, Method.SURVEY, None, (170, 190)),
        ("height_mm", 180.0, Method.DECLARED, None, (160, 200)),
        ("height_mm", 180.0, Method.OSM, None, (160, 200)),
        ("height_mm", 180.0, Method.IMAGERY, None, (140, 220)),
        ("height_mm", 180.0, Method.SURVEY, 3.0, (177, 183)),
        ("height_mm", 180.0, Method.SURVEY, 0.0, (180, 180)),
        ("height_mm", 5.0, Method.SURVEY, None, (-5, 15)),  # the road may lie above its own edge
        ("gap_mm", 5.0, Method.SURVEY, None, (0, 25)),  # no gap is less than none
        ("manoeuvre_mm", float("inf"), Method.DECLARED, None, (float("inf"), float("inf"))),
        ("slot_width_mm", 0.0, Method.SURVEY, None, (0, 2)),
        ("contrast", 0.5, Method.SURVEY, None, (0.45, 0.55)),
        ("contrast", 0.75, Method.DECLARED, None, (0.65, 0.85)),
        ("contrast", 1.0, Method.SURVEY, None, (0.95, 1)),  # of one nothing is more than all
        ("contrast", 0.0, Method.SURVEY, None, (0, 0.05)),
    ],
)
def test_a_measured_number_is_as_wide_as_its_tolerance(
    attribute: str, value: float, method: Method, tolerance: float | None, interval: tuple[float, float]
) -> None:
    assert fact_of(says(value, method, attribute=attribute, tolerance=tolerance)).value == Interval(*interval)


def test_a_ramp_of_length_zero_is_exactly_none() -> None:
    for tolerance in (None, 10.0):
        said = says(0.0, attribute="ramp_length_mm", subject=Subject.DOOR, of="bus#1", tolerance=tolerance)
        assert fact_of(said).value == Interval(0, 0)


def test_a_height_is_measured_from_what_its_own_source_says() -> None:
    rail = says("rail", attribute="height_reference", by="a")
    from_a, from_b = says(550.0, by="a", on=MAY), says(300.0, by="b", on=JUNE)
    assert known(from_a, rail).quays["bus:market"].height_reference == "rail"
    assert known(from_a, rail, from_b).quays["bus:market"].height_reference is None, "b does not say from where"
    assert known(rail).quays["bus:market"].height_reference is None, "a reference without a height"


def test_doors_are_sorted_and_belong_to_their_type() -> None:
    knowledge = known(
        says(320.0, attribute="floor_mm", subject=Subject.DOOR, of="bus#2"),
        says(330.0, attribute="floor_mm", subject=Subject.DOOR, of="bus#1"),
        says(NO_KNEELING, attribute="floor_kneeled_mm", subject=Subject.DOOR, of="bus#1"),
        says("alight", attribute="use", subject=Subject.DOOR, of="bus#2"),
        says("always", attribute="kneel_policy", subject=Subject.VEHICLE_TYPE, of="bus"),
    )
    vehicle = knowledge.vehicle_types["bus"]
    assert [(door.door_no, door.use) for door in vehicle.doors] == [(1, "both"), (2, "alight")]
    assert vehicle.doors[0].floor_kneeled_mm is not None
    assert vehicle.doors[0].floor_kneeled_mm.value == NO_KNEELING
    assert vehicle.doors[1].floor_kneeled_mm is None
    assert vehicle.mode == ""
    assert vehicle.wheelchair_spaces is None


def test_a_vehicle_type_that_is_only_assigned_is_known_by_name_alone() -> None:
    reading = SurveyReading(assignments=[Assignment("route", "12", "mystery")])
    vehicle = learn([reading], STOPS, ROUTES, TRIPS).vehicle_types["mystery"]
    assert (vehicle.doors, vehicle.kneel_policy) == ((), None)


def test_assignments_follow_their_routes_and_trips_and_the_lost_ones_are_findings() -> None:
    rows = [
        Assignment("route", "12", "a"), Assignment("route", "1", "b", where="line 3"),
        Assignment("route_direction", "12#1", "c"), Assignment("route_direction", "99#0", "d"),
        Assignment("trip", "late", "e"), Assignment("trip", "early", "f"),
        Assignment("agency", None, "g"), Assignment("block", "B1", "h"), Assignment("service_date", "2026-05-12", "i"),
    ]  # fmt: skip
    knowledge = learn([SurveyReading(assignments=rows)], STOPS, ROUTES, TRIPS)
    assert [(row.scope, row.scope_id) for row in knowledge.assignments] == [
        ("route", "bus:12"), ("route_direction", "bus:12#1"), ("trip", "bus:late"), ("agency", None), ("block", "B1"),
        ("service_date", "2026-05-12"),
    ]  # fmt: skip
    assert [(f.code, f.subject_id) for f in knowledge.findings] == [
        ("UNKNOWN_ROUTE", "1"), ("UNKNOWN_ROUTE_DIRECTION", "99#0"), ("UNKNOWN_TRIP", "early"),
    ]  # fmt: skip
    assert knowledge.findings[0].where == "line 3"


def test_an_override_that_names_something_unknown_is_dropped_whole() -> None:
    rows = [
        Override(stop_id="market", route_id="12", permission="no"),
        Override(stop_id="market", trip_id="nowhere", permission="no", where="line 3"),
        Override(permission="no"),
    ]
    knowledge = learn([SurveyReading(overrides=rows)], STOPS, ROUTES, TRIPS)
    assert [(o.stop_id, o.route_id, o.trip_id) for o in knowledge.overrides] == [
        ("bus:market", "bus:12", None), (None, None, None),
    ]  # fmt: skip
    assert [(f.code, f.where) for f in knowledge.findings] == [("UNKNOWN_TRIP", "line 3")]


def test_findings_of_readers_are_kept_and_told_once() -> None:
    twice = [Finding("IMPOSSIBLE_VALUE", "market", "x"), Finding("IMPOSSIBLE_VALUE", "market", "x")]
    assert learn([Reading(findings=twice)], STOPS, ROUTES, TRIPS).findings == (twice[0],)


def test_invented_is_said_of_everything_as_soon_as_one_fact_is() -> None:
    assert not known(says(180.0)).invented
    assert known(says(180.0), says(20.0, Method.INVENTED, attribute="gap_mm")).invented


def test_knowledge_survives_json_with_infinity_and_dates() -> None:
    reading = SurveyReading(
        evidence=[
            says(float("inf"), attribute="manoeuvre_mm", on=MAY),
            says(180.0, tolerance=2.5),
            says(True, attribute="bench"),
            says(2, attribute="inside_steps", subject=Subject.DOOR, of="bus#1"),
        ],
        findings=[Finding("X", "market", "é")],
        sources=[Source("city", "Ville", date="2026")],
        assignments=[Assignment("route", "12", "bus", 0.5, MAY, JUNE), Assignment("agency", None, "bus")],
        overrides=[
            Override("market", outcome=Outcome.RAMP, gap_mm=30.0),
            Override(route_id="12", outcome=Outcome.LEVEL, direction_id=0),
        ],
    )
    knowledge = learn([reading], STOPS, ROUTES, TRIPS)
    again = through_json(knowledge)
    assert again == knowledge
    assert again.quays == knowledge.quays
    assert isinstance(again.overrides[0].outcome, Outcome)


def test_a_text_that_reads_infinity_stays_a_text() -> None:
    knowledge = known(says("Infinity", attribute="owner"))
    assert through_json(knowledge) == knowledge


def through_json(knowledge: Knowledge) -> Knowledge:
    return knowledge_from_json(json.loads(json.dumps(knowledge_as_json(knowledge), allow_nan=False)))
