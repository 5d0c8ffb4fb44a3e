"""An audit as the staff pages show it: sums for the tables and bars, filters, and pages of long lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from planner.language import Language
from planner.model import Verdict
from planner.report import words
from planner.sentence_parts import profile_name
from webapp.words import Badge

Row = Mapping[str, Any]
FIELDS = ("severity", "rule", "obligation", "owner", "profile", "verdict", "kind", "sort", "text", "page")
ROWS_A_PAGE = 50
MAX_TEXT_LENGTH = 100
SEVERITIES = ("BLOCKING", "MAJOR", "MINOR", "INFORMATION")
OWED = ("YES", "NO", "UNKNOWN")
VERDICTS = tuple(one.name for one in Verdict)
NOT_SAID = "-"  # value of the filter for findings without an owner; a name of one stands behind "="
KINDS = ("EQUIP_VEHICLE", "RAISE_QUAY", "SURVEY_QUAY", "LOWER_KERB", "REPAIR_LIFT")
_KINDS = {"YES": "yes", "UNCERTAIN": "limit", "UNKNOWN": "unknown", "NO": "barrier"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of a drawn bar, in hundredths of its width."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a long list; ``number`` counts from 1, ``before`` and ``after`` are None at the ends."""

    rows: Sequence[Row]
    number: int
    of: int
    total: int
    before: int | None
    after: int | None


def badge(verdict: str, language: Language) -> Badge:
    """A verdict as on the pages for travellers."""
    return Badge(_KINDS[verdict], words.verdict_word(verdict, language))


def shares_by_profile(document: Row) -> list[dict[str, Any]]:
    """Boardings a day by verdict for each profile: numbers, shares (None where nothing runs) and a bar."""
    told = []
    for profile in document["profiles"]:
        sums = dict.fromkeys(VERDICTS, 0.0)
        for one in document["shares"]:
            if one["profile"] == profile:
                sums[one["verdict"]] += one["boardings_a_day"]
        every = sum(sums.values())
        bars, x = [], 0.0
        for verdict, value in sums.items():
            width = 100 * value / every if every else 0.0
            bars.append(Bar(_KINDS[verdict], round(x, 2), round(width, 2)))
            x += width
        cells = [(value, value / every if every else None) for value in sums.values()]
        told.append({"profile": profile, "cells": cells, "bars": bars})
    return told


def gaps(document: Row) -> list[dict[str, Any]]:
    """Destinations within each limit, mean over the moments, beside those on foot."""
    told = []
    for gap in document["gaps"]:
        n = len(gap["moments"])
        within = [
            (sum(row[k] for row in gap["reached"]) / n, sum(row[k] for row in gap["on_foot"]) / n)
            for k in range(len(document["within_min"]))
        ]
        extra = [one for one in gap["median_extra_s"] if one is not None]
        mean = sum(extra) / len(extra) if extra else None
        told.append({"profile": gap["profile"], "unknown": gap["unknown"], "within": within, "extra_s": mean})
    return told


def reach_from(document: Row, stop: Row) -> list[dict[str, Any]]:
    """How a stop lies to the main part, and how far one comes from it (mean over the moments), for each traveller."""
    columns = {id_: column for column, id_ in enumerate(document["gap_stops"])}
    measured = document["gaps"] if stop["id"] in columns else ()
    each = {(gap["profile"], gap["unknown"]): gap["each"] for gap in measured}
    told = []
    for one in document["components"]:
        kind = one["profile"], one["unknown"]
        of_stop = {"within": [], "extra_s": None} if kind not in each else _from_stop(each[kind], columns[stop["id"]])
        standing = stop["standing"].get("/".join(kind))
        told.append({"profile": kind[0], "unknown": kind[1], "standing": standing, **of_stop})
    return told


def _from_stop(each: Row, at: int) -> dict[str, Any]:
    """Stops within each limit beside those on foot, and how much longer it takes, from the stop in one column."""
    reached, on_foot = (
        [sum(row[at] for row in of_limit) / len(of_limit) for of_limit in zip(*each[key], strict=True)]
        for key in ("reached", "on_foot")
    )
    known = [row[at] for row in each["extra_s"] if row[at] is not None]
    return {
        "within": list(zip(reached, on_foot, strict=True)),
        "extra_s": sum(known) / len(known) if known else None,
    }


