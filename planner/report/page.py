"""The audit as one page in each language that needs nothing else: styles, drawings and the map are in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from planner.language import CODES, Language, get_language
from planner.report import words
from planner.report.gather import Change
from planner.report.map import Leaflet, map_of
from planner.sentence_parts import profile_name

Row = Mapping[str, Any]
MOST_ROWS = 100  # of a long table: the rest stands in the files beside the page
VERDICTS = ("YES", "UNCERTAIN", "UNKNOWN", "NO")
BAR_WIDTH = 600.0


class Bar(NamedTuple):
    """One stretch of a drawn bar."""

    verdict: str
    x: float
    width: float
    share: float


def write_pages(document: Row, folder: Path, leaflet: Leaflet | None = None) -> list[Path]:
    """Write ``audit.fr.html`` and ``audit.en.html``; without Leaflet the map is a drawing alone."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for code in CODES:
        paths.append(folder / f"audit.{code}.html")
        paths[-1].write_text(render_page(document, code, leaflet), "utf-8")
    return paths


def render_page(document: Row, code: str, leaflet: Leaflet | None = None) -> str:
    """Give the page of one language."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - the planner works without it

    language = get_language(code)
    environment = Environment(
        loader=PackageLoader("planner.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("audit.html").render(
        document=document,
        language=language,
        _=language.gettext,
        n_=language.ngettext,
        words=words,
        profile_name=profile_name,
        style=files("planner.report").joinpath("audit.css").read_text("utf-8"),
        map=map_of(document, language, leaflet),
        most=MOST_ROWS,
        verdicts=VERDICTS,
        changes=[change.value for change in Change],
        day=dt.date.fromisoformat(document["day"]),
        made_at=dt.datetime.fromisoformat(document["made_at"]),
        profiles=list(_profiles(document)),
        gaps=list(_gaps(document, language)),
        owners=_owners(document),
        fix_owners=_fix_owners(document),
        completeness=document["completeness"],
        before_after=list(_before_after(document)),
        worst_stops=_worst_stops(document),
        failures=failures(document),
        stops_named=partial(_stops_named, {one["id"]: one["name"] for one in document["stops"]}),
        rule_texts={one["id"]: one["text"] for one in document["rules"]},
        owners_known=owners_known(document),
        costs_known=any(one["cost"] is not None for one in document["fixes"]),
    )


def _profiles(document: Row) -> Iterator[dict[str, Any]]:
    """Boardings a day by verdict of each profile, as numbers and as the stretches of a bar."""
    for profile in document["profiles"]:
        sums = _by_verdict(document["shares"], profile)
        every = sum(sums.values())
        bars, x = [], 0.0
        for verdict in VERDICTS:
            share = sums[verdict] / every if every else 0.0
            bars.append(Bar(verdict, round(x, 1), round(share * BAR_WIDTH, 1), share))
            x += share * BAR_WIDTH
        steep = sum(one["boardings_a_day"] for one in document["shares"] if one["profile"] == profile and one["steep"])
        yield {"id": profile, "every": every, "sums": sums, "bars": bars, "steep": steep}


def _by_verdict(shares: Sequence[Row], profile: str) -> dict[str, float]:
    return {
        verdict: sum(
            one["boardings_a_day"] for one in shares if one["profile"] == profile and one["verdict"] == verdict
        )
        for verdict in VERDICTS
    }


def _before_after(document: Row) -> Iterator[dict[str, Any]]:
    what_if = document["what_if"]
    for profile in document["profiles"] if what_if is not None else ():
        yield {
            "id": profile,
            "before": _by_verdict(what_if["before"], profile),
            "after": _by_verdict(what_if["after"], profile),
        }


def _gaps(document: Row, language: Language) -> Iterator[dict[str, Any]]:
    """Mean destinations of each profile and attitude over the moments, beside those on foot."""
    for gap in document["gaps"]:
        n = len(gap["moments"])
        told = []
        for number, minutes in enumerate(document["within_min"]):
            own = sum(row[number] for row in gap["reached"]) / n
            foot = sum(row[number] for row in gap["on_foot"]) / n
            told.append({"minutes": minutes, "own": own, "foot": foot, "share": own / foot if foot else None})
        extra = [one for one in gap["median_extra_s"] if one is not None]
        yield {
            "profile": gap["profile"],
            "unknown": gap["unknown"],
            "within": told,
            "extra": language.duration(sum(extra) / len(extra)) if extra else None,
            "nothing": max(gap["nothing_reached"], default=0),
        }


def owners_known(document: Row) -> bool:
    """Whether anybody is named who owns something; else a column of owners would be empty."""
    return any(one["owner"] for key in ("stops", "findings", "fixes") for one in document[key])


def _owners(document: Row) -> list[tuple[str | None, int, int]]:
    """Findings and known obligations by owner, most first."""
    told: dict[str | None, list[int]] = {}
    for one in document["findings"]:
        row = told.setdefault(one["owner"], [0, 0])
        row[0] += 1
        row[1] += one["obligation"] == "YES"
    return sorted(((owner, a, b) for owner, (a, b) in told.items()), key=lambda row: (-row[1], row[0] or ""))


def _fix_owners(document: Row) -> list[tuple[str | None, int, Row]]:
    """How many changes each owner can make, and the one that brings most; the best first."""
    told: dict[str | None, list[Row]] = {}
    for one in document["fixes"]:
        told.setdefault(one["owner"], []).append(one)
    return [(owner, len(rows), rows[0]) for owner, rows in told.items()]


def failures(document: Row) -> list[dict[str, Any]]:
    """Each thing that must not fail once for the travellers whom it cuts off from the same stops; most trips first."""
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in document["failures"]:
        key = one["id"], tuple(one["way_in"]), tuple(one["way_out"])
        told.setdefault(key, {**one, "profiles": []})["profiles"].append(one["profile"])
    return list(told.values())


def _stops_named(names: Mapping[str, str], stops: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Put the stops of one name together."""
    told: dict[str, list[str]] = {}
    for stop_id in stops:
        told.setdefault(names.get(stop_id, ""), []).append(stop_id)
    return list(told.items())


def _worst_stops(document: Row) -> list[Row]:
    """The stops at which some profile cannot board, or nobody knows: the worst verdict first, then the busiest."""

    def worst(one: Row) -> int:
        return max((VERDICTS.index(verdict) for verdict in one["verdicts"].values()), default=0)

    return sorted(filter(worst, document["stops"]), key=lambda one: (-worst(one), -one["boardings_a_day"]))
