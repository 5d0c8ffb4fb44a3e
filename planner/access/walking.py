"""A way x person: may this traveller go there, how long, how hard, and how well is that founded?

Of ways of which only the ends are known, and of links of a walking network. The formula is in
``walking_formula``; here stands what words of OpenStreetMap mean for it, and what the codes mean for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from planner.access import walking_formula as formula
from planner.access.street_defaults import meanings
from planner.facts import Certainty
from planner.model import ON_FOOT, Profile, Verdict, Way

UNSEEN_WAY_M = 200.0  # a longer way without any evidence of its surface is a doubt (DOMAIN 1.4)
UNSEEN = ("surface", "kerbs", "slope", "width")

PERHAPS_UNHEWN = "cobblestone"  # mapped for setts as well as for rough stones: whoever refuses those has a doubt

_GROUNDS = {"fine": formula.GROUND_FINE, "firm": formula.GROUND_FIRM, "soft": formula.GROUND_SOFT}
_SMOOTH = {"smooth": formula.SMOOTH_FINE, "rough": formula.SMOOTH_ROUGH}
_BARRIERS = {
    "nothing there": formula.NO_OBSTACLE,
    "never for wheels": formula.NOT_FOR_WHEELS,
    "for cars": formula.FOR_CARS,
}
GROUND_OF = {word: _GROUNDS[meaning] for word, meaning in meanings("surface").items()}
SMOOTHNESS_OF = {word: _SMOOTH[meaning] for word, meaning in meanings("smoothness").items()}
BARRIER_OF = {word: _BARRIERS[meaning] for word, meaning in meanings("barrier").items()}

# Sustained power at the rims or of the motor, in watts (DOMAIN D gives 40 to 60 W for arms alone; the rest is ours).
POWER_W: Mapping[str, float] = {
    "manual-wheelchair": 50.0,
    "manual-wheelchair-assisted": 90.0,
    "powered-wheelchair": 250.0,
    "mobility-scooter": 400.0,
}
OTHERS_POWER_W = 120.0

CLOSED_CODES = (
    "", "STEPS", "KERB_HIGH", "WAY_NARROW", "WAY_STEEP", "WAY_STEEP_DOWN", "WAY_LEANS", "SURFACE_REFUSED",
    "WAY_ROUGH", "WHEELCHAIR_NO", "BARRIER_SHUT", "LIFT_SMALL", "ESCALATOR", "LIFT_AVOIDED", "ONE_WAY", "NOT_JOINED",
    "OUT_OF_SERVICE",
)  # fmt: skip
UNKNOWN_WORDS = (
    "surface", "smoothness", "width", "slope", "cross_slope", "kerbs", "barriers", "lift", "ramp", "wheelchair",
    "steps",
)  # fmt: skip


def judge_way(distance_m: float, profile: Profile) -> Way:
    """Judge a walk of which only the ends are known."""
    if profile.id == ON_FOOT:
        return Way(Verdict.YES, Certainty.NOT_NEEDED, 0, straight_line=True)
    if distance_m <= UNSEEN_WAY_M:
        return Way(Verdict.YES, Certainty.INFERRED, 0, UNSEEN, straight_line=True)
    return Way(Verdict.UNKNOWN, Certainty.UNKNOWN, 1, UNSEEN, straight_line=True)


@dataclass(frozen=True, slots=True)
class Passage:
    """One link in one direction, judged."""

    closed: str | None  # a reason code, None: open
    seconds: float
    effort_m: float  # as many metres of level asphalt
    verdict: Verdict
    unknown: tuple[str, ...]


def judge_link(link: NDArray[np.float64], profile: Profile, *, forward: bool, avoid_lifts: bool = False) -> Passage:
    """Judge one link, a row as ``walking_formula`` has it."""
    person = person_columns(profile, avoid_lifts=avoid_lifts)
    closed, seconds, effort_m, doubt, unknown = formula.judge(link, person, forward)
    verdict = Verdict.NO if closed else (Verdict.YES, Verdict.UNCERTAIN, Verdict.UNKNOWN)[doubt]
    return Passage(CLOSED_CODES[closed] or None, seconds, effort_m, verdict, unknown_words(unknown))


def unknown_words(bits: int) -> tuple[str, ...]:
    """Name what nobody has said."""
    return tuple(word for n, word in enumerate(UNKNOWN_WORDS) if bits >> n & 1)


def person_columns(profile: Profile, *, avoid_lifts: bool = False) -> NDArray[np.float64]:
    """Give a traveller as the formula has them; a limit that they do not have is infinite."""

    def limit(value: float | None) -> float:
        return inf if value is None else float(value)

    person = np.zeros(formula.PERSON_WIDTH)
    person[formula.WHEELED] = profile.wheeled
    person[formula.CHAIR] = profile.speaks_to_flags
    person[formula.SPEED] = profile.speed_m_s
    person[formula.UP_SOFT] = limit(profile.slope_up_soft)
    person[formula.UP_HARD] = limit(profile.slope_up_hard)
    person[formula.DOWN_HARD] = limit(profile.slope_down_hard)
    person[formula.CROSS_SOFT] = limit(profile.cross_slope_soft)
    person[formula.CROSS_HARD] = limit(profile.cross_slope_hard)
    person[formula.KERB_SOFT] = limit(profile.kerb_soft_mm)
    person[formula.KERB_HARD] = limit(profile.kerb_hard_mm)
    person[formula.PATH_WIDTH] = limit(profile.path_width_mm)
    person[formula.MAX_STEPS] = 0.0 if profile.wheeled else limit(profile.max_steps)
    person[formula.MASS] = 0.0 if profile.mass_kg is None else profile.mass_kg  # what is not there weighs nothing
    person[formula.WIDTH] = 0.0 if profile.width_mm is None else profile.width_mm
    person[formula.LENGTH] = 0.0 if profile.length_mm is None else profile.length_mm
    person[formula.POWER] = POWER_W.get(profile.id, OTHERS_POWER_W)
    person[formula.UNLIMITED] = profile.id == ON_FOOT
    person[formula.NO_LIFTS] = avoid_lifts
    return person


def ground_of(surface: str, profile: Profile) -> int:
    """Say what an OSM surface is for a traveller; several words (``a;b``) are all of them in turn."""
    grounds = {_ground(word.strip().lower(), profile) for word in surface.split(";") if word.strip()}
    if not grounds:
        return formula.GROUND_UNKNOWN
    if len(grounds) > 1 and formula.GROUND_REFUSED in grounds:
        return formula.GROUND_MAYBE  # a part of it is refused, and nobody says which
    return max(grounds)


def smoothness_of(word: str, profile: Profile) -> int:
    """Say what an OSM smoothness is for a traveller."""
    if word in profile.smoothness_refused:
        return formula.SMOOTH_REFUSED
    return SMOOTHNESS_OF.get(word, formula.SMOOTH_UNKNOWN)


def barrier_class(detail: str) -> int:
    """Say what an OSM barrier is for; one that we do not know is taken for a gate, which may be too narrow."""
    return BARRIER_OF.get(detail, formula.GATE)


def _ground(word: str, profile: Profile) -> int:
    if word in profile.surfaces_refused:
        return formula.GROUND_REFUSED
    if word == PERHAPS_UNHEWN and "unhewn_cobblestone" in profile.surfaces_refused:
        return formula.GROUND_MAYBE
    return GROUND_OF.get(word, formula.GROUND_UNKNOWN)
