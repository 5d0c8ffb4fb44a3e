"""From places on the earth to a drawing in whole units: frame, lines, pins and scale. It knows no word and no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians

from planner.network.street_lines import Box, StreetLine

Point = tuple[float, float]

WIDTH = 720  # twice what a telephone has, so that a line of whole units is as fine as its pixels
LEAST_HEIGHT, MOST_HEIGHT = 400, 560
MARGIN = 64  # a pin on the edge is whole
PIN = 52  # the height of a pin
DIGIT = 18  # how much wider a pin is for each letter after the first
LEAST_VIEW_M = 250.0  # a drawing of less shows no surroundings
M_PER_DEGREE = 111_195.0  # of latitude, mean earth
LEAST_COSINE = 0.01  # at the poles
MOST_STREETS = 14_000  # characters of the streets in one drawing: five drawings leave a page below 60 kB compressed


@dataclass(frozen=True, slots=True)
class Frame:
    """Which part of the earth a drawing shows, and at which scale; north is up."""

    west: float
    north: float
    per_lon: float  # units a degree
    per_lat: float
    height: int

    @classmethod
    def around(cls, points: Sequence[Point], least_m: float = LEAST_VIEW_M) -> Frame:
        """Fit points (lon, lat; at least one) with a margin; the height follows them between its limits."""
        lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
        lon, lat = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        per_lon_m = M_PER_DEGREE * max(LEAST_COSINE, cos(radians(lat)))
        wide_m, high_m = (max(lons) - min(lons)) * per_lon_m, (max(lats) - min(lats)) * M_PER_DEGREE
        room = WIDTH - 2 * MARGIN
        m_per_unit = max(wide_m / room, high_m / (MOST_HEIGHT - 2 * MARGIN), least_m / room)
        height = round(min(MOST_HEIGHT, max(LEAST_HEIGHT, high_m / m_per_unit + 2 * MARGIN)))
        per_lon, per_lat = per_lon_m / m_per_unit, M_PER_DEGREE / m_per_unit
        return cls(lon - WIDTH / 2 / per_lon, lat + height / 2 / per_lat, per_lon, per_lat, height)

    @property
    def m_per_unit(self) -> float:
        """Metres a unit."""
        return M_PER_DEGREE / self.per_lat

    @property
    def box(self) -> Box:
        """What is in the frame."""
        east, south = self.west + WIDTH / self.per_lon, self.north - self.height / self.per_lat
        return Box(self.west, south, east, self.north)

    def shows(self, points: Sequence[Point]) -> bool:
        """Whether any part of a line may be seen; a line around a corner may be taken for one that is."""
        box = self.box
        return (
            any(lon >= box.west for lon, _ in points)
            and any(lon <= box.east for lon, _ in points)
            and any(lat >= box.south for _, lat in points)
            and any(lat <= box.north for _, lat in points)
        )

    def place(self, point: Point) -> tuple[int, int]:
        """Where a point (lon, lat) lies in the drawing, from its left upper corner."""
        return round((point[0] - self.west) * self.per_lon), round((self.north - point[1]) * self.per_lat)


@dataclass(frozen=True, slots=True)
class Pin:
    """One mark for one place, or for several that would cover each other; ``members`` are rows of what was asked."""

    x: int
    y: int
    width: int
    label: str
    members: tuple[int, ...]


def draw_line(frame: Frame, points: Iterable[Point]) -> str:
    """Write a line as an SVG path; "" for one that has no length in the drawing."""
    placed = _without_repeats(frame.place(point) for point in points)
    if len(placed) < 2:
        return ""
    kept = [placed[row] for row in simplify(placed, 1.0)]
    steps = " ".join(f"{x - before_x} {y - before_y}" for (before_x, before_y), (x, y) in pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}l{steps}".replace(" -", "-")


def draw_streets(frame: Frame, lines: Iterable[StreetLine]) -> tuple[str, str]:
    """Write the streets, and the steps among them, as one path each; they end where they would grow too long."""
    written: dict[bool, list[str]] = {False: [], True: []}
    seen: set[frozenset[tuple[int, int]]] = set()
    length = 0
    for line in lines:
        if not frame.shows(line.points):
            continue
        ends = frozenset((frame.place(line.points[0]), frame.place(line.points[-1])))
        path = "" if ends in seen else draw_line(frame, line.points)
        seen.add(ends)
        length += len(path)
        if length > MOST_STREETS:
            break
        written[line.steps].append(path)
    return "".join(written[False]), "".join(written[True])


def simplify(points: Sequence[Point], tolerance: float) -> list[int]:
    """Rows of the points that keep a line within ``tolerance`` (in its own unit) of itself: Douglas and Peucker."""
    kept, ranges = {0, len(points) - 1}, [(0, len(points) - 1)]
    while ranges:
        first, last = ranges.pop()
        worst, at = tolerance, -1
        for row in range(first + 1, last):
            off = _distance(points[row], points[first], points[last])
            if off > worst:
                worst, at = off, row
        if at > 0:
            kept.add(at)
            ranges += [(first, at), (at, last)]
    return sorted(kept)


def set_pins(frame: Frame, points: Sequence[Point], labels: Sequence[str]) -> tuple[Pin, ...]:
    """Set a pin at each point; those that would cover each other become one, with all their labels."""
    groups = [([row], [frame.place(point)]) for row, point in enumerate(points)]
    merged = True
    while merged:
        merged = False
        pins = [_pin(rows, places, labels, frame) for rows, places in groups]
        for one in range(len(groups)):
            other = next((row for row in range(one + 1, len(groups)) if _cover(pins[one], pins[row])), None)
            if other is not None:
                rows, places = groups.pop(other)
                groups[one] = (sorted(groups[one][0] + rows), groups[one][1] + places)
                merged = True
                break
    return tuple(_pin(rows, places, labels, frame) for rows, places in groups)


def scale_bar(frame: Frame) -> tuple[int, int]:
    """Give the longest round length in metres that is at most a third of the drawing, and its units."""
    most_m = WIDTH / 3 * frame.m_per_unit
    length = max(factor * 10**power for power in range(7) for factor in (1, 2, 5) if factor * 10**power <= most_m)
    return length, round(length / frame.m_per_unit)


def _pin(rows: list[int], places: list[tuple[int, int]], labels: Sequence[str], frame: Frame) -> Pin:
    label = join_labels([labels[row] for row in rows])
    width = PIN + DIGIT * max(0, len(label) - 2)
    x, y = (round(sum(place[axis] for place in places) / len(places)) for axis in (0, 1))
    half = width // 2
    return Pin(min(max(x, half), WIDTH - half), min(max(y, PIN // 2), frame.height - PIN // 2), width, label, (*rows,))


def join_labels(labels: Sequence[str]) -> str:
    """Write numbers side by side, and a run of them by its ends: "2–4", "1, 5"."""
    runs: list[list[str]] = []
    for label in labels:
        if runs and label.isdecimal() and runs[-1][-1].isdecimal() and int(label) == int(runs[-1][-1]) + 1:
            runs[-1].append(label)
        else:
            runs.append([label])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _cover(one: Pin, other: Pin) -> bool:
    return abs(one.x - other.x) < (one.width + other.width) / 2 and abs(one.y - other.y) < PIN


def _without_repeats(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for place in places:
        if not kept or place != kept[-1]:
            kept.append(place)
    return kept


def _distance(point: Point, one: Point, other: Point) -> float:
    """From a point to the stretch between two others."""
    along, across = other[0] - one[0], other[1] - one[1]
    squared = along * along + across * across
    if squared == 0:
        return hypot(point[0] - one[0], point[1] - one[1])
    share = ((point[0] - one[0]) * along + (point[1] - one[1]) * across) / squared
    share = min(1.0, max(0.0, share))
    return hypot(point[0] - one[0] - share * along, point[1] - one[1] - share * across)
