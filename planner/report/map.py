"""The stops of an audit on a map: a drawing that needs nothing, and a map that moves where Leaflet is at hand.

The map that moves is folium's, with Leaflet put into the page in place of folium's links to other sites. It has no
ground below it: tiles would be requests to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Any, NamedTuple

from planner.language import Language
from planner.report import words

Row = Mapping[str, Any]

COLOURS = {"YES": "#08366f", "UNCERTAIN": "#864204", "UNKNOWN": "#6a6f7a", "NO": "#3a0d16"}
RADII = {"YES": 3.0, "UNCERTAIN": 4.0, "UNKNOWN": 4.0, "NO": 5.0}
WIDTH, MARGIN = 1000.0, 20.0
CROWDED, LARGEST = 700, 3.0  # with fewer stops the marks grow, up to three times: a telephone shows a third of WIDTH
TALLEST = 1000.0
METRES_A_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Leaflet:
    """Leaflet's own files, as fetched by ``scripts/vendor.py``."""

    script: str
    style: str


class MapParts(NamedTuple):
    """What belongs into the head of a page, and what into its body; safe HTML."""

    head: str
    body: str


def map_of(document: Row, language: Language, leaflet: Leaflet | None = None) -> MapParts:
    """Draw the stops that have a place, coloured by the worst verdict of the first traveller."""
    profile = document["profiles"][0]
    stops, drawing = _placed(document, profile), drawing_of(document, profile, language)
    if leaflet is None or not stops:
        return MapParts("", drawing)
    moving = _moving(stops, language)
    label = escape(language.gettext("Map of the stops, for the mouse and for fingers"))
    body = (
        f"{drawing}\n"
        f'<div class="map" role="region" aria-label="{label}">{moving.body}</div>\n'
        f"<script>{_inside_script(leaflet.script)}</script>\n<script>{moving.head}</script>"
    )
    return MapParts(f"<style>{leaflet.style}</style>", body)


def drawing_of(document: Row, profile: str, language: Language) -> str:
    """Draw the stops that have a place, by their worst verdict for one traveller; safe HTML."""
    stops = _placed(document, profile)
    return _drawing(stops, language) if stops else f"<p>{escape(language.gettext('No stop has a place.'))}</p>"


def _placed(document: Row, profile: str) -> list[tuple[Row, str]]:
    return [
        (one, one["verdicts"][profile])
        for one in document["stops"]
        if one["lat"] is not None and one["lon"] is not None and profile in one["verdicts"]
    ]


def _drawing(stops: list[tuple[Row, str]], language: Language) -> str:
    """Draw every stop as a shape of its verdict: who does not tell colours apart tells the sizes and forms."""
    lons, lats = [one["lon"] for one, _ in stops], [one["lat"] for one, _ in stops]
    narrow = cos(radians(sum(lats) / len(lats)))
    wide = max((max(lons) - min(lons)) * narrow, 1e-4)
    high = max(max(lats) - min(lats), 1e-4)
    scale = min((WIDTH - 2 * MARGIN) / wide, (TALLEST - 2 * MARGIN) / high)
    height = high * scale + 2 * MARGIN
    grown = min(LARGEST, max(1.0, (CROWDED / len(stops)) ** 0.5))
    shapes = []
    for one, verdict in sorted(stops, key=lambda row: list(COLOURS).index(row[1])):
        x = MARGIN + (one["lon"] - min(lons)) * narrow * scale
        y = MARGIN + (max(lats) - one["lat"]) * scale
        shapes.append(_mark(verdict, x, y, RADII[verdict] * grown))
    counts = {verdict: sum(told == verdict for _, told in stops) for verdict in COLOURS}
    marks = {
        "YES": language.gettext("disc"),
        "UNCERTAIN": language.gettext("triangle"),
        "UNKNOWN": language.gettext("ring"),
        "NO": language.gettext("square"),
    }
    told = language.listing(
        [
            f"{words.verdict_word(verdict, language)} ({marks[verdict]}) {language.number(n)}"
            for verdict, n in counts.items()
            if n
        ]
    )
    name = escape(language.gettext("Drawing of the stops; the numbers follow below."))
    caption = escape(language.gettext("Stops by their worst verdict: %(counts)s.", counts=told))
    return (
        f'<svg class="drawing" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="{name}">'
        f"{''.join(shapes)}</svg>\n<p>{caption}</p>"
    )


def _mark(verdict: str, x: float, y: float, r: float) -> str:
    """One stop: disc, triangle, ring or square."""
    colour = COLOURS[verdict]
    match verdict:
        case "NO":
            return f'<path d="M{x - r:.1f} {y - r:.1f}h{2 * r:.1f}v{2 * r:.1f}h-{2 * r:.1f}z" fill="{colour}"/>'
        case "YES":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{colour}"/>'
        case "UNCERTAIN":
            wide, high = 1.25 * r, 2 * r
            return f'<path d="M{x:.1f} {y - wide:.1f}l{wide:.1f} {high:.1f}h-{2 * wide:.1f}z" fill="{colour}"/>'
    ring = f'fill="#fff" stroke="{colour}" stroke-width="{r / 2:.1f}"'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" {ring}/>'


def _moving(stops: list[tuple[Row, str]], language: Language) -> MapParts:
    """Give the script and the element of folium's map."""
    import folium  # noqa: PLC0415 - it takes a moment to import, and only this needs it

    lons, lats = [one["lon"] for one, _ in stops], [one["lat"] for one, _ in stops]
    maps: Any = folium  # its own annotations are partial
    page_map = maps.Map(tiles=None, prefer_canvas=True, zoom_control=True)
    page_map.fit_bounds([[min(lats), min(lons)], [max(lats), max(lons)]])
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one["lon"], one["lat"]]},
            # folium puts texts into the page as they are
            "properties": {
                "name": escape(f"{one['name']} ({one['id']})"),
                "verdict": escape(words.verdict_word(verdict, language)),
                "colour": COLOURS[verdict],
                "radius": RADII[verdict] + 2,
            },
        }
        for one, verdict in stops
    ]
    maps.GeoJson(
        {"type": "FeatureCollection", "features": features},
        marker=maps.CircleMarker(fill=True, fill_opacity=0.9, weight=1),
        style_function=_style,
        tooltip=maps.GeoJsonTooltip(fields=["name", "verdict"], labels=False),
    ).add_to(page_map)
    figure = page_map.get_root()
    figure.render()
    return MapParts(_inside_script(figure.script.render()), figure.html.render())


def _style(feature: Row) -> dict[str, Any]:
    told = feature["properties"]
    return {"color": "#ffffff", "fillColor": told["colour"], "radius": told["radius"]}


def _inside_script(text: str) -> str:
    """Keep a script from ending early, whatever a name in it holds."""
    return text.replace("</", "<\\/")
