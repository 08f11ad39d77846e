"""Reads a lifecycle from YAML: which keys there are, what each means, what is wrong with a document.

Knows shapes and names only; whether the lifecycle makes sense as a whole is ``checking``'s to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from shuzhi.engine.documents import Item, Key, Keys, Message, read_document
from shuzhi.engine.texts import N_
from shuzhi.engine.work.lifecycles import (
    DUTIES,
    EFFECTS,
    GUARDS,
    REQUESTER_EXCLUDED,
    RESERVED_STEPS,
    Clock,
    Fact,
    Lifecycle,
    Need,
    NeedType,
    Phase,
    Reach,
    Relation,
    State,
    Step,
    Who,
)
from shuzhi.engine.work.limits import MARKS, EndRule, Limit, Source, StartRule, Unit

T = TypeVar("T")
STAY = "stay"
LEVELS = ("L1", "L2", "L3", "L4")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NUMBER = re.compile(r"[A-Z]{1,6}")
LONGEST_DAYS = 3660
LONGEST_MINUTES = 60 * 24 * 366

KEYS: Mapping[str, tuple[Key, ...]] = {
    "lifecycle": (
        Key("number", "letters that begin the case's number, 1 to 6 capitals", required=True),
        Key("start", "the state in which a case is born", required=True),
        Key("opens", "who may open a case", required=True),
        Key("facts", "what a case is opened with: name to type"),
        Key("limits", "time limits by name"),
        Key("states", "states by name", required=True),
        Key("steps", "steps by name", required=True),
    ),
    "fact": (
        Key("type", "choice, integer, text or date", required=True),
        Key("values", "the values of a choice"),
        Key("required", "true where a case cannot be opened without it"),
        Key("kept", "true where later counts never change it"),
    ),
    "limit": (
        Key("amount", "how many units", required=True),
        Key(
            "unit", "working_day, natural_day, working_minute (office hours) or urgent_minute", required=True
        ),
        Key("start", "next_day (the first day is not counted), same_day or instant", required=True),
        Key("end", "day_end, working_day_end (a last day off moves on) or instant", required=True),
        Key("source", "where the number comes from", required=True),
        Key("by", "the fact whose value may change the amount"),
        Key("amounts", "amount by value of that fact"),
    ),
    "source": (
        Key("mark", "S seen in a source, K known in the trade, G a guess: default, not a regulation", True),
        Key("text", "the source, or the words that say it is a default", True),
    ),
    "state": (
        Key("phase", "open (default), settled (nobody must act until a day comes) or ended"),
        Key("awaits", "in whose inbox a case in this state is"),
        Key("limit", "the limit that begins on entering"),
        Key("clock", "runs (default) or held: what is left is kept until the state is left"),
        Key("dated", "true: the case carries a day (expiry, end of a hold) while in this state"),
        Key("outcome", "what the case has come to: a settled or ended state's"),
    ),
    "step": (
        Key("from", "states in which it may be taken", required=True),
        Key("to", "the state it leads to, or stay", required=True),
        Key("who", "who may take it", required=True),
        Key("needs", "fields of its form"),
        Key("guard", "what must be proved by the platform"),
        Key("effects", "what follows beyond the state"),
        Key("restart", "true: the limit of the state it leads to begins anew"),
    ),
    "who": (  # relation may be a list with requester_excluded: not who brought the case into its state
        Key("duty", "duties, any of which will do; none for the system"),
        Key("relation", "responsible, owner, district (whose scope covers the case) or system", True),
    ),
    "need": (
        Key("type", "text, choice, date, integer or organisation", required=True),
        Key("values", "the values of a choice"),
        Key("required", "false where it may be left out"),
        Key("until", "true: the day that the case carries from then on"),
        Key("within", "how far ahead the date may lie: days and source"),
        Key("level", "grade of what is written, L1 to L4; free text is L3 where none is given"),
    ),
    "within": (
        Key("days", "natural days after the day of the step", required=True),
        Key("source", "where the number comes from", required=True),
    ),
}
"""Every key of a lifecycle document, by kind of mapping, with its meaning: the reference page's source."""

