"""Examples of a pack: cases played through act by act, with what must come of each. No database.

They are the lifecycle's tests, readable by whoever knows the work and no Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from shuzhi.engine.documents import Item, Key, Keys, Message, Problem
from shuzhi.engine.texts import N_
from shuzhi.engine.work.decisions import Outcome, Party, Request, Standing, World, born, decide
from shuzhi.engine.work.lifecycles import DUTIES, GUARDS, Lifecycle
from shuzhi.engine.work.limits import OfficeTime
from shuzhi.engine.work.reasons import Refusal

RESPONSIBLE, OWNER, DISTRICT = "responsible", "owner", "district"
SYSTEM = "system"

KEYS: Mapping[str, tuple[Key, ...]] = {
    "cases": (
        Key("lifecycle", "the lifecycle these examples are of", required=True),
        Key("examples", "list of examples", required=True),
    ),
    "example": (
        Key("name", "what it shows", required=True),
        Key("by", "who opens it; the system where it is left out"),
        Key("opened", "when the case is opened, local time: 2026-11-23T09:00", required=True),
        Key("facts", "what the case is opened with"),
        Key("expect", "what it begins with", required=True),
        Key("acts", "acts in order"),
    ),
    "act": (
        Key("at", "when, local time", required=True),
        Key("by", "who: duty, organisation, person; or system", required=True),
        Key("step", "the step asked for", required=True),
        Key("form", "the answers"),
        Key("proofs", "what the subject's owner proves: passes, fails, withdrawn"),
        Key("expect", "what must come of it", required=True),
    ),
    "by": (
        Key("duty", "clerk, approver, leader or steward", required=True),
        Key(
            "organisation", "responsible, owner, district (the last two cover it) or any other", required=True
        ),
        Key("person", "a name, to tell two people apart"),
    ),
    "expect": (
        Key("state", "the state after it"),
        Key("due", "the last day of the limit that runs: 2026-11-30; none where none runs"),
        Key("outcome", "what the case has come to"),
        Key("until", "the day the case carries"),
        Key("assumed_years", "years whose holidays are not known yet, that the limit reaches into"),
        Key("refused", "code of the reason for which it is refused"),
    ),
}
"""Every key of an example file with its meaning: the reference page's source."""

DIFFERS = Message("example.differs", N_("{example}: {what} is {found}, and {wanted} was expected."))
NO_LIFECYCLE = Message("example.lifecycle", N_("The pack has no lifecycle {value}."))
BAD_TIME = Message("example.time", N_("{value} is no time; write 2026-11-23T09:00."))


@dataclass(frozen=True, slots=True)
class Expected:
    """What must hold after an act: only what is written is looked at."""

    line: int
    wanted: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """One act of an example; ``at`` is local time of the district."""

    at: datetime
    party: Party
    step: str
    form: Mapping[str, object]
    proofs: Mapping[str, bool]
    expected: Expected


@dataclass(frozen=True, slots=True)
class Example:
    """One case played through. ``file`` is where it is written."""

    file: str
    name: str
    lifecycle: str
    opened: datetime
    facts: Mapping[str, object]
    expected: Expected
    opener: Party
    acts: tuple[Act, ...] = field(default=())


def read_examples(root: Item, lifecycles: Mapping[str, Lifecycle]) -> list[Example]:
    """The examples of one file."""
    keys = root.mapping(KEYS["cases"])
    name = keys.text("lifecycle")
    if name and name not in lifecycles:
        keys["lifecycle"].note(NO_LIFECYCLE, choice=tuple(lifecycles), value=name)
    return [_example(item, name) for item in _several(keys, "examples")]


def _example(item: Item, lifecycle: str) -> Example:
    keys = item.mapping(KEYS["example"])
    return Example(
        file=item.notes.file,
        name=keys.text("name"),
        lifecycle=lifecycle,
        opened=_time(keys.get("opened")),
        facts=_free(keys, "facts"),
        expected=_expected(keys.get("expect"), item),
        opener=_party(keys.get("by")),
        acts=tuple(_act(act) for act in _several(keys, "acts")),
    )


