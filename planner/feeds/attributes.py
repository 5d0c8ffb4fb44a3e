"""The one schema: every attribute of a quay, a vehicle type, a door and a lift that a reader may state.

Names are those of ``planner.model`` with our units (mm, rise / run, kg); columns are those of the survey
tables, in metres. Tolerances and ranges are engineering defaults: they decide what is a *finding*, and no value
is ever changed to fit them.
"""

from __future__ import annotations

import math
from datetime import date
from types import MappingProxyType

from planner.facts import Attribute, Kind, Method, Subject
from planner.feeds.units import Parsed, State, parse_length, parse_number, parse_share, parse_slope, parse_yes_no

NO_KNEELING_WORD = "none"  # planner.model.NO_KNEELING, as the tables write it
NO_CONTROL_WORD = "none"  # planner.model.NO_CONTROL
NO_SUBSTITUTION_WORD = "none"  # planner.model.NO_SUBSTITUTION
UNLIMITED_WORD = "unlimited"
IMAGERY_TOLERANCE_MM = 40.0
MAX_TEXT = 2000  # characters of a free text
MODES = ("bus", "tram", "rail", "metro", "coach", "ferry", "funicular", "cableway")

_SLOPE_TOLERANCE = 0.005  # half a percent
_STEEPEST = (-0.35, 0.35)


def get_attribute(subject: Subject, name: str) -> Attribute:
    """The attribute of that internal name; a KeyError is a mistake in our own code."""
    return BY_NAME[subject, name]


def columns_of(subject: Subject) -> dict[str, Attribute]:
    """The attributes of a subject by the column of our tables, in the order of the tables."""
    return {attribute.column: attribute for attribute in ATTRIBUTES if attribute.subject is subject}


def default_tolerance(attribute: Attribute, method: Method) -> float | None:
    """Half-width of a value stated without one; None where the attribute has no tolerance."""
    if attribute.tolerance is None:
        return None
    if method is Method.IMAGERY and attribute.kind is Kind.LENGTH:
        return max(IMAGERY_TOLERANCE_MM, attribute.tolerance)
    if method in (Method.DECLARED, Method.OSM, Method.INFERRED):
        return 2 * attribute.tolerance
    return attribute.tolerance


def parse_value(
    attribute: Attribute, text: str, unit: str | None = None, *, grouping: str = ""
) -> Parsed[float] | Parsed[int] | Parsed[bool] | Parsed[str]:
    """Read a cell as this attribute in our unit.

    Parameters
    ----------
    unit
        What a bare number means: "m", "cm", "mm", "ratio", "percent", "degree"; None where nothing says it.
    """
    word = text.strip().lower()
    if word in attribute.words:
        return Parsed(State.VALUE, word)
    if attribute.infinite and word == UNLIMITED_WORD:
        return Parsed(State.VALUE, math.inf)
    if attribute.kind is Kind.LENGTH:
        return parse_length(text, unit, grouping=grouping)
    if attribute.kind is Kind.SLOPE:
        return parse_slope(text, unit, grouping=grouping)
    if attribute.kind is Kind.SHARE:
        return parse_share(text, unit, grouping=grouping)
    return _parse_unitless(attribute, text, grouping)


def impossible(attribute: Attribute, value: float | int | bool | str) -> str | None:
    """Why this value can mean nothing ("17 000 mm is outside 0..1500 mm"), or None if it can."""
    if isinstance(value, (bool, str)) or attribute.possible is None:
        return None
    if attribute.infinite and value == math.inf:
        return None
    low, high = attribute.possible
    if low <= value <= high:
        return None
    unit = {Kind.LENGTH: " mm", Kind.MASS: " kg"}.get(attribute.kind, "")
    return f"{value:g}{unit} is outside {low:g}..{high:g}{unit}"


def other_units(attribute: Attribute, text: str, unit: str | None) -> tuple[str, ...]:
    """Units of a bare number in which the cell would have a possible meaning: they name an ambiguity."""
    shares = ("ratio", "percent")
    choices = {Kind.LENGTH: ("m", "cm", "mm"), Kind.SLOPE: shares, Kind.SHARE: shares}.get(attribute.kind, ())
    found = []
    for choice in choices:
        parsed = parse_value(attribute, text, choice)
        bare = parsed.value is not None and not parsed.unit_stated and not isinstance(parsed.value, str)
        if choice != unit and bare and parsed.value is not None and impossible(attribute, parsed.value) is None:
            found.append(choice)
    return tuple(found)


def _parse_unitless(
    attribute: Attribute, text: str, grouping: str
) -> Parsed[float] | Parsed[int] | Parsed[bool] | Parsed[str]:
    match attribute.kind:
        case Kind.MASS:
            return _mass(text, grouping)
        case Kind.COUNT:
            return _count(text)
        case Kind.YES_NO:
            return parse_yes_no(text)
        case Kind.DATE:
            return _date(text)
        case Kind.TEXT:
            return _text(text)
    return _not_a_word(attribute, text)


