"""The examples of docs/api.md and of the page for developers; tests run each of them against a server.

All of them ask Fictiville, the invented town of the demo.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SERVER = "http://127.0.0.1:8000"  # of the demo


@dataclass(frozen=True, slots=True)
class Example:
    """A whole program: ``kind`` is sh, python or js."""

    name: str
    kind: str
    code: str

    def asking(self, server: str) -> str:
        """Give the program for another server."""
        return self.code.replace(SERVER, server)


ASK = (
    Example(
        "shell",
        "sh",
        """\
curl -sf "http://127.0.0.1:8000/api/v1/fictiville/boarding?stop=f:E1-N&route=f:T1&on=2026-11-24"
""",
    ),
    Example(
        "python",
        "python",
        """\
from datetime import datetime

from planner.http_client import Client

client = Client("http://127.0.0.1:8000", "fictiville")
answer = client.plan("Colline-Plate", "Hôpital du Bon-Pied", at=datetime(2026, 11, 24, 9), profile="powered-wheelchair")
for itinerary in answer["itineraries"]:
    print(itinerary["departure"], itinerary["arrival"], itinerary["verdict"], itinerary["certainty"])
""",
    ),
    Example(
        "javascript",
        "js",
        """\
const response = await fetch("http://127.0.0.1:8000/api/v1/fictiville/plan", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ from: "Colline-Plate", to: "Hôpital du Bon-Pied", at: "2026-11-24T09:00", geometry: "none" }),
});
if (!response.ok) throw new Error((await response.json()).cure);
const { itineraries, network } = await response.json();
for (const one of itineraries) console.log(one.departure, one.arrival, one.verdict);
console.log(network.attribution);
""",
    ),
)
LOCAL = Example(
    "local",
    "python",
    """\
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.model import Unknown
from planner.network.store import open_network
from planner.places import find_place
from planner.routing.plan import find_itineraries
from planner.routing.query import Query

network = open_network(Path("networks/fictiville"))
origin, destination = (find_place(network, name, "place") for name in ("Colline-Plate", "Hôpital du Bon-Pied"))
at = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo(network.timezone))
query = Query(origin, destination, at, get_profile("powered-wheelchair"), Unknown.PENALISE)
for itinerary in find_itineraries(network, query).itineraries:
    print(itinerary.departure, itinerary.arrival, itinerary.verdict.name, itinerary.certainty.name)
""",
)

ANNOTATE = Example(
    "annotate",
    "sh",
    """\
curl -sf http://127.0.0.1:8000/api/v1/fictiville/annotate -H "Content-Type: application/json" -d '{
  "profile": "powered-wheelchair",
  "legs": [{
    "mode": "TRAM", "routeShortName": "T1", "startTime": "2026-11-24T09:00:00+01:00",
    "from": {"stopId": "1:E1-N", "lat": 46.98777, "lon": -19.99992}, "to": {"stopId": "1:E3-N"}
  }]
}'
""",
)


def curl(path: str, asked: Iterable[tuple[str, Any]], body: Mapping[str, Any] | None) -> Example:
    """Give one address of the contract as a command of a shell: with parameters, or with a body."""
    address = shlex.quote(f"{SERVER}{path}")
    if body is not None:
        written = shlex.quote(json.dumps(body, ensure_ascii=False))
        code = f'curl -sf {address} -H "Content-Type: application/json" -d {written}'
    else:
        values = [
            f" --data-urlencode {shlex.quote(f'{name}={value}')}"
            for name, told in asked
            for value in (told if isinstance(told, list) else [told])
        ]
        code = f"curl -sf{'G' if values else ''} {address}{''.join(values)}"
    return Example(path, "sh", f"{code}\n")
