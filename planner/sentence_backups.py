"""What an itinerary depends on, and what is left if it fails, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from planner.language import Language
from planner.model import Alternative, Dependency, Fallback, Leg, Verdict


def stays_aboard_sentence(leg: Leg, language: Language) -> str:
    """What to do where the vehicle goes on as another trip; "" where it does not."""
    if not leg.stays_aboard:
        return ""
    return language.gettext("Stay aboard: on the way the vehicle goes on as another trip.")


def next_departure_sentence(leg: Leg, language: Language) -> str:
    """When the next vehicle leaves that takes this traveller along; "" for a walk."""
    if leg.last_of_day is None:
        return ""
    following = leg.next_departure
    if following is None:
        return language.gettext("It is the last one of the day that takes you there.")
    values = {
        "route": following.route_name,
        "departure": _moment(following.departure, leg.departure, language),
        "arrival": _moment(following.arrival, leg.departure, language),
    }
    if following.doubts:
        return language.gettext(
            "The next one that may take you there: %(route)s at %(departure)s, there at %(arrival)s.", **values
        )
    return language.gettext(
        "The next one that takes you there: %(route)s at %(departure)s, there at %(arrival)s.", **values
    )


def dependency_sentence(dependency: Dependency, leg: Leg, language: Language, *, vehicle: str = "") -> str:
    """What has to work or to come, and what is left if it does not; ``vehicle`` is the name of its type."""
    said = _NEEDED.get((dependency.kind, dependency.at))
    if said is not None:
        needed = said(language)
    elif dependency.kind == "vehicle_type":
        needed = language.gettext("This vehicle has to come: %(vehicle)s.", vehicle=vehicle or str(dependency.id))
    else:
        needed = language.gettext("A lift or escalator on the way has to work.")
    fallback = _fallback(dependency.fallback, leg.departure, language)
    return f"{needed} {fallback}" if fallback else needed


def alternative_sentence(leg: Leg, language: Language) -> str:
    """Where to get off instead if getting off is refused, and the way back; "" where no other stop will do."""
    instead = leg.if_cannot_alight
    if instead is None:
        return ""
    values = {"stop": instead.stop.name, "arrival": _moment(instead.arrival, leg.departure, language)}
    if instead.before:
        sentence = language.gettext(
            "No later stop of this trip will do. The nearest before: %(stop)s, %(arrival)s.", **values
        )
    else:
        sentence = language.gettext("If you cannot get off there, ride on to %(stop)s, %(arrival)s.", **values)
    return " ".join([sentence, *_unsure(instead, language), *_back(instead, leg, language)])


def page_sentences(earlier: str | None, later: str | None, language: Language) -> list[str]:
    """How to ask the command line for what comes before and after."""
    told = []
    if earlier is not None:
        told.append(language.gettext("Earlier: --earlier %(cursor)s", cursor=earlier))
    if later is not None:
        told.append(language.gettext("Later: --later %(cursor)s", cursor=later))
    return told


_NEEDED: Mapping[tuple[str, str | None], Callable[[Language], str]] = MappingProxyType(
    {
        ("ramp", "boarding"): lambda at: at.gettext("To get on, you depend on the ramp."),
        ("ramp", "alighting"): lambda at: at.gettext("To get off, you depend on the ramp."),
        ("lift", "boarding"): lambda at: at.gettext("To get on, you depend on the lift of the vehicle."),
        ("lift", "alighting"): lambda at: at.gettext("To get off, you depend on the lift of the vehicle."),
    }
)


def _fallback(fallback: Fallback | None, after: datetime, language: Language) -> str:
    if fallback is None:
        return ""
    if fallback.arrival is None:
        return language.gettext("If it fails, nothing else was found that day.")
    arrival = _moment(fallback.arrival, after, language)
    return language.gettext("If it fails, the best that is left arrives at %(arrival)s.", arrival=arrival)


def _unsure(instead: Alternative, language: Language) -> list[str]:
    if instead.alighting.verdict is Verdict.YES:
        return []
    return [language.gettext("Getting off there is not certain either.")]


def _back(instead: Alternative, leg: Leg, language: Language) -> list[str]:
    if instead.back is None:
        return []
    if instead.back.arrival is None:
        return [language.gettext("From there, no way to %(stop)s was found that day.", stop=leg.destination.name)]
    arrival = _moment(instead.back.arrival, leg.departure, language)
    values = {"stop": leg.destination.name, "arrival": arrival}
    return [language.gettext("From there you reach %(stop)s at %(arrival)s.", **values)]


def _moment(moment: datetime, after: datetime, language: Language) -> str:
    """The time alone on the day of the ride, else with its day."""
    return language.time(moment) if moment.date() == after.date() else language.datetime(moment)
