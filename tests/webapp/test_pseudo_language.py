"""A language that nobody speaks: each message longer, and in brackets. What is outside them was never translated."""

from __future__ import annotations

import copy
import re
from gettext import NullTranslations
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from webapp_checks import CUT_OFF, OPEN_ALL, TOO_WIDE, faults
from webapp_site import addresses, visit

from planner.audit.check import ORDER_SOURCE, PRIORITY_SOURCE, WORKS_SOURCE
from planner.audit.rules import RULES
from planner.audit.subjects import link_ids
from planner.facts import Subject
from planner.feeds.attributes import columns_of
from planner.language import Language, get_language
from webapp.audit_document import FILES
from webapp.settings import settings_of

LONGER = {"a": "aä", "e": "eë", "i": "iï", "o": "oö", "u": "uü"}
# what is data or a number and not a message: days and times by CLDR, lengths, links that are what they say
DATA = re.compile(
    r"(\w+ )?\d{1,2} \w+ \d{4}(, \d\d:\d\d)?|\d\d:\d\d|\d+ h \d\d|\(?[\d.,–:%-]+( ?(min|h|m|km|cm|mm|kg|%))?\)?"
    r"|Plainpied|Français|English|and|[AB](, \d+)*|[\W\d_]+"
)


class Pseudo(NullTranslations):
    """Every message longer by about a third, its named values kept."""

    def gettext(self, message: str) -> str:
        parts = re.split(r"(%\(\w+\)s|%%)", message)
        return f"⟦{''.join(part if part.startswith('%') else re.sub('[aeiou]', _longer, part) for part in parts)}⟧"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


def _longer(found: re.Match[str]) -> str:
    return LONGER[found[0]]


class Texts(HTMLParser):
    """Every text of a page, those that only some people hear included; not what says that it is not translated."""

    HEARD = ("aria-label", "title", "alt", "placeholder", "content")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._kept: list[str] = []  # from the element that is not translated inwards
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if self._kept or said.get("translate") == "no":
            assert tag != "br", "an element without an end"
            self._kept.append(tag)
            return
        if tag != "meta" or said.get("name") == "description":
            self.texts += [text for name, text in attrs if name in self.HEARD and text]

    def handle_endtag(self, tag: str) -> None:
        if self._kept:
            assert self._kept.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._kept:
            self.texts.append(data)


def outside(text: str) -> str:
    """What stands in no bracket, however deep."""
    while "⟦" in text:
        shorter = re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
        if shorter == text:
            return f"half a message: {text}"
        text = shorter
    return " ".join(text.split())


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(code: str, *folders: Path) -> Language:
        language = copy.copy(get_language(code, *folders))
        language.translations = Pseudo()
        return language

    monkeypatch.setattr(import_module("webapp.pages"), "get_language", get)


def columns() -> set[str]:
    """Fields by their names in the tables and in the code, which are the same in every language."""
    return {name for subject in Subject for column, one in columns_of(subject).items() for name in (column, one.name)}


def untranslated(app: Flask, html: str) -> list[str]:
    """Texts that are no message, no value of the network and no number."""
    network = app.extensions["networks"]["fictiville"]
    known = {network.title, network.attribution, network.notice}
    names = (network.stops.name, network.routes.short_name, network.routes.long_name, network.landmarks.name)
    for table in (*names, network.stops.id, network.routes.id, network.streets.words, network.streets.equipment.name):
        known |= {table[row] for row in range(len(table))}
    types = network.knowledge.vehicle_types
    known |= {*types, *(one.name for one in types.values()), *link_ids(network), *RULES, *FILES, *columns()}
    known |= {f"({source})" for source in (PRIORITY_SOURCE, WORKS_SOURCE, ORDER_SOURCE)}  # laws are cited as they are
    tried = "".join(text for one in settings_of(network).tried for text in one.words.values())
    found = []
    for text in Texts(html).texts:
        rest = outside(text)
        pieces = [piece.strip(" ,;:–") for piece in re.split(r" – |, ", rest)]
        found += [
            piece
            for piece in pieces
            if piece not in known and not DATA.fullmatch(piece) and rest not in known and rest not in tried
        ]
    return found


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("name", addresses("en"))
def test_every_text_of_a_page_is_a_message_or_data(fictiville: Flask, name: str) -> None:
    html = fictiville.test_client().get(addresses("en")[name]).get_data(as_text=True)
    assert html.count("⟦") > 10
    assert untranslated(fictiville, html) == []


def test_a_text_that_is_no_message_is_found(fictiville: Flask) -> None:
    sound = "<p>⟦Töö⟧ Porte du Vent-Debout, 12 min</p>"
    assert untranslated(fictiville, sound) == []
    assert untranslated(fictiville, sound + "<p>⟦Yöü⟧ are here</p>") == ["are here"]
    assert untranslated(fictiville, '<a title="Close">⟦x⟧</a>') == ["Close"]


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("name", ["plan", "borderline", "refused", "stop", "board", "faulty"])
def test_longer_words_still_fit_on_a_small_screen(browser: Browser, origin: str, name: str) -> None:
    with visit(browser, origin, addresses("en")[name], width=320) as seen:
        seen.page.evaluate(OPEN_ALL)
        assert "⟦" in seen.page.locator("h1, h2").all_inner_texts()[-1]
        assert faults(seen.page, TOO_WIDE, CUT_OFF) == []
