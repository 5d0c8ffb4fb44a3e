"""What is known of quays and vehicles: between statements of several sources one is chosen, the others are kept.

Order (DOMAIN 1.5): live, then measured (the newest first), then declared, then OpenStreetMap, then inferred.
A statement that disagrees with the chosen one is a finding; nothing is averaged and nothing repaired.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from planner.facts import Evidence, Fact, Finding, Interval, Kind, Method, Source, Subject
from planner.feeds.attributes import default_tolerance, get_attribute
from planner.feeds.evidence import Reading, SurveyReading
from planner.model import Assignment, Door, Flag, Outcome, Override, Quay, VehicleType

RANKS = {
    Method.LIVE: 0, Method.SURVEY: 1, Method.LASER: 1, Method.IMAGERY: 1, Method.INVENTED: 1,
    Method.DECLARED: 2, Method.OSM: 3, Method.INFERRED: 4,
}  # fmt: skip
QUAY_FACTS = ("height_mm", "gap_mm", "edge_type", "approach", "manoeuvre_mm", "ramp_deployable")
DOOR_FACTS = (
    "floor_mm", "floor_kneeled_mm", "clear_width_mm", "inside_steps", "device", "ramp_length_mm", "ramp_width_mm",
    "ramp_load_kg", "ramp_outlet_drop_mm", "deploys_to_road",
)  # fmt: skip
UNLIMITED = {"unlimited": True}  # infinity, for which JSON has no number; no text can be taken for it
ACCESS_FLAGS = {"yes": Flag.YES, "no": Flag.NO}


@dataclass(frozen=True, slots=True)
class Statement:
    """One piece of evidence, and whether it is the one that counts."""

    evidence: Evidence
    used: bool
    permits: bool = False  # said by the operator in the survey tables: a "no" is a refusal, not only a warning


@dataclass(frozen=True)
class Knowledge:
    """The facts of one network, with provenance; everything else here follows from these five."""

    statements: tuple[Statement, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    overrides: tuple[Override, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @cached_property
    def facts(self) -> dict[tuple[Subject, str], dict[str, Fact[Any]]]:
        """The chosen facts of each subject, by attribute."""
        facts: dict[tuple[Subject, str], dict[str, Fact[Any]]] = defaultdict(dict)
        for statement in self.statements:
            if statement.used:
                said = statement.evidence
                facts[said.subject, said.subject_id][said.attribute] = fact_of(said)
        return dict(facts)

    @cached_property
    def quays(self) -> dict[str, Quay]:
        """What is known of the quay of a stop, by public stop id; absent: nothing."""
        found = {}
        for (subject, stop_id), facts in self.facts.items():
            if subject is Subject.QUAY:
                found[stop_id] = Quay(
                    height_reference=self._reference_of(stop_id, facts.get("height_mm")),
                    **{name: facts.get(name) for name in QUAY_FACTS},
                )
        return found

    def _reference_of(self, stop_id: str, height: Fact[Any] | None) -> str | None:
        """From what a height is measured: only the source of the height can say it."""
        if height is None:
            return None
        said = self._references.get((stop_id, height.source_id))
        return None if said is None else str(said)

    @cached_property
    def _references(self) -> dict[tuple[str, str], Any]:
        rows = [s.evidence for s in self.statements if s.evidence.attribute == "height_reference"]
        return {(row.subject_id, row.source_id): row.value for row in reversed(rows)}

    @cached_property
    def vehicle_types(self) -> dict[str, VehicleType]:
        """What is known of each vehicle type, by its id."""
        doors: dict[str, list[Door]] = defaultdict(list)
        for (subject, door_id), facts in self.facts.items():
            if subject is Subject.DOOR:
                type_id, _, number = door_id.rpartition("#")
                use = facts.get("use")
                doors[type_id].append(
                    Door(int(number), use="both" if use is None else use.value, **{n: facts.get(n) for n in DOOR_FACTS})
                )
        named = [id_ for subject, id_ in self.facts if subject is Subject.VEHICLE_TYPE]
        named += [assignment.vehicle_type_id for assignment in self.assignments]
        return {
            type_id: _vehicle(
                type_id,
                self.facts.get((Subject.VEHICLE_TYPE, type_id), {}),
                tuple(sorted(doors.get(type_id, []), key=lambda door: door.door_no)),
            )
            for type_id in dict.fromkeys([*named, *doors])
        }

    @cached_property
    def stop_declared(self) -> dict[str, tuple[Flag, str | None]]:
        """What the operator declares of a stop beside the feed's flag: a flag, or UNKNOWN with the "partial" text."""
        texts = {
            id_: facts.get("declared_text") for (subject, id_), facts in self.facts.items() if subject is Subject.QUAY
        }
        return {id_: _declared(word, texts.get(id_)) for id_, word in self._operator_says(Subject.QUAY).items()}

    @cached_property
    def type_declared(self) -> dict[str, tuple[Flag, str | None]]:
        """The same for vehicle types."""
        return {id_: _declared(word, None) for id_, word in self._operator_says(Subject.VEHICLE_TYPE).items()}

    def _operator_says(self, subject: Subject) -> dict[str, str]:
        """The word of ``declared_access``; a "no" that is no permission (NeTEx, CNIG, OSM) only warns."""
        return {
            s.evidence.subject_id: str(s.evidence.value)
            for s in self.statements
            if s.used
            and s.evidence.subject is subject
            and s.evidence.attribute == "declared_access"
            and s.evidence.method is not Method.OSM
            and (s.permits or s.evidence.value != "no")
        }

    @cached_property
    def invented(self) -> bool:
        """Whether any fact is invented, as in a fictional town."""
        return any(s.evidence.method is Method.INVENTED for s in self.statements)


