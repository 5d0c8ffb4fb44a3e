"""The command ``plainpied``: one subcommand for each job; parse, call, print.

Exit codes: 0 answered (also "no itinerary"), 2 the question or an argument is wrong, 3 the data is.
Heavy modules are imported by the subcommand that needs them, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import __version__
from planner.cli_arguments import add_profile, parse_moment, patience, profile_of
from planner.cli_audit import add_audit
from planner.cli_bake import add_bake
from planner.cli_plan import add_plan
from planner.cli_reach import add_matrix, add_reachable, add_warmup
from planner.cli_walk import add_walk
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


class _Parser(argparse.ArgumentParser):
    """Takes "-30.03,-51.2" for a position, not for an option: half of the world lies south or west."""

    def _parse_optional(self, arg_string: str) -> Any:
        return None if re.fullmatch(r"-\d[\d.]*,\s*-?[\d.]+", arg_string) else super()._parse_optional(arg_string)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="plainpied", description="A step-free public-transport trip planner.")
    parser.add_argument("--version", action="version", version=f"plainpied {__version__}")
    commands: Any = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_build(commands)
    add_plan(commands)
    _add_boarding(commands)
    add_walk(commands)
    add_reachable(commands)
    add_matrix(commands)
    add_bake(commands)
    add_warmup(commands)
    add_audit(commands)
    _add_survey_commands(commands)
    serve = commands.add_parser("serve", help="serve the pages of one or several networks")
    serve.add_argument("networks", type=Path, nargs="+", metavar="NETWORK")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.set_defaults(run=_serve)
    return parser


def _add_build(commands: Any) -> None:
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
        ("osm", "an OpenStreetMap file: platforms, streets, stations"),
    ):
        facts.add_argument(
            f"--{source}", type=Path, action="append", default=[], metavar="FILE", help=f"{kind}; repeatable"
        )
    facts.add_argument("--elevation", type=Path, metavar="RASTER", help="ground heights, for ways that say no slope")
    facts.add_argument(
        "--distrust-flags", action="store_true", help="turn the wheelchair flags of the feeds into unknown"
    )
    build.add_argument("--title", default="", help="what people call the network")
    build.add_argument("--attribution", default="", help="whom to credit; default: the agencies")
    build.add_argument("--notice", default="", help="a sentence shown on every page of this network")
    build.add_argument("--export", action="store_true", help="also write the graph as GraphML and GeoPackage")
    build.add_argument("--if-changed", action="store_true", help="do nothing if OUT was built from the same sources")
    build.set_defaults(run=_build)


def _add_boarding(commands: Any) -> None:
    boarding = commands.add_parser("boarding", help="can one get on and off here?")
    boarding.add_argument("network", type=Path, metavar="NETWORK")
    boarding.add_argument("--stop", required=True, metavar="STOP", help="id of a stop, or its name")
    which = boarding.add_mutually_exclusive_group(required=True)
    which.add_argument("--trip", metavar="TRIP", help="id of a trip")
    which.add_argument("--route", metavar="ROUTE", help="id or short name of a route: the worst of its trips")
    boarding.add_argument("--on", metavar="YYYY-MM-DD", help="service day; default: today, or the first day of service")
    add_profile(boarding)
    boarding.add_argument("--json", action="store_true", help="print the answer as JSON")
    boarding.set_defaults(run=_boarding)


def _add_survey_commands(commands: Any) -> None:
    template = commands.add_parser("template", help="write survey tables and sheets to fill in")
    template.add_argument("folder", type=Path, metavar="DIR")
    template.add_argument("--network", type=Path, required=True, metavar="NETWORK")
    template.set_defaults(run=_template)

    table = commands.add_parser("import-table", help="turn an authority's own table into survey tables")
    table.add_argument("file", type=Path, metavar="FILE", help=".xlsx, .csv or .json")
    table.add_argument(
        "--map", required=True, metavar="MAP", help="a map (docs/data-formats.md): file, or nl_chb, db_platforms"
    )
    table.add_argument(
        "--out", type=Path, default=Path("survey"), metavar="DIR", help="folder to write; default: survey"
    )
    table.set_defaults(run=_import_table)


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
        distrust_flags=options.distrust_flags,
        cnig=tuple(options.cnig),
        netex=tuple(options.netex),
        osm=tuple(options.osm),
        elevation=options.elevation,
    )
    labels = Labels(options.title, options.attribution, options.notice)
    if options.if_changed and same_sources(options.out, hash_sources(inputs, facts, labels)):
        print(f"{options.out} is up to date")
        return
    network = build(options.out, inputs, facts, labels)
    for feed in network.report["feeds"]:
        print("\n".join(feed["lines"]))
    if network.report.get("streets"):
        told = {name: count for name, count in network.report["streets"].items() if isinstance(count, int)}
        print("  streets: " + ", ".join(f"{name} {count}" for name, count in told.items()))
    for finding in network.knowledge.findings:
        print(f"  finding {finding.code}, {finding.subject_id}: {finding.text}")
    print(f"{options.out}: {_size(network)}")
    if options.export:
        from planner.network.graph import export_graph

        for path in export_graph(network, options.out):
            print(f"wrote {path}")


def _boarding(options: argparse.Namespace) -> None:
    from planner.network.store import open_network
    from planner.routing.one_boarding import ask_boarding
    from planner.show import boarding_answer_as_json, boarding_answer_lines

    profile = profile_of(options)
    network = open_network(options.network)
    day = _service_day(options.on, network)
    with patience():
        answer = ask_boarding(network, options.stop, profile, day, trip=options.trip, route=options.route)
    if options.json:
        print(json.dumps(boarding_answer_as_json(network, answer), ensure_ascii=False, indent=2))
    else:
        print("\n".join(boarding_answer_lines(network, answer, options.lang)))


def _template(options: argparse.Namespace) -> None:
    from planner.build import write_survey_template
    from planner.network.store import open_network

    for path in write_survey_template(open_network(options.network), options.folder):
        print(f"wrote {path}")


def _import_table(options: argparse.Namespace) -> None:
    from planner.feeds.foreign_map import map_path
    from planner.feeds.foreign_table import import_table

    given = Path(options.map)
    summary = import_table(options.file, given if given.is_file() else map_path(options.map), options.out)
    print("\n".join(summary.lines))


def _serve(options: argparse.Namespace) -> None:
    from planner.network.store import open_network

    networks = [open_network(folder) for folder in options.networks]
    from waitress.server import create_server

    from webapp import create_app

    try:
        server = create_server(create_app(networks), host=options.host, port=options.port, threads=4, ident="plainpied")
    except OSError as error:
        cure = "is another program using this port? choose one with --port"
        raise QueryError(
            f"cannot listen on {options.host}:{options.port} ({error.strerror}); {cure}", "--port"
        ) from None
    print(f"http://{options.host}:{options.port}", flush=True)
    server.run()


def _service_day(text: str | None, network: Network) -> date:
    if text is None:
        today = parse_moment(None, network.timezone).date()
        span = network.service_span
        return today if span is None or span[0] <= today <= span[1] else span[0]
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise QueryError(f"“{text}” is no date; write it as 2026-05-12", "--on") from error


def _size(network: Network) -> str:
    span = network.service_span
    runs = f"service from {span[0]} to {span[1]}" if span else "no trips: there is nothing to plan, only to audit"
    return (
        f"{int(network.served.sum())} served stops, {len(network.routes.id)} routes, {len(network.trips.id)} trips, "
        f"{len(network.events.arrival_s)} stop times, {runs}"
    )


def _say(text: str) -> None:
    print(f"plainpied: {text}", file=sys.stderr)
