"""Everything that one run of the bench has measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from planner.model import Unknown
from scripts.bench_commands import Import, Run, Start
from scripts.bench_growth import Size
from scripts.bench_pages import Pages
from scripts.bench_peers import PeerRun
from scripts.bench_questions import Questions, Views
from scripts.bench_reach import ManyAnswers
from scripts.bench_table import Spread
from scripts.bench_verdicts import Verdicts


@dataclass
class Results:
    """Everything measured in one run; what is missing was left out, and ``left_out`` says why."""

    seed: int
    machine: list[str]
    left_out: list[str] = field(default_factory=list)
    imports: dict[str, Import] = field(default_factory=dict)
    first: Run | None = None  # of the first import, which compiles
    starts: dict[str, Start] = field(default_factory=dict)
    cold: Run | None = None
    views: dict[str, Views] = field(default_factory=dict)
    questions: dict[str, list[Questions]] = field(default_factory=dict)
    many: list[ManyAnswers] = field(default_factory=list)
    verdicts: Verdicts | None = None
    pages: Pages | None = None
    peers: list[PeerRun] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def title(self, key: str) -> str:
        """Give what people call a network."""
        return self.imports[key].feed.title

    def asked(self, key: str, profile: str, unknown: Unknown, window_s: int = 0) -> Questions | None:
        """Find the questions of one kind of traveller on one network."""
        wanted = (profile, unknown, window_s)
        kinds = self.questions.get(key, [])
        return next((one for one in kinds if (one.profile, one.unknown, one.window_s) == wanted), None)


def wall(runs: Sequence[Run]) -> Spread:
    """Sum up seconds by the clock."""
    return Spread.of([run.wall_s for run in runs])


def peak(runs: Sequence[Run]) -> float | None:
    """Give the highest memory of all runs, in MiB."""
    return max((run.peak_mib for run in runs if run.peak_mib is not None), default=None)


def mb(mib: float | None) -> float | None:
    """Turn 2^20 bytes into a million bytes, as the bars count."""
    return None if mib is None else mib * 2**20 / 1e6
