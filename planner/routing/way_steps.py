"""A way in row numbers becomes steps with names, slopes, kerbs, surfaces, and what is unknown of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import atan2, cos, degrees, isfinite, radians

import numpy as np

from planner.access import walking_formula as formula
from planner.access.walking import UNSEEN_WAY_M, unknown_words
from planner.access.walking_reasons import Link, doubt_reasons, interval_of, slope_of
from planner.facts import Certainty, Interval
from planner.model import Place, Profile, Reason, Step, Verdict, Way
from planner.network.streets import LinkKind
from planner.routing.street_view import StreetView, link_row
from planner.routing.ways import FoundWay, Piece, length_of, unseen_of

TURNS = ((20.0, "straight"), (60.0, "slight"), (120.0, ""), (180.0, "sharp"))  # degrees up to which it is called so
OBSTACLES = (LinkKind.KERB, LinkKind.BARRIER, LinkKind.FARE_GATE)
ALONE = (LinkKind.LIFT, LinkKind.ESCALATOR, LinkKind.STEPS, LinkKind.STEP_RAMP)
SAME_SPOT_M = 0.3

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A way for people."""

    way: Way
    distance_m: float
    duration_s: float
    geometry: Points


def describe_way(view: StreetView, found: FoundWay, ends: tuple[Place, Place], profile: Profile) -> Described:
    """Tell a way step by step."""
    steps: list[Step] = []
    for _, pieces in groupby(found.pieces, key=_Grouping(view)):
        steps.append(_step(view, list(pieces), profile, steps[-1] if steps else None))
    geometry = _joined(
        [((ends[0].lon, ends[0].lat),), *(step.geometry for step in steps), ((ends[1].lon, ends[1].lat),)]
    )
    unknown_m = _unknown_m(view, found)
    verdict = max((step.verdict for step in steps), default=Verdict.YES)
    if unseen_of(view, found) > UNSEEN_WAY_M:
        verdict = max(verdict, Verdict.UNKNOWN)
    return Described(
        Way(
            verdict=verdict,
            certainty=_certainty(view, verdict, inferred=bool(unknown_m)),
            doubts=int(found.doubtful),
            unknown=tuple(kind for kind, _ in unknown_m),
            unknown_m=unknown_m,
            steps=tuple(steps),
            equipment=tuple(dict.fromkeys(step.equipment_id for step in steps if step.equipment_id is not None)),
        ),
        length_of(view, found),
        found.seconds,
        geometry,
    )


def _approach(view: StreetView, metres: float, line: Points) -> Step:
    """The stretch between a point and the nearest way, which nobody has mapped."""
    unknown = () if view.unlimited else ("surface", "kerbs", "slope", "width")
    return Step(
        kind="approach",
        name=None,
        distance_m=metres,
        duration_s=int(np.ceil(metres / view.plain_speed_m_s)),
        geometry=line,
        verdict=Verdict.YES,
        certainty=_certainty(view, Verdict.YES, inferred=True),
        unknown=unknown,
    )


class _Grouping:
    """Tell which pieces make one step: a stretch of one street, a crossing with its kerbs, or one obstacle alone."""

    def __init__(self, view: StreetView) -> None:
        self.view, self.count, self.last = view, 0, (-1, -2)

    def __call__(self, piece: Piece) -> int:
        links = self.view.streets.links
        m = piece.edge % self.view.n_links
        kind = LinkKind(links.kind[m])
        kind = LinkKind.CROSSING if kind is LinkKind.KERB else kind
        same = (int(kind), int(links.name[m]) if kind is not LinkKind.CROSSING else -1)
        if same != self.last or kind in (*ALONE, LinkKind.BARRIER, LinkKind.FARE_GATE):
            self.count += 1
        self.last = same
        return self.count


def _step(view: StreetView, pieces: Sequence[Piece], profile: Profile, before: Step | None) -> Step:
    links, words = view.streets.links, view.streets.words
    n = view.n_links
    rows = [piece.edge % n for piece in pieces]
    facts = [(link_row(view.streets, profile, piece.edge % n), piece.edge < n) for piece in pieces]
    kinds = [LinkKind(links.kind[m]) for m in rows]
    kind = next((one for one in kinds if one is not LinkKind.KERB), LinkKind.KERB)
    name = next((words[int(links.name[m])] for m in rows if links.name[m] >= 0), None)
    doubt = max(int(view.doubt[piece.edge]) for piece in pieces)
    unknown = unknown_words(int(np.bitwise_or.reduce([int(view.unknown[piece.edge]) for piece in pieces])))
    verdict = (Verdict.YES, Verdict.UNCERTAIN, Verdict.UNKNOWN)[doubt]
    geometry = _joined(_line(view, piece) for piece in pieces)
    equipment = next((int(links.equipment[m]) for m in rows if links.equipment[m] >= 0), -1)
    surfaces = [words[int(links.surface[m])] for m in rows if links.surface[m] >= 0]
    smooth = [words[int(links.smoothness[m])] for m in rows if links.smoothness[m] >= 0]
    levels = next(((float(links.level_low[m]), float(links.level_high[m])) for m in rows), (np.nan, np.nan))
    if not facts[0][1]:
        levels = levels[::-1]
    reasons = [
        reason
        for piece, (fact, forward) in zip(pieces, facts, strict=True)
        if view.doubt[piece.edge] > formula.SURE
        for reason in doubt_reasons(fact, profile, forward=forward)
    ]
    return Step(
        kind=kind.name.lower(),
        name=name,
        distance_m=sum(float(view.length_m[one.edge]) * one.share for one in pieces),
        duration_s=int(np.ceil(sum(float(view.seconds[one.edge]) * one.share for one in pieces))),
        geometry=geometry,
        verdict=verdict,
        certainty=_certainty(view, verdict, inferred=bool(unknown)),
        turn=_turn(before.geometry, geometry) if before is not None else None,
        slope=_steepest(facts),
        cross_slope=_most(facts, formula.CROSS_LOW),
        width_mm=_least(facts, formula.WIDTH_LOW),
        kerb_mm=_most(facts, formula.KERB_LOW),
        surface=max(surfaces, key=surfaces.count) if surfaces else None,
        smoothness=max(smooth, key=smooth.count) if smooth else None,
        levels=levels if kind in (*ALONE, LinkKind.PATHWAY) and all(map(isfinite, levels)) else None,
        equipment_id=view.streets.equipment.id[equipment] if equipment >= 0 else None,
        reasons=_distinct(reasons),
        unknown=unknown,
    )


