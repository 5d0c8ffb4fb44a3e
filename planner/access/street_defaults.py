"""What words of OpenStreetMap stand for in the judgement of ways: one table, by country, tag and word.

A row of a country (ISO 3166-1, two letters) stands before that of ``EVERYWHERE``. None of the sources we read gives a
word another meaning in one country, so every row holds everywhere; who finds a source adds a row here alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

EVERYWHERE = "*"
OURS = "a default of ours: no source ranks all of these words"
USE = "what the obstacle is for, in the words of the map's own documentation"


class Default(NamedTuple):
    """What some words of a tag stand for."""

    country: str
    tag: str
    meaning: str
    words: tuple[str, ...]
    why: str


DEFAULTS = (
    Default(EVERYWHERE, "surface", "fine", (
        "asphalt", "concrete", "concrete:plates", "concrete_plates", "paved", "paving_stones", "paving_stones:lanes",
        "metal", "tartan", "rubber", "acrylic", "tiles", "linoleum", "carpet", "wood", "bricks", "brick", "chipseal",
    ), OURS),
    Default(EVERYWHERE, "surface", "firm", (
        "compacted", "fine_gravel", "sett", "concrete:lanes", "grass_paver", "artificial_turf", "metal_grid", "clay",
        "cobblestone:flattened", "unhewn_cobblestone", "cobblestone", "stepping_stones",
    ), OURS),
    Default(EVERYWHERE, "surface", "soft", (
        "gravel", "pebblestone", "ground", "dirt", "earth", "grass", "unpaved", "woodchips", "stone", "rock", "sand",
        "mud", "snow", "ice", "shells", "leaves",
    ), OURS),
    Default(EVERYWHERE, "smoothness", "smooth", ("excellent", "good"), OURS),
    Default(EVERYWHERE, "smoothness", "rough", (
        "intermediate", "bad", "very_bad", "horrible", "very_horrible", "impassable",
    ), OURS),
    Default(EVERYWHERE, "barrier", "for cars", (
        "bollard", "block", "lift_gate", "log", "boulder", "planter", "jersey_barrier", "chain", "cable_barrier",
        "bump_gate",
    ), USE),
    Default(EVERYWHERE, "barrier", "never for wheels", (
        "stile", "turnstile", "full-height_turnstile", "kissing_gate", "cattle_grid", "horse_stile", "step", "ditch",
        "motorcycle_barrier", "spikes",
    ), USE),
    Default(EVERYWHERE, "barrier", "nothing there", (
        "entrance", "no", "gap", "toll_booth", "border_control", "height_restrictor",
    ), USE),
)  # fmt: skip


def meanings(tag: str, country: str = EVERYWHERE, defaults: tuple[Default, ...] = DEFAULTS) -> Mapping[str, str]:
    """Give what each word of a tag stands for; a word that is not in it has no default."""
    told: dict[str, str] = {}
    for where in (EVERYWHERE, country):
        told |= {word: one.meaning for one in defaults if (one.country, one.tag) == (where, tag) for word in one.words}
    return told
