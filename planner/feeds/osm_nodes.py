"""What stands on a node of a way: a kerb, a gate, a bollard, a door, a lift, a crossing."""

from __future__ import annotations

import math

from planner.feeds.osm_facts import Facts, Lift
from planner.feeds.osm_tags import Said, parse_level, parse_levels, parse_load, parse_step_count, parse_width
from planner.feeds.osm_ways import (
    ALLOWED,
    CLOSED_TO_ALL,
    PERMITTED,
    YES_NO,
    Find,
    Tags,
    ends,
    read_facts,
    read_kerb,
    read_note,
    used,
)

# Their ``width`` is that of the opening; of a bollard or a block it is that of the thing itself.
OPENINGS = frozenset(
    {
        "gate", "entrance", "lift_gate", "swing_gate", "kissing_gate", "sliding_gate", "wicket_gate", "turnstile",
        "full-height_turnstile", "cycle_barrier", "chicane", "door", "stile", "sally_port", "hampshire_gate",
        "bump_gate", "motorcycle_barrier", "wheelchair_stile", "squeeze_stile",
    }
)  # fmt: skip
NO_OBSTACLE = frozenset({"no", "toll_booth", "border_control", "height_restrictor", "entrance"})
ON_THE_WAY = OPENINGS | frozenset(
    {
        "bollard", "block", "chain", "cattle_grid", "log", "debris", "jersey_barrier", "planter", "rope", "bar",
        "barrier_board", "spikes", "coupure", "yes", "bus_trap", "sump_buster", "fence", "wall", "hedge",
        "horse_stile",
    }
)  # fmt: skip


def read_obstacle(osm_id: int, tags: Tags, find: Find) -> Facts | None:
    """A kerb, gate, bollard or door on a node, or None."""
    barrier = tags.get("barrier", "")
    if tags.get("highway") == "elevator" or _is_crossing(tags) or is_quay(tags):
        return None
    if barrier == "kerb" or (not barrier and ("kerb" in tags or "kerb:height" in tags)):
        kerb = read_kerb(tags, find)
        return None if kerb is None else _at_node("kerb", osm_id, tags, kerb=kerb, detail=tags.get("kerb", ""))
    if barrier in NO_OBSTACLE and not ("maxwidth:physical" in tags or (barrier == "entrance" and "width" in tags)):
        return None
    if barrier in ON_THE_WAY or "maxwidth:physical" in tags:
        facts = _at_node("barrier", osm_id, tags, width=_opening(barrier, tags, find), detail=barrier or "narrow place")
        kerb = read_kerb(tags, find)
        if kerb is not None:
            facts.kerb = kerb
        facts.forward = facts.backward = not _closed(facts, tags)
        return facts
    return _door(osm_id, tags, find)


def _is_crossing(tags: Tags) -> bool:
    """A crossing of a carriageway; one with signals is often drawn as the signals."""
    highway = tags.get("highway", "")
    return highway == "crossing" or (highway in ("traffic_signals", "stop", "give_way") and "crossing" in tags)


def is_quay(tags: Tags) -> bool:
    """Whether a node is a stop: its kerb is the edge at which vehicles call, and nobody has to cross it."""
    return tags.get("highway") == "bus_stop" or tags.get("public_transport") in ("platform", "stop_position")


def read_kerb_line(osm_id: int, tags: Tags, find: Find) -> Facts | None:
    """A kerb drawn as a line: it is crossed wherever a way shares a node with it."""
    if tags.get("barrier") != "kerb" or "highway" in tags or is_quay(tags):
        return None
    facts = _at_node("kerb", osm_id, tags, kerb=read_kerb(tags, find) or (math.nan, math.nan))
    facts.osm_type, facts.detail = 2, tags.get("kerb", "")
    return facts


