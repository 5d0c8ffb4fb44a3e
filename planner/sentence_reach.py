"""What can be reached within a time, as sentences."""

from __future__ import annotations

from datetime import datetime

from planner.language import Language
from planner.network.footpaths import DETOUR

MOST_DOUBTS = 7  # the search counts no further


def reachable_sentence(  # noqa: D103 - the sentence says it
    stops: int, place: str, within_s: int, at: datetime, language: Language, *, arrive_by: bool
) -> str:
    values = {"place": place, "span": language.duration(within_s), "moment": language.datetime(at)}
    if arrive_by:
        return language.ngettext(
            "%(place)s is reached from %(count)s stop within %(span)s, to be there on %(moment)s.",
            "%(place)s is reached from %(count)s stops within %(span)s, to be there on %(moment)s.",
            stops,
            **values,
        )
    return language.ngettext(
        "From %(place)s one reaches %(count)s stop within %(span)s, leaving on %(moment)s.",
        "From %(place)s one reaches %(count)s stops within %(span)s, leaving on %(moment)s.",
        stops,
        **values,
    )


def changes_phrase(rides: int, language: Language) -> str:
    """Tell how often one changes: "without a vehicle", "2 changes"."""
    if rides == 0:
        return language.gettext("without a vehicle")
    if rides == 1:
        return language.gettext("without a change")
    return language.ngettext("%(count)s change", "%(count)s changes", rides - 1)


def doubts_phrase(doubts: int, language: Language) -> str:
    """Tell how many doubts a way has; from seven on nobody counted."""
    if doubts == 0:
        return language.gettext("no doubt")
    if doubts >= MOST_DOUBTS:
        return language.gettext("%(count)s doubts or more", count=language.number(MOST_DOUBTS))
    return language.ngettext("%(count)s doubt", "%(count)s doubts", doubts)


def sure_phrase(moment: datetime, rides: int, language: Language) -> str:
    """Tell the soonest way without a doubt, where a doubtful one is sooner."""
    values = {"time": language.time(moment), "changes": changes_phrase(rides, language)}
    return language.gettext("without a doubt: %(time)s, %(changes)s", **values)


def area_sentence(speed_m_s: float, most_walk_m: float, language: Language) -> str:
    """Say what the area on the map is, and what it is not."""
    return language.gettext(
        "The area is an estimate: the time that is left at each stop, at %(speed)s km/h. "
        "Ways are straight lines divided by %(detour)s, at most %(most)s long. "
        "Streets, kerbs, slopes and steps are not considered.",
        speed=language.number(3.6 * speed_m_s, 1),
        detour=language.number(DETOUR, 1),
        most=language.distance(most_walk_m),
    )
