"""Who may do and see what in the catalogue. Each raises unless it finds a reason not to.

Each service has its policy here under the same name; a test compares the two lists.
"""

from __future__ import annotations

from enum import StrEnum

from shuzhi.apps.catalogue.models import Dataset, Upload
from shuzhi.apps.catalogue.selectors import may_decide
from shuzhi.apps.people.kinds import Duty
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import ForbiddenError
from shuzhi.engine.texts import N_

_UPLOADERS = frozenset({Duty.CLERK, Duty.STEWARD})
_NOT_YOURS = N_("only clerks of the organisation and the data steward bring in its data")
_STEWARD_ONLY = N_("only a data steward whose scope covers the owner decides this")
_NO_ROWS = N_("its rows are for the owner and, where rows name an organisation, for that one")
_OWNERS_ONLY = N_("original files are for those who answer for the data")
_PROGRAM_ONLY = N_("only the program does this, after it has checked the file")


def upload_begin(actor: Actor) -> None:
    """Whoever may hand in anything; for whom is said, and looked at, when the file is handed in."""
    if actor.duty not in _UPLOADERS:
        raise ForbiddenError("upload.begin", _NOT_YOURS)


def upload_receive(actor: Actor, organisation: Organisation) -> None:
    """A clerk for their own organisation, a steward for those in their scope."""
    if actor.duty not in _UPLOADERS or not actor.covers(organisation.path):
        raise ForbiddenError("upload.receive", _NOT_YOURS)


def upload_ask(actor: Actor) -> None:
    """The program only."""
    if not actor.is_system:
        raise ForbiddenError("upload.ask", _PROGRAM_ONLY)


def upload_answer(actor: Actor, upload: Upload) -> None:
    """Whoever handed the file in, while they still may; a steward in whose scope it lies."""
    upload_receive(actor, upload.organisation)
    if actor.duty != Duty.STEWARD and actor.id != upload.uploaded_by:
        raise ForbiddenError("upload.answer", _NOT_YOURS)


def grades_decide(actor: Actor, dataset: Dataset) -> None:
    """A steward."""
    _by_steward(actor, dataset, "grades.decide")


def rule_withdraw(actor: Actor, dataset: Dataset) -> None:
    """A steward: who is measured by a rule does not take it back."""
    _by_steward(actor, dataset, "rule.withdraw")


def contract_read(actor: Actor, dataset: Dataset) -> None:
    """A steward: what is agreed others read as columns, rules and the template to fill."""
    _by_steward(actor, dataset, "contract.read")


def contract_replace(actor: Actor, dataset: Dataset) -> None:
    """A steward."""
    _by_steward(actor, dataset, "contract.replace")


def snapshot_commit(actor: Actor) -> None:
    """The program only."""
    if not actor.is_system:
        raise ForbiddenError("snapshot.commit", _PROGRAM_ONLY)


def upload_refuse(actor: Actor) -> None:
    """The program only."""
    if not actor.is_system:
        raise ForbiddenError("upload.refuse", _PROGRAM_ONLY)


def _by_steward(actor: Actor, dataset: Dataset, act: str) -> None:
    if not may_decide(actor, dataset):
        raise ForbiddenError(act, _STEWARD_ONLY)


class RowScope(StrEnum):
    """Which rows of a dataset somebody sees."""

    ALL = "all"
    OWN = "own"


def rows_read(actor: Actor, dataset: Dataset, organisation_column: str) -> RowScope:
    """All rows where the owner lies in the actor's scope; else their own organisation's, where rows have one.

    Everybody else asks for the data to be shared; administrators never see rows.
    """
    if actor.administers or not actor.duty:
        raise ForbiddenError("rows.read", _NO_ROWS)
    if actor.covers(dataset.owner.path):
        return RowScope.ALL
    if organisation_column and actor.organisation_path:
        return RowScope.OWN
    raise ForbiddenError("rows.read", _NO_ROWS)


def original_take(actor: Actor, dataset: Dataset) -> None:
    """Clerks and the approver of the owner, and a steward in whose scope it lies: it is their own file."""
    _by_owner(actor, dataset, "original.take")


def marked_workbook(actor: Actor, dataset: Dataset) -> None:
    """Those who may take the original: it is the same file, with its errors marked."""
    _by_owner(actor, dataset, "original.marked")


def _by_owner(actor: Actor, dataset: Dataset, act: str) -> None:
    holds = actor.duty in {Duty.CLERK, Duty.APPROVER, Duty.STEWARD}
    if not holds or not actor.covers(dataset.owner.path):
        raise ForbiddenError(act, _OWNERS_ONLY)
