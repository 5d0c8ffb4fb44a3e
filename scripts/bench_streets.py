"""How long streets take to read, build and store, and how much memory: real extracts, and one kind of three sizes.

The sizes are parts of the extract of Heidelberg: a quarter, a half and all of its nodes, from the west, as XML. Where
it is not here, they are invented grids, each with twice the links of the one before.
"""

from __future__ import annotations

import json
import os
import resource
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from xml.sax.saxutils import quoteattr

from planner.feeds.osm_objects import stream_objects
from scripts.bench_commands import Commands, Run
from scripts.bench_questions import Growth, fit_growth
from scripts.bench_table import Spread, figures

BARRED = "Heidelberg"
BAR_S, BAR_MB = 20.0, 1500.0  # reading, building and storing its extract
HEADER = ("extract", "size", "links", "links / s", "median s", "longest s", "processor s", "memory MB")
GRIDS = (40, 57, 80)  # streets to each side: every size has twice the links of the one before
PART_OF, PARTS = "part of", (0.25, 0.5, 1.0)  # of the nodes of the extract with the bars, all of them as XML
_REAL = (
    ("Porto Alegre", ("porto_alegre/poa_eptc.zip", "porto_alegre/poa_trensurb.zip"), "porto_alegre/poa_osm.pbf",
     "porto_alegre/poa_elevation.tif"),
    (BARRED, ("heidelberg/vrn_gtfs_cut.zip",), "heidelberg/heidelberg.test.pbf", ""),
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
    cpu_s: tuple[float, ...]  # of the process and whatever it starts: on a busy machine the steadier figure

    @property
    def wall(self) -> Spread:
        """Seconds from starting the process to the stored network."""
        return Spread.of([run.wall_s for run in self.runs])

    @property
    def peak_mb(self) -> float | None:
        """The highest memory of all runs, in a million bytes."""
        known = [run.peak_mib for run in self.runs if run.peak_mib is not None]
        return max(known) * 2**20 / 1e6 if known else None

    def row(self) -> tuple[str, ...]:
        """Give the cells under HEADER."""
        wall = self.wall
        return (
            self.title,
            f"{self.size_bytes / 1e6:.1f} MB",
            f"{self.links:,}",
            figures(round(self.links / wall.median)),
            figures(wall.median),
            figures(wall.most),
            figures(median(self.cpu_s)),
            figures(self.peak_mb),
        )


def measure_streets(commands: Commands, scratch: Path, repeats: int = 3) -> list[Extract]:
    """Build the real extracts where PLAINPIED_TESTDATA holds them, and three sizes: parts of one, else invented grids.

    Each is left in ``commands.networks``, in the folder that ``folder_of`` names.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    found = []
    sizes = _grids(scratch) if extract_of(BARRED) is None else _parts(scratch)
    for title, words, size in (*sizes, *_real_extracts()):
        out = commands.networks / folder_of(title)
        runs, cpu_s = [], []
        for _ in range(repeats + 1):
            before = _children_s()
            runs.append(commands.run(["build", str(out), *words]))
            cpu_s.append(_children_s() - before)
        links = json.loads((out / "report.json").read_text("utf-8"))["streets"]["links"]
        found.append(Extract(title, size, int(links), tuple(runs[1:]), tuple(cpu_s[1:])))
    return found


def build_extract(commands: Commands, title: str) -> Path:
    """Build one real extract; gives the folder of its network."""
    out = commands.networks / folder_of(title)
    words = next(words for name, words, _ in _real_extracts() if name == title)
    commands.run(["build", str(out), *words])
    return out


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def folder_of(title: str) -> str:
    """Name the folder of the network of an extract."""
    return f"streets_{title}".replace(" ", "_")


def extract_of(title: str) -> Path | None:
    """Give the real extract of this title; None where it is not here."""
    root = os.environ.get("PLAINPIED_TESTDATA")
    paths = [Path(root) / osm for name, _, osm, _ in _REAL if name == title] if root else []
    return next((path for path in paths if path.exists()), None)


def growth_of(found: Sequence[Extract]) -> list[tuple[str, Growth | None, Growth | None]]:
    """Fit processor time and memory = factor × links ^ exponent over the three sizes of each kind."""
    kinds = (("grids", "grid"), (f"parts of {BARRED}", PART_OF))
    fits = []
    for name, begin in kinds:
        sizes = [one for one in found if one.title.startswith(begin)]
        if len(sizes) > 2:
            links = [float(one.links) for one in sizes]
            known = [(float(one.links), one.peak_mb) for one in sizes if one.peak_mb is not None]
            memory = fit_growth([x for x, _ in known], [y for _, y in known])
            fits.append((name, fit_growth(links, [median(one.cpu_s) for one in sizes]), memory))
    return fits


def _real_extracts() -> Iterator[tuple[str, list[str], int]]:
    root = os.environ.get("PLAINPIED_TESTDATA")
    for title, feeds, osm, elevation in _REAL if root else ():
        path = Path(root or "") / osm
        if path.exists():
            words = [word for feed in feeds for word in ("--gtfs", str(Path(root or "") / feed))]
            raster = ["--elevation", str(Path(root or "") / elevation)] if elevation else []
            yield title, [*words, "--osm", str(path), *raster], path.stat().st_size


def _parts(folder: Path) -> Iterator[tuple[str, list[str], int]]:
    source = extract_of(BARRED)
    if source is None:
        return
    for share in PARTS:
        path = folder / f"part_{share:g}.osm"
        cut_extract(source, path, share)
        words = next(words for title, words, _ in _real_extracts() if title == BARRED)
        words[words.index("--osm") + 1] = str(path)
        yield f"{PART_OF} {BARRED}, {share:.0%} of the nodes", words, path.stat().st_size


def cut_extract(source: Path, target: Path, share: float) -> None:
    """Write the westernmost share of the nodes, what of each way lies on them, and the relations of whole ways: XML."""
    nodes = [raw for raw in stream_objects(source, "node") if raw.lon_lat is not None]
    nodes.sort(key=lambda raw: raw.lon_lat or (0.0, 0.0))
    kept = {raw.osm_id for raw in nodes[: round(share * len(nodes))]}
    ways: set[int] = set()
    with target.open("w", encoding="utf-8") as out:
        out.write('<osm version="0.6">\n')
        for raw in nodes:
            if raw.osm_id in kept and raw.lon_lat is not None:
                lon, lat = raw.lon_lat
                out.write(f'<node id="{raw.osm_id}" lon="{lon:.7f}" lat="{lat:.7f}">{_tags(raw.tags)}</node>\n')
        for raw in stream_objects(source, "way"):
            refs = [ref for ref in raw.refs if ref in kept]
            if len(refs) > 1:
                ways.add(raw.osm_id)
                out.write(f'<way id="{raw.osm_id}">{"".join(map(_ref, refs))}{_tags(raw.tags)}</way>\n')
        for raw in stream_objects(source, "relation"):
            if raw.refs and ways.issuperset(raw.refs):
                members = zip(raw.refs, raw.roles, strict=True)
                told = "".join(f'<member type="way" ref="{ref}" role={quoteattr(role)}/>' for ref, role in members)
                out.write(f'<relation id="{raw.osm_id}">{told}{_tags(raw.tags)}</relation>\n')
        out.write("</osm>\n")


def _ref(node: int) -> str:
    return f'<nd ref="{node}"/>'


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


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
