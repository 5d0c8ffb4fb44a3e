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
from webapp import create_app

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
    return app


def _rehearse(app: Flask) -> None:
    """Ask each network once, so that what the first question compiles and arranges is there before workers part."""
    client = app.test_client()
    for network in app.extensions["networks"].values():
        rows, span = network.served.nonzero()[0].tolist(), network.service_span
        if len(rows) < 2 or span is None:
            continue
        today = datetime.now(ZoneInfo(network.timezone)).date()
        day = today if span[0] <= today <= span[1] else span[0]
        ends = {"from": network.stops.id[rows[0]], "to": network.stops.id[rows[-1]], "at": f"{day}T12:00"}
        client.get(f"/api/v1/{network.name}/plan", query_string=ends)
    gc.collect()
    gc.freeze()  # what is there now is never looked through again, and so never copied into a worker
