"""What a page shows of an answer: every sentence made here, whole, so that it can be translated whole.

Nothing here decides anything: the planner judged, this module words it. It knows no request and no HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from planner.facts import Certainty
from planner.language import Language
from planner.model import Boarding, Itinerary, Leg, Place, Reason
from planner.network.knowledge import Knowledge
from planner.routing.query import Answer, Query
from planner.routing.street_barrier import StreetBarrier
from planner.sentence_parts import profile_name
from planner.sentences import why_not_sentence
from planner.show_walk import street_barrier_lines
from webapp.barriers import Barrier
from webapp.colours import clean_colour, join_colours
from webapp.doubts import founded_on
from webapp.fallbacks import depends_on
from webapp.present_leg import (
    Clock,
    EndView,
    LegView,
    clock,
    line_class_of,
    line_of,
    place_name,
    present_end,
    present_leg,
)
from webapp.question import WHEN_FORMAT, Form
from webapp.unlock import Change
from webapp.words import Badge, badge_of, mode_word, sentence_case


@dataclass(frozen=True, slots=True)
class ItineraryView:
    """One itinerary: its heading, what it rests on, its legs."""

    id: str
    heading: str
    day: str
    facts: tuple[str, ...]
    badge: Badge | None
    founded_on: tuple[str, ...]
    depends_on: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]  # (code, class) of each ride, in order
    legs: tuple[LegView, ...]
    destination: str
    arrival: Clock


@dataclass(frozen=True, slots=True)
class GroupView:
    """Itineraries that are equally well known; those without a doubt come first."""

    heading: str
    explanation: str
    itineraries: tuple[ItineraryView, ...]


@dataclass(frozen=True, slots=True)
class BarrierView:
    """A boarding that bars the way, and its line."""

    mode: str
    line: str
    line_class: str
    end: EndView
    places: tuple[Place, ...]  # where it is: one, or both ends of the ride


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of the question that gives a trip, in a sentence, and the address that asks so."""

    sentence: str
    args: dict[str, str]
    founded_on: tuple[str, ...]  # what that trip rests on: without it, the first thing in the way


@dataclass(frozen=True, slots=True)
class TripView:
    """The whole answer."""

    title: str
    heading: str
    asked: str
    profile: str
    groups: tuple[GroupView, ...]
    why_not: str
    barriers: tuple[BarrierView, ...]
    closed: tuple[str, ...]  # what closes the streets, in sentences
    colours: str
    back: dict[str, str]
    earlier: dict[str, str]
    later: dict[str, str]
    change: ChangeView | None  # of a question without a trip: the smallest change that gives one
    no_change: str  # where no single change does


def present_answer(
    answer: Answer,
    barriers: Sequence[Barrier],
    form: Form,
    knowledge: Knowledge,
    language: Language,
    change: Change | None = None,
    closed: StreetBarrier | None = None,
) -> TripView:
    """Show the itineraries, or the sentence that says why there is none and what stands in the way."""
    query, found = answer.query, len(answer.itineraries)
    places = {"origin": query.origin.name, "destination": query.destination.name}
    legs = [leg for itinerary in answer.itineraries for leg in itinerary.legs] + [barrier.leg for barrier in barriers]
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
        asked=language.gettext("Arriving on %(moment)s or earlier.", moment=language.datetime(query.at))
        if query.arrive_by
        else language.gettext("Leaving on %(moment)s or later.", moment=language.datetime(query.at)),
        profile=profile_name(query.profile.id, language),
        groups=_groups(answer, knowledge, language),
        why_not="" if found else why_not_sentence(answer.why_not or Reason("NO_ANSWER"), language),
        barriers=_barriers(barriers, knowledge, language),
        closed=() if closed is None else tuple(street_barrier_lines(closed, language)),
        colours=join_colours(clean_colour(leg.route_color) for leg in legs),
        back=form.as_args() | {"from": form.destination, "to": form.origin},
        earlier=form.as_args() | {"when": _shifted(query.at, -1)},
        later=form.as_args() | {"when": _shifted(query.at, 1)},
        change=None
        if change is None
        else ChangeView(_change_sentence(change, query, language), change.args, founded_on(change.itinerary, language)),
        no_change="" if found or change else language.gettext("No single change of the question was found that helps."),
    )


