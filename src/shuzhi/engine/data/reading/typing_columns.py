"""Columns of text to typed Arrow columns, whole chunks at a time.

A chunk with nothing odd in it is one cast. Otherwise the cells that a plain pattern covers
are cast together, and of the others each distinct text is read once by ``values``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shuzhi.engine.data.fields import FieldType
from shuzhi.engine.data.reading.encodings import KEPT_FIRST, KEPT_LAST
from shuzhi.engine.data.reading.model import ARROW_TYPES
from shuzhi.engine.data.reading.values import MAX_CHARACTERS, PLAIN_MANNER, READERS, Manner

_CACHE_SIZE = 50_000

_PLAIN = {
    FieldType.INTEGER: r"^-?\d{1,18}$",
    FieldType.NUMBER: r"^-?\d{1,17}(\.\d{1,17})?$",
    FieldType.DATE: r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
    FieldType.TIMESTAMP: r"^[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$",
    FieldType.BOOLEAN: r"^(true|false)$",
}
_YEAR_ONE_US = -62_135_596_800_000_000

# the days that not every month or year has
_DOUBTFUL_DAY = r"-(02-(29|3\d)|(04|06|09|11)-31)"

# what can be odd about a cell of text; the second form is searched in a whole column at once
_ODD_CHARACTERS = (
    f"[\\x00-\\x08\\x0e-\\x1f\\x7f\u3000\u00a0\u200b-\u200f\ufeff\ufffd{KEPT_FIRST}-{KEPT_LAST}]"
)
_ODD_TEXT = f"""{_ODD_CHARACTERS}|^[+-]?\\d(\\.\\d+)?E\\+\\d|^="|^'"""
_ODD_SOMEWHERE = f"""{_ODD_CHARACTERS}|\\dE\\+\\d|="|'"""
_NOT_NUMERIC = r"[^0-9.\-]"


@dataclass(slots=True)
class Plan:
    """How one column is to be typed; ``nulls`` are the texts that mean no value in it."""

    type: FieldType
    nulls: frozenset[str]
    manner: Manner = PLAIN_MANNER
    null_values: pa.Array = field(init=False)
    cache: dict[str, tuple[object, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.null_values = pa.array(sorted(self.nulls), pa.string())


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed column; ``bad`` are the places of cells set aside (null in ``values``), with why."""

    values: pa.Array
    bad: np.ndarray
    reasons: list[str]


_NONE_BAD = np.empty(0, np.int64)


def type_column(plan: Plan, column: pa.Array) -> Typed:
    """``column`` as the plan's type; a column already of that type is left as it is."""
    wanted = ARROW_TYPES[plan.type]
    if column.type == wanted and plan.type is not FieldType.STRING:
        return Typed(column, _NONE_BAD, [])
    if not pa.types.is_string(column.type):
        native = _cast_native(column, wanted)
        if native is not None:
            return Typed(native, _NONE_BAD, [])
        column = text_of(column)
    texts = pc.ascii_trim_whitespace(column)
    texts = pc.if_else(pc.is_in(texts, value_set=plan.null_values), pa.scalar(None, pa.string()), texts)
    if plan.type is FieldType.STRING:
        return _type_strings(plan, texts)
    values = _cast_whole(plan, texts)
    if values is not None:
        return Typed(values, _NONE_BAD, [])
    plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN[plan.type]), False)
    values = _cast_plain(plan.type, pc.if_else(plain, texts, pa.scalar(None, pa.string())))
    odd = pc.and_(pc.is_null(values), pc.is_valid(texts))
    return _type_odd(plan, texts, values, odd)


def text_of(column: pa.Array) -> pa.Array:
    """Any Arrow column as text, as ``type_column`` would read it back."""
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_dictionary(column.type):
        return text_of(column.dictionary_decode())
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())


