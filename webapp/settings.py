"""What a network says on its pages beside its data: telephones and trips to try, from ``page.toml`` in its folder.

What the file does not say is left out of the pages; nothing is put in its place.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from planner.errors import PlannerError
from planner.language import NARROW_NBSP, Language
from planner.network.tables import Network

FILE_NAME = "page.toml"
_FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Contact:
    """Who helps when a trip fails; "" is not known."""

    network: str = ""  # telephone
    adapted: str = ""  # telephone of the adapted transport
    adapted_notice: str = ""  # how long before it must be ordered, in words
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """A trip to try: the parameters of its address, and what it shows, by language."""

    args: tuple[tuple[str, str], ...]
    clock: str  # "09:00"
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Settings:
    """All of one network."""

    contact: Contact = Contact()
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedView:
    """A link to try."""

    words: str
    args: dict[str, str]


class SettingsError(PlannerError):
    """The file cannot be used: what is wrong with it, and what to do."""


@lru_cache(maxsize=16)
def settings_of(network: Network) -> Settings:
    """Read the settings of a network; empty ones where it has no file."""
    path = network.folder / FILE_NAME if network.folder else None
    return read_settings(path) if path is not None and path.is_file() else Settings()


def read_settings(path: Path) -> Settings:
    """Read one file.

    Raises
    ------
    SettingsError
        It is no TOML, or something in it is not a text where a text belongs.
    """
    try:
        said = tomllib.loads(path.read_text("utf-8"))
        known = set(Contact.__dataclass_fields__)
        contact = {name: str(text) for name, text in said.get("contact", {}).items() if name in known}
        tried = tuple(
            Tried(
                tuple((key, str(one[key])) for key in ("from", "to", "unknown") if key in one),
                time.fromisoformat(str(one.get("clock", "09:00"))).strftime("%H:%M"),
                {code: str(text) for code, text in one["words"].items()},
            )
            for one in said.get("tried", [])
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        cure = "correct the file, or take it away: the pages work without it"
        raise SettingsError(f"{path} cannot be used: {what} ({cure})") from error
    return Settings(Contact(**contact), tried)


def closing(contact: Contact, language: Language) -> tuple[str, ...]:
    """The sentences that end every itinerary: what it is, and whom to call."""
    sentences = [
        language.gettext(
            "An indication, not a guarantee: a broken ramp, an occupied space or a refusal remain possible."
        )
    ]
    if contact.network:
        sentences.append(language.gettext("Network: %(phone)s.", phone=contact.network))
    if contact.adapted and contact.adapted_notice:
        notice = re.sub(r"(?<=\d) (?=\w)", NARROW_NBSP, contact.adapted_notice)  # a number stays with its unit
        values = {"phone": contact.adapted, "notice": notice}
        sentences.append(language.gettext("Adapted transport: %(phone)s, to be ordered %(notice)s before.", **values))
    elif contact.adapted:
        sentences.append(language.gettext("Adapted transport: %(phone)s.", phone=contact.adapted))
    return tuple(sentences)


def trips_to_try(settings: Settings, today: datetime, language: Language) -> tuple[TriedView, ...]:
    """Give the trips to try on the next working day."""
    day = today.date()
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    return tuple(
        TriedView(one.words.get(language.code, ""), dict(one.args) | {"when": f"{day}T{one.clock}"})
        for one in settings.tried
        if one.words.get(language.code)
    )
