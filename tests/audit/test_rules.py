"""Every rule has a sentence, a source and three worlds: with the fault, without it, and one that cannot be assessed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.audit.check import Owed, finding_id, obligation_of, obligation_of_vehicle  # also: all rules register
from planner.audit.rules import (
    RULES,
    STRADDLES,
    Result,
    Rule,
    Severity,
    Standing,
    State,
    at_least,
    at_most,
    less_than,
    rule,
    within,
)
from planner.audit.rules_france import NOT_HELD
from planner.audit.said import say
from planner.audit.subjects import Serving, StopSubject, WaySubject
from planner.facts import Fact, Interval, Method
from planner.model import NO_CONTROL, NO_SUBSTITUTION, Door, Flag, Quay, VehicleType
from planner.network.streets import LinkKind

DAY = date(2026, 5, 12)


def fact(value: Any, on: date | None = date(2025, 1, 1)) -> Fact[Any]:
    return Fact(value, "survey", Method.SURVEY, on)


def mm(low: float, high: float | None = None) -> Fact[Interval]:
    return fact(Interval(low, low if high is None else high))


def stop(**facts: Any) -> StopSubject:
    return StopSubject(
        "s", facts={name: value if isinstance(value, Fact) else fact(value) for name, value in facts.items()}
    )


def vehicle(mode: str = "bus", spaces: int | None = 1, **door: Any) -> Serving:
    made = {
        "floor_mm": mm(320), "floor_kneeled_mm": mm(250), "device": fact("manual_ramp"), "ramp_length_mm": mm(1000),
        "clear_width_mm": mm(1100), "inside_steps": fact(0), "ramp_load_kg": fact(300.0), "ramp_outlet_drop_mm": mm(0),
        "deploys_to_road": fact(True), "ramp_width_mm": mm(800),
    }  # fmt: skip
    return Serving(
        VehicleType(
            "v", "Bus", mode, fact("always"), None if spaces is None else fact(spaces), (Door(1, **(made | door)),)
        ),
        10,
    )


def met(height: float | None, *serving: Serving, flag: Flag = Flag.UNKNOWN) -> StopSubject:
    quay = Quay(None if height is None else mm(height), "road", mm(40), None, fact("straight"), mm(2000), fact(True))
    return StopSubject("s", quay=quay, serving=serving or (vehicle(),), flag=flag, day=DAY)


def way(kind: LinkKind = LinkKind.WAY, length_m: float = 30, **facts: Any) -> WaySubject:
    return WaySubject("w", kind, length_m, **facts)


def tram(height: float, strip: bool | None) -> StopSubject:
    facts = {} if strip is None else {"tactile_strip": fact(strip)}
    return replace(met(height, vehicle("tram")), facts=facts)


NO_DEVICE = vehicle(device=fact("none"), ramp_length_mm=mm(0))
BLANK_DOOR = vehicle(device=None, ramp_length_mm=None, floor_mm=None, floor_kneeled_mm=None)
LOW_FLOOR = vehicle(floor_mm=mm(205), floor_kneeled_mm=fact("none"))
IMPOSSIBLE = {"technically_impossible": True, "priority": True}

# rule: (with the fault, without, not assessable)
WORLDS: dict[str, tuple[Any, Any, Any]] = {
    "FR-01": (stop(path_step_free=False), stop(path_step_free=True), stop()),
    "FR-02": (stop(clear_depth_mm=mm(850)), stop(clear_depth_mm=mm(900)), stop()),
    "FR-03": (stop(manoeuvre_mm=mm(1200)), stop(manoeuvre_mm=mm(1500, 1600)), stop(manoeuvre_mm=mm(1450, 1550))),
    "FR-04": (met(60), met(200), met(None)),
    "FR-05": (
        replace(stop(), quay=Quay(approach=fact("bay"))),
        replace(stop(), quay=Quay(approach=fact("bulb"))),
        stop(),
    ),
    "FR-06": (
        stop(line_number_height_mm=mm(100, 119)),
        stop(line_number_height_mm=mm(120, 140)),
        stop(line_number_height_mm=mm(115, 125)),
    ),
    "FR-07": (
        stop(stop_name_height_mm=mm(70, 79)),
        stop(stop_name_height_mm=mm(80, 90)),
        stop(stop_name_height_mm=mm(75, 85)),
    ),
    "FR-08": (stop(lines_displayed=False), stop(lines_displayed=True), stop()),
    "FR-09": (tram(300, strip=False), tram(300, strip=True), tram(300, strip=None)),
    "FR-10": (stop(contrast=mm(0.3, 0.39)), stop(contrast=mm(0.7, 0.8)), stop(contrast=mm(0.65, 0.75))),
    "FR-11": (stop(slope=mm(-0.08)), stop(slope=mm(-0.01, 0.04)), stop(slope=mm(0.04, 0.06))),
    "FR-12": (stop(cross_slope=mm(0.04)), stop(cross_slope=mm(0.01)), stop()),
    "FR-14": (
        stop(kerb_drop_width_mm=mm(1100, 1190)),
        stop(kerb_drop_width_mm=mm(1200, 1300)),
        stop(kerb_drop_width_mm=mm(1190, 1210)),
    ),
    "FR-16": (stop(slot_width_mm=mm(20, 24)), stop(slot_width_mm=mm(0, 19)), stop(slot_width_mm=mm(18, 20))),
    "FR-17": (
        stop(headroom_mm=mm(2000, 2190)),
        stop(headroom_mm=mm(2200, 2300)),
        stop(headroom_mm=mm(2190, 2210)),
    ),
    "FR-19": (
        stop(drop_mm=mm(401, 500), drop_guarded=False),
        stop(drop_mm=mm(300, 400), drop_guarded=False),
        stop(drop_mm=mm(450, 470)),
    ),
    "FR-22": (
        stop(control_height_mm=mm(1301, 1400)),
        stop(control_height_mm=mm(900, 1300)),
        stop(control_height_mm=mm(1290, 1310)),
    ),
    "FR-23": (replace(stop(priority=False), routes=frozenset("ab")), stop(priority=True), stop()),
    "FR-25": (
        stop(technically_impossible=True, slope=mm(0.01), manoeuvre_mm=mm(2000)),
        stop(technically_impossible=True, slope=mm(0.09)),
        stop(technically_impossible=True, slope=mm(0.01)),
    ),
    "FR-L1112-4": (stop(**IMPOSSIBLE), stop(**IMPOSSIBLE, substitution="taxi"), stop(priority=True)),
    "FR-26": (met(150, NO_DEVICE), met(200, vehicle()), met(150, BLANK_DOOR)),
    "FR-29": (vehicle(spaces=0), vehicle(spaces=1), vehicle(spaces=None)),
    "FR-30": (met(0, NO_DEVICE, flag=Flag.YES), met(200, flag=Flag.YES), met(200)),
    "FR-11-way": (way(incline=mm(0.07)), way(incline=mm(0.07), length_m=1.5), way()),
    "FR-12-way": (way(cross_slope=mm(0.03)), way(cross_slope=mm(0.02)), way()),
    "FR-13": (way(width_mm=mm(1100)), way(width_mm=mm(1500)), way(width_mm=mm(1300))),
    "FR-15": (
        way(LinkKind.KERB, 0, kerb_mm=mm(60)),
        way(LinkKind.KERB, 0, kerb_mm=mm(15)),
        way(LinkKind.KERB, 0, kerb_mm=mm(30)),
    ),
    "FR-18": (
        way(LinkKind.STEPS, steps=3, handrail=False, width_mm=mm(2000)),
        way(),
        way(LinkKind.STEPS, steps=12, handrail=True, width_mm=mm(2000)),
    ),
    "FR-21": (
        way(LinkKind.BARRIER, 0, width_mm=mm(700)),
        way(LinkKind.BARRIER, 0, width_mm=mm(900)),
        way(LinkKind.BARRIER, 0),
    ),
    "C1": (met(0, NO_DEVICE, flag=Flag.YES), met(200, flag=Flag.YES), met(None, BLANK_DOOR, flag=Flag.YES)),
    "C2": (met(200, flag=Flag.NO), met(0, NO_DEVICE, flag=Flag.NO), met(None, BLANK_DOOR, flag=Flag.NO)),
    "C3": (
        replace(stop(path_step_free=False), parent_flag=Flag.YES),
        replace(stop(path_step_free=True), parent_flag=Flag.YES),
        replace(stop(), parent_flag=Flag.YES),
    ),
    "C4": (
        met(0, replace(vehicle(), trip_flag=Flag.YES), flag=Flag.NO),
        met(0, replace(vehicle(), trip_flag=Flag.YES), flag=Flag.YES),
        met(0, vehicle(), flag=Flag.YES),
    ),
    "C5": (replace(met(180), not_possible=2), met(180), stop()),
    "C7": (
        replace(stop(), step_free_m=Interval(12, 12)),
        replace(stop(), step_free_m=Interval(200, 200)),
        replace(stop(), step_free_m=Interval(12, 200)),
    ),
    "C9": (replace(stop(), paired=False), replace(stop(), paired=True), stop()),
    "C6": (met(550), met(180), met(None)),
    "C8": (
        replace(stop(), quay=Quay(mm(180)), day=date(2036, 1, 1)),
        replace(stop(), quay=Quay(mm(180)), day=DAY),
        replace(stop(), quay=Quay(fact(Interval(180, 180), None)), day=DAY),
    ),
    "C10": (vehicle(ramp_length_mm=None), vehicle(), vehicle(device=None)),
    "CH-01": (met(120), met(220), met(180)),
    "CH-02": (stop(clear_depth_mm=mm(1300)), stop(clear_depth_mm=mm(2000)), stop()),
    "CH-03": (stop(cross_slope=mm(0.03)), stop(cross_slope=mm(0.02)), stop()),
    "DE-01": (met(60, NO_DEVICE), met(200, LOW_FLOOR), met(None)),
    "DE-02": (met(150), met(180), met(None)),
    "UK-01": (met(100), met(140), met(None)),
    "UK-02": (stop(length_mm=mm(2500)), stop(length_mm=mm(5000)), stop()),
    "US-01": (stop(clear_depth_mm=mm(2000)), stop(clear_depth_mm=mm(2500)), stop()),
}


def test_every_rule_has_its_three_worlds_and_no_world_is_without_a_rule() -> None:
    assert set(WORLDS) == set(RULES)


@pytest.mark.parametrize("one", RULES.values(), ids=list(RULES))
def test_a_rule_fails_passes_and_says_when_it_cannot_tell(one: Rule) -> None:
    fault, sound, blank = (one.check(world) for world in WORLDS[one.id])
    assert (fault.state, sound.state, blank.state) == (State.FAIL, State.PASS, State.NOT_ASSESSABLE)
    assert blank.missing or blank.note, "nobody learns what is missing"


@pytest.mark.parametrize("one", RULES.values(), ids=list(RULES))
def test_a_rule_says_itself_in_one_sentence_with_its_source(one: Rule) -> None:
    assert one.text[0].isupper()
    assert one.text.endswith(".")
    assert one.source
    assert one.threshold.unit


@pytest.mark.parametrize("one", [r for r in RULES.values() if r.about.value == "STOP"], ids=lambda r: r.id)
def test_a_stop_of_which_nothing_is_known_passes_no_rule(one: Rule) -> None:
    assert one.check(StopSubject("s")).state is State.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("id_", "text", "source"), [("ZZ-1", "", "law"), ("ZZ-1", "No full stop", "law"), ("ZZ-1", "A sentence.", " ")]
)
def test_a_rule_without_sentence_or_source_is_refused(id_: str, text: str, source: str) -> None:
    def check(_: StopSubject) -> Result:
        return Result(State.PASS)

    check.__doc__ = text
    with pytest.raises(ValueError, match=id_):
        rule(id_, RULES["FR-01"].about, Severity.MINOR, source)(check)
    assert id_ not in RULES


def test_what_our_data_cannot_know_is_listed_and_no_rule() -> None:
    numbered = {f"FR-{n:02}" for n in range(1, 31)}
    assert numbered == {id_ for id_ in RULES if id_ in numbered} | set(NOT_HELD)
    assert not set(NOT_HELD) & set(RULES)


def test_the_consistency_rules_are_all_here() -> None:
    assert {f"C{n}" for n in range(1, 11)} <= set(RULES)


def test_thresholds_that_no_law_names_are_guidance() -> None:
    guidance = {"FR-04", "FR-26", "FR-30", "DE-02", "UK-01", "UK-02", "C8"}
    assert {RULES[id_].standing for id_ in guidance} == {Standing.GUIDANCE}


def test_the_same_height_passes_for_one_vehicle_and_fails_for_another() -> None:
    check: Callable[[Any], Result] = RULES["FR-04"].check
    high = vehicle(floor_mm=mm(380), floor_kneeled_mm=fact("none"))
    assert check(met(180)).state is State.PASS
    worse = check(met(180, vehicle(), high))
    assert worse.state is State.FAIL
    assert worse.found == say("a step of %(value_mm)s", value_mm=200.0)
    assert worse.severity is None, "as the rule says: blocking"


def test_a_ramp_between_8_and_12_percent_is_a_major_failure_and_says_by_how_much() -> None:
    result = RULES["FR-04"].check(met(150))
    assert (result.state, result.severity) == (State.FAIL, Severity.MAJOR)
    assert result.gap == pytest.approx(0.1 - 0.08, abs=0.002)


# stops of one measure against one limit, and the same of ways: the field, and the kind of way
LIMITED = [
    r
    for r in RULES.values()
    if r.threshold.value is not None
    and r.id not in {"FR-04", "FR-09", "FR-25", "FR-26", "FR-29", "C6", "C7", "C8", "C9", "DE-01"}
]
OF_WAYS = {
    "FR-11-way": ("incline", LinkKind.WAY),
    "FR-12-way": ("cross_slope", LinkKind.WAY),
    "FR-13": ("width_mm", LinkKind.WAY),
    "FR-15": ("kerb_mm", LinkKind.KERB),
    "FR-18": ("width_mm", LinkKind.STEPS),
    "FR-21": ("width_mm", LinkKind.BARRIER),
}


@pytest.mark.parametrize("one", LIMITED, ids=lambda r: r.id)
def test_the_threshold_that_is_printed_is_the_one_that_is_judged_by(one: Rule) -> None:
    def judged(value: float) -> Result:
        if one.id in OF_WAYS:
            field, kind = OF_WAYS[one.id]
            facts: dict[str, Any] = {field: mm(value), "steps": 12 if kind is LinkKind.STEPS else 0}
            return one.check(way(kind, **facts))
        (field,) = one.check(stop()).missing
        at = Quay(mm(value)) if field == "height_mm" else Quay()
        return one.check(replace(stop(**{field: mm(value)}, drop_guarded=False), quay=at))

    assert one.threshold.value is not None
    below, above = judged(one.threshold.value * 0.999), judged(one.threshold.value * 1.001)
    assert (below.state is State.PASS) != (above.state is State.PASS) or {below.state, above.state} == {
        State.FAIL,
        State.NOT_ASSESSABLE,  # of stairs, which never pass
    }


def test_a_slope_that_must_be_less_than_5_percent_fails_at_5_whichever_way_it_goes() -> None:
    for rule_id, world in (("FR-11", lambda x: stop(slope=mm(x))), ("FR-11-way", lambda x: way(incline=mm(x)))):
        states = [RULES[rule_id].check(world(x)).state for x in (-0.05, -0.0499, 0.0499, 0.05)]
        assert states == [State.FAIL, State.PASS, State.PASS, State.FAIL]
        assert RULES[rule_id].check(world(-0.08)).gap == pytest.approx(0.03)


@pytest.mark.parametrize(
    ("length_m", "incline", "state", "severity"),
    [
        (0.5, 0.12, State.PASS, None),
        (0.6, 0.12, State.FAIL, None),
        (2.0, 0.08, State.PASS, None),
        (2.1, 0.08, State.FAIL, None),
        (30, 0.119, State.FAIL, None),
        (30, 0.121, State.FAIL, Severity.BLOCKING),
        (0.5, 0.121, State.FAIL, Severity.BLOCKING),
    ],
)
def test_a_short_ramp_may_be_steeper_and_beyond_12_percent_nobody_gets_on(
    length_m: float, incline: float, state: State, severity: Severity | None
) -> None:
    told = RULES["FR-11-way"].check(way(length_m=length_m, incline=mm(incline)))
    assert (told.state, told.severity) == (state, severity)


@pytest.mark.parametrize(
    ("rule_id", "world", "severity"),
    [
        ("FR-11", stop(slope=mm(0.119)), None),
        ("FR-11", stop(slope=mm(0.121)), Severity.BLOCKING),
        ("FR-12", stop(cross_slope=mm(0.049)), None),
        ("FR-12", stop(cross_slope=mm(0.051)), Severity.BLOCKING),
        ("FR-12-way", way(cross_slope=mm(0.049)), None),
        ("FR-12-way", way(cross_slope=mm(0.051)), Severity.BLOCKING),
        ("FR-13", way(width_mm=mm(900)), None),
        ("FR-13", way(width_mm=mm(899)), Severity.BLOCKING),
        ("FR-15", way(LinkKind.KERB, 0, kerb_mm=mm(40.1)), Severity.BLOCKING),
    ],
)
def test_far_beyond_its_threshold_a_major_fault_is_blocking(
    rule_id: str, world: Any, severity: Severity | None
) -> None:
    told = RULES[rule_id].check(world)
    assert (told.state, told.severity) == (State.FAIL, severity)


@pytest.mark.parametrize(
    ("rule_id", "world", "missing"),
    [
        ("FR-13", way(width_mm=mm(1200)), "walls beside the way"),
        ("FR-13", way(width_mm=mm(1399)), "walls beside the way"),
        ("FR-15", way(LinkKind.KERB, 0, kerb_mm=mm(40)), "chamfer"),
        ("CH-01", met(160), "whether the exception for a ramp holds"),
    ],
)
def test_where_an_exception_may_hold_nothing_fails(rule_id: str, world: Any, missing: str) -> None:
    told = RULES[rule_id].check(world)
    assert (told.state, told.missing) == (State.NOT_ASSESSABLE, (missing,))


def between(low: float, high: float, *serving: Serving) -> StopSubject:
    world = met(low, *serving)
    return replace(world, quay=replace(world.quay, height_mm=mm(low, high)))


@pytest.mark.parametrize(
    ("world", "state", "severity", "missing"),
    [
        (met(100), State.FAIL, None, ()),  # 15 %
        (met(140), State.FAIL, Severity.MAJOR, ()),  # 11 %
        (met(170), State.FAIL, Severity.MAJOR, ()),  # 8.03 %
        (met(171), State.PASS, None, ()),  # 7.9 %
        (between(155, 190), State.NOT_ASSESSABLE, None, ()),  # 6 to 9.5 %
        (between(20, 180), State.NOT_ASSESSABLE, None, ()),  # perhaps nobody gets on
        (between(100, 160), State.FAIL, Severity.MAJOR, ()),  # at best 9 %
        (met(200, BLANK_DOOR), State.NOT_ASSESSABLE, None, ("door.floor_mm",)),
        (met(200, vehicle(), BLANK_DOOR), State.NOT_ASSESSABLE, None, ("door.floor_mm",)),
        (met(60, vehicle(), BLANK_DOOR), State.FAIL, None, ()),  # whatever the other is like
        (met(150, vehicle(), BLANK_DOOR), State.FAIL, Severity.MAJOR, ()),
        (replace(met(200), serving=()), State.NOT_ASSESSABLE, None, ("vehicle",)),
    ],
)
def test_a_height_is_judged_by_the_ramp_it_gives_every_vehicle(
    world: StopSubject, state: State, severity: Severity | None, missing: tuple[str, ...]
) -> None:
    told = RULES["FR-04"].check(world)
    assert (told.state, told.severity) == (state, severity)
    assert told.missing[:1] == missing
    straddles = state is State.NOT_ASSESSABLE and not missing
    assert (told.note == STRADDLES) == straddles
    assert bool(told.found) == (not missing)


def test_of_several_vehicles_the_steepest_ramp_is_told() -> None:
    high = vehicle(floor_kneeled_mm=mm(270))
    for vehicles in ((vehicle(), high), (high, vehicle())):
        told = RULES["FR-04"].check(met(160, *vehicles))
        assert told.found.values["value_slope"] == pytest.approx(0.1106, abs=1e-3), "270 above 160 over a metre"
        passing = RULES["FR-04"].check(met(200, *vehicles))
        assert passing.state is State.PASS
        assert passing.found.values["value_slope"] == pytest.approx(0.0702, abs=1e-3)


@pytest.mark.parametrize(
    ("mode", "height", "strip", "state", "missing"),
    [
        ("bus", mm(300), False, State.PASS, ()),
        ("tram", mm(260), False, State.PASS, ()),
        ("tram", mm(261), False, State.FAIL, ()),
        ("tram", mm(261), None, State.NOT_ASSESSABLE, ("tactile_strip",)),
        ("tram", mm(250, 261), False, State.NOT_ASSESSABLE, ("height_mm",)),
        ("tram", mm(250, 261), True, State.PASS, ()),
        ("tram", mm(261, 300), True, State.PASS, ()),
        ("tram", None, True, State.PASS, ()),
        ("tram", None, False, State.NOT_ASSESSABLE, ("height_mm",)),
    ],
)
def test_a_warning_strip_is_asked_of_high_quays_of_guided_transport_alone(
    mode: str, height: Fact[Interval] | None, strip: bool | None, state: State, missing: tuple[str, ...]
) -> None:
    facts = {} if strip is None else {"tactile_strip": fact(strip)}
    told = RULES["FR-09"].check(replace(stop(), quay=Quay(height), serving=(vehicle(mode),), facts=facts))
    assert (told.state, told.missing) == (state, missing)


def level(floor: float | Fact[Interval], **door: Any) -> Serving:
    at = floor if isinstance(floor, Fact) else mm(floor)
    return vehicle(**({"floor_mm": at, "floor_kneeled_mm": fact("none"), "device": fact("none")} | door))


@pytest.mark.parametrize(
    ("rule_id", "world", "state", "missing"),
    [
        ("FR-26", met(200, level(205, device=None)), State.PASS, ()),  # nothing to fill
        ("FR-26", met(200, level(250)), State.PASS, ()),
        ("FR-26", met(200, level(250, device=None)), State.PASS, ()),
        ("FR-26", met(200, level(251)), State.FAIL, ()),
        ("FR-26", met(200, level(149)), State.FAIL, ()),  # a step down is one too
        ("FR-26", met(200, level(251, device=None)), State.NOT_ASSESSABLE, ("door.device",)),
        ("FR-26", met(200, level(251), replace(vehicle(), vehicle=VehicleType("w", "Bus", "bus"))), State.FAIL, ()),
        (
            "FR-26",
            met(200, replace(vehicle(), vehicle=VehicleType("w", "Bus", "bus"))),
            State.NOT_ASSESSABLE,
            ("door.device",),
        ),
        ("FR-26", met(200, level(mm(240, 260))), State.NOT_ASSESSABLE, ("tolerance",)),
        ("FR-26", met(None, level(250)), State.NOT_ASSESSABLE, ("quay.height_mm",)),
        ("FR-26", met(0, vehicle(device=None), vehicle()), State.NOT_ASSESSABLE, ("door.device",)),
        ("FR-26", replace(met(200), serving=()), State.NOT_ASSESSABLE, ("vehicle",)),
        ("DE-01", met(200, level(300)), State.PASS, ()),
        ("DE-01", met(200, level(301)), State.FAIL, ()),
        ("DE-01", met(200, level(99)), State.FAIL, ()),
        ("DE-01", met(200, level(mm(290, 301))), State.NOT_ASSESSABLE, ("tolerance of the step",)),
        ("DE-01", met(None, level(250)), State.NOT_ASSESSABLE, ("step",)),
        ("DE-01", replace(met(200), serving=()), State.NOT_ASSESSABLE, ("vehicle",)),
    ],
)
def test_what_remains_between_quay_and_vehicle_is_small_or_filled(
    rule_id: str, world: StopSubject, state: State, missing: tuple[str, ...]
) -> None:
    told = RULES[rule_id].check(world)
    assert (told.state, told.missing[:1]) == (state, missing)
    assert (told.gap is not None) == (state is State.FAIL)


@pytest.mark.parametrize(
    ("facts", "state", "missing"),
    [
        ({"priority": False}, State.PASS, ()),
        ({"technically_impossible": False}, State.PASS, ()),
        ({"technically_impossible": True}, State.NOT_ASSESSABLE, ("priority",)),
        ({"priority": True}, State.NOT_ASSESSABLE, ("technically_impossible",)),
        ({}, State.NOT_ASSESSABLE, ("priority", "technically_impossible")),
        ({"priority": False, "technically_impossible": True}, State.PASS, ()),
        (IMPOSSIBLE | {"substitution": NO_SUBSTITUTION}, State.FAIL, ()),
    ],
)
def test_a_substitution_is_asked_of_impossible_priority_stops_alone(
    facts: dict[str, Any], state: State, missing: tuple[str, ...]
) -> None:
    told = RULES["FR-L1112-4"].check(stop(**facts))
    assert (told.state, told.missing) == (state, missing)


@pytest.mark.parametrize(
    ("facts", "state", "missing"),
    [
        ({"technically_impossible": False}, State.PASS, ()),
        ({"technically_impossible": False, "slope": mm(0.01), "manoeuvre_mm": mm(2000)}, State.PASS, ()),
        ({"technically_impossible": True, "manoeuvre_mm": mm(1499)}, State.PASS, ()),
        ({"technically_impossible": True, "slope": mm(0.051)}, State.PASS, ()),
        ({"technically_impossible": True, "slope": mm(0.05), "manoeuvre_mm": mm(1500)}, State.FAIL, ()),
        ({"technically_impossible": True, "manoeuvre_mm": mm(1500)}, State.NOT_ASSESSABLE, ("slope",)),
        ({"technically_impossible": True}, State.NOT_ASSESSABLE, ("slope", "manoeuvre_mm")),
    ],
)
def test_an_impossibility_has_one_of_two_reasons(facts: dict[str, Any], state: State, missing: tuple[str, ...]) -> None:
    told = RULES["FR-25"].check(stop(**facts))
    assert (told.state, told.missing) == (state, missing)


@pytest.mark.parametrize(
    ("rule_id", "world", "state", "missing"),
    [
        ("C1", met(0, NO_DEVICE, flag=Flag.NO), State.PASS, ()),  # not declared
        ("C1", replace(stop(), flag=Flag.YES), State.NOT_ASSESSABLE, ("vehicle",)),
        ("C1", met(0, NO_DEVICE, vehicle(device=None), flag=Flag.YES), State.NOT_ASSESSABLE, ("quay.height_mm",)),
        ("C1", met(200, NO_DEVICE, LOW_FLOOR, flag=Flag.YES), State.PASS, ()),  # one of them will do
        ("C2", met(200, flag=Flag.YES), State.PASS, ()),
        ("C2", replace(stop(), flag=Flag.NO), State.NOT_ASSESSABLE, ("vehicle",)),
        ("C2", met(0, NO_DEVICE, BLANK_DOOR, flag=Flag.NO), State.PASS, ()),  # one of them cannot
        ("C3", replace(stop(path_step_free=False), parent_flag=Flag.NO), State.PASS, ()),
        ("C3", replace(stop(path_step_free=True), parent_flag=Flag.YES, flag=Flag.NO), State.FAIL, ()),
        ("C4", met(0, replace(vehicle(), trip_flag=Flag.NO), flag=Flag.NO), State.PASS, ()),
        ("C6", met(550, vehicle("tram")), State.PASS, ()),
        ("C6", met(260), State.PASS, ()),
        ("C6", met(261), State.FAIL, ()),
        ("C6", between(250, 261), State.NOT_ASSESSABLE, ("tolerance",)),
        ("C8", replace(stop(), quay=Quay(mm(180)), day=date(2034, 12, 31)), State.PASS, ()),
        ("C8", replace(stop(), quay=Quay(mm(180)), day=date(2035, 1, 1)), State.FAIL, ()),
        ("C10", vehicle(device=fact("lift"), ramp_length_mm=None), State.PASS, ()),
        ("C10", vehicle(device=fact("none"), ramp_length_mm=None), State.PASS, ()),
        ("FR-13", way(LinkKind.LIFT, 0, width_mm=mm(800)), State.PASS, ()),
        ("FR-15", way(kerb_mm=mm(90)), State.PASS, ()),
        ("FR-21", way(width_mm=mm(700)), State.PASS, ()),
    ],
)
def test_a_rule_speaks_of_what_it_is_about_alone(
    rule_id: str, world: Any, state: State, missing: tuple[str, ...]
) -> None:
    told = RULES[rule_id].check(world)
    assert (told.state, told.missing[:1]) == (state, missing)


def test_an_id_is_taken_once() -> None:
    with pytest.raises(ValueError, match="exists already"):
        rule("FR-01", RULES["FR-01"].about, Severity.MINOR, "law")(RULES["FR-01"].check)


@pytest.mark.parametrize(
    ("contrast", "state"),
    [(mm(0.38, 0.41), State.NOT_ASSESSABLE), (mm(0.5), State.NOT_ASSESSABLE), (mm(0.2), State.FAIL)],
)
def test_a_contrast_of_40_percent_will_do_where_it_lasts(contrast: Fact[Any], state: State) -> None:
    told = RULES["FR-10"].check(stop(contrast=contrast))
    assert told.state is state
    assert bool(told.missing) is (state is State.NOT_ASSESSABLE)
    assert bool(told.note) is (state is State.FAIL), "colours may stand for it"


@pytest.mark.parametrize(
    ("drop", "guarded", "state"),
    [
        (None, True, State.PASS),  # whatever there is has its rail
        (mm(900), True, State.PASS),
        (mm(0, 10), None, State.PASS),
        (mm(0, 10), False, State.PASS),
        (None, False, State.NOT_ASSESSABLE),
        (mm(390, 410), False, State.NOT_ASSESSABLE),
        (mm(390, 410), None, State.NOT_ASSESSABLE),
        (mm(900), False, State.FAIL),
    ],
)
def test_a_drop_fails_only_if_it_is_surely_high_and_has_no_rail(
    drop: Fact[Any] | None, guarded: bool | None, state: State
) -> None:
    given = {"drop_mm": drop, "drop_guarded": None if guarded is None else fact(guarded)}
    known = {name: value for name, value in given.items() if value is not None}
    told = RULES["FR-19"].check(stop(**known))
    assert told.state is state
    assert told.state is not State.NOT_ASSESSABLE or told.missing or told.note


@pytest.mark.parametrize(
    ("height", "state"),
    [
        (fact(NO_CONTROL), State.PASS),
        (mm(800, 890), State.FAIL),
        (mm(890, 900), State.NOT_ASSESSABLE),
        (mm(1100), State.PASS),
        (mm(800, 1400), State.NOT_ASSESSABLE),
    ],
)
def test_a_control_is_neither_too_high_nor_too_low_and_there_may_be_none(height: Fact[Any], state: State) -> None:
    assert RULES["FR-22"].check(stop(control_height_mm=height)).state is state


@pytest.mark.parametrize(
    ("stairs", "state", "missing"),
    [
        (way(LinkKind.STEPS, steps=12, width_mm=mm(1100, 1190)), State.FAIL, ()),
        (way(LinkKind.STEPS, steps=12, width_mm=mm(1150, 1250)), State.NOT_ASSESSABLE, ("riser", "tread")),
        (way(LinkKind.STEPS, steps=12), State.NOT_ASSESSABLE, ("width_mm", "riser", "tread")),
        (way(LinkKind.STEPS, steps=2, handrail=False), State.NOT_ASSESSABLE, ("width_mm", "riser", "tread")),
        (
            way(LinkKind.STEPS, steps=None, handrail=False, width_mm=mm(1500)),
            State.NOT_ASSESSABLE,
            ("riser", "tread", "number of steps"),
        ),
        (
            way(LinkKind.STEPS, steps=2, width_mm=mm(900), at_door=True),
            State.NOT_ASSESSABLE,
            ("width_mm", "riser", "tread"),
        ),
        (way(LinkKind.STEPS, steps=3, handrail=True), State.NOT_ASSESSABLE, ("width_mm", "riser", "tread")),
        (way(LinkKind.PATHWAY, steps=4, handrail=False), State.FAIL, ()),
        (way(LinkKind.ESCALATOR, steps=40, handrail=False, width_mm=mm(1000)), State.PASS, ()),
    ],
)
def test_stairs_fail_by_what_is_sure_and_never_pass(stairs: WaySubject, state: State, missing: tuple[str, ...]) -> None:
    told = RULES["FR-18"].check(stairs)
    assert told.state is state
    more = stairs.steps != 2 and state is State.NOT_ASSESSABLE
    assert told.missing == (*missing, "handrails on both sides") if more else told.missing == missing


@pytest.mark.parametrize(
    ("facts", "owed"),
    [
        ({"priority": True}, Owed.YES),
        ({"priority": True, "works_on": "1990-01-01"}, Owed.YES),
        ({"priority": False, "works_on": "2007-01-15"}, Owed.YES),
        ({"works_on": "2019-09-02"}, Owed.YES),
        ({"priority": False, "works_on": "2007-01-14"}, Owed.NO),
        ({"works_on": "2007-01-14"}, Owed.UNKNOWN),
        ({"priority": False}, Owed.UNKNOWN),
        ({}, Owed.UNKNOWN),
    ],
)
def test_priority_and_works_since_the_order_oblige_and_silence_is_no_release(facts: dict[str, Any], owed: Owed) -> None:
    told = obligation_of(stop(**facts))
    assert told.owed is owed
    assert told.because
    assert bool(told.source) is (owed is not Owed.UNKNOWN)


@pytest.mark.parametrize(
    ("ordered_on", "owed"), [("2007-05-12", Owed.YES), ("2007-05-11", Owed.NO), (None, Owed.UNKNOWN)]
)
def test_a_vehicle_ordered_since_12_may_2007_obliges(ordered_on: str | None, owed: Owed) -> None:
    told = obligation_of_vehicle({} if ordered_on is None else {"ordered_on": fact(ordered_on)})
    assert told.owed is owed
    assert bool(told.source) is (owed is not Owed.UNKNOWN)


def test_two_compensating_stops_are_as_good_as_a_substitution_and_one_is_not() -> None:
    check = RULES["FR-L1112-4"].check
    impossible = stop(**IMPOSSIBLE)
    for number, state in ((0, State.FAIL), (1, State.FAIL), (2, State.PASS), (3, State.PASS)):
        others = frozenset(f"s{i}" for i in range(number))
        told = check(replace(impossible, compensating=others))
        assert told.state is state
        assert ("one compensating stop" in told.note.text) == (number == 1)


def test_a_service_that_is_known_not_to_exist_is_told_from_one_that_nobody_recorded() -> None:
    check, silent = RULES["FR-L1112-4"].check, stop(**IMPOSSIBLE)
    assert check(silent).note.text == "neither a substitution nor compensating stops are recorded"
    declined = stop(**IMPOSSIBLE, substitution=NO_SUBSTITUTION)
    for number, state in ((0, State.FAIL), (1, State.FAIL), (2, State.PASS)):
        told = check(replace(declined, compensating=frozenset(f"s{i}" for i in range(number))))
        assert told.state is state
        assert ("no service replaces it" in told.note.text) == (state is State.FAIL)


def test_a_finding_keeps_its_id() -> None:
    assert finding_id("FR-04", "town:market") == finding_id("FR-04", "town:market")
    assert len({finding_id(rule_id, s) for rule_id in ("FR-04", "FR-05") for s in ("a", "b")}) == 4


@given(st.floats(0, 3000), st.floats(0, 500), st.floats(0, 3000))
def test_a_wide_interval_neither_passes_nor_fails_across_its_threshold(low: float, width: float, limit: float) -> None:
    value = mm(low, low + width)
    least, most = at_least(value, limit, "x"), at_most(value, limit, "x")
    below, between = less_than(value, limit, "x"), within(value, 0, limit, "x")
    straddles = low < limit < low + width
    assert (least.state is State.NOT_ASSESSABLE) >= straddles
    assert (most.state is State.NOT_ASSESSABLE) >= straddles
    assert (below.state is State.NOT_ASSESSABLE) >= straddles
    assert between.state is most.state, "nothing is below 0"
    for result in (least, most, below, between):
        assert (result.gap is not None) == (result.state is State.FAIL)
