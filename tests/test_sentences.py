"""Every verdict in plain sentences: their words, numbers, sources, and what they must never leave out."""

import ast
import random
import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from access.cases import bus, door, draw, fact, mm, quay
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from hypothesis import example, given, settings
from hypothesis import strategies as st

import planner
from planner.access.boarding import judge_boarding
from planner.access.boarding_formula import MISSES
from planner.access.declared import declare
from planner.access.profiles import PRESETS, get_profile
from planner.access.reasons import CODES as ACCESS_CODES
from planner.facts import Certainty, Fact, Interval, Method, Source
from planner.language import CODES, NARROW_NBSP, NBSP, SOURCE_CODE, Language, get_language
from planner.model import (
    Boarding,
    Cited,
    Door,
    Flag,
    Outcome,
    Profile,
    Quay,
    Reason,
    Slope,
    VehicleType,
    Verdict,
    Way,
)
from planner.sentence_parts import FACTS, length, length_of, length_range, slope_of
from planner.sentences import (
    ASSUMPTIONS,
    boarding_advice,
    boarding_sentence,
    certainty_word,
    fact_name,
    reason_sentence,
    state_word,
    way_sentence,
    why_not_sentence,
)

FOLDER = Path(planner.__file__).parent
FR, EN = get_language("fr"), get_language("en")
LANGUAGES = (FR, EN)
MANUAL = get_profile("manual-wheelchair")
FORBIDDEN = re.compile(r"\b(sure|guaranteed?|verified|sûre?s?|garantie?s?|vérifiée?s?)\b", re.IGNORECASE)
MAY_12 = date(2026, 5, 12)
INVENTED = {"fr": "données inventées", "en": "invented data"}
VALUES: dict[str, float | int | str | bool | None] = {
    "low": 0.11, "high": 0.2, "limit": 0.1, "comfort": 0.08, "spaces": 1, "wheelchairs": 2, "steps": 2, "mass": 310.0,
    "text": "not line 7", "vehicle_types": "a, b", "outcome": "RAMP", "mode": "rail", "quay": None,
}  # fmt: skip


def plain(text: str) -> str:
    """With ordinary spaces, as people would type it."""
    return text.replace(NARROW_NBSP, " ").replace(NBSP, " ")


def known(thing: Any, method: Method = Method.SURVEY, day: date | None = MAY_12, source: str = "test") -> Any:
    """The same quay, vehicle or door with every fact known in this way."""
    changed: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, Fact):
            changed[field.name] = replace(value, method=method, measured_on=day, source_id=source)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(known(v, method, day, source) if is_dataclass(v) else v for v in value)
    return replace(thing, **changed)


def judged(at: Quay, vehicle: VehicleType, profile: Profile = MANUAL, *, alighting: bool = False) -> Boarding:
    return judge_boarding(at, vehicle, profile, alighting=alighting)


def said(boarding: Boarding, language: Language, *, alighting: bool = False, **more: Any) -> str:
    return plain(boarding_sentence(boarding, language, alighting=alighting, **more))


# --- To the letter -------------------------------------------------------------------------------------------


def test_a_ramp_is_told_with_its_numbers_its_limit_and_the_day_of_the_measurement() -> None:
    boarding = judged(known(quay()), known(bus()))
    assert said(boarding, FR) == (
        "Sans obstacle. Quai 18 cm, plancher 25 cm agenouillé : 7 cm à franchir. Rampe 1,0 m : 7 %."
        " Votre limite : 10 %. Hauteur mesurée le 12 mai 2026."
    )
    assert said(boarding, EN) == (
        "Step-free. Quay 18 cm, floor 25 cm kneeling: 7 cm to climb. Ramp 1.0 m: 7% slope."
        " Your limit: 10%. Height measured on 12 May 2026."
    )


def test_the_same_alighting_is_a_step_down() -> None:
    boarding = judged(known(quay()), known(bus()), alighting=True)
    assert "7 cm à descendre." in said(boarding, FR, alighting=True)
    assert "7 cm down." in said(boarding, EN, alighting=True)


def test_an_unknown_names_what_nobody_has_measured() -> None:
    boarding = judged(quay(None), bus(door(floor_mm=None)))
    assert said(boarding, FR).startswith(
        "Inconnu : personne n’a mesuré la hauteur du quai ni le plancher du véhicule. "
    )
    assert said(boarding, EN).startswith("Unknown: nobody has measured the quay height or the vehicle floor. ")
    assert said(boarding, EN).endswith("Knowing the quay height could settle it.")


