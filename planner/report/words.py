"""The codes of an audit in the reader's words; a code that is not known is shown as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from planner.language import Language
from planner.model import Reason
from planner.sentence_reasons import reason_sentence


def head_text(language: Language) -> str:
    """What stands above every report: it is an indication and no certificate."""
    return language.gettext("A technical indication, no certificate of conformity")


def severity_word(code: str, language: Language) -> str:
    """How much a failure matters."""
    return {
        "BLOCKING": language.gettext("blocking"),
        "MAJOR": language.gettext("major"),
        "MINOR": language.gettext("minor"),
        "INFORMATION": language.gettext("for information"),
    }.get(code, code)


def standing_word(code: str, language: Language) -> str:
    """Whether a threshold is law."""
    return {"LAW": language.gettext("law"), "GUIDANCE": language.gettext("guidance, no law")}.get(code, code)


def owed_word(code: str, language: Language) -> str:
    """Whether somebody is known to be obliged to cure a failure."""
    return {
        "YES": language.gettext("owed"),
        "NO": language.gettext("not owed"),
        "UNKNOWN": language.gettext("not known"),
    }.get(code, code)


def verdict_word(code: str, language: Language) -> str:
    """A verdict as the pages for travellers say it."""
    return {
        "YES": language.gettext("Step-free"),
        "UNCERTAIN": language.gettext("Borderline"),
        "UNKNOWN": language.gettext("Unknown"),
        "NO": language.gettext("Barrier"),
    }.get(code, code)


def unknown_word(code: str, language: Language) -> str:
    """What is done with what nobody has checked."""
    return {"exclude": language.gettext("without any doubt"), "allow": language.gettext("at best")}.get(code, code)


def fix_word(code: str, language: Language) -> str:
    """What is changed."""
    return {
        "RAISE_QUAY": language.gettext("Raise the quay"),
        "SURVEY_QUAY": language.gettext("Measure the quay, if it is found to be as wished"),
        "LOWER_KERB": language.gettext("Lower the kerb"),
        "EQUIP_VEHICLE": language.gettext("Equip the vehicle type with a ramp and a place"),
        "REPAIR_LIFT": language.gettext("Repair the lift"),
    }.get(code, code)


def fix_title(one: Mapping[str, Any], language: Language) -> str:
    """What is changed, and to which height."""
    what = fix_word(one["kind"], language)
    return what if one["value_mm"] is None else f"{what} ({language.length_mm(one['value_mm'])})"


def part_word(code: str, language: Language) -> str:
    """How stops lie to the main part of the network."""
    return {
        "MAIN": language.gettext("in the main part"),
        "NO_WAY_OUT": language.gettext("no way out"),
        "NO_WAY_IN": language.gettext("no way in"),
        "CUT_OFF": language.gettext("cut off"),
    }.get(code, code)


def subject_word(code: str, language: Language) -> str:
    """What a field belongs to."""
    return {
        "QUAY": language.gettext("Quay"),
        "VEHICLE_TYPE": language.gettext("Vehicle type"),
        "DOOR": language.gettext("Door"),
        "EQUIPMENT": language.gettext("Equipment"),
        "STOP": language.gettext("Stop"),
        "TRIP": language.gettext("Trip"),
        "STREET": language.gettext("Street (metres)"),
        "KERB": language.gettext("Kerb"),
    }.get(code, code)


def task_word(code: str, language: Language) -> str:
    """What is to be found out."""
    return {
        "ASSIGN": language.gettext("Which vehicles run line"),
        "VEHICLE": language.gettext("Measure the vehicle type"),
        "QUAY": language.gettext("Measure the quay"),
    }.get(code, code)


def change_word(code: str, language: Language) -> str:
    """What became of a finding since the other audit."""
    return {
        "new": language.gettext("New: kept before, broken now"),
        "revealed": language.gettext("Newly known: not assessable before, broken now"),
        "arrived": language.gettext("Newly there: broken at what was not there or not in service before"),
        "fixed": language.gettext("Fixed: broken before, kept now"),
        "lost": language.gettext("No longer assessable: broken before, and now nobody can tell; that is no cure"),
        "gone": language.gettext("Gone: broken before at what is no longer there or in service; that is no cure"),
    }.get(code, code)


def failure_word(code: str, language: Language) -> str:
    """What must not fail."""
    return {
        "lift": language.gettext("Lift"),
        "pathway": language.gettext("Way in the station"),
        "street": language.gettext("Street"),
    }.get(code, code)


def way_word(code: str, language: Language) -> str:
    """What a way is, as a heading."""
    return {
        "WAY": language.gettext("Footway"),
        "ROAD": language.gettext("Road without a known pavement"),
        "CROSSING": language.gettext("Crossing"),
        "AREA": language.gettext("Square"),
        "PLATFORM": language.gettext("Platform"),
        "PATHWAY": language.gettext("Passage"),
        "STEPS": language.gettext("Stairs"),
        "STEP_RAMP": language.gettext("Ramp beside stairs"),
        "ESCALATOR": language.gettext("Escalator"),
        "MOVING_WALKWAY": language.gettext("Moving walkway"),
        "LIFT": language.gettext("Lift"),
        "KERB": language.gettext("Kerb"),
        "BARRIER": language.gettext("Gate or bollards"),
        "FARE_GATE": language.gettext("Ticket gate"),
    }.get(code, code)


def place_name(one: Mapping[str, Any], language: Language) -> str:
    """Where a finding, a change or a failure lies; empty where neither a name nor a stop near it is known."""
    name, near = one["name"], one["near"]
    if not near or name == near:
        return str(name)
    return (
        language.gettext("%(name)s, near %(stop)s", name=name, stop=near)
        if name
        else language.gettext("near %(stop)s", stop=near)
    )


def finding_name(one: Mapping[str, Any], language: Language) -> str:
    """What a finding is about."""
    place = place_name(one, language)
    if one["way"] is None:
        return place or str(one["subject_id"])
    what = way_word(one["way"], language)
    return language.gettext("%(what)s: %(name)s", what=what, name=place) if place else what


def rule_text(text: str, language: Language) -> str:
    """The sentence of a rule; it stands in the code of the rule, so it is looked up and not written here."""
    return str(language.translations.gettext(text))


def said(one: Mapping[str, Any], language: Language) -> str:
    """A sentence of the audit (``planner.audit.said``); as it stands, if its values do not fit it."""
    text = str(one["text"])
    if not text:
        return ""
    try:
        values = {name: _written(name, value, language) for name, value in one["values"].items()}
        return str(language.translations.gettext(text)) % values
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):  # the document is a file: anybody's
        return text


def gap_text(gap: float, unit: str, language: Language) -> str:
    """By how much a threshold is missed."""
    if unit == "mm":
        return language.length_mm(gap)
    if unit == "rise / run":
        return language.gettext("%(points)s points", points=language.percent(gap))
    if unit == "contrast":
        return language.gettext("%(points)s of contrast", points=language.percent(gap))
    return language.number(gap, 1)


def approach_word(code: str, language: Language) -> str:
    """How a vehicle comes to a stop."""
    return {
        "bay": language.gettext("in a bay"),
        "bay_parking": language.gettext("in a bay with parking"),
    }.get(code, code)


def _written(name: str, value: Any, language: Language) -> str:
    for end, write in _WRITTEN.items():
        if name.endswith(end):
            return write(value, language)
    return str(value)


def _reasons(reasons: Any, language: Language) -> str:
    return " ".join(reason_sentence(Reason(one["code"], one["values"]), language) for one in reasons)


_WRITTEN: Mapping[str, Callable[[Any, Language], str]] = MappingProxyType(
    {
        "_mm": lambda value, language: language.length_mm(value),
        "_slope": lambda value, language: language.percent(value),
        "_count": lambda value, language: language.number(value),
        "_date": lambda value, language: language.date(date.fromisoformat(value)),
        "_word": approach_word,
        "reasons": _reasons,
    }
)
