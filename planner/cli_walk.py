"""The command ``plainpied walk``: the way between two places, without vehicles."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from planner.cli_arguments import add_traveller, parse_moment, patience, profile_of


def add_walk(commands: Any) -> None:
    """Add the command."""
    walk = commands.add_parser("walk", help="find the way on foot or on wheels, and what stands in it")
    walk.add_argument("network", type=Path, metavar="NETWORK")
    walk.add_argument("origin", metavar="FROM", help="latitude,longitude, a stop id, or a stop's name")
    walk.add_argument("destination", metavar="TO")
    walk.add_argument("--at", metavar="YYYY-MM-DDTHH:MM", help="for lifts out of service; default: now")
    walk.add_argument("--avoid-lifts", action="store_true", help="use no lift of the streets or stations")
    add_traveller(walk)
    walk.add_argument("--json", action="store_true", help="print the answer as JSON")
    walk.set_defaults(run=_walk)


def _walk(options: argparse.Namespace) -> None:
    from planner.model import Unknown
    from planner.network.store import open_network
    from planner.places import find_place
    from planner.routing.ask_walk import ask_walk
    from planner.show_walk import walk_as_json, walk_lines

    profile = profile_of(options)
    network = open_network(options.network)
    origin, destination = find_place(network, options.origin, "FROM"), find_place(network, options.destination, "TO")
    at = parse_moment(options.at, network.timezone)
    with patience():
        answer = ask_walk(
            network, origin, destination, profile, Unknown(options.unknown), at, avoid_lifts=options.avoid_lifts
        )
    if options.json:
        print(json.dumps(walk_as_json(answer), ensure_ascii=False, indent=2))
    else:
        print("\n".join(walk_lines(answer, options.lang)))
