"""The staff pages: what the audit says reaches the reader, in both languages, and a bad file stops nothing."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser
from webapp_site import served, visit

from planner.network.store import FORMAT as NETWORK_FORMAT
from planner.network.store import MANIFEST
from planner.report.document import FORMAT
from webapp import audit_document, create_app

BOTH = pytest.mark.parametrize("lang", ["fr", "en"])
PROFILE = "manual-wheelchair"
HOSTILE = "Dock <script>&"


def _finding(number: int, **more: Any) -> dict[str, Any]:
    law = {"rule": "FR-02", "severity": "BLOCKING", "standing": "LAW", "obligation": "YES", "owner": "Ville"}
    return {
        "id": f"f{number}", "about": "STOP", "subject_id": "town:dock", "name": HOSTILE, "way": None, "near": None,
        "gap": 200.0,
        "found": {"text": "%(value_mm)s", "values": {"value_mm": 700}},
        "unit": "mm", "note": {"text": "", "values": {}},
        "because": {"text": "a priority stop", "values": {}}, "obligation_source": "code des transports", **law, **more,
    }  # fmt: skip


def small_audit() -> dict[str, Any]:
    guidance = {"rule": "C8", "severity": "MINOR", "standing": "GUIDANCE", "obligation": "UNKNOWN", "owner": None}
    cell = {"profile": PROFILE, "vehicle": "Bus", "verdict": "NO", "departures_a_day": 30.0, "arrivals_a_day": 30.0}
    return {
        "format": FORMAT,
        "made_at": "2026-11-20T06:00:00+00:00",
        "day": "2026-11-16",
        "profiles": [PROFILE],
        "within_min": [30],
        "network": {"name": "town"},
        "counts": {"stops": 2, "quays": 2, "quays_measured": 1, "findings": 62, "obligations": 60, "not_assessable": 7,
                   "failures": 1},
        "shares": [
            {"profile": PROFILE, "verdict": "YES", "boardings_a_day": 75.0},
            {"profile": PROFILE, "verdict": "NO", "boardings_a_day": 25.0},
        ],
        "rules": [
            {"id": "FR-02", "text": "A rule.", "severity": "BLOCKING", "standing": "LAW", "source": "arrêté",
             "about": "STOP", "PASS": 1, "FAIL": 60, "NOT_ASSESSABLE": 7}
        ],
        "findings": [*(_finding(number) for number in range(60)), *(_finding(n, **guidance) for n in (60, 61))],
        "stops": [
            {"id": "town:dock", "name": HOSTILE, "lat": 48.1, "lon": 2.1, "owner": "Ville",
             "boardings_a_day": 60.0, "lines": ["town:c3/a"],
             "verdicts": {PROFILE: "NO"}, "standing": {f"{PROFILE}/exclude": "CUT_OFF"}, "vehicles": [cell],
             "findings": ["f1"]}
        ],
        "lines": [{"id": "town:c3/a", "name": "C3", "stops": ["town:dock", "town:gone"]}],
        "components": [
            {"profile": PROFILE, "unknown": "exclude", "main": 1, "NO_WAY_OUT": [], "NO_WAY_IN": [],
             "CUT_OFF": ["town:dock"]},
            {"profile": PROFILE, "unknown": "allow", "main": 2, "NO_WAY_OUT": [], "NO_WAY_IN": [], "CUT_OFF": []},
        ],
        "gaps": [
            {"profile": PROFILE, "unknown": "allow", "moments": ["2026-11-16T08:00:00+01:00"], "reached": [[12.0]],
             "on_foot": [[40.0]], "median_extra_s": [None],
             "each": {"reached": [[[12]]], "on_foot": [[[40]]], "extra_s": [[None]]}}
        ],
        "gap_stops": ["town:dock"],
        "failures": [
            {"id": "lift:1", "kind": "lift", "name": "", "near": HOSTILE, "profile": PROFILE, "stops": ["town:dock"],
             "trips": 9}
        ],
        "fixes": [
            {"rank": 1, "kind": "RAISE_QUAY", "subject_id": "town:dock", "value_mm": 180.0, "name": HOSTILE,
             "near": None, "owner": None, "needed_mm": None, "cost": None, "boardings_a_day": 25.0, "rides_a_day": 3.0,
             "pairs": None, "saved_s": None,
             "gains": [{"profile": PROFILE, "boardings_a_day": 26.0, "lost_a_day": 1.0, "rides_a_day": 3.0,
                        "pairs": None, "saved_s": None}]},
            {"rank": 2, "kind": "EQUIP_VEHICLE", "subject_id": "bus", "value_mm": None, "name": "Bus", "near": None,
             "owner": "Ville", "needed_mm": None, "cost": 5.0, "boardings_a_day": 40.0, "rides_a_day": 2.0,
             "pairs": 7, "saved_s": 4_500,
             "gains": [{"profile": "pram", "boardings_a_day": 40.0, "lost_a_day": 0.0, "rides_a_day": 2.0,
                        "pairs": 7, "saved_s": 4_500}]},
        ],
        "chosen": None,
        "worklist": [{"kind": "QUAY", "id": "town:dock", "name": HOSTILE, "missing": ["quay_height_m"],
                      "boardings_a_day": 60.0}],
    }  # fmt: skip


@pytest.fixture
def site(town: Any, tmp_path: Path) -> Flask:
    town.folder = tmp_path
    (tmp_path / MANIFEST).write_text(json.dumps({"format": NETWORK_FORMAT, "files": {"a.npy": {"bytes": 1}}}), "utf-8")
    (tmp_path / audit_document.FOLDER).mkdir()
    write(tmp_path, small_audit())
    return create_app([town])


@pytest.fixture
def staff(site: Flask) -> FlaskClient:
    return site.test_client()


def write(folder: Path, document: Any) -> None:
    (folder / audit_document.FOLDER / audit_document.DOCUMENT).write_text(json.dumps(document), "utf-8")


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    text = response.get_data(as_text=True)
    assert "style=" not in text
    assert "<script>&" not in text
    return unescape(text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_the_first_page_heads_with_what_it_is_not_and_tells_the_key_figures(staff: FlaskClient) -> None:
    html = page(staff, "/fr/town/audit")
    head = html.split("<h1>")[1].split("<h2")[0]
    assert "attestation de conformité" in head
    assert "20 novembre 2026" in head
    assert re.search(r"75<small>75 %</small>.*25<small>25 %</small>", html), "numbers beside the bar"
    assert '<rect class="audit-yes" x="0.0" width="75.0"' in html
    assert "non calculé" in page(staff, "/fr/town/audit/fixes"), "pairs nobody counted are not 0"


@BOTH
def test_every_page_stands_in_both_languages_with_the_same_question(staff: FlaskClient, lang: str) -> None:
    other = {"fr": "en", "en": "fr"}[lang]
    for path in (
        "",
        "/findings?severity=MINOR&page=1",
        "/fixes?sort=cost",
        "/map",
        "/lines",
        "/stops",
        "/stops/town:dock",
        "/lines/town:c3/a",
    ):
        html = page(staff, f"/{lang}/town/audit{path}")
        assert re.search(rf'href="/{other}/town/audit{re.escape(path)}"', html), path


def test_filters_hold_together_and_over_the_pages(staff: FlaskClient) -> None:
    first = page(staff, "/en/town/audit/findings?obligation=YES&owner=%3DVille")
    assert first.count("<tr>") == 50 + 1
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after is not None
    assert "Page 2 of 2" in (second := page(staff, after[1]))
    assert second.count("<tr>") == 10 + 1, "the filter holds on the second page"
    guidance = page(staff, "/en/town/audit/findings?severity=MINOR&owner=-")
    assert guidance.count("<tr>") == 2 + 1
    assert "guidance, no law" in guidance
    assert "Nothing fits" in page(staff, "/en/town/audit/findings?severity=MINOR&obligation=YES")
    assert "62 findings" in page(staff, "/en/town/audit/findings?severity=<script>&page=-1"), "no such filter"


def test_a_finding_says_its_rule_and_a_change_the_time_it_saves(staff: FlaskClient) -> None:
    assert "FR-02, law<small>A rule.</small>" in page(staff, "/en/town/audit/findings")
    fixes = page(staff, "/en/town/audit/fixes")
    assert re.search(r'<th scope="row">Equip .*?<td class="n">1 h 15</td>', fixes, re.DOTALL)
    assert "Cost" in fixes, "one of them has one"
    assert f"Lift: near {HOSTILE}" in page(staff, "/en/town/audit")


def test_a_column_in_which_nobody_says_anything_is_left_out(staff: FlaskClient, tmp_path: Path) -> None:
    heads = re.findall(r"<th [^>]*>(Owner|Cost)</th>", page(staff, "/en/town/audit/fixes"))
    assert heads == ["Cost", "Owner"]
    document = small_audit()
    for one in (*document["stops"], *document["findings"], *document["fixes"]):
        one |= {"owner": None, "cost": None}
    write(tmp_path, document)
    for path in ("/fixes", "/findings", "/stops/town:dock"):
        assert not re.search(r"<th [^>]*>(Owner|Cost)</th>", page(staff, f"/en/town/audit{path}"))


def test_the_changes_are_counted_for_one_traveller_and_sorted(staff: FlaskClient) -> None:
    def kinds(question: str) -> list[str]:
        html = page(staff, f"/en/town/audit/fixes{question}").split("<tbody>")
        return re.findall(r"(Raise|Equip) ", html[1]) if len(html) > 1 else []

    assert kinds("") == ["Raise", "Equip"], "most rides first"
    assert kinds("?sort=boardings") == kinds("?sort=pairs") == kinds("?sort=cost") == ["Equip", "Raise"]
    assert kinds(f"?profile={PROFILE}") == kinds("?kind=RAISE_QUAY") == kinds("?owner=-") == ["Raise"]
    assert kinds("?owner=%3DVille&sort=none") == ["Equip"]
    assert kinds("?profile=pram") == ["Raise", "Equip"], "no traveller of this audit: all"


def test_stops_are_filtered_by_the_verdict_for_a_traveller(staff: FlaskClient) -> None:
    assert "town:dock" in page(staff, f"/en/town/audit/stops?profile={PROFILE}&verdict=NO&sort=findings")
    assert "Nothing fits" in page(staff, "/en/town/audit/stops?verdict=YES")
    assert '<option value="NO" selected>' in page(staff, "/en/town/audit/stops?verdict=NO")


def test_the_page_of_a_stop_says_how_far_one_comes_from_it(staff: FlaskClient, tmp_path: Path) -> None:
    document = small_audit()
    document["within_min"] = [30, 45]
    (gap,) = document["gaps"]
    gap |= {"moments": gap["moments"] * 2, "reached": [[12.0, 1.0]] * 2, "on_foot": [[40.0, 1.0]] * 2}
    gap["median_extra_s"] = [None, None]
    gap["each"] = {
        "reached": [[[12], [13]], [[13], [15]]], "on_foot": [[[40], [60]], [[40], [60]]], "extra_s": [[None], [600.0]],
    }  # fmt: skip
    write(tmp_path, document)
    table = page(staff, "/en/town/audit/stops/town:dock").split('id="reach-title"')[1].split("</table>")[0]
    sure, best = table.split("<tbody>")[1].split("</tr>")[:2]
    assert "cut off" in sure
    assert sure.count("<td>–</td>") == 2, "nothing was measured without doubts"
    assert re.findall(r"<td>([^<]+)", best)[1:] == ["12.5", "14", "10 min"], "means over the moments"
    assert "on foot 60" in best
    assert "not known" in best, "where it lies"
    gap["each"]["reached"][0][1] = []
    write(tmp_path, document)
    assert "damaged" in page(staff, "/en/town/audit", 503)


def test_the_map_is_an_extra_that_tells_its_marks(staff: FlaskClient) -> None:
    html = page(staff, "/fr/town/audit/map")
    assert "Obstacle (carré) 1" in html or "(carré) 1" in html
    assert re.search(r'<svg class="drawing"[^>]*role="img" aria-label=', html)
    assert f'/fr/town/audit/stops?profile={PROFILE}"' in html


def test_findings_are_sorted(staff: FlaskClient) -> None:
    first = page(staff, "/en/town/audit/findings?sort=rule").split("<tbody>")[1]
    assert first.index("C8") < first.index("FR-02")


def test_lines_and_stops_lead_to_each_other(staff: FlaskClient) -> None:
    assert '/en/town/audit/stops/town:dock"' in page(staff, "/en/town/audit/lines/town:c3/a")
    assert '/en/town/audit/lines/town:c3/a"' in page(staff, "/en/town/audit/stops/town:dock")
    assert '/en/town/audit"' in page(staff, "/en/town/")
    page(staff, "/en/town/audit/stops/town:gone", 404)
    page(staff, "/en/nowhere/audit", 404)


def test_only_the_files_of_an_audit_are_given(staff: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("s", "utf-8")
    (tmp_path / audit_document.FOLDER / "other.csv").write_text("s", "utf-8")
    given = staff.get("/en/town/audit/download/audit.json")
    assert given.status_code == 200
    assert given.headers["Content-Disposition"].startswith("attachment")
    given.close()
    for name in ("other.csv", "findings.csv", "../secret.csv", "%2e%2e%2fsecret.csv", "..%5csecret.csv"):
        assert staff.get(f"/en/town/audit/download/{name}").status_code == 404, name


def _without(key: str) -> dict[str, Any]:
    return {one: value for one, value in small_audit().items() if one != key}


BAD: dict[str, tuple[Callable[[], Any], str]] = {
    "another format": (lambda: small_audit() | {"format": FORMAT + 1}, "another version"),
    "a list": (list, "another version"),
    "a part is missing": (lambda: _without("findings"), "damaged"),
    "no number": (lambda: small_audit() | {"made_at": 3}, "damaged"),
    "no such verdict": (
        lambda: small_audit() | {"shares": [{**small_audit()["shares"][0], "verdict": "?"}]},
        "damaged",
    ),
    "not a number": (lambda: small_audit() | {"worklist": [float("nan")]}, "damaged"),
    "another network": (lambda: small_audit() | {"network": {"name": "else"}}, "of another network"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_said_and_a_good_one_read_again(staff: FlaskClient, tmp_path: Path, what: str) -> None:
    make, told = BAD[what]
    write(tmp_path, make())
    html = page(staff, "/en/town/audit", 503)
    assert told in html
    write(tmp_path, small_audit())
    page(staff, "/en/town/audit")


def test_a_deep_or_long_file_is_damaged(staff: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / audit_document.FOLDER / audit_document.DOCUMENT
    path.write_text("[" * 200_000, "utf-8")
    assert "damaged" in page(staff, "/en/town/audit/stops", 503)
    write(tmp_path, small_audit())
    monkeypatch.setattr(audit_document, "MAX_BYTES", 100)
    assert "too large" in page(staff, "/en/town/audit", 503)


@BOTH
def test_without_an_audit_the_command_is_told(client: FlaskClient, lang: str) -> None:
    assert "<code>plainpied audit town</code>" in page(client, f"/{lang}/town/audit", 404)


def test_the_file_is_read_once_for_each_change(staff: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page(staff, "/en/town/audit")
    monkeypatch.setattr(audit_document, "_read", lambda *_: pytest.fail("read again"))
    page(staff, "/en/town/audit/stops")


PATHS = ("", "/findings", "/fixes", "/lines", "/lines/town:c3/a", "/map", "/stops", "/stops/town:dock")


BROKEN_HEADS = """() => [...document.querySelectorAll(".scroll thead th")].filter(head => {
  const text = document.createRange();
  text.selectNodeContents(head);
  const lines = new Set([...text.getClientRects()].map(one => Math.round(one.top))).size;
  return lines > head.innerText.trim().split(/[\\s-]+/).length;
}).map(head => head.innerText)"""


def test_heads_of_tables_are_whole_words_and_no_column_is_lost_on_paper(site: Flask, browser: Browser) -> None:
    with served(site) as origin, visit(browser, origin, "/fr/town/audit", width=320) as seen:
        for path in PATHS:
            seen.page.set_viewport_size({"width": 320, "height": 900})
            seen.page.emulate_media(media="screen")
            seen.page.goto(f"{origin}/fr/town/audit{path}")
            assert seen.page.evaluate(BROKEN_HEADS) == [], path
            seen.page.set_viewport_size({"width": 718, "height": 1000})  # A4 upright within margins of 1 cm
            seen.page.emulate_media(media="print")
            right = seen.page.evaluate(
                "Math.max(0, ...[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right))"
            )
            assert right <= 718, path


def test_the_staff_pages_work_by_keyboard_and_without_a_script(site: Flask, browser: Browser) -> None:
    with served(site) as origin, visit(browser, origin, "/en/town/audit/fixes", java_script_enabled=False) as seen:
        choice = seen.page.get_by_label("Order")
        choice.focus()
        for _ in range(3):  # down to: the cheapest first
            choice.press("ArrowDown")
        choice.press("Tab")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url("**sort=cost**")
        assert seen.page.locator("tbody tr").first.inner_text().startswith("Equip")
    with served(site) as origin, visit(browser, origin, "/en/town/audit/findings", width=390) as seen:
        for _ in range(200):
            seen.page.keyboard.press("Tab")
            told = seen.page.evaluate("""() => {const e = document.activeElement, s = getComputedStyle(e);
                const width = s.outlineStyle === 'none' ? 0 : parseFloat(s.outlineWidth);
                return [e === document.body, width, e.outerHTML]}""")
            if told[0]:
                break
            assert told[1] >= 2, told[2][:80]
        else:
            pytest.fail("no way out")
