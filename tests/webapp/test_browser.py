"""What a traveller does in a real browser: by keyboard, without a script, without a connection, on paper."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from webapp_checks import walk_through
from webapp_site import addresses, visit

import webapp
from webapp.map_ground import SCRIPTS, movable

# --- By hand --------------------------------------------------------------------------------------------


def test_a_trip_is_planned_with_the_keyboard_alone(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["plan"], width=390) as seen:
        page = seen.page
        keys = walk_to(page, "from")
        page.keyboard.type("Porte du Vent-Debout")
        keys += walk_to(page, "to")
        page.keyboard.type("Marché aux Nuages")
        page.keyboard.press("Enter")
        assert keys + 1 <= 15, "few keys besides those that write the names"
        page.wait_for_url("**/trip?**")
        assert "Porte du Vent-Debout" in page.title()
        assert page.evaluate("document.activeElement === document.body"), "a new page begins at its beginning"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content", "the first link leads to the content"


def test_a_place_is_chosen_from_the_list_with_the_keyboard(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["plan"], width=390) as seen:
        page, field = seen.page, seen.page.locator("#field-from")
        field.press_sequentially("marhce nuag")
        page.get_by_role("option").wait_for()
        assert page.evaluate("document.getElementById('status').textContent") == "One place offered."
        assert seen.violations() == [], "with the list open"
        page.keyboard.press("ArrowDown")
        assert field.get_attribute("aria-expanded") == "true"
        active = field.get_attribute("aria-activedescendant")
        assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
        assert seen.violations() == [], "with a place active"
        page.keyboard.press("Enter")
        assert field.input_value() == "Marché aux Nuages"
        assert field.get_attribute("aria-expanded") == "false"
        assert page.evaluate("document.activeElement.id") == "field-from"
        assert seen.complaints == []


def test_recent_trips_stay_on_the_device_and_can_be_cleared(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["measured"]) as seen:
        page = seen.page
        page.goto(origin + addresses("en")["plan"])
        assert page.locator("#recent li a").all_inner_texts() == ["From Porte du Vent-Debout to Marché aux Nuages"]
        assert seen.violations() == []
        page.get_by_role("button", name="Clear the list").click()
        page.get_by_text("The recent trips are cleared.").wait_for(state="attached")
        assert not page.locator("#recent").is_visible()
        page.reload()
        assert not page.locator("#recent").is_visible()


@pytest.mark.parametrize("name", ["plan", "measured", "refused", "faulty", "stop", "help", "developers"])
def test_the_focus_is_seen_at_every_stop_and_caught_nowhere(browser: Browser, origin: str, name: str) -> None:
    with visit(browser, origin, addresses("en")[name], width=390) as seen:
        # the map that a step of the way opens is walked through in test_map_browser.py
        seen.page.evaluate("document.querySelectorAll('figure.map').forEach((map) => map.remove())")
        stops, wrong = walk_through(seen.page)
        assert wrong == []
        assert len(stops) > 5
        once = [stop for stop in stops if "field-when" not in stop]  # a date field has several parts
        assert len(set(once)) == len(once), "no stop twice"


def test_where_i_am_is_asked_for_by_the_button_alone_and_written_rounded(browser: Browser, origin: str) -> None:
    here = {"geolocation": {"latitude": 49.123456, "longitude": 2.654321}, "permissions": ["geolocation"]}
    with visit(browser, origin, addresses("en")["plan"], width=390, **here) as seen:
        field = seen.page.locator("#field-from")
        assert field.input_value() == ""
        seen.page.get_by_role("button", name="Where I am").click()
        seen.page.get_by_text("Your position is written in the field.").wait_for(state="attached")
        assert field.input_value() == "49.1235,2.6543"
    with visit(browser, origin, addresses("en")["plan"], width=390, permissions=[]) as seen:
        seen.page.get_by_role("button", name="Where I am").click()
        seen.page.get_by_text("Your position is not available.").wait_for(state="attached")
        assert seen.page.locator("#field-from").input_value() == ""


def test_what_happened_is_kept_on_the_device_and_goes_nowhere_by_itself(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["measured"], width=390) as seen:
        page = seen.page
        page.locator("details.report summary").first.click()
        asked = len(seen.requests)
        page.locator("details.report select").first.select_option(label="I was left at the kerb: I was refused.")
        text = page.locator("details.report textarea").first
        assert text.input_value().endswith("09:15. I was left at the kerb: I was refused.")
        text.press_sequentially(" X")
        mail = str(page.locator("details.report a.mail").first.get_attribute("href"))
        assert mail.startswith("mailto:")
        assert "refused" in mail
        assert [url for url in seen.requests[asked:] if "ground" not in url and "vendor" not in url] == []
        page.reload()
        assert "I was refused." in page.locator("details.report textarea").first.input_value()


def test_ten_trips_are_kept_at_most(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["legal"]) as seen:
        many = [{"address": f"/en/fictiville/trip?from={row}", "name": f"Trip {row}"} for row in range(12)]
        seen.page.evaluate("(many) => localStorage.setItem('plainpied.recent', JSON.stringify(many))", many)
        seen.page.goto(origin + addresses("en")["measured"])
        seen.page.goto(origin + addresses("en")["plan"])
        assert seen.page.locator("#recent li").count() == 10


def test_the_three_trips_to_try_show_what_they_promise(browser: Browser, origin: str) -> None:
    states = []
    with visit(browser, origin, addresses("en")["plan"], width=390) as seen:
        for row in range(3):
            seen.page.goto(origin + addresses("en")["plan"])
            seen.page.locator(".tried a").nth(row).click()
            seen.page.wait_for_url("**/trip?**")
            states.append(set(seen.page.locator("h2").all_inner_texts()))
    measured, doubtful, refused = states
    assert "Every boarding known" in measured
    assert "With a doubt" in doubtful
    assert "Every boarding known" not in doubtful
    assert "No trip found" in refused


def test_the_address_to_share_gains_the_limits_with_a_tick(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["measured"] + "&p.mass_kg=90", width=390) as seen:
        page = seen.page
        page.get_by_text("Share this question").click()
        address = page.get_by_label("The address")
        assert address.input_value().startswith(origin)
        assert "mass_kg" not in address.input_value()
        page.get_by_label("Include how I travel and my limits").check()
        assert "mass_kg=90" in address.input_value()
        assert "mass_kg=90" in str(page.get_by_role("link", name="This question as a link").get_attribute("href"))


def test_reading_aloud_can_be_stopped_and_says_one_leg_at_a_time(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["measured"]) as seen:
        page = seen.page
        page.evaluate("() => { globalThis.told = []; speechSynthesis.speak = (one) => told.push(one); }")
        page.get_by_text("À emporter").first.click()
        button = page.get_by_role("button", name="Lire à haute voix").first
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        assert page.evaluate("told.map((one) => one.lang)") == ["fr"]
        assert page.locator(".leg.spoken").count() == 1
        page.evaluate("told[0].onend()")
        assert page.evaluate("told.length") == 2
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
        assert page.locator(".leg.spoken").count() == 0


def test_the_last_trips_are_read_without_a_connection_with_their_age(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["measured"], service_workers="allow") as seen:
        page, town = seen.page, origin + addresses("en")["plan"]
        assert not page.locator("#copy").is_visible(), "not while there is a connection"
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        for _ in range(50):  # the copy is made after the page is shown
            if page.evaluate("caches.open('plainpied-trips').then((kept) => kept.keys()).then((kept) => kept.length)"):
                break
            page.wait_for_timeout(50)
        page.context.set_offline(True)
        page.goto(town)
        assert page.locator("h1").inner_text() == "No connection"
        page.locator("#recent a").click()
        page.wait_for_url("**/trip?**")
        assert "Saved copy, computed on" in page.locator("#copy").inner_text()
        assert page.locator(".leg .why").first.inner_text()
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderTopStyle") == "solid", (
            "with style"
        )
        page.goto(town)
        page.get_by_role("button", name="Clear the list").click()
        page.get_by_text("The recent trips are cleared.").wait_for(state="attached")
        page.goto(origin + addresses("en")["measured"])
        assert page.locator("h1").inner_text() == "No connection", "what is cleared is gone"


def walk_to(page: Page, field: str) -> int:
    """Press Tab until the field of this name has the focus; give how often."""
    for turn in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == field:
            return turn + 1
    pytest.fail(f"no {field} within 15 steps")


# --- Without a script, on paper, over a slow line ---------------------------------------------------------


def test_a_trip_is_planned_without_any_script(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["plan"], width=390, java_script_enabled=False) as seen:
        page = seen.page
        page.get_by_label("Départ", exact=True).fill("Porte du Vent-Debout")
        page.get_by_label("Arrivée", exact=True).fill("Marché aux Nuages")
        page.get_by_role("button", name=re.compile("^(Afficher|Voir|Montrer)")).click()
        assert page.locator("ol.itineraries > li").count() >= 1
        assert page.locator(".leg .why").first.inner_text()


@pytest.mark.parametrize("name", ["measured", "borderline"])
def test_a_printed_trip_is_two_pages_at_most(browser: Browser, origin: str, name: str) -> None:
    with visit(browser, origin, addresses("fr")[name]) as seen:
        printed = seen.page.pdf(format="A4", tagged=True, outline=True)
        folder = os.environ.get("PLAINPIED_PRINTS")
        if folder:
            Path(folder, f"{name}.pdf").write_bytes(printed)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


MOST_KIB = {"html": 60, "css": 10, "own script": 15}  # each compressed
FIRST_VIEW_KIB, MAP_KIB = 130, 100


@pytest.mark.parametrize("name", ["plan", "measured", "borderline", "stop", "board"])
def test_a_page_is_small_enough_for_a_slow_network(browser: Browser, origin: str, name: str) -> None:
    with visit(browser, origin, addresses("fr")[name], width=390) as seen:
        told = seen.page.evaluate(
            "async () => { const own = [location.href, ...[...document.querySelectorAll('link[rel=stylesheet]')]"
            ".map(e => e.href), document.querySelector('script').src];"
            " return Promise.all(own.map(async url => [url, await (await fetch(url)).text()])); }"
        )
    sizes = dict.fromkeys(MOST_KIB, 0.0)
    for url, text in told:
        kind = "css" if ".css" in url else "own script" if ".mjs" in url else "html"
        sizes[kind] += len(gzip.compress(text.encode())) / 1024
    assert all(0 < sizes[kind] <= most for kind, most in MOST_KIB.items()), sizes
    assert sum(sizes.values()) <= FIRST_VIEW_KIB


def test_what_a_map_needs_comes_later_and_is_small() -> None:
    static = Path(webapp.__file__).parent / "static"
    files = [static / "map.mjs", *(static / "vendor" / name for name in SCRIPTS)]
    if not movable(static):
        pytest.skip("no Leaflet here: python -m scripts.vendor")
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) <= MAP_KIB * 1024


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_a_screen_reader_is_told_of_a_trip_is_in_order_and_in_sentences(
    browser: Browser, origin: str, lang: str
) -> None:
    with visit(browser, origin, addresses(lang)["measured"], width=390) as seen:
        told = seen.page.locator("main").aria_snapshot()
        said = seen.page.locator(".legs p:visible:not(.verdict):not(.more):not(.buttons)").all_inner_texts()
        words = {"fr": ("Sans obstacle", "À emporter", "Partager"), "en": ("Step-free", "Take it along", "Share")}[lang]
    places = [told.index(word) for word in ("heading", *words)]
    assert places == sorted(places), told
    assert 'heading "' in told
    assert "- list" in told
    assert said
    assert [text for text in said if not re.search(r"[.!?:)]$", text.strip())] == [], "each ends as a sentence does"
