"""Laws that every verdict keeps (DOMAIN 1.1, F2), on whatever quays and vehicles hypothesis thinks of."""

from dataclasses import fields, replace
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planner.access.boarding import judge_boarding
from planner.access.boarding_formula import MISSES
from planner.access.profiles import PRESETS, get_profile
from planner.access.reasons import CODES
from planner.facts import Certainty, Fact, Interval, Method
from planner.model import NO_KNEELING, Boarding, Door, Outcome, Profile, Quay, VehicleType, Verdict

EXAMPLES = settings(max_examples=150)
METHODS = st.sampled_from((Method.SURVEY, Method.SURVEY, Method.DECLARED, Method.OSM, Method.INFERRED))
JUDGED = [profile for profile in PRESETS.values() if profile.id != "on-foot"]
ORDINARY = {"manoeuvre_mm", "ramp_deployable", "approach", "clear_width_mm", "ramp_load_kg", "ramp_outlet_drop_mm"}


def facts(values: st.SearchStrategy[Any], blank: float = 0.25) -> st.SearchStrategy[Fact[Any] | None]:
    known = st.builds(lambda value, method: Fact(value, "law", method), values, METHODS)
    return st.one_of(known, known, known, st.none()) if blank else known


def lengths(low: int, high: int) -> st.SearchStrategy[Interval]:
    """Intervals inside [low, high]."""
    ends = st.tuples(st.integers(low, high), st.sampled_from((0, 0, 5, 10, 20, 40)))
    return ends.map(lambda e: Interval(max(low, e[0] - e[1]), min(high, e[0] + e[1])))


@st.composite
def quays(draw: st.DrawFn) -> Quay:
    return Quay(
        height_mm=draw(facts(lengths(0, 400))),
        height_reference=draw(st.sampled_from(("road", None))),
        gap_mm=draw(facts(lengths(0, 200))),
        approach=draw(facts(st.sampled_from(("straight", "bay", "bay_parking")))),
        manoeuvre_mm=draw(facts(lengths(1000, 2500))),
        ramp_deployable=draw(facts(st.sampled_from((True, True, False)))),
    )


@st.composite
def doors(draw: st.DrawFn, number: int = 1) -> Door:
    floor = draw(facts(lengths(180, 400)))
    kneeled: Any = None
    low = 180 if floor is None else int(floor.value.low)
    high = 400 if floor is None else int(floor.value.high)
    by = draw(st.one_of(st.none(), st.just(NO_KNEELING), st.integers(0, 140)))
    if by == NO_KNEELING:
        kneeled = Fact(NO_KNEELING, "law", draw(METHODS))
    elif by is not None:
        kneeled = Fact(Interval(low - by, high - by if floor is not None else low - by + 20), "law", draw(METHODS))
    device = draw(facts(st.sampled_from(("none", "manual_ramp", "powered_ramp", "lift", "portable"))))
    length = draw(facts(lengths(600, 2000)))
    if device is not None and device.value in ("none", "lift"):
        length = None  # a length beside them is a conflict of sources: its own test
    return Door(
        door_no=number,
        floor_mm=floor,
        floor_kneeled_mm=kneeled,
        clear_width_mm=draw(facts(lengths(700, 1300))),
        inside_steps=draw(facts(st.sampled_from((0, 0, 0, 1)))),
        use=draw(st.sampled_from(("both", "both", "board", "alight"))),
        device=device,
        ramp_length_mm=length,
        ramp_load_kg=draw(facts(st.sampled_from((150.0, 240.0, 300.0, 350.0)))),
        ramp_outlet_drop_mm=draw(facts(lengths(0, 40))),
        deploys_to_road=draw(facts(st.booleans())),
    )


@st.composite
def vehicles(draw: st.DrawFn) -> VehicleType:
    count = draw(st.sampled_from((1, 1, 1, 2, 0)))
    return VehicleType(
        "v",
        "v",
        "bus",
        draw(facts(st.sampled_from(("always", "on_request", "never")))),
        draw(facts(st.sampled_from((0, 1, 1, 1, 2)))),
        tuple(draw(doors(number)) for number in range(1, count + 1)),
    )


profiles = st.sampled_from([*JUDGED, *(replace(one, level_only=True) for one in JUDGED)])


def known_facts(quay: Quay, vehicle: VehicleType) -> list[tuple[str, int, str]]:
    """Where a fact is known: (part, door index, field)."""
    found = [("quay", 0, f.name) for f in fields(Quay) if isinstance(getattr(quay, f.name), Fact)]
    found += [("vehicle", 0, f.name) for f in fields(VehicleType) if isinstance(getattr(vehicle, f.name), Fact)]
    for i, door in enumerate(vehicle.doors):
        found += [("door", i, f.name) for f in fields(Door) if isinstance(getattr(door, f.name), Fact)]
    return found


