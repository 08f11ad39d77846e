"""What a rule kind is: its name, its columns, its parameters, and how it becomes an expression.

Knows no kind itself: ``values``, ``relations`` and ``sets`` declare them, ``compiling`` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shuzhi.engine.data.quality.rules import Rule
from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_

if TYPE_CHECKING:
    import ibis.expr.types as ir


class RuleError(BadInputError):
    """A rule cannot be compiled as it is written; whoever wrote the contract must correct it."""

    code = "quality.rule"
    text = N_("The rule {rule} ({kind}) is wrong: {problem}. Correct it in the contract.")


class UnassessableError(Exception):
    """A rule has no basis in this run; ``reason`` is a key of ``reports.REASONS``. Never leaves quality."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Scope(StrEnum):
    """How much of the table a kind must see to judge one row."""

    ROW = "row"
    """The row itself (and a reference table)."""
    SET = "set"
    """All values of its columns: decided from fingerprints that the one pass hands out."""
    TABLE = "table"
    """The table as a whole: one thing evaluated, which holds or does not."""


class Values(StrEnum):
    """What a parameter's value looks like."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LIST = "list"
    BOUND = "bound"
    """A number, a day (2026-11-23) or "today"."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a kind; ``means`` is its line in the reference."""

    name: str
    values: Values
    means: str
    required: bool = False
    choices: tuple[str, ...] = ()


TOLERANCES = (
    Param("max_failed", Values.NUMBER, N_("how many may fail for the rule still to pass")),
    Param("max_failed_percent", Values.NUMBER, N_("what share of those evaluated may fail, in percent")),
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a rule is compiled: the table, the reference tables by name, and the day of the run."""

    table: ir.Table
    rule: Rule
    references: Mapping[str, ir.Table] = field(default_factory=dict)
    today: date | None = None

    def column(self, index: int = 0) -> Any:
        """The rule's column at ``index``; unassessable where the table has none of that name."""
        name = self.rule.columns[index]
        if name not in self.table.columns:
            raise UnassessableError("column_missing")
        return self.table[name]

    def columns(self) -> list[Any]:
        """All columns of the rule, in its order."""
        return [self.column(i) for i in range(len(self.rule.columns))]

    def text(self, index: int = 0) -> ir.StringValue:
        """The column at ``index`` as text: whole numbers in digits, days as 2026-11-23."""
        column = self.column(index)
        return column if column.type().is_string() else column.cast("string")

    def param(self, name: str, default: Any = None) -> Any:
        """The rule's parameter ``name``."""
        return self.rule.params.get(name, default)

    def wrong(self, problem: str) -> RuleError:
        """The error that says what is wrong with the rule."""
        return RuleError(rule=self.rule.id, kind=self.rule.kind, problem=problem)


Failing = Callable[[Site], "ir.BooleanValue"]
"""True where the row fails, false where it passes, null where the rule does not apply to it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule; ``failing`` is set for the kinds that judge row by row.

    A rule of the kind takes ``fewest`` to ``most`` columns (None: any number). ``indicator``
    is its GB/T 36344 code by default.
    """

    name: str
    means: str
    indicator: str
    fewest: int = 1
    most: int | None = 1
    params: tuple[Param, ...] = ()
    scope: Scope = Scope.ROW
    failing: Failing | None = None

    def problems(self, rule: Rule) -> list[str]:
        """What is wrong with ``rule`` as a rule of this kind, in English; empty where nothing is."""
        found = []
        count = len(rule.columns)
        if count < self.fewest or (self.most is not None and count > self.most):
            found.append(f"it takes {self._columns_wanted()} and names {count}")
        known = {param.name: param for param in (*self.params, *TOLERANCES)}
        unknown = sorted(set(rule.params) - set(known))
        if unknown:
            found.append(f"{', '.join(unknown)} is no parameter of it; allowed: {', '.join(known)}")
        for name, param in known.items():
            if name in rule.params:
                found += _value_problems(param, rule.params[name])
            elif param.required:
                found.append(f"the parameter {name} is missing")
        return found

    def _columns_wanted(self) -> str:
        if self.fewest == self.most:
            return f"{self.fewest} column(s)"
        return f"{self.fewest} to {'any number of' if self.most is None else self.most} columns"


def _value_problems(param: Param, value: object) -> list[str]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        Values.TEXT: isinstance(value, str),
        Values.NUMBER: number,
        Values.FLAG: isinstance(value, bool),
        Values.LIST: isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0,
        Values.BOUND: number or isinstance(value, date) or (isinstance(value, str) and bool(value)),
    }
    if not fits[param.values]:
        return [f"{param.name} must be a {param.values.value}, not {value!r}"]
    if param.choices and value not in param.choices:
        return [f"{param.name} must be one of {', '.join(param.choices)}, not {value!r}"]
    return []
