"""The places that a name may mean, told apart as a traveller does: by the lines that call there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from planner.language import Language
from planner.network.plane import distance_m
from planner.network.tables import Network
from planner.place_search import fold
from planner.places import ONE_PLACE_M, place_index, rows_of_name

MOST_SUGGESTED = 8  # below a field
MOST_LINES = 12  # named for one place; the others are counted


@dataclass(frozen=True, slots=True)
class Choice:
    """One place to choose: what the form sends, its name, and what tells it apart."""

    value: str
    name: str
    lines: str


def choices_of(network: Network, candidates: Sequence[tuple[str, str]], language: Language) -> tuple[Choice, ...]:
    """Describe each candidate (stop id, label); of two that read alike the position is said too."""
    told = []
    for stop_id, _ in candidates:
        row = network.stops.id.row_of[stop_id]
        told.append((stop_id, row, network.stops.name[row], _lines(network, row, language)))
    alike = Counter((name, lines) for _, _, name, lines in told)
    return tuple(
        Choice(
            value=f"{name} [{stop_id}]",
            name=name if alike[name, lines] == 1 else _with_position(network, row, language),
            lines=lines,
        )
        for stop_id, row, name, lines in told
    )


def suggest(network: Network, text: str, language: Language) -> tuple[Choice, ...]:
    """The places that fit what has been typed so far; a name that is one place alone is its own value."""
    found = [one.place for one in place_index(network).search(text, MOST_SUGGESTED)]
    stops = [(str(one.id), one.name) for one in found if one.kind in {"stop", "station"}]
    told = iter(choices_of(network, stops, language))
    names = Counter(fold(one.name) for one in place_index(network).rows)
    choices = []
    for one in found:
        if one.kind in {"stop", "station"}:
            choice = next(told)
            if one.kind == "station":
                choice = replace(choice, name=language.gettext("%(stop)s, all quays", stop=choice.name))
            choices.append(replace(choice, value=one.name) if names[fold(one.name)] == 1 else choice)
        else:
            choices.append(Choice(f"{one.name} [{one.lat:.5f},{one.lon:.5f}]", one.name, one.context))
    return tuple(choices)


@lru_cache(maxsize=16)
def lines_at_stops(network: Network) -> dict[int, frozenset[str]]:
    """The lines that call at each served stop, by the row of the stop."""
    routes, trips, sequences = network.routes, network.trips, network.sequences
    found: dict[int, set[str]] = {}
    for sequence in range(len(sequences.stop_offset) - 1):
        runs = slice(int(sequences.trip_offset[sequence]), int(sequences.trip_offset[sequence + 1]))
        names = {routes.short_name[route] or routes.long_name[route] for route in set(trips.route[runs].tolist())}
        calls = slice(int(sequences.stop_offset[sequence]), int(sequences.stop_offset[sequence + 1]))
        for stop in sequences.stop[calls].tolist():
            found.setdefault(stop, set()).update(names)
    return {stop: frozenset(names) for stop, names in found.items()}


def _lines(network: Network, row: int, language: Language) -> str:
    """Say which lines call at the stops that are this one place."""
    stops, lines = network.stops, lines_at_stops(network)
    names = sorted(
        {
            line
            for other in [*rows_of_name(network, stops.name[row]), *_children(network, row), row]
            if distance_m(stops.lon[row], stops.lat[row], stops.lon[other], stops.lat[other]) <= ONE_PLACE_M
            for line in lines.get(other, frozenset())
        },
        key=_by_number,
    )
    shown, rest = names[:MOST_LINES], len(names) - MOST_LINES
    if not names:
        return language.gettext("No line calls here.")
    if rest > 0:
        return language.ngettext(
            "Lines %(lines)s and %(count)s other.",
            "Lines %(lines)s and %(count)s others.",
            rest,
            lines=", ".join(shown),
        )
    return language.ngettext("Line %(lines)s.", "Lines %(lines)s.", len(names), lines=", ".join(shown))


def _children(network: Network, row: int) -> list[int]:
    return [int(child) for child in (network.stops.parent == row).nonzero()[0]]


def _with_position(network: Network, row: int, language: Language) -> str:
    stops = network.stops
    return language.gettext(
        "%(stop)s (%(position)s)",
        stop=stops.name[row],
        position=f"{stops.lat[row]:.4f}, {stops.lon[row]:.4f}",
    )


def _by_number(name: str) -> tuple[list[tuple[int, str]], str]:
    """Order lines as people do: 2 before 10."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.findall(r"\d+|\D+", name)], name
