"""How fast many one-to-all answers are: every served stop at many departures, to every stop, on all cores."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from planner.access.profiles import get_profile
from planner.model import Unknown
from planner.network.tables import Network
from planner.routing.many import all_stops, travel_batches
from planner.routing.reach import ReachQuery

MILLION = 1_000_000
FROM_H, UNTIL_H = 5, 21
TRAVELLERS = (("on-foot", Unknown.ALLOW), ("manual-wheelchair", Unknown.ALLOW), ("manual-wheelchair", Unknown.PENALISE))


@dataclass(frozen=True, slots=True)
class ManyAnswers:
    """One-to-all answers (one origin stop, one departure, every stop) of one kind of traveller."""

    profile: str
    unknown: Unknown
    origins: int
    departures: int  # of each origin
    answers: int
    took_s: float
    reached: float  # share of all pairs of served stops with a way at some departure
    scanned: int  # positions of variants looked at

    @property
    def a_million_s(self) -> float:
        """Seconds for a million answers, on the cores of this machine."""
        return self.took_s / self.answers * MILLION


def measure_many(
    network: Network,
    day: date,
    profile: str,
    unknown: Unknown,
    *,
    answers: int = MILLION,
    most_origins: int | None = None,
) -> ManyAnswers:
    """Ask every served stop (or ``most_origins`` of them, evenly) at evenly spaced departures of a day.

    What a call keeps is the shortest way of each pair over all departures; every single arrival is worked out.
    """
    targets = all_stops(network)
    step = 1 if most_origins is None else max(len(targets) // most_origins, 1)
    origins = targets[::step][:most_origins]
    departures = max(1, round(answers / len(origins)))
    begin = datetime(day.year, day.month, day.day, FROM_H, tzinfo=ZoneInfo(network.timezone))
    moments = [begin + timedelta(hours=UNTIL_H - FROM_H) * number / departures for number in range(departures)]
    query = ReachQuery(origins[0], begin, get_profile(profile), unknown)
    deque(travel_batches(network, query, origins[:1], targets, moments=moments[:1]), maxlen=0)  # compiles
    started = time.perf_counter()
    batches = [(one.reached, one.scanned) for one in travel_batches(network, query, origins, targets, moments=moments)]
    took_s = time.perf_counter() - started
    return ManyAnswers(
        profile=profile,
        unknown=unknown,
        origins=len(origins),
        departures=departures,
        answers=len(origins) * departures,
        took_s=took_s,
        reached=sum(reached for reached, _ in batches) / (len(origins) * len(targets)),
        scanned=sum(scanned for _, scanned in batches),
    )