def _certainty(view: StreetView, verdict: Verdict, *, inferred: bool) -> Certainty:
    if view.unlimited:
        return Certainty.NOT_NEEDED
    if verdict is Verdict.UNKNOWN:
        return Certainty.UNKNOWN
    return Certainty.INFERRED if inferred else Certainty.DECLARED


def _unknown_m(view: StreetView, found: FoundWay) -> tuple[tuple[str, float], ...]:
    """Each kind of fact that nobody has said, with the length of way (an obstacle has none) that it is unknown for."""
    total: dict[str, float] = {}
    for piece in found.pieces:
        for word in unknown_words(int(view.unknown[piece.edge])):
            total[word] = total.get(word, 0.0) + float(view.length_m[piece.edge]) * piece.share
    aside_m = found.before_m + found.after_m
    if aside_m and not view.unlimited:
        total["surface"] = total.get("surface", 0.0) + aside_m
    return tuple((word, round(metres, 1)) for word, metres in total.items())


def _steepest(facts: Iterable[tuple[Link, bool]]) -> Interval | None:
    slopes = [slope_of(fact, forward=forward) for fact, forward in facts]
    known = [slope for slope in slopes if all(map(isfinite, slope))]
    return Interval(*max(known, key=lambda slope: max(abs(slope[0]), abs(slope[1])))) if known else None


def _most(facts: Iterable[tuple[Link, bool]], column: int) -> Interval | None:
    known = [one for fact, _ in facts if (one := interval_of(fact, column)) is not None]
    return max(known, key=lambda one: one.high) if known else None


def _least(facts: Iterable[tuple[Link, bool]], column: int) -> Interval | None:
    known = [one for fact, _ in facts if (one := interval_of(fact, column)) is not None]
    return min(known, key=lambda one: one.low) if known else None


def _distinct(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Each code once, with the worst of its numbers."""
    worst: dict[str, Reason] = {}
    for reason in reasons:
        other = worst.get(reason.code)
        if other is None or (reason.values.get("high") or 0) > (other.values.get("high") or 0):  # type: ignore[operator]
            worst[reason.code] = reason
    return tuple(worst.values())


def _line(view: StreetView, piece: Piece) -> Points:
    """The points of a piece in the order of walking; a part of a link is cut by share of its points' length."""
    streets, m = view.streets, piece.edge % view.n_links
    low, high = int(streets.point_offset[m]), int(streets.point_offset[m + 1])
    lon, lat = streets.point_lon[low:high], streets.point_lat[low:high]
    if piece.edge >= view.n_links:
        lon, lat = lon[::-1], lat[::-1]
    points: Points = tuple(zip(lon.tolist(), lat.tolist(), strict=True))
    if piece.share >= 1:
        return points
    begun = _cut(points, piece.begin)
    return _cut(begun[::-1], 1 - piece.share / (1 - piece.begin))[::-1]


def _cut(points: Points, share: float) -> Points:
    """A line without its first part."""
    if len(points) < 2 or share <= 0:
        return points
    steps = [_metres(a, b) for a, b in pairwise(points)]
    left = sum(steps) * share
    for row, step in enumerate(steps):
        if left <= step:
            part = left / step if step else 0.0
            (ax, ay), (bx, by) = points[row], points[row + 1]
            return ((ax + part * (bx - ax), ay + part * (by - ay)), *points[row + 1 :])
        left -= step
    return points[-1:]


def _joined(lines: Iterable[Points]) -> Points:
    made: list[tuple[float, float]] = []
    for line in lines:
        made += [point for row, point in enumerate(line) if not (row == 0 and made and made[-1] == point)]
    return tuple(made)


def _turn(before: Points, after: Points) -> str | None:
    first, second = _bearing(before[::-1]), _bearing(after)
    if first is None or second is None:
        return None
    turn = (second - (first + 180.0) + 180.0) % 360.0 - 180.0
    name = next(word for most, word in TURNS if abs(turn) <= most)
    if name == "straight":
        return name
    side = "right" if turn > 0 else "left"
    return f"{name}_{side}" if name else side


def _bearing(points: Points) -> float | None:
    """Degrees from north of the first few metres of a line; None for a point."""
    for point in points[1:]:
        if _metres(points[0], point) > SAME_SPOT_M:
            east = (point[0] - points[0][0]) * cos(radians(points[0][1]))
            return degrees(atan2(east, point[1] - points[0][1])) % 360.0
    return None


def _metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    return 111_195.0 * float(np.hypot((b[0] - a[0]) * cos(radians(a[1])), b[1] - a[1]))
