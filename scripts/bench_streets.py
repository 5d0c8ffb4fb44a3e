"""How long streets take to read, build and store, and how much memory, on real extracts and on grids of three sizes."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.bench_commands import Commands, Run
from scripts.bench_table import Spread, figures

BAR_S, BAR_MIB = 20.0, 1500.0  # reading, building and storing the extract of Heidelberg
HEADER = ("extract", "size", "links", "links/s", "wall s (best)", "peak MiB")
GRIDS = (40, 57, 80)  # streets to each side: every size has twice the links of the one before
_REAL = (
    ("Porto Alegre", ("porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip"), "porto_alegre/poa_osm.pbf",
     "porto_alegre/poa_elevation.tif"),
    ("Heidelberg", ("heidelberg/vrn_gtfs_cut.zip",), "heidelberg/heidelberg.test.pbf", ""),
)  # fmt: skip
_FEED = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\nA,Grid,https://example.org,Europe/Paris\n",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\na,A,49.9,2.3\nb,B,49.901,2.301\n",
    "routes.txt": "route_id,agency_id,route_short_name,route_type\n1,A,1,3\n",
    "trips.txt": "trip_id,route_id,service_id\nt,1,w\n",
    "stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time,departure_time\n"
    "t,1,a,8:00:00,8:00:00\nt,2,b,8:05:00,8:05:00\n",
    "calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "w,1,1,1,1,1,1,1,20260101,20261231\n",
}


@dataclass(frozen=True, slots=True)
class Extract:
    """One extract built several times; the first run, which compiles, is not counted."""

    title: str
    size_bytes: int
    links: int
    runs: tuple[Run, ...]

    def row(self) -> tuple[str, ...]:
        """Give the cells under HEADER."""
        wall = Spread.of([run.wall_s for run in self.runs])
        peaks = [run.peak_mib for run in self.runs if run.peak_mib is not None]
        size = f"{self.size_bytes / 1e6:.1f} MB"
        speed = figures(self.links / wall.least)
        return self.title, size, figures(self.links), speed, figures(wall.least), figures(max(peaks, default=None))


def measure_streets(scratch: Path, repeats: int = 3) -> list[Extract]:
    """Build grids of three sizes, and the real extracts where PLAINPIED_TESTDATA holds them."""
    scratch.mkdir(parents=True, exist_ok=True)
    commands = Commands(scratch)
    found = []
    for title, words, size in (*_grids(scratch), *_real_extracts()):
        out = commands.networks / title.replace(" ", "_")
        runs = [commands.run(["build", str(out), *words]) for _ in range(repeats + 1)]
        links = json.loads((out / "report.json").read_text("utf-8"))["streets"]["links"]
        found.append(Extract(title, size, int(links), tuple(runs[1:])))
    return found


def _real_extracts() -> Iterator[tuple[str, list[str], int]]:
    root = os.environ.get("PLAINPIED_TESTDATA")
    for title, feeds, osm, elevation in _REAL if root else ():
        path = Path(root or "") / osm
        if path.exists():
            words = [word for feed in feeds for word in ("--gtfs", str(Path(root or "") / feed))]
            raster = ["--elevation", str(Path(root or "") / elevation)] if elevation else []
            yield title, [*words, "--osm", str(path), *raster], path.stat().st_size


def _grids(folder: Path) -> Iterator[tuple[str, list[str], int]]:
    feed = folder / "grid.zip"
    with zipfile.ZipFile(feed, "w") as archive:
        for name, content in _FEED.items():
            archive.writestr(name, content)
    for streets in GRIDS:
        path = folder / f"grid{streets}.osm"
        path.write_text("".join(grid(streets)), "utf-8")
        yield f"grid of {streets} x {streets}", ["--gtfs", f"grid={feed}", "--osm", str(path)], path.stat().st_size


def grid(streets: int) -> Iterator[str]:
    """Write streets with pavements, 100 m apart, as OpenStreetMap XML; every third corner has a crossing."""
    yield '<osm version="0.6">'
    for row in range(streets):
        for column in range(streets):
            at = f'id="{1 + row * streets + column}" lat="{49.9 + row * 9e-4:.6f}" lon="{2.3 + column * 1.39e-3:.6f}"'
            crossing = '<tag k="highway" v="crossing"/><tag k="kerb" v="lowered"/>' if (row + column) % 3 == 0 else ""
            yield f"<node {at}>{crossing}</node>"
    tags = '<tag k="highway" v="residential"/><tag k="sidewalk" v="both"/>'
    for line in range(streets):
        along = (1 + line * streets + n for n in range(streets))
        across = (1 + n * streets + line for n in range(streets))
        for number, refs in ((1 + line, along), (1 + streets + line, across)):
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
            yield f'<way id="{number}">{nodes}{tags}<tag k="name" v="Street {number}"/></way>'
    yield "</osm>"


def within_bars(found: list[Extract]) -> list[str]:
    """Name every bar that is not kept."""
    missed = []
    for one in found:
        wall = Spread.of([run.wall_s for run in one.runs]).least
        peak = max((run.peak_mib for run in one.runs if run.peak_mib is not None), default=0.0)
        if one.title == "Heidelberg" and (wall > BAR_S or peak > BAR_MIB):
            missed.append(
                f"{one.title}: {wall:.1f} s and {peak:.0f} MiB; the bars are {BAR_S:.0f} s and {BAR_MIB:.0f} MiB"
            )
    return missed
