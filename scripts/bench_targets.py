"""The targets, and which of them one run has reached."""

from __future__ import annotations

from collections.abc import Iterator

from planner.model import ON_FOOT, Unknown
from scripts.bench_feeds import BARRED
from scripts.bench_peers import DOUBTFUL, PEER
from scripts.bench_results import Results, mb, peak, wall
from scripts.bench_table import figures, table
from scripts.bench_verdicts import LINES, QUAYS

CHAIR = "manual-wheelchair"
REFERENCE = "vilnius"  # the city that the own targets were set on

Measured = tuple[float | None, ...]


def targets(results: Results) -> Iterator[str]:
    """Write the table of targets."""
    barred, city = results.imports.get(BARRED), results.imports.get(REFERENCE)
    start, views = results.starts.get(REFERENCE), results.views.get(REFERENCE)
    judged, pages = results.verdicts, results.pages
    plain = results.asked(REFERENCE, ON_FOOT, Unknown.ALLOW)
    doubting = results.asked(REFERENCE, CHAIR, Unknown.PENALISE)
    rows = [
        *_of_the_search(results),
        _target("import of Porto Alegre", "s", (15,), (barred.wall.median,) if barred else None),
        _target("its memory", "MB", (1000,), (mb(barred.peak_mib),) if barred else None),
        _target("1 million verdicts", "s", (1,), (judged.judged.wall.median,) if judged else None),
        _target(
            f"one profile compiled for {QUAYS:,} quays and {LINES} vehicle types",
            "ms",
            (300,),
            _ms(judged.profile.wall.median) if judged else None,
        ),
        _target("import of a city, 0.45 million stop times (own)", "s", (0.6,), (city.wall.median,) if city else None),
        _target("start to first answer, warm (own)", "s", (1.1,), (wall(start.runs).median,) if start else None),
        _target("memory of that answer (own)", "MB", (250,), (mb(peak(start.runs)),) if start else None),
        _target(
            "day view / profile view of a city (own)",
            "ms",
            (8, 5),
            _ms(views.day_s.median, views.profile_s.median) if views else None,
        ),
        _target(
            "search by arrival and transfers, median / p95 (own)",
            "ms",
            (0.15, 0.3),
            _ms(plain.kernel_s.median, plain.kernel_s.p95) if plain else None,
        ),
        _target(
            "the same and doubts, median / p95 (own; set for 4 levels, measured with 8)",
            "ms",
            (0.45, 1.1),
            _ms(doubting.kernel_s.median, doubting.kernel_s.p95) if doubting else None,
        ),
        _target("page of results, p95 (own)", "ms", (300,), _ms(pages.page_s.p95) if pages else None),
    ]
    yield table(("target", "bar", "measured", "reached"), rows)


def _of_the_search(results: Results) -> Iterator[tuple[str, str, str, str]]:
    """Give what the search promised: times on Amiens, ratios on New York, one to all on Porto Alegre."""
    for title, bar_ms, asked in (
        ("earliest arrival on Amiens", 0.3, (ON_FOOT, Unknown.ALLOW)),
        ("the same with doubts", 1, (CHAIR, Unknown.PENALISE)),
        ("2 h window with doubts on Amiens", 5, (CHAIR, Unknown.PENALISE, 7200)),
    ):
        one = results.asked("amiens_full", *asked)
        yield _target(f"{title}, median", "ms", (bar_ms,), _ms(one.kernel_s.median) if one else None)
    duels = {duel.kind: duel for run in results.peers if run.key == "nyc_day" for duel in run.duels}
    for kind, bar in (("earliest", 8), ("window", 8), *((f"{one}, {DOUBTFUL}", 1) for one in ("earliest", "window"))):
        duel = duels.get(kind)
        yield _at_least(f"New York, {kind}: times faster than {PEER}", bar, duel.ratio if duel else None)
    metropolis, start = results.imports.get("new_york"), results.starts.get("new_york")
    yield _target(
        "import of New York, 8.65 million stop times", "s", (12,), (metropolis.wall.median,) if metropolis else None
    )
    yield _target("its memory", "MB", (1500,), (mb(metropolis.peak_mib),) if metropolis else None)
    yield _target("memory of a question to it", "MB", (500,), (mb(peak(start.runs)),) if start else None)
    slowest = max((one.a_million_s for one in results.many), default=None)
    yield _target("a million one-to-all answers on Porto Alegre", "s", (180,), (slowest,) if slowest else None)


def _at_least(what: str, bar: float, measured: float | None) -> tuple[str, str, str, str]:
    if measured is None:
        return what, f"{bar:g} times", "not measured", "?"
    return what, f"{bar:g} times", f"{measured:.1f} times", "yes" if measured >= bar else "**no**"


def _target(what: str, unit: str, bars: Measured, measured: Measured | None) -> tuple[str, str, str, str]:
    """Compare numbers of which each should not exceed its bar."""
    bar = f"{' / '.join(f'{value:,g}' for value in bars if value is not None)} {unit}"
    if measured is None:
        return what, bar, "not measured", "?"
    kept = [value is None or limit is None or value <= limit for value, limit in zip(measured, bars, strict=True)]
    reached = "unknown" if None in measured else "yes" if all(kept) else "**no**"
    return what, bar, f"{' / '.join(map(figures, measured))} {unit}", reached


def _ms(*seconds: float) -> Measured:
    return tuple(1000 * value for value in seconds)
