"""Every verdict as plain sentences, in one place: for the command line, the pages, prints and exports.

Each sentence is one whole message, so that it can be translated whole. Numbers (``sentence_parts``): a range where its
tolerance matters to the verdict, rounded outwards; else the middle value. Matters means that a limit or the comfortable
slope lies in the range, or that the best and the worst outcome differ because of it. Heights of quay and floor are
always shown by their middle, what follows from them (step, slope) by these rules.

Nothing here promises anything: a sentence says who measured or declared what and when, what was taken for granted,
what nobody knows, and what is invented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from planner.access.declared import VETOES
from planner.facts import Certainty, Source
from planner.language import Language
from planner.model import Boarding, Itinerary, Outcome, Reason, Verdict, Way
from planner.network.footpaths import DETOUR
from planner.sentence_evidence import invented, refused, tell_numbers, tell_provenance, tells_slope
from planner.sentence_parts import (
    HELPED,
    and_list,
    certainty_word,
    fact_name,
    nor_list,
    state_word,
    way_fact_name,
)
from planner.sentence_reasons import reason_sentence

__all__ = [
    "WHY_NOT_CODES",
    "boarding_advice",
    "boarding_sentence",
    "certainty_word",
    "fact_name",
    "reason_sentence",
    "state_word",
    "way_sentence",
    "why_not_sentence",
]

NAMED_AT_MOST = 4  # missing facts; of more, three are named and the others counted
_FIRST = ("quay.height_mm", "door.floor_mm", "quay.gap_mm")  # what people would ask about first
_UNMEASURED = frozenset(
    {"quay.height_mm", "quay.gap_mm", "door.floor_mm", "door.floor_kneeled_mm", "door.ramp_length_mm"}
)
_FLAGS = frozenset({"STOP_FLAG_NO", "TRIP_FLAG_NO", "STOP_FLAG_YES", "TRIP_FLAG_YES", "PARTIAL", "PERMISSION_REFUSED"})
_BESIDE = _FLAGS | {"RAMP_STEEP", "KNEEL_ON_REQUEST", "MIXTURE", "DECLARED_OUTCOME"}  # does not stand in the way


def boarding_sentence(
    boarding: Boarding, language: Language, *, alighting: bool, sources: Mapping[str, Source] | None = None
) -> str:
    """Everything to be said of getting on (or off), the state first; what to ask for is ``boarding_advice``.

    Parameters
    ----------
    sources
        By id; with them the names of the sources are said too.
    """
    if boarding.certainty is Certainty.NOT_NEEDED:
        unjudged = language.gettext("Not judged: whoever goes on foot without limits needs no verdict.")
        return " ".join([unjudged, *tell_provenance(boarding, language, sources or {})])
    before, after = _reasons(boarding, language)
    sentences = [
        *_state(boarding, language),
        *before,
        *tell_numbers(boarding, language, alighting=alighting),
        *after,
        *_doubts(boarding, language),
        *tell_provenance(boarding, language, sources or {}),
    ]
    return " ".join(sentences)


def boarding_advice(boarding: Boarding, language: Language) -> str:
    """What to ask the driver for; "" where there is nothing to ask."""
    if boarding.verdict is Verdict.NO or boarding.certainty is Certainty.NOT_NEEDED:
        return ""
    sentences = []
    if boarding.kneel == "on_request":
        sentences.append(language.gettext("Ask the driver to lower the bus."))
    outcomes = {boarding.best, boarding.worst}
    if boarding.device == "lift" and Outcome.LIFT in outcomes:
        sentences.append(_ask(_LIFT_AT, boarding.door_no, language))
    elif boarding.device == "portable" and outcomes & {Outcome.RAMP, Outcome.RAMP_ASSISTED}:
        sentences.append(language.gettext("Ask the staff for the portable ramp."))
    elif boarding.device in ("manual_ramp", "powered_ramp") and outcomes & {Outcome.RAMP, Outcome.RAMP_ASSISTED}:
        sentences.append(_ask(_RAMP_AT, boarding.door_no, language))
    if sentences and invented(boarding):
        sentences.append(language.gettext("Invented data."))
    return " ".join(sentences)


def itinerary_sentence(itinerary: Itinerary, language: Language) -> str:
    """The times, changes and rolling distance of an itinerary."""
    values = {
        "departure": language.time(itinerary.departure),
        "arrival": language.time(itinerary.arrival),
        "distance": language.distance(itinerary.rolling_m),
    }
    if itinerary.transfers == 0:
        return language.gettext(
            "%(departure)s to %(arrival)s, without a change, %(distance)s to roll or walk.", **values
        )
    return language.ngettext(
        "%(departure)s to %(arrival)s, %(count)s change, %(distance)s to roll or walk.",
        "%(departure)s to %(arrival)s, %(count)s changes, %(distance)s to roll or walk.",
        itinerary.transfers,
        **values,
    )


def vehicle_sentence(vehicle: str, language: Language) -> str:
    """What a ride relies on that trusts one type of a mixture to come; ``vehicle`` is its name."""
    return language.gettext("Only if this vehicle comes: %(vehicle)s.", vehicle=vehicle)


def way_sentence(way: Way, distance_m: float, language: Language) -> str:
    """What is known of a walk; ``distance_m`` holds the detour factor already where only its ends are known."""
    values = {"distance": language.distance(distance_m), "factor": language.number(DETOUR, 1)}
    unknown = and_list((way_fact_name(kind, language) for kind in way.unknown), language)
    if way.straight_line:
        if not way.unknown:
            return language.gettext("About %(distance)s, straight line × %(factor)s.", **values)
        if set(way.unknown) == {"surface", "kerbs", "slope", "width"}:
            return language.gettext(
                "Nobody has checked this way: %(distance)s, straight line × %(factor)s;"
                " its surface, kerbs, slope and width are not known.",
                **values,
            )
        return language.gettext(
            "Nobody has checked this way: %(distance)s, straight line × %(factor)s; not known: %(unknown)s.",
            **values,
            unknown=unknown,
        )
    if way.verdict is Verdict.NO:
        return language.gettext("Barrier: this way of %(distance)s is closed to you.", **values)
    if way.unknown:
        return language.gettext("This way is %(distance)s long; not known: %(unknown)s.", **values, unknown=unknown)
    return language.gettext("This way is %(distance)s long.", **values)


def why_not_sentence(reason: Reason, language: Language) -> str:
    """Why there is no itinerary, and what may help."""
    values = reason.values
    metres = values.get("metres")
    reach = language.distance(metres if isinstance(metres, (int, float)) else 0.0)
    if reason.code in _WHY_NOT:
        return _WHY_NOT[reason.code](language)
    match reason.code:
        case "OUTSIDE_SERVICE":
            return language.gettext(
                "The timetable runs from %(first)s to %(last)s. Choose a day between them.",
                first=_day(values.get("first"), language),
                last=_day(values.get("last"), language),
            )
        case "NO_STOP_NEAR_ORIGIN":
            return language.gettext("There is no stop within %(reach)s of where you start.", reach=reach)
        case "NO_STOP_NEAR_DESTINATION":
            return language.gettext("There is no stop within %(reach)s of where you want to go.", reach=reach)
        case "NO_CONNECTION":
            return language.gettext(
                "No line leads there from this hour on, on %(day)s. Try an earlier hour or another day.",
                day=_day(values.get("day"), language),
            )
    return language.gettext("No trip was found. Try another hour, another day or another place nearby.")


_WHY_NOT: Mapping[str, Callable[[Language], str]] = MappingProxyType(
    {
        "NO_TRIPS": lambda at: at.gettext("This network has no timetable, only stops."),
        "ONLY_WITH_UNKNOWN": lambda at: at.gettext(
            "Every trip uses something that nobody has checked. Choose to use such places to see these trips."
        ),
        "ONLY_NOT_LEVEL": lambda at: at.gettext(
            "Every trip needs a ramp, a lift, a step or help somewhere. You asked for level boarding only."
        ),
        "ONLY_WITH_LIFTS": lambda at: at.gettext(
            "Every trip uses a lift of the streets or of a station. You asked to avoid them."
        ),
        "ONLY_LONGER_WAYS": lambda at: at.gettext("Every trip has more to roll or walk than you allow."),
        "ONLY_WITH_EXCLUDED": lambda at: at.gettext("Every trip uses a line or a stop that you left out."),
        "ONLY_WITHOUT_VIA": lambda at: at.gettext("Trips lead there, but none by the place where you want to pass."),
        "NOTHING_IN_WINDOW": lambda at: at.gettext("There is no further trip in these hours. Look earlier or later."),
        "NO_STEP_FREE_ACCESS": lambda at: at.gettext(
            "Lines lead there, but no way of the streets does for your way of travelling."
        ),
        "BOARDING_IMPOSSIBLE": lambda at: at.gettext(
            "Lines lead there, but somewhere getting on or off is impossible for your way of travelling."
        ),
    }
)

WHY_NOT_CODES = tuple(_WHY_NOT)  # whose sentences need no values


# --- The state and what decides it -------------------------------------------------------------------------


def _state(boarding: Boarding, language: Language) -> list[str]:
    """The state word; of an UNKNOWN with what nobody knows, of a refusal with the refusal."""
    vetoes = [reason_sentence(reason, language) for reason in boarding.reasons if reason.code in VETOES]
    if boarding.verdict is Verdict.UNKNOWN:
        if _shown_all_the_same(boarding):
            shown = language.gettext("Unknown: the operator says no, and you asked to see it all the same.")
            return [shown, *vetoes, *_missing(boarding, language)]
        if not boarding.missing:
            return [language.gettext("Unknown: what is recorded of quay and vehicle is not enough to tell.")]
        return _missing(boarding, language, lead=True)
    sentences = [f"{state_word(boarding, language)}."]
    if refused(boarding):
        sentences += vetoes
        if boarding.worst is not Outcome.IMPOSSIBLE:
            sentences.append(language.gettext("By quay, vehicle and your limits alone it would be possible."))
    elif boarding.verdict is Verdict.YES and boarding.worst in HELPED:
        sentences.append(reason_sentence(Reason(boarding.worst.name), language))
    elif boarding.verdict is Verdict.UNCERTAIN and boarding.best in HELPED:
        sentences.append(language.gettext("At best, the person who travels with you has to help."))
    return sentences


def _named(boarding: Boarding, language: Language) -> tuple[list[str], list[str]]:
    """The missing facts to be named, and a sentence that counts the others."""
    names = sorted(boarding.missing, key=lambda name: _FIRST.index(name) if name in _FIRST else len(_FIRST))
    if len(names) <= NAMED_AT_MOST:
        return names, []
    named, rest = names[: NAMED_AT_MOST - 1], len(names) - NAMED_AT_MOST + 1
    return named, [language.ngettext("%(count)s more fact is missing.", "%(count)s more facts are missing.", rest)]


def _missing(boarding: Boarding, language: Language, *, lead: bool = False) -> list[str]:
    """What nobody has measured or stated; ``lead``: the first of these sentences begins with the state."""
    named, more = _named(boarding, language)
    unmeasured = nor_list((fact_name(name, language) for name in named if name in _UNMEASURED), language)
    unsaid = nor_list((fact_name(name, language) for name in named if name not in _UNMEASURED), language)
    sentences = []
    if unmeasured:
        sentences.append(
            language.gettext("Unknown: nobody has measured %(facts)s.", facts=unmeasured)
            if lead
            else language.gettext("Nobody has measured %(facts)s.", facts=unmeasured)
        )
    if unsaid:
        sentences.append(
            language.gettext("Unknown: nobody has stated %(facts)s.", facts=unsaid)
            if lead and not unmeasured
            else language.gettext("Nobody has stated %(facts)s.", facts=unsaid)
        )
    return sentences + more


def _reasons(boarding: Boarding, language: Language) -> tuple[list[str], list[str]]:
    """The reasons that state and numbers leave out: what stands in the way, for before the numbers; and the rest."""
    slope, codes = boarding.slope, {reason.code for reason in boarding.reasons}
    said: set[str] = set()
    if tells_slope(boarding) and slope is not None:
        said |= {"RAMP", "RAMP_TOO_STEEP"} | ({"RAMP_STEEP"} if slope.high > slope.limit else set())
    if (slope is not None or boarding.device == "lift") and "LEVEL_ONLY" not in codes:
        said |= {"STEP_TOO_HIGH", "GAP_TOO_WIDE"}  # what the ramp or lift is there for
    if refused(boarding) or _shown_all_the_same(boarding):
        said |= VETOES
    if "DECLARED_YES" in codes:
        said |= {"STOP_FLAG_YES", "TRIP_FLAG_YES"}
    if boarding.verdict is Verdict.YES and boarding.worst in HELPED:
        said.add(boarding.worst.name)
    told: dict[bool, list[str]] = {True: [], False: []}
    barred = boarding.verdict in (Verdict.UNCERTAIN, Verdict.NO)
    for reason in sorted(boarding.reasons, key=lambda reason: reason.code in _FLAGS):
        if reason.code not in said:
            told[barred and reason.code not in _BESIDE].append(reason_sentence(reason, language))
    return list(dict.fromkeys(told[True])), list(dict.fromkeys(told[False]))


def _shown_all_the_same(boarding: Boarding) -> bool:
    """Whether the traveller asked to see what is declared not usable: then a veto comes first and leaves an UNKNOWN."""
    return boarding.verdict is Verdict.UNKNOWN and any(reason.code in VETOES for reason in boarding.reasons[:1])


def _doubts(boarding: Boarding, language: Language) -> list[str]:
    """What was supposed, and what would settle an UNKNOWN."""
    sentences = []
    if boarding.verdict is not Verdict.NO:
        clauses = [_clause(name, language) for name in boarding.assumed]
        pairs = [and_list(clauses[start : start + 2], language) for start in range(0, len(clauses), 2)]
        sentences += [language.gettext("We assume that %(things)s.", things=pair) for pair in pairs]
    if boarding.verdict is Verdict.UNKNOWN:
        decides = boarding.would_decide
        if decides is not None and boarding.missing != (decides,):
            sentences.append(language.gettext("Knowing %(fact)s could settle it.", fact=fact_name(decides, language)))
        return sentences
    if not boarding.missing or refused(boarding):
        return sentences
    declared = any(reason.code in ("DECLARED_YES", "DECLARED_OUTCOME") for reason in boarding.reasons)
    if declared or boarding.verdict is Verdict.UNCERTAIN:
        return sentences + _missing(boarding, language)
    named, more = _named(boarding, language)
    facts = nor_list((fact_name(name, language) for name in named), language)
    held = language.gettext("Nobody has recorded %(facts)s; this holds for every usual value.", facts=facts)
    return [*sentences, held, *more]


_CLAUSES: Mapping[str, Callable[[Language], str]] = MappingProxyType(
    {
        "quay.manoeuvre_mm": lambda at: at.gettext("there is room to turn on the quay"),
        "quay.ramp_deployable": lambda at: at.gettext("a ramp can be put out here"),
        "quay.approach": lambda at: at.gettext("nothing keeps the vehicle from pulling up at the quay"),
        "door.clear_width_mm": lambda at: at.gettext("the door is wide enough"),
        "door.inside_steps": lambda at: at.gettext("there is no step behind the door"),
        "door.ramp_load_kg": lambda at: at.gettext("the ramp bears the load"),
        "door.ramp_width_mm": lambda at: at.gettext("the ramp is wide enough"),
        "door.ramp_outlet_drop_mm": lambda at: at.gettext("the ramp comes out at the level of the floor"),
        "vehicle.wheelchair_spaces": lambda at: at.gettext("there is a wheelchair space on board"),
    }
)
ASSUMPTIONS = frozenset(_CLAUSES)


def _clause(name: str, language: Language) -> str:
    clause = _CLAUSES.get(name)
    if clause is not None:
        return clause(language)
    return language.gettext("nothing is unusual about %(fact)s", fact=fact_name(name, language))


# --- What to ask for ---------------------------------------------------------------------------------------

_Asked = Mapping[int | None, Callable[[Language], str]]
_RAMP_AT: _Asked = MappingProxyType(
    {
        None: lambda at: at.gettext("Ask for the ramp."),
        1: lambda at: at.gettext("Ask for the ramp at the first door."),
        2: lambda at: at.gettext("Ask for the ramp at the second door."),
        3: lambda at: at.gettext("Ask for the ramp at the third door."),
        4: lambda at: at.gettext("Ask for the ramp at the fourth door."),
    }
)
_LIFT_AT: _Asked = MappingProxyType(
    {
        None: lambda at: at.gettext("Ask for the lift."),
        1: lambda at: at.gettext("Ask for the lift at the first door."),
        2: lambda at: at.gettext("Ask for the lift at the second door."),
        3: lambda at: at.gettext("Ask for the lift at the third door."),
        4: lambda at: at.gettext("Ask for the lift at the fourth door."),
    }
)


def _ask(asked: _Asked, door_no: int | None, language: Language) -> str:
    """Name the door where it has a usual name."""
    return asked[door_no if door_no in asked else None](language)


def _day(value: object, language: Language) -> str:
    """A day with its weekday; what is no date stays as it is."""
    try:
        return language.weekday(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
