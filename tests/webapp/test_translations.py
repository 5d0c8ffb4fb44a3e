"""Every sentence of the pages is translated, and each translation holds the same values."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import planner
import webapp
from planner.language import CODES, SOURCE_CODE

FOLDER = Path(webapp.__file__).parent
TARGETS = [code for code in CODES if code != SOURCE_CODE]
WAYS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"gettext": None, "ngettext": (1, 2), "_": None}


def sentences() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(str(FOLDER), WAYS, options_map={}, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def translated(code: str) -> dict[str | tuple[str, ...], Message]:
    with (FOLDER / "translations" / code / "pages.po").open("rb") as file:
        catalog = read_po(file, locale=code, abort_invalid=True)
    assert not catalog.obsolete, f"obsolete sentences: {list(catalog.obsolete)}"
    return {message.id: message for message in catalog if message.id}


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def test_the_sentences_of_the_pages_are_found() -> None:
    assert len(sentences()) > 80
    assert "Step by step" in sentences(), "those of the templates"
    assert "Weakest point: getting on at %(place)s." in sentences(), "those of the modules"


@pytest.mark.parametrize("code", TARGETS)
def test_every_sentence_is_translated_and_no_other(code: str) -> None:
    done = translated(code)
    assert sentences() - done.keys() == set(), "not translated"
    assert done.keys() - sentences() == set(), "no page says this any more"
    assert [id_ for id_, message in done.items() if message.fuzzy or not all(texts(message))] == []


@pytest.mark.parametrize("code", TARGETS)
def test_translations_hold_the_same_values(code: str) -> None:
    for id_, message in translated(code).items():
        source = (id_,) if isinstance(id_, str) else id_
        for text in texts(message):
            assert placeholders(source[0]) <= placeholders(text) <= placeholders(source[-1]), id_
            assert "%" not in re.sub(r"%%|%\(\w+\)s", "", text), f"a single per cent sign in {text!r}"


def test_no_module_joins_translated_pieces() -> None:
    for path in FOLDER.glob("*.py"):
        assert not re.search(r'gettext\("[^"]* "\)\s*\+|\+\s*language\.n?gettext', path.read_text("utf-8")), path.name


CLAIMS = re.compile(r"\b(sûre?s?|sure|garantie?s?|guaranteed|vérifiée?s?|verified)\b", re.IGNORECASE)


def test_no_sentence_in_any_language_claims_more_than_is_known() -> None:
    planner_room = Path(planner.__file__).parent / "translations"
    catalogues = [*planner_room.glob("*/*.po"), *(FOLDER / "translations").glob("*/*.po")]
    assert len(catalogues) >= 2
    told = []
    for path in catalogues:
        with path.open("rb") as file:
            for message in read_po(file):
                ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
                told += [text for text in (*ids, *texts(message)) if message.id]
    assert len(told) > 300
    assert [text for text in told if CLAIMS.search(text.replace("pas une garantie", ""))] == []
