"""The pages about the pages: help, accessibility statement, legal notice and privacy."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, g, render_template

from planner.access.profiles import PRESETS
from planner.language import CODES, Language
from planner.sentence_parts import profile_name
from webapp.present_form import Option
from webapp.words import profile_hint

information = Blueprint("information", __name__, url_prefix=f"/<any({', '.join(CODES)}):lang>/about")
CRITERIA = 106  # of RGAA 4.1
_MOSTLY = 0.5  # share of the criteria from which the French reference speaks of partial conformity


@information.get("/help")
def guide() -> str:
    """Explain the words, the ways of travelling and the keys."""
    profiles = [
        Option(id_, profile_name(id_, g.language), profile_hint(one, g.language), False) for id_, one in PRESETS.items()
    ]
    return render_template("help.html", profiles=profiles, states=_states(g.language), keyboard=_keyboard(g.language))


@information.get("/accessibility")
def accessibility() -> str:
    """Say how accessible the pages are, and how well that is known."""
    said = read_statement()
    return render_template(
        "accessibility.html",
        state=conformity(said, g.language),
        written_on=g.language.date(said["written_on"]),
        technologies=g.language.listing(said["technologies"]),
        tools=g.language.listing(said["tools"]),
        tried_with=_tried_with(said["environments"], g.language),
        audited_words=_audited(said, g.language),
        gaps=_gaps(g.language),
        pages=_looked_at(g.language),
        contact=_contact(said["contact"], g.language),
    )


@information.get("/legal")
def legal() -> str:
    """Say what is kept and what an answer is."""
    return render_template("legal.html")


@lru_cache
def read_statement() -> dict[str, Any]:
    """Read what the statement rests on."""
    with (Path(__file__).parent / "accessibility.toml").open("rb") as file:
        return tomllib.load(file)


def conformity(said: dict[str, Any], language: Language) -> str:
    """The state in the words of the French reference: without an audit it is "not compliant"."""
    passed, applicable = said["criteria_passed"], said["criteria_applicable"]
    if not said["audit"] or not applicable:
        return language.gettext("Not compliant: no audit has been made yet.")
    values = {"share": language.percent(passed / applicable, 0), "day": said["audit"]}
    if passed == applicable:
        return language.gettext("Fully compliant, audit of %(day)s.", **values)
    if passed / applicable >= _MOSTLY:
        return language.gettext("Partially compliant: %(share)s of the criteria, audit of %(day)s.", **values)
    return language.gettext("Not compliant: %(share)s of the criteria, audit of %(day)s.", **values)


def _audited(said: dict[str, Any], language: Language) -> str:
    """How many criteria a person has audited."""
    if not said["audit"]:
        return language.gettext(
            "None of the %(count)s criteria has been audited by a person.", count=language.number(CRITERIA)
        )
    return language.gettext(
        "%(passed)s of %(applicable)s criteria that apply are met.",
        passed=language.number(said["criteria_passed"]),
        applicable=language.number(said["criteria_applicable"]),
    )


def _tried_with(environments: list[str], language: Language) -> str:
    if not environments:
        return language.gettext("No person has tested the pages with a screen reader or another aid yet.")
    return language.gettext("Tested by persons with %(list)s.", list=language.listing(environments))


def _contact(contact: str, language: Language) -> str:
    if not contact:
        return language.gettext("Tell whoever runs this server, or the network whose trips you plan.")
    return language.gettext("Write to %(contact)s.", contact=contact)


def _gaps(language: Language) -> tuple[str, ...]:
    """What is known not to be accessible."""
    return (
        language.gettext(
            "The ground of a map that moves is a picture: its streets and waters are not told."
            " What decides a trip stands in the lists beside it."
        ),
        language.gettext("In forced colours, and on paper, a map is a drawing that does not move."),
        language.gettext("Names of stops and lines are as the networks write them, whatever their language."),
    )


def _looked_at(language: Language) -> tuple[str, ...]:
    return (
        language.gettext("The list of networks"),
        language.gettext("The form to plan a trip, also with answers to correct and with places to choose from"),
        language.gettext("A trip without a doubt, with a doubt, refused, and at the end of the day"),
        language.gettext("A stop, and its departures"),
        language.gettext(
            "Help, this statement, legal notice, the page for developers, the page without a connection, and each error"
        ),
    )


def _states(language: Language) -> tuple[tuple[str, str], ...]:
    return (
        (
            language.gettext("Step-free"),
            language.gettext("By what is known, you can get on or off within your limits."),
        ),
        (language.gettext("With help"), language.gettext("It works with the person who travels with you.")),
        (
            language.gettext("Borderline"),
            language.gettext("All is known, but so close to your limit that the tolerance of the measures decides."),
        ),
        (
            language.gettext("Unknown"),
            language.gettext("Something that would decide is not known. It may work or not."),
        ),
        (language.gettext("Barrier"), language.gettext("By what is known, it is over your limits.")),
    )


def _keyboard(language: Language) -> tuple[tuple[str, str], ...]:
    return (
        (language.gettext("Tab"), language.gettext("To the next field, link or button; with Shift to the one before.")),
        (language.gettext("Arrow keys"), language.gettext("Through the places offered, or through a list of choices.")),
        (language.gettext("Enter"), language.gettext("Take the place offered, open what is folded, show the trips.")),
        (language.gettext("Escape"), language.gettext("Close the list of places.")),
    )
