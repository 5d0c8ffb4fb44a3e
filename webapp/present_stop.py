"""A stop as a page shows it: its quay, what stands in its place, and its lines and departures for one traveller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from planner.errors import QueryError
from planner.facts import Fact, Interval, Method, Subject
from planner.language import Language
from planner.model import NO_SUBSTITUTION, Profile
from planner.network.departures import Departure, departures_at, routes_at
from planner.network.knowledge import compensating_stops
from planner.network.tables import Network
from planner.routing.one_boarding import ask_boarding
from planner.sentence_parts import profile_name
from planner.sentences import boarding_sentence
from webapp.words import Badge, badge_of, sentence_case

MOST_DEPARTURES, MOST_ON_BOARD = 12, 60
LOOKED_AT = 5  # for each row shown: runs without fixed times are told once


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact of the quay."""

    label: str
    value: str
    known_by: str
    source: str


@dataclass(frozen=True, slots=True)
class InPlace:
    """What there is in place of a stop of which an authority decided that it cannot be made accessible."""

    facts: tuple[FactRow, ...]
    stops: tuple[tuple[str, str], ...]  # id and name of the stops that were adapted in its place
    known_by: str  # of these stops
    source: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line here: getting on and off, for one traveller, with the worst vehicle that may come that day."""

    line: str
    badge: Badge | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DepartureRow:
    """One row of the board."""

    time: str
    iso: str
    line: str
    towards: str
    note: str
    badge: Badge | None


@dataclass(frozen=True, slots=True)
class StopView:
    """One quay."""

    id: str
    name: str
    profile: str
    day: str
    facts: tuple[FactRow, ...]
    in_place: InPlace | None
    lines: tuple[LineRow, ...]
    departures: tuple[DepartureRow, ...]


def present_stop(
    network: Network,
    row: int,
    moment: datetime,
    profile: Profile,
    language: Language,
    *,
    most: int = MOST_DEPARTURES,
    board_only: bool = False,
) -> StopView:
    """Show one stop (its row in the network); ``board_only`` leaves out the quay and its lines."""
    stops = network.stops
    return StopView(
        id=stops.id[row],
        name=_name(network, row, language),
        profile=profile_name(profile.id, language),
        day=sentence_case(language.weekday(moment.date())),
        facts=() if board_only else _facts(network, stops.id[row], language),
        in_place=None if board_only else _in_place(network, stops.id[row], language),
        lines=tuple(
            _line(network, row, route, profile, moment.date(), language)
            for route in (() if board_only else routes_at(network, row))
        ),
        departures=tuple(
            _departure(network, row, one, profile, language)
            for one in _once(departures_at(network, row, moment, LOOKED_AT * most))[:most]
        ),
    )


def _name(network: Network, row: int, language: Language) -> str:
    name, quay = network.stops.name[row], network.stops.platform_code[row]
    return language.gettext("%(stop)s, quay %(quay)s", stop=name, quay=quay) if quay else name


def _once(departures: tuple[Departure, ...]) -> list[Departure]:
    """Keep of a line without fixed times the first: its interval says the rest."""
    kept: list[Departure] = []
    told: set[tuple[int, str]] = set()
    for one in departures:
        if not one.every_s or (one.route, one.headsign) not in told:
            kept.append(one)
        if one.every_s:
            told.add((one.route, one.headsign))
    return kept


def _facts(network: Network, stop_id: str, language: Language) -> tuple[FactRow, ...]:
    """What is recorded of the quay; what nobody recorded is said as such, never left to be guessed."""
    known, labels = network.knowledge.facts.get((Subject.QUAY, stop_id), {}), _labels(language)
    rows = []
    for name, label in labels.items():
        fact = known.get(name)
        if fact is None:
            rows.append(FactRow(label, language.gettext("Not known"), "", ""))
            continue
        rows.append(FactRow(label, _value(fact.value, language), *_origin(network, fact, language)))
    return tuple(rows)


def _origin(network: Network, fact: Fact[Any], language: Language) -> tuple[str, str]:
    """By which method and when a fact was found, and the name of its source."""
    source = network.knowledge.sources.get(fact.source_id)
    said = _method(fact.method, language)
    if fact.measured_on is not None:
        said = language.gettext("%(method)s, %(day)s", method=said, day=language.date(fact.measured_on))
    return said, source.name if source else fact.source_id


def _in_place(network: Network, stop_id: str, language: Language) -> InPlace | None:
    """What stands in for a stop that was decided to stay as it is; None where nobody recorded such a decision."""
    known = network.knowledge.facts.get((Subject.QUAY, stop_id), {})
    decision, service = known.get("technically_impossible"), known.get("substitution")
    if decision is None or not decision.value:
        return None
    decided = language.gettext("This stop cannot be made accessible")
    if "decided_on" in known:
        day = _day(str(known["decided_on"].value), language)
        decided = language.gettext("This stop cannot be made accessible (%(day)s)", day=day)
    label = language.gettext("Service that replaces it")
    replaced = FactRow(label, language.gettext("Not known"), "", "")
    if service is not None:
        text = language.gettext("None") if service.value == NO_SUBSTITUTION else str(service.value)
        replaced = FactRow(label, text, *_origin(network, service, language))
    stops = compensating_stops(network.knowledge, stop_id, network.stops.id.row_of)
    return InPlace(
        (FactRow(language.gettext("What was decided"), decided, *_origin(network, decision, language)), replaced),
        tuple((one, _name(network, network.stops.id.row_of[one], language)) for one in stops),
        *(_origin(network, known["compensating_stops"], language) if stops else ("", "")),
    )


def _day(text: str, language: Language) -> str:
    """A day as one reads it; what is written otherwise stays as it is."""
    try:
        return language.date(date.fromisoformat(text))
    except ValueError:
        return text


def _line(network: Network, row: int, route: int, profile: Profile, day: date, language: Language) -> LineRow:
    line = network.routes.short_name[route] or network.routes.long_name[route]
    try:
        answer = ask_boarding(network, network.stops.id[row], profile, day, route=network.routes.id[route])
    except QueryError:  # it only passes through
        return LineRow(line, None, (language.gettext("Nobody gets on or off here."),))
    sentences = [
        language.gettext("Getting off: %(sentence)s", sentence=boarding_sentence(end, language, alighting=True))
        if alighting
        else language.gettext("Getting on: %(sentence)s", sentence=boarding_sentence(end, language, alighting=False))
        for end, alighting in ((answer.boarding, False), (answer.alighting, True))
        if end is not None
    ]
    return LineRow(line, badge_of(answer.verdict, answer.ends, language), tuple(sentences))


def _departure(network: Network, row: int, one: Departure, profile: Profile, language: Language) -> DepartureRow:
    day, route = one.at.date(), one.route
    try:
        answer = ask_boarding(network, network.stops.id[row], profile, day, trip=network.trips.id[one.trip])
        boarding = answer.boarding
    except QueryError:
        boarding = None
    notes = []
    if one.every_s:
        every = language.duration(one.every_s)
        notes.append(language.gettext("It comes about every %(every)s, without fixed times.", every=every))
    if one.interpolated:
        notes.append(language.gettext("Time estimated between known stops: be there a few minutes early."))
    return DepartureRow(
        time=language.time(one.at),
        iso=one.at.isoformat(),
        line=network.routes.short_name[route] or network.routes.long_name[route],
        towards=one.headsign,
        note=" ".join(notes),
        badge=badge_of(boarding.verdict, (boarding,), language) if boarding is not None else None,
    )


def _value(value: object, language: Language) -> str:
    if isinstance(value, Interval):
        if value.low == value.high:
            return language.length_mm(value.low)
        low, high = language.length_mm(value.low), language.length_mm(value.high)
        return language.gettext("%(low)s to %(high)s", low=low, high=high)
    if isinstance(value, bool):
        return language.gettext("Yes") if value else language.gettext("No")
    return {
        "none": language.gettext("No edge: boarding from the road"),
        "kerb": language.gettext("Ordinary kerb"),
        "raised": language.gettext("Raised"),
        "guidance_kerb": language.gettext("Guiding kerb"),
        "platform": language.gettext("Platform"),
        "straight": language.gettext("Straight along the kerb"),
        "bulb": language.gettext("The pavement reaches out to the vehicle"),
        "bay": language.gettext("Bay"),
        "bay_parking": language.gettext("Bay that parked cars often block"),
    }.get(str(value), str(value))


def _labels(language: Language) -> dict[str, str]:
    return {
        "height_mm": language.gettext("Height of the edge"),
        "gap_mm": language.gettext("Gap to the vehicle"),
        "edge_type": language.gettext("Kind of edge"),
        "approach": language.gettext("How the vehicle comes in"),
        "manoeuvre_mm": language.gettext("Free circle with the ramp out"),
        "ramp_deployable": language.gettext("The ramp can be put down here"),
    }


def _method(method: Method, language: Language) -> str:
    return {
        Method.LIVE: language.gettext("reported live"),
        Method.SURVEY: language.gettext("measured"),
        Method.LASER: language.gettext("measured by laser"),
        Method.IMAGERY: language.gettext("measured on images"),
        Method.DECLARED: language.gettext("declared by the operator"),
        Method.OSM: language.gettext("mapped by volunteers"),
        Method.INFERRED: language.gettext("assumed"),
        Method.INVENTED: language.gettext("invented"),
    }[method]
