"""What can be wrong with a contract file beyond its keys, and the error that carries all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from shuzhi.engine.documents import Item, Message, Problem
from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_, translate

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "contract.empty": N_(
            "the file is empty; a contract begins with apiVersion, kind, id, version, status."
        ),
        "contract.api_version": N_("version {value} of the standard is not read here."),
        "contract.one_table": N_(
            "a contract describes one table here, and this one has {count}; make one file for each table."
        ),
        "contract.nested": N_(
            "a column of the type {value} has no place in a table; declare its parts as columns."
        ),
        "contract.no_columns": N_("the table has no columns; list them under properties."),
        "contract.duplicate_column": N_(
            "there are two columns called {value} (first in line {first}); names must differ."
        ),
        "contract.duplicate_rule": N_("there are two rules called {value} (first in line {first})."),
        "contract.unknown_column": N_("the contract has no column called {value}."),
        "contract.pattern": N_("{value} is not a valid regular expression: {reason}."),
        "contract.bounds": N_("the lower bound {low} lies above the upper bound {high}."),
        "contract.date": N_("{value} is not a date written as 2026-01-31."),
        "contract.sql": N_(
            "SQL checks are not run here: the text would reach the database unchecked. "
            "Write a library metric (nullValues, invalidValues, duplicateValues, rowCount), "
            "or type: custom with engine: shuzhi and one of its rule kinds."
        ),
        "contract.operator_missing": N_(
            "say how many rows may fail with one operator, for example mustBe: 0."
        ),
        "contract.operator_twice": N_("one operator belongs to a check, but there are {count}."),
        "contract.operator_meaning": N_(
            "{key} would demand that rows fail; say how many may at most: mustBe: 0, mustBeLessThan "
            "or mustBeLessOrEqualTo."
        ),
        "contract.metric_place": N_("the metric {value} belongs to {place}."),
        "contract.cycle_conflict": N_(
            "updateCycle says {one}, but slaProperties.frequency says {other}; keep one."
        ),
        "contract.rule": N_("a rule of the kind {kind} cannot be run as it stands here: {reason}."),
    }
)


def note(code: str, item: Item, allowed: Sequence[str] = (), **values: object) -> None:
    """Notes a problem of this module at ``item``; ``allowed`` is what would be right instead."""
    item.note(Message(code, TEXTS[code]), choice=allowed, **values)


class ContractError(BadInputError):
    """A contract file that cannot be used, with everything that is wrong with it."""

    code = "input.contract"
    text = N_("The contract {file} cannot be used; problems: {count}.\n{problems}")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            file=self.problems[0].file if self.problems else "",
            count=len(self.problems),
            problems="\n".join(problem.sentence("en") for problem in self.problems),
        )

    def sentence(self, language: str | None = None) -> str:
        """All problems, one a line, in ``language``."""
        lines = "\n".join(problem.sentence(language) for problem in self.problems)
        return translate(self.text, language).format(**{**self.values, "problems": lines})
