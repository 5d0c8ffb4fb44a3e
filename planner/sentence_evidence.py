"""The numbers of a verdict, and who measured or declared them, when and how, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from math import isfinite
from types import MappingProxyType

from planner.access.declared import VETOES
from planner.facts import Interval, Method, Source
from planner.language import Language
from planner.model import Boarding, Cited, Outcome, Slope, Verdict
from planner.sentence_parts import (
    HELPED,
    and_list,
    fact_name,
    length,
    length_of,
    length_range,
    middle_of,
    percent,
    slope_of,
)

_QUAY, _FLOOR, _KNEELED = "quay.height_mm", "door.floor_mm", "door.floor_kneeled_mm"
_LENGTH, _GAP = "door.ramp_length_mm", "quay.gap_mm"
_BY_GAP = frozenset({Outcome.LEVEL, Outcome.STEP, Outcome.GAP_ASSISTED})
_BY_RAMP = frozenset({Outcome.RAMP, Outcome.RAMP_ASSISTED})
_OF_HEIGHTS = frozenset({"STEP_TOO_HIGH", "GAP_TOO_WIDE", "RAMP_TOO_STEEP", "RAMP_TOO_SHORT", "RAMP_OUTLET", "ROAD"})
_RESTS_ON = MappingProxyType(
    {
        "SPACES": "vehicle.wheelchair_spaces",
        "DOOR_NARROW": "door.clear_width_mm",
        "INSIDE_STEPS": "door.inside_steps",
        "GAP_TOO_WIDE": _GAP,
        "LIFT": "door.device",
        "NO_RAMP": "door.device",
        "DEVICE_CONFLICT": "door.device",
        "RAMP_TOO_SHORT": _LENGTH,
        "RAMP_OUTLET": "door.ramp_outlet_drop_mm",
        "RAMP_NOT_DEPLOYABLE": "quay.ramp_deployable",
        "LOAD": "door.ramp_load_kg",
        "RAMP_NARROW": "door.ramp_width_mm",
        "ROOM": "quay.manoeuvre_mm",
        "ROOM_TIGHT": "quay.manoeuvre_mm",
        "DOCKING_OBSTRUCTED": "quay.approach",
        "KNEEL_ON_REQUEST": "vehicle.kneel_policy",
    }
)


def refused(boarding: Boarding) -> bool:
    """Whether a declared no decides, and not physics."""
    vetoed = any(reason.code in VETOES for reason in boarding.reasons)
    return vetoed and boarding.verdict is Verdict.NO and boarding.best is not Outcome.IMPOSSIBLE


def invented(boarding: Boarding) -> bool:
    """Whether anything that the verdict looked at is invented."""
    return any(fact.method is Method.INVENTED for fact in boarding.facts)


def tells_slope(boarding: Boarding) -> bool:
    """Whether the numbers tell the slope of the ramp: where a ramp is what serves, or might."""
    if boarding.slope is None or _measure(boarding, _LENGTH) is None:
        return False
    return boarding.worst in _BY_RAMP if boarding.verdict is Verdict.YES else _tells_heights(boarding)


def tell_numbers(boarding: Boarding, language: Language, *, alighting: bool) -> list[str]:
    """Heights, step, ramp and gap, as far as they bear on the verdict."""
    sentences = []
    if _tells_heights(boarding):
        sentences += _heights(boarding, language, alighting=alighting)
    ramp = _measure(boarding, _LENGTH)
    if boarding.slope is not None and ramp is not None and tells_slope(boarding):
        sentences += _ramp(boarding, boarding.slope, ramp, language)
    if boarding.gap_mm is not None and _tells_gap(boarding):
        low, high = boarding.gap_mm.low, boarding.gap_mm.high
        gap = (
            length_of(low, high, None, language)
            if boarding.best == boarding.worst
            else length_range(low, high, language)
        )
        sentences.append(language.gettext("Gap between quay and vehicle: %(gap)s.", gap=gap))
    return sentences


def tell_provenance(boarding: Boarding, language: Language, sources: Mapping[str, Source]) -> list[str]:
    """Who says so, when and how, for every fact that was told; facts known in the same way share a sentence."""
    told = _told(boarding)
    sentences = []
    groups: dict[tuple[Method, str | None], list[str]] = {}
    for fact in told:
        groups.setdefault((fact.method, fact.measured_on), []).append(fact.attribute)
    for (method, measured_on), attributes in groups.items():
        if method is not Method.INVENTED:
            sentences.append(_known_by(method, measured_on, attributes, language))
    if invented(boarding):
        names = [fact_name(fact.attribute, language) for fact in told if fact.method is Method.INVENTED]
        sentences.append(
            language.gettext("Invented data: %(facts)s.", facts=and_list(names, language))
            if names and len(names) < len(told)
            else language.gettext("Invented data.")
        )
    ids = dict.fromkeys(fact.source_id for fact in told)
    names = list(dict.fromkeys(sources[id_].name.rstrip(". ") if id_ in sources else id_ for id_ in ids))
    if sources and names:
        sentences.append(
            language.ngettext("Source: %(names)s.", "Sources: %(names)s.", len(names), names=", ".join(names))
        )
    return sentences


# --- Numbers -------------------------------------------------------------------------------------------------


def _tells_heights(boarding: Boarding) -> bool:
    if boarding.verdict in (Verdict.YES, Verdict.UNKNOWN) or refused(boarding):
        return True
    return any(reason.code in _OF_HEIGHTS for reason in boarding.reasons)


def _tells_gap(boarding: Boarding) -> bool:
    return boarding.gap_mm is not None and boarding.verdict is Verdict.YES and boarding.worst in _BY_GAP


def _measure(boarding: Boarding, attribute: str) -> Interval | None:
    """The number of a cited fact."""
    for fact in boarding.facts:
        if fact.attribute == attribute and fact.low is not None and fact.high is not None and fact.low <= fact.high:
            return Interval(fact.low, fact.high)
    return None


def _floors(boarding: Boarding) -> tuple[str, ...]:
    """Which floors the step was reckoned from: the standing, the kneeled or both; none where it cannot be told."""
    quay, step = _measure(boarding, _QUAY), boarding.step_mm
    rest, kneeled = _measure(boarding, _FLOOR), _measure(boarding, _KNEELED)
    if quay is None or step is None:
        return ()
    choices: dict[tuple[str, ...], Interval | None] = {(_KNEELED,): kneeled, (_FLOOR,): rest}
    if rest is not None and kneeled is not None:
        choices[_FLOOR, _KNEELED] = Interval(min(rest.low, kneeled.low), max(rest.high, kneeled.high))
    for names, floor in choices.items():
        if floor is None or (names == (_FLOOR,) and boarding.kneel is not None):
            continue
        if abs(floor.low - quay.high - step.low) < 0.01 and abs(floor.high - quay.low - step.high) < 0.01:
            return names
    return ()


def _heights(boarding: Boarding, language: Language, *, alighting: bool) -> list[str]:
    """Quay, floor and what lies between them; of what is not known only the other."""
    quay, step = _measure(boarding, _QUAY), boarding.step_mm
    rest, kneeled = _measure(boarding, _FLOOR), _measure(boarding, _KNEELED)
    told = {
        name: length_of(height.low, height.high, None, language)
        for name, height in (("quay", quay), ("floor", rest), ("kneeled", kneeled))
        if height is not None
    }
    if step is None:
        known = []
        if quay is not None:
            known.append(language.gettext("Quay %(quay)s.", **told))
        if rest is not None:
            known.append(language.gettext("Floor %(floor)s.", **told))
        return known
    floors = _floors(boarding)
    ranged = len(floors) != 1 or _step_matters(boarding)
    way, told["step"] = _step(step, language, ranged=ranged, alighting=alighting)
    if floors == (_KNEELED,):
        return [_KNEELED_STEPS[way](language, told)]
    if floors == (_FLOOR,):
        return [_REST_STEPS[way](language, told)]
    if floors:
        return [
            language.gettext("Quay %(quay)s, floor %(floor)s, kneeling %(kneeled)s.", **told),
            _STEPS[way](language, told),
        ]
    if quay is not None and rest is not None:
        return [language.gettext("Quay %(quay)s, floor %(floor)s at rest.", **told), _STEPS[way](language, told)]
    return [_STEPS[way](language, told)]


def _step_matters(boarding: Boarding) -> bool:
    """Whether the tolerance of the step matters to the verdict."""
    if boarding.verdict in (Verdict.YES, Verdict.UNCERTAIN) and boarding.best in _BY_GAP:
        return boarding.best != boarding.worst
    return False


def _step(step: Interval, language: Language, *, ranged: bool, alighting: bool) -> tuple[str, str]:
    """UP, DOWN, LEVEL or EITHER as the traveller goes, and how much."""
    low, high = (-step.high, -step.low) if alighting else (step.low, step.high)
    if not ranged or low == high:
        middle = middle_of(low, high)
        middle = round(middle) if isfinite(middle) else middle
        return "UP" if middle > 0 else "DOWN" if middle < 0 else "LEVEL", length(abs(middle), language)
    if low >= 0:
        return "UP", length_range(low, high, language)
    if high <= 0:
        return "DOWN", length_range(-high, -low, language)
    return "EITHER", length(max(-low, high), language)


_Told = Mapping[str, Callable[[Language, dict[str, str]], str]]
_KNEELED_STEPS: _Told = MappingProxyType(
    {
        "UP": lambda at, told: at.gettext("Quay %(quay)s, floor %(kneeled)s kneeling: %(step)s to climb.", **told),
        "DOWN": lambda at, told: at.gettext("Quay %(quay)s, floor %(kneeled)s kneeling: %(step)s down.", **told),
        "LEVEL": lambda at, told: at.gettext("Quay %(quay)s, floor %(kneeled)s kneeling: level.", **told),
        "EITHER": lambda at, told: at.gettext(
            "Quay %(quay)s, floor %(kneeled)s kneeling: up to %(step)s, up or down.", **told
        ),
    }
)
_REST_STEPS: _Told = MappingProxyType(
    {
        "UP": lambda at, told: at.gettext("Quay %(quay)s, floor %(floor)s: %(step)s to climb.", **told),
        "DOWN": lambda at, told: at.gettext("Quay %(quay)s, floor %(floor)s: %(step)s down.", **told),
        "LEVEL": lambda at, told: at.gettext("Quay %(quay)s, floor %(floor)s: level.", **told),
        "EITHER": lambda at, told: at.gettext("Quay %(quay)s, floor %(floor)s: up to %(step)s, up or down.", **told),
    }
)
_STEPS: _Told = MappingProxyType(
    {
        "UP": lambda at, told: at.gettext("Step up of %(step)s.", **told),
        "DOWN": lambda at, told: at.gettext("Step down of %(step)s.", **told),
        "LEVEL": lambda at, told: at.gettext("Quay and floor are level.", **told),
        "EITHER": lambda at, told: at.gettext("Step of up to %(step)s, up or down.", **told),
    }
)


def _ramp(boarding: Boarding, slope: Slope, ramp: Interval, language: Language) -> list[str]:
    """The ramp, its slope and the traveller's limit."""
    steep = [reason.values.get("comfort") for reason in boarding.reasons if reason.code == "RAMP_STEEP"]
    limits = [slope.limit, *(float(comfort) for comfort in steep if isinstance(comfort, (int, float)))]
    if boarding.verdict is Verdict.YES and boarding.best != boarding.worst:
        limits.append(slope.high)  # the range decides between alone and with help, or between level and ramp
    values = {
        "length": length_of(ramp.low, ramp.high, None, language),
        "slope": slope_of(slope.low, slope.high, limits, language),
        "limit": percent(slope.limit, language),
    }
    if slope.low > slope.limit:
        return [language.gettext("Ramp %(length)s: %(slope)s slope, over your limit of %(limit)s.", **values)]
    if slope.high > slope.limit:
        return [language.gettext("Ramp %(length)s: %(slope)s for your limit of %(limit)s.", **values)]
    helped = boarding.verdict is Verdict.YES and boarding.worst in HELPED
    return [
        language.gettext("Ramp %(length)s: %(slope)s slope.", **values),
        language.gettext("Your limit with help: %(limit)s.", **values)
        if helped
        else language.gettext("Your limit: %(limit)s.", **values),
    ]


