"""Types of columns: arrays of numbers, and texts in one block that can be memory-mapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]


class Strings(Sequence[str]):
    """A read-only column of texts as one block of UTF-8 and n + 1 offsets, so that it can be memory-mapped."""

    def __init__(self, block: Bytes, offset: Longs) -> None:
        self.block, self.offset = block, offset

    @classmethod
    def of(cls, texts: Iterable[str]) -> Strings:
        """Pack texts into one block."""
        encoded = [text.encode() for text in texts]
        offset = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(piece) for piece in encoded], out=offset[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offset)

    def __len__(self) -> int:
        return len(self.offset) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[i] for i in range(*row.indices(len(self)))]
        if row < 0:
            raise IndexError("a row number is not negative; -1 means none")
        return self.block[self.offset[row] : self.offset[row + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        text, at = self.block.tobytes(), self.offset.tolist()
        return (text[low:high].decode() for low, high in pairwise(at))

    def alike(self, row: int, low: int, high: int) -> Longs:
        """Give the rows from ``low`` until before ``high`` that say the same as ``row``."""
        wanted = self.block[self.offset[row] : self.offset[row + 1]]
        rows = low + np.flatnonzero(np.diff(self.offset[low : high + 1]) == len(wanted))
        told = self.block[self.offset[rows][:, None] + np.arange(len(wanted))]
        same: Longs = rows[(told == wanted).all(axis=1)].astype(np.int64)
        return same

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The first row of each text."""
        rows: dict[str, int] = {}
        for row, text in enumerate(self):
            rows.setdefault(text, row)
        return rows
