"""Every page and state in a real browser: axe without exceptions, small screens, targets, media; short and in full.

``make test`` runs the short matrix, ``make proof`` every page in both languages at each width and in each scheme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from webapp_checks import (
    ALIKE_STATES,
    CUT_OFF,
    DOUBLE_IDS,
    FAINT_EDGES,
    LARGE_TEXT,
    MOVING,
    OPEN_ALL,
    OTHER_ORDER,
    SMALL_TARGETS,
    TOO_WIDE,
    WIDE_SPACING,
    faults,
    mouse_only,
)
from webapp_site import LEFT_OPEN, SCHEMES, STATUS, WIDTHS, Visit, addresses, visit

PAGES = tuple(addresses("fr"))
EVERY = pytest.mark.parametrize("name", PAGES)


def assert_quiet(seen: Visit, origin: str, name: str) -> None:
    """Nothing asked of others, nothing complained of, nothing left open that nobody has looked at."""
    assert [url for url in seen.requests if not url.startswith((origin, "data:"))] == [], "third parties"
    # the browser notes the status of a page as an error
    assert [text for text in seen.complaints if f"status of {STATUS.get(name)} " not in text] == []
    assert set(seen.open_questions) - set(LEFT_OPEN) == set()


@EVERY
def test_a_page_holds_on_a_telephone(browser: Browser, origin: str, name: str) -> None:
    """320 pixels are 1280 at four times the size."""
    with visit(browser, origin, addresses("fr")[name], width=320, color_scheme="light") as seen:
        page = seen.page
        assert page.evaluate("document.documentElement.lang") == "fr"
        assert seen.violations() == []
        page.evaluate(OPEN_ALL)
        seen.settle()
        assert seen.violations() == [], "with everything open"
        assert mouse_only(page) == []
        assert faults(page, TOO_WIDE, CUT_OFF, SMALL_TARGETS, DOUBLE_IDS, OTHER_ORDER) == []
        page.evaluate(WIDE_SPACING)
        assert faults(page, TOO_WIDE, CUT_OFF) == [], "with the spacing of WCAG 1.4.12"
        page.set_viewport_size({"width": 640, "height": 900})
        page.evaluate(LARGE_TEXT)
        assert faults(page, TOO_WIDE, CUT_OFF) == [], "with text of twice the size"
        assert_quiet(seen, origin, name)


@EVERY
def test_a_page_holds_on_a_desk_in_the_dark(browser: Browser, origin: str, name: str) -> None:
    with visit(browser, origin, addresses("en")[name], color_scheme="dark", reduced_motion="reduce") as seen:
        page = seen.page
        page.evaluate(OPEN_ALL)
        seen.settle()
        assert seen.violations() == []
        assert faults(page, TOO_WIDE, CUT_OFF, SMALL_TARGETS) == []
        assert faults(page, MOVING) == [], "for who asked for no motion"
        assert_quiet(seen, origin, name)
        assert not name.startswith("audit") or seen.open_questions == [], "no table has to scroll on a desk"


@pytest.mark.parametrize("name", ["plan", "measured", "borderline", "refused", "stop"])
def test_a_page_holds_in_forced_colours_and_with_more_contrast(browser: Browser, origin: str, name: str) -> None:
    with visit(browser, origin, addresses("fr")[name], width=390, forced_colors="active") as seen:
        page = seen.page
        page.evaluate(OPEN_ALL)
        assert seen.violations() == []
        assert faults(page, ALIKE_STATES, TOO_WIDE) == []
        page.emulate_media(forced_colors="none", contrast="more")
        seen.settle()
        assert seen.violations() == [], "with more contrast"
        assert faults(page, FAINT_EDGES) == [], "edges as strong as the text"


@pytest.fixture(scope="module")
def scriptless(browser: Browser, origin: str) -> Iterator[Page]:
    """One page without scripts, for all: it keeps nothing from one address to the next."""
    with visit(browser, origin, addresses("fr")["home"], width=390, java_script_enabled=False) as seen:
        yield seen.page


@EVERY
def test_a_page_is_whole_without_any_script(scriptless: Page, origin: str, name: str) -> None:
    page = scriptless
    page.goto(origin + addresses("fr")[name])
    assert page.locator("h1").is_visible()
    assert page.locator("main").inner_text().strip() != page.locator("h1").inner_text()
    assert page.locator(".with-script:visible").count() == 0, "nothing that needs a script is offered"
    shown = {"measured": ".leg .why", "stop": "dl.quay dd", "board": "table.board time", "accessibility": "main p"}
    if name in shown:
        assert page.locator(shown[name]).first.inner_text()
        assert name not in {"measured", "stop"} or page.locator(".map-drawing").first.is_visible()


# --- In full --------------------------------------------------------------------------------------------

WISHES = ({"contrast": "more"}, {"reduced_motion": "reduce"}, {"forced_colors": "active"})
NO_WISH = {"contrast": "null", "reduced_motion": "null", "forced_colors": "null"}


@pytest.mark.proof
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_all_pages_hold_everywhere(browser: Browser, origin: str, lang: str) -> None:
    """Each width in each scheme, then each other wish of the reader's machine, with all open and the map."""
    looks, wrong = 0, []

    def look(seen: Visit, what: object, *programs: str) -> None:
        nonlocal looks
        looks += 1
        wrong.extend((what, found) for found in seen.violations() + faults(seen.page, TOO_WIDE, *programs))

    for name in PAGES:
        with visit(browser, origin, addresses(lang)[name], width=WIDTHS[0]) as seen:
            page = seen.page
            page.evaluate(OPEN_ALL)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    seen.settle()
                    look(seen, (name, scheme, width), CUT_OFF, SMALL_TARGETS)
                for wish in WISHES:
                    page.emulate_media(**(NO_WISH | wish))
                    program = next(program for key, program in BY_WISH.items() if key in wish)
                    look(seen, (name, scheme, wish), program)
                page.emulate_media(**NO_WISH)
            assert_quiet(seen, origin, name)
    assert wrong == []
    assert looks == len(PAGES) * len(SCHEMES) * (len(WIDTHS) + len(WISHES))
    print(f"{len(PAGES)} pages and states, {looks} looks by axe and by our own checks, nothing found")


BY_WISH = {"contrast": FAINT_EDGES, "reduced_motion": MOVING, "forced_colors": ALIKE_STATES}


@pytest.mark.proof
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_printed_trip_is_two_pages_at_most(browser: Browser, origin: str, lang: str) -> None:
    sheets = {}
    for name in ("measured", "borderline", "refused", "late", "on foot"):
        with visit(browser, origin, addresses(lang)[name]) as seen:
            printed = seen.page.pdf(format="A4", tagged=True, outline=True)
            sheets[name] = len(re.findall(rb"/Type\s*/Page\b", printed))
            assert b"/MarkInfo" in printed, "tagged"
    assert max(sheets.values()) <= 2, sheets
    print(", ".join(f"{name}: {count}" for name, count in sheets.items()))
