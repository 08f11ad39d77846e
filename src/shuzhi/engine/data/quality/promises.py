"""The rules that a contract's fields promise, beside those it lists.

Knows what ``required``, ``enum`` or ``format`` of a field mean as rules; not how they are checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shuzhi.engine.data.contracts.model import Contract
from shuzhi.engine.data.fields import Field, FieldType
from shuzhi.engine.data.quality.compiling import KINDS
from shuzhi.engine.data.quality.rules import Rule, Severity

LOADS, ROWS_LOAD, PRESENT = "loads", "rows_load", "present"


def rules_of(contract: Contract) -> tuple[Rule, ...]:
    """Every rule the contract stands for: those it lists, then those of its fields.

    What a field promises and a listed rule says already (same kind, columns and parameters)
    is counted once, as listed.
    """
    listed = list(contract.rules)
    said = {_meaning(rule) for rule in listed}
    taken = {rule.id for rule in listed}
    promised = [rule for rule in _promised(contract) if _meaning(rule) not in said]
    return (*listed, *(rule for rule in promised if rule.id not in taken))


def loading_rules(contract: Contract) -> tuple[Rule, ...]:
    """Rules about the loading itself: each column's cells could be typed, each row had a key."""
    cells = [
        Rule(
            f"{field.name}.{LOADS}",
            LOADS,
            (field.name,),
            # a text column refuses a cell for its form, the others for its type
            indicator="0302" if field.type is FieldType.STRING else "0101",
        )
        for field in contract.fields
    ]
    return (Rule(ROWS_LOAD, ROWS_LOAD, indicator="0302"), *cells)


def present_rule() -> Rule:
    """The rule that every column of the contract is in the table."""
    return Rule(PRESENT, PRESENT, indicator="0102")


def _promised(contract: Contract) -> Iterable[Rule]:
    if len(contract.key) > 1:
        yield Rule("key.unique", "unique", contract.key, indicator="0304", severity=Severity.BLOCKER)
    for field in contract.fields:
        alone = contract.key == (field.name,)
        for kind, params in _field_rules(field, alone=alone):
            key = field.primary_key and kind in ("not_null", "unique")
            severity = Severity.BLOCKER if key else Severity.MAJOR
            yield Rule(f"{field.name}.{kind}", kind, (field.name,), params, KINDS[kind].indicator, severity)


def _field_rules(field: Field, *, alone: bool) -> Iterable[tuple[str, Mapping[str, object]]]:
    if field.required or field.primary_key:
        yield "not_null", {}
    if field.unique or alone:
        yield "unique", {}
    if field.enum:
        yield "enum", {"values": field.enum}
    if field.format:
        yield "format", {"format": field.format}
    if field.pattern:
        yield "pattern", {"pattern": field.pattern}
    if field.max_length is not None:
        yield "length", {"max": field.max_length}
    bounds = {"min": field.minimum, "max": field.maximum}
    if any(bound is not None for bound in bounds.values()):
        yield "range", {name: bound for name, bound in bounds.items() if bound is not None}


def _meaning(rule: Rule) -> tuple[object, ...]:
    params = sorted((name, str(tuple(v) if isinstance(v, list) else v)) for name, v in rule.params.items())
    return rule.kind, rule.columns, tuple(params)
