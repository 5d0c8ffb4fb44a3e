"""The command ``plainpied bake``: a timetable that any router obeys, for one traveller."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from planner.cli_arguments import add_traveller, patience, profile_of


def add_bake(commands: Any) -> None:
    """Add the command."""
    bake = commands.add_parser("bake", help="write the timetable as GTFS, closed where a traveller is refused")
    bake.add_argument("network", type=Path, metavar="NETWORK")
    bake.add_argument("out", type=Path, metavar="OUT.zip")
    add_traveller(bake)
    bake.add_argument("--publisher-url", metavar="URL", help="for feed_info.txt: who gives this file out")
    bake.set_defaults(run=_bake)


def _bake(options: argparse.Namespace) -> None:
    from planner.bake import PUBLISHER_URL, bake
    from planner.errors import QueryError
    from planner.model import Unknown
    from planner.network.store import open_network

    profile = profile_of(options)
    if options.out.is_dir() or options.out.suffix.lower() != ".zip":
        raise QueryError(f"{options.out} is no name of a zip file; write it as OUT.zip", "OUT.zip")
    network = open_network(options.network)
    with patience():
        counts = bake(
            network, profile, Unknown(options.unknown), options.out, url=options.publisher_url or PUBLISHER_URL
        )
    print(f"{options.out}: {counts.get('trips.txt', 0)} trips, {counts.get('stop_times.txt', 0)} stop times")
    print(f"  closed: {counts['refused_boardings']} boardings, {counts['refused_alightings']} alightings")
    print(f"  for {profile.id}; not the feed of an operator: see README.txt in it")