BAD_NAME = Message("lifecycle.name", N_("{value} is no name: small letters, digits and _ only, at most 40."))
BAD_NUMBER = Message("lifecycle.number", N_("{value} cannot begin a number: 1 to 6 capital letters."))
UNKNOWN_LIMIT = Message("lifecycle.unknown_limit", N_("There is no limit {value} in this lifecycle."))
UNKNOWN_FACT = Message("lifecycle.unknown_fact", N_("There is no fact {value} in this lifecycle."))
UNKNOWN_VALUE = Message(
    "lifecycle.unknown_value", N_("{value} is no value of the fact that decides the amount.")
)
RESERVED = Message("lifecycle.reserved", N_("{value} is a word of the timeline; call the step otherwise."))
NO_VALUES = Message("lifecycle.values", N_("A choice needs its values, and only a choice has them."))
TWO_RELATIONS = Message(
    "lifecycle.relation", N_("Write one relation, and at most requester_excluded beside it.")
)
TOO_LONG = Message("lifecycle.too_long", N_("{value} is more than ten years (days) or one year (minutes)."))


def read_lifecycle(text: str, *, name: str, file: str) -> Lifecycle:
    """The lifecycle called ``name`` in the YAML ``text``.

    Raises DocumentError with every mistake (``file`` names the document in them).
    """
    root = read_document(text, file)
    keys = root.mapping(KEYS["lifecycle"])
    states = _named(keys.get("states"), _state)
    limits = _named(keys.get("limits"), _limit)
    facts = _named(keys.get("facts"), _fact)
    steps = _named(keys.get("steps"), lambda item, step: _step(item, step, tuple(states)))
    _names_hold(keys, states=states, limits=limits, facts=facts)
    number = keys.text("number")
    if number and not NUMBER.fullmatch(number):
        keys["number"].note(BAD_NUMBER, value=number)
    start = keys.choice("start", tuple(states)) if states else ""
    opens = _who(keys.get("opens"))
    root.notes.raise_any()
    return Lifecycle(name, number, start, states, steps, limits, facts, opens)


