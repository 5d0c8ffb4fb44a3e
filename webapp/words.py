"""The words of the pages, one table per vocabulary: states, travellers, vehicles, errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from planner.facts import Certainty
from planner.language import Language
from planner.model import Boarding, Outcome, Profile, Unknown, Verdict
from planner.sentences import certainty_word, state_word

_HELPED = frozenset({Outcome.RAMP_ASSISTED, Outcome.GAP_ASSISTED})
_KINDS = {
    Verdict.YES: "yes",
    Verdict.UNCERTAIN: "limit",
    Verdict.UNKNOWN: "unknown",
    Verdict.NO: "barrier",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state: ``kind`` gives icon, pattern and colour, ``word`` says it."""

    kind: str  # "yes" | "help" | "limit" | "unknown" | "barrier"
    word: str


def badge_of(verdict: Verdict, boardings: Iterable[Boarding], language: Language) -> Badge:
    """The state of a boarding, a way or a whole itinerary; with help if any of its boardings needs a companion."""
    helped = verdict is Verdict.YES and any(boarding.worst in _HELPED for boarding in boardings)
    worst = Outcome.RAMP_ASSISTED if helped else Outcome.LEVEL
    # The word is that of a boarding in this state, so that it is the same word everywhere.
    word = state_word(Boarding(verdict, Outcome.LEVEL, worst, Certainty.MEASURED), language)
    return Badge("help" if helped else _KINDS[verdict], word)


def how_known(boarding: Boarding, language: Language, *, invented: bool) -> str:
    """How well the state is founded, in a word; "" where the state already says that nothing is known."""
    if boarding.verdict is Verdict.UNKNOWN:
        return ""
    if invented:
        return language.gettext("invented")
    return certainty_word(boarding.certainty, language)


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


def by_name(by: str, language: Language) -> str:
    """What the time of the question is for."""
    return {
        "leave": language.gettext("Leave at this time or later"),
        "arrive": language.gettext("Arrive by this time"),
        "now": language.gettext("Leave now"),
    }[by]


def unknown_name(choice: Unknown, language: Language) -> str:
    """Whether to use what nobody has checked."""
    return {
        Unknown.EXCLUDE: language.gettext("No, leave them out"),
        Unknown.PENALISE: language.gettext("Yes, but show them after the others"),
        Unknown.ALLOW: language.gettext("Yes, like any other"),
    }[choice]


def sentence_case(text: str) -> str:
    """The same as the beginning of a sentence: "Mardi 12 mai 2026"."""
    return text[:1].upper() + text[1:]


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
        HTTPStatus.TOO_MANY_REQUESTS: (
            language.gettext("Too many questions at once"),
            language.gettext("This server is busy. Wait a minute, then ask again."),
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
