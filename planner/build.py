"""The recipe: files become tables, tables become a network, the network becomes a folder."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd
from tqdm import tqdm

from planner.errors import Fault, FeedError, QueryError
from planner.feeds.archive import source_hash
from planner.feeds.cnig import read_cnig
from planner.feeds.elevation import Elevation, open_elevation
from planner.feeds.evidence import Reading, SurveyReading
from planner.feeds.gtfs import read_gtfs
from planner.feeds.netex import read_netex
from planner.feeds.osm import read_osm_streets
from planner.feeds.osm_facts import StreetMap
from planner.feeds.osm_ground import read_osm_ground
from planner.feeds.osm_stops import read_osm_stops
from planner.feeds.survey import read_survey
from planner.feeds.template import write_template
from planner.network.annotate import build_network
from planner.network.flags import flag_findings, without_flags
from planner.network.ground_map import draw_ground
from planner.network.knowledge import learn
from planner.network.store import save_network
from planner.network.street_building import add_streets
from planner.network.tables import Network

T = TypeVar("T")
READERS = 2  # sources read at once: more would mostly wait for each other, and hold more memory


@dataclass(frozen=True, slots=True)
class Input:
    """One feed and the name that its public ids begin with."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class FactInputs:
    """Where the facts about quays and vehicles come from; every part may be missing."""

    survey: Path | None = None  # a folder of tables
    quays: Path | None = None  # single tables, instead of those of the folder
    vehicles: Path | None = None
    doors: Path | None = None
    assignments: Path | None = None
    distrust_flags: bool = False  # turn the GTFS flags of all feeds into unknown
    cnig: tuple[Path, ...] = ()
    netex: tuple[Path, ...] = ()
    osm: tuple[Path, ...] = ()  # facts of quays, and the streets
    elevation: Path | None = None  # a raster of ground heights

    def paths(self) -> list[Path]:
        """Every file and folder named."""
        values = (getattr(self, part.name) for part in fields(self))
        flat = (one for value in values for one in (value if isinstance(value, tuple) else (value,)))
        return [one for one in flat if isinstance(one, Path)]


@dataclass(frozen=True, slots=True)
class Labels:
    """What people read about a network."""

    title: str = ""
    attribution: str = ""
    notice: str = ""


def build(out: Path, inputs: Sequence[Input], facts: FactInputs | None = None, labels: Labels | None = None) -> Network:
    """Build a network and store it as the folder ``out``.

    Raises
    ------
    FeedError
        With the faults of every source together; nothing is left behind.
    """
    facts, labels = facts or FactInputs(), labels or Labels()
    sources = hash_sources(inputs, facts, labels)
    feeds = _try_all([lambda one=one: read_gtfs(one.path, one.name) for one in inputs])  # type: ignore[misc]
    name = safe_name(out.name)
    network = build_network(feeds, name, labels.title or out.name, attribution=labels.attribution, notice=labels.notice)
    network = add_facts(network, facts)
    ground = [one for path in facts.osm for one in read_osm_ground(path)]
    save_network(network, out, sources, also=lambda folder: draw_ground(ground, folder))
    return network