def test_an_unknown_names_what_nobody_has_stated() -> None:
    boarding = judged(quay(), bus(kneel_policy=None), get_profile("powered-wheelchair"))
    assert said(boarding, FR).startswith("Inconnu : personne n’a indiqué l’agenouillement du véhicule. ")
    assert "Quai 18 cm, plancher 32 cm, 25 cm agenouillé. Marche à franchir : 7 à 14 cm." in said(boarding, FR)
    assert "could settle it" not in said(boarding, EN), "there is only one fact to know"


def test_where_nothing_is_known_three_facts_are_named_and_the_others_counted() -> None:
    boarding = judged(Quay(), VehicleType("", "", "bus"))
    more = len(boarding.missing) - 3
    assert more > 1
    assert (
        f"le plancher du véhicule ni l’espace entre le quai et le véhicule. Il manque encore {more} indications."
        in (said(boarding, FR))
    )
    assert f"{more} more facts are missing." in said(boarding, EN)


def test_a_borderline_slope_is_a_range_against_the_limit() -> None:
    boarding = replace(judged(quay(height_mm=mm(145, 157)), bus()), slope=Slope(0.094, 0.108, 0.10))
    assert "Limite. " in said(boarding, FR)
    assert "Rampe 1,0 m : 9,4 à 10,8 % pour votre limite de 10 %." in said(boarding, FR)
    assert "Ramp 1.0 m: 9.4 to 10.8% for your limit of 10%." in said(boarding, EN)


def test_a_judged_borderline_slope_is_written_outwards() -> None:
    boarding = judged(quay(height_mm=mm(145, 157)), bus())
    assert boarding.verdict is Verdict.UNCERTAIN
    assert boarding.slope is not None
    assert "9,3 à 10,6 % pour votre limite de 10 %" in said(boarding, FR)


def test_help_says_whose() -> None:
    boarding = judged(quay(150), bus(), get_profile("manual-wheelchair-assisted"))
    assert said(boarding, FR).startswith("Avec aide. La personne qui voyage avec vous doit vous aider sur la rampe. ")
    assert said(boarding, EN).startswith("With help. The person who travels with you has to help you on the ramp. ")
    assert "Your limit with help: 15%." in said(boarding, EN)


def test_a_refusal_against_a_physical_yes_tells_both() -> None:
    physics = judged(known(quay()), known(bus()))
    boarding = declare(
        physics, MANUAL, stop_flag=Flag.UNKNOWN, trip_flag=Flag.UNKNOWN, permission_refused="not\non line 7."
    )
    assert said(boarding, EN).startswith(
        "Barrier. The operator does not let wheelchairs on or off here: “not on line 7”."
        " By quay, vehicle and your limits alone it would be possible. Quay 18 cm"
    )
    assert "« not on line 7 »." in said(boarding, FR)
    assert boarding_advice(boarding, EN) == ""


def test_what_is_declared_not_usable_and_shown_all_the_same_is_said_to_be_so() -> None:
    physics = judged(known(quay()), known(bus()))
    boarding = declare(physics, MANUAL, stop_flag=Flag.NO, trip_flag=Flag.UNKNOWN, show_declared_no=True)
    assert said(boarding, EN).startswith("Unknown: the operator says no, and you asked to see it all the same. The op")


def test_a_declared_yes_says_who_declares_and_what_nobody_measured() -> None:
    boarding = declare(judged(Quay(), VehicleType("", "", "bus")), MANUAL, stop_flag=Flag.YES, trip_flag=Flag.YES)
    assert said(boarding, EN).startswith(
        "Step-free. The operator declares this stop and this vehicle usable with a wheelchair."
    )
    assert "Nobody has measured the quay height" in said(boarding, EN)
    assert "this vehicle takes wheelchairs" not in said(boarding, EN), "said once"