def _mass(text: str, grouping: str) -> Parsed[float]:
    cleaned = text.strip().lower()
    number = parse_number(cleaned.removesuffix("kg").strip(), grouping=grouping)
    return Parsed(
        number.state, None if number.value is None else float(number.value), number.problem, cleaned.endswith("kg")
    )


def _count(text: str) -> Parsed[int]:
    number = parse_number(text)
    if number.value is None:
        return Parsed(number.state, problem=number.problem)
    if number.value != number.value.to_integral_value():
        return Parsed(State.UNREADABLE, problem=f'"{text.strip()}" is not a whole number')
    return Parsed(State.VALUE, int(number.value))


def _text(text: str) -> Parsed[str]:
    cleaned = text.strip()
    if not cleaned:
        return Parsed(State.MISSING)
    if len(cleaned) > MAX_TEXT:
        return Parsed(State.UNREADABLE, problem=f"a text of {len(cleaned)} characters; at most {MAX_TEXT} are kept")
    return Parsed(State.VALUE, cleaned)


def _date(text: str) -> Parsed[str]:
    cleaned = text.strip()
    if not cleaned:
        return Parsed(State.MISSING)
    try:
        return Parsed(State.VALUE, date.fromisoformat(cleaned).isoformat())
    except ValueError:
        return Parsed(State.UNREADABLE, problem=f'"{cleaned[:40]}" is no date; write it as 2019-04-15')


def _not_a_word(attribute: Attribute, text: str) -> Parsed[str]:
    if not text.strip():
        return Parsed(State.MISSING)
    return Parsed(State.UNREADABLE, problem=f'"{text.strip()[:40]}" is not one of {", ".join(attribute.words)}')


def _length(
    subject: Subject,
    name: str,
    column: str,
    tolerance: float | None,
    possible: tuple[float, float],
    *,
    words: tuple[str, ...] = (),
    infinite: bool = False,
) -> Attribute:
    return Attribute(subject, name, column, Kind.LENGTH, tolerance, possible, words, infinite)


_Q, _V, _D, _E = Subject.QUAY, Subject.VEHICLE_TYPE, Subject.DOOR, Subject.EQUIPMENT
_ACCESS = ("yes", "no", "partial")

