"""What every reader hands on: statements with their source, findings, and a small report.

A reader never chooses between statements and never repairs one; ``Statements`` is the one place where a value
without a possible meaning becomes a finding and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from planner.facts import Attribute, Evidence, Finding, Method, Source
from planner.feeds.attributes import default_tolerance, impossible, other_units, parse_value
from planner.feeds.units import State
from planner.model import Assignment, Override


@dataclass(frozen=True)
class Reading:
    """Everything that one source says."""

    evidence: list[Evidence] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    report: dict[str, object] = field(default_factory=dict)  # counts and joins, for people


@dataclass(frozen=True, slots=True)
class Equipment:
    """A lift, escalator, ramp or gate; its measures are Evidence of Subject.EQUIPMENT."""

    equipment_id: str
    kind: str | None = None
    location: str | None = None
    source_id: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class EquipmentStatus:
    """Whether a piece of equipment works, and in which period (local times, ISO); None: open ended."""

    equipment_id: str
    status: str  # available | out_of_service | unknown
    valid_from: str | None = None
    valid_until: str | None = None
    source_id: str = ""
    where: str = ""


@dataclass(frozen=True)
class SurveyReading(Reading):
    """A Reading together with what the survey folder alone can say."""

    assignments: list[Assignment] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    equipment: list[Equipment] = field(default_factory=list)
    equipment_status: list[EquipmentStatus] = field(default_factory=list)


class Statements:
    """Collects the statements of one reader; an impossible value becomes a finding and is not used."""

    def __init__(self, source_id: str, method: Method) -> None:
        self.source_id = source_id
        self.method = method
        self.evidence: list[Evidence] = []
        self.findings: list[Finding] = []

    def say(
        self,
        attribute: Attribute,
        subject_id: str,
        value: float | int | bool | str,
        where: str = "",
        *,
        method: Method | None = None,
        tolerance: float | None = None,
        measured_on: date | None = None,
        source_id: str | None = None,
    ) -> bool:
        """State a value in our unit; False if it can mean nothing and became a finding."""
        problem = impossible(attribute, value)
        if problem is not None:
            self.find("IMPOSSIBLE_VALUE", subject_id, f"{attribute.column}: {problem}; the value is not used.", where)
            return False
        chosen = method or self.method
        self.evidence.append(
            Evidence(
                subject=attribute.subject,
                subject_id=subject_id,
                attribute=attribute.name,
                value=value,
                source_id=source_id or self.source_id,
                method=chosen,
                tolerance=default_tolerance(attribute, chosen) if tolerance is None else tolerance,
                measured_on=measured_on,
                where=where,
            )
        )
        return True

    def say_text(
        self,
        attribute: Attribute,
        subject_id: str,
        text: str,
        unit: str | None,
        where: str = "",
        *,
        grouping: str = "",
        method: Method | None = None,
        tolerance: float | None = None,
        measured_on: date | None = None,
    ) -> bool:
        """State what a foreign cell says; what cannot be used becomes a finding, missing becomes nothing.

        A bare number that is impossible in its usual unit and possible in another is AMBIGUOUS_UNIT: which one
        the writer meant is not ours to choose.
        """
        parsed = parse_value(attribute, text, unit, grouping=grouping)
        if parsed.state in (State.MISSING, State.NOT_APPLICABLE):
            return False
        if parsed.value is None:
            code = "AMBIGUOUS_UNIT" if parsed.state is State.AMBIGUOUS else "UNREADABLE_VALUE"
            self.find(code, subject_id, f"{attribute.column}: {parsed.problem}; the value is not used.", where)
            return False
        if impossible(attribute, parsed.value) is not None and not parsed.unit_stated:
            others = other_units(attribute, text, unit)
            if others:
                self.find("AMBIGUOUS_UNIT", subject_id, ambiguity(attribute, text, unit, others), where)
                return False
        return self.say(
            attribute, subject_id, parsed.value, where, method=method, tolerance=tolerance, measured_on=measured_on
        )

    def find(self, code: str, subject_id: str, text: str, where: str = "") -> None:
        """Add a finding."""
        self.findings.append(Finding(code, subject_id, text, where))

    def reading(self, sources: list[Source], report: dict[str, object] | None = None) -> Reading:
        """Everything collected, as a Reading."""
        return Reading(self.evidence, self.findings, sources, report or {})


def ambiguity(attribute: Attribute, text: str, unit: str | None, others: tuple[str, ...]) -> str:
    """The sentence for a bare number whose unit nobody can tell."""
    usual = f"impossible in its usual unit ({unit}) and " if unit else ""
    return f"{attribute.column}: {text.strip()} is {usual}possible in {' or '.join(others)}; the value is not used."
