"""The words of a pack in one language: a flat mapping from dotted key to text, complete or told.

Which keys there must be follows from the lifecycles; nothing here knows how they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shuzhi.engine.documents import Item, Kind, Message, Problem, nearest
from shuzhi.engine.texts import N_
from shuzhi.engine.work.lifecycles import Lifecycle

Wordings = Mapping[str, str]
TITLE = "title"

MISSING = Message("pack.wording_missing", N_("There is no wording for {wanted} in this language."))
SPARE = Message("pack.wording_spare", N_("Nothing in the pack is called {value}."))
NO_LANGUAGE = Message(
    "pack.language_missing", N_("The pack's own language {wanted} has no file of wordings.")
)


def read_wordings(root: Item) -> Wordings:
    """The texts of one language, by dotted key."""
    return dict(_flat(root))


def _flat(item: Item) -> Iterator[tuple[str, str]]:
    if item.kind is Kind.MAP:
        for entry in item.entries().values():
            yield from _flat(entry)
    else:
        yield item.key, item.text()


def wanted_keys(lifecycle: Lifecycle) -> tuple[str, ...]:
    """Keys of every wording that the screens of ``lifecycle`` need."""
    needs = [need for step in lifecycle.steps.values() for need in step.needs]
    values = {value for need in needs for value in need.values}
    values |= {value for fact in lifecycle.facts.values() for value in fact.values}
    outcomes = {state.outcome for state in lifecycle.states.values() if state.outcome}
    groups = {
        "facts": lifecycle.facts,
        "limits": lifecycle.limits,
        "states": lifecycle.states,
        "outcomes": outcomes,
        "steps": lifecycle.steps,
        "fields": {need.name for need in needs},
        "values": values,
    }
    keys = [f"{lifecycle.name}.title", f"{lifecycle.name}.noun"]
    return (*keys, *(f"{lifecycle.name}.{g}.{n}" for g, names in groups.items() for n in sorted(names)))


def check_wordings(
    wordings: Mapping[str, Wordings], lifecycles: Mapping[str, Lifecycle], *, locale: str
) -> list[Problem]:
    """Words that are missing in some language, and words that nothing is called by."""
    wanted = {TITLE, *(key for lifecycle in lifecycles.values() for key in wanted_keys(lifecycle))}
    problems: list[Problem] = []
    if locale not in wordings:
        problems.append(
            Problem("pack.yaml", 1, "locale", NO_LANGUAGE.code, NO_LANGUAGE.text, {"wanted": locale})
        )
    for language, words in wordings.items():
        path = f"texts/{language}.yaml"
        for key in sorted(wanted - set(words)):
            problems.append(Problem(path, 1, key, MISSING.code, MISSING.text, {"wanted": key}))
        for key in sorted(set(words) - wanted):
            near = nearest(key, sorted(wanted))
            problems.append(Problem(path, 1, key, SPARE.code, SPARE.text, {"value": key}, near=near))
    return problems
