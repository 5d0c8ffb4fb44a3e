"""A network that was built again is taken up by the running server, and no request is dropped.

A build moves the whole folder into place; a worker sees another manifest, opens the new network and gives it to the
requests that come. Those under way keep theirs: files that are mapped stay readable after they are replaced.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from threading import Lock

from flask import Flask

from planner.errors import PlannerError
from planner.network.store import MANIFEST, open_network
from webapp.settings import settings_of

EVERY_S = 5.0

log = logging.getLogger(__name__)


def follow_builds(app: Flask, every_s: float = EVERY_S) -> None:
    """Look before a request, at most once in ``every_s`` seconds, whether a network was built again."""
    lock, state = Lock(), {"next": 0.0}
    seen = {name: _stamp(network.folder) for name, network in app.extensions["networks"].items()}

    def look() -> None:
        now = time.monotonic()
        if now < state["next"] or not lock.acquire(blocking=False):
            return
        try:
            state["next"] = now + every_s
            for name, network in list(app.extensions["networks"].items()):
                stamp = _stamp(network.folder)
                if stamp is None or stamp == seen[name]:
                    continue
                seen[name] = stamp  # also if it cannot be opened: it is not tried at every request
                try:
                    built = open_network(network.folder)
                    settings_of(built)  # a wrong file is told here, not to a traveller
                except PlannerError as error:
                    log.warning("the new build of %s is not used: %s", name, error)
                else:
                    app.extensions["networks"] = {**app.extensions["networks"], name: built}
        finally:
            lock.release()

    app.before_request(look)


def _stamp(folder: Path | None) -> tuple[int, int] | None:
    """What changes with every build; None while there is nothing to read."""
    try:
        found = (folder / MANIFEST).stat() if folder is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_ino, found.st_mtime_ns)
