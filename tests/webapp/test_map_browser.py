"""Movable maps in a real browser: axe with the map, keyboard, what stays without them, and a place chosen on one."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from webapp_site import addresses, visit

import webapp
from webapp.map_ground import movable

pytestmark = pytest.mark.skipif(
    not movable(Path(webapp.__file__).parent / "static"), reason="no Leaflet here: python -m scripts.vendor"
)

COLOURS = """() => { const seen = new Set();
  for (const c of document.querySelectorAll('.map-holder canvas')) {
    const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
    for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 250) seen.add(`${d[i]},${d[i + 1]},${d[i + 2]}`);
  } return seen.size; }"""
PINS = "() => [...document.querySelectorAll('.map-mark')].map(e => e.textContent)"
# axe does not see that tiles are cut off at the edge of the map, and leaves the contrast of words near it open
NO_TILES = "() => { for (const e of document.querySelectorAll('.leaflet-tile-pane')) e.style.display = 'none'; }"
VIEW = "() => document.querySelector('.map-holder .leaflet-map-pane').getBoundingClientRect().x"
SCALE = "() => document.querySelector('.leaflet-control-scale-line').textContent"


def until(page: Page, program: str, wanted: object = True) -> None:
    """Ask the page until it answers this: what the strict content policy leaves of waiting for a function."""
    for _ in range(200):
        if page.evaluate(program) == wanted:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{program} stays {page.evaluate(program)}, expected {wanted}")


def show_map(page: Page) -> None:
    """Bring the first map into sight and wait until it has painted its ground."""
    page.locator("figure.map").first.scroll_into_view_if_needed()
    page.locator(".map-holder").first.wait_for()
    until(page, f"({COLOURS})() > 2")


@pytest.mark.parametrize(
    ("name", "width", "scheme", "lang"), [("measured", 320, "light", "fr"), ("stop", 1280, "dark", "en")]
)
def test_axe_finds_nothing_with_the_map_and_nothing_leaves_the_origin(
    browser: Browser, origin: str, name: str, width: int, scheme: str, lang: str
) -> None:
    with visit(browser, origin, addresses(lang)[name], width=width, color_scheme=scheme) as seen:
        show_map(seen.page)
        assert seen.violations() == []
        seen.page.evaluate(NO_TILES)
        assert seen.violations() == [], "with its words judged against the page"
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith((origin, "data:"))] == [], "third parties"
        assert any("ground-near.pmtiles" in url for url in seen.requests)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert seen.page.evaluate(overflow) <= 0


def test_the_pins_of_the_movable_map_are_those_of_the_drawing(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["borderline"]) as seen:
        show_map(seen.page)
        figure = seen.page.locator("figure.map").first
        drawn = figure.locator(".map-pin text").all_text_contents()
        assert drawn
        last = max(int(number) for text in drawn for number in re.findall(r"\d+", text))
        moved = [int(number) for text in seen.page.evaluate(PINS) for number in re.findall(r"\d+", text)]
        assert max(moved) == last == seen.page.locator("ol.legs").first.locator("> li").count()
        assert not figure.locator(".map-drawing").is_visible()


def test_the_map_is_moved_with_the_keyboard_and_left_again(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["measured"], width=390, reduced_motion="reduce") as seen:
        page = seen.page
        show_map(page)
        page.evaluate("document.querySelector('.map-skip').focus()")
        stops = []
        for _ in range(14):
            inside = "document.activeElement.closest('.map') !== null"
            if not page.evaluate(inside):
                break
            stops.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 20)"))
            page.keyboard.press("Tab")
        else:
            pytest.fail(f"no way out of the map: {stops}")
        assert len(stops) <= 12
        page.locator(".map-holder").focus()
        before = page.evaluate(VIEW)
        page.keyboard.press("ArrowRight")
        until(page, f"({VIEW})() < {before}")
        nearer, scale = page.get_by_role("button", name="Nearer"), page.evaluate(SCALE)
        nearer.focus()
        page.keyboard.press("Enter")
        until(page, f"({SCALE})() !== {scale!r}")
        at = page.evaluate(VIEW)
        page.get_by_role("button", name="To the west").click()
        until(page, f"({VIEW})() > {at}")


def test_the_map_can_be_skipped(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["measured"], width=390) as seen:
        show_map(seen.page)
        seen.page.evaluate("document.querySelector('.map-skip').focus()")
        seen.page.keyboard.press("Enter")
        until(seen.page, "document.activeElement.tagName", "FIGCAPTION")


@pytest.mark.parametrize(
    "context", [{"forced_colors": "active"}, {"java_script_enabled": False}], ids=["forced colours", "no script"]
)
def test_the_drawing_stays(browser: Browser, origin: str, context: dict[str, object]) -> None:
    with visit(browser, origin, addresses("fr")["measured"], width=390, **context) as seen:
        seen.page.locator("figure.map").first.scroll_into_view_if_needed()
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.locator(".map-drawing").first.is_visible()
        assert seen.page.locator(".map-holder").count() == 0
        assert not any("vendor" in url for url in seen.requests)
        seen.page.goto(origin + addresses("fr")["plan"])
        assert not seen.page.locator("details.choose").is_visible()


def test_the_drawing_stays_where_the_library_does_not_come(browser: Browser, origin: str) -> None:
    with visit(browser, origin, "/fr/about/help") as seen:
        seen.page.route("**/vendor/leaflet.js*", lambda route: route.abort())
        with seen.page.expect_event("requestfailed", lambda request: "leaflet.js" in request.url):
            seen.page.goto(origin + addresses("fr")["measured"])
            seen.page.locator("figure.map").first.scroll_into_view_if_needed()
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.locator(".map-drawing").first.is_visible()


def test_the_drawing_stays_without_a_connection(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["measured"], width=390) as seen:
        seen.page.context.set_offline(True)
        seen.page.locator("figure.map").first.scroll_into_view_if_needed()
        seen.page.wait_for_load_state("networkidle")
        assert seen.page.locator(".map-drawing").first.is_visible()
        assert seen.page.locator(".map-holder").count() == 0


def test_a_kept_trip_keeps_the_ground_of_its_map_without_a_connection(browser: Browser, origin: str) -> None:
    kept = "caches.open('plainpied-ground').then((kept) => kept.keys()).then((all) => all.length)"
    with visit(browser, origin, addresses("fr")["measured"], width=390, service_workers="allow") as seen:
        page = seen.page
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(page, kept, 6)  # two files of the ground, what draws it, and ours
        page.context.set_offline(True)
        page.reload()
        assert page.locator("#copy").is_visible()
        show_map(page)
        until(page, PINS, ["1", "2–3"])
        page.evaluate("caches.delete('plainpied-ground')")
        page.reload()
        page.locator("figure.map").first.scroll_into_view_if_needed()
        assert page.locator(".map-drawing").first.is_visible(), "without it the drawing stays"


def test_the_worker_cuts_the_parts_of_a_kept_ground_as_the_server_does(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["measured"], service_workers="allow") as seen:
        page = seen.page
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        until(page, "caches.has('plainpied-ground')")
        page.reload()
        until(page, "navigator.serviceWorker.controller !== null")
        asked = """async (range) => {
          const { near } = JSON.parse(document.querySelector('figure.map').dataset.map).ground;
          const answer = await fetch(near, { headers: { range } });
          const bytes = [...new Uint8Array(await answer.arrayBuffer())].join();
          return [answer.status, answer.headers.get('content-range'), bytes];
        }"""
        ranges = ["bytes=0-15", "bytes=100-299", "bytes=0-99999999", "bytes=7-"]
        online = [page.evaluate(asked, one) for one in ranges]
        page.context.set_offline(True)
        assert [page.evaluate(asked, one) for one in ranges] == online
        assert {status for status, _, _ in online} == {206}


def test_a_refused_trip_has_a_map_with_the_numbers_of_what_stands_in_the_way(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["refused"], width=390) as seen:
        drawn = " ".join(seen.page.locator(".map-pin text").all_text_contents())
        show_map(seen.page)
        listed = seen.page.locator("ol.numbered > li").count()
        moved = " ".join(seen.page.evaluate(PINS))
        for text in (drawn, moved):
            assert {"A", "B"} <= set(re.findall("[AB]", text))
            assert max(int(number) for number in re.findall(r"\d+", text)) == listed > 0
        assert seen.violations() == []
        assert seen.complaints == []


def test_the_way_is_drawn_on_a_plain_ground_where_there_is_none(browser: Browser, origin: str) -> None:
    with visit(browser, origin, "/fr/about/help") as seen:
        seen.page.route("**/ground/**", lambda route: route.fulfill(status=404))
        seen.page.goto(origin + addresses("fr")["measured"])
        seen.page.locator("figure.map").first.scroll_into_view_if_needed()
        seen.page.locator(".map-holder path").first.wait_for(state="attached")
        until(seen.page, PINS, ["1", "2–3"])
        look = "getComputedStyle(document.querySelector('.map-holder')).backgroundColor"
        assert seen.page.evaluate(look) == "rgb(238, 241, 245)"


def test_what_is_printed_is_the_drawing(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["measured"]) as seen:
        show_map(seen.page)
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".map-drawing").first.is_visible()
        assert not seen.page.locator(".map-holder").is_visible()


def test_a_trip_starts_at_a_place_chosen_on_the_map_with_the_keyboard(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("en")["plan"], width=320, reduced_motion="reduce") as seen:
        page = seen.page
        page.locator("details.choose summary").focus()
        page.keyboard.press("Enter")
        page.locator(".map-holder").wait_for()
        until(page, f"({COLOURS})() > 2")
        until(page, "document.querySelector('.map-near').textContent.startsWith('Nearest stop: ')")
        assert seen.violations() == [], "with the map to choose on"
        heights = "() => [...document.querySelectorAll('.choose button')].map(e => e.getBoundingClientRect().height)"
        assert min(page.evaluate(heights)) >= 43.9
        page.locator(".map-holder").focus()
        page.keyboard.press("ArrowUp")
        until(page, "document.getElementById('status').textContent.startsWith('Nearest stop: ')")
        page.get_by_role("button", name="Start at the cross").focus()
        page.keyboard.press("Enter")
        written = page.locator("#field-from").input_value()
        assert re.fullmatch(r"-?\d+\.\d{5},-?\d+\.\d{5}", written)
        assert page.evaluate("document.getElementById('status').textContent") == "The position is written in the field."
        page.locator("#field-to").fill("Marché aux Nuages")
        page.keyboard.press("Escape")
        page.keyboard.press("Enter")
        page.wait_for_url("**/trip?**")
        assert written.replace(",", ", ") in page.locator("h1").inner_text()
        assert seen.complaints == []


DEFECTS = {
    "button-name": "const one = document.querySelector('.map-tools button'); one.replaceChildren(); one.title = ''",
    "aria-roles": "document.querySelector('.map-holder').setAttribute('role', 'map')",
    "color-contrast": "document.querySelector('.map figcaption').style.color = '#888'",
}


def test_axe_bites_in_the_map(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["measured"]) as seen:
        show_map(seen.page)
        seen.page.evaluate(NO_TILES)
        for change in DEFECTS.values():
            seen.page.evaluate(f"() => {{ {change} }}")
        assert {found.split(":")[0] for found in seen.violations()} >= DEFECTS.keys()
