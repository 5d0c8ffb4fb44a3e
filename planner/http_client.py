"""A thin client of the interface for programs: standard library only, questions in, answers as plain values out.

Questions are posted, so that where somebody goes, and how, stands in no address and no log on the way. What comes back
is what docs/openapi.json says.

    client = Client("https://example.org", "fictiville")
    for itinerary in client.plan("Colline-Plate", "Hôpital du Bon-Pied", profile="powered-wheelchair")["itineraries"]:
        print(itinerary["departure"], itinerary["verdict"])
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

Limits = Mapping[str, float | bool]


class RefusedError(Exception):
    """The server does not answer as asked; ``problem`` is what it says, ``code`` its stable code."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        self.code = str(problem.get("code", "UNKNOWN"))
        super().__init__(f"{self.code}: {problem.get('detail', '')} ({problem.get('cure', '')})")


@dataclass(frozen=True, slots=True)
class Client:
    """One network of one server; ``more`` of each question are the parameters that its method does not name."""

    server: str  # "https://example.org"
    network: str
    timeout_s: float = 30.0

    def plan(
        self,
        origin: str,
        destination: str,
        *,
        at: datetime | None = None,
        profile: str = "manual-wheelchair",
        limits: Limits | None = None,
        unknown: str = "PENALISE",
        **more: Any,
    ) -> dict[str, Any]:
        """Find itineraries."""
        question = {"from": origin, "to": destination, "at": _text(at), "unknown": unknown}
        return self.ask("plan", {**question, "profile": profile, "limits": limits, **more})

    def walk(self, origin: str, destination: str, *, profile: str = "manual-wheelchair", **more: Any) -> dict[str, Any]:
        """Find the way without vehicles."""
        return self.ask("walk", {"from": origin, "to": destination, "profile": profile, **more})

    def boarding(
        self,
        stop: str,
        *,
        trip: str | None = None,
        route: str | None = None,
        on: date | None = None,
        at: datetime | None = None,
        profile: str = "manual-wheelchair",
        limits: Limits | None = None,
    ) -> dict[str, Any]:
        """Judge one boarding: of a trip, of the next run of a route from ``at`` on, or the worst of a route."""
        question = {"stop": stop, "trip": trip, "route": route, "on": on and on.isoformat(), "at": _text(at)}
        return self.ask("boarding", {**question, "profile": profile, "limits": limits})

    def annotate(
        self, legs: Sequence[Mapping[str, Any]], *, profile: str = "manual-wheelchair", **more: Any
    ) -> dict[str, Any]:
        """Judge the legs of another router."""
        return self.ask("annotate", {"legs": list(legs), "profile": profile, **more})

    def departures(self, stop: str, *, at: datetime | None = None, **more: Any) -> dict[str, Any]:
        """Tell what leaves from a stop or station."""
        return self.ask(f"stops/{quote(stop, safe='')}/departures", {"at": _text(at), **more})

    def places(self, text: str, *, count: int = 8) -> dict[str, Any]:
        """Complete what somebody types."""
        return self.ask("places", {"q": text, "count": count})

    def ask(self, path: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask any address of the contract; parameters that are None are left out.

        Raises
        ------
        RefusedError
            The server refuses, with its reason.
        OSError
            The server cannot be reached.
        """
        address = f"{self.server.rstrip('/')}/api/v1/{quote(self.network, safe='')}/{path}"
        if not address.startswith(("https://", "http://")):
            raise ValueError(f"{self.server} is no address of a server: write it as https://example.org")
        body = json.dumps({name: value for name, value in question.items() if value is not None}).encode()
        request = Request(address, body, {"Content-Type": "application/json", "Accept": "application/json"})  # noqa: S310 - checked above
        try:
            with urlopen(request, timeout=self.timeout_s) as response:  # noqa: S310 - as above
                told: dict[str, Any] = json.load(response)
        except HTTPError as error:
            try:
                problem = json.load(error)
            except ValueError:
                problem = {}
            raise RefusedError(error.code, problem if isinstance(problem, dict) else {}) from error
        return told


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
