"""What a tag of the map, or its absence, is taken for: the one table of defaults of the walking judgement.

Every row has a country, as ISO 3166 has it; ``*`` is every country without a row for that word. So far all rows are
``*``: our sources give limits by country (what a law asks of a builder), and none says what a missing tag means in
one country and not in another. Numbers that words of the map stand for are the reader's (docs/data-formats.md).

The judgement takes from it which words are of a kind, and whether a missing fact is a doubt. What a kind costs, and
whom it closes a way to, is in the formula and in the profiles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.facts import Certainty

EVERYWHERE = "*"
RULE = "DOMAIN 1.4"  # our rule for doubts; it lists what is missing of named paved streets, this table of any way
OURS = "default of ours"  # no source ranks all words of OpenStreetMap


@dataclass(frozen=True, slots=True)
class StreetDefault:
    """What a tag is taken for."""

    tag: str
    words: tuple[str, ...]  # of OpenStreetMap; none: nobody said, or a word that is in no other row
    taken_for: str
    certainty: Certainty
    doubts: int  # 1: each link is a doubt for whom the tag matters; 0: none by itself
    source: str
    country: str = EVERYWHERE


_SAID, _LISTED, _UNKNOWN = Certainty.DECLARED, Certainty.INFERRED, Certainty.UNKNOWN

# fmt: off
DEFAULTS = (
    StreetDefault("surface", (
        "asphalt", "concrete", "concrete:plates", "concrete_plates", "paved", "paving_stones", "paving_stones:lanes",
        "metal", "tartan", "rubber", "acrylic", "tiles", "linoleum", "carpet", "wood", "bricks", "brick", "chipseal",
    ), "fine", _SAID, 0, OURS),
    StreetDefault("surface", (
        "compacted", "fine_gravel", "sett", "concrete:lanes", "grass_paver", "artificial_turf", "metal_grid", "clay",
        "cobblestone:flattened", "unhewn_cobblestone", "stepping_stones",
    ), "firm", _SAID, 0, OURS),
    StreetDefault("surface", ("cobblestone",), "firm, perhaps unhewn", _LISTED, 1, OURS),
    StreetDefault("surface", (
        "gravel", "pebblestone", "ground", "dirt", "earth", "grass", "unpaved", "woodchips", "stone", "rock", "sand",
        "mud", "snow", "ice", "shells", "leaves",
    ), "soft", _SAID, 0, OURS),
    StreetDefault("surface", (), "asphalt, unseen", _LISTED, 0, RULE),
    StreetDefault("smoothness", ("excellent", "good"), "smooth", _SAID, 0, OURS),
    StreetDefault("smoothness", (
        "intermediate", "bad", "very_bad", "horrible", "very_horrible", "impassable",
    ), "rough", _SAID, 0, OURS),
    StreetDefault("smoothness", (), "smooth", _LISTED, 0, RULE),
    StreetDefault("width", (), "wide enough", _LISTED, 0, RULE),
    StreetDefault("incline", (), "level", _LISTED, 0, OURS),
    StreetDefault("incline:across", (), "level", _LISTED, 0, RULE),
    StreetDefault("kerb", (), "0 to 200 mm", _UNKNOWN, 1, RULE),
    StreetDefault("barrier", (
        "bollard", "block", "lift_gate", "log", "boulder", "planter", "jersey_barrier", "chain", "cable_barrier",
        "bump_gate",
    ), "for cars", _LISTED, 0, OURS),
    StreetDefault("barrier", (
        "stile", "turnstile", "full-height_turnstile", "kissing_gate", "cattle_grid", "horse_stile", "step", "ditch",
        "motorcycle_barrier", "spikes",
    ), "never for wheels", _SAID, 0, OURS),
    StreetDefault("barrier", (
        "entrance", "no", "gap", "toll_booth", "border_control", "height_restrictor",
    ), "nothing there", _SAID, 0, OURS),
    StreetDefault("barrier", (), "a gate of unknown width", _UNKNOWN, 1, RULE),
    StreetDefault("highway=elevator", (), "a cabin of unknown size", _UNKNOWN, 1, RULE),
    StreetDefault("ramp:wheelchair", (), "a ramp of unknown slope or width", _UNKNOWN, 1, "DOMAIN 1.2"),
    StreetDefault("step_count", (), "one step for each 0.3 m", _UNKNOWN, 1, OURS),
    StreetDefault("conveying", (), "a moving walkway that may refuse wheels", _UNKNOWN, 1, OURS),
)
# fmt: on


def meanings(tag: str, country: str = EVERYWHERE) -> Mapping[str, str]:
    """Give what each word of a tag is taken for; a word that is not in it has no row of its own."""
    told: dict[str, str] = {}
    for where in (EVERYWHERE, country):
        told |= {
            word: row.taken_for for row in DEFAULTS if (row.country, row.tag) == (where, tag) for word in row.words
        }
    return told


def unsaid(tag: str, country: str = EVERYWHERE) -> StreetDefault:
    """Give what holds where nobody said anything about a tag.

    Raises
    ------
    KeyError
        The table has no row for that.
    """
    for where in (country, EVERYWHERE):
        for row in DEFAULTS:
            if (row.country, row.tag, row.words) == (where, tag, ()):
                return row
    raise KeyError(tag)
