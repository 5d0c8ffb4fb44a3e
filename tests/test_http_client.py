"""The client against a server that runs, and the examples that are shown, in curl, Python and JavaScript."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from pathlib import Path
from threading import Thread
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import make_server

from planner import http_client
from planner.build import FactInputs, Input, Labels, build
from planner.http_client import Client, RefusedError
from scripts import embedded_gtfs
from webapp import create_app
from webapp.developers import addresses
from webapp.examples import ANNOTATE, ASK, LOCAL, SERVER, Example

ROOT = Path(embedded_gtfs.__file__).parent.parent
TABLES = ROOT / "data" / "fictiville"
EXAMPLES = (*ASK, LOCAL, ANNOTATE, *(one.example for one in addresses()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which ``networks`` lies, as in this repository after ``make demo``."""
    return tmp_path_factory.mktemp("client")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    assert embedded_gtfs.main([str(TABLES), str(folder / "feed.zip")]) == 0
    facts = FactInputs(survey=TABLES / "survey")
    network = build(folder / "networks" / "fictiville", [Input("f", folder / "feed.zip")], facts, Labels("Fictiville"))
    running = make_server("127.0.0.1", 0, create_app([network]), threaded=True)
    thread = Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join(5)
    running.server_close()


def test_each_question_is_answered(server: str) -> None:
    client, at = Client(server, "fictiville"), datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/Paris"))
    plan = client.plan("Colline-Plate", "Hôpital du Bon-Pied", at=at, profile="powered-wheelchair", geometry="none")
    assert plan["itineraries"][0]["verdict"] == "YES"
    legs = [leg for leg in plan["itineraries"][0]["legs"] if leg["mode"] != "WALK"]
    assert client.annotate(legs)["matched"] == len(legs)
    usual = client.boarding("f:E1-N", route="f:T1", on=date(2026, 11, 24))
    assert client.boarding("f:E1-N", route="f:T1", at=at)["trip_id"] == "f:T1-0-weekday-090000"
    own = client.boarding("f:E1-N", route="f:T1", on=date(2026, 11, 24), limits={"gap_mm": 0, "step_up_mm": 0})
    assert usual["boarding"] != own["boarding"]
    assert client.departures("f:E1", at=at, count=2)["departures"]
    assert client.places("colline")["places"][0]["name"] == "Colline-Plate"
    assert client.walk("f:E1-N", "f:E2-N")["profile"] == "manual-wheelchair"


def test_a_refusal_says_its_code_and_its_cure(server: str) -> None:
    with pytest.raises(RefusedError, match="see /api/v1/networks") as refused:
        Client(server, "atlantis").places("x")
    assert (refused.value.status, refused.value.code) == (404, "NO_SUCH_NETWORK")
    with pytest.raises(ValueError, match="https://"):
        Client("file:///etc", "x").places("x")


def test_the_client_needs_nothing_but_the_standard_library() -> None:
    assert "from planner" not in Path(http_client.__file__).read_text("utf-8")


@pytest.fixture(scope="module")
def shown(server: str) -> list[str]:
    """Give the programs that the page for developers shows, as somebody copies them."""
    with urlopen(f"{server}/en/about/developers") as answer:
        html = answer.read().decode("utf-8")
    return [unescape(one) for one in re.findall(r"<pre translate=\"no\"><code>(.*?)</code></pre>", html, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{one.kind}-{one.name}" for one in EXAMPLES])
def test_every_example_of_the_page_and_of_the_documentation_runs(
    server: str, shown: list[str], example: Example, folder: Path, tmp_path: Path
) -> None:
    program = {"sh": "bash", "python": sys.executable, "js": "node"}[example.kind]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not on this machine")
    code = example.asking(server)
    assert code.strip() in shown
    script = tmp_path / ("example.mjs" if example.kind == "js" else "example")
    script.write_text(code, "utf-8")
    options = ["-e", "-o", "pipefail"] if example.kind == "sh" else []
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    told = subprocess.run(
        [program, *options, script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip()
    if example.kind == "sh":
        assert "status" not in (answer := json.loads(told.stdout)) or answer["status"] == "ok"


def test_nothing_else_is_shown_as_an_example(server: str, shown: list[str]) -> None:
    """But the command that bakes, and the HTML of the element and the frame, which other tests run."""
    others = [one for one in shown if one not in {example.asking(server).strip() for example in EXAMPLES}]
    assert [one.split()[0] for one in others] == ["plainpied", "<script", "<iframe"]
    documented = re.findall(r"```(sh|python|js)\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL)
    assert documented == [(one.kind, one.code) for one in (*ASK[:2], LOCAL, *ASK[2:], ANNOTATE)]
    assert {one.kind for one in ASK} == {"sh", "python", "js"}


def test_where_the_invented_town_is_not_carried_the_examples_ask_the_demo() -> None:
    html = create_app([]).test_client().get("/fr/about/developers").get_data(as_text=True)
    assert f"{SERVER}/api/v1/fictiville/plan" in html