def learn(
    readings: Sequence[Reading], stop_ids: Sequence[str], route_ids: Sequence[str], trip_ids: Sequence[str]
) -> Knowledge:
    """Choose between what all readings say of the stops of a network.

    Ids of stops, routes and trips are public ids, or bare ids where those are unique; NeTEx ids are followed to the
    stop whose ``netex_id`` names them. A statement about something that the network does not have is a finding.
    """
    stops, routes, trips = _Ids(stop_ids), _Ids(route_ids), _Ids(trip_ids)
    findings = [finding for reading in readings for finding in reading.findings]
    said: list[Statement] = []
    for reading in readings:
        permits = isinstance(reading, SurveyReading)
        said += [Statement(evidence, used=False, permits=permits) for evidence in reading.evidence]
    aliases = {
        str(s.evidence.value): s.evidence.subject_id for s in said if s.evidence.attribute == "netex_id"
    }  # fmt: skip
    known: list[Statement] = []
    for statement in said:
        evidence = statement.evidence
        if evidence.subject is not Subject.QUAY:
            known.append(statement)
            continue
        stop_id = stops.find(aliases.get(evidence.subject_id, evidence.subject_id))
        if stop_id is None:
            findings.append(_unknown("UNKNOWN_STOP", "stop", evidence.subject_id, evidence.where))
        else:
            known.append(replace(statement, evidence=replace(evidence, subject_id=stop_id)))
            findings += _lost_compensation(known[-1].evidence, stops)
    chosen, conflicts = _choose(known)
    assignments: list[Assignment] = []
    overrides: list[Override] = []
    for survey in (reading for reading in readings if isinstance(reading, SurveyReading)):
        for assignment in survey.assignments:
            assignments += _place_assignment(assignment, routes, trips, findings)
        for override in survey.overrides:
            overrides += _place_override(override, stops, routes, trips, findings)
    sources = {source.source_id: source for reading in readings for source in reading.sources}
    unique = tuple(dict.fromkeys([*findings, *conflicts]))
    return Knowledge(tuple(chosen), tuple(assignments), tuple(overrides), sources, unique)


def fact_of(evidence: Evidence) -> Fact[Any]:
    """Turn a statement into a fact: a measured number becomes an interval as wide as its tolerance."""
    attribute = get_attribute(evidence.subject, evidence.attribute)
    value: Any = evidence.value
    if attribute.kind in (Kind.LENGTH, Kind.SLOPE, Kind.SHARE) and not isinstance(value, str):
        value = _interval(evidence)
    return Fact(value, evidence.source_id, evidence.method, evidence.measured_on)


def knowledge_as_json(knowledge: Knowledge) -> dict[str, Any]:
    """Give it as plain values for ``knowledge.json``."""
    return {
        "statements": [
            {**_plain(asdict(s.evidence)), "used": s.used, "permits": s.permits} for s in knowledge.statements
        ],
        "assignments": [_plain(asdict(row)) for row in knowledge.assignments],
        "overrides": [_plain(asdict(row)) for row in knowledge.overrides],
        "sources": [asdict(source) for source in knowledge.sources.values()],
        "findings": [asdict(finding) for finding in knowledge.findings],
    }


