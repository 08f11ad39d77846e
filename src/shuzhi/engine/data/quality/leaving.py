"""Rows that failed a check and are no longer in the table: what left unmended, told by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from shuzhi.engine.data.quality.failing import FAILING_SCHEMA, key_texts
from shuzhi.engine.data.tables import arrow_function

if TYPE_CHECKING:
    import ibis.expr.types as ir

LEFT_SCHEMA = pa.schema([FAILING_SCHEMA.field(name) for name in ("rule", "key", "organisation")])
"""One line per rule and key that failed an earlier check; a key is unknown to the table since."""


def left_behind(failed: ir.Table, table: ir.Table, key: Sequence[str]) -> ir.Table:
    """The lines of ``failed`` (LEFT_SCHEMA's columns, keys by ``key``) whose key ``table`` does not hold.

    A line without a key can be looked for by nobody and is left out. A rule over the key's own
    columns must not be asked for: mending such a row changes its key.
    """
    lines = failed.select(*LEFT_SCHEMA.names).filter(failed["key"].notnull()).distinct()
    return lines.anti_join(table.select(key=_key_text(table, key)), "key")


def _key_text(table: ir.Table, key: Sequence[str]) -> ir.StringValue:
    """The key of each row, in the words of the failing rows: one function writes both."""
    columns = [table[name] for name in key]

    def text(*arrays: pa.Array) -> pa.Array:
        return key_texts(arrays, len(arrays[0]))

    written: ir.StringValue = arrow_function("string", [str(c.type()) for c in columns])(text)(*columns)
    return written
