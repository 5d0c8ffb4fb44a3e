"""The command ``plainpied``: one subcommand for each job; parse, call, print.

Exit codes: 0 answered (also "no itinerary"), 2 the question or an argument is wrong, 3 the data is.
Heavy modules are imported by the subcommand that needs them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from planner import __version__
from planner.errors import AmbiguousPlaceError, FeedError, NetworkError, PlannerError, QueryError

if TYPE_CHECKING:
    from planner.network.tables import Network

ANSWERED, BAD_QUESTION, BAD_DATA = 0, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code; every refusal is a sentence on standard error."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except AmbiguousPlaceError as error:
        _say(f"{error.field or 'place'}: {error}")
        for stop_id, label in error.candidates:
            _say(f"  {stop_id}  {label}")
        return BAD_QUESTION
    except QueryError as error:
        _say(f"{error.field}: {error}" if error.field else str(error))
        return BAD_QUESTION
    except (FeedError, NetworkError) as error:
        _say(str(error))
        return BAD_DATA
    except PlannerError as error:
        _say(str(error))
        return BAD_DATA
    except KeyboardInterrupt:
        _say("stopped")
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has seen enough
    return ANSWERED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plainpied", description="A step-free public-transport trip planner.")
    parser.add_argument("--version", action="version", version=f"plainpied {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="build a network from GTFS feeds")
    build.add_argument("out", type=Path, metavar="OUT", help="folder of the network")
    build.add_argument(
        "--gtfs", action="append", required=True, metavar="[NAME=]FEED", help="zip or folder; repeatable"
    )
    facts = build.add_argument_group("facts about quays and vehicles (docs/data-formats.md)")
    facts.add_argument("--survey", type=Path, metavar="DIR", help="a survey folder, any of its tables by file name")
    for table in ("quays", "vehicles", "doors", "assignments"):
        facts.add_argument(f"--{table}", type=Path, metavar="CSV", help="one table instead of that of the folder")
    for source, kind in (
        ("cnig", "a CNIG GeoPackage"),
        ("netex", "a NeTEx document"),
        ("osm", "an OpenStreetMap file"),
    ):
        facts.add_argument(
            f"--{source}", type=Path, action="append", default=[], metavar="FILE", help=f"{kind}; repeatable"
        )
    build.add_argument("--title", default="", help="what people call the network")
    build.add_argument("--attribution", default="", help="whom to credit; default: the agencies")
    build.add_argument("--notice", default="", help="a sentence shown on every page of this network")
    build.add_argument("--export", action="store_true", help="also write the graph as GraphML and GeoPackage")
    build.add_argument("--if-changed", action="store_true", help="do nothing if OUT was built from the same sources")
    build.set_defaults(run=_build)

    plan = commands.add_parser("plan", help="plan a trip")
    plan.add_argument("network", type=Path, metavar="NETWORK")
    plan.add_argument("origin", metavar="FROM", help="latitude,longitude, a stop id, or a stop's name")
    plan.add_argument("destination", metavar="TO")
    plan.add_argument("--at", metavar="YYYY-MM-DDTHH:MM", help="leave at (local time of the network); default: now")
    _add_traveller(plan)
    plan.add_argument("--json", action="store_true", help="print the answer as JSON")
    plan.set_defaults(run=_plan)

    serve = commands.add_parser("serve", help="serve the pages of one or several networks")
    serve.add_argument("networks", type=Path, nargs="+", metavar="NETWORK")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)
    return parser


def _add_traveller(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default="manual-wheelchair", help="default: manual-wheelchair")
    parser.add_argument(
        "--unknown",
        choices=("exclude", "allow"),
        default="allow",
        help="what to do with boardings that nobody has checked; default: allow",
    )
    parser.add_argument("--lang", choices=("en", "fr"), default="en", help="language of the sentences")


def _build(options: argparse.Namespace) -> None:
    from planner.build import FactInputs, Labels, build, hash_sources, parse_inputs
    from planner.network.store import same_sources

    inputs = parse_inputs(options.gtfs)
    facts = FactInputs(
        survey=options.survey,
        quays=options.quays,
        vehicles=options.vehicles,
        doors=options.doors,
        assignments=options.assignments,
        cnig=tuple(options.cnig),
        netex=tuple(options.netex),
        osm=tuple(options.osm),
    )
    if options.if_changed and same_sources(options.out, hash_sources(inputs, facts)):
        print(f"{options.out} is up to date")
        return
    labels = Labels(options.title, options.attribution, options.notice)
    network = build(options.out, inputs, facts, labels)
    for feed in network.report["feeds"]:
        print("\n".join(feed["lines"]))
    for finding in network.knowledge.findings:
        print(f"  finding {finding.code}, {finding.subject_id}: {finding.text}")
    print(f"{options.out}: {_size(network)}")
    if options.export:
        from planner.network.graph import export_graph

        for path in export_graph(network, options.out):
            print(f"wrote {path}")


def _plan(options: argparse.Namespace) -> None:
    from planner.access.profiles import get_profile
    from planner.model import Unknown
    from planner.network.store import open_network
    from planner.places import find_place
    from planner.routing.plan import Query, find_itineraries
    from planner.show import answer_as_json, answer_lines

    profile = get_profile(options.profile)
    network = open_network(options.network)
    query = Query(
        origin=find_place(network, options.origin, "FROM"),
        destination=find_place(network, options.destination, "TO"),
        at=parse_moment(options.at, network.timezone),
        profile=profile,
        unknown=Unknown(options.unknown),
    )
    answer = find_itineraries(network, query)
    if options.json:
        print(json.dumps(answer_as_json(network, answer), ensure_ascii=False, indent=2))
    else:
        print("\n".join(answer_lines(network, answer, options.lang)))


def _serve(options: argparse.Namespace) -> None:
    from planner.network.store import open_network

    networks = [open_network(folder) for folder in options.networks]
    from waitress import serve

    from webapp import create_app

    app = create_app(networks)
    print(f"http://{options.host}:{options.port}", flush=True)
    serve(app, host=options.host, port=options.port, threads=4, ident="plainpied")


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


def _size(network: Network) -> str:
    span = network.service_span
    runs = f"service from {span[0]} to {span[1]}" if span else "no trips: there is nothing to plan, only to audit"
    return (
        f"{int(network.served.sum())} served stops, {len(network.routes.id)} routes, {len(network.trips.id)} trips, "
        f"{len(network.events.arrival_s)} stop times, {runs}"
    )


def _say(text: str) -> None:
    print(f"plainpied: {text}", file=sys.stderr)
