"""Each kind of check of the pages is shown to bite: a defect is put into a sound page, and the check finds it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from webapp_checks import (
    ALIKE_STATES,
    CUT_OFF,
    DOUBLE_IDS,
    FAINT_EDGES,
    MOVING,
    OTHER_ORDER,
    SMALL_TARGETS,
    TOO_WIDE,
    faults,
    mouse_only,
    walk_through,
)
from webapp_site import addresses, visit

# a defect, and the rule of axe that finds it
AXE = {
    "document.querySelector('[for=field-from]').remove()": "label",
    "document.documentElement.removeAttribute('lang')": "html-has-lang",
    "document.querySelector('#hint-from').style.color = '#999'": "color-contrast",
    "document.querySelector('#hint-to').style.color = '#6b6b6b'": "color-contrast-enhanced",
    "document.querySelector('h2').outerHTML = '<h4>x</h4>'": "heading-order",
    "document.querySelector('main').insertAdjacentHTML('beforeend', '<svg role=img width=50 height=50></svg>')": (
        "svg-img-alt"
    ),
    "document.querySelector('button[type=submit]').tabIndex = 3": "tabindex",
    "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=/static/favicon.svg>')": "image-alt",
    "document.title = ''": "document-title",
    "document.querySelector('nav').setAttribute('role', 'navgation')": "aria-roles",
    "document.querySelector('.about').insertAdjacentHTML('beforeend', '<div>no item</div>')": "list",
    "document.querySelector('.locate').replaceChildren()": "button-name",
    "document.querySelector('footer a').replaceChildren()": "link-name",
    "document.querySelector('#field-to').setAttribute('aria-expanded', 'perhaps')": "aria-valid-attr-value",
    "document.querySelector('meta[name=viewport]').content = 'user-scalable=no'": "meta-viewport",
}

# a defect, and the program of ours that finds it
OWN = {
    "a link too small for a finger": (
        "document.querySelector('.languages a').style.cssText = 'display:inline-block;min-height:0;height:8px'",
        SMALL_TARGETS,
    ),
    "a row wider than the screen": ("document.querySelector('h1').style.whiteSpace = 'nowrap'", TOO_WIDE),
    "words cut off at the edge of their box": (
        "document.querySelector('.coverage').style.cssText = 'overflow:hidden;block-size:2rem'",
        CUT_OFF,
    ),
    "something that moves": ("document.querySelector('h1').style.transition = 'color 1s'", MOVING),
    "one id for two": ("document.querySelector('h1').id = 'content'", DOUBLE_IDS),
    "another order for the eye": ("document.querySelector('footer').style.order = '-1'", OTHER_ORDER),
    "an order from the right": ("document.querySelector('.about').style.flexDirection = 'row-reverse'", OTHER_ORDER),
}


def test_axe_bites(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["plan"]) as seen:
        assert seen.violations() == []
        for change in AXE:
            seen.page.evaluate(f"() => {{ {change} }}")
        found = {line.split(":")[0] for line in seen.violations()}
    assert set(AXE.values()) - found == set()


@pytest.mark.parametrize("defect", OWN)
def test_our_own_checks_bite(browser: Browser, origin: str, defect: str) -> None:
    change, check = OWN[defect]
    with visit(browser, origin, addresses("fr")["plan"], width=320, reduced_motion="reduce") as seen:
        assert faults(seen.page, check) == []
        seen.page.evaluate(change)
        assert faults(seen.page, check) != []


def test_what_only_a_mouse_reaches_is_found(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["plan"], width=390) as seen:
        seen.page.evaluate(
            "() => { const one = document.createElement('div'); one.textContent = 'x';"
            " one.addEventListener('click', () => {}); document.querySelector('main').append(one); }"
        )
        assert mouse_only(seen.page) == ["<div>x</div>"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("document.querySelector('#field-from').style.outline = 'none'", "no ring: INPUT#field-from"),
        (
            "document.body.insertAdjacentHTML('beforeend', '<p></p>');"
            "document.body.lastChild.style.cssText = 'position:fixed;inset:0;background:red;z-index:9'",
            "covered: A",
        ),
        ("document.querySelector('footer a').tabIndex = 1", "out of order: A"),
        (
            "document.querySelector('#field-to').addEventListener('blur', (e) => e.target.focus())",
            "no way out",
        ),
    ],
)
def test_a_lost_focus_is_found(browser: Browser, origin: str, change: str, found: str) -> None:
    with visit(browser, origin, addresses("fr")["plan"], width=390) as seen:
        seen.page.evaluate(f"() => {{ {change} }}")
        _, wrong = walk_through(seen.page, 2 if found.startswith("covered") else 12)
        assert any(one.startswith(found) for one in wrong), wrong


def test_states_that_look_alike_are_found_in_forced_colours(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["borderline"], forced_colors="active") as seen:
        assert faults(seen.page, ALIKE_STATES) == []
        assert seen.page.locator(".state-unknown, .state-limit").count() > 1
        seen.page.evaluate("document.querySelectorAll('.state').forEach((one) => { one.style.border = 'solid'; })")
        assert faults(seen.page, ALIKE_STATES) != []


def test_faint_edges_are_found(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["plan"], contrast="more") as seen:
        assert faults(seen.page, FAINT_EDGES) == []
        seen.page.evaluate("document.querySelector('.card').style.borderColor = 'silver'")
        assert faults(seen.page, FAINT_EDGES) != []


def test_a_script_of_somebody_else_and_one_in_the_page_are_refused_and_told(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["help"]) as seen:
        assert seen.complaints == []
        seen.page.evaluate(
            "() => { const one = document.createElement('script'); one.textContent = 'globalThis.ours = 1';"
            " document.head.append(one); const other = document.createElement('script');"
            " other.src = 'https://example.org/x.js'; document.head.append(other); }"
        )
        for _ in range(400):
            if len(seen.complaints) > 1:
                break
            seen.page.wait_for_timeout(25)
        assert all("Content Security Policy" in text for text in seen.complaints)
        assert len(seen.complaints) == 2
        assert seen.page.evaluate("typeof globalThis.ours") == "undefined"


def test_a_printed_trip_that_is_too_long_is_counted_so(browser: Browser, origin: str) -> None:
    with visit(browser, origin, addresses("fr")["measured"]) as seen:
        seen.page.evaluate("() => { const one = document.querySelector('.legs'); one.innerHTML += one.innerHTML; }")
        seen.page.evaluate("() => { const one = document.querySelector('.legs'); one.innerHTML += one.innerHTML; }")
        printed = seen.page.pdf(format="A4", tagged=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 2