@pytest.mark.parametrize(
    ("at", "vehicle", "english", "french"),
    [
        (quay(), bus(wheelchair_spaces=fact(0)), "The vehicle has no wheelchair space.", "aucune place pour fauteuil"),
        (quay(), bus(door(inside_steps=fact(2))), "There are 2 steps behind the door.", "Il y a 2 marches"),
        (quay(), bus(door(device=fact("none"), ramp_length_mm=None)), "The step is 7 cm; your limit is 2 cm.", "2 cm"),
        (quay(manoeuvre_mm=mm(1100)), bus(), "There is 1.1 m of room to turn on the quay; you need 1.5 m.", "1,1 m"),
        (quay(ramp_deployable=fact(False)), bus(), "A ramp cannot be put out at this quay.", "Une rampe ne peut"),
        (quay(), bus(door(clear_width_mm=mm(740))), "The door is 74 cm wide; you need 75 cm.", "large de 74 cm"),
        (quay(120), bus(), "Ramp 1.0 m: 13.1% slope, over your limit of 10%.", "13,1 %, plus que votre limite de 10 %"),
    ],
)  # fmt: skip
def test_a_barrier_names_the_fact_that_forbids_it(at: Quay, vehicle: VehicleType, english: str, french: str) -> None:
    boarding = judged(at, vehicle)
    assert boarding.verdict is Verdict.NO
    assert said(boarding, EN).startswith("Barrier. ")
    assert english in said(boarding, EN)
    assert french in said(boarding, FR)


@pytest.mark.parametrize(
    ("at", "english"),
    [
        (quay(manoeuvre_mm=mm(1300)), "Borderline. Room to turn on the quay is tight: 1.3 m; you need 1.5 m."),
        (quay(approach=fact("bay_parking")), "Borderline. Cars may stand in the bay; then one gets on and off from"),
    ],
)
def test_a_borderline_place_says_why(at: Quay, english: str) -> None:
    assert said(judged(at, bus()), EN).startswith(english)


def test_what_is_taken_for_granted_is_said() -> None:
    boarding = judged(quay(manoeuvre_mm=None, approach=None), bus(door(clear_width_mm=None)))
    assert "On suppose qu’il y a la place de tourner sur le quai et que la porte est assez large." in said(boarding, FR)
    assert "We assume that nothing keeps the vehicle from pulling up at the quay." in said(boarding, EN)


def test_a_steep_ramp_says_what_would_be_comfortable() -> None:
    assert "La rampe est raide : le confort s’arrête à 8 %." in said(judged(quay(160), bus()), FR)


def test_who_has_no_limits_is_not_judged() -> None:
    boarding = judged(quay(), bus(), get_profile("on-foot"))
    assert state_word(boarding, EN) == "Not judged"
    assert said(boarding, EN).startswith("Not judged")
    assert boarding_advice(boarding, EN) == ""


# --- Advice ----------------------------------------------------------------------------------------------------


def test_the_advice_is_what_to_ask_the_driver() -> None:
    boarding = judged(quay(), bus(kneel_policy=fact("on_request")))
    assert plain(boarding_advice(boarding, FR)) == (
        "Demandez au conducteur d’abaisser le bus. Demandez la rampe à la deuxième porte."
    )
    assert boarding_advice(boarding, EN) == "Ask the driver to lower the bus. Ask for the ramp at the second door."
    assert "The vehicle kneels if the driver is asked." in said(boarding, EN)


def test_a_lift_and_a_portable_ramp_are_asked_for_and_level_boarding_asks_for_nothing() -> None:
    lift = door(door_no=1, device=fact("lift"), ramp_length_mm=None)
    assert boarding_advice(judged(quay(), bus(lift)), EN) == "Ask for the lift at the first door."
    portable = door(device=fact("portable"))
    assert boarding_advice(judged(quay(), bus(portable)), EN) == "Ask the staff for the portable ramp."
    far = door(door_no=9)
    assert boarding_advice(judged(quay(), bus(far)), EN) == "Ask for the ramp."
    assert boarding_advice(judged(quay(250), bus()), EN) == ""


# --- Provenance ------------------------------------------------------------------------------------------------


def test_facts_known_otherwise_say_how_and_the_sources_are_named() -> None:
    boarding = judged(known(quay(), source="metro"), known(bus(), Method.DECLARED, None, source="fleet"))
    sources = {"metro": Source("metro", "Survey of the city."), "fleet": Source("fleet", "Fleet sheet")}
    assert said(boarding, EN, sources=sources).endswith(
        "Height measured on 12 May 2026. Declared, not measured: the floor of the kneeling vehicle and the ramp"
        " length. Sources: Survey of the city, Fleet sheet."
    )
    assert "Source" not in said(boarding, EN)
    del sources["metro"]
    assert said(boarding, EN, sources=sources).endswith("Sources: metro, Fleet sheet."), "its id where it has no name"


