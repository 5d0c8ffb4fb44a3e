"""Write the streets of Fictiville, the invented town, as OpenStreetMap XML (data/fictiville/streets.osm).

``python -m scripts.make_fictiville_streets [TARGET]``. The grid comes from plan.toml, what differs from an ordinary
street from streets.toml. Ids begin at nine trillions (9e12), where OpenStreetMap has none. The same tables
always give the same bytes.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import quoteattr

from scripts.make_fictiville import HEADINGS, HOME, Plan, crossing_xy_m, lat_lon

FIRST_ID = 9_000_000_000_000
COLUMNS, ROWS = "ABCDEFGHI", range(1, 9)
CORNERS = {"NE": (1, 1), "NW": (-1, 1), "SE": (1, -1), "SW": (-1, -1)}
ARMS = {"N": ("NW", "NE"), "S": ("SW", "SE"), "E": ("SE", "NE"), "W": ("SW", "NW")}
BANK_M = 90.0  # from a crossing to the water
BRIDGE_STEPS_M = 8.0
EMBANKMENT_M = 60.0

Tags = Mapping[str, str]
Point = tuple[float, float]


@dataclass(slots=True)
class Town:
    """Nodes and ways as they are drawn."""

    plan: Plan
    streets: Plan
    nodes: list[tuple[Point, Tags]] = field(default_factory=list)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)
    known: dict[tuple[str, str], int] = field(default_factory=dict)  # nodes that several ways share, by where they are

    def node(self, at: Point, tags: Tags | None = None) -> int:
        """Draw a node; gives its number."""
        self.nodes.append((at, tags or {}))
        return len(self.nodes) - 1

    def way(self, nodes: Sequence[int], tags: Tags) -> None:
        """Draw a way."""
        self.ways.append((list(nodes), {key: value for key, value in tags.items() if value}))

    def corner(self, crossing: str, which: str) -> int:
        """Give the node of a corner of pavements at a crossing, drawn once."""
        if (crossing, which) not in self.known:
            x, y = crossing_xy_m(self.plan, crossing)
            east, north = CORNERS[which]
            off = self.streets["pavement_m"]
            self.known[crossing, which] = self.node((x + east * off, y + north * off))
        return self.known[crossing, which]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the script; 0 written, 2 wrong arguments."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if len(arguments) > 1:
        print("usage: python -m scripts.make_fictiville_streets [TARGET]", file=sys.stderr)
        return 2
    (Path(arguments[0]) if arguments else HOME / "streets.osm").write_text(draw_town(), "utf-8")
    return 0


def draw_town() -> str:
    """Draw everything and give the document."""
    plan, streets = (tomllib.loads((HOME / name).read_text("utf-8")) for name in ("plan.toml", "streets.toml"))
    town = Town(plan, streets)
    for square in streets["squares"]:
        _draw_square(town, square)
    for a, b in _stretches(plan):
        _draw_road(town, a, b)
        for side in "EW" if a[0] == b[0] else "NS":
            _draw_pavement(town, a, b, side)
    for column in COLUMNS:
        for row in ROWS:
            for arm in ARMS:
                _draw_arm(town, f"{column}{row}", arm)
    for hamlet in ("K1", "N1"):
        _draw_hamlet(town, hamlet)
    for crossing, arm in streets["stubs"]:
        _draw_stub(town, crossing, arm)
    _draw_embankment(town)
    for path in streets["paths"]:
        ends = [town.corner(*path[end].split()) for end in ("from", "to")]
        town.way(ends, {"name": path["name"], **path["tags"]})
    for name, (crossing, east, north, tags) in streets["landmarks"].items():
        x, y = crossing_xy_m(plan, crossing)
        town.node((x + east, y + north), {"name": name, **dict(tag.split("=") for tag in tags.split(";"))})
    return "\n".join(_document(town)) + "\n"


def _stretches(plan: Plan) -> Iterator[tuple[str, str]]:
    """Every stretch of street between two neighbouring crossings; over the river only the bridges."""
    below, bridges = plan["river"]["between_rows"][0], plan["river"]["bridges"]
    for row in ROWS:
        for a, b in pairwise(COLUMNS):
            yield f"{a}{row}", f"{b}{row}"
    for column in COLUMNS:
        for row in ROWS[:-1]:
            if row != below or column in bridges:
                yield f"{column}{row}", f"{column}{row + 1}"


def _name(plan: Plan, a: str, b: str) -> str:
    named = plan["streets"]
    return str(named["columns"][a[0]] if a[0] == b[0] else named["rows"][a[1:]])


def _bridge(town: Town, a: str, b: str) -> Plan | None:
    below = town.plan["river"]["between_rows"][0]
    return town.streets["bridges"].get(a[0]) if a[0] == b[0] and int(a[1:]) == below else None


def _draw_road(town: Town, a: str, b: str) -> None:
    ends = []
    for crossing in (a, b):
        if (crossing, "middle") not in town.known:
            town.known[crossing, "middle"] = town.node(crossing_xy_m(town.plan, crossing))
        ends.append(town.known[crossing, "middle"])
    bridge = _bridge(town, a, b)
    over = {"bridge": bridge["bridge"], "layer": bridge["layer"]} if bridge is not None else {}
    town.way(ends, {"name": _name(town.plan, a, b), **town.streets["every_road"], **over})


def _draw_pavement(town: Town, a: str, b: str, side: str) -> None:
    north_south = a[0] == b[0]
    corners = (f"N{side}", f"S{side}") if north_south else (f"{side}E", f"{side}W")
    ends = [town.corner(a, corners[0]), town.corner(b, corners[1])]
    tags = {**town.streets["every_pavement"], "name": _name(town.plan, a, b)}
    for rule in town.streets["pavements"]:
        if f"{a}-{b}" in rule["on"].split() and side in rule["sides"].split():
            tags |= rule["tags"]
    bridge = _bridge(town, a, b)
    if bridge is not None:
        _draw_bridge(town, ends, tags, bridge)
        return
    middle = [town.known[one] for one in town.known if one == (f"{a}-{b}", side)]  # a corner of a square
    middle += [
        town.node(_between(town, ends, 0.5), barrier["tags"])
        for barrier in town.streets["barriers"]
        if barrier["on"] == f"{a}-{b}" and barrier["side"] == side
    ]
    town.way([ends[0], *middle, ends[1]], tags)


def _draw_bridge(town: Town, ends: Sequence[int], tags: Tags, bridge: Plan) -> None:
    """Pavement up to the bank, then the bridge: level, or with steps at both ends, or up to the middle and down."""
    share = BANK_M / town.plan["grid"]["spacing_m"]
    banks = [town.node(_between(town, ends, part)) for part in (share, 1 - share)]
    town.way([ends[0], banks[0]], tags)
    town.way([banks[1], ends[1]], tags)
    over = {**tags, "bridge": bridge["bridge"], "layer": bridge["layer"]}
    if "steps" in bridge:
        share += BRIDGE_STEPS_M / town.plan["grid"]["spacing_m"]
        deck = [town.node(_between(town, ends, part)) for part in (share, 1 - share)]
        stairs = {"highway": "steps", "step_count": bridge["steps"], "surface": "concrete", "name": tags["name"]}
        town.way([banks[0], deck[0]], {**stairs, "incline": "up"})
        town.way(deck, over)
        town.way([deck[1], banks[1]], {**stairs, "incline": "down"})
        return
    middle = town.node(_between(town, ends, 0.5))
    if "incline" in bridge:
        town.way([banks[0], middle], {**over, "incline": bridge["incline"]})
        town.way([middle, banks[1]], {**over, "incline": f"-{bridge['incline']}"})
        return
    town.known.setdefault(("bridge", "lift"), middle)  # where the lift of the embankment comes up
    town.way([banks[0], middle, banks[1]], over)


def _draw_arm(town: Town, crossing: str, arm: str) -> None:
    """The crossing of one street that leaves here; where none does, the pavement goes on round the corner."""
    streets, (x, y) = town.streets, crossing_xy_m(town.plan, crossing)
    first, last = (town.corner(crossing, which) for which in ARMS[arm])
    column, row = crossing[0], int(crossing[1:])
    there = {
        "N": (column, row + 1),
        "S": (column, row - 1),
        "E": (chr(ord(column) + 1), row),
        "W": (chr(ord(column) - 1), row),
    }
    a, b = sorted([crossing, "".join(map(str, there[arm]))], key=lambda one: (one[0], int(one[1:])))
    if (a, b) not in set(_stretches(town.plan)):
        town.way([first, last], {**streets["every_pavement"]})
        return
    tags = dict(streets["every_kerb"])
    for rule in streets["kerbs"]:
        if crossing in rule["at"].split():
            tags |= rule["tags"]
    tags = {key: value for key, value in tags.items() if value}
    off, kerb = streets["pavement_m"], streets["kerb_m"]
    if arm in "NS":
        along = y + (off if arm == "N" else -off)
        spots = [(x - kerb, along), (x, along), (x + kerb, along)]
    else:
        along = x + (off if arm == "E" else -off)
        spots = [(along, y - kerb), (along, y), (along, y + kerb)]
    near, far = town.node(spots[0], tags), town.node(spots[2], tags)
    road = town.node(spots[1], {"highway": "crossing", "crossing": "marked"})
    town.way([first, near, road, far, last], streets["every_crossing"])


def _draw_stub(town: Town, crossing: str, arm: str) -> None:
    """Pavements that end in the fields, past the last crossing: a quay lies there."""
    (east, north), length = HEADINGS[arm], town.streets["stub_m"]
    for which in ARMS[arm]:
        corner = town.corner(crossing, which)
        x, y = town.nodes[corner][0]
        town.way([corner, town.node((x + east * length, y + north * length))], town.streets["every_pavement"])


def _draw_hamlet(town: Town, crossing: str) -> None:
    """A street of its own around a stop outside the grid."""
    x, y = crossing_xy_m(town.plan, crossing)
    off, name = town.streets["pavement_m"], town.plan["places"][crossing]
    for north in (off, -off):
        ends = [town.node((x + east, y + north)) for east in (-120, 120)]
        town.way(ends, {**town.streets["every_pavement"], "name": f"Rue de {name}"})


def _draw_embankment(town: Town) -> None:
    """A promenade one level below the bridge, with a lift and a flight of steps."""
    told, top = town.streets["embankment"], town.known["bridge", "lift"]
    x, y = town.nodes[top][0]
    lift = told["lift"]
    town.nodes[top] = (
        (x, y),
        {
            "highway": "elevator", "name": lift["name"], "level": "0;1", "wheelchair": "yes",
            "width": lift["width"], "length": lift["length"], "door:width": lift["door"],
        },
    )  # fmt: skip
    level = {"level": "0", "surface": "paving_stones", "smoothness": "good", "width": "3", "incline": "0%"}
    ends = [town.node((x + east, y)) for east in (-EMBANKMENT_M, EMBANKMENT_M)]
    town.way([ends[0], top, ends[1]], {"highway": "footway", "name": told["name"], **level})
    upstairs = town.node((x + 12, y + 12))
    town.way([upstairs, top], {**town.streets["every_pavement"], "name": told["name"], "level": "1"})
    stairs = {"highway": "steps", "step_count": told["steps"], "level": "0;1", "incline": "up", "handrail": "yes"}
    town.way([ends[1], upstairs], stairs)


def _draw_square(town: Town, square: Plan) -> None:
    """A square north-east of a crossing; two of its corners are nodes of the pavements along it."""
    crossing = square["at"]
    x, y = crossing_xy_m(town.plan, crossing)
    (x0, y0), (x1, y1) = square["from_xy"], square["to_xy"]
    here = town.corner(crossing, "NE")
    east, far, north = (town.node((x + dx, y + dy)) for dx, dy in ((x1, y0), (x1, y1), (x0, y1)))
    town.known[f"{crossing}-{chr(ord(crossing[0]) + 1)}{crossing[1:]}", "N"] = east
    town.known[f"{crossing}-{crossing[0]}{int(crossing[1:]) + 1}", "E"] = north
    town.way([here, east, far, north, here], {"name": square["name"], **square["tags"]})


def _between(town: Town, ends: Sequence[int], share: float) -> Point:
    (ax, ay), (bx, by) = (town.nodes[end][0] for end in ends)
    return ax + share * (bx - ax), ay + share * (by - ay)


def _document(town: Town) -> Iterator[str]:
    yield "<?xml version='1.0' encoding='UTF-8'?>"
    yield "<!-- Fictiville, ville inventée / an invented town: nothing here exists. Written by a script. -->"
    yield '<osm version="0.6" generator="scripts/make_fictiville_streets.py">'
    for number, (at, tags) in enumerate(town.nodes):
        lat, lon = lat_lon(town.plan, at)
        head = f'<node id="{FIRST_ID + number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"'
        yield from _element(head, "node", [], tags)
    for number, (nodes, tags) in enumerate(town.ways):
        inner = [f'<nd ref="{FIRST_ID + node}"/>' for node in nodes]
        yield from _element(f'<way id="{FIRST_ID + number}" version="1"', "way", inner, tags)
    yield "</osm>"


def _element(head: str, name: str, inner: Sequence[str], tags: Tags) -> Iterator[str]:
    told = [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]
    yield f"{head}>{''.join([*inner, *told])}</{name}>" if inner or told else f"{head}/>"


if __name__ == "__main__":
    sys.exit(main())