def failures(document: Row) -> list[dict[str, Any]]:
    """Each thing that must not fail once, with the profiles it cuts off; most trips first."""
    told: dict[str, dict[str, Any]] = {}
    for one in document["failures"]:
        row = told.setdefault(one["id"], {**one, "profiles": [], "cut_off": set()})
        row["profiles"].append(one["profile"])
        row["cut_off"] |= set(one["stops"])
        row["trips"] = max(row["trips"], one["trips"])
    return sorted(told.values(), key=lambda row: (-row["trips"], row["id"]))


def filters(document: Row, asked: Mapping[str, str], language: Language) -> dict[str, list[Choice]]:
    """What the findings can be filtered by; what is not offered is not chosen."""
    findings = document["findings"]
    offered = {
        "severity": [(code, words.severity_word(code, language)) for code in SEVERITIES],
        "obligation": [(code, words.owed_word(code, language)) for code in OWED],
        "rule": [(id_, id_) for id_ in sorted({one["rule"] for one in findings})],
        "owner": _owners(findings, language),
    }
    sorting = [
        ("", language.gettext("the most severe first")),
        ("rule", language.gettext("by rule")),
        ("name", language.gettext("by name")),
    ]
    return {field: _with_all(entries, asked.get(field, ""), language) for field, entries in offered.items()} | {
        "sort": _choices(sorting, asked.get("sort", ""))
    }


def stop_filters(document: Row, asked: Mapping[str, str], language: Language) -> dict[str, list[Choice]]:
    """What the stops can be filtered by, for one traveller (the first if none is chosen), and their order."""
    sorting = [
        ("", language.gettext("the busiest first")),
        ("findings", language.gettext("most findings first")),
        ("name", language.gettext("by name")),
    ]
    verdicts = [(code, words.verdict_word(code, language)) for code in VERDICTS]
    return {
        "profile": _choices(_travellers(document, language), asked.get("profile", "")),
        "verdict": _with_all(verdicts, asked.get("verdict", ""), language),
        "sort": _choices(sorting, asked.get("sort", "")),
    }


def fix_filters(document: Row, asked: Mapping[str, str], language: Language) -> dict[str, list[Choice]]:
    """What the changes can be filtered by, for whom they are counted, and their order."""
    fixes = document["fixes"]
    kinds = [(code, words.fix_word(code, language)) for code in KINDS if any(one["kind"] == code for one in fixes)]
    sorting = [
        ("", language.gettext("most rides first")),
        ("boardings", language.gettext("most boardings first")),
        ("pairs", language.gettext("most pairs first")),
    ]
    if any(one["cost"] is not None for one in fixes):
        sorting.append(("cost", language.gettext("the cheapest first")))
    return {
        "profile": _with_all(_travellers(document, language), asked.get("profile", ""), language),
        "kind": _with_all(kinds, asked.get("kind", ""), language),
        "owner": _with_all(_owners(fixes, language), asked.get("owner", ""), language),
        "sort": _choices(sorting, asked.get("sort", "")),
    }


def _travellers(document: Row, language: Language) -> list[tuple[str, str]]:
    return [(id_, profile_name(id_, language)) for id_ in document["profiles"]]


def _owners(rows: Sequence[Row], language: Language) -> list[tuple[str, str]]:
    owners = sorted({one["owner"] for one in rows if one["owner"]})
    unsaid = [(NOT_SAID, language.gettext("owner not said"))] if any(not one["owner"] for one in rows) else []
    return [*unsaid, *((f"={owner}", owner) for owner in owners)]


def _with_all(entries: Sequence[tuple[str, str]], asked: str, language: Language) -> list[Choice]:
    return _choices([("", language.gettext("All")), *entries], asked)


def _choices(entries: Sequence[tuple[str, str]], asked: str) -> list[Choice]:
    """Mark the entry that is asked for, or the first."""
    chosen = asked if asked in dict(entries) else entries[0][0] if entries else ""
    return [Choice(value, label, value == chosen) for value, label in entries]


def chosen_of(choices: Mapping[str, Sequence[Choice]], asked: Mapping[str, str]) -> dict[str, str]:
    """The filter that holds, without empty fields: for the rows, and for the addresses of the other pages."""
    held = {field: one.value for field, entries in choices.items() for one in entries if one.chosen and one.value}
    text = asked.get("text", "").strip()[:MAX_TEXT_LENGTH]
    return held | ({"text": text} if text else {})


