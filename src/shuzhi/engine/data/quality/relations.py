"""Rule kinds that hold one column against another, against a value or against a reference table."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.quality.kinds import Kind, Param, Site, UnassessableError, Values
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir

RESIDENT_ID_LENGTH = 18
MALE, FEMALE = ("男", "男性", "1", "M"), ("女", "女性", "2", "F")
SEPARATOR = "\x1f"


def _conditional_required(site: Site) -> ir.BooleanValue:
    import ibis

    wanted, conditions = site.column(), [site.column(i) for i in range(1, len(site.rule.columns))]
    values = site.param("values")
    if values:
        texts = [site.text(i) for i in range(1, len(site.rule.columns))]
        applies = [text.isin([str(value) for value in values]) for text in texts]
    else:
        applies = [column.notnull() for column in conditions]
    return ibis.ifelse(reduce(lambda a, b: a & b, applies), wanted.isnull(), ibis.null("boolean"))


_COMPARE: dict[str, Any] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _compare(site: Site) -> ir.BooleanValue:
    left, right = site.column(0), site.column(1)
    kinds = (left.type(), right.type())
    alike = (
        all(k.is_numeric() for k in kinds)
        or all(k.is_temporal() for k in kinds)
        or all(k.is_string() for k in kinds)
        or kinds[0] == kinds[1]
    )
    if not alike:
        raise UnassessableError("wrong_type")
    return ~_COMPARE[site.param("operator", "<=")](left, right)


def _matches_birth_date(site: Site) -> ir.BooleanValue:
    from shuzhi.engine.data.identifiers.persons import matches_birth_date

    day = site.column(1)
    if not day.type().is_temporal():
        raise UnassessableError("wrong_type")
    # an old 15-digit number has its day elsewhere: the rule does not apply
    return ~matches_birth_date(site.text(0), day if day.type().is_date() else day.cast("date"))


def _matches_sex(site: Site) -> ir.BooleanValue:
    import ibis

    number, sex = site.text(0), site.text(1)
    digit = number.substr(16, 1)
    odd = digit.isin(["1", "3", "5", "7", "9"])
    even = digit.isin(["0", "2", "4", "6", "8"])
    said_male = sex.isin([str(v) for v in site.param("male", MALE)])
    said_female = sex.isin([str(v) for v in site.param("female", FEMALE)])
    return ibis.cases(
        (number.length() != RESIDENT_ID_LENGTH, ibis.null("boolean")),
        (said_male, even),
        (said_female, odd),
        else_=ibis.null("boolean"),
    )


def _reference(site: Site) -> ir.BooleanValue:
    import ibis

    reference = site.references.get(site.param("table"))
    if reference is None:
        raise UnassessableError("reference_missing")
    given = site.param("columns") or ([site.param("column")] if site.param("column") else None)
    names = [str(name) for name in given or site.rule.columns]
    if len(names) != len(site.rule.columns):
        raise site.wrong("it must name as many columns of the reference table as of its own")
    if any(name not in reference.columns for name in names):
        raise UnassessableError("reference_missing")
    columns = site.columns()
    filled = reference.filter([reference[name].notnull() for name in names])
    known = filled.select(known=_joined([filled[name] for name in names], columns)).known
    found = _joined(columns, columns).isin(known)
    # IN over no rows is false even for a null: say that the rule does not apply
    return ibis.ifelse(ibis.or_(*(c.isnull() for c in columns)), ibis.null("boolean"), ~found)


def _joined(parts: list[Any], like: list[Any]) -> Any:
    """One value for several: itself where there is one and the types agree, else joined as text."""
    if len(parts) == 1:
        return parts[0].cast(like[0].type())
    texts = [part.cast(other.type()).cast("string") for part, other in zip(parts, like, strict=True)]
    return reduce(lambda a, b: a + SEPARATOR + b, texts)


_REFERENCE_PARAMS = (
    Param("table", Values.TEXT, N_("the reference table's name"), required=True),
    Param("column", Values.TEXT, N_("its column; that of the same name where not given")),
    Param("columns", Values.LIST, N_("its columns, where several are looked up together")),
)
KINDS = (
    Kind(
        "conditional_required",
        N_("the first column is filled wherever all the others are filled, or hold given values"),
        "0201",
        fewest=2,
        most=None,
        params=(Param("values", Values.LIST, N_("values of the other columns for which it applies")),),
        failing=_conditional_required,
    ),
    Kind(
        "compare",
        N_("the first column stands in an order to the second"),
        "0104",
        fewest=2,
        most=2,
        params=(Param("operator", Values.TEXT, N_("the order; <= by default"), choices=tuple(_COMPARE)),),
        failing=_compare,
    ),
    Kind(
        "matches_birth_date",
        N_("the resident ID (first column) carries the date of birth (second)"),
        "0402",
        fewest=2,
        most=2,
        failing=_matches_birth_date,
    ),
    Kind(
        "matches_sex",
        N_("the resident ID (first column) carries the sex (second)"),
        "0402",
        fewest=2,
        most=2,
        params=(
            Param("male", Values.LIST, N_("values that mean male")),
            Param("female", Values.LIST, N_("values that mean female")),
        ),
        failing=_matches_sex,
    ),
    Kind(
        "reference",
        N_("the value, or the values together, are in an authoritative list"),
        "0105",
        most=None,
        params=_REFERENCE_PARAMS,
        failing=_reference,
    ),
    Kind(
        "foreign_key",
        N_("the value, or the values together, are in another dataset"),
        "0402",
        most=None,
        params=_REFERENCE_PARAMS,
        failing=_reference,
    ),
)
