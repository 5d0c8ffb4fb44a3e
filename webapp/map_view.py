"""Maps as a page shows them: a drawing that stands in the page itself, and what a script needs to make it movable.

Nothing is on a map only. The pins carry the numbers of a list beside it, and what the map says in words is said there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from planner.language import Language
from planner.model import Itinerary, Leg, Place
from planner.network.plane import distances_m, near_box
from planner.network.street_lines import street_lines
from planner.network.tables import Network
from planner.routing.query import Answer, Query
from webapp.api.geometry import encode_line
from webapp.map_drawing import WIDTH, Frame, Pin, Point, draw_line, draw_streets, scale_bar, set_pins, simplify
from webapp.present_leg import place_name

AROUND_STOP_M = 300.0
MOST_NEAR = 8  # other stops beside a stop
FINE = 0.00002  # degrees: about two metres, as fine as a movable map shows
MOST_DOTS = 80  # stops on the way, without a pin


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with a pin, for the movable map and for the list beside it."""

    label: str
    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class MapLine:
    """One leg: its look ("ride", "walk", "direct" where only the ends are known), its path, and the same to move."""

    kind: str
    path: str
    encoded: str


@dataclass(frozen=True, slots=True)
class MapView:
    """One map with its words; lengths are in units of the drawing."""

    id: str
    title: str
    description: str
    notes: tuple[str, ...]
    width: int
    height: int
    streets: str
    steps: str
    lines: tuple[MapLine, ...]
    dots: tuple[tuple[int, int], ...]
    between: tuple[Point, ...]  # the same stops, as (lon, lat)
    pins: tuple[Pin, ...]
    spots: tuple[Spot, ...]
    scale: int
    scale_words: str
    credit: str

    @property
    def encoded(self) -> list[dict[str, str]]:
        """The lines for a script: look and polyline."""
        return [{"kind": line.kind, "encoded": line.encoded} for line in self.lines]


@dataclass(frozen=True, slots=True)
class NearStop:
    """Another stop near a stop."""

    id: str
    name: str
    away: str


def draw_trips(answer: Answer, network: Network, language: Language) -> dict[str, MapView]:
    """Draw each itinerary, by its id; one without any position is left out."""
    drawn = {
        one.id: draw_itinerary(one, network, language, f"map-{row}") for row, one in enumerate(answer.itineraries, 1)
    }
    return {id_: view for id_, view in drawn.items() if view is not None}


def draw_itinerary(itinerary: Itinerary, network: Network, language: Language, id_: str) -> MapView | None:
    """Draw one itinerary: each leg, and a pin where each step begins, numbered as the steps are in the list."""
    legs = itinerary.legs
    ends = [*(leg.origin for leg in legs), legs[-1].destination]
    spots = _spots([(str(row), place) for row, place in enumerate(ends, 1)], language)
    points = [point for leg in legs for point in _points(leg)]
    points += [(spot.lon, spot.lat) for spot in spots]
    if not points:
        return None
    frame = Frame.around(points)
    stops = _finite((stop.lon, stop.lat) for leg in legs for stop in leg.stops)[:MOST_DOTS]
    return _view(
        frame,
        network,
        language,
        id_=id_,
        title=language.gettext(
            "Map: %(origin)s to %(destination)s",
            origin=place_name(legs[0].origin, language),
            destination=place_name(legs[-1].destination, language),
        ),
        description=language.gettext("The steps of the list above, drawn; the list says more."),
        notes=(
            language.gettext("The numbers are those of the steps. North is up."),
            language.gettext("A full line is a ride; a dotted line is on foot or rolling."),
        ),
        lines=tuple(_lines(frame, legs)),
        stops=stops,
        spots=spots,
    )


def draw_refused(
    query: Query, legs: Sequence[Leg], barriers: Sequence[Sequence[Place]], network: Network, language: Language
) -> MapView | None:
    """Draw a question without a trip: start and destination, the trip that is barred, a pin at each barrier.

    ``barriers`` are the places of each one listed, in the order of the list. None where no place has a position.
    """
    ends = (("A", query.origin), ("B", query.destination))
    places = [(str(row), place) for row, here in enumerate(barriers, 1) for place in here]
    spots = _spots([*ends, *places], language)
    points = [point for leg in legs for point in _points(leg)] + [(spot.lon, spot.lat) for spot in spots]
    if not points:
        return None
    names = {"origin": place_name(query.origin, language), "destination": place_name(query.destination, language)}
    frame = Frame.around(points)
    notes = [language.gettext("A is where you start, B where you want to go. North is up.")]
    if barriers:
        notes.append(language.gettext("The numbers are those of what stands in the way."))
    if legs:
        notes.append(language.gettext("A full line is a ride; a dotted line is on foot or rolling."))
    return _view(
        frame,
        network,
        language,
        id_="map-1",
        title=language.gettext("Map: %(origin)s to %(destination)s", **names),
        description=language.gettext("What the page says, drawn; the page says more."),
        notes=tuple(notes),
        lines=tuple(_lines(frame, legs)),
        stops=(),
        spots=spots,
    )


