"""What a page shows of an answer: every sentence made here, whole, so that it can be translated whole.

Nothing here decides anything: the planner judged, this module words it. It knows no request and no HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from planner.facts import Certainty
from planner.language import Language
from planner.model import Boarding, Itinerary, Leg, Place
from planner.routing.plan import Answer, Query
from webapp.colours import clean_colour, join_colours
from webapp.question import WHEN_FORMAT, Form
from webapp.words import (
    Badge,
    badge_of,
    boarding_words,
    certainty_word,
    mode_word,
    profile_name,
    way_words,
    weakest_words,
    why_not_words,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time to read and the same for machines."""

    text: str
    iso: str


@dataclass(frozen=True, slots=True)
class EndView:
    """Getting on or off: when, where, and what is known of it."""

    at: Clock
    action: str
    badge: Badge | None
    certainty: str
    why: str


@dataclass(frozen=True, slots=True)
class LegView:
    """One ride or one walk; a walk has no ends of its own."""

    kind: str  # "ride" | "walk"
    departure: Clock
    arrival: Clock
    sentence: str
    notes: tuple[str, ...]
    badge: Badge | None = None  # of a walk in doubt
    line: str = ""
    line_class: str = ""
    mode: str = ""
    direction: str = ""
    ends: tuple[EndView, ...] = ()
    stops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItineraryView:
    """One itinerary: its heading, its weakest link, its legs."""

    heading: str
    day: str
    facts: tuple[str, ...]
    badge: Badge | None
    weakest: str
    lines: tuple[tuple[str, str], ...]  # (code, class) of each ride, in order
    legs: tuple[LegView, ...]
    destination: str
    arrival: Clock


@dataclass(frozen=True, slots=True)
class TripView:
    """The whole answer."""

    title: str
    heading: str
    asked: str
    profile: str
    itineraries: tuple[ItineraryView, ...]
    why_not: str
    colours: str
    back: dict[str, str]
    earlier: dict[str, str]
    later: dict[str, str]


def present_answer(answer: Answer, form: Form, language: Language) -> TripView:
    """Show the itineraries, or the sentence that says why there is none."""
    query, found = answer.query, len(answer.itineraries)
    places = {"origin": query.origin.name, "destination": query.destination.name}
    back = form.as_args() | {"from": form.destination, "to": form.origin}
    return TripView(
        title=language.ngettext(
            "%(count)s trip: %(origin)s to %(destination)s",
            "%(count)s trips: %(origin)s to %(destination)s",
            found,
            **places,
        )
        if found
        else language.gettext("No trip found: %(origin)s to %(destination)s", **places),
        heading=language.gettext("From %(origin)s to %(destination)s", **places),
        asked=language.gettext("Leaving on %(moment)s or later.", moment=language.datetime(query.at)),
        profile=profile_name(query.profile.id, language),
        itineraries=tuple(_itinerary(itinerary, query, language) for itinerary in answer.itineraries),
        why_not="" if found else why_not_words(answer.why_not, query, language),
        colours=join_colours(clean_colour(leg.route_color) for trip in answer.itineraries for leg in trip.legs),
        back=back,
        earlier=form.as_args() | {"when": _shifted(query.at, -1)},
        later=form.as_args() | {"when": _shifted(query.at, 1)},
    )


def _itinerary(itinerary: Itinerary, query: Query, language: Language) -> ItineraryView:
    departure, arrival = _shown_times(itinerary)
    judged = itinerary.certainty is not Certainty.NOT_NEEDED
    rides = [leg for leg in itinerary.legs if leg.mode != "WALK"]
    times = {"departure": language.time(departure), "arrival": language.time(arrival)}
    heading = (
        language.gettext("Leave at %(departure)s, arrive at %(arrival)s", **times)
        if departure.date() == arrival.date()
        else language.gettext("Leave at %(departure)s, arrive at %(arrival)s the next day", **times)
    )
    return ItineraryView(
        heading=heading,
        day="" if departure.date() == query.at.date() else _sentence_case(language.weekday(departure.date())),
        facts=_facts(itinerary, len(rides), query, language),
        badge=badge_of(itinerary.verdict, _boardings(itinerary), language) if judged else None,
        weakest=_weakest(itinerary, language) if judged else "",
        lines=tuple((_line(leg), _line_class(leg)) for leg in rides),
        legs=tuple(_leg(leg, query, language) for leg in itinerary.legs),
        destination=_place_name(itinerary.legs[-1].destination, language),
        arrival=_clock(arrival, language),
    )


def _shown_times(itinerary: Itinerary) -> tuple[datetime, datetime]:
    """Departure and arrival in whole minutes: nobody is told to leave too late or to be there too soon."""
    departure = itinerary.departure.replace(second=0, microsecond=0)
    arrival = itinerary.arrival + timedelta(seconds=-itinerary.arrival.second % 60)
    return departure, arrival.replace(microsecond=0)


