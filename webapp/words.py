"""The words of the pages, one table per vocabulary: states, certainties, travellers, vehicles, errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from planner.facts import Certainty
from planner.language import Language
from planner.model import Boarding, Outcome, Profile, Reason, Unknown, Verdict, Way
from planner.routing.plan import Query

_HELPED = frozenset({Outcome.RAMP_ASSISTED, Outcome.GAP_ASSISTED})


@dataclass(frozen=True, slots=True)
class Badge:
    """A state: ``kind`` gives icon, pattern and colour, ``word`` says it."""

    kind: str  # "yes" | "help" | "limit" | "unknown" | "barrier"
    word: str


def badge_of(verdict: Verdict, boardings: Iterable[Boarding], language: Language) -> Badge:
    """The state of a boarding or of a whole itinerary; with help if any of its boardings needs a companion."""
    if verdict is Verdict.YES and any(boarding.worst in _HELPED for boarding in boardings):
        return Badge("help", language.gettext("With help"))
    return {
        Verdict.YES: Badge("yes", language.gettext("Step-free")),
        Verdict.UNCERTAIN: Badge("limit", language.gettext("Borderline")),
        Verdict.UNKNOWN: Badge("unknown", language.gettext("Unknown")),
        Verdict.NO: Badge("barrier", language.gettext("Barrier")),
    }[verdict]


def certainty_word(boarding: Boarding, language: Language) -> str:
    """How well the state is founded; "" where the state already says that nothing is known."""
    if boarding.verdict is Verdict.UNKNOWN:
        return ""
    return {
        Certainty.NOT_NEEDED: "",
        Certainty.MEASURED: language.gettext("measured"),
        Certainty.DECLARED: language.gettext("declared"),
        Certainty.INFERRED: language.gettext("assumed"),
        Certainty.UNKNOWN: language.gettext("not known"),
    }[boarding.certainty]


def profile_name(profile_id: str, language: Language) -> str:
    """A way of travelling in plain words: what somebody uses, never what somebody has."""
    return {
        "manual-wheelchair": language.gettext("Manual wheelchair, on my own"),
        "manual-wheelchair-assisted": language.gettext("Manual wheelchair, with someone who helps"),
        "powered-wheelchair": language.gettext("Powered wheelchair"),
        "mobility-scooter": language.gettext("Mobility scooter"),
        "walking-frame": language.gettext("Walking frame"),
        "pram": language.gettext("Pram or pushchair"),
        "walking-stick": language.gettext("Walking stick or crutches"),
        "blind-cane": language.gettext("White cane or guide dog"),
        "on-foot": language.gettext("On foot, steps are fine"),
    }.get(profile_id, profile_id)


def profile_hint(profile: Profile, language: Language) -> str:
    """What the planner takes for possible, in one sentence made of the profile's own limits."""
    if profile.step_max_mm is not None and profile.step_max_mm > 0:
        return language.gettext(
            "A step of up to %(height)s is possible.", height=language.length_mm(profile.step_max_mm)
        )
    if profile.helper and profile.ramp_helped is not None:
        slope = language.percent(profile.ramp_helped)
        return language.gettext("No step; ramps of up to %(slope)s with help.", slope=slope)
    if profile.ramp_alone is not None:
        return language.gettext("No step; ramps of up to %(slope)s.", slope=language.percent(profile.ramp_alone))
    return language.gettext("For comparison: getting on and off is not judged.")


def unknown_name(choice: Unknown, language: Language) -> str:
    """What to do with what nobody has checked."""
    return {
        Unknown.ALLOW: language.gettext("Use them, and say what is not known"),
        Unknown.PENALISE: language.gettext("Show them after the others"),
        Unknown.EXCLUDE: language.gettext("Leave them out"),
    }[choice]


def mode_word(mode: str, language: Language) -> str:
    """A kind of vehicle; the general word for one that has no word of its own here."""
    return {
        "BUS": language.gettext("Bus"),
        "TROLLEYBUS": language.gettext("Trolleybus"),
        "COACH": language.gettext("Coach"),
        "TRAM": language.gettext("Tram"),
        "SUBWAY": language.gettext("Metro"),
        "RAIL": language.gettext("Train"),
        "FERRY": language.gettext("Ferry"),
        "FUNICULAR": language.gettext("Funicular"),
    }.get(mode, language.gettext("Line"))


def weakest_words(verdict: Verdict, kind: str, place: str, language: Language) -> str:
    """The weakest link of an itinerary; ``kind`` is "on", "off" or "way"."""
    if verdict is Verdict.NO:
        return {
            "on": language.gettext("You cannot get on at %(place)s.", place=place),
            "off": language.gettext("You cannot get off at %(place)s.", place=place),
            "way": language.gettext("The way to %(place)s is closed to you.", place=place),
        }[kind]
    if verdict is Verdict.UNKNOWN:
        return {
            "on": language.gettext("Weakest point: nobody has said whether you can get on at %(place)s.", place=place),
            "off": language.gettext(
                "Weakest point: nobody has said whether you can get off at %(place)s.", place=place
            ),
            "way": language.gettext("Weakest point: nobody has checked the way to %(place)s.", place=place),
        }[kind]
    return {
        "on": language.gettext("Weakest point: getting on at %(place)s is not settled.", place=place),
        "off": language.gettext("Weakest point: getting off at %(place)s is not settled.", place=place),
        "way": language.gettext("Weakest point: the way to %(place)s is not settled.", place=place),
    }[kind]