def matching(document: Row, held: Mapping[str, str], language: Language) -> list[Row]:
    """The findings that fulfil every field of the filter, in the order asked for, else in that of the audit."""
    text = held.get("text", "").casefold()
    rows = [
        one
        for one in document["findings"]
        if held.get("severity", one["severity"]) == one["severity"]
        and held.get("rule", one["rule"]) == one["rule"]
        and held.get("obligation", one["obligation"]) == one["obligation"]
        and _owned(one, held)
        and (not text or any(text in told.casefold() for told in _texts(one, language)))
    ]
    keys: dict[str, Callable[[Row], str]] = {
        "rule": lambda one: str(one["rule"]),
        "name": lambda one: words.finding_name(one, language).casefold(),
    }
    key = keys.get(held.get("sort", ""))
    return rows if key is None else sorted(rows, key=key)


def stops_of(document: Row, held: Mapping[str, str]) -> list[Row]:
    """The stops that fulfil the filter, in the order asked for."""
    rows = named(document["stops"], held.get("text", ""))
    if "verdict" in held:
        rows = [one for one in rows if one["verdicts"].get(held.get("profile", "")) == held["verdict"]]
    keys: dict[str, Callable[[Row], Any]] = {
        "findings": lambda one: (-len(one["findings"]), -one["boardings_a_day"]),
        "name": lambda one: (one["name"].casefold(), one["id"]),
    }
    return sorted(rows, key=keys.get(held.get("sort", ""), lambda one: -one["boardings_a_day"]))


def fixes_of(document: Row, held: Mapping[str, str]) -> list[Row]:
    """The changes that fulfil the filter, counted for one traveller or for all, in the order asked for."""
    rows = [one for one in document["fixes"] if held.get("kind", one["kind"]) == one["kind"] and _owned(one, held)]
    if "profile" in held:
        rows = [_for_one(one, held["profile"]) for one in rows]
        rows = [one for one in rows if one["boardings_a_day"] or one["rides_a_day"] or one["pairs"] or one["saved_s"]]
    keys: dict[str, Callable[[Row], Any]] = {
        "boardings": lambda one: (-one["boardings_a_day"], one["rank"]),
        "pairs": lambda one: (one["pairs"] is None, -(one["pairs"] or 0), one["rank"]),
        "cost": lambda one: (one["cost"] is None, one["cost"] or 0.0, one["rank"]),
    }
    return sorted(rows, key=keys.get(held.get("sort", ""), lambda one: (-one["rides_a_day"], one["rank"])))


def _for_one(fix: Row, profile: str) -> Row:
    """A change with what it brings one traveller in the place of what it brings all."""
    gain = next((one for one in fix["gains"] if one["profile"] == profile), None)
    if gain is None:
        return {**fix, "boardings_a_day": 0.0, "rides_a_day": 0.0, "pairs": None, "saved_s": None}
    more = gain["boardings_a_day"] - gain["lost_a_day"]
    told = {key: gain[key] for key in ("rides_a_day", "pairs", "saved_s")}
    return {**fix, "boardings_a_day": more, **told}


def _owned(row: Row, held: Mapping[str, str]) -> bool:
    return "owner" not in held or held["owner"] == (f"={row['owner']}" if row["owner"] else NOT_SAID)


def _texts(finding: Row, language: Language) -> list[str]:
    """What can be searched for in a finding, as the reader sees it."""
    return [*(finding[key] for key in ("id", "subject_id")), words.finding_name(finding, language),
            *(words.said(finding[key], language) for key in ("found", "note"))]  # fmt: skip


def named(rows: Sequence[Row], text: str) -> list[Row]:
    """The stops or lines whose name or id holds this text."""
    text = text.strip()[:MAX_TEXT_LENGTH].casefold()
    return [one for one in rows if text in one["name"].casefold() or text in one["id"].casefold()]


def page_of(rows: Sequence[Row], asked: str) -> Page:
    """The page that is asked for: the first if it is no number, the last if there are not that many."""
    of = max(1, -(-len(rows) // ROWS_A_PAGE))
    number = min(of, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    shown = rows[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
    return Page(shown, number, of, len(rows), number - 1 or None, number + 1 if number < of else None)


def find(rows: Sequence[Row], id_: str) -> Row | None:
    """The row with this id."""
    return next((one for one in rows if one["id"] == id_), None)
