"""A list of organisations as a sheet has it, beside the tree: what is new, what changes, what is wrong.

Reads only. A row with a number (``id``) is an organisation that is there; one without is to be made. What
is not in the sheet stays as it is: nothing ends by being left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext

from shuzhi.apps.people.changes import Move, Rename
from shuzhi.apps.people.checks import CODE_TAKEN, ENDED, NO_NAME, NOTHING, TWICE, problems
from shuzhi.apps.people.kinds import AliasKind, OrganisationKind
from shuzhi.apps.people.models import Alias, Organisation
from shuzhi.apps.people.selectors import OrganisationBook, organisation_book
from shuzhi.engine.texts import N_

COLUMNS = ("id", "name", "kind", "code", "parent", "full", "short")
_SEVERAL = re.compile(r"[、,，;；\n]+")
_UNKNOWN = N_("there is no organisation with this number; leave it empty for a new one")
_NO_KIND = N_("this kind is not in the list of kinds")
_NO_PARENT = N_("no organisation, or more than one, has this name; write its code")
_PARENT_NEEDS_CODE = N_("the organisation above is new as well: give it a code and write that")
_TEMPORARY = N_("temporary units are made on a page of their own")
_MOVED_TOP = N_("the top of the tree belongs to nothing, and all others to something")


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the sheet as text; ``full`` and ``short`` hold several names, apart by 、 or a comma."""

    row: int
    id: str = ""
    name: str = ""
    kind: str = ""
    code: str = ""
    parent: str = ""
    full: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell: the row, one of ``COLUMNS``, and a msgid."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class NewRow:
    """An organisation to be made; ``parent`` is one that is there or the code of another new one."""

    row: int
    name: str
    kind: OrganisationKind
    code: str
    parent: Organisation | str
    aliases: tuple[tuple[AliasKind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MovedRow:
    """An organisation that is to belong to another, which is there or new (its code)."""

    row: int
    unit: Organisation
    parent: Organisation | str


@dataclass(frozen=True, slots=True)
class ListPlan:
    """What taking the sheet in would do; nothing may be taken in where there are ``faults``."""

    made: tuple[NewRow, ...] = ()
    renamed: tuple[Rename, ...] = ()
    moved: tuple[MovedRow, ...] = ()
    aliases: tuple[tuple[Organisation, AliasKind, str], ...] = ()
    unchanged: int = 0
    faults: tuple[Fault, ...] = ()


def list_rows() -> list[ListRow]:
    """The organisations that stand, as rows of a sheet from row 2 on, parents first; in two statements."""
    units = list(Organisation.objects.filter(valid_to=None).select_related("parent").order_by("path"))
    names: dict[tuple[int, str], list[str]] = {}
    for key, kind, text in _aliases():
        names.setdefault((key, kind), []).append(text)
    return [
        ListRow(
            number,
            unit.public_id,
            unit.name,
            str(OrganisationKind(unit.kind).label),
            unit.code,
            unit.parent.name if unit.parent else "",
            "、".join(names.get((unit.pk, AliasKind.FULL), [])),
            "、".join(names.get((unit.pk, AliasKind.SHORT), [])),
        )
        for number, unit in enumerate(units, 2)
    ]


def _aliases() -> Iterator[tuple[int, str, str]]:
    current = Alias.objects.filter(valid_to=None, kind__in=[AliasKind.FULL, AliasKind.SHORT])
    yield from current.order_by("pk").values_list("organisation_id", "kind", "text")


def list_plan(rows: Sequence[ListRow], on: date) -> ListPlan:
    """What taking the rows in on the day ``on`` would do, and every fault of every cell."""
    comparing = _Comparing(rows, on)
    for row in rows:
        comparing.take(row)
    return comparing.plan()


@dataclass
class _Comparing:
    """One reading of a sheet beside the tree; the tree is read once."""

    rows: Sequence[ListRow]
    on: date
    _made: list[NewRow] = field(default_factory=list)
    _renamed: list[Rename] = field(default_factory=list)
    _moved: list[MovedRow] = field(default_factory=list)
    _named: list[tuple[Organisation, AliasKind, str]] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _unchanged: int = 0

    def __post_init__(self) -> None:
        units = list(Organisation.objects.select_related("parent"))
        self._units: Mapping[str, Organisation] = {unit.public_id: unit for unit in units}
        self._by_code = {unit.code: unit for unit in units if unit.code and unit.valid_to is None}
        self._known = {(key, text) for key, _, text in _aliases()}
        self._kinds = {str(kind.label): kind for kind in OrganisationKind}
        self._kinds |= {kind.value: kind for kind in OrganisationKind}
        self._ids = Counter(row.id for row in self.rows if row.id)
        self._codes = Counter(row.code for row in self.rows if row.code)
        self._new_codes = {row.code for row in self.rows if row.code and not row.id}
        self._new_names = {row.name for row in self.rows if row.name and not row.id}
        self._book: OrganisationBook | None = None

    def plan(self) -> ListPlan:
        """What has been found."""
        return ListPlan(
            tuple(self._made),
            tuple(self._renamed),
            tuple(self._moved),
            tuple(self._named),
            self._unchanged,
            tuple(self._faults),
        )

    def take(self, row: ListRow) -> None:
        """Compares one row."""
        before = len(self._faults)
        kind = self._kinds.get(row.kind)
        if not row.name or len(row.name) > 120:
            self._fault(row, "name", NO_NAME)
        if kind is None:
            self._fault(row, "kind", _NO_KIND)
        holder = self._by_code.get(row.code) if row.code else None
        if self._codes[row.code] > 1 or (holder and holder.public_id != row.id):
            self._fault(row, "code", CODE_TAKEN)
        unit = self._unit(row)
        if kind is not None and len(self._faults) == before:
            if unit is None:
                self._new(row, kind)
            else:
                self._old(row, unit, kind)

    def _unit(self, row: ListRow) -> Organisation | None:
        unit = self._units.get(row.id) if row.id else None
        if row.id and unit is None:
            self._fault(row, "id", _UNKNOWN)
        elif self._ids[row.id] > 1:
            self._fault(row, "id", TWICE)
        elif unit is not None and unit.valid_to is not None:
            self._fault(row, "id", ENDED)
        return unit

    def _new(self, row: ListRow, kind: OrganisationKind) -> None:
        if kind == OrganisationKind.TEMPORARY:
            self._fault(row, "kind", _TEMPORARY)
            return
        parent = self._parent(row)
        if parent is not None:
            given = [(AliasKind.FULL, text) for text in _texts(row.full)]
            given += [(AliasKind.SHORT, text) for text in _texts(row.short)]
            self._made.append(NewRow(row.row, row.name, kind, row.code, parent, tuple(dict.fromkeys(given))))

    def _old(self, row: ListRow, unit: Organisation, kind: OrganisationKind) -> None:
        before = len(self._renamed), len(self._moved), len(self._named), len(self._faults)
        if (row.name, kind, row.code) != (unit.name, unit.kind, unit.code):
            change = Rename(
                unit.public_id,
                row.name,
                kind if kind != unit.kind else None,
                row.code if row.code != unit.code else None,
            )
            for problem in problems(change, self.on):
                self._fault(row, "name", problem)
            self._renamed.append(change)
        if row.parent != (unit.parent.name if unit.parent else ""):
            self._move(row, unit)
        for alias_kind, texts in ((AliasKind.FULL, row.full), (AliasKind.SHORT, row.short)):
            for text in _texts(texts):
                if (unit.pk, text) not in self._known and text != unit.name:
                    self._named.append((unit, alias_kind, text))
        now = len(self._renamed), len(self._moved), len(self._named), len(self._faults)
        self._unchanged += now == before

    def _move(self, row: ListRow, unit: Organisation) -> None:
        if unit.parent is None:
            self._fault(row, "parent", _MOVED_TOP)
            return
        parent = self._parent(row)
        if parent is None or (isinstance(parent, Organisation) and parent.pk == unit.parent_id):
            return
        if isinstance(parent, Organisation):
            against = problems(Move(unit.public_id, parent.public_id), self.on)
            for problem in against:
                if problem != NOTHING:
                    self._fault(row, "parent", problem)
        self._moved.append(MovedRow(row.row, unit, parent))

    def _parent(self, row: ListRow) -> Organisation | str | None:
        text = row.parent
        if not text:
            self._fault(row, "parent", _MOVED_TOP)
            return None
        if known := self._by_code.get(text):
            return known
        if text in self._new_codes:
            return text
        if text in self._new_names:
            self._fault(row, "parent", _PARENT_NEEDS_CODE)
            return None
        self._book = self._book or organisation_book()
        found = self._book.match(text)
        if found is None:
            self._fault(row, "parent", _NO_PARENT)
        return found

    def _fault(self, row: ListRow, column: str, text: str) -> None:
        self._faults.append(Fault(row.row, column, text))


def _texts(cell: str) -> list[str]:
    return [text.strip() for text in _SEVERAL.split(cell) if text.strip()]


def told(fault: Fault) -> str:
    """The fault in the reader's language."""
    return gettext(fault.text)


def moves(plan: ListPlan, made: Mapping[str, Organisation]) -> tuple[Move, ...]:
    """The moves of the plan, once its new organisations are there (by code)."""
    return tuple(
        Move(
            moved.unit.public_id,
            (made[moved.parent] if isinstance(moved.parent, str) else moved.parent).public_id,
        )
        for moved in plan.moved
    )


def stripped(row: ListRow) -> ListRow:
    """The row without the spaces around its texts, and without what keeps a text from being a formula."""
    texts = {name: str(getattr(row, name)).strip().removeprefix("'") for name in COLUMNS}
    return ListRow(row.row, **texts)