def _named(item: Item | None, read: Callable[[Item, str], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, entry in item.entries().items() if item else ():
        if not NAME.fullmatch(name):
            entry.note(BAD_NAME, value=name)
        found[name] = read(entry, name)
    return found


def _names_hold(
    keys: Keys,
    *,
    states: Mapping[str, State],
    limits: Mapping[str, Limit],
    facts: Mapping[str, Fact],
) -> None:
    """Notes names that point nowhere: a state's limit, the fact by which a limit varies and its values."""
    for name, entry in keys.entries("states").items():
        limit = states[name].limit
        if limit and limit not in limits:
            entry.note(UNKNOWN_LIMIT, choice=tuple(limits), value=limit)
    for name, entry in keys.entries("limits").items():
        by = limits[name].by
        fact = facts.get(by) if by else None
        if by and fact is None:
            entry.note(UNKNOWN_FACT, choice=tuple(facts), value=by)
        for value in limits[name].amounts:
            if fact is None or value not in fact.values:
                entry.note(UNKNOWN_VALUE, choice=fact.values if fact else (), value=value)


def _fact(item: Item, name: str) -> Fact:
    keys = item.mapping(KEYS["fact"])
    types = (NeedType.CHOICE, NeedType.INTEGER, NeedType.TEXT, NeedType.DATE)
    kind = keys.choice("type", types, NeedType.TEXT)
    return Fact(name, NeedType(kind), _values(item, keys, kind), keys.flag("required"), keys.flag("kept"))


def _limit(item: Item, name: str) -> Limit:
    keys = item.mapping(KEYS["limit"])
    unit = Unit(keys.choice("unit", tuple(Unit), Unit.WORKING_DAY))
    starts, ends = (
        ((StartRule.NEXT_DAY, StartRule.SAME_DAY), (EndRule.DAY_END, EndRule.WORKING_DAY_END))
        if unit.is_day
        else ((StartRule.INSTANT,), (EndRule.INSTANT,))
    )
    return Limit(
        name=name,
        amount=_amount(keys["amount"], unit) if "amount" in keys else 1,
        unit=unit,
        start=StartRule(keys.choice("start", starts, starts[0])),
        end=EndRule(keys.choice("end", ends, ends[0])),
        source=_source(keys.get("source")),
        by=keys.text("by") if "by" in keys else None,
        amounts={value: _amount(entry, unit) for value, entry in keys.entries("amounts").items()},
    )


def _amount(item: Item, unit: Unit) -> int:
    amount = item.whole(1) or 1
    if amount > (LONGEST_DAYS if unit.is_day else LONGEST_MINUTES):
        item.note(TOO_LONG, value=amount)
    return amount


def _source(item: Item | None) -> Source:
    if item is None:
        return Source("G", "")
    keys = item.mapping(KEYS["source"])
    return Source(keys.choice("mark", MARKS, "G"), keys.text("text"))


def _state(item: Item, name: str) -> State:
    keys = item.mapping(KEYS["state"])
    return State(
        name=name,
        phase=Phase(keys.choice("phase", tuple(Phase), Phase.OPEN)),
        awaits=_who(keys.get("awaits")),
        limit=keys.text("limit") if "limit" in keys else None,
        clock=Clock(keys.choice("clock", tuple(Clock), Clock.RUNS)),
        dated=keys.flag("dated"),
        outcome=keys.text("outcome") if "outcome" in keys else None,
    )


def _step(item: Item, name: str, states: Sequence[str]) -> Step:
    keys = item.mapping(KEYS["step"])
    if name in RESERVED_STEPS:
        item.note(RESERVED, value=name)
    target = keys.choice("to", (*states, STAY), STAY)
    return Step(
        name=name,
        sources=keys.choices("from", states),
        target=None if target == STAY else target,
        who=_who(keys.get("who")),
        needs=tuple(_named(keys.get("needs"), _need).values()),
        guard=keys.choice("guard", tuple(GUARDS)) or None,
        effects=keys.choices("effects", tuple(EFFECTS)),
        restart=keys.flag("restart"),
    )


def _who(item: Item | None) -> tuple[Who, ...]:
    return tuple(_one_who(entry) for entry in item.one_or_more()) if item else ()


def _one_who(item: Item) -> Who:
    keys = item.mapping(KEYS["who"])
    duties = keys.choices("duty", DUTIES)
    written = keys.choices("relation", (*Relation, REQUESTER_EXCLUDED))
    relations = [relation for relation in written if relation != REQUESTER_EXCLUDED]
    if len(relations) != 1 and "relation" in keys:
        keys["relation"].note(TWO_RELATIONS)
    relation = Relation(relations[0]) if relations else Relation.RESPONSIBLE
    return Who(relation, duties, REQUESTER_EXCLUDED in written)


def _need(item: Item, name: str) -> Need:
    keys = item.mapping(KEYS["need"])
    kind = NeedType(keys.choice("type", tuple(NeedType), NeedType.TEXT))
    level = "L3" if kind is NeedType.TEXT else "L1"
    return Need(
        name=name,
        type=kind,
        required="required" not in keys or keys.flag("required"),
        values=_values(item, keys, kind),
        until=keys.flag("until"),
        within=_within(keys.get("within")),
        level=keys.choice("level", LEVELS, level),
    )


def _within(item: Item | None) -> Reach | None:
    if item is None:
        return None
    keys = item.mapping(KEYS["within"])
    return Reach(keys.whole("days", 1) or 1, _source(keys.get("source")))


def _values(item: Item, keys: Keys, kind: str) -> tuple[str, ...]:
    if (kind == NeedType.CHOICE) != ("values" in keys):
        item.note(NO_VALUES)
    return tuple(entry.text() for entry in keys["values"].one_or_more()) if "values" in keys else ()