def knowledge_from_json(data: Mapping[str, Any]) -> Knowledge:
    """Read what ``knowledge_as_json`` gave."""
    statements = []
    for row in data["statements"]:
        said = {name: value for name, value in row.items() if name not in ("used", "permits")}
        if said["value"] == UNLIMITED:
            said["value"] = float("inf")
        said |= {"subject": Subject(said["subject"]), "method": Method(said["method"])}
        said["measured_on"] = _date(said["measured_on"])
        statements.append(Statement(Evidence(**said), row["used"], row["permits"]))
    return Knowledge(
        statements=tuple(statements),
        assignments=tuple(
            Assignment(**{**row, "valid_from": _date(row["valid_from"]), "valid_to": _date(row["valid_to"])})
            for row in data["assignments"]
        ),
        overrides=tuple(
            Override(**{**row, "outcome": None if row["outcome"] is None else Outcome(row["outcome"])})
            for row in data["overrides"]
        ),
        sources={row["source_id"]: Source(**row) for row in data["sources"]},
        findings=tuple(Finding(**row) for row in data["findings"]),
    )


class _Ids:
    """Public ids, found by themselves or by a bare id that is unique; indexed when first asked."""

    def __init__(self, public: Sequence[str]) -> None:
        self._ids = public

    @cached_property
    def public(self) -> set[str]:
        return set(self._ids)

    @cached_property
    def bare(self) -> dict[str, str]:
        bare: dict[str, list[str]] = defaultdict(list)
        for public_id in self.public:
            bare[public_id.partition(":")[2]].append(public_id)
        return {key: ids[0] for key, ids in bare.items() if len(ids) == 1}

    def find(self, text: str) -> str | None:
        return text if text in self.public else self.bare.get(text)


