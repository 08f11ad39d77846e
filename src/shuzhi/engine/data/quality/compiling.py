"""From rules as data to what one pass over the table computes.

Lists every kind of rule there is. A rule that cannot be judged in this run (its column or its
reference table is missing) is kept with the reason; a rule that is written wrongly is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING

from shuzhi.engine.data.quality import relations, sets, values
from shuzhi.engine.data.quality.kinds import Kind, RuleError, Scope, Site, UnassessableError
from shuzhi.engine.data.quality.rules import Rule

if TYPE_CHECKING:
    import ibis.expr.types as ir

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (*values.KINDS, *relations.KINDS, *sets.KINDS)}
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What rules are held against beside the table: reference tables by name, the day of the run."""

    references: Mapping[str, ir.Table] = field(default_factory=dict)
    today: date | None = None


@dataclass(slots=True)
class Plan:
    """What the pass computes: for each rule of ``rows`` a boolean, for each watch what it asks for."""

    rows: list[tuple[Rule, ir.BooleanValue]] = field(default_factory=list)
    watches: list[tuple[Rule, sets.Watch]] = field(default_factory=list)
    unassessable: dict[str, str] = field(default_factory=dict)


def compile_rules(table: ir.Table, rules: Sequence[Rule], basis: Basis) -> Plan:
    """The plan for ``rules`` over ``table``. Raises RuleError for the first that is written wrongly."""
    check_rules(rules)
    plan = Plan()
    for rule in rules:
        site = Site(table, rule, basis.references, basis.today)
        kind = KINDS[rule.kind]
        try:
            site.columns()
            if kind.scope is Scope.ROW:
                assert kind.failing is not None  # noqa: S101 - row kinds are declared with it
                plan.rows.append((rule, kind.failing(site)))
            else:
                plan.watches.append((rule, sets.WATCHES[rule.kind](site)))
        except UnassessableError as unassessable:
            plan.unassessable[rule.id] = unassessable.reason
    return plan


def check_rules(rules: Iterable[Rule]) -> None:
    """Raises RuleError for the first rule whose kind, columns or parameters are not as its kind wants."""
    seen: set[str] = set()
    for rule in rules:
        problems = rule_problems(rule)
        if rule.id in seen:
            problems.append("another rule has the same id")
        if problems:
            raise RuleError(rule=rule.id, kind=rule.kind, problem="; ".join(problems))
        seen.add(rule.id)


def rule_problems(rule: Rule) -> list[str]:
    """What is wrong with one rule, in English; empty where nothing is."""
    if rule.kind not in KINDS:
        return [f"there is no such kind; kinds: {', '.join(sorted(KINDS))}"]
    return KINDS[rule.kind].problems(rule)
