"""How fast many one-to-all answers are: every served stop at many departures, to every stop, on all cores."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from planner.access.profiles import get_profile
from planner.model import Place, Unknown
from planner.network.tables import Network
from planner.routing.many import BATCH, starts_of
from planner.routing.raptor import NEVER
from planner.routing.reach import ReachQuery, access_of, ground_of
from planner.routing.spread import spread_many

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
    served = np.flatnonzero(network.served & np.isfinite(network.stops.lat))
    if most_origins is not None and most_origins < len(served):
        served = served[np.linspace(0, len(served) - 1, most_origins).astype(int)]
    departures = max(1, round(answers / len(served)))
    begin = datetime(day.year, day.month, day.day, FROM_H, tzinfo=ZoneInfo(network.timezone))
    stops = network.stops
    places = [Place("", float(stops.lat[row]), float(stops.lon[row]), stops.id[row]) for row in served.tolist()]
    query = ReachQuery(places[0], begin, get_profile(profile), unknown)
    ground = ground_of(network, query)
    at_s = ground.clock(begin, network)
    moments = np.linspace(at_s, at_s + timedelta(hours=UNTIL_H - FROM_H).total_seconds(), departures).astype(np.int32)
    took_s, reached, scanned = 0.0, 0, 0
    _run(network, query, places[:1], moments[:1])  # compiles
    for first in range(0, len(places), BATCH):
        started = time.perf_counter()
        way_s, seen = _run(network, query, places[first : first + BATCH], moments)
        took_s += time.perf_counter() - started
        reached += int((way_s[:, -1][:, network.served] != NEVER).sum())
        scanned += seen
    pairs = len(places) * int(network.served.sum())
    return ManyAnswers(
        profile, unknown, len(places), departures, len(places) * departures, took_s, reached / pairs, scanned
    )


def _run(network: Network, query: ReachQuery, places: list[Place], moments: np.ndarray) -> tuple[np.ndarray, int]:
    ground = ground_of(network, query)
    access = [access_of(network, ground, place, query) for place in places]
    starts = starts_of(network, ground, query, access, 0)
    starts = starts._replace(
        depart_offset=np.arange(len(places) + 1) * len(moments), depart_s=np.tile(moments[::-1], len(places))
    )
    way_s, _, _, scanned = spread_many(
        ground.view.riding, ground.view.walking, starts, ground.endings,
        query.max_transfers + 1, ground.view.n_levels, NEVER,
    )  # fmt: skip
    return way_s, int(scanned.sum())
