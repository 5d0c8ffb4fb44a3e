"""What a NeTEx file says about quays, lifts and vehicle types; streamed, ids kept as they are.

Its traps: an absent or empty ``WheelchairAccess`` means unknown although the schema's default is false;
``BoardingHeight`` is the highest step, not the floor; ``PlatformHeight`` is above the ground for buses and above
the rail for trains, so without a mode it means nothing. What has no known reference becomes a finding.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from lxml import etree

from planner.facts import Method, Source, Subject
from planner.feeds.attributes import get_attribute
from planner.feeds.evidence import Reading, Statements
from planner.feeds.safe_xml import forget, stream_xml

ROAD_MODES = frozenset({"bus", "coach", "trolleybus"})
RAIL_MODES = frozenset({"rail", "intercityrail", "urbanrail", "suburbanrail", "metro"})  # a tram's may be either
MODE_WORDS = {
    "bus": "bus",
    "trolleybus": "bus",
    "coach": "coach",
    "tram": "tram",
    "metro": "metro",
    "rail": "rail",
    "ferry": "ferry",
    "water": "ferry",
    "funicular": "funicular",
    "cableway": "cableway",
}
PLACE_MODES = {
    "onstreetbus": "bus",
    "busstation": "bus",
    "onstreettram": "tram",
    "tramstation": "tram",
    "railstation": "rail",
    "metrostation": "metro",
}
_LIMITATION = {"true": "yes", "false": "no", "partial": "partial"}
_PLACES = frozenset({"Quay", "StopPlace"})
_EQUIPMENT = {"LiftEquipment": "lift", "EscalatorEquipment": "escalator", "RampEquipment": "ramp"}
_ON_BOARD = "AccessVehicleEquipment"
_RECORDS = _PLACES | frozenset({"VehicleType", _ON_BOARD, *_EQUIPMENT})
_UNUSED = (
    ("BoardingHeight", "the highest step to board, not the height of the floor"),
    ("GapToPlatform", "the usual gap of a vehicle, not that of a quay"),
    ("EquipmentLength", "the length of the device, which need not be that of its ramp outside"),
)
# (element, our attribute, unit) of equipment at places; ``Width`` of a lift is not said to be that of its cabin
_EQUIPMENT_MEASURES: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    "lift": (("Depth", "cabin_length_mm", "m"), ("InternalWidth", "cabin_width_mm", "m")),
    "ramp": (("Length", "length_mm", "m"),),
    "escalator": (),
}


def read_netex(xml: Path, *, source: Source | None = None) -> Reading:
    """Read one NeTEx document; the subjects are NeTEx ids, joined to stops later.

    Raises
    ------
    FeedError
        The file is not well formed, or declares a document type or entities.
    """
    source_id = source.source_id if source else f"netex:{xml.stem}"
    statements = Statements(source_id, Method.DECLARED)
    counts: Counter[str] = Counter()
    published = ""
    inside = 0
    root = ""
    for event, element in stream_xml(xml):
        tag = _local(element)
        root = root or tag
        if event == "start":
            inside += tag in _RECORDS
            continue
        if tag == "PublicationTimestamp":
            published = (element.text or "").strip()[:10]
        if tag in _RECORDS:
            counts[tag] += 1
            where = f"{xml.name}, line {element.sourceline}"
            _read_record(tag, element, statements, where)
            inside -= 1
        if inside == 0:
            forget(element)
    if root not in ("PublicationDelivery", "VehicleType"):
        statements.find("UNKNOWN_DOCUMENT", xml.name, f"The root element is {root}; no NeTEx delivery.", xml.name)
    stated = source or Source(source_id, f"NeTEx {xml.name}", date=published)
    return statements.reading([stated], {"file": xml.name, **counts})


def _read_record(tag: str, element: etree._Element, statements: Statements, where: str) -> None:
    record_id = element.get("id", "").strip()
    if not record_id:
        statements.find("MISSING_ID", tag, f"A {tag} without an id cannot be joined to anything.", where)
    elif tag in _PLACES:
        _read_place(element, record_id, statements, where, is_quay=tag == "Quay")
    elif tag == _ON_BOARD:
        _find_unused(element, record_id, statements, where)
    elif tag == "VehicleType":
        _read_vehicle_type(element, record_id, statements, where)
    else:
        _read_equipment(element, record_id, _EQUIPMENT[tag], statements, where)


def _read_place(element: etree._Element, place_id: str, statements: Statements, where: str, *, is_quay: bool) -> None:
    _read_assessment(element, Subject.QUAY, place_id, statements, where)
    light = {"welllit": True, "poorlylit": True, "unlit": False}.get(_text(element, "Lighting").lower())
    if light is not None:
        statements.say(get_attribute(Subject.QUAY, "lighting"), place_id, light, where)
    if not is_quay:
        return
    for tag, name in (("ShelterEquipment", "shelter"), ("SeatingEquipment", "bench")):
        if element.find(f"{{*}}placeEquipments/{{*}}{tag}") is not None:
            statements.say(get_attribute(Subject.QUAY, name), place_id, True, where)
    length = _text(element, "Length")
    if length:
        statements.say_text(get_attribute(Subject.QUAY, "length_mm"), place_id, length, "m", where)
    _read_height(element, place_id, statements, where)


def _read_assessment(
    element: etree._Element, subject: Subject, subject_id: str, statements: Statements, where: str
) -> None:
    """The limitations of this very element, not of what it contains; empty and absent mean unknown."""
    path = "{*}AccessibilityAssessment/{*}limitations/{*}AccessibilityLimitation"
    for tag, name in (("WheelchairAccess", "declared_access"), ("StepFreeAccess", "path_step_free")):
        stated = {_text(limitation, tag).lower() for limitation in element.iterfind(path)} & _LIMITATION.keys()
        if len(stated) > 1:
            text = f"{tag} is {' and '.join(sorted(stated))} at once; neither is used."
            statements.find("CONFLICT", subject_id, text, where)
            continue
        word = _LIMITATION[stated.pop()] if stated else None
        if word is None:
            continue
        if name == "declared_access":
            statements.say(get_attribute(subject, name), subject_id, word, where)
        elif subject is Subject.QUAY and word != "partial":
            statements.say(get_attribute(subject, name), subject_id, word == "yes", where)


def _read_height(element: etree._Element, quay_id: str, statements: Statements, where: str) -> None:
    """PlatformHeight of the quay, or of its boarding positions if they all agree."""
    own = _text(element, "PlatformHeight")
    positions = "{*}boardingPositions/{*}BoardingPosition"
    heights = {own} if own else {_text(position, "PlatformHeight") for position in element.iterfind(positions)} - {""}
    if not heights:
        return
    if len(heights) > 1:
        text = f"PlatformHeight differs between boarding positions ({', '.join(sorted(heights))}); none is used."
        statements.find("CONFLICT", quay_id, text, where)
        return
    mode = _mode(element)
    reference = "road" if mode in ROAD_MODES else "rail" if mode in RAIL_MODES else None
    if reference is None:
        text = f"PlatformHeight {heights.pop()} of mode {mode or 'unknown'} may be above road or rail; it is not used."
        statements.find("UNKNOWN_REFERENCE", quay_id, text, where)
        return
    if statements.say_text(get_attribute(Subject.QUAY, "height_mm"), quay_id, heights.pop(), "m", where):
        statements.say(get_attribute(Subject.QUAY, "height_reference"), quay_id, reference, where)


def _mode(quay: etree._Element) -> str:
    """The transport mode of a quay, or of the stop place around it; NeTEx states it before the quays."""
    place: etree._Element | None = quay
    while place is not None:
        if _local(place) in _PLACES:
            mode = _text(place, "TransportMode") or PLACE_MODES.get(_text(place, "StopPlaceType").lower(), "")
            if mode:
                return mode.lower()
        place = place.getparent()
    return ""


def _read_vehicle_type(element: etree._Element, type_id: str, statements: Statements, where: str) -> None:
    name = _text(element, "Name")
    if name:
        statements.say(get_attribute(Subject.VEHICLE_TYPE, "name"), type_id, name, where)
    mode = MODE_WORDS.get(_text(element, "TransportMode").lower())
    if mode is not None:
        statements.say(get_attribute(Subject.VEHICLE_TYPE, "mode"), type_id, mode, where)
    length = _text(element, "Length")
    if length:
        statements.say_text(get_attribute(Subject.VEHICLE_TYPE, "length_mm"), type_id, length, "m", where)
    _read_assessment(element, Subject.VEHICLE_TYPE, type_id, statements, where)
    _read_spaces(element, type_id, statements, where)
    _find_unused(element, type_id, statements, where)
    on_board = element.findall(f".//{{*}}{_ON_BOARD}")
    if len(on_board) == 1:
        _read_door(on_board[0], f"{type_id}#1", statements, where)
    elif on_board:
        text = f"{len(on_board)} {_ON_BOARD}s, and nothing says which door each belongs to; none is used."
        statements.find("CONFLICT", type_id, text, where)


def _read_door(element: etree._Element, door_id: str, statements: Statements, where: str) -> None:
    """The access equipment of a vehicle type that has only one: of its first door."""
    width = _text(element, "WidthOfAccessArea")
    if width:
        statements.say_text(get_attribute(Subject.DOOR, "clear_width_mm"), door_id, width, "m", where)
    if _text(element, "Hoist") == "true":
        statements.say(get_attribute(Subject.DOOR, "device"), door_id, "lift", where)
    load = _text(element, "BearingCapacity")
    if load and _text(element, "Ramp") == "true":
        statements.say_text(get_attribute(Subject.DOOR, "ramp_load_kg"), door_id, load, None, where)


def _find_unused(element: etree._Element, subject_id: str, statements: Statements, where: str) -> None:
    for tag, meaning in _UNUSED:
        stated = _text(element, tag)
        if stated:
            statements.find("UNKNOWN_REFERENCE", subject_id, f"{tag} {stated} is {meaning}; it is not used.", where)


def _read_spaces(element: etree._Element, type_id: str, statements: Statements, where: str) -> None:
    """Wheelchair places; several fare classes may or may not be parts of one sum, so they are not added up."""
    stated = [
        (found.text or "").strip()
        for tag in ("WheelchairPlaceCapacity", "NumberOfWheelchairAreas")
        for found in element.iterfind(f".//{{*}}{tag}")
        if (found.text or "").strip()
    ]
    if len(set(stated)) > 1:
        text = f"Wheelchair places are stated as {', '.join(stated)}; none is used."
        statements.find("CONFLICT", type_id, text, where)
    elif stated:
        statements.say_text(get_attribute(Subject.VEHICLE_TYPE, "wheelchair_spaces"), type_id, stated[0], None, where)


def _read_equipment(element: etree._Element, equipment_id: str, kind: str, statements: Statements, where: str) -> None:
    statements.say(get_attribute(Subject.EQUIPMENT, "kind"), equipment_id, kind, where)
    place = next((parent for parent in element.iterancestors() if _local(parent) in _PLACES), None)
    if place is not None and place.get("id"):
        statements.say(get_attribute(Subject.EQUIPMENT, "location"), equipment_id, place.get("id", ""), where)
    for tag, name, unit in _EQUIPMENT_MEASURES[kind]:
        text = _text(element, tag)
        if text:
            statements.say_text(get_attribute(Subject.EQUIPMENT, name), equipment_id, text, unit, where)
    load = _text(element, "MaximumLoad")
    if load:
        statements.say_text(get_attribute(Subject.EQUIPMENT, "max_load_kg"), equipment_id, load, None, where)


def _text(element: etree._Element, tag: str) -> str:
    return (element.findtext(f"{{*}}{tag}") or "").strip()


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
