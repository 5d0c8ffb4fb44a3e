"""A way x person: may this traveller go there, and how well is that founded?

For now of ways of which only the ends are known; a walking network brings their slopes, kerbs and surfaces.
"""

from __future__ import annotations

from planner.facts import Certainty
from planner.model import ON_FOOT, Profile, Verdict, Way

UNSEEN_WAY_M = 200.0  # a longer way without any evidence of its surface is a doubt (DOMAIN 1.4)
UNSEEN = ("surface", "kerbs", "slope", "width")


def judge_way(distance_m: float, profile: Profile) -> Way:
    """Judge a walk of which only the ends are known."""
    if profile.id == ON_FOOT:
        return Way(Verdict.YES, Certainty.NOT_NEEDED, 0, straight_line=True)
    if distance_m <= UNSEEN_WAY_M:
        return Way(Verdict.YES, Certainty.INFERRED, 0, UNSEEN, straight_line=True)
    return Way(Verdict.UNKNOWN, Certainty.UNKNOWN, 1, UNSEEN, straight_line=True)