def add_facts(network: Network, facts: FactInputs) -> Network:
    """Read every source of facts and join it to the network.

    Raises
    ------
    FeedError
        With the faults of every source together.
    """
    stops = network.stops
    rows = network.served.nonzero()[0]
    served = pd.DataFrame(
        {
            "id": [stops.id[row] for row in rows.tolist()],
            "name": [stops.name[row] for row in rows.tolist()],
            "lon": stops.lon[rows],
            "lat": stops.lat[rows],
        }
    )
    readers: list[Callable[[], Reading | None]] = []
    if facts.survey or facts.quays or facts.vehicles or facts.doors or facts.assignments:
        readers.append(
            lambda: read_survey(
                facts.survey,
                quays=facts.quays,
                vehicles=facts.vehicles,
                doors=facts.doors,
                assignments=facts.assignments,
            )
        )
    readers += [lambda path=path: read_cnig(path, served) for path in facts.cnig]  # type: ignore[misc]
    readers += [lambda path=path: read_netex(path) for path in facts.netex]  # type: ignore[misc]
    readers += [lambda path=path: read_osm_stops(path, served) for path in facts.osm]  # type: ignore[misc]
    maps: list[StreetMap] = []
    elevations: list[Elevation] = []
    street_readers = [lambda path=path: maps.append(read_osm_streets(path)) for path in facts.osm]
    if facts.elevation is not None:
        street_readers.append(lambda path=facts.elevation: elevations.append(open_elevation(path)))
    readings = [made for made in _try_all([*readers, *street_readers]) if made is not None]
    if facts.distrust_flags:
        network = without_flags(network)
    knowledge = learn(readings, list(stops.id), list(network.routes.id), list(network.trips.id))
    report = {
        **network.report,
        "facts": [
            {"sources": [s.source_id for s in reading.sources], "statements": len(reading.evidence), **reading.report}
            for reading in readings
        ],
    }
    network = replace(network, knowledge=knowledge, report=report)
    found = (*knowledge.findings, *flag_findings(network))
    network = replace(network, knowledge=replace(knowledge, findings=found))
    statuses = [row for one in readings if isinstance(one, SurveyReading) for row in one.equipment_status]
    return add_streets(network, maps, statuses, elevations[0] if elevations else None)


def write_survey_template(network: Network, folder: Path) -> list[Path]:
    """Write the survey tables and sheets for the served stops and the routes of a network, to be filled in."""
    rows = network.served.nonzero()[0].tolist()
    stops = pd.DataFrame(
        {"id": [network.stops.id[row] for row in rows], "name": [network.stops.name[row] for row in rows]}
    )
    names = zip(network.routes.short_name, network.routes.long_name, strict=True)
    routes = pd.DataFrame({"id": list(network.routes.id), "name": [short or long for short, long in names]})
    return write_template(folder, stops, routes)


def hash_sources(
    inputs: Sequence[Input], facts: FactInputs | None = None, labels: Labels | None = None
) -> dict[str, str]:
    """Give the hash of every source, by name; and of what people read about it, for that is built in too.

    Raises
    ------
    FeedError
        Sources are missing: all of them are named.
    """
    paths = {one.name: one.path for one in inputs}
    paths |= {f"facts {n} {path.name}": path for n, path in enumerate((facts or FactInputs()).paths())}
    found = _try_all([lambda path=path: source_hash(path) for path in paths.values()])  # type: ignore[misc]
    hashes = dict(zip(paths, found, strict=True))
    if facts is not None and facts.distrust_flags:
        hashes["flags"] = "distrusted"
    told = astuple(labels or Labels())
    return hashes | ({"labels": hashlib.sha256("\n".join(told).encode()).hexdigest()} if any(told) else {})


def parse_input(text: str) -> Input:
    """Read ``NAME=PATH`` or ``PATH``; the default name is the file's stem made safe.

    Raises
    ------
    QueryError
        The name holds something else than letters, digits, "-" and "_".
    """
    name, equals, path = text.partition("=")
    if not equals or Path(text).exists():
        path, name = text, safe_name(Path(text).name.split(".")[0])
    elif name != safe_name(name):
        raise QueryError(f"“{name}” cannot name a feed: use letters, digits, - and _", "--gtfs")
    return Input(name, Path(path))


def parse_inputs(texts: Sequence[str]) -> list[Input]:
    """Read all inputs; two of one name are an error."""
    inputs = [parse_input(text) for text in texts]
    names = [one.name for one in inputs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise QueryError(f"two feeds are called {', '.join(twice)}; name them: --gtfs NAME=PATH", "--gtfs")
    return inputs


def safe_name(text: str) -> str:
    """Turn a text into letters, digits, "-" and "_", never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_") or "feed"


def _try_all(readers: Sequence[Callable[[], T]]) -> list[T]:
    """Run every reader, then raise the faults of all that refused as one error."""
    made, refused = [], []
    with ThreadPoolExecutor(READERS) as pool:  # unpacking and the compiled code let others run
        readings = [pool.submit(reader) for reader in readers]
        for reading in tqdm(readings, "reading", unit="source", delay=2, disable=None, leave=False):
            try:
                made.append(reading.result())
            except FeedError as error:
                refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        faults: list[Fault] = [fault for error in refused for fault in error.faults]
        raise FeedError(", ".join(error.source for error in refused), faults)
    return made
