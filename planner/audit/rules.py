"""What a rule is: one function whose first sentence is its text, with its source, threshold and standing.

A rule gives ``Result``: pass, fail or not assessable. A missing field never passes, and neither does a measured value
whose tolerance straddles the threshold: the result then says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from inspect import getdoc
from typing import Any, TypeVar

from planner.audit.said import NOTHING, Said, say, say_interval
from planner.errors import QueryError
from planner.facts import Fact, Interval

ANY_COUNTRY = "any"  # rules on the consistency of the data hold everywhere


class State(StrEnum):
    """What came of checking one rule on one subject."""

    PASS = "PASS"  # noqa: S105
    FAIL = "FAIL"
    NOT_ASSESSABLE = "NOT_ASSESSABLE"


class Severity(StrEnum):
    """How much a failure matters, worst first (DOMAIN B)."""

    BLOCKING = "BLOCKING"
    MAJOR = "MAJOR"
    MINOR = "MINOR"
    INFORMATION = "INFORMATION"


class Standing(StrEnum):
    """Whether the threshold was read in a legal text; guidance is an engineering default or a guide, and no law."""

    LAW = "LAW"
    GUIDANCE = "GUIDANCE"


class About(StrEnum):
    """What a rule looks at."""

    STOP = "STOP"
    VEHICLE = "VEHICLE"
    WAY = "WAY"


@dataclass(frozen=True, slots=True)
class Threshold:
    """The number that decides, with its unit; value None: a yes-or-no rule."""

    value: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Result:
    """One rule on one subject.

    ``gap`` says by how much the threshold is missed, in the rule's unit.
    """

    state: State
    missing: tuple[str, ...] = ()  # fields without which nothing can be said
    found: Said = NOTHING
    gap: float | None = None
    severity: Severity | None = None  # where it depends on how bad it is; None: that of the rule
    note: Said = NOTHING


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``text`` is the first sentence of its function."""

    id: str
    about: About
    country: str
    severity: Severity
    threshold: Threshold
    source: str
    standing: Standing
    text: str
    check: Callable[[Any], Result]


RULES: dict[str, Rule] = {}
T = TypeVar("T")
YES_OR_NO = Threshold(None, "yes or no")
PASSED = Result(State.PASS)
STRADDLES = say("the tolerance straddles the threshold")


def rule(
    id_: str,
    about: About,
    severity: Severity,
    source: str,
    threshold: Threshold = YES_OR_NO,
    standing: Standing = Standing.LAW,
) -> Callable[[Callable[[T], Result]], Callable[[T], Result]]:
    """Enter a function into the list of rules; its country is what stands before the dash of its id.

    Raises
    ------
    ValueError
        It has no sentence or no source, or its id is taken: a mistake in our own code.
    """

    def enter(check: Callable[[T], Result]) -> Callable[[T], Result]:
        text = " ".join((getdoc(check) or "").partition("\n\n")[0].split())
        if not text.endswith(".") or not source.strip():
            raise ValueError(f"rule {id_} needs a first sentence and a source")
        if id_ in RULES:
            raise ValueError(f"rule {id_} exists already")
        country = id_.partition("-")[0].lower() if "-" in id_ else ANY_COUNTRY
        RULES[id_] = Rule(id_, about, country, severity, threshold, source, standing, text, check)
        return check

    return enter


def rules_of(country: str) -> tuple[Rule, ...]:
    """Give the rules of a country, and those on the consistency of the data.

    Raises
    ------
    QueryError
        There are no rules of this country.
    """
    countries = sorted({one.country for one in RULES.values()} - {ANY_COUNTRY})
    if country not in countries:
        raise QueryError(f"there are no rules of “{country}”; choose one of {', '.join(countries)}", "--rules")
    return tuple(one for one in RULES.values() if one.country in (country, ANY_COUNTRY))


def unknown(*fields: str) -> Result:
    """Say that these fields are missing."""
    return Result(State.NOT_ASSESSABLE, missing=fields)


def failed(found: Said = NOTHING, severity: Severity | None = None, note: Said = NOTHING) -> Result:
    """Say that it fails, and what was found."""
    return Result(State.FAIL, found=found, severity=severity, note=note)


def at_least(fact: Fact[Interval] | None, least: float, field: str) -> Result:
    """Compare a measured interval with a least value of the same unit."""
    if fact is None:
        return unknown(field)
    return _beside(fact.value, fact.value.low >= least, fact.value.high < least, least - fact.value.high, field)


def at_most(fact: Fact[Interval] | None, most: float, field: str) -> Result:
    """Compare a measured interval with a greatest value of the same unit; a slope down counts like one up."""
    if fact is None:
        return unknown(field)
    size = size_of(fact.value)
    return _beside(size, size.high <= most, size.low > most, size.low - most, field)


def less_than(fact: Fact[Interval] | None, limit: float, field: str) -> Result:
    """Compare a measured interval with a limit of the same unit that it may not reach; as ``at_most`` else."""
    if fact is None:
        return unknown(field)
    size = size_of(fact.value)
    return _beside(size, size.high < limit, size.low >= limit, size.low - limit, field)


def within(fact: Fact[Interval] | None, least: float, most: float, field: str) -> Result:
    """Compare a measured interval with a least and a greatest value of the same unit."""
    if fact is None:
        return unknown(field)
    low, high = fact.value.low, fact.value.high
    outside = max(least - high, low - most)
    return _beside(fact.value, least <= low and high <= most, outside > 0, outside, field)


def must_be(fact: Fact[bool] | None, wanted: bool, field: str) -> Result:
    """Compare a yes or no with the one wanted."""
    if fact is None:
        return unknown(field)
    return PASSED if fact.value is wanted else failed(say("yes") if fact.value else say("no"))


def size_of(value: Interval) -> Interval:
    """Give how large something is that may go up or down."""
    low, high = value.low, value.high
    return Interval(0.0 if low <= 0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high)))


def _beside(value: Interval, kept: bool, missed: bool, gap: float, field: str) -> Result:
    found = say_interval(value.low, value.high, "mm" if field.endswith("_mm") else "slope")
    if kept:
        return Result(State.PASS, found=found)
    if missed:
        return Result(State.FAIL, found=found, gap=gap)
    return Result(State.NOT_ASSESSABLE, found=found, note=STRADDLES)
