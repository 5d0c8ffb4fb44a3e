"""What a sentence needs in one language: its translation, its plural, its numbers, dates and spaces.

Sentences are written in English in the code and translated in ``translations/{code}/*.po``. The catalogs
are read as they are, without a compiled copy that could be older than its source. Numbers and dates follow
CLDR through Babel; units are SI symbols (cm, m, km, min, h), the same in every language.

A message always goes through ``%`` with named values, so a per cent sign in a message is written ``%%``:
``language.gettext("Your limit is %(limit)s.", limit=language.percent(0.1))``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from planner.errors import QueryError

CODES = ("fr", "en")  # the first is what a visitor gets who asks for no language that we have
SOURCE_CODE = "en"
PLANNER_FOLDER = Path(__file__).parent / "translations"

NBSP = "\N{NO-BREAK SPACE}"
NARROW_NBSP = "\N{NARROW NO-BREAK SPACE}"

# British forms: day before month and 24 hours, as on the timetables of the countries that we serve.
_LOCALES = {"fr": "fr_FR", "en": "en_GB"}


class Language:
    """One language: what is said in it, and how numbers and dates are written."""

    def __init__(self, code: str, folders: Sequence[Path]) -> None:
        self.code = code
        self.locale = Locale.parse(_LOCALES.get(code, code))
        self.translations = _read_catalogs(code, folders)

    @property
    def name(self) -> str:
        """The language in its own words, for a switch: "Français"."""
        return str(Locale.parse(self.code).get_display_name(self.code)).capitalize()

    def gettext(self, message: str, **values: object) -> str:
        """Translate a sentence, then put the values in its named places."""
        return self.translations.gettext(message) % values

    def ngettext(self, one: str, many: str, count: int, **values: object) -> str:
        """Translate a counted sentence in the form its language asks for; ``%(count)s`` is the written number."""
        values.setdefault("count", self.number(count))
        return self.translations.ngettext(one, many, count) % values

    def listing(self, items: Sequence[str]) -> str:
        """Name several things: "surface, bordures et pente"."""
        return str(format_list(list(items), locale=self.locale))

    # --- Numbers and units ---------------------------------------------------------------------------

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with at most that many decimals."""
        pattern = "#,##0" + ("." + "#" * digits if digits else "")
        return str(format_decimal(value, format=pattern, locale=self.locale))

    def percent(self, ratio: float, digits: int = 1) -> str:
        """Write a ratio (0.094) as per cent (9,4 %) with at most that many decimals."""
        pattern = self.locale.percent_formats[None].pattern
        if digits:
            pattern = pattern.replace("0", "0." + "#" * digits, 1)
        return str(format_percent(ratio, format=pattern, locale=self.locale)).replace(NBSP, NARROW_NBSP)

    def length_mm(self, value_mm: float) -> str:
        """Write a length of the boarding world: "5 mm", "18 cm", "18,5 cm", "1,05 m"."""
        if abs(value_mm) < 10:
            return self._unit(self.number(value_mm), "mm")
        if abs(value_mm) < 1000:
            return self._unit(self.number(value_mm / 10, 1), "cm")
        return self._unit(self.number(value_mm / 1000, 2), "m")

    def distance(self, value_m: float) -> str:
        """Write a distance on the way, no finer than it is known: "40 m", "350 m", "1,2 km"."""
        if value_m < 100:
            return self._unit(self.number(value_m), "m")
        if value_m < 995:
            return self._unit(self.number(round(value_m, -1)), "m")
        return self._unit(self.number(value_m / 1000, 1), "km")

    def duration(self, seconds: float) -> str:
        """Write a duration in minutes, rounded up: "12 min", "1 h 05"."""
        minutes = -int(-seconds // 60)
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self._unit(self.number(rest), "min")
        return self._unit(self._unit(self.number(hours), "h"), f"{rest:02d}")

    # --- Dates and times -----------------------------------------------------------------------------

    def time(self, moment: dt.datetime | dt.time) -> str:
        """Write the time of day as it stands in its own timezone, 24 hours: "08:05"."""
        return str(format_time(moment.replace(tzinfo=None), "HH:mm", locale=self.locale))

    def date(self, day: dt.date) -> str:
        """Write a date with its year: "12 mai 2026", "1er juin 2026"."""
        return self._day(day, f"d'{NBSP}'MMMM y")

    def weekday(self, day: dt.date) -> str:
        """Write a date as a traveller says it: "dimanche 22 novembre 2026"."""
        return self._day(day, f"EEEE d'{NBSP}'MMMM y")

    def datetime(self, moment: dt.datetime) -> str:
        """Write a day and a time: "dimanche 22 novembre 2026, 18:05"."""
        return f"{self.weekday(moment.date())}, {self.time(moment)}"

    def _day(self, day: dt.date, pattern: str) -> str:
        """Keep day and month on one line; in French the first is an ordinal, which CLDR does not know."""
        if self.code == "fr" and day.day == 1:
            pattern = pattern.replace("d'", "d'er", 1)
        return str(format_date(day, pattern, locale=self.locale))

    def _unit(self, number: str, unit: str) -> str:
        """Keep a number and its unit on one line."""
        return f"{number}{NARROW_NBSP}{unit}"


@lru_cache
def get_language(code: str, *folders: Path) -> Language:
    """Give a language with the planner's own sentences and those of further folders; read once."""
    if code not in CODES:
        raise QueryError(f"There is no language “{code}” here; choose one of {', '.join(CODES)}.", "lang")
    return Language(code, (PLANNER_FOLDER, *folders))


def typeset(code: str, text: str) -> str:
    """Put the spaces that a language does not let a line break at; translators type ordinary ones."""
    if code != "fr":
        return text
    text = re.sub(r" (?=[;:!?»]|%(?!\())", NARROW_NBSP, text)  # not before %(name)s
    return text.replace("« ", f"«{NARROW_NBSP}")


def _read_catalogs(code: str, folders: Sequence[Path]) -> NullTranslations:
    """Read every .po of the folders; the source language needs none. A later catalog wins over an earlier one."""
    translations: NullTranslations = NullTranslations()
    if code == SOURCE_CODE:
        return translations
    for path in (path for folder in folders for path in sorted((folder / code).glob("*.po"))):
        with path.open("rb") as file:
            catalog = read_po(file, locale=code, abort_invalid=True)
        for message in catalog:
            if not message.id or not message.string:
                continue
            texts = (message.string,) if isinstance(message.string, str) else message.string
            typeset_texts = tuple(typeset(code, text) for text in texts)
            message.string = typeset_texts[0] if isinstance(message.string, str) else typeset_texts
        compiled = BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        newer = GNUTranslations(compiled)
        newer.add_fallback(translations)
        translations = newer
    return translations