def _cast_native(column: pa.Array, wanted: pa.DataType) -> pa.Array | None:
    """A column of another stored type where the cast can change no value."""
    if pa.types.is_dictionary(column.type):
        return None
    safe = (
        (pa.types.is_integer(column.type) and pa.types.is_integer(wanted))
        or (pa.types.is_integer(column.type) and pa.types.is_floating(wanted))
        or (pa.types.is_floating(column.type) and pa.types.is_floating(wanted))
        or (pa.types.is_timestamp(column.type) and column.type.tz is None and pa.types.is_timestamp(wanted))
        or (pa.types.is_date(column.type) and (pa.types.is_timestamp(wanted) or pa.types.is_date(wanted)))
    )
    if not safe:
        return None
    try:
        return pc.cast(column, wanted)
    except pa.ArrowInvalid:
        return None


def _cast_whole(plan: Plan, texts: pa.Array) -> pa.Array | None:
    """One cast for the whole chunk where nothing in it is odd, else null."""
    if plan.type is FieldType.BOOLEAN or plan.manner.serials:
        return None
    numeric = plan.type in (FieldType.INTEGER, FieldType.NUMBER)
    # Arrow's own casts read "1.38E+10", "inf" and "0x1F" too
    if numeric and _anywhere(texts, _NOT_NUMERIC):
        return None
    try:
        values = pc.cast(texts, ARROW_TYPES[plan.type])
    except pa.ArrowInvalid:
        return None
    # Arrow knows a year 0, nobody else does
    first = None if numeric else pc.min(values).cast(pa.timestamp("us")).value
    return None if first is not None and first < _YEAR_ONE_US else values


def _cast_plain(kind: FieldType, texts: pa.Array) -> pa.Array:
    try:
        return pc.cast(texts, ARROW_TYPES[kind])
    except pa.ArrowInvalid:
        # left null, and so read one by one: Arrow's strptime would make 30 February 2 March
        doubtful = pc.match_substring_regex(texts, _DOUBTFUL_DAY)
        return pc.cast(pc.if_else(doubtful, pa.scalar(None, pa.string()), texts), ARROW_TYPES[kind])


def _type_strings(plan: Plan, texts: pa.Array) -> Typed:
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    strange = _anywhere(texts, _ODD_SOMEWHERE)
    if not strange and longest <= MAX_CHARACTERS:
        return Typed(texts, _NONE_BAD, [])
    odd = pc.fill_null(pc.greater(pc.binary_length(texts), MAX_CHARACTERS), False)
    if strange:
        odd = pc.or_(odd, pc.fill_null(pc.match_substring_regex(texts, _ODD_TEXT), False))
    return _type_odd(plan, texts, texts, odd)


def _anywhere(texts: pa.Array, pattern: str) -> bool:
    """Whether ``pattern`` (without anchors) occurs in the column, by one search over its bytes."""
    _, offsets, data = texts.buffers()
    if data is None or len(texts) == 0:
        return False
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    span = pa.py_buffer(np.array([ends[0], ends[-1]], np.int32))
    whole = pa.StringArray.from_buffers(1, span, data)
    return bool(pc.match_substring_regex(whole, pattern)[0].as_py())


def _type_odd(plan: Plan, texts: pa.Array, values: pa.Array, odd: pa.Array) -> Typed:
    """Reads the odd cells one distinct text at a time and puts the results in their places."""
    places = np.flatnonzero(odd.to_numpy(zero_copy_only=False))
    if not len(places):
        return Typed(values, _NONE_BAD, [])
    coded = pc.dictionary_encode(texts.take(pa.array(places)))
    answers = [_answer(plan, text) for text in coded.dictionary.to_pylist()]
    results = pa.array([value for value, _ in answers], ARROW_TYPES[plan.type])
    codes = coded.indices.to_numpy()
    values = pc.replace_with_mask(values, odd, results.take(coded.indices))
    wrong = np.array([reason is not None for _, reason in answers])[codes]
    reasons = [answers[code][1] or "" for code in codes[wrong]]
    return Typed(values, places[wrong], reasons)


def _answer(plan: Plan, text: str) -> tuple[object, str | None]:
    answer = plan.cache.get(text)
    if answer is None:
        if len(plan.cache) >= _CACHE_SIZE:
            plan.cache.clear()
        answer = READERS[plan.type](text, plan.manner)
        if isinstance(answer[0], str) and answer[0] in plan.nulls:
            answer = (None, None)
        if len(text) < 100:
            plan.cache[text] = answer
    return answer