def _act(item: Item) -> Act:
    keys = item.mapping(KEYS["act"])
    proofs = keys.mapping("proofs", [Key(guard) for guard in GUARDS])
    return Act(
        at=_time(keys.get("at")),
        party=_party(keys.get("by")),
        step=keys.text("step"),
        form=_free(keys, "form"),
        proofs={name: entry.flag() for name, entry in proofs.items()},
        expected=_expected(keys.get("expect"), item),
    )


def _party(item: Item | None) -> Party:
    if item is None or item.plain() == SYSTEM:
        return Party(SYSTEM, system=True)
    keys = item.mapping(KEYS["by"])
    duty, organisation = keys.choice("duty", DUTIES), keys.text("organisation")
    person = keys.text("person") if "person" in keys else f"{duty} of {organisation}"
    return Party(person, organisation, duty, covers=organisation in (OWNER, DISTRICT))


def _expected(item: Item | None, around: Item) -> Expected:
    if item is None:
        return Expected(around.line, {})
    keys = item.mapping(KEYS["expect"])
    return Expected(item.line, {name: _shown(entry.plain()) for name, entry in keys.items()})


def _several(keys: Keys, name: str) -> tuple[Item, ...]:
    return keys[name].one_or_more() if name in keys else ()


def _free(keys: Keys, name: str) -> dict[str, object]:
    return {key: item.plain() for key, item in keys.entries(name).items()}


def _time(item: Item | None) -> datetime:
    text = item.text() if item else ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        if item and text:
            item.note(BAD_TIME, value=text)
        return datetime.fromtimestamp(0, UTC)
    return found


def run_example(lifecycle: Lifecycle, example: Example, office: OfficeTime) -> tuple[Problem, ...]:
    """Plays ``example`` and answers what came out otherwise than expected, act by act."""
    problems: list[Problem] = []

    def world(at: datetime, proofs: Mapping[str, bool]) -> World:
        return World(at.replace(tzinfo=office.zone), office, proofs)

    before = Standing("", RESPONSIBLE, OWNER, facts=example.facts)
    standing = born(lifecycle, before, example.opener, world(example.opened, {}))
    problems += _compare(example, example.expected, standing, office)
    for act in example.acts:
        if isinstance(standing, Refusal):
            break
        request = Request(act.party, act.step, act.form)
        answer = decide(lifecycle, standing, request, world(act.at, act.proofs))
        problems += _compare(example, act.expected, answer, office)
        standing = answer.standing if isinstance(answer, Outcome) else standing
    return tuple(problems)


def _compare(
    example: Example, expected: Expected, answer: Standing | Outcome | Refusal, office: OfficeTime
) -> list[Problem]:
    found = _found(answer, office)
    return [
        Problem(
            example.file,
            expected.line,
            f"expect.{what}",
            DIFFERS.code,
            DIFFERS.text,
            {"example": example.name, "what": what, "found": found[what], "wanted": wanted},
        )
        for what, wanted in _asked(expected.wanted).items()
        if found[what] != wanted
    ]


def _asked(wanted: Mapping[str, str]) -> Mapping[str, str]:
    # an act that is expected to succeed fails its example when it is refused, and names the reason
    return wanted if "refused" in wanted else {**wanted, "refused": "none"}


def _found(answer: Standing | Outcome | Refusal, office: OfficeTime) -> dict[str, str]:
    if isinstance(answer, Refusal):
        return dict.fromkeys((k.name for k in KEYS["expect"]), "none") | {"refused": answer.reasons[0].code}
    standing = answer.standing if isinstance(answer, Outcome) else answer
    due = standing.clock.due_at
    return {
        "state": standing.state,
        "due": _shown(office.day_of(due) if due else None),
        "outcome": _shown(answer.outcome if isinstance(answer, Outcome) else None),
        "until": _shown(standing.until),
        "assumed_years": _shown(list(standing.clock.assumed_years)),
        "refused": "none",
    }


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, date):
        return value.isoformat()
    return "none" if value is None else str(value)
