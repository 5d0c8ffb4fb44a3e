"""One itinerary to take along: plain text, a calendar entry, GeoJSON. No file holds the traveller's limits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from planner.language import NARROW_NBSP, NBSP
from planner.model import Itinerary, Leg, Place
from webapp.present import ItineraryView
from webapp.present_leg import EndView, LegView

TYPES = {"txt": "text/plain", "ics": "text/calendar", "geojson": "application/geo+json"}
_LINE_BYTES = 75  # RFC 5545 section 3.1: longer lines are folded
_PLAIN_SPACES = str.maketrans({NBSP: " ", NARROW_NBSP: " "})  # Braille displays and old calendars stumble over them


def as_text(heading: str, view: ItineraryView, closing: Sequence[str]) -> str:
    """Give the itinerary as lines to read, one thing in each."""
    lines = [heading, *filter(None, [view.day]), view.heading, ", ".join(view.facts)]
    if view.badge is not None:
        lines.append(f"{view.badge.word}.")
    lines += [*view.founded_on, *view.depends_on]
    for number, leg in enumerate(view.legs, 1):
        lines += ["", *_leg_lines(number, leg)]
    lines += ["", " ".join(closing)]
    return "\n".join(lines).translate(_PLAIN_SPACES) + "\n"


def _leg_lines(number: int, leg: LegView) -> Iterator[str]:
    if leg.kind == "walk":
        yield f"{number}. {leg.departure.text} {leg.sentence}"
        yield from (*leg.notes, *leg.points, *leg.steps)
        return
    yield " ".join(filter(None, (f"{number}.", leg.mode, leg.line, leg.direction)))
    yield from leg.notes
    yield from _end_lines(leg.ends[0])
    yield from (*filter(None, [leg.last]), *leg.if_missed, leg.sentence)
    yield from _end_lines(leg.ends[1])
    if leg.if_refused:
        yield leg.if_refused


def _end_lines(end: EndView) -> Iterator[str]:
    yield " ".join(filter(None, (end.at.text if end.at else "", end.action)))
    if end.badge is not None:
        yield " ".join(filter(None, (f"{end.badge.word}.", end.why, end.advice, end.sources)))


def as_calendar(heading: str, itinerary: Itinerary, text: str, made: datetime) -> str:
    """Give one calendar entry from departure to arrival (RFC 5545), the steps as its description."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Plainpied//EN",
        "BEGIN:VEVENT",
        f"UID:{itinerary.id}-{_stamp(itinerary.departure)}@plainpied",
        f"DTSTAMP:{_stamp(made)}",
        f"DTSTART:{_stamp(itinerary.departure)}",
        f"DTEND:{_stamp(itinerary.arrival)}",
        f"SUMMARY:{_escaped(heading)}",
        f"DESCRIPTION:{_escaped(text.strip())}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def as_geojson(itinerary: Itinerary, view: ItineraryView) -> str:
    """Give a line for each leg that has one, and a point for each boarding, with what is known of it."""
    features: list[dict[str, Any]] = []
    for leg, told in zip(itinerary.legs, view.legs, strict=True):
        features.append(
            _feature(
                _line(leg),
                {
                    "kind": told.kind,
                    "mode": leg.mode,
                    "line": told.line or None,
                    "departure": leg.departure.isoformat(),
                    "arrival": leg.arrival.isoformat(),
                    "text": told.sentence,
                },
            )
        )
        for place, end in zip((leg.origin, leg.destination), told.ends, strict=False):
            said = {"kind": "boarding", "text": end.action, "state": end.badge.word if end.badge else None}
            features.append(_feature(_point(place), said | {"why": end.why, "source": end.sources}))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _feature(geometry: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _point(place: Place) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [place.lon, place.lat]}


def _line(leg: Leg) -> dict[str, Any]:
    """The way of a leg; where only its ends are known, the line between them."""
    ends = ((leg.origin.lon, leg.origin.lat), (leg.destination.lon, leg.destination.lat))
    return {"type": "LineString", "coordinates": [list(point) for point in leg.geometry or ends]}


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for letter in "\\;,":
        text = text.replace(letter, f"\\{letter}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line between letters, never inside one of several bytes."""
    parts, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LINE_BYTES:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += width
    return "\r\n".join(parts)
