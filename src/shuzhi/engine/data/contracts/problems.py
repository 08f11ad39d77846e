"""What can be wrong with a contract file, said so that its author can mend it.

Every problem names file, line and key. Problems are values: a file's problems are all
found before any is reported, and ``ContractError`` carries the whole list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType

from shuzhi.engine.errors import BadInputError
from shuzhi.engine.texts import N_, translate

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "contract.syntax": N_("this is not readable YAML: {reason}."),
        "contract.encoding": N_("the text is not UTF-8; save the file as UTF-8."),
        "contract.empty": N_(
            "the file is empty; a contract begins with apiVersion, kind, id, version, status."
        ),
        "contract.too_large": N_(
            "the file is larger than a contract may be ({measure}: at most {limit}); shorten it."
        ),
        "contract.endless": N_("an alias here refers to what contains it; write the value out."),
        "contract.merge_key": N_("YAML merge keys (<<) are not read here; write the keys out."),
        "contract.duplicate_key": N_("this key stands here twice (first in line {first}); keep one."),
        "contract.unknown_key": N_("ODCS v3.1 knows no such key here."),
        "contract.missing_key": N_("this key is missing; {why}"),
        "contract.wrong_kind": N_("needed here: {expected}; found: {found}."),
        "contract.not_allowed": N_("the value {value} is not possible here."),
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
HINTS: Mapping[str, str] = MappingProxyType(
    {
        "suggestion": N_("Did you mean {suggestion}?"),
        "allowed": N_("Allowed: {allowed}."),
    }
)
_SHOWN = 40
_WORDS = ("why", "place", "measure", "expected", "found")  # values that are words of a language


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. ``line`` counts from 1; ``key`` is the path ("schema[0].properties[2].name")."""

    file: str
    line: int
    key: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()

    @property
    def suggestion(self) -> str | None:
        """The allowed word nearest to what was written; None where none is near."""
        written = str(self.values.get("value", self.key.rpartition(".")[2]))
        near = get_close_matches(written, self.allowed, n=1, cutoff=0.6)
        return near[0] if near else None

    def sentence(self, language: str | None = None) -> str:
        """The whole message on one line: file, line, key, what is wrong, what to do."""
        values = {
            name: translate(str(value), language) if name in _WORDS else value
            for name, value in self.values.items()
        }
        parts = [translate(TEXTS[self.code], language).format(**values)]
        if self.suggestion:
            parts.append(translate(HINTS["suggestion"], language).format(suggestion=self.suggestion))
        if self.allowed:
            shown = ", ".join(self.allowed[:_SHOWN]) + (" …" if len(self.allowed) > _SHOWN else "")
            parts.append(translate(HINTS["allowed"], language).format(allowed=shown))
        where = f"{self.file}:{self.line}: " + (f"{self.key}: " if self.key else "")
        return where + " ".join(parts)


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