def _choose(statements: Sequence[Statement]) -> tuple[list[Statement], list[Finding]]:
    groups: dict[tuple[Subject, str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        said = statement.evidence
        groups[said.subject, said.subject_id, said.attribute].append(statement)
    chosen, conflicts = [], []
    for group in groups.values():
        ranked = sorted(group, key=lambda s: _order(s.evidence))
        best = ranked[0].evidence
        chosen += [replace(s, used=s is ranked[0]) for s in ranked]
        for other in (s.evidence for s in ranked[1:]):
            if _disagree(best, other):
                text = (
                    f"{best.attribute}: {_told(best)}, but {_told(other)}; the former is used"
                    f" ({best.method.value.lower()} before {other.method.value.lower()})."
                )
                conflicts.append(Finding("CONFLICT", best.subject_id, text, best.where))
    return chosen, conflicts


def _order(evidence: Evidence) -> tuple[int, int, float]:
    newest_first = -(evidence.measured_on.toordinal() if evidence.measured_on else 0)
    return RANKS[evidence.method], newest_first, evidence.tolerance or 0.0


def _disagree(a: Evidence, b: Evidence) -> bool:
    if get_attribute(a.subject, a.attribute).kind is Kind.TEXT:
        return False
    first, second = fact_of(a).value, fact_of(b).value
    if isinstance(first, Interval) and isinstance(second, Interval):
        return first.high < second.low or second.high < first.low
    return bool(first != second)


def _told(evidence: Evidence) -> str:
    value = f"{evidence.value:g}" if isinstance(evidence.value, float) else str(evidence.value)
    dated = f" on {evidence.measured_on}" if evidence.measured_on else ""
    return f"{evidence.source_id} says {value}{dated}"


def _interval(evidence: Evidence) -> Interval:
    value = float(evidence.value)
    attribute = get_attribute(evidence.subject, evidence.attribute)
    tolerance = evidence.tolerance
    if tolerance is None:
        tolerance = default_tolerance(attribute, evidence.method) or 0.0
    if evidence.attribute == "ramp_length_mm" and value == 0:
        tolerance = 0.0  # "no ramp" is a count, not a measurement
    low = value - tolerance
    if attribute.kind is Kind.LENGTH and evidence.attribute != "height_mm":
        low = max(low, 0.0)
    if attribute.kind is Kind.SHARE:
        return Interval(max(low, 0.0), min(value + tolerance, 1.0))
    return Interval(low, value + tolerance)


def _vehicle(type_id: str, facts: Mapping[str, Fact[Any]], doors: tuple[Door, ...]) -> VehicleType:
    name, mode = facts.get("name"), facts.get("mode")
    return VehicleType(
        vehicle_type_id=type_id,
        name=type_id if name is None else str(name.value),
        mode="" if mode is None else str(mode.value),
        kneel_policy=facts.get("kneel_policy"),
        wheelchair_spaces=facts.get("wheelchair_spaces"),
        doors=doors,
        declared_access=facts.get("declared_access"),
    )


def _declared(word: str, text: Fact[Any] | None) -> tuple[Flag, str | None]:
    if word == "partial":
        return Flag.UNKNOWN, "" if text is None else str(text.value)
    return ACCESS_FLAGS.get(word, Flag.UNKNOWN), None


def _place_assignment(
    assignment: Assignment, routes: _Ids, trips: _Ids, findings: list[Finding]
) -> Iterable[Assignment]:
    scope, scope_id = assignment.scope, assignment.scope_id
    if scope in ("route", "route_direction") and scope_id is not None:
        route, mark, direction = scope_id.partition("#")
        found = routes.find(route)
        public = None if found is None else found + mark + direction
    elif scope == "trip" and scope_id is not None:
        public = trips.find(scope_id)
    else:
        return [assignment]
    if public is None:
        findings.append(
            _unknown(f"UNKNOWN_{scope.upper()}", scope.replace("_", " and "), str(scope_id), assignment.where)
        )
        return []
    return [replace(assignment, scope_id=public)]


def _place_override(
    override: Override, stops: _Ids, routes: _Ids, trips: _Ids, findings: list[Finding]
) -> Iterable[Override]:
    stop_id = _follow(override.stop_id, "stop", stops, override, findings)
    route_id = _follow(override.route_id, "route", routes, override, findings)
    trip_id = _follow(override.trip_id, "trip", trips, override, findings)
    if _LOST in (stop_id, route_id, trip_id):
        return []
    return [replace(override, stop_id=stop_id, route_id=route_id, trip_id=trip_id)]


_LOST = "?"  # an id that the network does not have


def _follow(wanted: str | None, kind: str, ids: _Ids, override: Override, findings: list[Finding]) -> str | None:
    if wanted is None:
        return None
    found = ids.find(wanted)
    if found is None:
        findings.append(_unknown(f"UNKNOWN_{kind.upper()}", kind, wanted, override.where))
        return _LOST
    return found


def stops_named(words: str, beside: str, ids: Container[str]) -> dict[str, str | None]:
    """Give each word of a list of stops with the stop that it names, None where it names none.

    A stop is named by its public id, or by its id in the feed of ``beside``, the stop whose cell it is; that stop
    itself is none.
    """
    feed = beside.partition(":")[0]
    named = {word: word if word in ids else f"{feed}:{word}" for word in words.split()}
    return {word: id_ if id_ in ids and id_ != beside else None for word, id_ in named.items()}


def compensating_stops(knowledge: Knowledge, stop_id: str, ids: Container[str]) -> tuple[str, ...]:
    """Give the other stops that the survey names as adapted in place of one; words that name none are left out."""
    named = knowledge.facts.get((Subject.QUAY, stop_id), {}).get("compensating_stops")
    words = "" if named is None else str(named.value)
    return tuple(dict.fromkeys(id_ for id_ in stops_named(words, stop_id, ids).values() if id_ is not None))


def _lost_compensation(evidence: Evidence, stops: _Ids) -> Iterable[Finding]:
    if evidence.attribute != "compensating_stops":
        return
    for word, stop_id in stops_named(str(evidence.value), evidence.subject_id, stops.public).items():
        if stop_id is None:
            text = (
                f"the network has no other stop “{word}”, so none counts by that name as adapted in place of"
                f" {evidence.subject_id}; write the ids of stops with spaces between them."
            )
            yield Finding("UNKNOWN_STOP", word, text, f"{evidence.where}, compensating_stops")


def _unknown(code: str, kind: str, wanted: str, where: str) -> Finding:
    return Finding(code, wanted, f"the network has no {kind} “{wanted}”, or several; the row is not used.", where)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value == float("inf"):
        return UNLIMITED
    return value


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
