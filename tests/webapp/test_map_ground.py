"""The ground below movable maps: what is asked for in parts, what is not given, and what a page without it says."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import webapp
from planner.network.store import FAR, NEAR, ground_files
from webapp import create_app
from webapp.map_ground import SCRIPTS, box_of_stops, movable, stop_positions

MAP = Path(webapp.__file__).parent / "static" / "map.mjs"


@pytest.fixture
def grounded(app: Flask, town: Any, tmp_path: Path) -> FlaskClient:
    """A server whose town has the nearer half of a ground, and a secret beside it."""
    (tmp_path / NEAR).write_bytes(bytes(range(200)))
    (tmp_path / "words.json").write_text("secret", "utf-8")
    files = {NEAR: {"bytes": 200, "sha256": "ab" * 32}, "words.json": {"bytes": 6, "sha256": "cd" * 32}}
    (tmp_path / "manifest.json").write_text(json.dumps({"format": store_format(), "files": files}), "utf-8")
    town.folder = tmp_path
    return create_app([town]).test_client()


def store_format() -> int:
    from planner.network import store

    return store.FORMAT


def test_a_browser_may_ask_for_a_part(grounded: FlaskClient) -> None:
    part = grounded.get(f"/ground/town/{NEAR}?v=1", headers={"Range": "bytes=10-19"}, buffered=True)
    assert part.status_code == 206
    assert part.data == bytes(range(10, 20))
    assert part.headers["Content-Range"] == "bytes 10-19/200"
    assert "immutable" in part.headers["Cache-Control"]
    assert part.headers["ETag"]
    assert grounded.get(f"/ground/town/{NEAR}", headers={"Range": "bytes=500-"}, buffered=True).status_code == 416


@pytest.mark.parametrize(
    "path", [FAR, "words.json", "manifest.json", "../town/words.json", "%2e%2e%2fwords.json", "..%5cwords.json", ""]
)
def test_only_the_ground_is_given(grounded: FlaskClient, path: str) -> None:
    answer = grounded.get(f"/ground/town/{path}")
    assert answer.status_code in {404, 308}
    assert b"secret" not in answer.data


def test_a_network_without_a_ground_gives_none(client: FlaskClient) -> None:
    assert client.get(f"/ground/town/{NEAR}").status_code == 404
    assert client.get(f"/ground/nowhere/{NEAR}").status_code == 404


def test_the_stops_of_a_network_are_given_with_their_positions(client: FlaskClient) -> None:
    assert client.get("/ground/town/stops").json == [[49.9, 2.3, "Market"], [49.91, 2.31, "Dock <b>&"]]


def test_a_few_stops_far_away_do_not_make_a_town_small(town: Any) -> None:
    assert box_of_stops(town) == (49.9, 2.3, 49.91, 2.31)
    assert len(stop_positions(town)) == 2


def test_the_folder_of_a_network_names_what_was_built(grounded: FlaskClient, tmp_path: Path) -> None:
    assert ground_files(tmp_path) == {NEAR: "ab" * 32}


@pytest.mark.parametrize("fetched", [True, False])
def test_without_the_scripts_a_page_asks_for_none(
    asked: Any, town: Any, monkeypatch: pytest.MonkeyPatch, fetched: bool
) -> None:
    monkeypatch.setattr(webapp, "movable", lambda _: fetched)
    monkeypatch.setattr(webapp, "_asset_finder", lambda _: lambda name: f"/static/{name}")
    client = create_app([town]).test_client()
    for address in ("trip?from=Market&to=Hospital&when=2026-05-12T08:00", ""):
        page = client.get(f"/en/town/{address}").text
        assert ("map.mjs" in page) is fetched
        assert ("vendor/leaflet.js" in page) is fetched
        assert ("map-drawing" in page) is (address != ""), "the drawing is there either way"


def test_the_script_knows_no_other_origin_and_runs_no_text() -> None:
    text = MAP.read_text("utf-8")
    assert set(re.findall(r"https?://[\w.]+", text)) == {"https://www.openstreetmap.org"}, "a link, followed by hand"
    assert not re.search(r"\beval\(|new Function|innerHTML|style=", text)


def test_the_scripts_stay_small() -> None:
    static = MAP.parent
    ours = sum(len(gzip.compress((static / name).read_bytes())) for name in ("app.mjs", "map.mjs"))
    assert ours <= 15_000
    if movable(static):
        theirs = sum(len(gzip.compress((static / "vendor" / name).read_bytes())) for name in SCRIPTS)
        assert theirs + len(gzip.compress(MAP.read_bytes())) <= 100_000