def draw_stop(
    network: Network, row: int, language: Language, most: int = MOST_NEAR
) -> tuple[MapView, tuple[NearStop, ...]] | None:
    """Draw the surroundings of a stop with the nearest other stops, numbered as in the list that comes with it.

    None where nobody says where the stop is.
    """
    stops = network.stops
    lon, lat = float(stops.lon[row]), float(stops.lat[row])
    if not (isfinite(lon) and isfinite(lat)):
        return None
    near = _near(network, row, most)
    places = [Place(stops.name[at], float(stops.lat[at]), float(stops.lon[at])) for at, _ in near]
    here = Place(stops.name[row], lat, lon)
    spots = _spots([("★", here), *((str(number), place) for number, place in enumerate(places, 1))], language)
    view = _view(
        Frame.around([(lon, lat), *((place.lon, place.lat) for place in places)]),
        network,
        language,
        id_="map-1",
        title=language.gettext("Map: around the stop %(name)s", name=stops.name[row]),
        description=language.gettext("The stop in the middle and those of the list beside it."),
        notes=(language.gettext("The star is this stop; the numbers are those of the list. North is up."),),
        lines=(),
        stops=(),
        spots=spots,
    )
    told = tuple(NearStop(stops.id[at], _quay_name(network, at, language), language.distance(m)) for at, m in near)
    return view, told


def _view(
    frame: Frame,
    network: Network,
    language: Language,
    *,
    id_: str,
    title: str,
    description: str,
    notes: tuple[str, ...],
    lines: tuple[MapLine, ...],
    stops: Sequence[Point],
    spots: tuple[Spot, ...],
) -> MapView:
    streets, steps = draw_streets(frame, street_lines(network.streets, frame.box))
    length_m, length = scale_bar(frame)
    credited = bool(streets or steps) and not network.knowledge.invented
    return MapView(
        id=id_,
        title=title,
        description=description,
        notes=(*notes, language.gettext("Short red strokes across a way are steps.")) if steps else notes,
        width=WIDTH,
        height=frame.height,
        streets=streets,
        steps=steps,
        lines=lines,
        dots=tuple(frame.place(point) for point in stops),
        between=tuple((round(lon, 6), round(lat, 6)) for lon, lat in stops),
        pins=set_pins(frame, [(spot.lon, spot.lat) for spot in spots], [spot.label for spot in spots]),
        spots=spots,
        scale=length,
        scale_words=language.distance(length_m),
        credit=language.gettext("Streets: © OpenStreetMap contributors, licence ODbL.") if credited else "",
    )


def _lines(frame: Frame, legs: Sequence[Leg]) -> Iterable[MapLine]:
    for leg in legs:
        points = _points(leg)
        path = draw_line(frame, points)
        if path:
            straight = leg.mode == "WALK" and (leg.way is None or leg.way.straight_line)
            kind = "direct" if straight else "walk" if leg.mode == "WALK" else "ride"
            yield MapLine(kind, path, encode_line(points[row] for row in simplify(points, FINE)))


def _points(leg: Leg) -> list[Point]:
    """The line of a leg; straight between its ends where nobody knows more."""
    ends = [(leg.origin.lon, leg.origin.lat), (leg.destination.lon, leg.destination.lat)]
    return _finite(leg.geometry if len(leg.geometry) > 1 else ends)


def _finite(points: Iterable[Point]) -> list[Point]:
    return [(lon, lat) for lon, lat in points if isfinite(lon) and isfinite(lat)]


def _spots(places: Iterable[tuple[str, Place]], language: Language) -> tuple[Spot, ...]:
    return tuple(
        Spot(label, place_name(place, language), round(place.lat, 6), round(place.lon, 6))
        for label, place in places
        if isfinite(place.lat) and isfinite(place.lon)
    )


def _near(network: Network, row: int, most: int) -> list[tuple[int, float]]:
    """Rows and distances of the nearest other served stops, nearest first."""
    stops = network.stops
    rows = near_box(float(stops.lon[row]), float(stops.lat[row]), stops.lon, stops.lat, AROUND_STOP_M)
    rows = rows[network.served[rows] & (rows != row)]
    away = distances_m(float(stops.lon[row]), float(stops.lat[row]), stops.lon[rows], stops.lat[rows])
    found = sorted(zip(away.tolist(), rows.tolist(), strict=True))
    return [(at, metres) for metres, at in found if metres <= AROUND_STOP_M][:most]


def _quay_name(network: Network, row: int, language: Language) -> str:
    stops = network.stops
    return place_name(Place(stops.name[row], 0.0, 0.0, stops.id[row], stops.platform_code[row] or None), language)
