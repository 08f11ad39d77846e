"""From columns to a table: combination rules, volume rules, and the highest of all.

Knows how a scheme's rules are read; where their numbers come from, the scheme says.
"""

from __future__ import annotations

from collections.abc import Sequence

from shuzhi.engine.data.grading.categories import load_categories
from shuzhi.engine.data.grading.model import ColumnGrade, Evidence, Raised
from shuzhi.engine.data.grading.scheme import Combination, Scheme

DIRECT = "direct_id"
PERSON = "person"


def roles_of(column: ColumnGrade) -> tuple[str, ...]:
    """The roles of the column's category."""
    category = load_categories().get(column.category)
    return category.roles if category else ()


def combine(columns: Sequence[ColumnGrade], scheme: Scheme) -> tuple[Raised, ...]:
    """The combination rules that hold over these columns."""
    found = []
    for rule in scheme.combinations:
        used = _columns_of(rule, columns, scheme)
        if used:
            args = {"columns": used, "level": rule.level, "rule": rule.id}
            found.append(Raised(rule.id, rule.level, used, Evidence("table.combination", args)))
    return tuple(found)


def weigh_volume(
    columns: Sequence[ColumnGrade], level: str, subjects: int, scheme: Scheme
) -> tuple[Raised, ...]:
    """The volume rules that hold for ``subjects`` persons in a table of ``level`` so far.

    Rules do not add up: each starts from ``level``.
    """
    personal = [c for c in columns if PERSON in roles_of(c) and scheme.rank(c.level) >= 2]
    sensitive = [c for c in personal if scheme.rank(c.level) >= scheme.rank(scheme.sensitive_from)]
    found = []
    for rule in scheme.volumes:
        counted = sensitive if rule.sensitive else personal
        if not counted or subjects < rule.subjects:
            continue
        raised = scheme.at(scheme.rank(level) + rule.raise_by)
        args = {"subjects": subjects, "level": raised, "rule": rule.id}
        used = tuple(c.column for c in counted)
        found.append(Raised(rule.id, raised, used, Evidence("table.volume", args), rule.flag))
    return tuple(found)


def counts_persons(columns: Sequence[ColumnGrade]) -> bool:
    """Whether rows of the table are about persons, so that volume rules may apply."""
    return any(PERSON in roles_of(column) for column in columns)


def _columns_of(rule: Combination, columns: Sequence[ColumnGrade], scheme: Scheme) -> tuple[str, ...]:
    if any(role in roles_of(c) for c in columns for role in rule.none_of):
        return ()
    if rule.at_least:
        holding = tuple(c.column for c in columns if _counts(c, rule.at_least.role, rule, scheme))
        return holding if len(holding) >= rule.at_least.count else ()
    return _met(rule, list(columns), scheme)


def _met(rule: Combination, columns: list[ColumnGrade], scheme: Scheme) -> tuple[str, ...]:
    """A different column for every group, the narrow groups served first; empty where one is not met."""
    used: list[str] = []
    options = [
        [c.column for c in columns if any(_counts(c, r, rule, scheme) for r in group)]
        for group in rule.all_of
    ]
    for group in sorted(options, key=len):
        free = [name for name in group if name not in used]
        if not free:
            return ()
        used.append(free[0])
    order = [c.column for c in columns]
    return tuple(sorted(used, key=order.index))


def _counts(column: ColumnGrade, role: str, rule: Combination, scheme: Scheme) -> bool:
    if role not in roles_of(column):
        return False
    wanted = rule.counts_from
    least = wanted.get(role) if isinstance(wanted, dict) else wanted
    return least is None or scheme.rank(column.level) >= scheme.rank(least)
