"""Kernels that read comma-separated bytes: find the fields of a block, and number distinct ones. NumPy and Numba only.

They understand plain tables: rows of equal length; a quoted field has quotes at both ends, none inside, and no line
break. Whatever else a table may hold, they do not read at all, and say so.
"""

import numpy as np
from numba import njit

NOT_PLAIN = -1  # in place of a number of rows
MAX_ROW_BYTES = 100_000  # below what the csv module takes as one field
_CUT = -2  # in place of a position: the block ends within the row
_NUL, _LF, _CR, _SPACE, _QUOTE, _COMMA, _DEL = 0, 10, 13, 32, 34, 44, 127
FREE = np.uint64(2**64 - 1)
_NOUGHT, _ONE = np.uint64(0), np.uint64(1)  # a signed constant would turn a key into a float
_MIX = np.uint64(0x9E3779B97F4A7C15)
_LOW, _HIGH = np.uint64(8), np.uint64(32)


@njit(cache=True, nogil=True)
def find_fields(block, size, column_at, start, end, line):
    """Find the fields of all rows that end within a block; a line without a byte is no row.

    Parameters
    ----------
    block : uint8[B]
        Bytes; the first ``size`` count.
    column_at : int64[W]
        Which row of ``start`` and ``end`` takes the field at each position; -1 for none.
    start, end : int32[C, N]
        Filled: where the field of each row begins, and the byte after its end, quotes taken off.
    line : int32[N]
        Filled: lines of this block before the row.

    Returns
    -------
    rows : int
        How many there are, or NOT_PLAIN.
    used : int
        Bytes of these rows, line breaks and empty lines too.
    lines : int
        Lines of these rows, empty ones too.
    bits : uint8
        All bits that are set in any byte of a field; from 128 on, the caller has to check that this is UTF-8.
    """
    rows, used, lines = 0, 0, 0
    bits = np.uint8(0)
    while used < size:
        if block[used] == _LF or block[used] == _CR:
            after = _line_break(block, used, size)
        else:
            after, row_bits = _read_row(block, used, size, column_at, start, end, rows)
            if after == NOT_PLAIN or after - used > MAX_ROW_BYTES:
                return NOT_PLAIN, used, lines, bits
            if after != _CUT:
                line[rows] = lines
                rows += 1
                bits |= row_bits
        if after == _CUT:
            break
        used = after
        lines += 1
    return rows, used, lines, bits


@njit(cache=True, nogil=True, inline="always")
def _read_row(block, at, size, column_at, start, end, row):
    """Find the fields of one row; give the position after its line break, and all bits that are set."""
    bits = np.uint8(0)
    says = False  # a row of nothing but blanks is none, and not for us to judge
    width = column_at.shape[0]
    for field in range(width):
        quoted = at < size and block[at] == _QUOTE
        begin = at + 1 if quoted else at
        stop = begin
        while stop < size and (block[stop] > _COMMA or _may_stand(block[stop], quoted)):
            bits |= block[stop]
            stop += 1
        at = stop
        if quoted and at < size:
            if block[at] != _QUOTE:
                return NOT_PLAIN, bits
            at += 1
        if at >= size:
            return _CUT, bits
        if field < width - 1:
            if block[at] != _COMMA:
                return NOT_PLAIN, bits
            at += 1
        elif block[at] != _LF and block[at] != _CR:
            return NOT_PLAIN, bits
        says |= stop > begin and _SPACE < block[begin] < _DEL
        if column_at[field] >= 0:
            start[column_at[field], row] = begin
            end[column_at[field], row] = stop
    return (_line_break(block, at, size) if says else NOT_PLAIN), bits


@njit(cache=True, nogil=True, inline="always")
def _may_stand(byte, quoted):
    """Say whether this byte, none above the comma, goes on with a field."""
    if byte in (_LF, _CR, _QUOTE, _NUL):
        return False
    return quoted or byte != _COMMA


@njit(cache=True, nogil=True, inline="always")
def _line_break(block, at, size):
    """Give the position after the line break; half of one may be in the next block."""
    if block[at] == _LF:
        return at + 1
    if at + 1 == size:
        return _CUT
    return at + 2 if block[at + 1] == _LF else at + 1


