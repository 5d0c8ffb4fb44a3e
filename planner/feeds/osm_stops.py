"""What OpenStreetMap says about the edges of platforms and bus stops, joined to stops in space.

Only objects that are a platform or a bus stop count: the kerb of a crossing is good when it is low, and is no
quay. A bare number is in metres (OpenStreetMap's rule); one that cannot be metres is ambiguous and unused. A
word such as ``kerb=raised`` is no measurement: it gives an interval, INFERRED, where nothing is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas
import pandas as pd

from planner.facts import Evidence, Finding, Method, Source, Subject
from planner.feeds.attributes import get_attribute
from planner.feeds.evidence import Reading, Statements
from planner.feeds.osm_objects import Located, read_osm_objects
from planner.feeds.spatial_join import DEFAULT_MAX_DISTANCE_M, Join, contested_finding, join_to_stops
from planner.feeds.units import parse_date

SOURCE = Source("osm", "OpenStreetMap contributors", "https://www.openstreetmap.org/copyright", "ODbL 1.0")
# DOMAIN A6: middle and half-width in mm of what a word means for the height of an edge.
KERB_WORDS_MM = {"raised": (150.0, 30.0), "lowered": (30.0, 10.0), "flush": (5.0, 5.0)}

_ACCESS = {"yes": "yes", "designated": "yes", "limited": "partial", "no": "no"}
_YES_NO = {"yes": True, "no": False}
_TACTILE = {"yes": True, "contrasted": True, "no": False}
# (tag, our attribute, meaning of its words)
_FLAGS: tuple[tuple[str, str, dict[str, bool]], ...] = (
    ("tactile_paving", "tactile_strip", _TACTILE),
    ("shelter", "shelter", _YES_NO),
    ("bench", "bench", _YES_NO),
    ("lit", "lighting", _YES_NO),
)
_TOLD = frozenset(
    {
        *("height", "kerb", "kerb:height", "kerb:approach_aid", "wheelchair", "surface", "length"),
        *("incline", "incline:across", "ramp:portable", *(tag for tag, _, _ in _FLAGS)),
    }
)


def read_osm_stops(file: Path, stops: pd.DataFrame, *, max_distance_m: float = DEFAULT_MAX_DISTANCE_M) -> Reading:
    """Read platforms and bus stops of an OpenStreetMap file (.osm or .osm.pbf).

    Several objects often describe one quay (a bus stop node and its platform): a statement is used if all
    objects at that stop which speak of it agree.

    Parameters
    ----------
    stops
        Columns ``id``, ``lon``, ``lat``, ``name``.
    """
    objects = read_osm_objects(file, is_told_quay)
    things = geopandas.GeoDataFrame(
        {"id": [located.osm_id for located in objects]},
        geometry=geopandas.GeoSeries.from_wkt([located.wkt for located in objects], crs=4326),
    )
    joins = join_to_stops(things, stops, max_distance_m=max_distance_m)
    by_id = {located.osm_id: located for located in objects}
    statements = Statements(SOURCE.source_id, Method.OSM)
    statements.findings.extend(joins.findings)
    for join in joins.clear:
        _state(by_id[join.thing_id], join.stop_id, statements, file.name)
    for stop_id, rivals in joins.contested.items():
        _state_agreed(stop_id, rivals, by_id, statements, file.name)
    report: dict[str, object] = {"file": file.name, "objects": len(objects)}
    return statements.reading([SOURCE], report | joins.report)


def is_told_quay(tags: dict[str, str]) -> bool:
    """Whether these are the tags of a platform or bus stop that says something of its edge."""
    if tags.get("public_transport") in ("stop_position", "stop_area", "station") or "crossing" in tags.values():
        return False
    platform = (
        tags.get("public_transport") == "platform"
        or tags.get("highway") in ("bus_stop", "platform")
        or tags.get("railway") in ("platform", "platform_edge")
    )
    return platform and any(key in _TOLD or key.startswith("ramp:portable") for key in tags)


def reference_of(tags: dict[str, str]) -> str | None:
    """What the height of this platform is measured from, or None where both are possible."""
    rail = tags.get("railway") in ("platform", "platform_edge") or any(
        tags.get(mode) == "yes" for mode in ("train", "tram", "subway", "light_rail")
    )
    road = tags.get("highway") in ("bus_stop", "platform") or any(
        tags.get(mode) == "yes" for mode in ("bus", "trolleybus", "coach")
    )
    return None if rail == road else "rail" if rail else "road"


def _state(located: Located, stop_id: str, statements: Statements, file: str) -> None:
    tags, where = located.tags, f"{file}, {located.osm_id}"
    before = len(statements.evidence)
    _state_height(tags, stop_id, statements, where)
    aid = tags.get("kerb:approach_aid")
    edge = "guidance_kerb" if aid == "yes" else "platform" if reference_of(tags) == "rail" else None
    if edge is None and tags.get("kerb") in ("raised", "yes", "regular"):
        edge = "kerb"
    if edge is not None:
        statements.say(get_attribute(Subject.QUAY, "edge_type"), stop_id, edge, where)
    access = _ACCESS.get(tags.get("wheelchair", ""))
    if access is not None:
        statements.say(get_attribute(Subject.QUAY, "declared_access"), stop_id, access, where)
    for key, name, words in _FLAGS:
        flag = words.get(tags.get(key, ""))
        if flag is not None:
            statements.say(get_attribute(Subject.QUAY, name), stop_id, flag, where)
    for key, name, unit in (("incline", "slope", "percent"), ("incline:across", "cross_slope", "percent")):
        if tags.get(key, "up") not in ("up", "down", "yes", "no"):
            statements.say_text(get_attribute(Subject.QUAY, name), stop_id, tags[key], unit, where, grouping=",")
    for key, name in (("length", "length_mm"), ("surface", "surface")):
        if key in tags:
            statements.say_text(get_attribute(Subject.QUAY, name), stop_id, tags[key], "m", where, grouping=",")
    _state_ramp(located, stop_id, statements, where)
    if len(statements.evidence) > before:
        statements.say(get_attribute(Subject.QUAY, "osm_id"), stop_id, located.osm_id, where)


def _state_height(tags: dict[str, str], stop_id: str, statements: Statements, where: str) -> None:
    height, told = get_attribute(Subject.QUAY, "height_mm"), False
    for key in ("height", "kerb:height"):
        if key in tags:
            measured_on = _checked_on(tags, key)
            said = statements.say_text(height, stop_id, tags[key], "m", where, grouping=",", measured_on=measured_on)
            told = told or said
    word = tags.get("kerb", "")
    if not told and word in KERB_WORDS_MM:
        middle, half = KERB_WORDS_MM[word]
        statements.say(height, stop_id, middle, where, method=Method.INFERRED, tolerance=half)
        told = True
    reference = reference_of(tags)
    if told and reference is not None:
        statements.say(get_attribute(Subject.QUAY, "height_reference"), stop_id, reference, where)


def _state_ramp(located: Located, stop_id: str, statements: Statements, where: str) -> None:
    """A ramp that is kept at the stop is equipment of its own; it belongs to no door."""
    tags = located.tags
    if tags.get("ramp:portable") in (None, "no") and "ramp:portable:length" not in tags:
        return
    ramp_id = f"osm:{located.osm_id}#ramp"
    statements.say(get_attribute(Subject.EQUIPMENT, "kind"), ramp_id, "ramp", where)
    statements.say(get_attribute(Subject.EQUIPMENT, "location"), ramp_id, stop_id, where)
    length = tags.get("ramp:portable:length")
    if length is not None:
        statements.say_text(get_attribute(Subject.EQUIPMENT, "length_mm"), ramp_id, length, "m", where, grouping=",")
    load = tags.get("ramp:portable:maxweight")
    if load is not None:
        _state_load(load, ramp_id, statements, where)


def _state_load(text: str, ramp_id: str, statements: Statements, where: str) -> None:
    """maxweight is in tonnes by OpenStreetMap's rule, and in kg by many hands: only a stated unit is used."""
    attribute = get_attribute(Subject.EQUIPMENT, "max_load_kg")
    if text.strip().lower().endswith("kg"):
        statements.say_text(attribute, ramp_id, text, None, where, grouping=",")
    else:
        problem = f'max_load_kg: "{text[:40]}" can be tonnes or kg; the value is not used.'
        statements.find("AMBIGUOUS_UNIT", ramp_id, problem, where)


