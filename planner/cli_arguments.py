"""Arguments that several commands share: the traveller, moments, spans; and a clock for whoever waits."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import Event, Thread

from planner.errors import QueryError
from planner.model import Profile

PATIENCE_S = 2.0


def add_traveller(parser: argparse.ArgumentParser) -> None:
    """Add who travels, and what to do with what nobody has checked."""
    add_profile(parser)
    parser.add_argument(
        "--unknown",
        choices=("exclude", "penalise", "allow"),
        default="penalise",
        help="what to do with what nobody has checked: leave it out, weigh it against time (default), or not care",
    )


def add_profile(parser: argparse.ArgumentParser) -> None:
    """Add who travels, and in which language to say it."""
    parser.add_argument("--profile", default="manual-wheelchair", help="default: manual-wheelchair")
    parser.add_argument(
        "--limit", action="append", default=[], metavar="NAME=VALUE", help="change one limit, as gap_mm=40; repeatable"
    )
    parser.add_argument(
        "--declared-no",
        choices=("hide", "show"),
        default="hide",
        help="what an operator declares not accessible: left out (default), or shown, marked",
    )
    parser.add_argument("--lang", choices=("en", "fr"), default="en", help="language of the sentences")


def profile_of(options: argparse.Namespace) -> Profile:
    """Give the traveller of ``add_profile``.

    Raises
    ------
    QueryError
        There is no such profile, or no such limit.
    """
    from planner.access.profiles import get_profile

    profile = get_profile(options.profile, parse_limits(options.limit))
    return replace(profile, shows_declared_no=options.declared_no == "show")


def parse_moment(text: str | None, timezone: str, field: str = "--at") -> datetime:
    """Read a local date and time of the network (or one with its own offset); None means now.

    Raises
    ------
    QueryError
        It is no date and time.
    """
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(timezone)
    if text is None:
        return datetime.now(zone).replace(second=0, microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise QueryError(f"“{text}” is no date and time; write it as 2026-05-12T08:15", field) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def parse_span(text: str, field: str = "--window") -> int:
    """Read ``90m`` or ``2h`` as seconds.

    Raises
    ------
    QueryError
        It is neither, or longer than a day.
    """
    found = re.fullmatch(r"(\d{1,4})([mh])", text.strip())
    seconds = int(found[1]) * (60 if found[2] == "m" else 3600) if found else -1
    if not 0 <= seconds <= 24 * 3600:
        raise QueryError(f"“{text}” is no span of at most a day; write it as 90m or 2h", field)
    return seconds


def parse_limits(texts: Sequence[str]) -> dict[str, str]:
    """Read ``name=value`` pairs.

    Raises
    ------
    QueryError
        A pair has no "=".
    """
    limits = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise QueryError(f"“{text}” is no limit; write it as gap_mm=40", "--limit")
        limits[name.strip()] = value.strip()
    return limits


@contextmanager
def patience() -> Iterator[None]:
    """Show a running clock to a person who waits longer than two seconds: the first question compiles the search."""
    answered = Event()

    def tick() -> None:
        if answered.wait(PATIENCE_S):
            return
        from tqdm import tqdm

        told = "compiling the search, once on each machine (about half a minute)"
        with tqdm(desc=told, bar_format="{desc} {elapsed}", disable=None, leave=False) as clock:
            while not answered.wait(0.5):
                clock.refresh()

    thread = Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        answered.set()
        thread.join()
