"""What an itinerary depends on, and what is left if something fails."""

from __future__ import annotations

from planner.language import Language
from planner.model import Dependency, Fallback, Itinerary, Leg


def last_departure(leg: Leg, language: Language) -> str:
    """Say that nothing comes after this one that day; "" where something does, or nobody asked."""
    if not leg.last_of_day:
        return ""
    return language.gettext("This is the last departure of the day that you can take from here.")


def departure_notes(leg: Leg, language: Language) -> tuple[str, ...]:
    """Say which vehicle comes after this one for the same traveller; nothing where nobody asked."""
    notes = []
    following = leg.next_departure
    if following is not None:
        values = {
            "departure": language.time(following.departure),
            "line": following.route_name or following.route_id,
            "arrival": language.time(following.arrival),
        }
        notes.append(
            language.gettext(
                "If you cannot get on: line %(line)s at %(departure)s, there at %(arrival)s, with a doubt.", **values
            )
            if following.doubts
            else language.gettext(
                "If you cannot get on: line %(line)s at %(departure)s, there at %(arrival)s.", **values
            )
        )
    return tuple(notes)


def alighting_note(leg: Leg, language: Language) -> str:
    """Say where to get off instead, if getting off is refused; "" where there is nothing to say."""
    other = leg.if_cannot_alight
    if other is None:
        return ""
    values = {"place": other.stop.name, "at": language.time(other.arrival)}
    if other.back is None or other.back.arrival is None:
        return (
            language.gettext(
                "If you cannot get off: stay on board to %(place)s, %(at)s. No way back from there was found.", **values
            )
            if not other.before
            else language.gettext("If getting off here is refused, get off before: at %(place)s, %(at)s.", **values)
        )
    values["back"] = language.time(other.back.arrival)
    if other.before:
        return language.gettext(
            "If getting off here is refused, get off before: at %(place)s, %(at)s; you are here at %(back)s.", **values
        )
    return language.gettext(
        "If you cannot get off: stay on board to %(place)s, %(at)s; you are back here at %(back)s.", **values
    )


def depends_on(itinerary: Itinerary, language: Language) -> tuple[str, ...]:
    """Say each thing that must work, and what is left without it."""
    return tuple(
        " ".join(filter(None, (_thing(one, itinerary.legs[one.leg], language), _left(one.fallback, language))))
        for one in itinerary.depends_on
    )


def _thing(one: Dependency, leg: Leg, language: Language) -> str:
    line, id_ = leg.route_name or leg.route_id or "", one.id or ""
    if one.kind == "equipment":
        return language.gettext("It depends on the lift or escalator %(id)s.", id=id_)
    if one.kind == "vehicle_type":
        return language.gettext("On line %(line)s it depends on which vehicle comes.", line=line)
    off = one.at == "alighting"
    if one.kind == "lift":
        return (
            language.gettext("It depends on the lift of the vehicle of line %(line)s, to get off.", line=line)
            if off
            else language.gettext("It depends on the lift of the vehicle of line %(line)s, to get on.", line=line)
        )
    return (
        language.gettext("It depends on the ramp of the vehicle of line %(line)s, to get off.", line=line)
        if off
        else language.gettext("It depends on the ramp of the vehicle of line %(line)s, to get on.", line=line)
    )


def _left(fallback: Fallback | None, language: Language) -> str:
    if fallback is None:
        return ""
    if fallback.arrival is None:
        return language.gettext("If that fails, nothing is left that day.")
    return language.gettext("If that fails, you are there at %(arrival)s.", arrival=language.time(fallback.arrival))