# --- Provenance ------------------------------------------------------------------------------------------------


def _told(boarding: Boarding) -> list[Cited]:
    """The cited facts that the sentences tell, in the order of the facts."""
    told = {_RESTS_ON[reason.code] for reason in boarding.reasons if reason.code in _RESTS_ON}
    if _tells_heights(boarding):
        told |= {_QUAY, *(_floors(boarding) or (_FLOOR,))}
    if tells_slope(boarding):
        told.add(_LENGTH)
    if _tells_gap(boarding):
        told.add(_GAP)
    return [fact for fact in boarding.facts if fact.attribute in told]


def _known_by(method: Method, measured_on: str | None, attributes: list[str], language: Language) -> str:
    """How these facts are known; a measured quay height speaks for what was measured with it."""
    facts = and_list((fact_name(attribute, language) for attribute in attributes), language)
    if measured_on is None:
        if method is Method.SURVEY and _QUAY in attributes:
            return language.gettext("Height measured, date not stated.")
        return _UNDATED[method](language, {"facts": facts})
    day = _day(measured_on, language)
    if method is Method.SURVEY and _QUAY in attributes:
        return language.gettext("Height measured on %(day)s.", day=day)
    return _DATED[method](language, {"facts": facts, "day": day})


def _day(text: str, language: Language) -> str:
    try:
        return language.date(date.fromisoformat(text))
    except ValueError:
        return text