def _facts(itinerary: Itinerary, rides: int, query: Query, language: Language) -> tuple[str, ...]:
    """Duration, changes and rolling, each a short phrase of its own."""
    departure, arrival = _shown_times(itinerary)
    duration = language.duration((arrival - departure).total_seconds())
    distance = language.distance(itinerary.rolling_m)
    changes = (
        language.ngettext("%(count)s change", "%(count)s changes", itinerary.transfers)
        if itinerary.transfers
        else language.gettext("Direct")
    )
    way = (
        language.gettext("%(distance)s to roll", distance=distance)
        if query.profile.wheeled
        else language.gettext("%(distance)s on foot", distance=distance)
    )
    return (duration, *((changes,) if rides else ()), *((way,) if itinerary.rolling_m else ()))


def _weakest(itinerary: Itinerary, language: Language) -> str:
    """The weakest link in one sentence: what a traveller should think about first."""
    links = [
        (judged, place, kind)
        for leg in itinerary.legs
        for judged, place, kind in (
            (leg.boarding, leg.origin, "on"),
            (leg.alighting, leg.destination, "off"),
            (leg.way, leg.destination, "way"),
        )
        if judged is not None and judged.doubts
    ]
    if not links:
        return language.gettext("This trip rests on what was measured, declared or is usual.")
    judged, place, kind = max(links, key=lambda link: (link[0].verdict, link[2] != "way", link[0].certainty.rank))
    return weakest_words(judged.verdict, kind, _place_name(place, language), language)


def _leg(leg: Leg, query: Query, language: Language) -> LegView:
    departure, arrival = _clock(leg.departure, language), _clock(leg.arrival, language)
    duration = language.duration((leg.arrival - leg.departure).total_seconds())
    if leg.mode == "WALK":
        values = {
            "distance": language.distance(leg.distance_m),
            "place": _place_name(leg.destination, language),
            "duration": duration,
        }
        sentence = (
            language.gettext("Roll about %(distance)s to %(place)s: %(duration)s.", **values)
            if query.profile.wheeled
            else language.gettext("Walk about %(distance)s to %(place)s: %(duration)s.", **values)
        )
        way = leg.way if leg.way is not None and leg.way.certainty is not Certainty.NOT_NEEDED else None
        return LegView(
            kind="walk",
            departure=departure,
            arrival=arrival,
            sentence=sentence,
            notes=way_words(way, language) if way is not None else (),
            badge=badge_of(way.verdict, (), language) if way is not None and way.doubts else None,
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
        notes=_ride_notes(leg, language),
        line=_line(leg),
        line_class=_line_class(leg),
        mode=mode_word(leg.mode, language),
        direction=language.gettext("towards %(headsign)s", headsign=leg.headsign) if leg.headsign else "",
        ends=(
            _end(leg.boarding, leg.origin, departure, language, alighting=False),
            _end(leg.alighting, leg.destination, arrival, language, alighting=True),
        ),
        stops=tuple(_place_name(stop, language) for stop in leg.stops),
    )


def _end(boarding: Boarding | None, place: Place, at: Clock, language: Language, *, alighting: bool) -> EndView:
    name = _place_name(place, language)
    action = (
        language.gettext("Get off at %(place)s.", place=name)
        if alighting
        else language.gettext("Get on at %(place)s.", place=name)
    )
    if boarding is None or boarding.certainty is Certainty.NOT_NEEDED:
        return EndView(at, action, None, "", "")
    return EndView(
        at=at,
        action=action,
        badge=badge_of(boarding.verdict, (boarding,), language),
        certainty=certainty_word(boarding, language),
        why=boarding_words(boarding, language, alighting=alighting),
    )


def _ride_notes(leg: Leg, language: Language) -> tuple[str, ...]:
    notes = []
    if leg.every_s is not None:
        every = language.duration(leg.every_s)
        notes.append(language.gettext("It comes every %(every)s, without fixed times.", every=every))
    elif leg.interpolated:
        notes.append(language.gettext("The timetable gives no exact time here: be there a few minutes early."))
    if leg.vehicle_type is not None:
        notes.append(language.gettext("This holds if a vehicle of type %(type)s comes.", type=leg.vehicle_type))
    return tuple(notes)


def _place_name(place: Place, language: Language) -> str:
    if place.platform_code:
        return language.gettext("%(stop)s, quay %(quay)s", stop=place.name, quay=place.platform_code)
    return place.name


def _boardings(itinerary: Itinerary) -> tuple[Boarding, ...]:
    return tuple(b for leg in itinerary.legs for b in (leg.boarding, leg.alighting) if b is not None)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(leg: Leg) -> str:
    return leg.route_name or leg.route_id or ""


def _line_class(leg: Leg) -> str:
    colour = clean_colour(leg.route_color)
    return f"line-{colour}" if colour else ""


def _clock(moment: datetime, language: Language) -> Clock:
    return Clock(language.time(moment), moment.isoformat())


def _shifted(moment: datetime, hours: int) -> str:
    return (moment.replace(tzinfo=None) + timedelta(hours=hours)).strftime(WHEN_FORMAT)