def read_crossing(osm_id: int, tags: Tags, find: Find) -> Facts | None:
    """A node on which a carriageway is crossed, with the kerbs it states; a raised carriageway leaves no high kerb."""
    road = _is_crossing(tags)
    if not road and tags.get("railway") not in ("crossing", "tram_crossing"):
        return None
    kerb = read_kerb(tags, find)
    if kerb is None and tags.get("traffic_calming") in ("table", "raised_crossing"):
        kerb = (0.0, 40.0)
    detail = tags.get("crossing", "") if road else "railway"
    facts = _at_node("kerb", osm_id, tags, kerb=kerb or (math.nan, math.nan), detail=detail)
    if tags.get("crossing") == "no":  # here nobody may cross, whatever the lines suggest
        facts.forward = facts.backward = False
        facts.note = "; ".join(part for part in ("crossing=no", facts.note) if part)
    return facts


def read_lift(osm_type: int, osm_id: int, refs: tuple[int, ...], tags: Tags, find: Find) -> Lift:
    """A lift with its levels, its cabin, and whether it may be used."""
    facts = read_facts("lift", osm_type, osm_id, tags, find)
    kind = {1: "node", 2: "way", 3: "relation"}[osm_type]
    facts.equipment, facts.name = f"osm:{kind}/{osm_id}", tags.get("name", tags.get("ref", ""))
    load = used(parse_load(tags.get("capacity:weight", tags.get("maxweight", ""))), "maxweight", find)
    width, length, door = (
        _middle(used(parse_width(next((tags[key] for key in keys if key in tags), "")), keys[0], find))
        for keys in (
            ("cabin:width", "elevator:width", "width"),
            ("cabin:length", "elevator:length", "length"),
            ("door:width", "elevator:door:width", "entrance:width"),
        )
    )
    facts.width = (math.nan, math.nan)
    return Lift(facts, refs, tuple(parse_levels(tags.get("level", ""))), (width, length, door, _middle(load)))


def _door(osm_id: int, tags: Tags, find: Find) -> Facts | None:
    """A door matters if it is narrow, refused, or has a kerb or steps; any other is only a door."""
    if tags.get("entrance", "no") == "no" and tags.get("door", "no") == "no" and "indoor" not in tags.get("door", ""):
        return None
    width = _opening("door", tags, find)
    kerb = read_kerb(tags, find) or (math.nan, math.nan)
    facts = _at_node("barrier", osm_id, tags, width=width, kerb=kerb, detail="door")
    closed = _closed(facts, tags) or (tags.get("entrance") in ("emergency", "exit_only") and False)
    steps = used(parse_step_count(tags.get("entrance:step_count", tags.get("step_count", "0"))), "step_count", find)
    if steps.known:
        facts.kind, facts.steps = "steps", int(steps.low)
    elif math.isnan(width[0]) and math.isnan(kerb[0]) and facts.allowed in (0, 1) and not closed:
        return None
    facts.forward = facts.backward = not closed
    return facts


def _at_node(kind: str, osm_id: int, tags: Tags, **told: object) -> Facts:
    facts = Facts(kind, 1, osm_id, name=tags.get("name", ""), **told)  # type: ignore[arg-type]
    facts.allowed = ALLOWED.get(tags.get("wheelchair", ""), 0)
    facts.tactile = YES_NO.get(tags.get("tactile_paving", ""), 0)
    facts.level = ends(parse_level(tags.get("level", "")))
    facts.note = read_note(tags)
    return facts


def _opening(barrier: str, tags: Tags, find: Find) -> tuple[float, float]:
    keys = (
        ("maxwidth:physical", "door:width", "width")
        if barrier in OPENINGS
        else ("maxwidth:physical", "bollard:spacing")
    )
    for key in keys:
        if key in tags:
            return ends(used(parse_width(tags[key]), key, find))
    return (math.nan, math.nan)


def _closed(facts: Facts, tags: Tags) -> bool:
    """Refused to people on foot, or locked; the note says which."""
    foot = tags.get("foot", "")
    refused = foot in ("no", "private") or (tags.get("access") in CLOSED_TO_ALL and foot not in PERMITTED)
    locked = tags.get("locked") == "yes" and foot not in PERMITTED
    if refused:
        why = f"foot={foot}" if foot in ("no", "private") else f"access={tags['access']}"
    else:
        why = "locked=yes" if locked else ""
    facts.note = "; ".join(part for part in (why, facts.note) if part)
    return refused or locked


def _middle(said: Said) -> float:
    return (said.low + said.high) / 2
