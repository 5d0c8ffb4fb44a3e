"""How much one client may ask, and counts of what was asked; both of this worker alone, and gone with it.

An address is kept in memory for a minute at most and written nowhere; counts say nothing of places or travellers.
"""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock

PER_MINUTE = "PLAINPIED_API_REQUESTS_PER_MINUTE"  # of one address and worker; 0, the default: no limit
METRICS = "PLAINPIED_API_METRICS"  # "1": /api/v1/metrics answers
MOST_CLIENTS = 10_000
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # of the histogram


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a client."""

    limit: int
    remaining: int
    reset_s: int  # until everything is left again
    retry_after_s: int  # 0: go on


class RateLimit:
    """A bucket for each client that fills evenly; safe between threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self._clock = per_minute, clock
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client: (requests, when counted)
        self._lock = Lock()

    def take(self, client: str) -> Allowance:
        """Count one request, unless the bucket is empty."""
        each_s = 60 / self.per_minute
        with self._lock:
            now = self._clock()
            used, when = self._used.pop(client, (0.0, now))
            used = max(0.0, used - (now - when) / each_s)
            wait_s = 0.0
            if used + 1 > self.per_minute:
                wait_s = (used + 1 - self.per_minute) * each_s
            else:
                used += 1
            self._used[client] = used, now
            while len(self._used) > MOST_CLIENTS:
                self._used.popitem(last=False)
        left, reset_s = int(self.per_minute - used), used * each_s
        return Allowance(self.per_minute, left, -int(-reset_s // 1), max(1, -int(-wait_s // 1)) if wait_s else 0)


@dataclass
class Counts:
    """Requests of this worker by door and status, and how long they took."""

    requests: dict[tuple[str, str, int], int] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=dict)  # of each door: one count for each bound, +Inf, sum
    lock: Lock = field(default_factory=Lock)

    def add(self, door: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        with self.lock:
            key = door, method, status
            self.requests[key] = self.requests.get(key, 0) + 1
            took = self.took.setdefault(door, [0.0] * (len(BOUNDS_S) + 2))
            took[bisect_left(BOUNDS_S, seconds)] += 1
            took[-1] += seconds

    def lines(self) -> Iterator[str]:
        """Tell all counts in the text format of Prometheus."""
        with self.lock:
            requests, took = dict(self.requests), {door: list(counts) for door, counts in self.took.items()}
        yield "# HELP plainpied_requests_total Answers of this worker."
        yield "# TYPE plainpied_requests_total counter"
        for (door, method, status), answers in sorted(requests.items()):
            yield f'plainpied_requests_total{{endpoint="{door}",method="{method}",status="{status}"}} {answers}'
        yield "# HELP plainpied_request_seconds How long answers took."
        yield "# TYPE plainpied_request_seconds histogram"
        for door, counts in sorted(took.items()):
            total = 0
            for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), counts[:-1], strict=True):
                total += int(count)
                yield f'plainpied_request_seconds_bucket{{endpoint="{door}",le="{bound}"}} {total}'
            yield f'plainpied_request_seconds_sum{{endpoint="{door}"}} {counts[-1]:.6f}'
            yield f'plainpied_request_seconds_count{{endpoint="{door}"}} {total}'


def rate_limit_of_environment() -> RateLimit | None:
    """Give the limit that the environment sets.

    Raises
    ------
    ValueError
        It is no whole number.
    """
    text = os.environ.get(PER_MINUTE, "0").strip() or "0"
    if not text.isdecimal():
        raise ValueError(f"{PER_MINUTE} is “{text}”: write a whole number of requests, or 0 for no limit")
    return RateLimit(int(text)) if int(text) else None