def _checked_on(tags: dict[str, str], key: str) -> date | None:
    for name in (f"check_date:{key}", f"survey:date:{key}", "survey:date"):
        parsed = parse_date(tags.get(name, ""))
        if parsed.value is not None:
            return parsed.value
    return None


def _state_agreed(
    stop_id: str, rivals: list[Join], by_id: dict[str, Located], statements: Statements, file: str
) -> None:
    """State what the objects at one stop agree on; name what they contradict each other in."""
    told: dict[tuple[Subject, str, str], list[Evidence]] = {}
    for join in rivals:
        own = Statements(SOURCE.source_id, Method.OSM)
        _state(by_id[join.thing_id], stop_id, own, file)
        statements.findings.extend(own.findings)
        for row in own.evidence:
            told.setdefault((row.subject, row.subject_id, row.attribute), []).append(row)
    measured = _better(told, lambda row: row.method is not Method.INFERRED)
    contradicted = {
        attribute
        for (_, _, attribute), rows in measured.items()
        if attribute != "osm_id" and len({row.value for row in rows}) > 1
    }
    # Two heights are two quays: then nothing of either is known to be of this stop.
    agreed = [] if "height_mm" in contradicted else [rows[0] for rows in measured.values()]
    statements.evidence.extend(row for row in agreed if row.attribute not in contradicted)
    if contradicted:
        finding = contested_finding(stop_id, rivals, "objects")
        about = f"; they contradict each other in {', '.join(sorted(contradicted))}"
        text = finding.text.removesuffix("; none is used.") + about + ("." if agreed else ", and none is used.")
        statements.findings.append(Finding(finding.code, stop_id, text, file))


def _better(
    told: dict[tuple[Subject, str, str], list[Evidence]], good: Callable[[Evidence], bool]
) -> dict[tuple[Subject, str, str], list[Evidence]]:
    """Drop inferred rows where a measured one is there: a word agrees with any number."""
    return {key: [row for row in rows if good(row)] or rows for key, rows in told.items()}
