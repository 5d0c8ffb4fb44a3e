"""What a whole itinerary rests on, in a few sentences: its weakest link, then every doubt with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.facts import Certainty
from planner.language import Language
from planner.model import Boarding, Itinerary, Verdict, Way
from planner.sentence_evidence import invented

NAMED_AT_MOST = 3  # elements; the others are counted


@dataclass(frozen=True, slots=True)
class Element:
    """One thing that has to work out: getting on, getting off, or a way."""

    judged: Boarding | Way
    kind: str  # "on" | "off" | "way"
    place: str


def elements_of(itinerary: Itinerary) -> tuple[Element, ...]:
    """Everything that was judged, in the order of travel."""
    return tuple(
        Element(judged, kind, place.name)
        for leg in itinerary.legs
        for judged, kind, place in (
            (leg.way, "way", leg.destination),
            (leg.boarding, "on", leg.origin),
            (leg.alighting, "off", leg.destination),
        )
        if judged is not None and judged.certainty is not Certainty.NOT_NEEDED
    )


def founded_on(itinerary: Itinerary, language: Language) -> tuple[str, ...]:
    """Say what the itinerary rests on: without doubt how that is known, else each kind of doubt, the worst first.

    Where there are several of the worst kind, the weakest of them is said before all.
    """
    elements = elements_of(itinerary)
    doubtful = [element for element in elements if element.judged.doubts]
    relies = any(leg.vehicle_type is not None for leg in itinerary.legs)
    if not doubtful and not relies:
        return _known(itinerary, elements, language)
    weakest = max((element.judged.verdict for element in doubtful), default=Verdict.YES)
    sentences = []
    for verdict in sorted(Verdict, reverse=True):
        named = [element for element in doubtful if element.judged.verdict is verdict]
        if len(named) > 1 and verdict is weakest:
            sentences.append(weakest_link(max(named, key=_weakness), language))
        if named:
            sentences.append(_counted(verdict, named, len(elements), language))
    if relies:
        sentences.append(language.gettext("It depends on which vehicle comes: see below."))
    return tuple(sentences)


def weakest_link(element: Element, language: Language) -> str:
    """The one thing to think about first."""
    place = element.place
    if element.judged.verdict is Verdict.UNKNOWN:
        return {
            "on": language.gettext("Weakest point: nobody can tell whether you can get on at %(place)s.", place=place),
            "off": language.gettext(
                "Weakest point: nobody can tell whether you can get off at %(place)s.", place=place
            ),
            "way": language.gettext("Weakest point: nobody has checked the way to %(place)s.", place=place),
        }[element.kind]
    return {
        "on": language.gettext("Weakest point: getting on at %(place)s.", place=place),
        "off": language.gettext("Weakest point: getting off at %(place)s.", place=place),
        "way": language.gettext("Weakest point: the way to %(place)s.", place=place),
    }[element.kind]


def _weakness(element: Element) -> tuple[bool, int]:
    """A kerb one cannot get over is worse than a way one has not seen."""
    return element.kind != "way", element.judged.certainty.rank


def _known(itinerary: Itinerary, elements: Sequence[Element], language: Language) -> tuple[str, ...]:
    """Without doubt: who says so, and the short ways that nobody has checked."""
    boardings = [element.judged for element in elements if isinstance(element.judged, Boarding)]
    sentences = []
    if any(invented(boarding) for boarding in boardings):
        sentences.append(language.gettext("Each boarding has its numbers, and they are invented."))
    elif all(boarding.certainty is Certainty.MEASURED for boarding in boardings) and boardings:
        sentences.append(language.gettext("Getting on and off is measured everywhere."))
    elif all(boarding.certainty is Certainty.DECLARED for boarding in boardings) and boardings:
        sentences.append(language.gettext("The operator declares every boarding usable; none is measured."))
    elif boardings:
        sentences.append(language.gettext("Each boarding is measured, or declared usable by the operator."))
    ways = [element.judged for element in elements if isinstance(element.judged, Way)]
    distance = language.distance(itinerary.rolling_m)
    if any(way.straight_line for way in ways):
        sentences.append(
            language.gettext("Nobody has checked the way itself; it is short, %(distance)s in all.", distance=distance)
        )
    elif any(way.unknown for way in ways):
        sentences.append(
            language.gettext(
                "Not everything is known of the way, %(distance)s in all: each part says what.", distance=distance
            )
        )
    return tuple(sentences)


def _counted(verdict: Verdict, named: Sequence[Element], total: int, language: Language) -> str:
    """One kind of doubt: how many of all elements, and which."""
    count, values = len(named), {"total": language.number(total), "things": _listing(named, language)}
    if verdict is Verdict.NO:
        return language.ngettext(
            "%(count)s of %(total)s points is a barrier: %(things)s.",
            "%(count)s of %(total)s points are barriers: %(things)s.",
            count,
            **values,
        )
    if verdict is Verdict.UNKNOWN:
        return language.ngettext(
            "%(count)s of %(total)s points is not known: %(things)s.",
            "%(count)s of %(total)s points are not known: %(things)s.",
            count,
            **values,
        )
    if verdict is Verdict.UNCERTAIN:
        return language.ngettext(
            "%(count)s of %(total)s points is borderline: %(things)s.",
            "%(count)s of %(total)s points are borderline: %(things)s.",
            count,
            **values,
        )
    return language.ngettext(
        "%(count)s of %(total)s points is assumed to be usual: %(things)s.",
        "%(count)s of %(total)s points are assumed to be usual: %(things)s.",
        count,
        **values,
    )


def _listing(named: Sequence[Element], language: Language) -> str:
    """Name the first elements and count the others."""
    shown = named if len(named) <= NAMED_AT_MOST + 1 else named[:NAMED_AT_MOST]
    things = [_name(element, language) for element in shown]
    rest = len(named) - len(shown)
    if rest:
        things.append(language.ngettext("%(count)s other", "%(count)s others", rest))
    return language.listing(list(dict.fromkeys(things)))


def _name(element: Element, language: Language) -> str:
    return {
        "on": language.gettext("getting on at %(place)s", place=element.place),
        "off": language.gettext("getting off at %(place)s", place=element.place),
        "way": language.gettext("the way to %(place)s", place=element.place),
    }[element.kind]
