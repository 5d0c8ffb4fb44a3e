"""What was measured about walking, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.model import Unknown
from scripts.bench_questions import Growth
from scripts.bench_streets import BAR_MB, BAR_S, BARRED, HEADER, Extract, growth_of
from scripts.bench_table import figures, table
from scripts.bench_walk import FAR_M, NEAR_M, ONE_TO_MANY_M, Rate, Speed, Walking
from scripts.bench_walk_peer import APART, CHAIR, NOT_FOUND_OUT, PEER, PEER_ABOUT, Compared

MANY_BAR_MS, TABLE_BAR_S = 3.0, 10.0


def walking(told: Walking | None) -> Iterator[str]:
    """Write all of it."""
    if told is None:
        yield "Not measured."
        return
    yield from _extracts(told.extracts)
    yield from _speeds(told.speeds)
    yield from _rates(told.rates)


def _extracts(extracts: Sequence[Extract]) -> Iterator[str]:
    yield (
        "From the extract to the stored network, timetable and elevation included where there are any: the whole "
        f"command, each in a process of its own. The bars for {BARRED} are {BAR_S:g} s and {BAR_MB:,.0f} MB."
    )
    yield table(HEADER, [one.row() for one in extracts])
    barred = next((one for one in extracts if one.title == BARRED), None)
    if barred is not None:
        kept = barred.wall.median <= BAR_S and (barred.peak_mb or 0.0) <= BAR_MB
        yield f"{BARRED}: bars {'reached' if kept else '**not reached**'}."
    fits = [
        f"{name}: processor time {_exponent(seconds)}, memory {_exponent(memory)}"
        for name, seconds, memory in growth_of(extracts)
    ]
    if fits:
        yield f"Exponents of growth with the number of links (r²), 1 is linear: {'; '.join(fits)}."


def _speeds(speeds: Sequence[Speed]) -> Iterator[str]:
    if not speeds:
        return
    yield (
        f"One to many: from a random street corner to all stops within {ONE_TO_MANY_M:,.0f} m of way, warm, the corner "
        f"looked up in the index; median / p95, bar {MANY_BAR_MS:g} ms for the median. Ways between stops: all of them "
        f"anew, the fastest and a sure one beside it, on all cores; bar {TABLE_BAR_S:g} s. Of each the best of several."
    )
    rows = [
        (
            *(one.title, one.profile, f"{one.stops_in:,} of {one.stops:,}"),
            f"{figures(one.one_to_many_ms.median)} / {figures(one.one_to_many_ms.p95)}",
            *(figures(one.table_s), f"{one.table_rows:,}", figures(one.judged_ms)),
            "yes" if one.one_to_many_ms.median <= MANY_BAR_MS and one.table_s <= TABLE_BAR_S else "**no**",
        )
        for one in speeds
    ]
    header = (
        "network", "traveller", "stops in the streets", "one to many ms", "ways between stops s", "ways",
        "judging all links ms", "bars reached",
    )  # fmt: skip
    yield table(header, rows)


def _rates(rates: Sequence[Rate]) -> Iterator[str]:
    if not rates:
        return
    yield (
        f"How often there is an answer: {rates[0].pairs} random pairs of street corners, {NEAR_M:.0f} to "
        f"{FAR_M:,.0f} m apart in a straight line, the same for everybody. `exclude` "
        "asks for a way without any doubt; `penalise` and "
        "`allow` differ in which way they give, not in whether there is one. Causes: of pairs without a sure way, what "
        "stands in it, as codes with their number of pairs; one pair may have several. NOT_CONNECTED: not even "
        "on foot, an end is on a part of the map that no way joins. Where no streets are known, the line is straight, "
        "and a doubt for whoever has limits."
    )
    rows = []
    for title, profile in dict.fromkeys((one.title, one.profile) for one in rates):
        asked = {one.policy: one for one in rates if (one.title, one.profile) == (title, profile)}
        sure = asked[Unknown.EXCLUDE.value]
        rows.append(
            (
                *(title + (", by straight lines" if sure.straight else ""), profile),
                *(f"{asked[policy.value].answered / sure.pairs:.1%}" for policy in Unknown),
                ", ".join(f"{code} {count}" for code, count in sure.causes) or "-",
            )
        )
    policies = (policy.value for policy in Unknown)
    yield table(("network", "traveller", *policies, "causes, most frequent first"), rows)


def beside(told: Compared) -> Iterator[str]:
    """Write what another engine answers to the same questions."""
    explained = sum(count for _, why, count, _ in told.causes if NOT_FOUND_OUT not in why)
    yield (
        f"{PEER} ({PEER_ABOUT}), an independent engine, on the same extract of {told.title} in the same run: its "
        f"wheelchair type and our {CHAIR}, each asked for its fastest way of {told.pairs} random pairs, doubts "
        "allowed, because it knows none. Ratio: our length over theirs."
    )
    ratio = told.ratio
    ends = "-" if ratio is None else " / ".join(map(figures, (ratio.least, ratio.p95, ratio.most)))
    rows = [
        ("both found a way", told.both),
        ("only we", told.ours_alone),
        ("only they", told.theirs_alone),
        ("neither", told.neither),
        ("ratio, median", "-" if ratio is None else figures(ratio.median)),
        ("ratio, least / 95 % / most", ends),
        (f"lengths more than {APART:.0%} apart", told.apart),
        ("their tiles, s", figures(told.their_import_s)),
        ("one way of theirs, ms, median", "-" if told.their_ms is None else figures(told.their_ms.median)),
    ]
    yield table(("what", "number"), rows)
    all_of_them = sum(count for _, _, count, _ in told.causes)
    yield (
        f"Why, of each pair that only one answered or whose lengths are more than {APART:.0%} apart ({explained} of "
        f"{all_of_them} found out), from what one engine refuses of the other's way; "
        "examples by the tags of the map."
    )
    yield table(("what differs", "pairs", "why", "examples"), [(a, n, b, some or "-") for a, b, n, some in told.causes])


def _exponent(fit: Growth | None) -> str:
    return "too few" if fit is None else f"{fit.exponent:.2f} ({fit.explained:.2f})"
