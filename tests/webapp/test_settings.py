"""What a network says beside its data is shown; what it does not say is left out."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.language import get_language
from webapp import create_app
from webapp.pages import FOLDER_OF_TRANSLATIONS
from webapp.settings import Contact, SettingsError, closing, read_settings, trips_to_try

FRENCH = get_language("fr", FOLDER_OF_TRANSLATIONS)
ENGLISH = get_language("en", FOLDER_OF_TRANSLATIONS)
SUNDAY = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@dataclass(eq=False)
class _Network:
    folder: Path
    name: str = "town"


def written(folder: Path, text: str) -> Path:
    path = folder / "page.toml"
    path.write_text(text, "utf-8")
    return path


def test_numbers_that_are_not_known_are_left_out() -> None:
    assert len(closing(Contact(), ENGLISH)) == 1
    assert closing(Contact(network="1", adapted="2"), ENGLISH)[1:] == ("Network: 1.", "Adapted transport: 2.")
    (said,) = closing(Contact(adapted="2", adapted_notice="24 h"), FRENCH)[1:]
    assert said.replace("\u202f", " ") == "Transport adapté : 2, à réserver 24 h avant."


def test_a_trip_to_try_runs_on_the_next_working_day(tmp_path: Path) -> None:
    text = '[[tried]]\nfrom = "A"\nto = "B"\nclock = "10:30"\nwords = { fr = "De A à B" }\n'
    settings = read_settings(written(tmp_path, text))
    (link,) = trips_to_try(settings, SUNDAY, FRENCH)
    assert (link.words, link.args) == ("De A à B", {"from": "A", "to": "B", "when": "2026-11-23T10:30"})
    assert trips_to_try(settings, SUNDAY, ENGLISH) == (), "no words in that language"


@pytest.mark.parametrize("text", ["[contact", 'contact = "x"', "tried = [1]", '[[tried]]\nwords = "x"', "\ttried = 3"])
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"page\.toml"):
        read_settings(written(tmp_path, text))


def test_a_wrong_file_stops_the_server_with_a_sentence(tmp_path: Path) -> None:
    written(tmp_path, "[[tried]]\nfrom = 'A'\n")
    with pytest.raises(PlannerError, match=r"page\.toml cannot be used: it has no 'words' \(correct the file"):
        create_app([_Network(tmp_path)])