# (attribute, what it is: one sentence; docs/data-formats.md shows these, and a test holds it to them)
_ROWS: tuple[tuple[Attribute, str], ...] = (
    (
        _length(_Q, "height_mm", "quay_height_m", 10, (0, 1500)),
        "Height of the quay edge at the ramp door, above the reference.",
    ),
    (
        Attribute(_Q, "height_reference", "height_reference", Kind.WORD, words=("road", "rail")),
        "What the height is measured from; empty means road for buses and unknown for everything else.",
    ),
    (
        _length(_Q, "gap_mm", "gap_m", 20, (0, 1000)),
        "Horizontal gap between quay edge and door sill when the vehicle has docked.",
    ),
    (
        Attribute(
            _Q,
            "edge_type",
            "edge_type",
            Kind.WORD,
            words=("none", "kerb", "raised", "guidance_kerb", "platform"),
        ),
        "What the edge is; none means that people board from the road.",
    ),
    (
        Attribute(_Q, "approach", "approach", Kind.WORD, words=("straight", "bulb", "bay", "bay_parking")),
        "How the vehicle comes to the edge; bay_parking is a bay that parked cars often block.",
    ),
    (_length(_Q, "length_mm", "length_m", 100, (500, 1_000_000)), "Length of the edge."),
    (
        _length(_Q, "clear_depth_mm", "clear_depth_m", 10, (0, 50_000), infinite=True),
        "Free depth between the edge and the first obstacle behind it.",
    ),
    (
        _length(_Q, "manoeuvre_mm", "manoeuvre_diam_m", 50, (0, 20_000), infinite=True),
        "Diameter of the free circle for turning with the ramp out.",
    ),
    (
        Attribute(_Q, "ramp_deployable", "ramp_deployable", Kind.YES_NO),
        "Whether a ramp can be put out at this edge at all.",
    ),
    (
        Attribute(_Q, "slope", "slope", Kind.SLOPE, _SLOPE_TOLERANCE, _STEEPEST),
        "Slope along the edge, as a ratio (0.05) or with its unit (5 %).",
    ),
    (
        Attribute(_Q, "cross_slope", "cross_slope", Kind.SLOPE, _SLOPE_TOLERANCE, _STEEPEST),
        "Slope across the quay, as a ratio (0.02) or with its unit (2 %).",
    ),
    (Attribute(_Q, "surface", "surface", Kind.TEXT), "Surface of the quay, in the words of OpenStreetMap."),
    (Attribute(_Q, "tactile_strip", "tactile_strip", Kind.YES_NO), "Whether a tactile warning strip marks the edge."),
    (Attribute(_Q, "shelter", "shelter", Kind.YES_NO), "Whether there is a shelter."),
    (Attribute(_Q, "bench", "bench", Kind.YES_NO), "Whether there is a bench."),
    (Attribute(_Q, "lighting", "lighting", Kind.YES_NO), "Whether the quay is lit."),
    (
        Attribute(_Q, "path_step_free", "path_step_free", Kind.YES_NO),
        "Whether at least one way without a step leads to the quay.",
    ),
    (
        _length(_Q, "line_number_height_mm", "line_number_height_m", 5, (1, 1000)),
        "Height of the figures and letters by which the lines are called; the smallest of them.",
    ),
    (
        _length(_Q, "stop_name_height_mm", "stop_name_height_m", 5, (1, 1000)),
        "Height of the letters of the stop's name.",
    ),
    (
        Attribute(_Q, "lines_displayed", "lines_displayed", Kind.YES_NO),
        "Whether every line that calls here is displayed, with its destination.",
    ),
    (
        Attribute(_Q, "contrast", "contrast", Kind.SHARE, 0.05, (0, 1)),
        "Contrast of luminance of these signs with what is behind them, (lighter - darker) / lighter, as a ratio (0.7)"
        " or with its unit (70 %); the weakest of them.",
    ),
    (
        _length(_Q, "kerb_drop_width_mm", "kerb_drop_width_m", 10, (0, 50_000)),
        "Width of the lowered part of the kerb where one crosses to the stop; the narrowest of them.",
    ),
    (
        _length(_Q, "slot_width_mm", "slot_width_m", 2, (0, 1000)),
        "Width of the widest slot or hole in the ground of the quay and its way; 0 if there is none.",
    ),
    (
        _length(_Q, "headroom_mm", "headroom_m", 10, (0, 50_000), infinite=True),
        "Lowest free height below what overhangs the quay or its way, unless an element at most 0.40 m above the ground"
        " stands below it.",
    ),
    (
        _length(_Q, "drop_mm", "drop_m", 10, (0, 50_000)),
        "Highest drop beside the quay or its way, but not the edge where vehicles stop; 0 if there is none.",
    ),
    (
        Attribute(_Q, "drop_guarded", "drop_guarded", Kind.YES_NO),
        "Whether each drop of more than 0.40 m has a rail to lean on.",
    ),
    (
        _length(_Q, "control_height_mm", "control_height_m", 10, (0, 5000), words=(NO_CONTROL_WORD,)),
        "Height above the ground of the button or other control that is farthest from 1.10 m; none means that there is"
        " nothing to operate, empty that nobody knows.",
    ),
    (
        Attribute(_Q, "declared_access", "declared_access", Kind.WORD, words=_ACCESS),
        "What the owner declares about wheelchairs at this stop.",
    ),
    (Attribute(_Q, "declared_text", "declared_text", Kind.TEXT), "The words of that declaration, shown as they are."),
    (Attribute(_Q, "priority", "priority", Kind.YES_NO), "Whether the law counts the stop as a priority stop."),
    (
        Attribute(_Q, "technically_impossible", "technically_impossible", Kind.YES_NO),
        "Whether an authority has decided that the stop cannot be made accessible.",
    ),
    (Attribute(_Q, "decided_on", "decided_on", Kind.TEXT), "When that was decided."),
    (
        Attribute(_Q, "substitution", "substitution", Kind.TEXT, words=(NO_SUBSTITUTION_WORD,)),
        "Which service replaces the stop; none means that there is no such service, empty that nobody knows.",
    ),
    (
        Attribute(_Q, "compensating_stops", "compensating_stops", Kind.TEXT),
        "Ids of the stops that were adapted in its place, separated by spaces.",
    ),
    (
        Attribute(_Q, "works_on", "works_on", Kind.DATE),
        "When the quay or its pavement was last rebuilt: from the order of 15 January 2007 on, works oblige.",
    ),
    (Attribute(_Q, "owner", "owner", Kind.TEXT), "Who owns the quay and can change it."),
    (Attribute(_Q, "cnig_id", "cnig_id", Kind.TEXT), "idQuai of the CNIG street accessibility data."),
    (Attribute(_Q, "osm_id", "osm_id", Kind.TEXT), "OpenStreetMap object, such as node/123 or way/456."),
    (Attribute(_Q, "netex_id", "netex_id", Kind.TEXT), "Id of the NeTEx Quay; joins NeTEx facts to this stop."),
    (Attribute(_Q, "photo_url", "photo_url", Kind.TEXT), "A photograph (http or https)."),
    (Attribute(_V, "name", "name", Kind.TEXT), "What people call this kind of vehicle."),
    (
        Attribute(_V, "mode", "mode", Kind.WORD, words=MODES),
        "What it is; minibuses and trolleybuses are bus, and only bus and tram have priors for missing facts.",
    ),
    (
        Attribute(_V, "ordered_on", "ordered_on", Kind.DATE),
        "When the first of these vehicles was ordered: from 12 May 2007 on, the law obliges.",
    ),
    (_length(_V, "length_mm", "length_m", None, (2000, 500_000)), "Length of the vehicle."),
    (
        Attribute(_V, "kneel_policy", "kneel_policy", Kind.WORD, words=("always", "on_request", "never")),
        "When drivers kneel the vehicle at a stop.",
    ),
    (
        Attribute(_V, "wheelchair_spaces", "wheelchair_spaces", Kind.COUNT, possible=(0, 100)),
        "How many wheelchairs the vehicle takes.",
    ),
    (_length(_V, "space_length_mm", "space_length_m", 10, (300, 5000)), "Length of the wheelchair space."),
    (_length(_V, "space_width_mm", "space_width_m", 10, (300, 5000)), "Width of the wheelchair space."),
    (
        Attribute(_V, "declared_access", "declared_access", Kind.WORD, words=_ACCESS),
        "What the operator declares about wheelchairs in this vehicle.",
    ),
    (
        _length(_D, "floor_mm", "floor_height_m", 20, (100, 1600)),
        "Height of the floor at the door sill, at rest, above road or rail.",
    ),
    (
        _length(_D, "floor_kneeled_mm", "floor_height_kneeled_m", 20, (50, 1600), words=(NO_KNEELING_WORD,)),
        "The same height when kneeled; none means that this door does not kneel, empty that nobody knows.",
    ),
    (_length(_D, "clear_width_mm", "clear_width_m", 10, (300, 4000)), "Clear width of the open door."),
    (
        Attribute(_D, "inside_steps", "inside_steps", Kind.COUNT, possible=(0, 10)),
        "Steps between the sill and the wheelchair space.",
    ),
    (
        Attribute(_D, "use", "door_use", Kind.WORD, words=("board", "alight", "both")),
        "What the door may be used for.",
    ),
    (
        Attribute(
            _D,
            "device",
            "device",
            Kind.WORD,
            words=("none", "manual_ramp", "powered_ramp", "lift", "portable"),
        ),
        "The boarding device of this door.",
    ),
    (
        _length(_D, "ramp_length_mm", "ramp_length_m", 10, (0, 4000)),
        "Usable length of the ramp outside the vehicle, along the plate.",
    ),
    (_length(_D, "ramp_width_mm", "ramp_width_m", 10, (300, 3000)), "Usable width of the ramp."),
    (Attribute(_D, "ramp_load_kg", "ramp_load_kg", Kind.MASS, possible=(50, 2000)), "Load that the ramp may bear."),
    (
        _length(_D, "ramp_outlet_drop_mm", "ramp_outlet_drop_m", 10, (0, 500)),
        "How far below the floor the ramp leaves its cassette.",
    ),
    (
        Attribute(_D, "deploys_to_road", "deploys_to_road", Kind.YES_NO),
        "Whether the ramp may be put out onto the road.",
    ),
    (
        Attribute(_E, "kind", "kind", Kind.WORD, words=("lift", "escalator", "ramp", "gate", "bus_ramp")),
        "What the equipment is.",
    ),
    (
        Attribute(_E, "location", "location", Kind.TEXT),
        "Where it is: a pathway_id, stop_id or vehicle_type_id, or a street edge.",
    ),
    (_length(_E, "cabin_length_mm", "cabin_length_m", 10, (300, 10_000)), "Inner length of the lift cabin."),
    (_length(_E, "cabin_width_mm", "cabin_width_m", 10, (300, 10_000)), "Inner width of the lift cabin."),
    (_length(_E, "door_width_mm", "door_width_m", 10, (300, 5000)), "Clear width of its door."),
    (_length(_E, "length_mm", "length_m", 10, (0, 100_000)), "Usable length of a ramp, along the plate."),
    (Attribute(_E, "max_load_kg", "max_load_kg", Kind.MASS, possible=(50, 20_000)), "Load that it may bear."),
    (
        Attribute(_E, "travel_time_s", "travel_time_s", Kind.COUNT, possible=(1, 1800)),
        "Seconds that one ride takes, with doors and waiting.",
    ),
)

ATTRIBUTES: tuple[Attribute, ...] = tuple(attribute for attribute, _ in _ROWS)
BY_NAME = MappingProxyType({(attribute.subject, attribute.name): attribute for attribute in ATTRIBUTES})
SENTENCES = MappingProxyType({(attribute.subject, attribute.name): sentence for attribute, sentence in _ROWS})
