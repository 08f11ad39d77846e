"""Rule kinds about the values of one column."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.quality.kinds import Kind, Param, Site, UnassessableError, Values
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir

# placeholders that people type where they have nothing to say
# source: default of this product, not a regulation
GARBAGE = (
    r"^(?:测试.*|test\d*|xxx+|aaa+|asdf\w*|null|none|nan|n/?a|undefined|无|暂无|没有|不详|未知|待定|待补充?"
    r"|[-—_=.,，。、*#?？/\\|~]+|(?:0{4,}|1{4,}|9{4,})|123456\d*)$"
)
MOJIBAKE = r"锟斤拷|烫烫烫|屯屯屯|\x{FFFD}|Ã.|â€|ï¿½|[\x00-\x08\x0b\x0c\x0e-\x1f]"


def _not_null(site: Site) -> ir.BooleanValue:
    column = site.column()
    missing = site.param("missing")
    if not missing:
        return column.isnull()
    return column.isnull() | site.text().strip().isin([str(value) for value in missing])


def _enum(site: Site) -> ir.BooleanValue:
    column = site.column()
    if not column.type().is_integer():
        return ~site.text().isin([str(value) for value in site.param("values")])
    try:
        return ~column.isin([int(value) for value in site.param("values")])
    except (TypeError, ValueError):
        raise site.wrong("a value of the list is no whole number, as the column's are") from None


def _pattern(site: Site) -> ir.BooleanValue:
    from shuzhi.engine.data.identifiers.widths import of_one_width

    matches = of_one_width(site.param("pattern"))
    return ~(matches(site.text()) if matches else site.text().re_search(site.param("pattern")))


def _length(site: Site) -> ir.BooleanValue:
    return _outside(site, site.text().length(), site.param("min"), site.param("max"))


def _range(site: Site) -> ir.BooleanValue:
    column = site.column()
    bound = _day if column.type().is_temporal() else _number
    if not (column.type().is_numeric() or column.type().is_temporal()):
        raise UnassessableError("wrong_type")
    most = site.param("max")
    if most == "today" and column.type().is_timestamp() and site.today is not None:
        most = datetime.combine(site.today, time.max)  # the whole day
    return _outside(site, column, bound(site, site.param("min")), bound(site, most))


def _outside(site: Site, value: Any, low: Any, high: Any) -> ir.BooleanValue:
    if low is not None and high is not None:
        return ~value.between(low, high)
    if low is not None:
        return value < low
    if high is not None:
        return value > high
    raise site.wrong("it needs min, max or both")


def _number(site: Site, value: object) -> float | int | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise site.wrong(f"{value!r} is no number, as the column's values are")


def _day(site: Site, value: object) -> Any:
    import ibis

    if value is None:
        return None
    if value == "today":
        if site.today is None:
            raise UnassessableError("no_day")
        value = site.today
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise site.wrong(f"{value!r} is no day; write 2026-11-23, or today") from None
    if isinstance(value, datetime):
        return ibis.literal(value) if site.column().type().is_timestamp() else ibis.literal(value.date())
    if isinstance(value, date):
        return ibis.literal(value)
    raise site.wrong(f"{value!r} is no day; write 2026-11-23, or today")


def _format(site: Site) -> ir.BooleanValue:
    from shuzhi.engine.data.identifiers import IDENTIFIERS

    kind = site.param("format")
    if kind not in IDENTIFIERS:
        raise site.wrong(f"the format {kind!r} is not known; known: {', '.join(sorted(IDENTIFIERS))}")
    return ~IDENTIFIERS[kind].valid(site.text(), today=site.today)


def _garbage(site: Site) -> ir.BooleanValue:
    column = site.column()
    if column.type().is_temporal():
        return column.year().isin([1900, 9999]) & (column.month() == 1) & (column.day() == 1)
    if not column.type().is_string():
        raise UnassessableError("wrong_type")
    return column.lower().re_search(GARBAGE) | column.re_search(MOJIBAKE)


_BOUNDS = (
    Param("min", Values.BOUND, N_("the smallest value allowed, itself included")),
    Param("max", Values.BOUND, N_("the largest value allowed, itself included")),
)
KINDS = (
    Kind(
        "not_null",
        N_("the cell is filled; an empty cell fails"),
        "0201",
        params=(Param("missing", Values.LIST, N_("texts that count as empty")),),
        failing=_not_null,
    ),
    Kind(
        "enum",
        N_("the value is one of a list"),
        "0101",
        params=(Param("values", Values.LIST, N_("the values allowed"), required=True),),
        failing=_enum,
    ),
    Kind(
        "pattern",
        N_("the text matches a regular expression"),
        "010102",
        params=(Param("pattern", Values.TEXT, N_("the expression (RE2), with its own anchors"), True),),
        failing=_pattern,
    ),
    Kind("length", N_("the text has so many characters"), "010103", params=_BOUNDS, failing=_length),
    Kind("range", N_("the number or day lies between two bounds"), "0301", params=_BOUNDS, failing=_range),
    Kind(
        "format",
        N_("the text is a valid identifier: shape, day and check digit"),
        "0301",
        params=(Param("format", Values.TEXT, N_("the identifier's kind, such as resident_id"), True),),
        failing=_format,
    ),
    Kind(
        "garbage",
        N_("the text is no placeholder, test entry or broken encoding, the day no default day"),
        "0305",
        failing=_garbage,
    ),
)
