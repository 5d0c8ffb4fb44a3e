"""Which ways of OpenStreetMap people walk on, and what their tags say: steps, slopes, widths, surfaces, pavements."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from planner.feeds.osm_facts import Facts, Pavement, Way
from planner.feeds.osm_tags import (
    Said,
    parse_cross_slope,
    parse_incline,
    parse_kerb,
    parse_kerb_height,
    parse_level,
    parse_step_count,
    parse_width,
)

Tags = Mapping[str, str]
Find = Callable[[str, str], None]  # code, sentence

FOOT = frozenset({"footway", "path", "pedestrian", "steps", "corridor", "platform", "elevator", "access_ramp"})
# Roads by half of their usual breadth in metres, a guess used for drawing pavements only.
ROADS = {
    "primary": 4.5, "primary_link": 3.5, "secondary": 4.0, "secondary_link": 3.5, "tertiary": 3.5,
    "tertiary_link": 3.0, "unclassified": 3.0, "residential": 3.0, "living_street": 3.0, "service": 2.5,
    "track": 1.5, "road": 3.0, "busway": 3.5,
}  # fmt: skip
BY_PERMISSION = {"trunk": 5.0, "trunk_link": 4.0, "cycleway": 1.5, "bridleway": 1.5}  # only where foot=* says so
BIG = frozenset({"trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link", "tertiary"})
PERMITTED = frozenset({"yes", "designated", "permissive", "official", "destination", "public", "customers"})
REFUSED = frozenset({"no", "private", "use_sidepath", "military", "restricted"})
CLOSED_TO_ALL = REFUSED | {"agricultural", "forestry", "delivery", "emergency", "permit", "residents", "employees"}
LEFT_WORDS, RIGHT_WORDS = frozenset({"left", "both", "yes"}), frozenset({"right", "both", "yes"})
YES_NO = {"yes": 1, "both": 1, "left": 1, "right": 1, "contrasted": 1, "primitive": 1, "24/7": 1, "automatic": 1,
          "sunset-sunrise": 1, "dusk-dawn": 1, "limited": 1, "no": 2, "incorrect": 2, "disused": 2}  # fmt: skip
ALLOWED = {"yes": 1, "designated": 1, "no": 2, "limited": 3}
CONVEYING = {"forward": 1, "backward": 2, "reversible": 3, "yes": 3}
HALF_PAVEMENT_M = 1.0


def read_way(osm_id: int, refs: tuple[int, ...], tags: Tags, find: Find) -> Way | None:
    """A way with its facts, or None if people do not walk there."""
    kind = kind_of(tags)
    if kind is None:
        return None
    facts = read_facts(kind, 2, osm_id, tags, find)
    way = Way(osm_id, refs, facts)
    if kind == "road":
        way.pavement = read_pavement(facts, tags, find)
        separate = is_separate(tags)
        big = tags.get("highway") in BIG
        way.walked = way.pavement is None and not (separate and big)
    elif kind == "steps":
        way.ramp = read_ramp(facts, tags, find)
    elif kind in ("escalator", "moving_walkway"):
        facts.equipment = f"osm:way/{osm_id}"
    elif kind == "crossing":
        way.kerb = read_kerb(tags, find)
    return way


def kind_of(tags: Tags) -> str | None:
    """The kind of a way, or None if people do not walk on it."""
    highway = tags.get("highway", "")
    platform = "platform" in (highway, tags.get("railway"), tags.get("public_transport"))
    indoor = tags.get("indoor") in ("corridor", "area") and not highway
    if not walked_by_right(highway, tags, platform or indoor) or tags.get("area:highway"):
        return None
    if highway == "elevator":
        return "lift"
    if highway == "steps":
        return "escalator" if tags.get("conveying", "no") != "no" else "steps"
    if tags.get("conveying", "no") != "no":
        return "moving_walkway"
    crossing = "crossing" in (tags.get("footway"), tags.get("path"), tags.get("cycleway"), tags.get("pedestrian"))
    if crossing and highway in (*FOOT, "cycleway"):
        return "crossing"
    if platform:
        return "platform"
    return "road" if highway in ROADS or highway in ("trunk", "trunk_link") else "way"


def walked_by_right(highway: str, tags: Tags, indoor: bool) -> bool:
    """Whether people may walk here; what is being built or private is left out."""
    foot = tags.get("foot", "")
    permitted = foot in PERMITTED or tags.get("sidewalk", "no") in ("both", "left", "right", "yes", "separate")
    if foot in REFUSED or tags.get("motorroad") == "yes":
        return False
    if not permitted and (tags.get("access") in CLOSED_TO_ALL) and highway != "elevator":
        return False
    if highway in BY_PERMISSION:
        return permitted or tags.get("footway") == "crossing" or tags.get("cycleway") == "crossing"
    return highway in FOOT or highway in ROADS or indoor


def is_separate(tags: Tags) -> bool:
    """Whether the pavements are drawn as ways of their own."""
    keys = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
    return any(tags.get(key) == "separate" for key in keys)


def read_facts(kind: str, osm_type: int, osm_id: int, tags: Tags, find: Find) -> Facts:
    """What the tags say of the way itself."""
    incline = used(parse_incline(tags.get("incline", "")), "incline", find)
    stepped = kind in ("steps", "escalator")
    facts = Facts(kind, osm_type, osm_id, name=tags.get("name", "") or tags.get("ref", "") * (kind == "lift"))
    if incline.known:
        facts.incline, facts.incline_from = (incline.low, incline.high), 1
    facts.cross = ends(used(parse_cross_slope(tags.get("incline:across", "")), "incline:across", find))
    facts.width = read_width(tags, find, vehicles=kind == "road")
    facts.surface, facts.smoothness = tags.get("surface", ""), tags.get("smoothness", "")
    if stepped:
        count = used(parse_step_count(tags.get("step_count", "")), "step_count", find)
        facts.steps = int(count.low) if count.known else -1
    facts.allowed = ALLOWED.get(tags.get("wheelchair", ""), 0)
    facts.level = ends(used(parse_level(tags.get("level", "")), "level", find))
    facts.handrail = _handrail(tags)
    facts.tactile, facts.lit = YES_NO.get(tags.get("tactile_paving", ""), 0), YES_NO.get(tags.get("lit", ""), 0)
    facts.conveying = CONVEYING.get(tags.get("conveying", ""), 0)
    facts.note = read_note(tags)
    if kind == "crossing":
        facts.detail = tags.get("crossing", "")
    elif "sidewalk" in (tags.get("footway"), tags.get("path"), tags.get("cycleway")):
        facts.detail = "sidewalk"
    facts.forward, facts.backward = _directions(facts, tags)
    facts.on_ground = _on_ground(facts, tags)
    facts.climbed = facts.on_ground and kind != "lift" and tags.get("covered", "no") == "no"
    return facts


def read_width(tags: Tags, find: Find, *, vehicles: bool = False) -> tuple[float, float]:
    """The passable width; that of a road is of its carriageway and says little to who walks, but it is wide."""
    if "maxwidth:physical" in tags:
        return ends(used(parse_width(tags["maxwidth:physical"]), "maxwidth:physical", find))
    for key in ("width",) if vehicles else ("footway:width", "width"):
        if key in tags:
            return ends(used(parse_width(tags[key]), key, find))
    if "est_width" in tags:
        return ends(used(parse_width(tags["est_width"], estimated=True), "est_width", find))
    return (math.nan, math.nan)


def read_kerb(tags: Tags, find: Find) -> tuple[float, float] | None:
    """The height of a kerb by its number, else by its word; None if the tags speak of none."""
    if "kerb:height" in tags:
        said = used(parse_kerb_height(tags["kerb:height"]), "kerb:height", find)
        if said.known:
            return said.low, said.high
    if "kerb" in tags:
        return ends(used(parse_kerb(tags["kerb"]), "kerb", find))
    return (math.nan, math.nan) if "kerb:height" in tags or tags.get("barrier") == "kerb" else None


def read_ramp(steps: Facts, tags: Tags, find: Find) -> Facts | None:
    """The ramp for wheelchairs beside steps; that of a bicycle or pram is none."""
    if tags.get("ramp:wheelchair", "no") in ("no", ""):
        return None
    incline = used(parse_incline(tags.get("ramp:incline", "")), "ramp:incline", find)
    width = used(parse_width(tags.get("ramp:width", "")), "ramp:width", find)
    named = (incline.low, incline.high) if incline.known else (math.nan, math.nan)
    return replace(
        steps, kind="step_ramp", steps=0, incline=named, incline_from=int(incline.known), width=ends(width),
        allowed=1 if tags["ramp:wheelchair"] == "yes" else 0, cross=(math.nan, math.nan), surface="", smoothness="",
    )  # fmt: skip


def read_pavement(road: Facts, tags: Tags, find: Find) -> Pavement | None:
    """The pavements that ``sidewalk=*`` and its sides say are there and are not drawn as ways of their own."""
    told = tags.get("sidewalk", "").removeprefix("both:")  # "both:surface=..." is a slip seen in the wild
    sides = {}
    for side, words in (("left", LEFT_WORDS), ("right", RIGHT_WORDS)):
        own = tags.get(f"sidewalk:{side}", tags.get("sidewalk:both", ""))
        there = own in ("yes", side, "both") if own else told in words
        sides[side] = _side(road, side, tags, find) if there else None
    if sides["left"] is None and sides["right"] is None:
        return None
    half = ROADS.get(tags.get("highway", ""), BY_PERMISSION.get(tags.get("highway", ""), 3.0))
    if not math.isnan(road.width[0]):
        half = min(max((road.width[0] + road.width[1]) / 4000.0, 1.0), 15.0)
    return Pavement(sides["left"], sides["right"], half + HALF_PAVEMENT_M)


def read_note(tags: Tags) -> str:
    """Hours and conditions, as written."""
    keys = (
        "opening_hours",
        "access:conditional",
        "foot:conditional",
        "wheelchair:conditional",
        "conveying:conditional",
    )
    return "; ".join(f"{key}={tags[key]}" for key in keys if tags.get(key))[:500]


def used(said: Said, key: str, find: Find) -> Said:
    """Report what cannot be used."""
    if said.problem:
        code = "AMBIGUOUS_UNIT" if said.ambiguous else "UNREADABLE_VALUE"
        find(code, f"{key}: {said.problem}; the value is not used.")
    return said


def ends(said: Said) -> tuple[float, float]:
    """Both ends of what was said."""
    return said.low, said.high


def _side(road: Facts, side: str, tags: Tags, find: Find) -> Facts:
    def said(key: str) -> str:
        places = (f"sidewalk:{side}:{key}", f"sidewalk:both:{key}", f"sidewalk:{key}", f"footway:{side}:{key}",
                  f"footway:{side}.{key}")  # fmt: skip
        return next((tags[place] for place in places if place in tags), "")

    incline = used(parse_incline(said("incline")), "sidewalk:incline", find)
    return Facts(
        "way", 2, road.osm_id,
        name=road.name,
        incline=ends(incline) if incline.known else road.incline,
        incline_from=1 if incline.known else road.incline_from,
        cross=ends(used(parse_cross_slope(said("incline:across")), "sidewalk:incline:across", find)),
        width=ends(used(parse_width(said("width")), f"sidewalk:{side}:width", find)),
        surface=said("surface"),
        smoothness=said("smoothness"),
        allowed=ALLOWED.get(said("wheelchair"), 0),
        level=road.level,
        tactile=YES_NO.get(said("tactile_paving"), 0),
        lit=road.lit,
        detail=f"sidewalk {side}",
        climbed=road.climbed,
        on_ground=road.on_ground,
    )  # fmt: skip


def _directions(facts: Facts, tags: Tags) -> tuple[bool, bool]:
    oneway = tags.get("oneway:foot", tags.get("foot:oneway", "no"))
    if facts.kind in ("escalator", "moving_walkway") and facts.conveying in (1, 2):
        oneway = "yes" if facts.conveying == 1 else "-1"
    forward = oneway != "-1" and tags.get("foot:forward") != "no"
    backward = oneway not in ("yes", "1", "true") and tags.get("foot:backward") != "no"
    if facts.kind == "lift" and tags.get("access") in CLOSED_TO_ALL and tags.get("foot") not in PERMITTED:
        facts.note = "; ".join(part for part in (f"access={tags['access']}", facts.note) if part)
        return False, False
    return forward, backward


def _on_ground(facts: Facts, tags: Tags) -> bool:
    """Whether a way lies on the ground: no bridge, tunnel, inside of a building or other floor."""
    if any(tags.get(key, "no") not in ("no", "") for key in ("bridge", "tunnel", "indoor")):
        return False
    if tags.get("highway") == "corridor" or tags.get("layer", "0") not in ("0", ""):
        return False
    return not (facts.level[0] > 0 or facts.level[1] < 0)


def _handrail(tags: Tags) -> int:
    """Whether there is a handrail anywhere: 0 unknown, 1 yes, 2 no; none on one side says nothing of the others."""
    anywhere, both, *each = (
        YES_NO.get(tags.get(key, ""), 0)
        for key in ("handrail", "handrail:both", "handrail:left", "handrail:right", "handrail:center")
    )
    if 1 in (anywhere, both, *each):
        return 1
    left, right, middle = each
    return 2 if anywhere == 2 or (middle == 2 and (both == 2 or left == right == 2)) else 0
