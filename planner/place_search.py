"""Names as people type them: an index of places that forgives accents, typing errors and the order of words.

SQLite's trigram index finds what shares three letters in a row with the text; of these, rapidfuzz tells how well
each word that was typed fits a word of the name, or the beginning of one.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from weakref import finalize

import numpy as np
from rapidfuzz import fuzz

from planner.network.plane import distances_m

CLOSE = 75.0  # score from which a place is offered, of 100
MOST_LOOKED_AT = 300  # places that share the most groups of three letters with the text
WORDS_READ = 12  # of a text; no name has more that matter
_TRIGRAM = 3
_WHOLE, _BEGINNING, _ELSEWHERE = 100.0, 97.0, 88.0  # a word fits: itself, its beginning, a word of the context
_UNSAID = 0.6  # lost for each word of the name that was not typed, so that the shorter name comes first
_TOO_SHORT = 4  # letters below which a typing error makes another word


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Something with a name and a position; ``id`` is what its kind calls it, such as the public id of a stop."""

    kind: str  # "station", "stop", "landmark", "street", "address"
    name: str
    context: str  # what tells it from others of the name, such as its quarter; "" where nothing does
    lon: float
    lat: float
    id: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A place that fits, and how well: 100 for the very name."""

    place: PlaceRow
    score: float


class PlaceIndex:
    """Places to be found by name; the order of ``rows`` decides between equals. Safe to share between threads."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        self.rows = tuple(rows)
        self._names = [fold(row.name).split() for row in self.rows]
        self._contexts = [fold(row.context).split() for row in self.rows]
        self._lon, self._lat = np.array([row.lon for row in self.rows]), np.array([row.lat for row in self.rows])
        self._lock = Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        finalize(self, self._base.close)
        self._base.execute("create virtual table place using fts5(words, tokenize='trigram', detail='none')")
        self._base.executemany(
            "insert into place(rowid, words) values (?, ?)",
            (
                (row, " ".join([*name, *context]))
                for row, (name, context) in enumerate(zip(self._names, self._contexts, strict=True))
            ),
        )

    def search(self, text: str, limit: int) -> list[Found]:
        """Give the places that fit best, best first; none for a text without a letter or number."""
        wanted = fold(text).split()[:WORDS_READ]
        if not wanted or limit < 1:
            return []
        scored = [(self._score(row, wanted), row) for row in self._candidates(wanted)]
        best = sorted((-score, row) for score, row in scored if score >= CLOSE)[:limit]
        return [Found(self.rows[row], -score) for score, row in best]

    def around(self, lon: float, lat: float, radius_m: float, limit: int) -> list[tuple[PlaceRow, float]]:
        """Give the places within ``radius_m`` in a straight line with their distance in metres, nearest first."""
        metres = distances_m(lon, lat, self._lon, self._lat)
        nearest = metres.argsort(kind="stable")[:limit].tolist()
        return [(self.rows[row], float(metres[row])) for row in nearest if metres[row] <= radius_m]

    def _candidates(self, wanted: list[str]) -> list[int]:
        """The rows that share letters with the text; of a text of very short words, those that begin like it."""
        groups = dict.fromkeys(word[i : i + _TRIGRAM] for word in wanted for i in range(len(word) - _TRIGRAM + 1))
        short = [word for word in wanted if len(word) < _TRIGRAM]
        if not groups:
            return [
                row
                for row, name in enumerate(self._names)
                if all(any(part.startswith(word) for part in name) for word in short)
            ]
        asked = " OR ".join(f'"{group}"' for group in groups)
        with self._lock:
            found = self._base.execute(
                "select rowid from place where place match ? order by rank, rowid limit ?", (asked, MOST_LOOKED_AT)
            ).fetchall()
        return [int(row) for (row,) in found]

    def _score(self, row: int, wanted: list[str]) -> float:
        """How well every word that was typed fits, long words weighing more."""
        name, context = self._names[row], self._contexts[row]
        if wanted == name:
            return 100.0
        letters = sum(map(len, wanted))
        fits = sum(_fit(word, name, context) * len(word) for word in wanted) / letters
        return fits - _UNSAID * max(0, len(name) - len(wanted)) - (wanted[0] != name[0] if name else 0)


def fold(text: str) -> str:
    """Lower case without accents and punctuation, so that "Hôtel-de-Ville" and "hotel de ville" are one."""
    # casefold undoes some compositions and makes others: only between two decompositions is the result stable
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(c if c.isalnum() else " " for c in decomposed if not unicodedata.combining(c))
    return " ".join(plain.split())


def _fit(word: str, name: list[str], context: list[str]) -> float:
    """How well one word that was typed fits the best word of a place, 0 to 100."""
    if word in name:
        return _WHOLE
    if any(part.startswith(word) for part in name):
        return _BEGINNING
    if any(part.startswith(word) for part in context):
        return _ELSEWHERE
    if len(word) < _TOO_SHORT:
        return 0.0
    # against the whole word, and against its beginning for who has not finished typing
    return max((max(fuzz.ratio(word, part), fuzz.ratio(word, part[: len(word)])) for part in name), default=0.0)
