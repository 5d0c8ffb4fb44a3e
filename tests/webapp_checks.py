"""What the tests ask of an open page besides axe; tests/webapp/test_bite.py shows that each of them bites."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

# --- Programs for the page: each gives a list of what is wrong -------------------------------------------

SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, summary, input, select, textarea, label.choice')]
  .filter(e => e.checkVisibility() && !e.closest('.skip, label.choice > *') && !e.matches('label.choice input'))
  .filter(e => !(e.tagName === 'A' && (getComputedStyle(e).display === 'inline' || e.closest('.leaflet-container'))))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([_, r]) => r.width < 43.9 || r.height < 43.9)
  .map(([html, r]) => `${Math.round(r.width)} x ${Math.round(r.height)}: ${html}`)"""

TOO_WIDE = """() => { const root = document.documentElement;
  return root.scrollWidth > root.clientWidth ? [`${root.scrollWidth} in ${root.clientWidth}`] : []; }"""

# a table of data may scroll in a frame of its own that the keyboard reaches (WCAG 1.4.10)
CUT_OFF = """() => [...document.querySelectorAll('main *, header *, footer *')]
  .filter(e => e.checkVisibility() && !e.closest('.unseen, .skip, svg, .map-live, [role=listbox], textarea, select'))
  .filter(e => { const s = getComputedStyle(e);
    const frame = e.matches('.scroll[tabindex="0"][role=group][aria-label]') && e.querySelector(':scope > table');
    return s.overflowX !== 'visible' && e.scrollWidth > e.clientWidth + 1 && !e.matches('input') && !frame
        || s.overflowY !== 'visible' && e.scrollHeight > e.clientHeight + 1 && !e.matches('input'); })
  .map(e => e.outerHTML.slice(0, 80))"""

MOVING = """() => [...document.querySelectorAll('*')].flatMap(e => ['', '::before', '::after'].map(p => [e, p]))
  .filter(([e, p]) => { const s = getComputedStyle(e, p || null);
    return parseFloat(s.transitionDuration) > 0 || parseFloat(s.animationDuration) > 0; })
  .map(([e, p]) => e.outerHTML.slice(0, 80) + p)"""

DOUBLE_IDS = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, row) => ids.indexOf(id) !== row); }"""

OTHER_ORDER = """() => [...document.querySelectorAll('body *')]
  .filter(e => { const s = getComputedStyle(e);
    return s.order !== '0' || /reverse/.test(s.flexDirection + s.flexWrap) || e.tabIndex > 0; })
  .map(e => e.outerHTML.slice(0, 80))"""

# of forced colours: two states with one border would be told apart by colour alone
ALIKE_STATES = """() => {
  const looks = {};
  for (const e of document.querySelectorAll('.state')) {
    const s = getComputedStyle(e);
    (looks[s.borderTopStyle + s.borderLeftWidth + s.borderTopWidth] ??= new Set()).add(e.className);
  }
  return Object.values(looks).filter(names => names.size > 1).map(names => [...names].join(' = '));
}"""

# of who asked for more contrast
FAINT_EDGES = """() => [...document.querySelectorAll('.card')].map(e => getComputedStyle(e))
  .filter(s => s.borderTopColor !== s.color).map(s => s.borderTopColor)"""

WIDE_SPACING = """() => { for (const e of document.querySelectorAll('body *')) {
  e.style.letterSpacing = '0.12em'; e.style.wordSpacing = '0.16em'; e.style.lineHeight = '1.5'; } }"""

LARGE_TEXT = "() => { document.documentElement.style.fontSize = '200%'; }"

OPEN_ALL = "() => { for (const e of document.querySelectorAll('details:not(.choose)')) e.open = true; }"

FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
  const top = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
  const before = window.focusedBefore;
  const inOrder = !before?.isConnected || before === e
    || Boolean(before.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
  window.focusedBefore = e;
  return {what: e.tagName + '#' + e.id + '.' + e.name + '=' + (e.value || e.textContent).trim().slice(0, 40),
          outline: s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth), inOrder,
          seen: !!top && (e.contains(top) || top.contains(e)), body: e === document.body}; }"""


def walk_through(page: Page, most: int = 150) -> tuple[list[str], list[str]]:
    """Press Tab from the top of the page to its end; give each stop, and what is wrong with the focus there."""
    stops: list[str] = []
    wrong: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus["body"]:
            return stops, wrong
        for _ in range(
            200 if most > 12 else 40
        ):  # a page that scrolls smoothly, or a busy machine, shows it a moment later
            if focus["seen"]:
                break
            page.wait_for_timeout(25)
            focus = page.evaluate(FOCUSED)
        wrong += [f"no ring: {focus['what']}"] if focus["outline"] < 2 else []
        wrong += [] if focus["seen"] else [f"covered: {focus['what']}"]
        wrong += [] if focus["inOrder"] else [f"out of order: {focus['what']}"]
        stops.append(focus["what"])
    return stops, [*wrong, f"no way out after {stops[-3:]}"]


def mouse_only(page: Page) -> list[str]:
    """Every element that does something when clicked and that no key reaches.

    An element is reached if it, or a control within or around it, takes the focus. The options of a list of places
    are reached by the arrow keys of their field.
    """
    session = page.context.new_cdp_session(page)
    try:
        everything = session.send("Runtime.evaluate", {"expression": "[...document.querySelectorAll('body *')]"})
        rows = session.send(
            "Runtime.getProperties", {"objectId": everything["result"]["objectId"], "ownProperties": True}
        )
        found = []
        for row in rows["result"]:
            if not row["name"].isdigit():
                continue
            id_ = row["value"]["objectId"]
            heard = session.send("DOMDebugger.getEventListeners", {"objectId": id_})["listeners"]
            if any(one["type"] in {"click", "mousedown", "pointerup"} for one in heard):
                found.append(session.send("Runtime.callFunctionOn", {"objectId": id_, "functionDeclaration": REACHED}))
        return [str(one["result"]["value"]) for one in found if one["result"].get("value")]
    finally:
        session.detach()


REACHED = """function () {
  const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"], [role=option]';
  return this.matches(controls) || this.closest(controls) ? '' : this.outerHTML.slice(0, 80);
}"""


def faults(page: Page, *programs: str) -> list[Any]:
    """Everything that these programs find on the page as it is."""
    return [fault for program in programs for fault in page.evaluate(program)]