def _change_sentence(change: Change, query: Query, language: Language) -> str:
    """Say what would change, and the trip that it gives."""
    departure, arrival = _shown_times(change.itinerary)
    values = {"departure": language.time(departure), "arrival": language.time(arrival)}
    if change.kind == "roll":
        metres = language.distance(change.metres)
        return (
            language.gettext(
                "If you can roll %(metres)s in all: leave at %(departure)s, arrive at %(arrival)s.",
                metres=metres,
                **values,
            )
            if query.profile.wheeled
            else language.gettext(
                "If you can walk %(metres)s in all: leave at %(departure)s, arrive at %(arrival)s.",
                metres=metres,
                **values,
            )
        )
    if change.kind == "lifts":
        return language.gettext(
            "With a lift of the streets or of a station: leave at %(departure)s, arrive at %(arrival)s.", **values
        )
    if change.kind == "unknown":
        return language.gettext(
            "With places that nobody has checked: leave at %(departure)s, arrive at %(arrival)s.", **values
        )
    if change.kind == "help":
        return language.gettext("With somebody who helps you: leave at %(departure)s, arrive at %(arrival)s.", **values)
    return language.gettext(
        "The next day, %(day)s: leave at %(departure)s, arrive at %(arrival)s.",
        day=language.weekday(departure.date()),
        **values,
    )


def _groups(answer: Answer, knowledge: Knowledge, language: Language) -> tuple[GroupView, ...]:
    """Sort the itineraries by whether there is a doubt; their order inside is the planner's."""
    query = answer.query
    judged = any(itinerary.certainty is not Certainty.NOT_NEEDED for itinerary in answer.itineraries)
    clear = tuple(itinerary for itinerary in answer.itineraries if not itinerary.doubts)
    doubtful = tuple(itinerary for itinerary in answer.itineraries if itinerary.doubts)
    told = (
        (clear, language.gettext("Every boarding known") if judged else language.gettext("Trips"), ""),
        (
            doubtful,
            language.gettext("With a doubt"),
            language.gettext("Something is not known, or only just possible; each trip says what.")
            if clear
            else language.gettext("Every trip found has a doubt; each one says which."),
        ),
    )
    return tuple(
        GroupView(heading, explanation, tuple(_itinerary(one, query, knowledge, language) for one in group))
        for group, heading, explanation in told
        if group
    )


def _barriers(barriers: Sequence[Barrier], knowledge: Knowledge, language: Language) -> tuple[BarrierView, ...]:
    """Show each ride that is barred; what is true of both its ends is said once."""
    views: list[BarrierView] = []
    last: Leg | None = None
    for barrier in barriers:
        leg, name = barrier.leg, place_name(barrier.place, language)
        action = (
            language.gettext("Getting off at %(place)s.", place=name)
            if barrier.alighting
            else language.gettext("Getting on at %(place)s.", place=name)
        )
        told = present_end(barrier.boarding, barrier.place, None, knowledge, language, alighting=barrier.alighting)
        told = replace(told, stop_id="", place="")  # both ends are told as one where they are alike
        view = BarrierView(
            mode_word(leg.mode, language),
            line_of(leg),
            line_class_of(leg),
            replace(told, action=action),
            (barrier.place,),
        )
        if barrier.alighting and last is leg and replace(views[-1].end, action=action) == view.end:
            both = language.gettext(
                "Getting on at %(origin)s and getting off at %(destination)s.",
                origin=place_name(leg.origin, language),
                destination=name,
            )
            views[-1] = replace(view, end=replace(told, action=both), places=(leg.origin, leg.destination))
        else:
            views.append(view)
        last = leg
    return tuple(views)


def _itinerary(itinerary: Itinerary, query: Query, knowledge: Knowledge, language: Language) -> ItineraryView:
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
        id=itinerary.id,
        heading=heading,
        day="" if departure.date() == query.at.date() else sentence_case(language.weekday(departure.date())),
        facts=_facts(itinerary, len(rides), query, language),
        badge=badge_of(itinerary.verdict, _boardings(itinerary), language) if judged else None,
        founded_on=founded_on(itinerary, language) if judged else (),
        depends_on=depends_on(itinerary, language),
        lines=tuple((line_of(leg), line_class_of(leg)) for leg in rides),
        legs=tuple(present_leg(leg, query, knowledge, language) for leg in itinerary.legs),
        destination=place_name(itinerary.legs[-1].destination, language),
        arrival=clock(arrival, language),
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


def _boardings(itinerary: Itinerary) -> tuple[Boarding, ...]:
    return tuple(b for leg in itinerary.legs for b in (leg.boarding, leg.alighting) if b is not None)


def _shifted(moment: datetime, hours: int) -> str:
    return (moment.replace(tzinfo=None) + timedelta(hours=hours)).strftime(WHEN_FORMAT)
