"""What a step's form or a case's facts must hold: reads raw answers into values, or says what is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from shuzhi.engine.work.lifecycles import Fact, Need, NeedType
from shuzhi.engine.work.reasons import Reason

LONGEST_TEXT = 2000
Value = str | int | date


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers as values by field, and what was wrong with the others."""

    values: Mapping[str, Value]
    reasons: tuple[Reason, ...]


def read_form(needs: tuple[Need, ...], raw: Mapping[str, object], *, today: date) -> Reading:
    """The answers in ``raw`` (strings, or values of the field's own type); empty ones count as absent."""
    given = {name: value for name, value in raw.items() if value is not None and str(value).strip() != ""}
    known = {need.name for need in needs}
    reasons = [Reason("form.unknown", {"field": name}) for name in given if name not in known]
    values: dict[str, Value] = {}
    for need in needs:
        if need.name not in given:
            if need.required:
                reasons.append(Reason("form.missing", {"field": need.name}))
            continue
        value = _value(need.name, need.type, given[need.name], need.values)
        if isinstance(value, date) and (wrong := _bounds(need, value, today)):
            value = wrong
        if isinstance(value, Reason):
            reasons.append(value)
        else:
            values[need.name] = value
    return Reading(values, tuple(reasons))


def read_facts(facts: Mapping[str, Fact], raw: Mapping[str, object]) -> Reading:
    """The facts a case is opened with."""
    values: dict[str, Value] = {}
    reasons = [
        Reason("fact.unknown", {"field": name, "allowed": tuple(facts)}) for name in raw if name not in facts
    ]
    for name, fact in facts.items():
        if raw.get(name) is None:
            if fact.required:
                reasons.append(Reason("fact.missing", {"field": name}))
            continue
        value = _value(name, fact.type, raw[name], fact.values)
        if isinstance(value, Reason):
            reasons.append(value)
        else:
            values[name] = value
    return Reading(values, tuple(reasons))


def _value(name: str, kind: NeedType, raw: object, allowed: tuple[str, ...]) -> Value | Reason:
    text = str(raw).strip()
    if kind is NeedType.CHOICE:
        if text in allowed:
            return text
        return Reason("form.choice", {"field": name, "value": text, "allowed": allowed})
    if kind is NeedType.DATE:
        return _date(name, raw)
    if kind is NeedType.INTEGER:
        fine = text.isascii() and text.isdigit() and not isinstance(raw, bool)
        return int(text) if fine else Reason("form.integer", {"field": name})
    if len(text) > LONGEST_TEXT or any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text):
        return Reason("form.text", {"field": name, "limit": LONGEST_TEXT})
    return text


def _date(name: str, raw: object) -> date | Reason:
    if type(raw) is date:
        return raw
    try:
        return date.fromisoformat(str(raw).strip())
    except ValueError:
        return Reason("form.date", {"field": name})


def _bounds(need: Need, day: date, today: date) -> Reason | None:
    if need.until and day <= today:
        return Reason("form.past", {"field": need.name, "today": today})
    if need.within and day > today + timedelta(days=need.within.days):
        last = today + timedelta(days=need.within.days)
        values = {"field": need.name, "days": need.within.days, "last": last}
        return Reason("form.far", {**values, "source": need.within.source.text})
    return None
