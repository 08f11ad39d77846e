"""What cases ask of the app that owns their subjects; that app registers its answers in AppConfig.ready.

A case knows its subject as (kind, id). Higher apps know what it is called and whether its check passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from shuzhi.apps.records.actors import Actor

if TYPE_CHECKING:
    from shuzhi.apps.cases.models import Case


class SubjectBook(Protocol):
    """The answers for one kind of subject."""

    def titles(self, ids: Sequence[str], actor: Actor) -> Mapping[str, str]:
        """What each subject is called, as ``actor`` may see it, in one query; unknown ids are left out."""
        ...

    def proofs(self, case: Case) -> Mapping[str, bool]:
        """What is proved of the case's subject now: any of ``passes``, ``fails``, ``left``,
        ``withdrawn``.

        Asked inside the transaction of the step that needs it. What cannot be said is left out, and
        the step is then refused.
        """
        ...


_BOOKS: dict[str, SubjectBook] = {}


def register(kind: str, book: SubjectBook) -> None:
    """Makes ``book`` answer for subjects of ``kind``; a kind has one book."""
    if _BOOKS.setdefault(kind, book) is not book:
        raise ValueError(f"two apps answer for subjects of kind {kind}")


def forget(kind: str) -> None:
    """Takes the book of ``kind`` away again, if there is one."""
    _BOOKS.pop(kind, None)


def titles_of(cases: Sequence[Case], actor: Actor) -> Mapping[tuple[str, str], str]:
    """Titles by (kind, id) for a page of cases; a subject nobody answers for is called by its id."""
    wanted: dict[str, set[str]] = {}
    for case in cases:
        wanted.setdefault(case.subject_kind, set()).add(case.subject_id)
    titles: dict[tuple[str, str], str] = {}
    for kind, ids in wanted.items():
        book = _BOOKS.get(kind)
        found = book.titles(sorted(ids), actor) if book else {}
        titles |= {(kind, id_): found.get(id_, id_) for id_ in ids}
    return titles


def proofs_of(case: Case) -> Mapping[str, bool]:
    """What the owner of the case's subject proves; nothing where nobody answers for the kind."""
    book = _BOOKS.get(case.subject_kind)
    return book.proofs(case) if book else {}
