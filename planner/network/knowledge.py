"""What is known of quays and vehicles, with provenance. Empty where nobody has measured anything."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.facts import Finding, Source
from planner.model import Quay, VehicleType


@dataclass(frozen=True)
class Knowledge:
    """The facts of one network; row numbers are those of ``Network.stops``."""

    quays: dict[int, Quay] = field(default_factory=dict)  # absent: nothing known
    vehicle_types: tuple[VehicleType, ...] = ()
    sources: dict[str, Source] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
