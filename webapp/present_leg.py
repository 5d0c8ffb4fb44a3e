"""One ride or one walk as a page shows it, with all that is known of getting on and off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from planner.facts import Certainty
from planner.language import Language
from planner.model import Boarding, Leg, Place
from planner.network.knowledge import Knowledge
from planner.routing.query import Query
from planner.sentence_evidence import invented
from planner.sentences import boarding_advice, boarding_sentence, state_word, vehicle_sentence, way_sentence
from webapp.colours import clean_colour
from webapp.fallbacks import alighting_note, departure_notes, last_departure
from webapp.present_way import way_points, way_steps
from webapp.words import Badge, badge_of, how_known, mode_word


@dataclass(frozen=True, slots=True)
class Clock:
    """A time to read and the same for machines."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class EndView:
    """Getting on or off: when, where, what is known of it, and what to ask for."""

    at: Clock | None  # None: a barrier, told without a trip
    action: str
    badge: Badge | None
    certainty: str
    why: str
    sources: str  # who says so
    advice: str
    stop_id: str = ""  # of the page about the stop
    place: str = ""


@dataclass(frozen=True, slots=True)
class LegView:
    """One ride or one walk; a walk has no ends of its own."""

    kind: str  # "ride" | "walk"
    departure: Clock
    arrival: Clock
    sentence: str
    notes: tuple[str, ...]
    badge: Badge | None = None  # of a walk in doubt
    points: tuple[str, ...] = ()  # what is worst on a walk
    steps: tuple[str, ...] = ()  # of a walk, stretch after stretch
    line: str = ""
    line_class: str = ""
    mode: str = ""
    direction: str = ""
    ends: tuple[EndView, ...] = ()
    stops: tuple[str, ...] = ()
    last: str = ""  # that it is the last departure of the day
    if_missed: tuple[str, ...] = ()
    if_refused: str = ""  # getting off
    report: str = ""  # a text to tell the network how getting on went


def present_leg(leg: Leg, query: Query, knowledge: Knowledge, language: Language) -> LegView:
    """Show one leg."""
    departure, arrival = clock(leg.departure, language), clock(leg.arrival, language)
    duration = language.duration((leg.arrival - leg.departure).total_seconds())
    if leg.mode == "WALK":
        way = leg.way
        return LegView(
            kind="walk",
            departure=departure,
            arrival=arrival,
            sentence=_walk_sentence(leg, query, duration, language),
            notes=(way_sentence(way, leg.distance_m, language),) if way is not None else (),
            badge=badge_of(way.verdict, (), language) if way is not None and way.doubts else None,
            points=way_points(way, query.profile, language) if way is not None else (),
            steps=way_steps(way, language) if way is not None else (),
        )
    return LegView(
        kind="ride",
        departure=departure,
        arrival=arrival,
        sentence=language.ngettext(
            "Stay on board: %(count)s stop, %(duration)s.",
            "Stay on board: %(count)s stops, %(duration)s.",
            len(leg.stops) + 1,
            duration=duration,
        ),
        notes=_ride_notes(leg, knowledge, language),
        line=line_of(leg),
        line_class=line_class_of(leg),
        mode=mode_word(leg.mode, language),
        direction=language.gettext("towards %(headsign)s", headsign=leg.headsign) if leg.headsign else "",
        ends=(
            present_end(leg.boarding, leg.origin, departure, knowledge, language, alighting=False),
            present_end(leg.alighting, leg.destination, arrival, knowledge, language, alighting=True),
        ),
        stops=tuple(place_name(stop, language) for stop in leg.stops),
        last=last_departure(leg, language),
        if_missed=departure_notes(leg, language),
        if_refused=alighting_note(leg, language),
        report=language.gettext(
            "Line %(line)s at %(place)s, %(moment)s.",
            line=line_of(leg),
            place=place_name(leg.origin, language),
            moment=language.datetime(leg.departure),
        ),
    )


def present_end(
    boarding: Boarding | None,
    place: Place,
    at: Clock | None,
    knowledge: Knowledge,
    language: Language,
    *,
    alighting: bool,
) -> EndView:
    """Show getting on or off, with numbers, source and date."""
    name = place_name(place, language)
    action = (
        language.gettext("Get off at %(place)s.", place=name)
        if alighting
        else language.gettext("Get on at %(place)s.", place=name)
    )
    if boarding is None or boarding.certainty is Certainty.NOT_NEEDED:
        return EndView(at, action, None, "", "", "", "", place.stop_id or "", name)
    sentence = boarding_sentence(boarding, language, alighting=alighting)
    sourced = boarding_sentence(boarding, language, alighting=alighting, sources=knowledge.sources)
    return EndView(
        at=at,
        action=action,
        badge=badge_of(boarding.verdict, (boarding,), language),
        certainty=how_known(boarding, language, invented=invented(boarding)),
        why=_after_state(sentence, state_word(boarding, language)),
        sources=sourced.removeprefix(sentence).strip(),
        advice=boarding_advice(boarding, language),
        stop_id=place.stop_id or "",
        place=name,
    )


def place_name(place: Place, language: Language) -> str:
    """A place with its quay, where that has a name of its own."""
    if place.platform_code:
        return language.gettext("%(stop)s, quay %(quay)s", stop=place.name, quay=place.platform_code)
    return place.name


def line_of(leg: Leg) -> str:
    """What a line is called."""
    return leg.route_name or leg.route_id or ""


def line_class_of(leg: Leg) -> str:
    """The class that colours a line."""
    colour = clean_colour(leg.route_color)
    return f"line-{colour}" if colour else ""


def clock(moment: datetime, language: Language) -> Clock:
    """A time of day."""
    return Clock(language.time(moment), moment.isoformat())


def _walk_sentence(leg: Leg, query: Query, duration: str, language: Language) -> str:
    values = {
        "distance": language.distance(leg.distance_m),
        "place": place_name(leg.destination, language),
        "duration": duration,
    }
    quays = (leg.origin.stop_id, leg.destination.stop_id)
    if None not in quays and quays[0] != quays[1] and leg.origin.name == leg.destination.name:
        return language.gettext("Go to another quay of %(place)s, about %(distance)s away: %(duration)s.", **values)
    if query.profile.wheeled:
        return language.gettext("Roll about %(distance)s to %(place)s: %(duration)s.", **values)
    return language.gettext("Walk about %(distance)s to %(place)s: %(duration)s.", **values)


def _ride_notes(leg: Leg, knowledge: Knowledge, language: Language) -> tuple[str, ...]:
    notes = []
    if leg.every_s is not None:
        every = language.duration(leg.every_s)
        notes.append(language.gettext("It comes about every %(every)s, without fixed times.", every=every))
    elif leg.interpolated:
        notes.append(language.gettext("Time estimated between known stops: be there a few minutes early."))
    if leg.vehicle_type is not None:
        name = _vehicle_name(leg.vehicle_type, knowledge)
        notes.append(vehicle_sentence(name, language))
    return tuple(notes)


def _vehicle_name(vehicle_type: str, knowledge: Knowledge) -> str:
    known = knowledge.vehicle_types.get(vehicle_type)
    return vehicle_type if known is None else known.name


def _after_state(sentence: str, word: str) -> str:
    """The sentence without the state at its beginning, which the badge before it has said."""
    rest = re.sub(rf"^{re.escape(word)}\s?[.:]\s*", "", sentence)
    return rest[:1].upper() + rest[1:]
