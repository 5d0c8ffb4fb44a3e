"""Answer questions of ``bench_walk_peer`` with Valhalla; run by a Python of its own, in which pyvalhalla is installed.

``peer_valhalla.py EXTRACT FOLDER`` makes Valhalla's tiles in the folder. Then each line of standard input, JSON, gets
one line of JSON: ``{"routes": [[lon, lat, lon, lat], ...], "shortest": bool, "type": str}`` the ways of its type
"wheelchair" or "foot"; ``{"near": [[lon, lat], ...]}`` the ways of OpenStreetMap around each point that its type
"wheelchair" may use.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from importlib import import_module  # Valhalla lives in this script's own environment, not in the project's
from pathlib import Path
from typing import Any

JOIN_M = 100  # as far as our own search looks for a way to begin on
NEAR_M = 6


def main() -> None:
    """Make the tiles, say so, and answer until the input ends."""
    extract, folder = sys.argv[1], Path(sys.argv[2])
    valhalla: Any = import_module("valhalla")
    tiles = folder / "tiles"
    tiles.mkdir(parents=True)
    settings = valhalla.get_config(tile_extract="", tile_dir=str(tiles))
    settings["mjolnir"]["concurrency"] = 1
    written = folder / "valhalla.json"
    written.write_text(json.dumps(settings), "utf-8")
    program = Path(str(valhalla.__file__)).parent / "bin" / "valhalla_build_tiles"
    started = time.perf_counter()
    subprocess.run([program, "-c", written, extract], check=True, capture_output=True)
    _say({"import_s": time.perf_counter() - started})
    actor, refusal = valhalla.Actor(settings), valhalla.ValhallaError
    for line in sys.stdin:
        asked = json.loads(line)
        if "near" in asked:
            _say([_near(actor, refusal, *point) for point in asked["near"]])
        else:
            costing = _costing(asked["type"], shortest=asked["shortest"])
            _say([_route(actor, refusal, ends, costing) for ends in asked["routes"]])


def _costing(type_: str = "wheelchair", *, shortest: bool = False) -> dict[str, Any]:
    options = {"type": type_, "shortest": shortest}
    return {"costing": "pedestrian", "costing_options": {"pedestrian": options}, "units": "kilometers"}


def _route(actor: Any, refusal: type[Exception], ends: list[float], costing: dict[str, Any]) -> dict[str, Any] | None:
    places = [{"lon": ends[n], "lat": ends[n + 1], "search_cutoff": JOIN_M} for n in (0, 2)]
    started = time.perf_counter()
    try:
        found = actor.route({"locations": places, **costing})
    except refusal:
        return None
    took_ms = (time.perf_counter() - started) * 1000
    (leg,) = found["trip"]["legs"]
    walked = {"encoded_polyline": leg["shape"], "shape_match": "walk_or_snap", **costing}
    wanted = {"filters": {"attributes": ["edge.way_id"], "action": "include"}}
    try:
        edges = actor.trace_attributes({**walked, **wanted})["edges"]
    except refusal:
        edges = []
    return {
        "length_m": leg["summary"]["length"] * 1000,
        "duration_s": leg["summary"]["time"],
        "took_ms": took_ms,
        "shape": decoded(leg["shape"]),
        "ways": [edge["way_id"] for edge in edges],
    }


def _near(actor: Any, refusal: type[Exception], lon: float, lat: float) -> list[int]:
    place = {"lon": lon, "lat": lat, "radius": NEAR_M, "search_cutoff": NEAR_M, "minimum_reachability": 0}
    try:
        (told,) = actor.locate({"locations": [place], "verbose": True, **_costing()})
    except refusal:
        return []
    return sorted({edge["edge_info"]["way_id"] for edge in told["edges"] or []})


def decoded(text: str) -> list[tuple[float, float]]:
    """Read an encoded line of six decimals as longitudes and latitudes."""
    points, values, at = [], [0, 0], 0
    while at < len(text):
        for axis in (0, 1):
            bits = shift = 0
            while True:
                byte = ord(text[at]) - 63
                at += 1
                bits |= (byte & 31) << shift
                shift += 5
                if byte < 32:
                    break
            values[axis] += ~(bits >> 1) if bits & 1 else bits >> 1
        points.append((values[1] / 1e6, values[0] / 1e6))
    return points


def _say(told: Any) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
