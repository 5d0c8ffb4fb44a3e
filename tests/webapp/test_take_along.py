"""An itinerary as a file, an address that says nothing of the traveller, and what a device keeps."""

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

TRIP = "/en/town/trip?from=Market&to=Hospital&when=2026-05-12T08:00&profile=powered-wheelchair&p.mass_kg=150&roll=900"


def links(client: FlaskClient, kind: str) -> list[str]:
    html = client.get(TRIP).get_data(as_text=True)
    return [unescape(link) for link in re.findall(rf'href="(/en/town/trip\.{kind}\?[^"]+)" download', html)]


def of(found: list[str], itinerary: str) -> str:
    return next(link for link in found if f"i={itinerary}" in link)


def test_every_itinerary_can_be_taken_along_in_three_forms(client: FlaskClient) -> None:
    for kind, start in (("txt", "From Market"), ("ics", "BEGIN:VCALENDAR"), ("geojson", '{"type"')):
        found = links(client, kind)
        assert len(found) == 4
        for link in found:
            answer = client.get(link)
            assert answer.status_code == 200
            assert answer.get_data(as_text=True).startswith(start)
            assert f"plainpied.{kind}" in answer.headers["Content-Disposition"]
    assert client.get(of(links(client, "txt"), "declared").replace("i=declared", "i=another")).status_code == 404


def test_the_text_says_what_the_page_says(client: FlaskClient) -> None:
    text = client.get(of(links(client, "txt"), "doubtful")).get_data(as_text=True)
    for said in ("Get on at Market, quay A.", "Get off at Dock <b>&.", "Bus C3 towards Hospital", "not a guarantee"):
        assert said in text
    assert "\u00a0" not in text
    assert "\u202f" not in text
    assert "150" not in text, "no limit of the traveller"


def test_the_calendar_entry_keeps_to_the_rules_of_its_format(client: FlaskClient) -> None:
    raw = client.get(of(links(client, "ics"), "declared")).get_data()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "longer lines are folded"
    whole = raw.replace(b"\r\n ", b"").decode()
    assert "DTSTART:20260512T060000Z" in whole
    assert "DTEND:20260512T061600Z" in whole
    (description,) = re.findall(r"DESCRIPTION:(.*)", whole)
    assert not re.search(r"(?<!\\)[,;]", description), "separators are escaped"
    assert "Get on at Market" in description


def test_the_map_data_has_a_line_for_each_leg_and_a_point_for_each_boarding(client: FlaskClient) -> None:
    features = json.loads(client.get(of(links(client, "geojson"), "doubtful")).get_data())["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds == ["ride", "boarding", "boarding", "walk", "ride", "boarding", "boarding"]
    assert features[0]["geometry"] == {"type": "LineString", "coordinates": [[2.3, 49.9], [2.31, 49.91]]}
    assert features[-1]["properties"]["state"] == "Unknown"


def shared(html: str, attribute: str) -> dict[str, list[str]]:
    (address,) = re.findall(rf'{attribute}="([^"]+)"', html)
    return parse_qs(urlsplit(unescape(address)).query)


def test_an_address_to_share_says_nothing_of_the_traveller_unless_wanted(client: FlaskClient) -> None:
    html = client.get(TRIP).get_data(as_text=True)
    bare = shared(html, "data-bare")
    assert bare["from"] == ["Market"]
    assert bare.keys().isdisjoint({"profile", "roll", "p.mass_kg"})
    assert shared(html, "data-all").keys() >= {"profile", "roll", "p.mass_kg"}


def test_a_question_about_now_is_shared_with_its_moment(client: FlaskClient) -> None:
    bare = shared(client.get(f"{TRIP}&by=now").get_data(as_text=True), "data-bare")
    assert (bare["by"], bare["when"]) == (["leave"], ["2026-05-12T08:00"])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pages_can_be_installed(client: FlaskClient, lang: str) -> None:
    html = client.get(f"/{lang}/").get_data(as_text=True)
    assert f'rel="manifest" href="/{lang}/manifest.webmanifest"' in html
    told = client.get(f"/{lang}/manifest.webmanifest").get_json(force=True)
    assert client.get(told["start_url"]).status_code == 200
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        with client.get(icon["src"]) as answer:
            assert answer.get_data().startswith(b"\x89PNG")


def test_the_worker_keeps_only_what_is_there(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    (shell,) = re.findall(r"^const SHELL = (.*);$", answer.get_data(as_text=True), re.MULTILINE)
    assert len(json.loads(shell)) > 5
    for address in json.loads(shell):
        with client.get(address) as kept:
            assert kept.status_code == 200, "one that is missing would stop the installation"


def test_the_notice_with_the_age_is_hidden_until_the_worker_shows_it(client: FlaskClient, asked: Any) -> None:
    html = client.get(TRIP).get_data(as_text=True)
    assert 'id="copy" hidden' in html, "the very text that the worker looks for"
    assert "Saved copy, computed on" in html
    worker = client.get("/sw.js").get_data(as_text=True)
    assert "'id=\"copy\" hidden'" in worker
