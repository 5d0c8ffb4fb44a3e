"""Everything an audit works out of one network, in the order in which somebody waits for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from planner.access.profiles import PRESETS
from planner.audit.check import Checked, check_network
from planner.audit.fixes import Chosen, Fix, FixQuestion, RankedFix, apply_fixes, best_set, rank_fixes
from planner.audit.reach import (
    Components,
    Failure,
    Gap,
    find_components,
    find_failures,
    measure_gap,
)
from planner.audit.rules import State
from planner.audit.subjects import busiest_day
from planner.audit.table import Cell, Share, stop_table, summarise, week_of
from planner.errors import QueryError
from planner.model import Profile, Unknown
from planner.network.tables import Network
from planner.report.known import Completeness, Conflict, Task, completeness_of, conflicts_of, tasks_of

PROFILES = ("manual-wheelchair", "manual-wheelchair-assisted", "powered-wheelchair", "walking-frame")
HOURS = (8, 12, 17)
ATTITUDES = (Unknown.EXCLUDE, Unknown.ALLOW)
Progress = Callable[[str, int, int], None]  # what is being worked out, how much of it is done, of how much


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """What is asked of an audit."""

    country: str = "fr"
    profiles: tuple[Profile, ...] = tuple(PRESETS[name] for name in PROFILES)
    day: date | None = None  # None: the busiest day of the network
    hours: tuple[int, ...] = HOURS  # local hours at which reach is measured; none: it is left out
    most_fixes: int | None = None
    budget: float | None = None
    costs: Mapping[str, float] | None = None
    what_if: tuple[Fix, ...] = ()


class Change(StrEnum):
    """What became of a finding between two networks; what nobody can tell any more is not fixed."""

    NEW = "new"  # passed there, fails here
    REVEALED = "revealed"  # could not be assessed there, fails here
    ARRIVED = "arrived"  # fails here; there it was not looked at: no such thing, or not in service
    FIXED = "fixed"  # failed there, passes here
    LOST = "lost"  # failed there, cannot be assessed here
    GONE = "gone"  # failed there; here it is not looked at


@dataclass(frozen=True, slots=True)
class Difference:
    """Findings of one audit against those of an earlier network, by id."""

    other: str  # name of the other network
    changes: Mapping[Change, tuple[Checked, ...]]  # every change has its row, most often an empty one
    remaining: int  # fail in both


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Boardings of a week before and after changes, by what they are like."""

    fixes: tuple[Fix, ...]
    before: Mapping[Share, tuple[float, float]]
    after: Mapping[Share, tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Audit:
    """Everything that was worked out."""

    network: Network
    question: AuditQuestion
    day: date
    days: tuple[date, ...]  # the week of the day, where trips run
    moments: tuple[datetime, ...]
    failing: tuple[Checked, ...]
    states: Mapping[str, Counter[State]]  # by id of the rule
    cells: list[Cell]
    shares: Mapping[Share, tuple[float, float]]
    components: list[Components]
    gaps: list[Gap]
    failures: list[Failure]
    fixes: list[RankedFix]
    chosen: Chosen | None
    completeness: list[Completeness]
    conflicts: list[Conflict]
    tasks: list[Task]
    difference: Difference | None = None
    what_if: WhatIf | None = None


def gather(
    network: Network,
    question: AuditQuestion,
    against: Network | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Work out an audit.

    Raises
    ------
    QueryError
        Nothing runs on the day, or there are no rules of the country.
    FeedError
        A change of ``what_if`` speaks of something that is not there.
    """
    say = progress or (lambda _what, _done, _of: None)
    day = question.day or busiest_day(network)
    if day is None:
        raise QueryError("no trip runs on any day: there is nothing to audit", "NETWORK")
    span = network.service_span
    if span is None or not span[0] <= day <= span[1]:
        raise QueryError(f"the network has no service on {day}; choose a day {span}", "--on")
    days = tuple(one for one in week_of(day) if span[0] <= one <= span[1])
    zone = ZoneInfo(network.timezone)
    moments = tuple(datetime.combine(day, time(hour), zone) for hour in question.hours)
    say("rules", 0, 1)
    failing, states = _check(network, day, question.country)
    say("stops", 0, 1)
    cells = stop_table(network, days, question.profiles)
    components = [find_components(network, day, who, unknown) for who in question.profiles for unknown in ATTITUDES]
    gaps = measure_gap(
        network, moments, question.profiles, ATTITUDES, lambda done, of: say("reach", done, of)
    )  # the dearest part by far
    say("failures", 0, 1)
    failures = find_failures(network, days, question.profiles)
    asked = FixQuestion(question.profiles, days, moments[:1], question.costs)
    fixes = rank_fixes(network, asked, lambda done, of: say("fixes", done, of))
    chosen = None
    if question.most_fixes is not None or question.budget is not None:
        say("set", 0, 1)
        chosen = best_set(network, asked, question.most_fixes, question.budget)
    shares = summarise(cells)
    return Audit(
        network=network,
        question=question,
        day=day,
        days=days,
        moments=moments,
        failing=failing,
        states=states,
        cells=cells,
        shares=shares,
        components=components,
        gaps=gaps,
        failures=failures,
        fixes=fixes,
        chosen=chosen,
        completeness=completeness_of(network, days),
        conflicts=conflicts_of(network),
        tasks=tasks_of(network, days, cells),
        difference=None if against is None else compare(network, against, question.country, day),
        what_if=_what_if(network, question, days, shares),
    )


def compare(network: Network, other: Network, country: str, day: date) -> Difference:
    """Tell what became of the findings of another network, and which are new; each on a day of its own service."""
    span, their_day = other.service_span, busiest_day(other)
    if span is not None and span[0] <= day <= span[1]:
        their_day = day
    here = {one.id: one for one in _check(network, day, country)[0]}
    there = {} if their_day is None else {one.id: one for one in _check(other, their_day, country)[0]}
    changes: dict[Change, list[Checked]] = {change: [] for change in Change}
    states = {} if their_day is None else _states(other, their_day, country, here.keys() - there.keys())
    for id_ in (id_ for id_ in here if id_ not in there):
        changes[_BEFORE.get(states.get(id_), Change.ARRIVED)].append(here[id_])
    states = _states(network, day, country, there.keys() - here.keys())
    for id_ in (id_ for id_ in there if id_ not in here):
        changes[_NOW.get(states.get(id_), Change.GONE)].append(there[id_])
    rows = {change: tuple(found) for change, found in changes.items()}
    return Difference(other.name, rows, len(here.keys() & there.keys()))


_BEFORE: Mapping[State | None, Change] = {State.PASS: Change.NEW, State.NOT_ASSESSABLE: Change.REVEALED}
_NOW: Mapping[State | None, Change] = {State.PASS: Change.FIXED, State.NOT_ASSESSABLE: Change.LOST}


def _states(network: Network, day: date, country: str, ids: Collection[str]) -> dict[str, State]:
    """Give the state of each of these that is looked at."""
    if not ids:
        return {}
    return {one.id: one.result.state for one in check_network(network, day, country, ids) if one.id in ids}


def _check(network: Network, day: date, country: str) -> tuple[tuple[Checked, ...], dict[str, Counter[State]]]:
    failing: list[Checked] = []
    states: dict[str, Counter[State]] = {}
    for one in check_network(network, day, country):
        states.setdefault(one.rule.id, Counter())[one.result.state] += 1
        if one.result.state is State.FAIL:
            failing.append(one)
    order = {severity: n for n, severity in enumerate(type(failing[0].severity))} if failing else {}
    failing.sort(key=lambda one: (order[one.severity], one.obligation.owed != "YES", one.rule.id, one.name, one.id))
    return tuple(failing), states


def _what_if(
    network: Network, question: AuditQuestion, days: tuple[date, ...], before: Mapping[Share, tuple[float, float]]
) -> WhatIf | None:
    if not question.what_if:
        return None
    changed = apply_fixes(network, question.what_if, days)
    return WhatIf(question.what_if, before, summarise(stop_table(changed, days, question.profiles)))