def way_words(way: Way, language: Language) -> tuple[str, ...]:
    """What is known of a way on the street, and what is not."""
    names = {
        "surface": language.gettext("surface"),
        "kerbs": language.gettext("kerbs"),
        "slope": language.gettext("slope"),
        "width": language.gettext("width"),
    }
    unknown = language.listing([names.get(fact, fact) for fact in way.unknown])
    return (
        *((language.gettext("The distance is estimated from a straight line."),) if way.straight_line else ()),
        *((language.gettext("Not known of this way: %(facts)s.", facts=unknown),) if way.unknown else ()),
    )


def error_words(status: int, language: Language) -> tuple[str, str]:
    """Heading and sentence of an error page."""
    words = {
        HTTPStatus.BAD_REQUEST: (
            language.gettext("This question is too long"),
            language.gettext("The address holds more than a question needs. Start again from the form."),
        ),
        HTTPStatus.NOT_FOUND: (
            language.gettext("This page does not exist"),
            language.gettext("The address may be mistyped, or the network is no longer carried here."),
        ),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            language.gettext("This page only answers questions"),
            language.gettext("Nothing can be sent to this address. Start again from the form."),
        ),
    }
    if status in words:
        return words[HTTPStatus(status)]
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return (
            language.gettext("This question cannot be answered"),
            language.gettext("Something in the address is not understood. Start again from the form."),
        )
    return (
        language.gettext("Something went wrong on our side"),
        language.gettext("This is not your fault and it has been noted. Try again in a moment."),
    )


def why_not_words(reason: Reason | None, query: Query, language: Language) -> str:
    """Why there is no itinerary, and what would help."""
    code, values = (reason.code, reason.values) if reason is not None else ("", {})
    day = language.weekday(query.at.date())
    reach = language.distance(float(values.get("metres") or 0))
    return {
        "NO_TRIPS": language.gettext("This network has no timetable, only stops."),
        "OUTSIDE_SERVICE": language.gettext("No line runs on %(day)s. Choose another day.", day=day),
        "NO_STOP_NEAR_ORIGIN": language.gettext(
            "No stop lies within %(reach)s of where you start. Start from the name of a stop.", reach=reach
        ),
        "NO_STOP_NEAR_DESTINATION": language.gettext(
            "No stop lies within %(reach)s of where you want to go. Choose the name of a stop.", reach=reach
        ),
        "ONLY_WITH_UNKNOWN": language.gettext(
            "Every trip uses something that nobody has checked. To see these trips, and what is not known of them,"
            " choose to use such places."
        ),
        "BOARDING_IMPOSSIBLE": language.gettext(
            "Lines lead there, but getting on or off is declared or measured as impossible for this way of travelling."
        ),
        "NO_CONNECTION": language.gettext(
            "No line leads there from this hour on, on %(day)s. Try an earlier hour or another day.", day=day
        ),
    }.get(code, language.gettext("No trip was found. Try another hour, another day or another place nearby."))


def boarding_words(boarding: Boarding, language: Language, *, alighting: bool) -> str:
    """Say what is known of getting on or off, from the declared flags alone.

    The full sentences with their numbers and sources belong to ``planner.sentences``.
    """
    codes = {reason.code for reason in boarding.reasons}
    sentences = {
        "STOP_FLAG_NO": language.gettext("The operator declares that wheelchairs cannot use this stop."),
        "TRIP_FLAG_NO": language.gettext("The operator declares that this vehicle does not take wheelchairs."),
        "PERMISSION_REFUSED": language.gettext("The operator does not let wheelchairs on or off here."),
        "DECLARED_YES": language.gettext("The operator declares this stop and this vehicle usable with a wheelchair."),
        "PARTIAL": language.gettext("The operator declares that access is partial here."),
        "TRIP_FLAG_YES": language.gettext(
            "The operator declares that this vehicle takes wheelchairs; of this stop nothing is known."
        ),
        "STOP_FLAG_YES": language.gettext(
            "The operator declares this stop usable with a wheelchair; of this vehicle nothing is known."
        ),
    }
    for code, sentence in sentences.items():
        if code in codes:
            return sentence
    if boarding.verdict is Verdict.UNKNOWN:
        return (
            language.gettext("Nobody has said whether you can get off here.")
            if alighting
            else language.gettext("Nobody has said whether you can get on here.")
        )
    return ""
