"""The command ``audit``: what fails, for whom, against which rule, and what to fix first."""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Fault, FeedError, QueryError

if TYPE_CHECKING:
    from planner.audit.fixes import Fix
    from planner.model import Profile
    from planner.report.map import Leaflet

FOLDER = "audit"  # of the network itself, where the staff pages look


def add_audit(commands: Any) -> None:
    """Add ``plainpied audit``."""
    parser = commands.add_parser("audit", help="what fails, for whom, against which rule; what to fix first")
    parser.add_argument("network", type=Path, metavar="NETWORK")
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: the folder audit of the network itself")
    parser.add_argument("--rules", default="fr", metavar="COUNTRY", help="default: %(default)s")
    parser.add_argument("--profiles", metavar="A,B", help="default: four kinds of travellers with wheels or a frame")
    parser.add_argument("--on", metavar="YYYY-MM-DD", help="a service day; default: the busiest one")
    parser.add_argument(
        "--at", default="8,12,17", metavar="H,H", help="hours at which reach is measured; default: %(default)s"
    )
    parser.add_argument("--fixes", type=int, metavar="N", help="also choose the best set of so many fixes")
    parser.add_argument("--budget", type=float, metavar="SUM", help="also choose the best set that this pays")
    parser.add_argument("--costs", type=Path, metavar="CSV", help="columns fix (its id or kind, or the place) and cost")
    parser.add_argument("--against", type=Path, metavar="NETWORK", help="an earlier network: what is gone, what is new")
    parser.add_argument("--what-if", type=Path, metavar="CSV", help="changes (kind, id, value_mm): before and after")
    parser.set_defaults(run=_audit)


def _audit(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from planner.audit.fixes import parse_changes
    from planner.network.store import open_network
    from planner.report.document import as_document
    from planner.report.files import write_files
    from planner.report.gather import AuditQuestion, gather
    from planner.report.page import write_pages

    network = open_network(options.network)
    against = None if options.against is None else open_network(options.against)
    changes: tuple[Fix, ...] = ()
    if options.what_if is not None:
        changes = tuple(parse_changes(_read(options.what_if)))
    profiles = _profiles(options.profiles)
    question = AuditQuestion(
        country=options.rules,
        **({} if profiles is None else {"profiles": profiles}),
        day=_day(options.on),
        hours=_hours(options.at),
        most_fixes=options.fixes,
        budget=options.budget,
        costs=None if options.costs is None else _costs(options.costs),
        what_if=changes,
    )
    told = ""
    with tqdm(total=1, bar_format="{desc} {percentage:3.0f} % {elapsed}", disable=None, leave=False) as bar:

        def progress(what: str, done: int, of: int) -> None:
            nonlocal told
            if what != told:
                told = what
                bar.set_description_str(what)
            bar.total, bar.n = max(of, 1), done
            bar.refresh()

        document = as_document(gather(network, question, against, progress))
    out = options.out or options.network / FOLDER
    paths = [*write_files(document, out), *write_pages(document, out, _leaflet())]
    for line in summary(document):
        print(line)
    print(f"wrote {len(paths)} files to {out}; open {paths[-1].name}")


def summary(document: dict[str, Any]) -> list[str]:
    """Give what matters most in a few lines."""
    counts = document["counts"]
    network = document["network"]
    invented = "Everything in this network is invented." if network["invented"] else None
    lines = [f"{document['head']}.", *(text for text in (network["notice"], invented) if text)]
    lines.append(
        f"{counts['stops']} stops on {document['day']}: {counts['findings']} findings, {counts['obligations']} of them "
        f"known to be owed; {counts['not_assessable']} times a rule could not be assessed."
    )
    lines += [f"  {profile}: of {_boardings(document['shares'], profile)}" for profile in document["profiles"]]
    if document["what_if"] is not None:
        lines.append(f"After these changes ({len(document['what_if']['fixes'])}):")
        lines += [
            f"  {profile}: of {_boardings(document['what_if']['after'], profile)}" for profile in document["profiles"]
        ]
    if document["difference"] is not None:
        told = document["difference"]
        lines.append(
            f"Against {told['other']}: {len(told['fixed'])} fixed, {len(told['new'])} new; {told['remaining']} remain. "
            f"Not fixed: {len(told['lost'])} can no longer be assessed, {len(told['gone'])} are of what is no longer "
            f"there; not worse: {len(told['revealed'])} could not be assessed before, {len(told['arrived'])} are of "
            "what was not there."
        )
    for one in document["fixes"][:5]:
        place = one["name"] or one["near"] or one["subject_id"]
        more = f"{one['boardings_a_day']:,.1f} boardings and {one['rides_a_day']:,.1f} rides more a day"
        lines.append(f"  {one['rank']}. {one['id']} ({place}): {more}")
    return lines


def _boardings(shares: list[dict[str, Any]], profile: str) -> str:
    """Say how many boardings one traveller has a day, and which part of them has which verdict."""
    told = [one for one in shares if one["profile"] == profile]
    every, words = sum(one["boardings_a_day"] for one in told), []
    for verdict in ("YES", "UNCERTAIN", "UNKNOWN", "NO"):
        part = sum(one["boardings_a_day"] for one in told if one["verdict"] == verdict)
        words.append(f"{part / every:.0%} {verdict}" if every else f"- {verdict}")
    return f"{every:,.0f} boardings a day {', '.join(words)}"


def _leaflet() -> Leaflet | None:
    """Leaflet as the pages of the application have it; None where it was never fetched."""
    from importlib.resources import files

    from planner.report.map import Leaflet

    vendored = files("webapp").joinpath("static", "vendor")
    parts = [vendored.joinpath(name) for name in ("leaflet.js", "leaflet.css")]
    if not all(part.is_file() for part in parts):
        return None
    return Leaflet(*(part.read_text("utf-8") for part in parts))


def _profiles(text: str | None) -> tuple[Profile, ...] | None:
    from planner.access.profiles import get_profile

    if text is None:
        return None
    return tuple(get_profile(name.strip()) for name in text.split(",") if name.strip())


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise QueryError(f"“{text}” is no date; write it as 2026-05-12", "--on") from error


def _hours(text: str) -> tuple[int, ...]:
    hours = [part.strip() for part in text.split(",") if part.strip()]
    if not all(hour.isdecimal() and int(hour) < 24 for hour in hours):
        raise QueryError(f"“{text}” are no hours; write them as 8,12,17", "--at")
    return tuple(sorted({int(hour) for hour in hours}))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FeedError(path.name, [Fault(path.name, "cannot be read", "a text file in UTF-8")]) from error


def _costs(path: Path) -> dict[str, float]:
    """Read the cost of each fix.

    Raises
    ------
    FeedError
        With every fault of the table.
    """
    costs: dict[str, float] = {}
    faults: list[Fault] = []
    rows = csv.DictReader(_read(path).splitlines())
    if not {"fix", "cost"} <= set(rows.fieldnames or ()):
        raise FeedError(path.name, [Fault(path.name, "lacks a column", "its first line needs fix and cost", row=1)])
    for line, row in enumerate(rows, 2):
        try:
            cost = float((row["cost"] or "").strip())
        except ValueError:
            cost = -1.0
        if not 0 <= cost < float("inf") or not (row["fix"] or "").strip():
            faults.append(
                Fault(path.name, f"“{row['cost']}” is no cost of “{row['fix']}”", "a number from 0", row=line)
            )
        else:
            costs[row["fix"].strip()] = cost
    if faults:
        raise FeedError(path.name, faults)
    return costs