def test_an_undated_measurement_says_so() -> None:
    assert said(judged(quay(), bus()), FR).endswith("Hauteur mesurée, date non précisée.")


@pytest.mark.parametrize("method", [m for m in Method if m is not Method.INVENTED])
@pytest.mark.parametrize("day", [None, MAY_12])
def test_every_method_has_its_sentence(method: Method, day: date | None) -> None:
    boarding = judged(known(quay(), method, day), known(bus(), method, day))
    for language, of_day in ((FR, "12 mai 2026"), (EN, "12 May 2026")):
        text = said(boarding, language)
        assert (of_day in text) == (day is not None)
        assert INVENTED[language.code] not in text.lower()
    for other in Method:
        if other not in (method, Method.INVENTED, Method.SURVEY) and method is not Method.SURVEY:
            assert said(boarding, EN) != said(judged(known(quay(), other, day), known(bus(), other, day)), EN)


def test_invented_facts_among_others_are_named() -> None:
    boarding = judged(known(quay(), Method.INVENTED), known(bus()))
    assert said(boarding, EN).endswith("Invented data: the quay height.")
    assert said(boarding, FR).endswith("Données inventées : la hauteur du quai.")
    assert boarding_advice(boarding, EN).endswith("Invented data.")


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from(sorted(PRESETS)))
def test_one_invented_fact_is_followed_into_the_sentence_and_the_advice(seed: int, profile_id: str) -> None:
    rng = random.Random(seed)
    case = draw(rng)
    boarding = judged(case.quay, case.vehicle, get_profile(profile_id), alighting=case.alighting)
    if not boarding.facts:
        return
    row = rng.randrange(len(boarding.facts))
    cited = [replace(c, method=Method.INVENTED if i == row else c.method) for i, c in enumerate(boarding.facts)]
    boarding = replace(boarding, facts=tuple(cited))
    for language in LANGUAGES:
        assert INVENTED[language.code] in said(boarding, language, alighting=case.alighting).lower()
        advice = boarding_advice(boarding, language)
        assert not advice or INVENTED[language.code] in plain(advice).lower()


# --- Numbers ---------------------------------------------------------------------------------------------------


def test_what_is_over_a_limit_is_never_written_as_the_limit() -> None:
    assert plain(slope_of(0.1004, 0.1004, [0.10], FR)) == "10,1 %"
    assert plain(slope_of(0.0996, 0.0996, [0.10], FR)) == "9,9 %"
    assert plain(length_of(50.3, 50.3, 50, FR)) == "5,1 cm"
    assert plain(length_of(1496, 1498, 1500, FR)) == "1,497 m"
    assert plain(slope_of(0.07017, 0.07017, [0.10], FR)) == "7 %"


def test_a_range_is_written_outwards_with_its_unit_once() -> None:
    assert plain(length_range(70.2, 139.4, FR)) == "7 à 14 cm"
    assert plain(length_range(5, 30, EN)) == "5 mm to 3 cm"
    assert plain(slope_of(0.0939, 0.1071, [0.10], FR)) == "9,3 à 10,8 %"
    assert plain(slope_of(0.07, 0.09, [0.10], FR)) == "8 %"


def test_more_than_can_be_measured_is_written_in_words() -> None:
    assert length(float("inf"), EN) == "more than can be measured"
    assert length_range(1500, float("inf"), EN).endswith("to more than can be measured")


@pytest.mark.parametrize(
    ("low", "high", "limit", "text"),
    [
        (-90, -70, 20, "The step is 8 cm; your limit is 2 cm."),
        (60, 90, 80, "The step is 6 to 9 cm; your limit is 8 cm."),
        (-20, 90, 80, "The step is 0 mm to 9 cm; your limit is 8 cm."),
    ],
)
def test_a_step_is_told_by_its_size_whichever_way_it_goes(low: float, high: float, limit: float, text: str) -> None:
    reason = Reason("STEP_TOO_HIGH", {"low": low, "high": high, "limit": limit})
    assert plain(reason_sentence(reason, EN)) == text


# --- Every code and every name -----------------------------------------------------------------------------------


