"""What the planner refuses: one class for each thing that a caller can act on."""

from __future__ import annotations

from dataclasses import dataclass


class PlannerError(Exception):
    """Base of every error that carries a sentence for a person; nothing else is shown to users."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input, where it is, and what to do about it."""

    file: str
    problem: str
    cure: str = ""
    row: int | None = None  # line of the file as an editor numbers it: the header is line 1
    field: str | None = None

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", line {self.row}"
        if self.field is not None:
            where += f", {self.field}"
        return f"{where}: {self.problem}" + (f" ({self.cure})" if self.cure else "")


class FeedError(PlannerError):
    """A source breaks its own format; carries every fault found, not only the first."""

    def __init__(self, source: str, faults: list[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"{source} cannot be used:\n{lines}")


class NetworkError(PlannerError):
    """A stored network is missing, damaged, or of another format version."""


class QueryError(PlannerError):
    """A question cannot be asked as it stands; ``field`` names the input to correct."""

    def __init__(self, message: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(message)


class AmbiguousPlaceError(QueryError):
    """A name fits several places; ``candidates`` are (public stop id, label) to choose from."""

    def __init__(self, message: str, field: str | None, candidates: list[tuple[str, str]]) -> None:
        self.candidates = tuple(candidates)
        super().__init__(message, field)