def put(quay: Quay, vehicle: VehicleType, at: tuple[str, int, str], value: Any) -> tuple[Quay, VehicleType]:
    part, index, name = at
    if part == "quay":
        return replace(quay, **{name: value}), vehicle
    if part == "vehicle":
        return quay, replace(vehicle, **{name: value})
    changed = list(vehicle.doors)
    changed[index] = replace(changed[index], **{name: value})
    return quay, replace(vehicle, doors=tuple(changed))


def get(quay: Quay, vehicle: VehicleType, at: tuple[str, int, str]) -> Any:
    part, index, name = at
    return getattr({"quay": quay, "vehicle": vehicle}.get(part) or vehicle.doors[index], name)


def judge(quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool) -> Boarding:
    return judge_boarding(quay, vehicle, profile, alighting=alighting)


@EXAMPLES
@given(quays(), vehicles(), profiles, st.booleans(), st.data())
def test_blanking_a_fact_never_creates_a_no_and_never_raises_a_certainty(
    quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool, data: st.DataObject
) -> None:
    known = known_facts(quay, vehicle)
    assume(known)
    at = data.draw(st.sampled_from(known))
    before = judge(quay, vehicle, profile, alighting)
    after = judge(*put(quay, vehicle, at, None), profile, alighting)
    assert before.verdict is Verdict.NO or after.verdict is not Verdict.NO, at
    if after.certainty.rank < before.certainty.rank:
        # Two sentences of DOMAIN 1.1 meet here: an ordinary fact that spoke against the traveller is taken for granted
        # once it is blank, also where something else is missing. The answer is inferred and says what it assumes.
        assert before.verdict is Verdict.UNKNOWN, at
        assert after.certainty is Certainty.INFERRED, at
        assert at[2] in {name.split(".")[1] for name in after.assumed}, at
    if after.verdict is Verdict.YES and before.verdict is not Verdict.YES:
        assert after.certainty is Certainty.INFERRED, at  # a default never makes a better yes


@EXAMPLES
@given(quays(), vehicles(), profiles, st.booleans(), st.data())
def test_any_value_inside_the_prior_gives_an_outcome_inside_best_and_worst(
    quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool, data: st.DataObject
) -> None:
    """A deciding fact is blanked and filled again; ordinary facts are assumed, not tried."""
    deciding = [at for at in known_facts(quay, vehicle) if at[2] not in ORDINARY and at[2] != "wheelchair_spaces"]
    assume(deciding)
    at = data.draw(st.sampled_from(deciding))
    if at[2] == "inside_steps":  # ordinary at a low floor
        assume(vehicle.doors[at[1]].floor_mm is None)
    if at[2] == "device" and vehicle.doors[at[1]].device.value == "powered_ramp":  # type: ignore[union-attr]
        assume(vehicle.doors[at[1]].ramp_outlet_drop_mm is not None)
    filled = judge(quay, vehicle, profile, alighting)
    blank = judge(*put(quay, vehicle, at, None), profile, alighting)
    assert blank.best <= filled.best <= filled.worst <= blank.worst, at
    if filled.verdict is not Verdict.NO:
        assert blank.verdict is not Verdict.NO


@EXAMPLES
@given(quays(), vehicles(), profiles, st.booleans(), st.data())
def test_widening_an_interval_never_narrows_the_pair(
    quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool, data: st.DataObject
) -> None:
    measured = [at for at in known_facts(quay, vehicle) if isinstance(get(quay, vehicle, at).value, Interval)]
    assume(measured)
    at = data.draw(st.sampled_from(measured))
    fact = get(quay, vehicle, at)
    by = data.draw(st.integers(1, 60))
    wide = replace(fact, value=Interval(max(0, fact.value.low - by), fact.value.high + by))
    narrow = judge(quay, vehicle, profile, alighting)
    wider = judge(*put(quay, vehicle, at, wide), profile, alighting)
    assert wider.best <= narrow.best, at
    assert wider.worst >= narrow.worst, at


@EXAMPLES
@given(quays(), vehicles(), profiles, st.booleans(), st.data())
def test_a_longer_ramp_more_room_or_a_smaller_gap_never_harms(
    quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool, data: st.DataObject
) -> None:
    before = judge(quay, vehicle, profile, alighting)
    better: list[tuple[tuple[str, int, str], Any]] = []
    for at in known_facts(quay, vehicle):
        fact = get(quay, vehicle, at)
        by = data.draw(st.integers(1, 400))
        if at[2] in ("ramp_length_mm", "manoeuvre_mm", "clear_width_mm"):
            better.append((at, replace(fact, value=Interval(fact.value.low + by, fact.value.high + by))))
        elif at[2] == "gap_mm":
            low = max(0, fact.value.low - by)
            better.append((at, replace(fact, value=Interval(low, max(low, fact.value.high - by)))))
    assume(better)
    at, fact = data.draw(st.sampled_from(better))
    after = judge(*put(quay, vehicle, at, fact), profile, alighting)
    assert after.best <= before.best, at
    assert after.worst <= before.worst, at


