"""What the server says of itself: its networks, its health, and what it refuses."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from webapp.api.answer_parts import NetworkTold, Part


class Span(Part):
    """First and last day with a trip."""

    first: str
    last: str


class SourceTold(Part):
    """Where facts come from."""

    id: str
    name: str
    url: str
    licence: str
    date: str | None


class Counts(Part):
    """How many are declared so."""

    yes: int = Field(alias="YES")
    no: int = Field(alias="NO")
    unknown: int = Field(alias="UNKNOWN")


class CoverageTold(Part):
    """How much is known."""

    stops: Counts
    trips: Counts
    quays: int
    quays_measured: int


class NetworkDetails(NetworkTold):
    """A network with its sources, dates and how much of it is known."""

    service: Span | None
    sources: list[SourceTold]
    coverage: CoverageTold


class NetworksAnswer(Part):
    """All networks of this server."""

    networks: list[NetworkDetails]


class HealthAnswer(Part):
    """This worker answers."""

    status: Literal["ok"]
    software: str
    networks: list[str]


class FaultTold(Part):
    """One parameter to correct."""

    parameter: str | None
    detail: str


class Problem(BaseModel):
    """Why a question cannot be answered as it stands, as RFC 9457 says, with a stable code and a cure."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    code: str
    parameter: str | None
    cure: str
    faults: list[FaultTold]
    request_id: str | None
    network: NetworkTold | None = Field(description="null where the address names none that is carried")
