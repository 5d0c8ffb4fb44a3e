"""What a screen reader says of each page, line after line, kept in ``transcripts`` and compared.

A virtual reader (it follows the WAI-ARIA rules; no real one is like another) goes through the main part of a page.
When a page was changed on purpose: ``PLAINPIED_TRANSCRIPTS=write pytest tests/webapp/test_transcripts.py``, then read
the diff as somebody who cannot see the page.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from webapp_site import Visit, addresses, visit

from scripts import vendor

FOLDER = Path(__file__).parent / "transcripts"
LIKE_OTHERS = {"on foot", "late", "left out", "audit findings", "audit stops"}  # the tables of both are on audit stop
NAMES = tuple(name for name in addresses("fr") if name not in LIKE_OTHERS)
BOTH = pytest.mark.parametrize("lang", ["fr", "en"])

# closed parts are not read in a browser; the maps are left as drawings, so that nothing depends on when they arrive
READ = """async () => {
  for (const e of document.querySelectorAll('details:not([open]) > :not(summary)')) e.hidden = true;
  const { virtual } = await import('/reader.mjs');
  await virtual.start({ container: document.querySelector('main') });
  for (let turn = 0; turn < 5000 && await virtual.lastSpokenPhrase() !== 'end of main'; turn++) await virtual.next();
  const log = await virtual.spokenPhraseLog();
  await virtual.stop();
  return log;
}"""
WITHOUT_STOP = """() => [...document.querySelectorAll('main p, main li')]
  .filter(e => e.checkVisibility()
    && !e.querySelector('a, button, input, p, ul, ol, h3, h4, .state, .line, time, [aria-current]')
    && !e.matches('.facts li, .day, .measured, .between li, .named li')
    && !e.closest('.map, [role=listbox], .lead, .notice'))
  .map(e => e.textContent.trim()).filter(text => text && !/[.!?:)]$/.test(text))"""
FRAME = re.compile(r"^(end of .*|end, .*|paragraph|strong|emphasis|time|term|definition)$")
CLOCK = {
    "fr": (r"\w+ \d+(?:er)? \w+ \d{4}, \d\d:\d\d", "(jour et heure)"),
    "en": (r"\w+ \d+ \w+ \d{4}, \d\d:\d\d", "(day and time)"),
}


def read(seen: Visit, lang: str) -> list[str]:
    """What is said, without the words for the ends of things, the moment and the port of the test."""
    told = seen.page.evaluate(READ)
    assert told[-1] == "end of main", told[-3:]
    pattern, words = CLOCK[lang]
    told = [re.sub(r"http://127\.0\.0\.1:\d+", "(this server)", line) for line in told]
    lines = [" ".join(line.split()) for line in told if not FRAME.match(line)]
    made = {"fr": "Calculé le ", "en": "Computed on "}[lang]
    return [made + re.sub(pattern, words, line[len(made) :]) if line.startswith(made) else line for line in lines]


@pytest.fixture(scope="module")
def reading(browser: Browser, origin: str) -> Iterator[Visit]:
    """One page with the reader beside it, and no script that puts a map in the place of a drawing."""
    with visit(browser, origin, "/fr/about/legal", width=390) as seen:
        program = (vendor.FOR_TESTS / "virtual-screen-reader.mjs").read_text("utf-8")
        seen.page.route("**/reader.mjs", lambda route: route.fulfill(body=program, content_type="text/javascript"))
        seen.page.route("**/map.mjs*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        yield seen


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_what_a_screen_reader_says_is_what_was_reviewed(reading: Visit, origin: str, name: str, lang: str) -> None:
    when = "?when=2026-11-24T09:00" if name == "plan" else ""
    reading.page.goto(origin + addresses(lang)[name] + when)
    reading.page.evaluate("localStorage.clear()")
    bare = reading.page.evaluate(WITHOUT_STOP)
    told = read(reading, lang)
    kept = FOLDER / f"{lang}-{name.replace(' ', '-')}.txt"
    if os.environ.get("PLAINPIED_TRANSCRIPTS") == "write":
        kept.parent.mkdir(exist_ok=True)
        kept.write_text("\n".join(told) + "\n", "utf-8")
    expected = kept.read_text("utf-8").splitlines()
    changes = list(difflib.unified_diff(expected, told, "reviewed", "said now", lineterm="", n=1))
    assert told == expected, "\n".join(changes[:40])
    assert bare == [], "a sentence ends as one"


def test_a_label_that_was_lost_changes_what_is_said(reading: Visit, origin: str) -> None:
    reading.page.goto(origin + addresses("fr")["faulty"])
    whole = read(reading, "fr")
    reading.page.goto(origin + addresses("fr")["faulty"])
    reading.page.evaluate("document.querySelector('[for=field-from]').remove()")
    assert read(reading, "fr") != whole
    reading.page.evaluate("document.querySelector('.lead, .hint').textContent = 'Not a sentence'")
    assert reading.page.evaluate(WITHOUT_STOP) == ["Not a sentence"]
