"""Earlier and later: windows side by side, and the cursors that lead from one to the next.

A cursor is opaque to whoever carries it: where its window begins, how long it is, and the moment of a question
without a window that was answered before, whose itineraries are not told again. It belongs to one question on one
timetable and says so, so that a stale or changed one is refused and never answers something else.
"""

from __future__ import annotations

import binascii
import hashlib
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from planner.errors import QueryError
from planner.network.clock import local
from planner.network.tables import Network
from planner.routing.query import Query

VERSION = 1
PAGE_S = 2 * 3600  # of a question that has no window of its own
DAY_S = 24 * 3600
_LAYOUT = struct.Struct(">BqIq8s")  # version, begin, span, moment of a plain answer, question
_NO_PLAIN = -(2**62)
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Page:
    """A question as it is searched, and what was told before it."""

    query: Query
    plain_at: datetime | None = None  # of an answer without a window that was shown before
    first: bool = True  # nothing was told before: the way without a vehicle, which is possible at any time, is


def open_page(network: Network, query: Query) -> Page:
    """Turn the cursor of a question into its window; a question without one is a page of its own.

    Raises
    ------
    QueryError
        The cursor is damaged, of another version, of another question or of another timetable.
    """
    if query.page is None:
        return Page(query)
    begin, span_s, plain, question = _read(query.page)
    if question != _fingerprint(network, query):
        raise QueryError(
            "this cursor belongs to another question or to an older timetable; ask again without it", "page"
        )
    plain_at = None if plain == _NO_PLAIN else _moment(plain, network.timezone)
    asked = replace(query, at=_moment(begin, network.timezone), window_s=span_s, page=None)
    return Page(asked, plain_at, first=False)


def cursors(network: Network, page: Page) -> tuple[str | None, str | None]:
    """Give the cursors to earlier and later itineraries; None where the timetable has ended."""
    query = page.query
    span_s = query.window_s or PAGE_S
    plain_at = page.plain_at if query.window_s else query.at
    step = timedelta(seconds=span_s)
    # a plain answer holds the first departures from its moment on (or the last arrivals before it), not all of them:
    # in the direction of its search the next window begins there once more
    again = timedelta() if not query.window_s else step
    early, late = (again, step) if query.arrive_by else (step, again)
    moment = query.at.astimezone(UTC)
    return (
        _write(network, query, moment - early, span_s, plain_at),
        _write(network, query, moment + late, span_s, plain_at),
    )


def _write(network: Network, query: Query, begin: datetime, span_s: int, plain_at: datetime | None) -> str | None:
    span = network.service_span
    day = begin.astimezone(UTC).date()
    if span is None or not span[0] - timedelta(days=2) <= day <= span[1] + timedelta(days=3):
        return None
    plain = _NO_PLAIN if plain_at is None else round(plain_at.timestamp())
    told = _LAYOUT.pack(VERSION, round(begin.timestamp()), span_s, plain, _fingerprint(network, query))
    return urlsafe_b64encode(told + struct.pack(">I", crc32(told))).rstrip(b"=").decode()


def _read(cursor: str) -> tuple[int, int, int, bytes]:
    damaged = QueryError("this cursor is damaged; ask the question again without it", "page")
    if len(cursor) > _MOST_CHARACTERS or not cursor.isascii():
        raise damaged
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (ValueError, binascii.Error):
        raise damaged from None
    told, check = raw[:-4], raw[-4:]
    if len(told) != _LAYOUT.size or struct.pack(">I", crc32(told)) != check:
        raise damaged
    version, begin, span_s, plain, question = _LAYOUT.unpack(told)
    if version != VERSION:
        raise QueryError("this cursor is of another version of Plainpied; ask the question again without it", "page")
    if not 0 < span_s <= DAY_S or not _has_a_date(begin) or not (plain == _NO_PLAIN or _has_a_date(plain)):
        raise damaged
    return begin, span_s, plain, question


def _has_a_date(seconds: int) -> bool:
    return -2_208_988_800 < seconds < 7_258_118_400  # of the years 1900 to 2199, as for questions


def _moment(seconds: int, timezone: str) -> datetime:
    return local(datetime.fromtimestamp(seconds, UTC), timezone)


def _fingerprint(network: Network, query: Query) -> bytes:
    """What makes two questions the same but for their moment; on the same timetable."""
    timetable = (network.name, network.service_span, len(network.trips.id), len(network.events.arrival_s))
    question = replace(query, at=_ANY_TIME, window_s=0, page=None, fallbacks=False)
    return hashlib.sha256(repr((timetable, question)).encode()).digest()[:8]
