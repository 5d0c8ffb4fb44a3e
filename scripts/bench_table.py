"""Numbers for people: medians, tables in Markdown, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from math import ceil
from pathlib import Path
from statistics import median

from planner import __version__


class MarkerError(Exception):
    """The document has no place for what was measured."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Many measurements of one thing."""

    n: int
    least: float
    median: float
    p95: float  # the smallest that 95 of 100 do not exceed
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Sum up at least one value."""
        ordered = sorted(values)
        return cls(len(ordered), ordered[0], median(ordered), ordered[ceil(0.95 * len(ordered)) - 1], ordered[-1])


def in_ms(seconds: float) -> str:
    """Write a time in milliseconds, with three figures that count."""
    return figures(seconds * 1000)


def figures(value: float | None) -> str:
    """Write a number with three figures that count, large ones with commas."""
    if value is None:
        return "unknown"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def pair_ms(spread: Spread) -> str:
    """Write median / p95 in milliseconds."""
    return f"{in_ms(spread.median)} / {in_ms(spread.p95)}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table; the first column is text, the others are numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine_lines() -> list[str]:
    """Name what was measured on: processor, cores, memory, and the programs that matter."""
    programs = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "pandas", "flask"))
    return [
        f"- {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, plainpied {__version__}",
        f"- {_processor()}, {os.cpu_count()} cores, {_memory()} of memory, {platform.system()}",
        f"- Python {platform.python_version()}, {programs}",
    ]


def load() -> str:
    """Tell how many processes wanted a core in the last minute, ours among them."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def put_between(document: str, name: str, text: str) -> str:
    """Replace what stands between the markers ``<!-- name -->`` and ``<!-- /name -->``.

    Raises
    ------
    MarkerError
        They are not both there.
    """
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = document.partition(opening)
    _, ended, after = rest.partition(closing)
    if not found or not ended:
        raise MarkerError(f"the document needs a line {opening} and below it a line {closing}")
    return f"{before}{opening}\n\n{text.strip()}\n\n{closing}{after}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (named or [platform.processor() or "processor unknown"])[0]


def _memory() -> str:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return "unknown size"
    return f"{size / 2**30:.0f} GiB"