def codes_of(path: Path, function: str | None = None) -> set[str]:
    """Codes written in a module as ``Reason("CODE")``; or all codes in one of its functions."""
    tree = ast.parse(path.read_text("utf-8"))
    if function is None:
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        named = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id in ("Reason", "_span")]
        first = [call.args[0] for call in named if call.args]
        return {a.value for a in first if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    (body,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function]
    texts = [node.value for node in ast.walk(body) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {text for text in texts if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)}


WHY_NOT = codes_of(FOLDER / "routing" / "plan.py", "_why_not")
BOARDING_CODES = {*ACCESS_CODES, *codes_of(FOLDER / "routing" / "judge.py")}.union(
    *(codes_of(path) for path in (FOLDER / "access").glob("*.py"))
)


def test_the_codes_are_found() -> None:
    assert {"NO_TRIPS", "NO_STOP_NEAR_ORIGIN", "NO_CONNECTION"} <= WHY_NOT
    assert {"LEVEL", "NO_RAMP", "ROOM_TIGHT", "PERMISSION_REFUSED"} <= BOARDING_CODES


@pytest.mark.parametrize("code", sorted(BOARDING_CODES))
def test_every_reason_has_its_own_sentence_in_both_languages(code: str) -> None:
    reason = Reason(code, VALUES)
    french, english = (reason_sentence(reason, language) for language in LANGUAGES)
    fallback = reason_sentence(Reason("NO_SUCH_CODE"), EN)
    assert fallback == "There is a further reason: NO_SUCH_CODE."
    assert english != fallback.replace("NO_SUCH_CODE", code)
    assert french != english
    others = {reason_sentence(Reason(other, VALUES), EN) for other in BOARDING_CODES - {code}}
    assert english not in others


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_declared_outcome_has_its_sentence(outcome: Outcome) -> None:
    reason = Reason("DECLARED_OUTCOME", {"outcome": outcome.name})
    assert reason_sentence(reason, EN).startswith("The operator declares ")
    assert reason_sentence(reason, FR).startswith("L’exploitant déclare ")


@pytest.mark.parametrize("code", sorted(WHY_NOT))
def test_every_empty_answer_is_explained_in_both_languages(code: str) -> None:
    reason = Reason(code, {"metres": 500, "first": "2026-06-01", "last": "2026-12-31", "day": "2026-11-22"})
    french, english = (why_not_sentence(reason, language) for language in LANGUAGES)
    assert english != why_not_sentence(Reason("NO_SUCH_CODE"), EN)
    assert french != english
    assert why_not_sentence(Reason(code), EN).endswith("."), "without its values it still is a sentence"


def test_an_empty_answer_tells_its_day_and_its_distance() -> None:
    outside = Reason("OUTSIDE_SERVICE", {"first": "2026-06-01", "last": "2026-12-31"})
    assert "du lundi 1er juin 2026 au jeudi 31 décembre 2026" in plain(why_not_sentence(outside, FR))
    assert "within 500 m" in plain(why_not_sentence(Reason("NO_STOP_NEAR_ORIGIN", {"metres": 500}), EN))


def names_in_access() -> set[str]:
    """Every name of a fact that the judgement writes anywhere."""
    names = set(MISSES)
    for path in (FOLDER / "access").glob("*.py"):
        names |= set(re.findall(r"\"((?:quay|door|vehicle)\.\w+)\"", path.read_text("utf-8")))
    return names


@pytest.mark.parametrize("name", sorted(names_in_access()))
def test_every_fact_has_a_name_in_both_languages(name: str) -> None:
    assert name in FACTS
    assert fact_name(name, EN) not in (name, fact_name(name, FR))


def test_every_assumption_of_many_cases_has_its_clause_and_every_missing_fact_its_name() -> None:
    rng = random.Random(3)
    assumed, missing = set(), set()
    for _ in range(300):
        case = draw(rng, blank=0.3)
        blanked = replace(case.quay, approach=None)
        boarding = judged(blanked, case.vehicle, get_profile(rng.choice(sorted(PRESETS))), alighting=case.alighting)
        assumed |= {*boarding.assumed}
        missing |= {*boarding.missing, *filter(None, [boarding.would_decide])}
    assert len(assumed) >= 6
    assert assumed <= ASSUMPTIONS
    assert len(missing) >= 8
    assert missing <= FACTS


def test_every_state_and_every_certainty_has_its_word() -> None:
    boarding = Boarding(Verdict.YES, Outcome.RAMP, Outcome.RAMP, Certainty.MEASURED)
    helped = replace(boarding, worst=Outcome.GAP_ASSISTED)
    states = [replace(boarding, verdict=verdict) for verdict in Verdict]
    assert [state_word(b, FR) for b in (boarding, helped, *states[1:])] == [
        "Sans obstacle", "Avec aide", "Limite", "Inconnu", "Obstacle",
    ]  # fmt: skip
    assert [state_word(b, EN) for b in (boarding, helped, *states[1:])] == [
        "Step-free", "With help", "Borderline", "Unknown", "Barrier",
    ]  # fmt: skip
    assert len({certainty_word(c, FR) for c in Certainty} | {certainty_word(c, EN) for c in Certainty}) == 10


# --- Ways ------------------------------------------------------------------------------------------------------


def test_a_straight_line_says_that_nobody_has_checked_the_way() -> None:
    way = Way(Verdict.YES, Certainty.INFERRED, 0, ("surface", "kerbs", "slope", "width"), straight_line=True)
    assert plain(way_sentence(way, 120, EN)) == (
        "Nobody has checked this way: 120 m, straight line × 1.3; its surface, kerbs, slope and width are not known."
    )
    assert plain(way_sentence(way, 120, FR)) == (
        "Personne n’a contrôlé ce chemin : 120 m, ligne droite × 1,3 ;"
        " revêtement, bordures, pente et largeur ne sont pas connus."
    )
    some = replace(way, unknown=("kerbs", "width"))
    assert plain(way_sentence(some, 120, EN)).endswith("; not known: kerbs and width.")
    on_foot = Way(Verdict.YES, Certainty.NOT_NEEDED, 0, straight_line=True)
    assert plain(way_sentence(on_foot, 120, EN)) == "About 120 m, straight line × 1.3."


# --- Any boarding whatever ---------------------------------------------------------------------------------------

numbers = st.one_of(st.floats(-500, 2000), st.sampled_from([float("inf"), 0.0]))
intervals = st.tuples(numbers, numbers).map(lambda pair: Interval(min(pair), max(pair)))
names = st.sampled_from(sorted(FACTS | {"quay.something_new"}))
any_number = st.one_of(st.floats(-1e9, 1e9), st.sampled_from([float("inf"), float("-inf"), float("nan")]))
reason_values = st.dictionaries(
    st.sampled_from(sorted(VALUES)), st.one_of(st.none(), st.booleans(), any_number, st.integers(-5, 5), st.just("a"))
)
cited = st.builds(
    Cited,
    names,
    st.one_of(st.none(), numbers),
    st.one_of(st.none(), numbers),
    st.one_of(st.none(), st.just("yes")),
    st.sampled_from(["a", "b"]),
    st.sampled_from(Method),
    st.sampled_from([None, "2026-05-12", "2026-02-01", "May"]),
)
boardings = st.builds(
    Boarding,
    verdict=st.sampled_from(Verdict),
    best=st.sampled_from(Outcome),
    worst=st.sampled_from(Outcome),
    certainty=st.sampled_from(Certainty),
    steep=st.booleans(),
    device=st.sampled_from([None, "none", "manual_ramp", "powered_ramp", "lift", "portable"]),
    door_no=st.one_of(st.none(), st.integers(-1, 6)),
    kneel=st.sampled_from([None, "always", "on_request"]),
    step_mm=st.one_of(st.none(), intervals),
    gap_mm=st.one_of(st.none(), intervals),
    slope=st.one_of(
        st.none(),
        st.tuples(st.floats(0, 5), st.floats(0, 5), st.floats(0.01, 0.3)).map(
            lambda t: Slope(min(t[:2]), max(t[:2]), t[2])
        ),
    ),
    reasons=st.lists(
        st.builds(Reason, st.sampled_from(sorted(BOARDING_CODES | {"NEW_CODE"})), reason_values), max_size=5
    ).map(tuple),
    missing=st.lists(names, max_size=7, unique=True).map(tuple),
    assumed=st.lists(names, max_size=4, unique=True).map(tuple),
    would_decide=st.one_of(st.none(), names),
    facts=st.lists(cited, max_size=6).map(tuple),
)
SOURCES = {"a": Source("a", "A survey")}


@settings(max_examples=200)
@given(boardings, st.booleans(), st.booleans())
def test_any_boarding_is_told_in_whole_sentences(boarding: Boarding, alighting: bool, sourced: bool) -> None:
    sources = SOURCES if sourced else None
    invented = any(fact.method is Method.INVENTED for fact in boarding.facts)
    for language in LANGUAGES:
        text = boarding_sentence(boarding, language, alighting=alighting, sources=sources)
        state = state_word(boarding, language)
        assert text.startswith((f"{state}.", f"{state}:", f"{state}{NARROW_NBSP}:"))
        if boarding.verdict is Verdict.UNKNOWN and boarding.certainty is not Certainty.NOT_NEEDED:
            assert not text.startswith(f"{state}."), "an unknown has its object"
        for whole in (text, boarding_advice(boarding, language)):
            assert not whole or whole[-1] in ".!?"
            assert "  " not in whole
            assert "%(" not in whole
            assert ".." not in whole
            assert not FORBIDDEN.search(whole)
            if language is FR:
                assert not re.search(r" [;:!?%»]|« ", whole)
            assert not whole or not invented or INVENTED[language.code] in plain(whole).lower()


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.sampled_from(sorted(PRESETS)))
@example(223842, "blind-cane")  # refused at every ordinary height of a quay that nobody measured
def test_every_judged_case_is_told_with_its_fact(seed: int, profile_id: str) -> None:
    case = draw(random.Random(seed), blank=0.2)
    boarding = judged(case.quay, case.vehicle, get_profile(profile_id), alighting=case.alighting)
    for language in LANGUAGES:
        text = said(boarding, language, alighting=case.alighting)
        assert len(text) > len(state_word(boarding, language)) + 10, "never the state alone"
        assert "NEW_CODE" not in text
        assert "further reason" not in text
    if boarding.verdict is Verdict.UNKNOWN:
        assert any(fact_name(name, EN) in said(boarding, EN) for name in boarding.missing)


