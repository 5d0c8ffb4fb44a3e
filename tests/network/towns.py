"""Networks that several tests ask for: the fictional town with its survey, and small feeds with tables of facts."""

import runpy
from functools import lru_cache
from pathlib import Path
from textwrap import dedent

from gtfs_world import feed_of

from planner.build import FactInputs, Input, add_facts, build
from planner.feeds.gtfs import read_gtfs
from planner.network.annotate import build_network
from planner.network.store import open_network
from planner.network.tables import Network

ROOT = Path(__file__).resolve().parents[2]
FICTIVILLE = ROOT / "data" / "fictiville"
TABLES_OF_SURVEY = {
    "quays": "quays", "types": "vehicle_types", "doors": "doors", "assignments": "vehicle_assignments",
    "overrides": "boarding_overrides",
}  # fmt: skip


@lru_cache
def fictiville_in(folder: Path, *, streets: bool = False) -> Network:
    """Build the fictional town with its survey, store it and open it; once for each folder and choice of streets."""
    write_gtfs = runpy.run_path(str(ROOT / "scripts" / "embedded_gtfs.py"))["write_gtfs"]
    feed, out = folder / "fictiville.zip", folder / ("streets" if streets else "straight") / "fictiville"
    write_gtfs(FICTIVILLE, feed)
    facts = FactInputs(survey=FICTIVILLE / "survey", osm=(FICTIVILLE / "streets.osm",) if streets else ())
    build(out, [Input("fictiville", feed)], facts)
    return open_network(out)


def town(folder: Path, **tables: str | None) -> Network:
    """Arrange the small feed of ``gtfs_world`` with other tables, without storing it."""
    folder.mkdir(exist_ok=True)
    return build_network([read_gtfs(feed_of(folder, **tables), "town")], "town", "Town")


def surveyed(network: Network, folder: Path, **tables: str) -> Network:
    """Add the facts of survey tables given as text: quays, types, doors, assignments, overrides."""
    survey = folder / "survey"
    survey.mkdir(parents=True)
    for name, text in tables.items():
        (survey / f"{TABLES_OF_SURVEY[name]}.csv").write_text(dedent(text).lstrip("\n"), "utf-8")
    return add_facts(network, FactInputs(survey=survey))
