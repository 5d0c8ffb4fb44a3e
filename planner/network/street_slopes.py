"""Slopes of the ground for ways that say none: fitted over 100 m of the way, never over less (DOMAIN 1.4).

A model of the ground knows no bridge, tunnel, stair or floor, and its cells are coarser than a way is long: what is
shorter than the fit stays unknown. Every fit on a link is inside its interval, which is never narrower than what the
raster can tell, and is marked as inferred.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.feeds.elevation import Elevation
from planner.feeds.osm_facts import Facts
from planner.network.plane import Plane
from planner.network.street_draft import Draft

FIT_M = 100.0
STEP_M = 10.0  # between samples on the way
FLOOR = 0.01  # no ground model tells less than one percent over 100 m
STEEPEST = 0.6  # steeper fits are cliffs beside the way
CLIMBED = frozenset({"way", "road", "crossing"})
RASTER = 2
N = int(FIT_M / STEP_M) + 1  # samples of one fit

Floats = NDArray[np.float64]


def fit_slopes(draft: Draft, plane: Plane, elevation: Elevation) -> dict[str, Any]:
    """Give every link without a slope that of the ground under its way; count what could not be told."""
    chains = _chains(draft)
    samples = [_sampled(draft, chain) for chain in chains]
    if not chains:
        return {"slopes from the raster": 0}
    x, y = (np.concatenate([one[axis] for one in samples]) for axis in (0, 1))
    lon, lat = plane.to_earth(x, y)
    height = elevation.heights(lon, lat)
    done, begin = 0, 0
    tolerance = max(elevation.quantum_m / FIT_M, FLOOR)
    for chain, (across, _) in zip(chains, samples, strict=True):
        slopes, doubt = _fits(height[begin : begin + len(across)])
        begin += len(across)
        done += _give(draft, chain, slopes, doubt + tolerance)
    return {"slopes from the raster": done, "heights not known": int(np.isnan(height).sum()), "heights": len(height)}


def _asks(facts: Facts) -> bool:
    return facts.kind in CLIMBED and facts.climbed and (math.isnan(facts.incline[0]) or math.isinf(sum(facts.incline)))


def _chains(draft: Draft) -> list[list[int]]:
    """Links of one way, end to end in drawing direction, that ask for a slope and are together long enough."""
    of_way: dict[int, list[int]] = defaultdict(list)
    for link in draft.links():
        if _asks(draft.facts[draft.fact[link]]):
            of_way[draft.fact[link]].append(link)
    found = []
    for links in of_way.values():
        after = {draft.line[link][0]: link for link in links}
        heads = {draft.line[link][-1] for link in links}
        starts = [link for link in links if draft.line[link][0] not in heads] or links[:1]
        for start in starts:
            chain, at = [start], draft.line[start][-1]
            while at in after and after[at] not in (start, chain[-1]) and len(chain) < len(links):
                chain.append(after[at])
                at = draft.line[chain[-1]][-1]
            if sum(draft.line_length(draft.line[link]) for link in chain) >= FIT_M:
                found.append(chain)
    return found


def _sampled(draft: Draft, chain: list[int]) -> tuple[Floats, Floats]:
    """Places every STEP_M from the start of a chain."""
    points = [*draft.line[chain[0]], *(point for link in chain[1:] for point in draft.line[link][1:])]
    x, y = np.array([draft.x[point] for point in points]), np.array([draft.y[point] for point in points])
    along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    at = np.arange(0.0, along[-1] + 1e-6, STEP_M)
    return np.interp(at, along, x), np.interp(at, along, y)


def _fits(height: Floats) -> tuple[Floats, Floats]:
    """Slope of each straight fit over N samples, by its first one, and twice its standard error."""
    if len(height) < N:
        return np.empty(0), np.empty(0)
    windows = np.lib.stride_tricks.sliding_window_view(height, N)
    at = (np.arange(N) - (N - 1) / 2) * STEP_M
    slope = windows @ at / (at @ at)
    rest = windows - windows.mean(axis=1, keepdims=True) - slope[:, None] * at
    doubt = 2 * np.sqrt((rest**2).sum(axis=1) / (N - 2) / (at @ at))
    slope[np.abs(slope) > STEEPEST] = np.nan
    return slope, doubt


def _give(draft: Draft, chain: list[int], slopes: Floats, doubt: Floats) -> int:
    """Give each link the slopes of all fits whose middle lies on it, or of the nearest one."""
    done, begun = 0, 0.0
    for link in chain:
        length = draft.line_length(draft.line[link])
        middles = [(edge - FIT_M / 2) / STEP_M for edge in (begun, begun + length)]
        begun += length
        if not len(slopes):
            continue
        first = min(max(math.floor(middles[0]), 0), len(slopes) - 1)
        last = min(max(math.ceil(middles[1]), first), len(slopes) - 1)
        here = slice(first, last + 1)
        low, high = float(np.min(slopes[here] - doubt[here])), float(np.max(slopes[here] + doubt[here]))
        done += _set(draft, link, low, high)
    return done


def _set(draft: Draft, link: int, low: float, high: float) -> int:
    """Narrow what is said, if anything is; "up" where the ground falls is left as it is said."""
    facts = draft.facts[draft.fact[link]]
    said = facts.incline
    if math.isnan(low):
        return 0
    if not math.isnan(said[0]):
        low, high = max(low, said[0]), min(high, said[1])
        if low > high:
            return 0
    draft.fact[link] = draft.add_facts(replace(facts, incline=(low, high), incline_from=RASTER))
    return 1
