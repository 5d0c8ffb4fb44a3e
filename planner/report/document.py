"""The audit as one document of plain values: what the page shows, the tables hold and the staff pages read.

Keys and codes are English and stable; ``planner.report.words`` says them in a language. Numbers that are not known
are None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import numpy as np

from planner import __version__
from planner.audit.check import HEAD, Checked
from planner.audit.fixes import WAYS, Chosen, Fix, RankedFix
from planner.audit.reach import WITHIN_MIN, Components, Failure, Gap, Standing
from planner.audit.rules import RULES, State
from planner.audit.said import Said
from planner.audit.table import Cell, Share
from planner.model import Verdict
from planner.network.store import read_manifest
from planner.network.tables import Network
from planner.report.gather import Audit, Change, Difference, WhatIf
from planner.report.known import Conflict, Task
from planner.report.near import StopsNear

FORMAT = 3
Row = dict[str, Any]


def as_document(audit: Audit, made_at: datetime | None = None) -> Row:
    """Turn an audit into one document."""
    network, days = audit.network, len(audit.days)
    difference, what_if = audit.difference, audit.what_if
    near = StopsNear(network, {cell.stop for cell in audit.cells})
    return {
        "format": FORMAT,
        "head": HEAD,
        "made_at": (made_at or datetime.now(UTC)).isoformat(timespec="seconds"),
        "plainpied": __version__,
        "network": network_row(network),
        "country": audit.question.country,
        "day": audit.day.isoformat(),
        "days": [one.isoformat() for one in audit.days],
        "moments": [one.isoformat() for one in audit.moments],
        "within_min": list(WITHIN_MIN),
        "profiles": [one.id for one in audit.question.profiles],
        "counts": _counts(audit),
        "shares": _shares(audit.shares, days),
        "rules": _rules(audit),
        "findings": [_finding(one, near) for one in audit.failing],
        "stops": _stops(audit),
        "lines": _lines(audit),
        "components": [_component(one, network) for one in audit.components],
        "gaps": [_gap(one) for one in audit.gaps],
        "gap_stops": [network.stops.id[row] for row in audit.gaps[0].stop.tolist()] if audit.gaps else [],
        "failures": [_failure(one, near) for one in audit.failures],
        "fixes": [_fix(one, rank, near) for rank, one in enumerate(audit.fixes, 1)],
        "chosen": None if audit.chosen is None else _chosen(audit, audit.chosen, near),
        "completeness": [
            {"subject": one.subject, "field": one.field, "known": one.known, "of": one.of, "share": one.share}
            for one in audit.completeness
        ],
        "conflicts": [_conflict(one) for one in audit.conflicts],
        "worklist": [_task(one, rank) for rank, one in enumerate(audit.tasks, 1)],
        "difference": None if difference is None else _difference(difference, near),
        "what_if": None if what_if is None else _what_if(audit, what_if, days, near),
    }


def network_row(network: Network) -> Row:
    """Say which network this is of."""
    return {
        "name": network.name,
        "title": network.title,
        "timezone": network.timezone,
        "attribution": network.attribution,
        "notice": network.notice or None,
        "invented": network.knowledge.invented,
        "sources": None if network.folder is None else dict(sorted(read_manifest(network.folder)["sources"].items())),
    }


def _counts(audit: Audit) -> Row:
    coverage = audit.network.coverage
    return {
        "stops": len({cell.stop for cell in audit.cells}),
        "quays": coverage.quays,
        "quays_measured": coverage.quays_measured,
        "findings": len(audit.failing),
        "obligations": sum(one.obligation.owed == "YES" for one in audit.failing),
        "not_assessable": sum(states[State.NOT_ASSESSABLE] for states in audit.states.values()),
        "conflicts": len(audit.conflicts),
        "failures": len({one.id for one in audit.failures}),
    }


def _shares(shares: Mapping[Share, tuple[float, float]], days: int) -> list[Row]:
    """Boardings a day, getting on and getting off together, by profile and what they are like."""
    return [
        {
            "profile": share.profile_id,
            "verdict": share.verdict.name,
            "best": share.best.name,
            "worst": share.worst.name,
            "steep": share.steep,
            "boardings_a_day": round((on + off) / days, 2),
        }
        for share, (on, off) in shares.items()
    ]


def _rules(audit: Audit) -> list[Row]:
    return [
        {
            "id": rule.id, "text": rule.text, "severity": rule.severity.value, "standing": rule.standing.value,
            "source": rule.source, "threshold": rule.threshold.value, "unit": rule.threshold.unit,
            "about": rule.about.value, **{state.value: states[state] for state in State},
        }
        for id_, states in audit.states.items()
        for rule in (RULES[id_],)
    ]  # fmt: skip


def _finding(one: Checked, near: StopsNear) -> Row:
    return {
        "id": one.id, "rule": one.rule.id, "severity": one.severity.value, "standing": one.rule.standing.value,
        "about": one.rule.about.value, "subject_id": one.subject_id, "name": one.name,
        "way": None if one.way is None else one.way.name,
        "near": None if one.way is None else near.name(one.lon, one.lat), "found": _said(one.result.found),
        "gap": one.result.gap, "unit": one.rule.threshold.unit, "note": _said(one.result.note),
        "obligation": one.obligation.owed.value, "because": _said(one.obligation.because),
        "obligation_source": one.obligation.source, "owner": one.owner, "lat": _known(one.lat), "lon": _known(one.lon),
    }  # fmt: skip


def _said(one: Said) -> Row:
    """Give a sentence in no language yet: ``planner.report.words.said`` says it."""
    return {"text": one.text, "values": dict(one.values)}


def _stops(audit: Audit) -> list[Row]:
    """Each stop with its cells, worst verdict by profile, and where it stands in the network."""
    network, days = audit.network, len(audit.days)
    cells: dict[int, list[Cell]] = defaultdict(list)
    for cell in audit.cells:
        cells[cell.stop].append(cell)
    failing: dict[str, list[str]] = defaultdict(list)
    for one in audit.failing:
        failing[one.subject_id].append(one.id)
    lines = _lines_at(audit)
    rows = []
    for stop in sorted(cells):
        of_stop = cells[stop]
        first = [cell for cell in of_stop if cell.profile_id == of_stop[0].profile_id]
        rows.append(
            {
                "id": network.stops.id[stop],
                "name": network.stops.name[stop],
                "lat": _known(float(network.stops.lat[stop])),
                "lon": _known(float(network.stops.lon[stop])),
                "owner": of_stop[0].owner,
                "boardings_a_day": round(sum(cell.boardings for cell in first) / days, 1),
                "lines": sorted(lines.get(stop, ())),
                "verdicts": _worst(of_stop),
                "standing": {
                    f"{one.profile_id}/{one.unknown.value}": standing.value
                    for one in audit.components
                    if (standing := one.standing[stop]) is not None
                },
                "vehicles": [_cell(cell, days) for cell in of_stop],
                "findings": failing.get(network.stops.id[stop], []),
            }
        )
    return rows


def _worst(cells: Iterable[Cell]) -> dict[str, str]:
    worst: dict[str, Verdict] = {}
    for cell in cells:
        worst[cell.profile_id] = max(worst.get(cell.profile_id, Verdict.YES), cell.verdict)
    return {profile: verdict.name for profile, verdict in worst.items()}


def _cell(cell: Cell, days: int) -> Row:
    told: Row = {
        "profile": cell.profile_id,
        "vehicle_type": cell.vehicle_type_id,
        "vehicle": cell.vehicle_name,
        "mode": cell.mode,
        "verdict": cell.verdict.name,
        "certainty": cell.certainty.value,
        "departures_a_day": round(cell.departures / days, 1),
        "arrivals_a_day": round(cell.arrivals / days, 1),
    }
    for name, end in (("boarding", cell.boarding), ("alighting", cell.alighting)):
        told[name] = (
            None
            if end is None
            else {"verdict": end.verdict.name, "best": end.best.name, "worst": end.worst.name, "steep": end.steep}
        )
    return told


def _lines_at(audit: Audit) -> dict[int, set[str]]:
    """The routes (public ids) that serve each stop."""
    network = audit.network
    at: dict[int, set[str]] = defaultdict(set)
    for route, order in _calling_order(audit).items():
        for stop in order:
            at[stop].add(network.routes.id[route])
    return at


def _calling_order(audit: Audit) -> dict[int, list[int]]:
    """The stops of each route: in the order of its longest pattern, then what other patterns add, in their order."""
    network = audit.network
    sequences = network.sequences
    patterns: dict[int, list[list[int]]] = defaultdict(list)
    of_sequence = np.unique(np.stack([network.trips.route, network.trips.sequence]), axis=1)
    for route, sequence in of_sequence.T.tolist():
        low, high = sequences.stop_offset[sequence : sequence + 2].tolist()
        patterns[route].append(sequences.stop[low:high].tolist())
    return {
        route: list(dict.fromkeys(stop for calls in sorted(found, key=len, reverse=True) for stop in calls))
        for route, found in patterns.items()
    }


def _lines(audit: Audit) -> list[Row]:
    network = audit.network
    served = {cell.stop for cell in audit.cells}
    rows = []
    for route, order in sorted(_calling_order(audit).items()):
        stops = [network.stops.id[stop] for stop in order if stop in served]
        if stops:
            name = network.routes.short_name[route] or network.routes.long_name[route]
            rows.append({"id": network.routes.id[route], "name": name, "stops": stops})
    return rows


def _component(one: Components, network: Network) -> Row:
    others = [standing for standing in Standing if standing is not Standing.MAIN]
    return {
        "profile": one.profile_id,
        "unknown": one.unknown.value,
        "main": int(one.sizes[0]) if len(one.sizes) else 0,
        "parts": len(one.sizes),
        **{standing.value: [network.stops.id[row] for row in one.rows(standing)] for standing in others},
    }


def _gap(one: Gap) -> Row:
    """Means and medians over the stops, for each moment and limit; and ``each`` stop, in the order of ``gap_stops``."""
    extra = [float(np.nanmedian(row)) if np.isfinite(row).any() else None for row in one.extra_s]
    return {
        "profile": one.profile_id,
        "unknown": one.unknown.value,
        "moments": [moment.isoformat() for moment in one.moments],
        "reached": np.mean(one.reached, axis=2).round(1).tolist(),
        "on_foot": np.mean(one.on_foot, axis=2).round(1).tolist(),
        "median_extra_s": extra,
        "nothing_reached": (one.reached[:, -1] == 0).sum(axis=1).tolist(),
        "each": {
            "reached": one.reached.tolist(),
            "on_foot": one.on_foot.tolist(),
            "extra_s": [[_known(value) for value in row] for row in one.extra_s.tolist()],
        },
    }


def _failure(one: Failure, near: StopsNear) -> Row:
    return {
        "id": one.id, "kind": one.kind, "name": one.name, "near": near.name(one.lon, one.lat),
        "profile": one.profile_id, "way_in": list(one.way_in), "way_out": list(one.way_out),
        "stops": list(one.stops), "trips": one.trips, "lat": _known(one.lat), "lon": _known(one.lon),
    }  # fmt: skip


def _fix(one: RankedFix, rank: int, near: StopsNear) -> Row:
    beside = near.name(one.lon, one.lat) if one.fix.kind in WAYS else None
    return {
        "rank": rank, "id": one.fix.id, "kind": one.fix.kind.value, "subject_id": one.fix.subject_id,
        "value_mm": one.fix.value_mm, "name": one.name, "near": beside, "owner": one.owner, "needed_mm": one.needed_mm,
        "cost": one.cost, "lat": _known(one.lat), "lon": _known(one.lon), "boardings_a_day": round(one.boardings, 2),
        "rides_a_day": round(one.rides, 2), "pairs": one.pairs, "pairs_bound": one.pairs_bound,
        "saved_s": _sum(gain.saved_s for gain in one.gains), "gains": [_gain(gain) for gain in one.gains],
    }  # fmt: skip


def _gain(gain: Any) -> Row:
    return {
        "profile": gain.profile_id, "boardings_a_day": round(gain.boardings, 2), "lost_a_day": round(gain.lost, 2),
        "rides_a_day": round(gain.rides, 2), "pairs": gain.pairs, "saved_s": gain.saved_s,
    }  # fmt: skip


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _conflict(one: Conflict) -> Row:
    return {
        "subject": one.subject, "subject_id": one.subject_id, "field": one.field, "chosen": one.chosen,
        "chosen_by": one.chosen_by, "other": one.other, "other_by": one.other_by,
    }  # fmt: skip


def _task(one: Task, rank: int) -> Row:
    return {
        "rank": rank, "kind": one.kind, "id": one.id, "name": one.name, "missing": list(one.missing),
        "known": list(one.known),
        "boardings_a_day": round(one.boardings, 1), "owner": one.owner,
    }  # fmt: skip


def _chosen(audit: Audit, chosen: Chosen, near: StopsNear) -> Row:
    return {
        "fixes": _named(audit, chosen.fixes, near),
        "gains": [_gain(gain) for gain in chosen.gains],
        "rides_a_day": round(chosen.rides, 2),
        "cost": chosen.cost,
        "grown": [round(value, 2) for value in chosen.grown],
    }  # fmt: skip


def _named(audit: Audit, fixes: Iterable[Fix], near: StopsNear) -> list[Row]:
    """Fixes with the names under which people know their places; "" and None where nobody gave one."""
    names = {one.fix.subject_id: one.name for one in audit.fixes}
    beside = {one.fix.subject_id: near.name(one.lon, one.lat) for one in audit.fixes if one.fix.kind in WAYS}
    names |= {id_: audit.network.stops.name[row] for row, id_ in enumerate(audit.network.stops.id)}
    names |= {id_: one.name for id_, one in audit.network.knowledge.vehicle_types.items()}
    owners = {one.fix.subject_id: one.owner for one in audit.fixes}
    return [
        {
            "id": fix.id, "kind": fix.kind.value, "subject_id": fix.subject_id, "value_mm": fix.value_mm,
            "name": names.get(fix.subject_id, ""), "near": beside.get(fix.subject_id),
            "owner": owners.get(fix.subject_id),
        }
        for fix in fixes
    ]  # fmt: skip


def _difference(one: Difference, near: StopsNear) -> Row:
    return {
        "other": one.other,
        **{change.value: [_finding(finding, near) for finding in one.changes[change]] for change in Change},
        "remaining": one.remaining,
    }


def _what_if(audit: Audit, one: WhatIf, days: int, near: StopsNear) -> Row:
    return {
        "fixes": _named(audit, one.fixes, near),
        "before": _shares(one.before, days),
        "after": _shares(one.after, days),
    }


def _known(value: float) -> float | None:
    return round(value, 6) if isfinite(value) else None
