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
