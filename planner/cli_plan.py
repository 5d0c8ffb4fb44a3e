"""The subcommand ``plan``."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.cli_arguments import add_traveller, parse_moment, parse_span, patience, profile_of
from planner.errors import QueryError
from planner.model import MAX_TRANSFERS


def add_plan(commands: Any) -> None:
    """Add the subcommand ``plan``."""
    plan = commands.add_parser("plan", help="plan a trip")
    plan.add_argument("network", type=Path, metavar="NETWORK")
    plan.add_argument("origin", metavar="FROM", help="latitude,longitude, a stop id, or a stop's name")
    plan.add_argument("destination", metavar="TO")
    when = plan.add_mutually_exclusive_group()
    when.add_argument("--at", metavar="YYYY-MM-DDTHH:MM", help="leave at (local time of the network); default: now")
    when.add_argument("--arrive-by", metavar="YYYY-MM-DDTHH:MM", help="be there by")
    plan.add_argument("--window", default="0m", metavar="90m|2h", help="every useful trip within so long")
    page = plan.add_mutually_exclusive_group()
    page.add_argument("--earlier", metavar="CURSOR", help="the trips before those of an answer, which gave the cursor")
    page.add_argument("--later", metavar="CURSOR", help="the trips after them")
    plan.add_argument("--via", action="append", default=[], metavar="PLACE", help="get off or pass there; repeatable")
    plan.add_argument("--max-changes", type=int, default=MAX_TRANSFERS, metavar="N", help="default: %(default)s")
    plan.add_argument("--max-roll", metavar="METRES", help="roll or walk no more than so far in all")
    plan.add_argument(
        "--exclude-route", action="append", default=[], metavar="ROUTE", help="id or number of a line; repeatable"
    )
    plan.add_argument(
        "--exclude-stop",
        action="append",
        default=[],
        metavar="STOP",
        help="id or name: not to get on, off or change there; repeatable",
    )
    add_traveller(plan)
    plan.add_argument("--level-only", action="store_true", help="no ramp, lift, step or help when getting on and off")
    plan.add_argument("--fallbacks", action="store_true", help="tell what is left if a ramp, a lift or a vehicle fails")
    plan.add_argument("--avoid-lifts", action="store_true", help="use no lift of the streets or stations")
    plan.add_argument("--json", action="store_true", help="print the answer as JSON")
    plan.set_defaults(run=_plan)


def _plan(options: argparse.Namespace) -> None:
    from planner.model import Unknown
    from planner.network.store import open_network
    from planner.places import find_place
    from planner.routing.plan import Query, find_itineraries
    from planner.routing.street_barrier import with_street_barrier
    from planner.show import answer_as_json, answer_lines
    from planner.show_walk import street_barrier_as_json

    profile = replace(profile_of(options), level_only=options.level_only)
    network = open_network(options.network)
    query = Query(
        origin=find_place(network, options.origin, "FROM"),
        destination=find_place(network, options.destination, "TO"),
        at=parse_moment(options.at if options.at is not None else options.arrive_by, network.timezone),
        profile=profile,
        unknown=Unknown(options.unknown),
        max_transfers=options.max_changes,
        arrive_by=options.arrive_by is not None,
        window_s=parse_span(options.window),
        via=tuple(find_place(network, text, "--via") for text in options.via),
        exclude_routes=tuple(options.exclude_route),
        exclude_stops=tuple(options.exclude_stop),
        max_roll_m=None if options.max_roll is None else parse_metres(options.max_roll),
        fallbacks=options.fallbacks,
        avoid_lifts=options.avoid_lifts,
        page=options.earlier if options.earlier is not None else options.later,
    )
    with patience():
        answer, closed = with_street_barrier(network, find_itineraries(network, query))
    if options.json:
        told = answer_as_json(network, answer) | {"street_barrier": street_barrier_as_json(closed)}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print("\n".join(answer_lines(network, answer, options.lang, closed)))


def parse_metres(text: str, field: str = "--max-roll") -> float:
    """Read a distance in metres.

    Raises
    ------
    QueryError
        It is no distance, or longer than any trip.
    """
    found = re.fullmatch(r"\d{1,6}(\.\d{1,2})?", text.strip())
    if found is None:
        raise QueryError(f"“{text[:40]}” is no distance; write it in metres, as 400", field)
    return float(found[0])
