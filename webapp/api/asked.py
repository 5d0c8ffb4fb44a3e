"""From a request to a question, and from its words to what the planner understands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from flask import request
from pydantic import ValidationError

from planner.access.profiles import get_profile, limits
from planner.errors import QueryError
from planner.model import Place, Profile
from planner.network.tables import Network
from planner.places import find_place
from webapp.api.problems import Fault, ProblemError, refusal_of, refusal_of_model
from webapp.api.questions import Question, Traveller

Asked = TypeVar("Asked", bound=Question)
LIMITS = frozenset(limit.name for limit in limits())


def read_question(model: type[Asked]) -> Asked:
    """Read a question from the parameters of a GET or the JSON object of a POST.

    Raises
    ------
    ProblemError
        Names everything that it gets wrong.
    """
    given = _from_body() if request.method == "POST" else _from_address(model)
    names = parameters(model)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise refusal_of_model(error, names) from error
    except RecursionError as error:
        raise ProblemError("BAD_BODY", "the body is nested too deeply", "send a flat JSON object") from error


@lru_cache(maxsize=64)
def parameters(model: type[Question]) -> tuple[str, ...]:
    """Name the parameters of a GET: those of the model, and each limit of a traveller."""
    names = [field.alias or name for name, field in model.model_fields.items() if name != "limits"]
    return (*names, *sorted(LIMITS)) if issubclass(model, Traveller) else tuple(names)


@lru_cache(maxsize=64)
def repeatable(model: type[Question]) -> frozenset[str]:
    """Name the parameters that a GET may repeat."""
    return frozenset(field.alias or name for name, field in model.model_fields.items() if _holds_list(field.annotation))


def profile_of(question: Traveller, *, level_only: bool = False) -> Profile:
    """Give the traveller."""
    profile = get_profile(question.profile, _numbers(question))
    return replace(profile, shows_declared_no=question.declared_no == "show", level_only=level_only)


def place_of(network: Network, text: str, parameter: str) -> Place:
    """Find a place."""
    if any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise ProblemError("BAD_PARAMETER", "holds characters that no name has", "send plain text", parameter)
    try:
        return find_place(network, text, parameter)
    except QueryError as error:
        raise refusal_of(error, parameter) from error


def moment_of(network: Network, text: str | None) -> datetime:
    """Read a moment; without an offset it is local time of the network; None is now."""
    zone = ZoneInfo(network.timezone)
    if text is None:
        return datetime.now(zone).replace(second=0, microsecond=0)
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
        moment.astimezone(zone)
    except (ValueError, OverflowError) as error:
        raise ProblemError("BAD_PARAMETER", "is no date and time", "write it as 2026-05-12T08:15", "at") from error
    if not 1900 <= moment.year < 2200:
        raise ProblemError("BAD_PARAMETER", "no timetable reaches this year", "ask for another year", "at")
    return moment


def day_of(network: Network, day: date | None) -> date:
    """Give the service day: as asked; else today, or the first day of service where today has none."""
    if day is not None:
        if not 1900 <= day.year < 2200:
            raise ProblemError("BAD_PARAMETER", "no timetable reaches this year", "ask for another year", "on")
        return day
    today, span = moment_of(network, None).date(), network.service_span
    return today if span is None or span[0] <= today <= span[1] else span[0]


def numbers_in(text: str, how_many: int, parameter: str) -> list[float]:
    """Read numbers between commas."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != how_many or not all(isfinite(number) and abs(number) <= 180 for number in numbers):
        cure = "write latitude,longitude" if how_many == 2 else "write west,south,east,north in degrees"
        raise ProblemError("BAD_PARAMETER", "is no position" if how_many == 2 else "is no rectangle", cure, parameter)
    return numbers


def _numbers(question: Traveller) -> dict[str, str | float]:
    """Give the limits as the profiles read them, where yes and no are words."""
    told: dict[str, str | float] = {}
    for name, value in question.limits.items():
        told[name] = ("yes" if value else "no") if isinstance(value, bool) else value
    return told


def _from_body() -> dict[str, Any]:
    if request.args:
        names = ", ".join(list(request.args)[:5])
        raise ProblemError(
            "UNKNOWN_PARAMETER", f"a POST takes its question from its body, not {names}", "move it there"
        )
    try:
        given = json.loads(request.get_data().decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ProblemError("BAD_BODY", "the body is no JSON in UTF-8", "send a JSON object") from error
    if not isinstance(given, dict):
        raise ProblemError("BAD_BODY", "the body is no JSON object", "send a JSON object")
    return given


def _from_address(model: type[Question]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    own: dict[str, str] = {}
    many, known = repeatable(model), parameters(model)
    twice = []
    for name, values in request.args.lists():
        if name in many:
            given[name] = values
        elif len(values) > 1:
            twice.append(name)
        elif name in LIMITS and name in known:
            own[name] = values[0]
        else:
            given[name] = values[0]
    if twice:
        faults = tuple(Fault(name, "is given more than once", "give it once") for name in twice)
        raise ProblemError("BAD_PARAMETER", f"given more than once: {', '.join(twice)}", "give it once", faults=faults)
    if "limits" in given:
        cure = f"the parameters are: {', '.join(known)}" if known else "this address takes no parameters"
        raise ProblemError("UNKNOWN_PARAMETER", "in a GET each limit is a parameter", cure, "limits")
    return given | ({"limits": own} if own else {})


def _holds_list(annotation: Any) -> bool:
    if get_origin(annotation) in (Union, UnionType):
        return any(_holds_list(part) for part in get_args(annotation))
    return get_origin(annotation) is list


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
