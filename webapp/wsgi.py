"""The server for gunicorn and its like: ``gunicorn -c python:webapp.gunicorn_settings "webapp.wsgi:application()"``.

The networks are named in ``PLAINPIED_NETWORKS``, folders between ":" (";" on Windows).
"""

from __future__ import annotations

import gc
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from planner.network.store import open_network
from planner.routing.compile import day_view
from webapp import create_app
from webapp.api.web import write_log

NETWORKS = "PLAINPIED_NETWORKS"


def application() -> Flask:
    """Make the server.

    Raises
    ------
    NetworkError
        A folder is no network.
    SystemExit
        No network is named.
    """
    folders = [Path(text) for text in os.environ.get(NETWORKS, "").split(os.pathsep) if text]
    if not folders:
        raise SystemExit(f"name the folders of the networks in {NETWORKS}")
    app = create_app([open_network(folder) for folder in folders])
    _rehearse(app)
    write_log()
    return app


def _rehearse(app: Flask) -> None:
    """Arrange what all workers need before they part: the day, the names, one boarding.

    Nothing here may run a kernel on several cores: after that a process cannot be forked (GNU OpenMP ends the child).
    """
    client = app.test_client()
    for network in app.extensions["networks"].values():
        span = network.service_span
        if span is None:
            continue
        today = datetime.now(ZoneInfo(network.timezone)).date()
        day = today if span[0] <= today <= span[1] else span[0]
        day_view(network, day)
        trip, stop = network.trips.id[0], network.stops.id[int(network.sequences.stop[0])]
        base = f"/api/v1/{network.name}"
        client.get(f"{base}/boarding", query_string={"stop": stop, "trip": trip, "on": f"{day}"})
        client.get(f"{base}/places", query_string={"q": network.stops.name[0] or "a"})
        client.get(f"{base}/stops/{stop}/access", query_string={"on": f"{day}"})
    gc.collect()
    gc.freeze()  # what is there now is never looked through again, and so never copied into a worker
