"""Lifts and escalators of a survey joined to the links they are: their measures, and when they are closed.

A row of equipment.csv is joined by its id, or by its location: ``node/123`` or ``way/45`` of OpenStreetMap, a
pathway_id, with or without the name of its feed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from planner.facts import Fact, Finding, Interval, Subject
from planner.feeds.evidence import EquipmentStatus
from planner.network.knowledge import Knowledge
from planner.network.street_draft import Draft

EVER, NEVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max
TABLE = "equipment.csv"
ON_A_WAY = ("lift", "escalator", "gate")  # kinds that can be a link; a ramp belongs to a door or a stop
MEASURES = ("cabin_width_mm", "cabin_length_mm", "door_width_mm", "max_load_kg")


@dataclass(frozen=True)
class Closures:
    """When equipment cannot be used: its id, from and until in seconds since 1970 UTC."""

    rows: tuple[tuple[str, int, int], ...] = ()


def equip(
    draft: Draft, knowledge: Knowledge, statuses: Sequence[EquipmentStatus], zone: str
) -> tuple[Closures, list[Finding]]:
    """Give the lifts of a draft what the survey knows of them, under the survey's ids; report what is nowhere."""
    names = _names(draft)
    findings: list[Finding] = []
    # Other readers speak of lifts far away too; who fills in a survey of this city means one of its lifts.
    said = [statement.evidence for statement in knowledge.statements]
    surveyed = {one.subject_id for one in said if one.subject is Subject.EQUIPMENT and one.where.startswith(TABLE)}
    own_id: dict[str, str] = {}  # id of the draft -> of the survey
    for (subject, equipment_id), facts in knowledge.facts.items():
        if subject is not Subject.EQUIPMENT:
            continue
        kind, location = (_text(facts.get(name)) for name in ("kind", "location"))
        found = _find(names, equipment_id) or _find(names, location)
        if found is None:
            if kind in ON_A_WAY and equipment_id in surveyed:
                findings.append(_nowhere(equipment_id, location))
            continue
        own_id[found] = equipment_id
        _measure(draft, found, equipment_id, facts)
    for fact in draft.facts:
        fact.equipment = own_id.get(fact.equipment, fact.equipment)
    names |= {new: new for new in own_id.values()} | {name: own_id.get(old, old) for name, old in names.items()}
    closed = []
    for status in statuses:
        found = _find(names, status.equipment_id)
        if found is not None and status.status == "out_of_service":
            closed.append((found, *_period(status, zone)))
        elif found is None and status.equipment_id not in own_id.values():
            findings.append(_nowhere(status.equipment_id, "", status.where))
    return Closures(tuple(closed)), findings


def seconds_of(moment: str | None, zone: str, *, end: bool) -> int:
    """Seconds since 1970 UTC of a local day or moment; a day that ends something is over at midnight after it."""
    if moment is None:
        return int(NEVER if end else EVER)
    local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    if end and "T" not in moment:
        local += timedelta(days=1)
    return int(local.timestamp())


def _period(status: EquipmentStatus, zone: str) -> tuple[int, int]:
    return seconds_of(status.valid_from, zone, end=False), seconds_of(status.valid_until, zone, end=True)


def _names(draft: Draft) -> dict[str, str]:
    """Every name under which a piece of equipment may be called: its id, without its feed, its pathways."""
    ids = dict.fromkeys(fact.equipment for fact in draft.facts if fact.equipment)
    full = {one: one for one in ids} | dict(draft.aliases)
    short: dict[str, set[str]] = defaultdict(set)
    for name, equipment in full.items():
        short[name.partition(":")[2]].add(equipment)
    return {name: min(found) for name, found in short.items() if name and len(found) == 1} | full


def _find(names: Mapping[str, str], name: str) -> str | None:
    return names.get(name) if name else None


def _measure(draft: Draft, found: str, equipment_id: str, facts: Mapping[str, Fact[Any]]) -> None:
    former = draft.cabins.pop(found, ("", math.nan, math.nan, math.nan, math.nan))
    own = [_number(facts.get(name)) for name in MEASURES]
    said = [old if math.isnan(new) else new for old, new in zip(former[1:], own, strict=True)]
    draft.cabins[equipment_id] = (former[0], said[0], said[1], said[2], said[3])
    travel_s = _number(facts.get("travel_time_s"))
    if not math.isnan(travel_s):
        for fact in draft.facts:
            if fact.equipment == found:
                fact.duration_s = travel_s


def _number(fact: Fact[Any] | None) -> float:
    if fact is None:
        return math.nan
    value = fact.value
    return (value.low + value.high) / 2 if isinstance(value, Interval) else float(value)


def _text(fact: Fact[Any] | None) -> str:
    return "" if fact is None else str(fact.value)


def _nowhere(equipment_id: str, location: str, where: str = "") -> Finding:
    told = f" (location {location[:60]})" if location else ""
    text = f"{equipment_id[:60]}{told} is no lift, escalator or gate of the streets or stations: it closes nothing."
    return Finding("EQUIPMENT_NOWHERE", equipment_id, text, where)
