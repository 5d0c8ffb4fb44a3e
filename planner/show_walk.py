"""A way as JSON and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.facts import Interval
from planner.language import Language, get_language
from planner.model import Reason, Step, Way
from planner.routing.ask_walk import WalkAnswer
from planner.routing.barriers import Barrier
from planner.routing.street_barrier import StreetBarrier
from planner.sentence_ways import barrier_sentence, no_way_sentence, step_sentences, street_barrier_sentences
from planner.sentences import way_sentence


def walk_as_json(answer: WalkAnswer) -> dict[str, Any]:
    """Give the answer as plain values; without a way its numbers are None."""
    found = answer.found
    told: dict[str, Any] = {
        "profile": answer.profile.id,
        "distance_m": None if found is None else round(found.distance_m, 1),
        "duration_s": None if found is None else round(found.duration_s),
    }
    if found is None:
        told |= {"verdict": "NO", "certainty": None, "doubts": None, "straight_line": None, "steps": [], "unknown": []}
    else:
        told |= way_as_json(found.way)
        told["geometry"] = {"type": "LineString", "coordinates": [list(point) for point in found.geometry]}
    told["why_not"] = None if answer.why_not is None else _reason(answer.why_not)
    told["barrier"] = None if answer.barrier is None else _barrier(answer.barrier)
    return told


def way_as_json(way: Way) -> dict[str, Any]:
    """Give a judged way as plain values."""
    lengths = dict(way.unknown_m)
    return {
        "verdict": way.verdict.name,
        "certainty": way.certainty.value,
        "doubts": way.doubts,
        "straight_line": way.straight_line,
        "unknown": [{"kind": kind, "distance_m": lengths.get(kind)} for kind in way.unknown],
        "steps": [_step(step) for step in way.steps],
        "equipment": list(way.equipment),
    }


def walk_lines(answer: WalkAnswer, code: str) -> list[str]:
    """Give the answer as lines."""
    return list(_lines(answer, get_language(code)))


def street_barrier_as_json(found: StreetBarrier | None) -> dict[str, Any] | None:
    """Give what closes the streets to an answer without trips; None: nothing of them was found to."""
    if found is None:
        return None
    return {
        "where": found.where,
        "barrier": None if found.barrier is None else _barrier(found.barrier),
        "stop_id": None if found.stop is None else found.stop.stop_id,
        "stop_name": None if found.stop is None else found.stop.name,
        "departure": None if found.departure is None else found.departure.isoformat(),
        "arrival": None if found.arrival is None else found.arrival.isoformat(),
    }


def street_barrier_lines(found: StreetBarrier, language: Language) -> Iterator[str]:
    """Say what closes the streets to an answer without trips."""
    reason, street = (None, None) if found.barrier is None else (found.barrier.reason, found.barrier.street)
    ends = found.where, None if found.stop is None else found.stop.name
    arrival = ""
    if found.departure is not None and found.arrival is not None:
        same_day = found.departure.date() == found.arrival.date()
        arrival = language.time(found.arrival) if same_day else language.datetime(found.arrival)
    yield from street_barrier_sentences(reason, street, ends, arrival, language)


def _lines(answer: WalkAnswer, language: Language) -> Iterator[str]:
    found = answer.found
    if found is not None:
        minutes, far = language.duration(found.duration_s), language.distance(found.distance_m)
        yield f"{answer.origin.name} → {answer.destination.name}: {far}, {minutes}"
        yield way_sentence(found.way, found.distance_m, language)
        for number, step in enumerate(found.way.steps, 1):
            yield f"{number:3}. {' '.join(step_sentences(step, language))}"
    elif answer.why_not is not None:
        yield no_way_sentence(answer.why_not, language)
    if answer.barrier is not None:
        yield barrier_sentence(answer.barrier.reason, answer.barrier.street, answer.barrier.saved_s, language)


def _step(step: Step) -> dict[str, Any]:
    return {
        "kind": step.kind,
        "name": step.name,
        "turn": step.turn,
        "distance_m": round(step.distance_m, 1),
        "duration_s": step.duration_s,
        "verdict": step.verdict.name,
        "certainty": step.certainty.value,
        "slope": _interval(step.slope),
        "cross_slope": _interval(step.cross_slope),
        "width_mm": _interval(step.width_mm),
        "kerb_mm": _interval(step.kerb_mm),
        "surface": step.surface,
        "smoothness": step.smoothness,
        "levels": None if step.levels is None else list(step.levels),
        "equipment_id": step.equipment_id,
        "reasons": [_reason(reason) for reason in step.reasons],
        "unknown": list(step.unknown),
        "geometry": [list(point) for point in step.geometry],
    }


def _interval(interval: Interval | None) -> dict[str, float] | None:
    return None if interval is None else {"low": round(interval.low, 4), "high": round(interval.high, 4)}


def _reason(reason: Reason) -> dict[str, Any]:
    return {"code": reason.code, **reason.values}


def _barrier(barrier: Barrier) -> dict[str, Any]:
    return {
        "kind": barrier.kind,
        "reason": _reason(barrier.reason),
        "street": barrier.street,
        "lat": barrier.lat,
        "lon": barrier.lon,
        "osm": barrier.osm,
        "distance_m": round(barrier.distance_m, 1),
        "duration_s": round(barrier.duration_s),
        "saved_s": None if barrier.saved_s is None else round(barrier.saved_s),
    }
