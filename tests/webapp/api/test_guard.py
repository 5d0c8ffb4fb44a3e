"""Limits, counts, logs and new builds: what keeps a server fit for the web."""

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask.testing import FlaskClient

from planner.build import FactInputs, Input, Labels, build
from planner.network.store import open_network
from planner.network.tables import Network
from webapp import create_app, gunicorn_settings, reload, wsgi
from webapp.api.guard import METRICS, PER_MINUTE, RateLimit
from webapp.api.web import LOG
from webapp.settings import FILE_NAME

BASE = "/api/v1/fictiville"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_evenly() -> None:
    clock = Clock()
    limit = RateLimit(6, clock)
    assert [limit.take("a").remaining for _ in range(6)] == [5, 4, 3, 2, 1, 0]
    refused = limit.take("a")
    assert (refused.retry_after_s, refused.remaining) == (10, 0)
    assert limit.take("b").remaining == 5
    clock.now = 10.0
    assert limit.take("a").retry_after_s == 0
    assert limit.take("a").retry_after_s == 10
    clock.now = 120.0
    assert limit.take("a").remaining == 5


def test_too_many_requests_are_refused_with_headers_that_say_when(
    fictiville: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PER_MINUTE, "2")
    client = create_app([fictiville]).test_client()
    first = client.get(f"{BASE}/routes")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("2", "1")
    client.get(f"{BASE}/routes")
    refused = client.get(f"{BASE}/routes")
    assert (refused.status_code, refused.get_json()["code"]) == (429, "TOO_MANY_REQUESTS")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert client.get("/api/v1/health").status_code == 200
    other = client.get(f"{BASE}/routes", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 200


def test_without_a_setting_there_is_no_limit_and_a_wrong_one_is_refused(
    fictiville: Network, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "RateLimit-Limit" not in client.get(f"{BASE}/routes").headers
    monkeypatch.setenv(PER_MINUTE, "many")
    with pytest.raises(ValueError, match="whole number"):
        create_app([fictiville])


def test_counts_are_told_where_they_are_asked_for_and_name_nobody(
    fictiville: Network, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/api/v1/metrics").status_code == 404
    monkeypatch.setenv(METRICS, "1")
    counted = create_app([fictiville]).test_client()
    counted.get(f"{BASE}/stops", query_string={"q": "hopital"})
    counted.get(f"{BASE}/stops", query_string={"near": "nowhere"})
    told = counted.get("/api/v1/metrics").get_data(as_text=True)
    assert 'plainpied_requests_total{endpoint="stops",method="GET",status="200"} 1' in told
    assert 'plainpied_requests_total{endpoint="stops",method="GET",status="422"} 1' in told
    assert 'plainpied_request_seconds_count{endpoint="stops"} 2' in told
    assert "hopital" not in told


def test_a_log_line_holds_no_place_and_no_traveller(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        asked = {"from": "Colline-Plate", "to": "f:E1-N", "at": "2026-11-24T09:00", "profile": "mobility-scooter"}
        client.get(f"{BASE}/plan", query_string={**asked, "mass_kg": "211"}, headers={"X-Request-ID": "abcdefgh-1"})
    (line,) = [json.loads(record.getMessage()) for record in caplog.records if record.name == "webapp.api.web"]
    assert line["request_id"] == "abcdefgh-1"
    assert line["endpoint"] == "api.plan"
    for secret in ("Colline", "E1-N", "scooter", "211"):
        assert secret not in caplog.text


def test_an_expensive_plan_is_refused_with_its_price(client: FlaskClient) -> None:
    asked = {"from": "f:E1", "to": "f:E8", "at": "2026-11-24T09:00", "window_s": 86_400, "fallbacks": "true"}
    told = client.get(f"{BASE}/plan", query_string=asked)
    assert (told.status_code, told.get_json()["code"]) == (422, "TOO_EXPENSIVE")
    assert told.get_json()["price"]["searches"] > told.get_json()["most"]["searches"]


def test_a_new_build_is_taken_up_and_no_request_is_dropped(
    fictiville: Network, fictiville_feed: Path, tmp_path: Path
) -> None:
    assert fictiville.folder is not None
    folder = tmp_path / "fictiville"
    shutil.copytree(fictiville.folder, folder)
    app = create_app([open_network(folder)])
    reload.follow_builds(app, 0.0)
    answers: list[tuple[int, str]] = []
    done = Event()

    def ask() -> None:
        own: Any = app.test_client()
        while not done.is_set():
            told = own.get(f"{BASE}/boarding", query_string={"stop": "f:E1-N", "route": "f:T1", "on": "2026-11-24"})
            answers.append((told.status_code, told.get_json()["network"]["title"]))

    threads = [Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    build(folder, [Input("f", fictiville_feed)], FactInputs(), Labels("New Town"))
    for _ in range(200):
        if answers and answers[-1][1] == "New Town":
            break
        done.wait(0.05)
    done.set()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} == {200}
    assert {title for _, title in answers} == {"Fictiville", "New Town"}


def test_a_build_that_cannot_be_opened_changes_nothing(fictiville: Network, tmp_path: Path) -> None:
    assert fictiville.folder is not None
    folder = tmp_path / "fictiville"
    shutil.copytree(fictiville.folder, folder)
    app = create_app([open_network(folder)])
    reload.follow_builds(app, 0.0)
    (folder / "manifest.json").write_text('{"format": 0}', "utf-8")
    assert app.test_client().get(f"{BASE}/routes").status_code == 200


def test_a_wrong_file_beside_a_new_build_is_told_to_the_log_and_to_no_traveller(
    fictiville: Network, fictiville_feed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert fictiville.folder is not None
    folder = tmp_path / "fictiville"
    shutil.copytree(fictiville.folder, folder)
    app = create_app([open_network(folder)])
    reload.follow_builds(app, 0.0)

    def town() -> tuple[int, bool]:
        client = app.test_client()
        client.get("/en/fictiville/")  # a request keeps the network that it found, the next one has the new
        page = client.get("/en/fictiville/")
        return page.status_code, "New Town" in page.get_data(as_text=True)

    (folder / FILE_NAME).write_text("[contact]\nnetwork = 1 2\n", "utf-8")
    build(folder, [Input("f", fictiville_feed)], FactInputs(), Labels("New Town"))
    assert town() == (200, False)
    assert "page.toml cannot be used" in caplog.text
    (folder / FILE_NAME).write_text('[contact]\nmail = "us@town.example"\n', "utf-8")
    build(folder, [Input("f", fictiville_feed)], FactInputs(), Labels("New Town"))
    assert town() == (200, True)


def test_what_is_done_before_workers_part_leaves_the_process_fit_to_be_forked(fictiville: Network) -> None:
    """In a process of its own: no kernel has run on several cores; a plan is answered after a fork, and logged."""
    script = (
        "import os\nfrom webapp.wsgi import application\napp = application()\nchild = os.fork()\n"
        "if not child:\n"
        "    asked = {'from': 'f:E1', 'to': 'f:E8', 'at': '2026-11-24T09:00', 'profile': 'on-foot'}\n"
        "    told = app.test_client().get('/api/v1/fictiville/plan', query_string=asked)\n"
        "    os._exit(0 if told.status_code == 200 else 1)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
    )
    environment = dict(os.environ, PLAINPIED_NETWORKS=str(fictiville.folder), PYTHONPATH=os.pathsep.join(sys.path))
    for wanted in ("1", "0"):
        told = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script],
            env=environment | {LOG: wanted}, check=True, timeout=300, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        lines = [json.loads(line) for line in told.stdout.splitlines()]
        assert [line["endpoint"] for line in lines] == (["api.plan"] if wanted == "1" else [])
        assert all(set(line) == {"at", "request_id", "endpoint", "method", "status", "ms"} for line in lines)


def test_the_server_for_gunicorn_carries_the_networks_that_are_named(
    fictiville: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(wsgi.NETWORKS, str(fictiville.folder))
    assert wsgi.application().test_client().get("/api/v1/health").get_json()["networks"] == ["fictiville"]
    monkeypatch.setenv(wsgi.NETWORKS, "")
    with pytest.raises(SystemExit, match=wsgi.NETWORKS):
        wsgi.application()
    assert gunicorn_settings.preload_app
    assert gunicorn_settings.accesslog is None