# --- The catalog -----------------------------------------------------------------------------------------------


def messages() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for path in FOLDER.glob("sentence*.py"):
        keywords = {"gettext": None, "ngettext": (1, 2)}
        found |= {message for _, message, _, _ in extract_from_file("python", path, keywords=keywords)}
    return found


def catalog(code: str) -> Catalog:
    with (FOLDER / "translations" / code / "sentences.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


TARGETS = [code for code in CODES if code != SOURCE_CODE]


@pytest.mark.parametrize("code", TARGETS)
def test_every_sentence_is_translated_and_no_other(code: str) -> None:
    done = {message.id: message for message in catalog(code) if message.id}
    assert len(messages()) > 150
    assert messages() - done.keys() == set(), "not translated"
    assert done.keys() - messages() == set(), "nothing says this any more"
    assert not catalog(code).obsolete
    assert [id_ for id_, message in done.items() if message.fuzzy or not all(texts(message))] == []


@pytest.mark.parametrize("code", TARGETS)
def test_translations_hold_the_same_values_and_promise_nothing(code: str) -> None:
    for message in catalog(code):
        source = (message.id,) if isinstance(message.id, str) else message.id
        if not source[0]:
            continue
        for text in texts(message):
            assert placeholders(text) == placeholders(source[-1]), message.id
            assert (text[-1] == ".") == (source[0][-1] == "."), f"ends otherwise: {text!r}"
            assert not FORBIDDEN.search(text)
            assert "'" not in text, f"a straight apostrophe in {text!r}"
            assert "%" not in re.sub(r"%%|%\(\w+\)s", "", text)
        assert not any(FORBIDDEN.search(text) for text in source)


def test_sentences_are_short() -> None:
    for message in messages():
        for text in (message,) if isinstance(message, str) else message:
            for sentence in re.split(r"(?<=\.) ", text):
                assert len(sentence.split()) <= 20, sentence


def test_no_module_joins_translated_pieces() -> None:
    for path in FOLDER.glob("sentence*.py"):
        assert not re.search(r"gettext\([^)]*\)\s*\+|\+\s*(language|at)\.n?gettext", path.read_text("utf-8")), path.name


def test_an_unknown_still_tells_the_height_that_was_measured() -> None:
    boarding = judged(known(quay()), VehicleType("", "", "bus", doors=(Door(1),)))
    assert "Quai 18 cm." in said(boarding, FR)
    assert "Quay 18 cm." in said(boarding, EN)
