"""The codes of an audit in the reader's words; a code that is not known is shown as it is."""

from __future__ import annotations

from planner.language import Language


def head_text(language: Language) -> str:
    """What stands above every report: it is an indication and no certificate."""
    return language.gettext("A technical indication, no certificate of conformity")


def severity_word(code: str, language: Language) -> str:
    """How much a failure matters."""
    return {
        "BLOCKING": language.gettext("blocks the way"),
        "MAJOR": language.gettext("grave"),
        "MINOR": language.gettext("slight"),
        "INFORMATION": language.gettext("for information"),
    }.get(code, code)


def standing_word(code: str, language: Language) -> str:
    """Whether a threshold is law."""
    return {"LAW": language.gettext("law"), "GUIDANCE": language.gettext("guidance, no law")}.get(code, code)


def owed_word(code: str, language: Language) -> str:
    """Whether somebody is known to be obliged to cure a failure."""
    return {"YES": language.gettext("owed"), "UNKNOWN": language.gettext("not known")}.get(code, code)


def verdict_word(code: str, language: Language) -> str:
    """A verdict as the pages for travellers say it."""
    return {
        "YES": language.gettext("Step-free"),
        "UNCERTAIN": language.gettext("Borderline"),
        "UNKNOWN": language.gettext("Unknown"),
        "NO": language.gettext("Barrier"),
    }.get(code, code)


def unknown_word(code: str, language: Language) -> str:
    """What is done with what nobody has checked."""
    return {"exclude": language.gettext("without any doubt"), "allow": language.gettext("at best")}.get(code, code)


def fix_word(code: str, language: Language) -> str:
    """What is changed."""
    return {
        "RAISE_QUAY": language.gettext("Raise the quay"),
        "SURVEY_QUAY": language.gettext("Measure the quay, if it is found to be as wished"),
        "LOWER_KERB": language.gettext("Lower the kerb"),
        "EQUIP_VEHICLE": language.gettext("Equip the vehicle type with a ramp and a place"),
        "REPAIR_LIFT": language.gettext("Repair the lift"),
    }.get(code, code)


def part_word(code: str, language: Language) -> str:
    """How stops lie to the main part of the network."""
    return {
        "MAIN": language.gettext("in the main part"),
        "NO_WAY_OUT": language.gettext("no way out"),
        "NO_WAY_IN": language.gettext("no way in"),
        "CUT_OFF": language.gettext("cut off"),
    }.get(code, code)


def subject_word(code: str, language: Language) -> str:
    """What a field belongs to."""
    return {
        "QUAY": language.gettext("Quay"),
        "VEHICLE_TYPE": language.gettext("Vehicle type"),
        "DOOR": language.gettext("Door"),
        "EQUIPMENT": language.gettext("Equipment"),
        "STOP": language.gettext("Stop"),
        "TRIP": language.gettext("Trip"),
        "STREET": language.gettext("Street (metres)"),
        "KERB": language.gettext("Kerb"),
    }.get(code, code)


def task_word(code: str, language: Language) -> str:
    """What is to be found out."""
    return {
        "ASSIGN": language.gettext("Which vehicles run line"),
        "VEHICLE": language.gettext("Measure the vehicle type"),
        "QUAY": language.gettext("Measure the quay"),
    }.get(code, code)


def failure_word(code: str, language: Language) -> str:
    """What must not fail."""
    return {
        "lift": language.gettext("Lift"),
        "pathway": language.gettext("Way in the station"),
        "street": language.gettext("Street"),
    }.get(code, code)


def rule_text(text: str, language: Language) -> str:
    """The sentence of a rule; it stands in the code of the rule, so it is looked up and not written here."""
    return str(language.translations.gettext(text))
