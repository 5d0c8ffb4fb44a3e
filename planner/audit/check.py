"""Every rule of a country on everything it looks at: findings with an owner, an obligation and a stable id."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any

import planner.audit.rules_abroad  # registers its rules
import planner.audit.rules_consistency
import planner.audit.rules_france
import planner.audit.rules_ways  # noqa: F401
from planner.audit.rules import About, Result, Rule, Severity, State, rules_of
from planner.audit.said import Said, say
from planner.audit.subjects import Serving, StopSubject, stops_of, ways_of
from planner.facts import Fact, Subject
from planner.network.streets import LinkKind
from planner.network.tables import Network

HEAD = "Indication technique, ne vaut pas attestation de conformité"
PRIORITY_SOURCE = "code des transports, art. D1112-10"
PRIORITY = say("a priority stop")
WORKS_SOURCE = "arrêté du 15 janvier 2007"
WORKS_FROM = date(2007, 1, 15)
ORDER_SOURCE = "décret 2006-138, art. 2; code des transports, art. D1112-5"
ORDERED_FROM = date(2007, 5, 12)
NOT_SAID = say("neither said whether it is a priority stop, nor when it was last rebuilt")
NO_PRIORITY = say("no priority stop; not said when it was last rebuilt")
OLD_WORKS = say("not said whether it is a priority stop; last rebuilt before the order")
NOT_OWED = say("no priority stop, and last rebuilt before the order")
NO_WORKS = say("when a way was last rebuilt is no field of ours")
NO_ORDER = say("not said when the vehicle was ordered")
OLD_ORDER = say("ordered before 12 May 2007")


class Owed(StrEnum):
    """Whether somebody is obliged to cure what is found; missing data never say no."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Obligation:
    """Whether a gap is owed to be closed, why, and who says so."""

    owed: Owed
    because: Said
    source: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """One rule on one subject: the gap in ``result``, the obligation beside it."""

    id: str  # the same for the same rule and subject in every run
    rule: Rule
    subject_id: str
    name: str  # of a way: of its street, empty where it has none
    result: Result
    obligation: Obligation
    owner: str | None = None  # None: not said
    lon: float = float("nan")
    lat: float = float("nan")
    way: LinkKind | None = None  # what way it is; None: no way

    @property
    def severity(self) -> Severity:
        """That of the result where it depends on how bad it is, else that of the rule."""
        return self.result.severity or self.rule.severity


def check_network(network: Network, day: date, country: str = "fr", told: Collection[str] = ()) -> Iterator[Checked]:
    """Check all stops, vehicle types and ways that a country's rules speak of.

    Of ways only what fails is given, and what is in ``told`` (ids of findings) in any state.

    Raises
    ------
    QueryError
        There are no rules of this country.
    """
    rules = rules_of(country)
    vehicles: dict[str, Serving] = {}
    for stop in stops_of(network, day):
        owner = stop.facts.get("owner")
        owed = obligation_of(stop)
        for one in stop.serving:
            vehicles.setdefault(one.vehicle.vehicle_type_id, one)
        for rule in (rule for rule in rules if rule.about is About.STOP):
            yield Checked(
                finding_id(rule.id, stop.id), rule, stop.id, stop.name, rule.check(stop), owed,
                None if owner is None else str(owner.value), stop.lon, stop.lat,
            )  # fmt: skip
    for type_id, serving in vehicles.items():
        owed = obligation_of_vehicle(network.knowledge.facts.get((Subject.VEHICLE_TYPE, type_id), {}))
        for rule in (rule for rule in rules if rule.about is About.VEHICLE):
            name = serving.vehicle.name
            yield Checked(finding_id(rule.id, type_id), rule, type_id, name, rule.check(serving), owed)
    of_ways = [rule for rule in rules if rule.about is About.WAY]
    nobody = Obligation(Owed.UNKNOWN, NO_WORKS)
    for way in ways_of(network) if of_ways else ():
        for rule in of_ways:
            result = rule.check(way)
            id_ = finding_id(rule.id, way.id) if told or result.state is State.FAIL else ""
            # a map has hundreds of thousands of ways, of most of which little is known
            if result.state is State.FAIL or id_ in told:
                yield Checked(id_, rule, way.id, way.name, result, nobody, None, way.lon, way.lat, way.kind)


def obligation_of(stop: StopSubject) -> Obligation:
    """Say whether the stop has to be adapted: a priority stop has, and one that was rebuilt since the order."""
    priority, works = stop.facts.get("priority"), stop.facts.get("works_on")
    if priority is not None and priority.value:
        return Obligation(Owed.YES, PRIORITY, PRIORITY_SOURCE)
    if works is None:
        return Obligation(Owed.UNKNOWN, NOT_SAID if priority is None else NO_PRIORITY)
    if date.fromisoformat(works.value) >= WORKS_FROM:
        return Obligation(Owed.YES, say("rebuilt on %(works_date)s", works_date=works.value), WORKS_SOURCE)
    return Obligation(Owed.UNKNOWN, OLD_WORKS) if priority is None else Obligation(Owed.NO, NOT_OWED, WORKS_SOURCE)


def obligation_of_vehicle(facts: Mapping[str, Fact[Any]]) -> Obligation:
    """Say whether a vehicle type has to be adapted: one that was ordered since 12 May 2007 has."""
    ordered = facts.get("ordered_on")
    if ordered is None:
        return Obligation(Owed.UNKNOWN, NO_ORDER)
    if date.fromisoformat(ordered.value) < ORDERED_FROM:
        return Obligation(Owed.NO, OLD_ORDER, ORDER_SOURCE)
    return Obligation(Owed.YES, say("ordered on %(order_date)s", order_date=ordered.value), ORDER_SOURCE)


def finding_id(rule_id: str, subject_id: str) -> str:
    """Give ten hexadecimal digits that stay the same from one audit to the next."""
    return sha256(f"{rule_id}\n{subject_id}".encode()).hexdigest()[:10]
