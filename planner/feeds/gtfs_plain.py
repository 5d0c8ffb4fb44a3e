"""Read a plainly written table with compiled code: large tables almost always are, and then it is ten times faster.

Plain means: rows of equal length, quotes around whole fields only, no line break in a field, UTF-8. Of a table that is
not, nothing is kept, and whoever asked reads it the slow way. What is read is the same, to the order of first
appearance of each text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from planner.feeds.gtfs_table_kernel import FREE, NOT_PLAIN, find_fields, number_texts

BLOCK_BYTES = 4 * 1024**2
MAX_HEADER_BYTES = 100_000
FIRST_SLOTS, FIRST_TEXTS, FIRST_BYTES = 4096, 1024, 16_384
NOT_ASCII = 128
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class PlainColumns:
    """The chosen columns of a table, each as codes int32[rows] into its distinct texts, and the line of each row."""

    codes: dict[str, NDArray[np.int32]]
    values: dict[str, list[str]]
    line: NDArray[np.int64]


def read_plain(stream: io.BufferedReader, choose: Callable[[list[str]], dict[int, str]]) -> PlainColumns | None:
    """Read the columns that ``choose`` picks from the header, by position; None if the table is not plain."""
    head = stream.read(BLOCK_BYTES)
    if len(head) < BLOCK_BYTES:
        head += b"\n"  # the last line may have none
    header, after = _header(head)
    if header is None:
        return None
    kept = choose(header)
    reading = _Plain(len(header), kept)
    rest, ended = head[after:], len(head) < BLOCK_BYTES
    while True:
        used = reading.take(rest)
        if used < 0 or (ended and used < len(rest)):
            return None
        if ended:
            return reading.columns()
        more = stream.read(BLOCK_BYTES)
        ended = len(more) < BLOCK_BYTES
        rest = rest[used:] + more + (b"\n" if ended else b"")


def _header(head: bytes) -> tuple[list[str] | None, int]:
    """Split the first line, which must hold something; and say where the next one begins."""
    start = len(_BOM) if head.startswith(_BOM) else 0
    end = head.find(b"\n", start, start + MAX_HEADER_BYTES)
    try:
        text = head[start:end].removesuffix(b"\r").decode() if end > 0 else ""
    except UnicodeDecodeError:
        return None, 0
    if not text.strip() or "\r" in text or "\0" in text or text.count('"') % 2:
        return None, 0
    return next(csv.reader([text])), end + 1


class _Plain:
    """The columns so far; grows block by block."""

    def __init__(self, width: int, kept: dict[int, str]) -> None:
        self._names = list(kept.values())
        self._column_at = np.full(width, -1, np.int64)
        self._column_at[list(kept)] = np.arange(len(kept))
        self._codes: list[list[NDArray[np.int32]]] = [[] for _ in kept]
        self._lines: list[NDArray[np.int64]] = []
        self._line_no = 1  # that of the header
        self._known = [
            (
                np.full((FIRST_SLOTS, 2), FREE),
                np.zeros(FIRST_TEXTS + 1, np.int64),
                np.empty(FIRST_BYTES, np.uint8),
                0,
            )
            for _ in kept
        ]

    def take(self, data: bytes) -> int:
        """Read the whole rows of a block; gives the bytes used, negative if they are not plain."""
        block = np.frombuffer(data, np.uint8)
        room = len(block) // len(self._column_at) + 1  # a field is followed by a byte at least
        start, end = (np.empty((len(self._names), room), np.int32) for _ in range(2))
        line = np.empty(room, np.int32)
        rows, used, lines, bits = find_fields(block, len(block), self._column_at, start, end, line)
        if rows == NOT_PLAIN or (bits >= NOT_ASCII and not _is_utf8(data[:used])):
            return -1
        for column in range(len(self._names)):
            codes = np.empty(rows, np.int32)
            self._known[column] = number_texts(
                block, start[column, :rows], end[column, :rows], codes, *self._known[column]
            )
            self._codes[column].append(codes)
        self._lines.append(self._line_no + 1 + line[:rows].astype(np.int64))
        self._line_no += int(lines)
        return int(used)

    def columns(self) -> PlainColumns:
        """Give everything read."""
        values = {}
        for name, (_, offset, arena, known) in zip(self._names, self._known, strict=True):
            at, text = offset[: known + 1].tolist(), arena.tobytes()
            values[name] = [text[low:high].decode() for low, high in pairwise(at)]
        codes = {name: np.concatenate(parts) for name, parts in zip(self._names, self._codes, strict=True)}
        return PlainColumns(codes, values, np.concatenate(self._lines))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
