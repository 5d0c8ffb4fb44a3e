"""Which stop a foreign quay belongs to, by distance; what is not clear is reported and not guessed.

Opposite quays of a street are some ten metres apart and stop positions are as bad as that, so the nearest stop
is taken only if the next one is clearly farther.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import geopandas
import pandas as pd

from planner.facts import Finding

DEFAULT_MAX_DISTANCE_M = 20.0
CLEARLY_FARTHER_M = 5.0


@dataclass(frozen=True, slots=True)
class Join:
    """One thing at one stop."""

    thing_id: str
    stop_id: str
    distance_m: float


@dataclass(frozen=True)
class Joins:
    """What was joined; ``contested`` are the stops that several things were joined to."""

    clear: list[Join] = field(default_factory=list)
    contested: dict[str, list[Join]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    far: list[str] = field(default_factory=list)  # things without a stop near enough

    @property
    def report(self) -> dict[str, object]:
        """Counts, and every join with its distance."""
        joined = [*self.clear, *(join for joins in self.contested.values() for join in joins)]
        return {
            "joined": len(self.clear),
            "contested": {stop_id: [join.thing_id for join in joins] for stop_id, joins in self.contested.items()},
            "ambiguous": sum(finding.code == "AMBIGUOUS_JOIN" for finding in self.findings),
            "without_stop": self.far,
            "joins": [(join.thing_id, join.stop_id, round(join.distance_m, 1)) for join in joined],
        }


def join_to_stops(
    things: geopandas.GeoDataFrame, stops: pd.DataFrame, *, max_distance_m: float = DEFAULT_MAX_DISTANCE_M
) -> Joins:
    """Join things to the nearest stop.

    Parameters
    ----------
    things
        Column ``id`` and a geometry in any reference system; its nearest point counts.
    stops
        Columns ``id``, ``lon``, ``lat`` (WGS 84) and ``name``; rows without a position are left out.
    """
    if not max_distance_m > 0:
        raise ValueError(f"a distance must be positive, got {max_distance_m}")
    placed = stops[stops["lon"].between(-180, 180) & stops["lat"].between(-90, 90)]
    located = things[~(things.geometry.isna() | things.geometry.is_empty)]
    nowhere = [str(thing) for thing in things.loc[things.index.difference(located.index), "id"]]
    if placed.empty or located.empty:
        return Joins(far=[*nowhere, *(str(thing) for thing in located["id"])])
    near = _near(located, placed, max_distance_m)
    names = {str(row.id): str(row.name_) for row in placed.rename(columns={"name": "name_"}).itertuples()}
    findings: list[Finding] = []
    by_stop: dict[str, list[Join]] = {}
    far = nowhere
    for thing_id, candidates in near.items():
        if not candidates:
            far.append(thing_id)
            continue
        (distance, stop_id), *others = sorted(candidates)
        if others and others[0][0] < distance + CLEARLY_FARTHER_M:
            findings.append(_ambiguous(thing_id, [(distance, stop_id), *others], names))
            continue
        by_stop.setdefault(stop_id, []).append(Join(thing_id, stop_id, distance))
    clear = [joins[0] for joins in by_stop.values() if len(joins) == 1]
    contested = {stop_id: joins for stop_id, joins in by_stop.items() if len(joins) > 1}
    return Joins(clear, contested, findings, far)


def contested_finding(stop_id: str, joins: list[Join], what: str) -> Finding:
    """Several things claim to be the quay of one stop."""
    listed = ", ".join(f"{join.thing_id} ({join.distance_m:.1f} m)" for join in joins)
    return Finding("AMBIGUOUS_JOIN", stop_id, f"Several {what} lie at stop {stop_id}: {listed}; none is used.")


def _near(things: geopandas.GeoDataFrame, stops: pd.DataFrame, reach_m: float) -> dict[str, list[tuple[float, str]]]:
    """The stops within reach of each thing, with their distance in metres."""
    points = geopandas.GeoSeries(geopandas.points_from_xy(stops["lon"], stops["lat"]), crs=4326)
    metric = things.crs if things.crs is not None and things.crs.is_projected else points.estimate_utm_crs()
    points, shapes = points.to_crs(metric), things.geometry.to_crs(metric).reset_index(drop=True)
    # One margin more, so that a stop just out of reach still makes the nearest one ambiguous.
    which, stop_rows = points.sindex.query(shapes, predicate="dwithin", distance=reach_m + CLEARLY_FARTHER_M)
    distances = shapes.iloc[which].reset_index(drop=True).distance(points.iloc[stop_rows].reset_index(drop=True))
    ids = [str(thing) for thing in things["id"]]
    stop_ids = [str(stop) for stop in stops["id"]]
    near: dict[str, list[tuple[float, str]]] = {thing: [] for thing in ids}
    for thing, stop, distance in zip(which, stop_rows, distances, strict=True):
        if math.isfinite(distance):
            near[ids[thing]].append((float(distance), stop_ids[stop]))
    return {
        thing: candidates if candidates and min(candidates)[0] <= reach_m else [] for thing, candidates in near.items()
    }


def _ambiguous(thing_id: str, candidates: list[tuple[float, str]], names: dict[str, str]) -> Finding:
    listed = ", ".join(f"{stop_id} {names[stop_id]} ({distance:.1f} m)" for distance, stop_id in candidates[:5])
    return Finding("AMBIGUOUS_JOIN", thing_id, f"{thing_id} lies nearly equally near to {listed}; it is not used.")