@EXAMPLES
@given(quays(), vehicles(), profiles, st.booleans(), st.data())
def test_a_traveller_with_larger_limits_is_never_worse_off(
    quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool, data: st.DataObject
) -> None:
    name, value = data.draw(
        st.sampled_from(
            (
                ("step_up_mm", 120), ("step_down_mm", 120), ("gap_mm", 180), ("ramp_alone", 0.16), ("ramp_helped", 0.2),
                ("helper", "yes"), ("tip_step_mm", 150), ("tip_gap_mm", 150), ("step_max_mm", 300),
                ("step_gap_mm", 300), ("mass_kg", 20), ("width_mm", 400), ("turning_mm", 1000), ("wheelchairs", 0),
            )
        )
    )  # fmt: skip
    before = judge(quay, vehicle, profile, alighting)
    larger = replace(get_profile(profile.id, {name: value}), level_only=profile.level_only)
    after = judge(quay, vehicle, larger, alighting)
    assert after.best <= before.best, name
    assert after.worst <= before.worst, name


@EXAMPLES
@given(quays(), vehicles(), st.sampled_from(JUDGED), st.booleans())
def test_only_level_boarding_is_level_or_not_at_all_and_never_more_than_without(
    quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool
) -> None:
    free = judge(quay, vehicle, profile, alighting)
    level = judge(quay, vehicle, replace(profile, level_only=True), alighting)
    assert {level.best, level.worst} <= {Outcome.LEVEL, Outcome.IMPOSSIBLE}
    assert level.best >= free.best
    assert level.worst >= free.worst
    assert (free.best is Outcome.LEVEL) == (level.best is Outcome.LEVEL)
    assert (free.worst is Outcome.LEVEL) == (level.worst is Outcome.LEVEL)
    assert level.slope is None
    assert not {"door.device", "door.ramp_length_mm", "door.ramp_load_kg", "door.deploys_to_road"} & set(level.missing)
    told = {reason.code for reason in level.reasons}
    full = told == {"SPACES"}
    assert full or ("LEVEL_ONLY" in told) == (level.verdict is not Verdict.YES)


@EXAMPLES
@given(quays(), vehicles(), profiles, st.booleans())
def test_a_verdict_is_what_its_pair_says_and_names_only_known_words(
    quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool
) -> None:
    told = judge(quay, vehicle, profile, alighting)
    assert told.best <= told.worst
    assert (told.verdict is Verdict.NO) == (told.best is Outcome.IMPOSSIBLE)
    assert (told.verdict is Verdict.YES) == (told.worst is not Outcome.IMPOSSIBLE)
    assert (told.certainty is Certainty.UNKNOWN) == (told.verdict is Verdict.UNKNOWN)
    assert told.verdict is not Verdict.UNKNOWN or told.missing
    assert told.verdict is not Verdict.UNCERTAIN or not told.missing
    assert not told.assumed or told.certainty in (Certainty.INFERRED, Certainty.UNKNOWN)
    assert not profile.wheeled or Outcome.STEP not in (told.best, told.worst)
    assert set(told.missing) <= set(MISSES)
    assert {reason.code for reason in told.reasons} <= set(CODES)
    if told.would_decide is not None:
        assert told.would_decide in told.missing
    if told.verdict is Verdict.YES:
        assert told.reasons[0].code == told.worst.name
    assert told.verdict is not Verdict.NO or told.reasons, "a refusal says why"


@EXAMPLES
@given(quays(), vehicles(), profiles, st.booleans())
def test_the_best_usable_door_decides(quay: Quay, vehicle: VehicleType, profile: Profile, alighting: bool) -> None:
    end = ("alight", "both") if alighting else ("board", "both")
    usable = [door for door in vehicle.doors if door.use in end]
    assume(usable)
    alone = [judge(quay, replace(vehicle, doors=(door,)), profile, alighting) for door in usable]
    told = judge(quay, vehicle, profile, alighting)
    assert told.best == min(one.best for one in alone)
    assert told.worst == min(one.worst for one in alone)
    assert told.door_no in {door.door_no for door in usable}


@EXAMPLES
@given(quays(), doors(), st.sampled_from([p for p in JUDGED if p.step_up_mm == p.step_down_mm]))
def test_boarding_and_alighting_agree_where_up_and_down_limits_do(quay: Quay, door: Door, profile: Profile) -> None:
    vehicle = VehicleType("v", "v", "bus", None, None, (replace(door, use="both"),))
    on, off = (judge(quay, vehicle, profile, alighting) for alighting in (False, True))
    assert (on.best, on.worst, on.verdict) == (off.best, off.worst, off.verdict)


@given(st.sampled_from(JUDGED), st.booleans(), st.sampled_from(("bus", "tram", "rail", "coach", "ferry", "what?")))
def test_where_everything_is_unknown_nobody_gets_a_yes_or_a_no(profile: Profile, alighting: bool, mode: str) -> None:
    told = judge(Quay(), VehicleType("", "", mode), profile, alighting)
    assert told.verdict is Verdict.UNKNOWN
    assert told.certainty is Certainty.UNKNOWN
    assert told.missing
    assert told.facts == ()