_UNDATED: Mapping[Method, Callable[[Language, dict[str, str]], str]] = MappingProxyType(
    {
        Method.LIVE: lambda at, told: at.gettext("Reported live: %(facts)s.", **told),
        Method.SURVEY: lambda at, told: at.gettext("Measured, date not stated: %(facts)s.", **told),
        Method.LASER: lambda at, told: at.gettext("Measured by laser, date not stated: %(facts)s.", **told),
        Method.IMAGERY: lambda at, told: at.gettext("Measured on images, date not stated: %(facts)s.", **told),
        Method.DECLARED: lambda at, told: at.gettext("Declared, not measured: %(facts)s.", **told),
        Method.OSM: lambda at, told: at.gettext("Mapped in OpenStreetMap: %(facts)s.", **told),
        Method.INFERRED: lambda at, told: at.gettext("Estimated, not measured: %(facts)s.", **told),
    }
)
_DATED: Mapping[Method, Callable[[Language, dict[str, str]], str]] = MappingProxyType(
    {
        Method.LIVE: lambda at, told: at.gettext("Reported live on %(day)s: %(facts)s.", **told),
        Method.SURVEY: lambda at, told: at.gettext("Measured on %(day)s: %(facts)s.", **told),
        Method.LASER: lambda at, told: at.gettext("Measured by laser on %(day)s: %(facts)s.", **told),
        Method.IMAGERY: lambda at, told: at.gettext("Measured on images of %(day)s: %(facts)s.", **told),
        Method.DECLARED: lambda at, told: at.gettext("Declared on %(day)s, not measured: %(facts)s.", **told),
        Method.OSM: lambda at, told: at.gettext("Mapped in OpenStreetMap on %(day)s: %(facts)s.", **told),
        Method.INFERRED: lambda at, told: at.gettext("Estimated on %(day)s, not measured: %(facts)s.", **told),
    }
)
