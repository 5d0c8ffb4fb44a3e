"""A walk as a page shows it: what is worst on it, and what to do stretch after stretch."""

from __future__ import annotations

from itertools import chain

from planner.language import Language
from planner.model import Profile, Way
from planner.sentence_parts import and_list, length_of, percent, way_fact_name
from planner.sentence_ways import step_sentences

TOLD_SLOPE = 0.005  # rise over run; flatter than that is called level
ALL_ALONG = 0.99  # of the length


def way_steps(way: Way, language: Language) -> tuple[str, ...]:
    """Say each stretch in a few sentences; nothing where only the ends of the way are known."""
    return tuple(" ".join(step_sentences(step, language)) for step in way.steps)


def way_points(way: Way, profile: Profile, language: Language) -> tuple[str, ...]:
    """Say the steepest part, the narrowest, the kerbs, and over what length each kind of fact is missing.

    The worst end of each tolerance counts. What nobody has measured gives no number: it is told as missing.
    """
    known = (_slopes(way, profile, language), _width(way, profile, language), _kerbs(way, profile, language))
    return (*chain.from_iterable(known), *_missing(way, language))


def _missing(way: Way, language: Language) -> list[str]:
    """What is missing on a part of the way; what is missing all along is said of the way itself."""
    whole_m = sum(step.distance_m for step in way.steps)
    kinds: dict[str, list[str]] = {}
    for kind, metres in way.unknown_m:
        if 0 < metres < ALL_ALONG * whole_m:
            kinds.setdefault(language.distance(metres), []).append(way_fact_name(kind, language))
    return [
        language.gettext("Not known over %(distance)s: %(facts)s.", distance=distance, facts=and_list(names, language))
        for distance, names in kinds.items()
    ]


def _slopes(way: Way, profile: Profile, language: Language) -> list[str]:
    slopes = [step.slope for step in way.steps if step.slope is not None]
    up, down = max((one.high for one in slopes), default=0.0), -min((one.low for one in slopes), default=0.0)
    said = []
    if slopes and max(up, down) < TOLD_SLOPE:
        said.append(language.gettext("Level wherever the slope is known."))
    if up >= TOLD_SLOPE:
        values = {"value": language.percent(up)}
        said.append(
            language.gettext("Steepest part upwards: %(value)s.", **values)
            if profile.slope_up_hard is None
            else language.gettext(
                "Steepest part upwards: %(value)s; your limit is %(limit)s.",
                **values,
                limit=percent(profile.slope_up_hard, language),
            )
        )
    if down >= TOLD_SLOPE:
        values = {"value": language.percent(down)}
        said.append(
            language.gettext("Steepest part downwards: %(value)s.", **values)
            if profile.slope_down_hard is None
            else language.gettext(
                "Steepest part downwards: %(value)s; your limit is %(limit)s.",
                **values,
                limit=percent(profile.slope_down_hard, language),
            )
        )
    return said


def _width(way: Way, profile: Profile, language: Language) -> list[str]:
    widths = [step.width_mm for step in way.steps if step.width_mm is not None]
    if not widths:
        return []
    narrowest = min(widths, key=lambda one: one.low)
    values = {"value": length_of(narrowest.low, narrowest.high, profile.path_width_mm, language)}
    if profile.path_width_mm is None:
        return [language.gettext("Narrowest part: %(value)s.", **values)]
    limit = language.length_mm(profile.path_width_mm)
    return [language.gettext("Narrowest part: %(value)s; you need %(limit)s.", **values, limit=limit)]


def _kerbs(way: Way, profile: Profile, language: Language) -> list[str]:
    known = [step.kerb_mm for step in way.steps if step.kind == "kerb" and step.kerb_mm is not None]
    unknown = sum(step.kind == "kerb" and step.kerb_mm is None for step in way.steps)
    said = []
    if known:
        highest = max(known, key=lambda one: one.high)
        height = length_of(highest.low, highest.high, profile.kerb_hard_mm, language)
        said.append(
            language.ngettext(
                "%(count)s kerb of known height: %(height)s.",
                "%(count)s kerbs of known height, the highest: %(height)s.",
                len(known),
                height=height,
            )
        )
    if unknown:
        said.append(
            language.ngettext(
                "%(count)s kerb that nobody has measured.", "%(count)s kerbs that nobody has measured.", unknown
            )
        )
    return said
