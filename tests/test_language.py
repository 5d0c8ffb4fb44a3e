"""Sentences, numbers and dates in each language."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import PoFileError

from planner.errors import QueryError
from planner.language import CODES, NARROW_NBSP, Language, get_language, typeset

PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Your limit is %(limit)s."
msgstr "Votre limite : %(limit)s."

msgid "up to 10%%"
msgstr "10 %% au plus"

msgid "%(count)s quay of %(name)s"
msgid_plural "%(count)s quays of %(name)s"
msgstr[0] "%(count)s quai de %(name)s"
msgstr[1] "%(count)s quais de %(name)s"

#, fuzzy
msgid "Perhaps"
msgstr "Sans doute pas"
"""


@pytest.fixture
def french(tmp_path: Path) -> Language:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "some.po").write_text(PO, "utf-8")
    return Language("fr", [tmp_path])


def plain(text: str) -> str:
    """Show the spaces that do not break as underscores."""
    return text.replace(NARROW_NBSP, "_").replace("\N{NO-BREAK SPACE}", "=")


def test_a_sentence_is_translated_with_its_values(french: Language) -> None:
    assert plain(french.gettext("Your limit is %(limit)s.", limit=french.percent(0.1))) == "Votre limite_: 10_%."


def test_a_doubled_per_cent_sign_is_one_sign(french: Language) -> None:
    assert plain(french.gettext("up to 10%%")) == "10_% au plus"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 quai de A"), (1, "1 quai de A"), (2, "2 quais de A"), (1234, "1_234 quais de A")]
)
def test_french_counts_zero_and_one_as_singular(french: Language, count: int, text: str) -> None:
    sentence = french.ngettext("%(count)s quay of %(name)s", "%(count)s quays of %(name)s", count, name="A")
    assert plain(sentence) == text


def test_english_needs_no_catalog_and_counts_zero_as_plural() -> None:
    english = Language("en", [])
    assert english.ngettext("%(count)s quay", "%(count)s quays", 0) == "0 quays"
    assert english.ngettext("%(count)s quay", "%(count)s quays", 1) == "1 quay"


def test_a_fuzzy_translation_is_not_used(french: Language) -> None:
    assert french.gettext("Perhaps") == "Perhaps"


def test_a_sentence_without_translation_stays_english(french: Language) -> None:
    assert french.gettext("Nobody translated %(what)s", what="me") == "Nobody translated me"


def test_a_later_folder_wins_and_the_earlier_still_answers(french: Language, tmp_path: Path) -> None:
    other = tmp_path / "other" / "fr"
    other.mkdir(parents=True)
    (other / "more.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "up to 10%%"\nmsgstr "dix"\n', "utf-8")
    both = Language("fr", [tmp_path, tmp_path / "other"])
    assert both.gettext("up to 10%%") == "dix"
    assert both.gettext("Your limit is %(limit)s.", limit=1).startswith("Votre")


def test_a_broken_catalog_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "bad.po").write_text('msgid "a"\nmsgstr[x] b\n', "utf-8")
    with pytest.raises((PoFileError, ValueError)):
        Language("fr", [tmp_path])


def test_a_language_is_read_once_and_an_unknown_one_is_refused() -> None:
    assert get_language("fr") is get_language("fr")
    with pytest.raises(QueryError, match="fr, en"):
        get_language("xx")


def test_languages_name_themselves() -> None:
    assert [get_language(code).name for code in CODES] == ["Français", "English"]


@pytest.mark.parametrize(
    ("value_mm", "french", "english"),
    [
        (0, "0_mm", "0_mm"),
        (5, "5_mm", "5_mm"),
        (-30, "-3_cm", "-3_cm"),
        (180, "18_cm", "18_cm"),
        (185, "18,5_cm", "18.5_cm"),
        (1050, "1,05_m", "1.05_m"),
        (12000, "12_m", "12_m"),
    ],
)
def test_lengths_are_written_as_people_measure_them(value_mm: float, french: str, english: str) -> None:
    assert plain(get_language("fr").length_mm(value_mm)) == french
    assert plain(get_language("en").length_mm(value_mm)) == english


@pytest.mark.parametrize(
    ("value_m", "text"), [(0, "0_m"), (42.4, "42_m"), (348, "350_m"), (994, "990_m"), (996, "1_km"), (1249, "1,2_km")]
)
def test_distances_are_no_finer_than_they_are_known(value_m: float, text: str) -> None:
    assert plain(get_language("fr").distance(value_m)) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0_min"), (1, "1_min"), (60, "1_min"), (3599, "1_h_00"), (3900, "1_h_05")]
)
def test_durations_are_rounded_up_to_minutes(seconds: float, text: str) -> None:
    assert plain(get_language("fr").duration(seconds)) == text


def test_ratios_are_written_as_per_cent() -> None:
    assert plain(get_language("fr").percent(0.094)) == "9,4_%"
    assert plain(get_language("fr").percent(0.1)) == "10_%"
    assert get_language("en").percent(0.1082, 2) == "10.82%"


def test_numbers_follow_cldr() -> None:
    assert plain(get_language("fr").number(1461.25, 1)) == "1_461,2"
    assert get_language("en").number(1461) == "1,461"


def test_several_things_are_listed_as_the_language_does() -> None:
    assert get_language("fr").listing(["a", "b", "c"]) == "a, b et c"
    assert get_language("en").listing(["a", "b", "c"]) == "a, b and c"
    assert get_language("en").listing(["a"]) == "a"


def test_a_time_is_the_local_one_and_not_utc() -> None:
    moment = datetime(2026, 11, 22, 18, 5, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert get_language("fr").time(moment) == "18:05"
    assert plain(get_language("fr").datetime(moment)) == "dimanche 22=novembre 2026, 18:05"


def test_a_date_is_written_as_people_say_it_and_its_day_stays_with_its_month() -> None:
    assert plain(get_language("en").date(date(2026, 5, 12))) == "12=May 2026"
    assert plain(get_language("fr").date(date(2026, 6, 1))) == "1er=juin 2026"
    assert plain(get_language("fr").weekday(date(2026, 6, 1))) == "lundi 1er=juin 2026"
    assert plain(get_language("en").weekday(date(2026, 6, 1))) == "Monday 1=June 2026"


def test_french_spaces_before_signs_do_not_break() -> None:
    assert plain(typeset("fr", "Quoi ? « Oui » ; non : 5 % !")) == "Quoi_? «_Oui_»_; non_: 5_%_!"
    assert typeset("en", "Why ?") == "Why ?"