@njit(cache=True, nogil=True)
def number_texts(block, start, end, codes, slots, offset, arena, known):
    """Give each field the number of its text, in order of first appearance; equal bytes, equal number.

    Parameters
    ----------
    block : uint8[B]
        No byte of a field is 0.
    start, end : int32[N]
    codes : int32[N]
        Filled.
    slots : uint64[H, 2]
        Open addressing, H a power of two: the key of a text, and its size << 32 | its number, or FREE. The key of a
        text of up to eight bytes is the text itself; that of a longer one only says where to look: bytes decide.
    offset : int64[V + 1], arena : uint8[A]
        Text v is ``arena[offset[v] : offset[v + 1]]``.
    known : int
        How many texts there are already; V is what there is room for.

    Returns
    -------
    slots, offset, arena, known
        The same, or larger copies.
    """
    mask = np.uint64(slots.shape[0] - 1)
    before_at, before_size, before_key, before = np.int64(0), np.int64(-1), _NOUGHT, np.int64(0)
    for row in range(start.shape[0]):
        at, size = start[row], end[row] - start[row]
        if size > 8 and size == before_size and _same(block, at, block, before_at, size):
            codes[row] = before
            continue
        key = _key(block, at, size)
        if size <= 8 and size == before_size and key == before_key:
            codes[row] = before
            continue
        sized = np.uint64(size) << _HIGH
        slot = _mixed(key) & mask
        while slots[slot, 1] != FREE:
            if slots[slot, 0] == key and (slots[slot, 1] >> _HIGH) << _HIGH == sized:
                code = np.int64(slots[slot, 1] - sized)
                if size <= 8 or _same(arena, offset[code], block, at, size):
                    break
            slot = (slot + _ONE) & mask
        if slots[slot, 1] == FREE:
            if known + 1 == offset.shape[0]:
                offset = _twice(offset)
            while offset[known] + size > arena.shape[0]:
                arena = _twice(arena)
            for i in range(size):
                arena[offset[known] + i] = block[at + i]
            offset[known + 1] = offset[known] + size
            slots[slot, 0], slots[slot, 1] = key, sized | np.uint64(known)
            code = known
            known += 1
            if 2 * known > slots.shape[0]:
                slots = _spread(slots)
                mask = np.uint64(slots.shape[0] - 1)
        codes[row] = code
        before_at, before_size, before_key, before = at, size, key, code
    return slots, offset, arena, known


@njit(cache=True, nogil=True, inline="always")
def _key(block, at, size):
    """Give eight bytes or fewer as they are (none is 0, so the size shows), and a hash of more."""
    key = _NOUGHT
    if size <= 8:
        for i in range(at, at + size):
            key = (key << _LOW) | np.uint64(block[i])
        return key
    for low in range(at, at + size, 8):
        word = _NOUGHT
        for i in range(low, min(low + 8, at + size)):
            word = (word << _LOW) | np.uint64(block[i])
        key = _mixed(key ^ word)
    return key


@njit(cache=True, nogil=True, inline="always")
def _same(a, a_at, b, b_at, size):
    for i in range(size):  # noqa: SIM110 (numba knows no all() of a generator)
        if a[a_at + i] != b[b_at + i]:
            return False
    return True


@njit(cache=True, nogil=True, inline="always")
def _mixed(word):
    word = (word ^ (word >> _HIGH)) * _MIX
    return word ^ (word >> _HIGH)


@njit(cache=True, nogil=True)
def _twice(array):
    larger = np.empty(2 * array.shape[0], array.dtype)
    larger[: array.shape[0]] = array
    return larger


@njit(cache=True, nogil=True)
def _spread(slots):
    """Put all texts into four times as many slots."""
    larger = np.full((4 * slots.shape[0], 2), FREE)
    mask = np.uint64(larger.shape[0] - 1)
    for old in range(slots.shape[0]):
        if slots[old, 1] != FREE:
            slot = _mixed(slots[old, 0]) & mask
            while larger[slot, 1] != FREE:
                slot = (slot + _ONE) & mask
            larger[slot, 0], larger[slot, 1] = slots[old, 0], slots[old, 1]
    return larger
