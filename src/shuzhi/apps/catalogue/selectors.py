"""Reading the catalogue, already narrowed to what the actor may see.

That a dataset exists, who answers for it and what its columns mean is known to everybody with a
duty: without that nobody could ask for data. Versions, findings, files and rows are for those in
whose scope the owner lies; rows also for the organisation that a row belongs to (see ``rows``).
Administrators look after the platform, not the data: they see no dataset.
"""

from __future__ import annotations

from django.db.models import Count, QuerySet

from shuzhi.apps.catalogue.grades import current_grades
from shuzhi.apps.catalogue.models import Dataset, FieldGrade, Run, Snapshot, Upload
from shuzhi.apps.people.kinds import Administers, Duty
from shuzhi.apps.people.models import Organisation
from shuzhi.apps.records.actors import Actor
from shuzhi.apps.records.refusals import NotFoundError


def datasets_visible(*, actor: Actor) -> QuerySet[Dataset]:
    """The entries of the catalogue, newest load first; none for administrators and people without a duty."""
    datasets = Dataset.objects.select_related("owner").order_by("-loaded_at", "-pk")
    return datasets if actor.duty or actor.is_system else datasets.none()


def dataset_get(*, actor: Actor, public_id: str) -> Dataset:
    """One entry with its current version; NotFoundError where there is none to see."""
    visible = datasets_visible(actor=actor).select_related("owner", "contract", "current__contract")
    dataset = visible.filter(public_id=public_id).first()
    if dataset is None:
        raise NotFoundError("dataset", public_id)
    return dataset


def may_see_inside(actor: Actor, dataset: Dataset) -> bool:
    """Whether versions, findings and original files of the dataset are open to the actor."""
    return actor.is_system or (bool(actor.duty) and actor.covers(dataset.owner.path))


def may_decide(actor: Actor, dataset: Dataset) -> bool:
    """Whether the actor decides about the dataset's grades, rules and contract: a steward of its scope."""
    return actor.duty == Duty.STEWARD and actor.covers(dataset.owner.path)


def snapshots_of(*, actor: Actor, dataset: Dataset) -> QuerySet[Snapshot]:
    """The dataset's versions, newest first; none for those outside."""
    snapshots = Snapshot.objects.filter(dataset=dataset).order_by("-number")
    return snapshots if may_see_inside(actor, dataset) else snapshots.none()


def runs_of(*, actor: Actor, dataset: Dataset) -> QuerySet[Run]:
    """The dataset's checks, newest first, with their findings at hand; none for those outside."""
    runs = Run.objects.filter(snapshot__dataset=dataset).select_related("snapshot").order_by("-pk")
    return runs if may_see_inside(actor, dataset) else runs.none()


def grades_of(*, dataset: Dataset) -> list[FieldGrade]:
    """What each column of the current version is, in the order of the table: part of the entry itself."""
    return current_grades(dataset)


def datasets_undecided(actor: Actor) -> int:
    """How many datasets wait for somebody to decide a proposed level of L3 or above; a number, no names.

    For the security administrator, who sees no dataset; nought for everybody else.
    """
    if actor.administers != Administers.SECURITY:
        return 0
    waiting = FieldGrade.objects.filter(state=FieldGrade.State.PROPOSED, proposed_level__gte="L3")
    return waiting.aggregate(number=Count("dataset", distinct=True))["number"] or 0


def may_upload_for(actor: Actor) -> QuerySet[Organisation]:
    """The organisations whose data the actor brings in: their own unit, or all those in a steward's scope."""
    units = Organisation.objects.filter(valid_to=None).order_by("kind", "path")
    if actor.duty == Duty.CLERK:
        return units.filter(public_id=actor.organisation_id)
    if actor.duty == Duty.STEWARD and actor.organisation_path:
        return units.filter(path__startswith=actor.organisation_path)
    return units.none()


def datasets_to_renew(actor: Actor) -> QuerySet[Dataset]:
    """The datasets of which the actor may hand in a new version."""
    return datasets_visible(actor=actor).filter(owner__in=may_upload_for(actor))


def uploads_visible(*, actor: Actor) -> QuerySet[Upload]:
    """Uploads of the actor and, for a steward, of their scope; newest first."""
    uploads = Upload.objects.select_related("organisation", "original", "dataset", "snapshot").order_by("-pk")
    if actor.is_system:
        return uploads
    if actor.duty == Duty.STEWARD and actor.organisation_path:
        return uploads.filter(organisation__path__startswith=actor.organisation_path)
    return uploads.filter(uploaded_by=actor.id) if actor.duty else uploads.none()


def candidates_of(*, actor: Actor, upload: Upload) -> list[tuple[Dataset, list[str]]]:
    """The datasets that the upload's question names and the actor may renew, each with its grounds."""
    asked = dict((upload.question or {}).get("candidates", ()))
    there = datasets_to_renew(actor).select_related("current").in_bulk(asked, field_name="public_id")
    return [(there[public_id], grounds) for public_id, grounds in asked.items() if public_id in there]


def upload_get(*, actor: Actor, public_id: str) -> Upload:
    """One upload; NotFoundError where it is not the actor's to see."""
    upload = uploads_visible(actor=actor).filter(public_id=public_id).first()
    if upload is None:
        raise NotFoundError("upload", public_id)
    return upload
