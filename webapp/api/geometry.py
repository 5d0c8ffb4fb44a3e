"""Lines in the form that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

PRECISION = 6  # decimals of a degree


def encode_line(points: Iterable[Sequence[float]]) -> str:
    """Encode (longitude, latitude) points as a polyline, latitude first."""
    letters: list[str] = []
    before = (0, 0)
    for lon, lat in points:
        here = (round(lat * 10**PRECISION), round(lon * 10**PRECISION))
        for now, then in zip(here, before, strict=True):
            letters.extend(_letters(now - then))
        before = here
    return "".join(letters)


def with_geometry(told: Any, form: str) -> Any:
    """Give an answer with its lines as GeoJSON, as polylines, or without them."""
    if form == "geojson":
        return told
    if isinstance(told, list):
        return [with_geometry(part, form) for part in told]
    if not isinstance(told, dict):
        return told
    given = {}
    for name, value in told.items():
        if name != "geometry":
            given[name] = with_geometry(value, form)
        elif form == "polyline6":
            given[name] = encode_line(value["coordinates"] if isinstance(value, dict) else value)
    return given


def _letters(difference: int) -> Iterable[str]:
    left = ~(difference << 1) if difference < 0 else difference << 1
    while left >= 0x20:
        yield chr((0x20 | (left & 0x1F)) + 63)
        left >>= 5
    yield chr(left + 63)
