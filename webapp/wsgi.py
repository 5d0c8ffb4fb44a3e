"""The server for gunicorn and its like: ``gunicorn -c python:webapp.gunicorn_settings "webapp.wsgi:application()"``.

The networks are named in ``PLAINPIED_NETWORKS``, folders between ":" (";" on Windows).
"""

from __future__ import annotations

import os
from pathlib import Path

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
    return create_app([open_network(folder) for folder in folders])
