"""Text columns as matrices of bytes, for check characters over letters and for long numbers.

Works on Arrow arrays alone; the functions here are called once per batch by the table engine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

ZERO = ord("0")


def ends_of(array: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The bytes of all texts, and for each text its end in them and its length (0 where null)."""
    if not pa.types.is_large_string(array.type):
        array = array.cast(pa.large_string())
    _, offsets_buffer, data = array.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64, len(array) + 1, array.offset * 8)
    lengths = np.diff(offsets)
    if array.null_count:
        lengths = np.where(nulls_of(array), 0, lengths)
    bytes_ = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return bytes_, offsets[1:], lengths


def of_width(array: pa.Array, width: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any] | None]:
    """The bytes of all texts of exactly ``width`` bytes, one after the other, not copied where all are.

    The second says which texts they are; None where it is all of them.
    """
    data, ends, lengths = ends_of(array)
    fitting = lengths == width
    if array.null_count:
        fitting &= ~nulls_of(array)
    if len(array) and fitting.all():
        return data[ends[0] - width : ends[-1]], None
    if not fitting.any():
        return np.zeros(0, np.uint8), fitting
    data, ends, _ = ends_of(array.filter(_boolean(fitting)))
    return data[ends[0] - width : ends[-1]], fitting


def last_bytes(array: pa.Array, width: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The last ``width`` bytes of each text, zeros before a shorter one, and the byte lengths."""
    data, ends, lengths = ends_of(array)
    places = ends[:, None] + np.arange(-width, 0)
    matrix = data[np.clip(places, 0, len(data) - 1)]
    shorter = lengths < width
    if shorter.any():
        matrix[np.arange(width) < width - lengths[:, None]] = 0
    return matrix, lengths


def numbers_of(matrix: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Each row of digits as a number, and whether the row is digits only; at most 18 columns."""
    digits = matrix - np.uint8(ZERO)
    powers = 10 ** np.arange(matrix.shape[1] - 1, -1, -1, dtype=np.int64)
    return digits.astype(np.int64) @ powers, np.all(digits < 10, axis=1)


def table_of(alphabet: str, *, outside: int = 255) -> np.ndarray[Any, Any]:
    """A lookup of 256 places: the byte's position in ``alphabet``, ``outside`` where it is not in it."""
    table = np.full(256, outside, np.uint8)
    table[np.frombuffer(alphabet.encode("ascii"), np.uint8)] = np.arange(len(alphabet), dtype=np.uint8)
    return table


def nulls_of(array: pa.Array) -> np.ndarray[Any, Any]:
    """Which values are null."""
    if not array.null_count:
        return np.zeros(len(array), np.bool_)
    # not np.asarray(): that imports pandas
    marks = array.is_null().cast(pa.uint8())
    return np.frombuffer(marks.buffers()[1], np.uint8, len(array), marks.offset).astype(np.bool_)


def _boolean(values: np.ndarray[Any, Any], valid: pa.Buffer | None = None) -> pa.Array:
    # not pa.array(): that imports pandas
    bits = pa.py_buffer(np.packbits(values, bitorder="little"))
    return pa.Array.from_buffers(pa.bool_(), len(values), [valid, bits])


def answers(
    good: np.ndarray[Any, Any], array: pa.Array, *, unless: np.ndarray[Any, Any] | None = None
) -> pa.Array:
    """A boolean array, null where ``array`` is null and where ``unless`` is true."""
    if unless is None and not array.null_count:
        return _boolean(good)
    null = nulls_of(array) if unless is None else unless | nulls_of(array)
    return _boolean(good, pa.py_buffer(np.packbits(~null, bitorder="little")))
